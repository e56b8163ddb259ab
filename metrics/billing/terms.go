package billing

import (
	"cmp"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// TermsChange says what an item's terms are from At on: the form in which
// sources of events (Stripe's webhooks, Kill Bill's transitions) have what
// sources of snapshots have as Spans. TermsChanges and SpansOf convert.
//
// Like a ledger.Change it is a level and not a difference.
type TermsChange struct {
	Customer, Subscription, Item string
	At                           time.Time
	// Ended says that nothing is in force from At on; Terms then says nothing.
	Ended bool
	Terms
	// ID names the source's event. Seq orders changes of one instant, the
	// higher later. Recorded is when the change became known; zero is at At.
	ID       string
	Seq      int64
	Recorded time.Time
}

// TermsChanges turns spans into the changes of terms they are made of, by
// customer, subscription, item and time. Spans that touch give one change each
// and no end between; of spans of one item that overlap, which Lint finds, each
// holds from its From until the next one's.
//
// SpansOf(TermsChanges(spans)) gives back the same terms over the same time.
// Spans of no length give nothing.
func TermsChanges(spans []Span) []TermsChange {
	order := make([]*Span, 0, len(spans))
	for i := range spans {
		if s := &spans[i]; s.To.IsZero() || s.To.After(s.From) {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b *Span) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Subscription, b.Subscription),
			cmp.Compare(a.Item, b.Item), a.From.Compare(b.From), cmp.Compare(a.Seq, b.Seq))
	})
	var out []TermsChange
	for i, s := range order {
		c := TermsChange{
			Customer: s.Customer, Subscription: s.Subscription, Item: s.Item, At: s.From, Terms: s.Terms,
			ID: s.ID, Seq: s.Seq, Recorded: s.Recorded,
		}
		out = append(out, c)
		if s.To.IsZero() || i+1 < len(order) && sameItem(s, order[i+1]) && !order[i+1].From.After(s.To) {
			continue
		}
		c.At, c.Ended, c.Terms, c.Recorded = s.To, true, Terms{}, s.EndRecorded
		out = append(out, c)
	}
	return out
}

func sameItem(a, b *Span) bool {
	return a.Customer == b.Customer && a.Subscription == b.Subscription && a.Item == b.Item
}

// SpansOf turns changes of terms, in any order, into spans, by customer,
// subscription, item and time; the last of an item is open unless it was ended.
// Of several changes at one instant the one with the highest Seq holds, then
// the one recorded last, then the last in the input. Ends of what was never
// begun, and changes that another one of their instant overrules, come back as
// findings.
func SpansOf(changes []TermsChange) ([]Span, []Finding) {
	order := make([]*TermsChange, len(changes))
	for i := range changes {
		order[i] = &changes[i]
	}
	slices.SortStableFunc(order, func(a, b *TermsChange) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Subscription, b.Subscription),
			cmp.Compare(a.Item, b.Item), a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq), a.Recorded.Compare(b.Recorded))
	})
	var out []Span
	var findings []Finding
	tell := func(c *TermsChange, code Code, message string) {
		findings = append(findings, Finding{
			Code: code, Severity: Notice, Record: text.Clip(c.ID), Customer: text.Clip(c.Customer), Subscription: text.Clip(c.Subscription),
			Item: text.Clip(c.Item), Field: "At", Value: c.At.Format(time.RFC3339), Message: message,
		})
	}
	var live *Span // the last of out, while it is open
	for i, c := range order {
		if i == 0 || !c.ofItem(order[i-1]) {
			live = nil
		}
		if i+1 < len(order) && c.ofItem(order[i+1]) && c.At.Equal(order[i+1].At) {
			tell(c, CodeDuplicate, "overruled by a later change of the same instant")
			continue
		}
		if live != nil {
			live.To, live.EndRecorded = c.At, c.Recorded
			live = nil
		} else if c.Ended {
			tell(c, CodeContradiction, "the end of what was not in force; left out")
		}
		if c.Ended {
			continue
		}
		out = append(out, Span{
			Customer: c.Customer, Subscription: c.Subscription, Item: c.Item, From: c.At, Terms: c.Terms,
			ID: c.ID, Seq: c.Seq, Recorded: c.Recorded,
		})
		live = &out[len(out)-1]
	}
	return out, findings
}

func (c *TermsChange) ofItem(o *TermsChange) bool {
	return c.Customer == o.Customer && c.Subscription == o.Subscription && c.Item == o.Item
}
