package simulate

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/vendor"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Webhook is a message as Stripe sends it: an event object as JSON.
type Webhook struct {
	At       time.Time `json:"at"`
	Customer string    `json:"customer"`
	Body     string    `json:"body"`
}

// Webhooks are the events of subscriptions and invoices as Stripe would have
// sent them, by time. What package stripe reads from them are the Spans and the
// Invoices, but that Stripe knows a pause as one of the collection, knows until
// when a subscription is paid for, lets an open trial go on as a subscription
// when its time is over, and gives invoice lines in whole minor units.
//
// Errors: a currency that Stripe has no minor units for.
func (c *Company) Webhooks() ([]Webhook, error) {
	places, ok := money.StripeExponents().MinorUnits(c.e.currency)
	if !ok {
		return nil, fmt.Errorf("simulate: webhooks: %w: %q", money.ErrNoMinorUnits, c.e.currency)
	}
	t := &teller{e: c.e, places: places}
	for i := range c.customers {
		t.spans(&c.customers[i])
		t.invoices(&c.customers[i])
	}
	slices.SortStableFunc(t.out, func(a, b Webhook) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Customer, b.Customer)) })
	return t.out, nil
}

// Stripe is the bodies of the Webhooks as JSON lines: what stripe.Read takes.
func (c *Company) Stripe() (string, error) {
	hooks, err := c.Webhooks()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, h := range hooks {
		b.WriteString(h.Body)
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// teller tells what happened in the words of a billing system.
type teller struct {
	e      *engine
	places int32
	out    []Webhook
	n      int
}

func (t *teller) add(at time.Time, customer, body string) {
	t.out = append(t.out, Webhook{At: at, Customer: customer, Body: body})
}

// terms are what is bought at a price per seat.
func (t *teller) terms(plan, product string, cycle calendar.Cycle) vendor.Terms {
	return vendor.Terms{
		Plan: plan, Product: product, Currency: strings.ToLower(string(t.e.currency)), Interval: cycle.Unit.String(), Count: cycle.Canonical().N,
	}
}

// minor is an amount in minor units, and its text where it has parts of one.
func (t *teller) minor(d decimal.Decimal) (int64, string) {
	m := d.Shift(t.places)
	if m.IsInteger() {
		return m.IntPart(), ""
	}
	return m.Round(0).IntPart(), m.String()
}

var statuses = map[billing.State]vendor.Status{
	billing.StateActive: vendor.Active, billing.StateTrial: vendor.Trial, billing.StatePastDue: vendor.Due, billing.StatePaused: vendor.Pause,
}

// spans tells of a customer's subscriptions.
func (t *teller) spans(c *Customer) {
	for sub := range bySubscription(c.Spans) {
		start := sub[0].From
		ev := vendor.Event{Customer: c.ID, Sub: sub[0].Subscription, Start: start, Status: vendor.Active}
		for i := range sub {
			s := &sub[i]
			ev.Kind = kindOf(sub, i)
			ev.At, ev.ID, ev.Status = s.From, "evt_"+s.ID, statuses[s.State]
			price := s.Amount
			if seats := s.Quantity.IntPart(); seats > 0 {
				price, ev.Seats = t.e.priceOf(s.Plan), seats
			}
			ev.Terms = t.terms(s.Plan, s.Product, s.Cycle)
			ev.Cents, ev.Minor = t.minor(price)
			ev.PeriodStart, ev.PeriodEnd = period(start, s.Cycle, s.From)
			ev.TrialEnd = time.Time{}
			if s.State == billing.StateTrial {
				ev.TrialEnd = t.trialEnd(s)
			}
			t.add(ev.At, c.ID, vendor.Stripe(ev))
		}
		last := &sub[len(sub)-1]
		if last.To.IsZero() {
			continue
		}
		ev.Kind, ev.Status, ev.At, ev.EndedAt, ev.ID = vendor.Ended, vendor.Over, last.To, last.To, "evt_"+last.EndID
		ev.AskedAt, ev.Unpaid, ev.TrialEnd = last.CancelAskedAt, last.Reason == billing.ReasonInvoluntary, time.Time{}
		t.add(ev.At, c.ID, vendor.Stripe(ev))
	}
}

// kindOf says what the beginning of a span tells of.
func kindOf(sub []billing.Span, i int) vendor.Kind {
	if i == 0 {
		return vendor.Created
	}
	switch was, is := sub[i-1].State, sub[i].State; {
	case is == billing.StatePastDue && was != is:
		return vendor.PastDue
	case is == billing.StatePaused && was != is:
		return vendor.Paused
	case was == billing.StatePaused:
		return vendor.Resumed
	case was == billing.StatePastDue:
		return vendor.Recovered
	case sub[i-1].Plan != sub[i].Plan:
		return vendor.Repriced
	default:
		return vendor.Renewed
	}
}

// trialEnd is when a trial will end by itself: with the timer of its stage, or
// at an instant beyond the world where it has none.
func (t *teller) trialEnd(s *billing.Span) time.Time {
	for i := range t.e.stages {
		if run := &t.e.stages[i]; run.state == billing.StateTrial && run.billed && run.after > 0 {
			return s.From.Add(time.Duration(run.after))
		}
	}
	return t.e.w.To.Add(24 * time.Hour)
}

func (e *engine) priceOf(plan string) decimal.Decimal {
	for i := range e.w.Billing.Plans {
		if e.w.Billing.Plans[i].Name == plan {
			return e.w.Billing.Plans[i].Price
		}
	}
	return decimal.Decimal{}
}

// period is the billing period of a subscription that an instant lies in.
func period(start time.Time, cycle calendar.Cycle, at time.Time) (from, to time.Time) {
	n := 0
	for from, to = start, cycle.Nth(start, 1); !to.After(at); from, to = to, cycle.Nth(start, n+1) {
		n++
	}
	return from, to
}

// invoices tells of a customer's invoices: when they were issued, and what
// became of those that were not paid at once.
func (t *teller) invoices(c *Customer) {
	for i := range c.Invoices {
		l := &c.Invoices[i]
		inv := vendor.Invoice{
			ID: l.Invoice, LineID: l.ID, Sub: l.Subscription, Customer: c.ID, Issued: l.IssuedAt, Seats: l.Quantity.IntPart(),
			From: l.From, To: l.To, Prorated: l.Proration != billing.ProrationNone, Terms: t.terms(l.Plan, l.Product, l.Cycle),
		}
		inv.Cents, _ = t.minor(l.Net())
		say := func(status string, at, paid time.Time) {
			t.n++
			inv.Status, inv.At, inv.Paid, inv.Event = status, at, paid, "evt_"+l.Invoice+"_"+strconv.Itoa(t.n)
			t.add(at, c.ID, vendor.StripeInvoice(inv))
		}
		if l.Status == billing.LinePaid && l.PaidAt.Equal(l.IssuedAt) {
			say("paid", l.IssuedAt, l.PaidAt)
			continue
		}
		say("open", l.IssuedAt, time.Time{})
		switch l.Status {
		case billing.LinePaid:
			say("paid", l.PaidAt, l.PaidAt)
		case billing.LineUncollectible:
			say("uncollectible", endOf(c, l), time.Time{})
		default:
		}
	}
}

// endOf is when the subscription of an invoice ended.
func endOf(c *Customer, l *billing.InvoiceLine) time.Time {
	at := l.IssuedAt
	for i := range c.Spans {
		if s := &c.Spans[i]; s.Subscription == l.Subscription && s.To.After(at) {
			at = s.To
		}
	}
	return at
}

// bySubscription are the runs of one subscription.
func bySubscription(spans []billing.Span) iter.Seq[[]billing.Span] {
	return func(yield func([]billing.Span) bool) {
		for len(spans) > 0 {
			n := 1
			for n < len(spans) && spans[n].Subscription == spans[0].Subscription {
				n++
			}
			if !yield(spans[:n]) {
				return
			}
			spans = spans[n:]
		}
	}
}
