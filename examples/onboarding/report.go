package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// report prints where the customers are and what the milestone does.
func report(ctx context.Context, out *bytes.Buffer, p *product, now time.Time) error {
	replay, err := p.replay(now)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nWhere they are on %s\n", now.Format("2 January 2006"))
	for _, id := range p.ids {
		live, err := p.tracker.Journey(ctx, id)
		if err != nil {
			return err
		}
		if again, ok := replay.Journey(id); !ok || again.Stage() != live.Stage() || again.Since() != live.Since() {
			return fmt.Errorf("onboarding: the history of %s does not lead to where the tracker has the customer", id)
		}
		fmt.Fprintf(out, "  %-6s %-9s since %s  %q\n", id, live.Stage(), live.Since().Format("2006-01-02"), live.Milestones())
	}
	m, err := replay.Milestone(activation, journey.MilestoneOptions{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nMilestone %q: a project and a teammate, wanted within %s\n", m.Milestone, days(m.Within))
	rate := m.ActivationRate()
	fmt.Fprintf(out, "  activation rate      %s (%s of %s whose %s are over)\n", rate.Percent(1), rate.Num(), rate.Den(), days(m.Within))
	reached := m.ReachedRate()
	fmt.Fprintf(out, "  reached at any time  %s (%s of %s)\n", reached.Percent(1), reached.Num(), reached.Den())
	if d, ok := m.TimeToFirstValue(); ok {
		fmt.Fprintf(out, "  time to first value  %.1f days at the median\n", d.Hours()/24)
	}
	conversion := func(name string, c journey.Conversion) {
		fmt.Fprintf(out, "  %s  %d of %d became customers (%.0f %% to %.0f %% at %.0f %%)\n",
			name, c.Converted, c.Customers, 100*c.Rate.Lo, 100*c.Rate.Hi, 100*c.Rate.Level)
	}
	conversion("with activation    ", m.With)
	conversion("without            ", m.Without)
	for s := range m.Stuck() {
		fmt.Fprintf(out, "  stuck                %s, in %q since %s\n", s.Customer, s.Stage, s.Since.Format("2006-01-02"))
	}
	return nil
}

// replay goes over the history of every customer. Timers are left out of it:
// the replay fires them itself.
func (p *product) replay(now time.Time) (*journey.Replay, error) {
	var events []journey.Event
	for _, id := range p.ids {
		history, err := p.store.History(context.Background(), id, time.Time{})
		if err != nil {
			return nil, err
		}
		for _, o := range history {
			if o.Origin == tracker.OriginEvent || o.Origin == tracker.OriginHook {
				events = append(events, o.Event)
			}
		}
	}
	log, err := journey.LogOf(slices.Values(events))
	if err != nil {
		return nil, err
	}
	return p.tracker.Definition().ReplayLog(log, nil, journey.ReplayOptions{Horizon: now})
}
