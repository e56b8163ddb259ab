package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// product is the part of a program that knows where its customers are.
type product struct {
	tracker *tracker.Tracker
	store   *tracker.MemStore
	out     *bytes.Buffer
	ids     []string // customers in order of arrival
}

// newProduct embeds the tracker. A real product gives it a store on its
// database in place of the MemStore; nothing else changes.
func newProduct(out *bytes.Buffer) (*product, error) {
	d, err := definition()
	if err != nil {
		return nil, err
	}
	p := &product{store: tracker.NewMemStore(tracker.MemOptions{History: true}), out: out}
	p.tracker, err = tracker.New(d, p.store, tracker.Options{
		AutoStart: true, // the first event begins the journey
		Hooks: tracker.Hooks{
			// A hook that wants another trigger returns it: reaching the
			// milestone moves the customer on, in the same commit.
			Reached: map[string]tracker.Hook{activation: p.onActivation},
			// Effects come after the commit, once for each change.
			Stored: p.send,
		},
	})
	return p, err
}

func (p *product) onActivation(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
	if o.Journey.Stage() == trial {
		return activate, nil
	}
	return "", nil
}

// send prints what would be sent because of a change.
func (p *product) send(_ context.Context, o tracker.Occurrence) error {
	var mail string
	switch {
	case o.Kind == journey.Moved && o.To == trial && o.From == expired:
		mail = "good to see you again, here are another 14 days"
	case o.Kind == journey.Moved && o.To == trial:
		mail = "welcome, your trial runs until " + o.At.Add(14*day).Format("2 January")
	case o.Trigger == remind && o.Journey.Reached(activation):
		return nil
	case o.Trigger == remind:
		mail = "half of your trial is over, shall we help you to set up?"
	case o.Kind == journey.Moved && o.To == activated:
		mail = fmt.Sprintf("well done, you were set up within %s", days(o.At.Sub(o.Since)))
	case o.Kind == journey.Moved && o.To == customer:
		mail = "thank you, here is your invoice"
	case o.Kind == journey.Moved && o.To == expired:
		mail = "your trial is over, your data is kept for 30 days"
	case o.Trigger == giveUp:
		mail = "your data has been deleted"
	case o.Trigger == cancel:
		mail = fmt.Sprintf("goodbye after %s, what could we do better?", days(o.At.Sub(o.Since)))
	default:
		return nil
	}
	fmt.Fprintf(p.out, "  %s  %-6s %s\n", o.At.Format("2006-01-02 15:04"), o.Customer, mail)
	return nil
}

// happen is what the program calls when a customer does something. An event
// that does not fit the stage is shown, not lost.
func (p *product) happen(ctx context.Context, e journey.Event) error {
	out, err := p.tracker.Fire(ctx, e)
	if len(out.Changes) > 0 && out.Changes[0].Origin == tracker.OriginStart {
		p.ids = append(p.ids, e.Customer)
	}
	if refused, ok := refusal(err); ok {
		fmt.Fprintf(p.out, "  %s  %-6s (refused: %q in stage %q, allowed are %q)\n",
			e.At.Format("2006-01-02 15:04"), e.Customer, refused.Trigger, refused.Stage, refused.Allowed)
		return nil
	}
	return err
}

// days says a duration in whole days, or in hours when it is less than one.
func days(d time.Duration) string {
	n, unit := int64(d/day), "day"
	if n == 0 {
		n, unit = int64(d/time.Hour), "hour"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}
