package preset_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
)

// tell follows a customer through events a week apart.
func tell(d *journey.Definition, triggers ...journey.Trigger) {
	at := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	j := d.Start("acme", at)
	for _, t := range triggers {
		var err error
		if j, err = d.Step(j, journey.Event{Customer: "acme", Trigger: t, At: at}); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s\n", t, j.Stage())
		at = at.AddDate(0, 0, 7)
	}
	fmt.Println(j.Milestones())
}

func ExampleAll() {
	for _, d := range preset.All() {
		fmt.Printf("%s: %d stages, %d transitions\n", d.Name(), len(d.Stages()), len(d.Edges()))
	}
	// Output:
	// SaaS: 10 stages, 90 transitions
	// SaaS, seven stages: 9 stages, 52 transitions
	// Lead funnel, six stages: 7 stages, 59 transitions
	// B2B, seven stages: 9 stages, 73 transitions
	// Consumer, five stages: 6 stages, 24 transitions
	// HubSpot lifecycle stages: 9 stages, 53 transitions
}

// Who gets the product going in the trial is past the set-up when they pay.
func ExampleSaaS() {
	tell(preset.SaaS(), "trial_started", "activated", "subscribed", "renewed", "upgraded", "cancelled", "won_back")
	// Output:
	// trial_started: trial
	// activated: trial
	// subscribed: adoption
	// renewed: retention
	// upgraded: expansion
	// cancelled: churned
	// won_back: onboarding
	// [trial purchase activation first value renewal]
}

// The purchase comes before the set-up, as customer-success teams tell it.
func ExampleSaaSSeven() {
	tell(preset.SaaSSeven(), "shortlisted", "purchased", "kicked_off", "went_live", "renewed", "recommended")
	// Output:
	// shortlisted: consideration
	// purchased: adoption
	// kicked_off: onboarding
	// went_live: renewal
	// renewed: renewal
	// recommended: evangelism
	// [purchase live first renewal evangelist]
}

// A deal that is lost after a first purchase leads back to where it was served.
func ExampleLeadFunnel() {
	tell(preset.LeadFunnel(), "captured", "qualified", "opportunity_opened", "won", "delivered", "opportunity_opened", "lost")
	// Output:
	// captured: lead
	// qualified: qualified lead
	// opportunity_opened: opportunity
	// won: customer
	// delivered: post-sale
	// opportunity_opened: opportunity
	// lost: post-sale
	// [qualification purchase]
}

// Half a year without a word is a deal lost to no decision.
func ExampleB2B() {
	d := preset.B2B()
	at := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	j, err := d.StartAt("opportunity", "acme", at)
	if err != nil {
		fmt.Println(err)
		return
	}
	j, err = d.Advance(j, at.Add(200*24*time.Hour))
	fmt.Println(j.Stage(), j.Since().Format(time.DateOnly), err)
	j, err = d.Step(j, journey.Event{Customer: "acme", Trigger: "closed_won", At: at.Add(220 * 24 * time.Hour)})
	fmt.Println(j.Stage(), j.Milestones(), err)
	// Output:
	// no decision 2026-07-04 <nil>
	// convert [deal] <nil>
}

func ExampleConsumer() {
	tell(preset.Consumer(), "interested", "purchased", "purchased", "recommended")
	// Output:
	// interested: consideration
	// purchased: purchase
	// purchased: retention
	// recommended: advocacy
	// [first purchase second purchase recommendation]
}

// Stages can be skipped but not taken back; clearing the property starts anew.
func ExampleHubSpot() {
	tell(preset.HubSpot(), "subscriber", "salesqualifiedlead", "cleared", "lead", "subscriber")
	// Output:
	// subscriber: subscriber
	// salesqualifiedlead: salesqualifiedlead
	// cleared: unset
	// lead: lead
	// journey: step: customer "acme" in stage "lead" on "subscriber" at 2026-02-02T09:00:00Z: not allowed in this stage; allowed: ["cleared" "customer" "evangelist" "lead" "marketingqualifiedlead" "opportunity" "other" "salesqualifiedlead"]
}

// What a preset refuses stands on a list, with the reason.
func ExampleRefusals() {
	fmt.Println(len(preset.Refusals(preset.SaaS())))
	list := preset.Refusals(preset.HubSpot())
	fmt.Println(len(list))
	fmt.Printf("%s in %s: %s\n", list[0].Trigger, list[0].Stage, list[0].Reason)
	// Output:
	// 0
	// 28
	// subscriber in lead: HubSpot sets a lifecycle stage forward only; clear it first
}
