package main

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/persona"
)

// personas tells large companies from small ones.
func personas() persona.Set {
	return persona.Set{Name: "buyers", Personas: []persona.Persona{
		{ID: "large", Name: "Large Lara", Rule: persona.AtLeast("employees", persona.Int(250))},
		{ID: "small", Name: "Small Sam", Priority: 1},
	}}
}

func profiles() []persona.Profile {
	of := func(customer string, employees int64) persona.Profile {
		return persona.Profile{Customer: customer, Traits: map[string]persona.Value{"employees": persona.Int(employees)}}
	}
	return []persona.Profile{of("acme", 900), of("beta", 12), of("corp", 4000), of("dent", 30)}
}

func changes() []ledger.Change {
	of := func(customer string, month time.Month, amount int64) ledger.Change {
		return ledger.Change{Customer: customer, Subscription: "s-" + customer, At: time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC), Amount: decimal.NewFromInt(amount)}
	}
	return []ledger.Change{
		of("acme", time.January, 800), of("beta", time.January, 50), of("corp", time.February, 1200), of("dent", time.February, 50),
		of("acme", time.March, 1000), of("dent", time.March, 0),
	}
}

const events = `customer,event,at
acme,demo_held,2025-12-10
acme,subscribed,2026-01-01
acme,activated,2026-01-09
acme,upgraded,2026-03-01
beta,trial_started,2025-12-20
beta,subscribed,2026-01-01
corp,demo_held,2026-01-15
corp,subscribed,2026-02-01
corp,activated,2026-02-20
dent,trial_started,2026-01-20
dent,subscribed,2026-02-01
dent,cancelled,2026-03-01
`
