package journeytest

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// World is the small door to package simulate: a test says by which ways
// customers leave which stage, and gets a company whose truth it knows.
//
//	co, err := journeytest.World{Customers: 500, Ways: []journeytest.Way{
//		{From: "trial", On: "subscribed", To: "customer", P: 0.4, After: 7 * day},
//		{From: "trial", On: "left", To: "gone", P: 0.6, After: 14 * day},
//		{From: "customer", On: "cancelled", To: "gone", PerMonth: 0.05},
//	}}.Run()
//
// Build gives the whole simulate.World, to say more.
type World struct {
	Seed uint64
	// Customers is how many arrive, evenly over the first half of the time; 0
	// means 100.
	Customers int
	// Days is how long the world lasts from Origin on; 0 means 365.
	Days int
	// Ways lead from stage to stage; customers begin where the first one does.
	Ways []Way
	// Pays are the stages that are paid for, at Price a month; 0 means 10.
	Pays  []journey.Stage
	Price decimal.Decimal
}

// Way is one way to leave a stage: with a hazard of PerMonth, as a share of those
// still there, or with probability P after an exponential time of mean After.
// All ways of a stage are of one kind. Hazards compete: the ways of a stage with
// hazards 0.1 and 0.3 are taken by a quarter and three quarters.
type Way struct {
	From     journey.Stage
	On       journey.Trigger
	To       journey.Stage
	PerMonth float64
	P        float64
	After    time.Duration
}

// Arrived is the trigger that the customers of a [World] begin with.
const Arrived journey.Trigger = "arrived"

// month is the mean Gregorian month that hazards are stated for.
const month = 30.4375 * 24 * float64(time.Hour)

// Build makes the definition that the ways describe, and the world on it.
func (w World) Build() (simulate.World, error) {
	if len(w.Ways) == 0 {
		return simulate.World{}, fmt.Errorf("journeytest: world: %w: no ways", simulate.ErrWorld)
	}
	days := w.Days
	if days == 0 {
		days = 365
	}
	customers := w.Customers
	if customers == 0 {
		customers = 100
	}
	spec := journey.Spec{Name: "test", Initial: w.Ways[0].From, Observe: []journey.Trigger{Arrived}}
	hazard := map[journey.Stage]float64{}
	kinds := map[journey.Stage]bool{}
	for i, v := range w.Ways {
		byHazard := v.PerMonth != 0
		if byHazard == (v.P != 0 || v.After != 0) || v.PerMonth < 0 {
			return simulate.World{}, fmt.Errorf("journeytest: world: %w: Ways[%d]: want a PerMonth above 0, or P and After", simulate.ErrWorld, i)
		}
		if was, ok := kinds[v.From]; ok && was != byHazard {
			return simulate.World{}, fmt.Errorf("journeytest: world: %w: Ways[%d]: stage %q has ways of the other kind", simulate.ErrWorld, i, v.From)
		}
		kinds[v.From] = byHazard
		hazard[v.From] += v.PerMonth
		t := journey.Transition{From: v.From, On: v.On, To: v.To}
		if !slices.ContainsFunc(spec.Transitions, func(o journey.Transition) bool { return o.From == t.From && o.On == t.On && o.To == t.To }) {
			spec.Transitions = append(spec.Transitions, t)
		}
	}
	d, err := journey.Define(spec)
	if err != nil {
		return simulate.World{}, fmt.Errorf("journeytest: world: %w", err)
	}
	from := Origin()
	half := time.Duration(days) * 12 * time.Hour
	out := simulate.World{
		Name: "test", Seed: w.Seed, Definition: d, From: from, To: from.Add(2 * half),
		Arrivals: simulate.Arrivals{Exactly: customers, Event: string(Arrived), Until: from.Add(half)},
	}
	for _, v := range w.Ways {
		m := simulate.Move{From: v.From, On: v.On, P: v.P, Dwell: simulate.Exponential(v.After)}
		if all := hazard[v.From]; all > 0 {
			m.P, m.Dwell = v.PerMonth/all, simulate.Exponential(time.Duration(month/all))
		}
		out.Moves = append(out.Moves, m)
	}
	if len(w.Pays) > 0 {
		price := w.Price
		if price.IsZero() {
			price = decimal.NewFromInt(10)
		}
		out.Billing.Plans = []simulate.Plan{{Name: "plan", Price: price}}
		for _, s := range w.Pays {
			out.Billing.Stages = append(out.Billing.Stages, simulate.StageBilling{Stage: s, State: billing.StateActive})
		}
	}
	return out, nil
}

// Run builds the world and runs it.
func (w World) Run() (*simulate.Company, error) {
	world, err := w.Build()
	if err != nil {
		return nil, err
	}
	return world.Run(simulate.Options{})
}
