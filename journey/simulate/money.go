package simulate

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// subscription is what a customer has now.
type subscription struct {
	open  bool
	n     int // how many there have been
	id    string
	plan  int
	seats int64
	base  billing.State // of the stage
	state billing.State // with what lies over it: pauses and failed payments
	habit int           // of the pause
	spans int           // of this subscription

	// Invoices: the n-th is issued at anchor + n cycles.
	anchor    int64 // Unix nanoseconds; 0 before the first
	cycles    int
	period    [2]time.Time // the one last invoiced
	unpaid    int          // index of the first unpaid invoice line
	retryAt   int64        // Unix seconds, or never
	lapseAt   int64
	resumeAt  int64
	invoiceAt int64
	lines     int
}

// bill lets the subscription follow a new visit.
func (l *life) bill(was bool, s *stageRun, why billing.Reason) {
	switch {
	case s.billed && !l.sub.open:
		l.subscribe(s)
	case s.billed && l.sub.base != s.state:
		l.sub.base = s.state
		l.sub.retryAt, l.sub.lapseAt, l.sub.resumeAt = never, never, never
		l.terms(s.state, l.since)
	case was && !s.billed && l.sub.open:
		l.end(l.since, why)
	case s.billed && l.sub.resumeAt != never: // a pause is of one stage
		l.sub.resumeAt = never
		l.terms(s.state, l.since)
	}
}

func (l *life) subscribe(s *stageRun) {
	p := &l.e.w.Personas[l.persona]
	n := l.sub.n + 1
	l.sub = subscription{
		open: true, n: n, id: "sub_" + l.c.ID + "_" + strconv.Itoa(n), base: s.state, seats: 1, plan: pick(l.st.Rand, l.e.plans[l.persona]),
		retryAt: never, lapseAt: never, resumeAt: never, invoiceAt: never,
	}
	if p.Seats[1] > 0 {
		l.sub.seats = max(int64(p.Seats[0])+l.st.Int64N(int64(p.Seats[1]-p.Seats[0]+1)), 1)
	}
	l.terms(s.state, l.since)
}

// terms ends the span in force and begins one with the subscription as it is.
func (l *life) terms(state billing.State, at int64) {
	b := &l.sub
	b.state = state
	if b.spans > 0 {
		last := &l.c.Spans[len(l.c.Spans)-1]
		last.To = instant(at)
		if !last.To.After(last.From) { // it was never in force
			l.c.Spans = l.c.Spans[:len(l.c.Spans)-1]
		}
	}
	b.spans++
	plan := &l.e.w.Billing.Plans[b.plan]
	l.c.Spans = append(l.c.Spans, billing.Span{
		Customer: l.c.ID, Subscription: b.id, From: instant(at), ID: b.id + "." + strconv.Itoa(b.spans), Seq: int64(b.spans),
		Terms: billing.Terms{
			Plan: plan.Name, Product: plan.Product, Amount: l.amount(), Currency: l.e.currency, Cycle: plan.Cycle,
			Quantity: decimal.NewFromInt(b.seats), State: state,
		},
	})
	if state == billing.StateActive && b.anchor == 0 {
		l.anchor(at)
	}
}

func (l *life) amount() decimal.Decimal {
	return l.e.w.Billing.Plans[l.sub.plan].Price.Mul(decimal.NewFromInt(l.sub.seats))
}

// anchor begins the invoices: the first is issued and paid at once.
func (l *life) anchor(at int64) {
	b := &l.sub
	b.anchor, b.cycles = at, 0
	l.issue(at)
}

// issue writes the invoice of the next period.
func (l *life) issue(at int64) {
	b := &l.sub
	cycle := l.e.w.Billing.Plans[b.plan].Cycle
	b.cycles++
	from, to := cycle.Nth(instant(b.anchor), b.cycles-1), cycle.Nth(instant(b.anchor), b.cycles)
	b.period = [2]time.Time{from, to}
	b.invoiceAt = to.Unix()
	l.line(billing.InvoiceLine{IssuedAt: instant(at), PaidAt: instant(at), From: from, To: to, Amount: l.amount()})
}

// line completes an invoice line with the subscription's own terms.
func (l *life) line(line billing.InvoiceLine) {
	b := &l.sub
	plan := &l.e.w.Billing.Plans[b.plan]
	b.lines++
	line.Customer, line.Subscription, line.Plan, line.Product = l.c.ID, b.id, plan.Name, plan.Product
	line.Invoice = "in_" + b.id + "_" + strconv.Itoa(b.lines)
	line.ID, line.Seq = "il_"+b.id+"_"+strconv.Itoa(b.lines), int64(b.lines)
	line.Currency, line.Cycle, line.Quantity = l.e.currency, plan.Cycle, decimal.NewFromInt(b.seats)
	l.c.Invoices = append(l.c.Invoices, line)
}

// invoice issues an invoice, which may fail.
func (l *life) invoice(at int64) {
	b, p := &l.sub, &l.e.w.Billing.Payments
	if b.state == billing.StatePaused {
		b.cycles++
		cycle := l.e.w.Billing.Plans[b.plan].Cycle
		b.invoiceAt = cycle.Nth(instant(b.anchor), b.cycles).Unix()
		return
	}
	l.issue(b.invoiceAt * second)
	line := &l.c.Invoices[len(l.c.Invoices)-1]
	switch {
	case b.state == billing.StatePastDue:
		line.Status, line.PaidAt = billing.LineOpen, time.Time{}
	case b.state == billing.StateActive && p.Fails > 0 && l.st.Float64() < p.Fails:
		if _, done := l.act(touchpoint.Event{Name: p.Failed}, at, -1, Nothing, billing.ReasonUnknown); !done {
			return
		}
		line.Status, line.PaidAt = billing.LineOpen, time.Time{}
		b.unpaid = len(l.c.Invoices) - 1
		now := floorSecond(l.last)
		l.terms(billing.StatePastDue, l.last)
		if l.st.Float64() < p.Recovers {
			b.retryAt = now + max(p.Retry.draw(l.st.Rand), 1)
		} else {
			b.lapseAt = now + max(p.Grace.draw(l.st.Rand), 1)
		}
	}
}

// recover pays what was open.
func (l *life) recover(at int64) {
	b := &l.sub
	b.retryAt = never
	if _, done := l.act(touchpoint.Event{Name: l.e.w.Billing.Payments.Recovered}, at, -1, Nothing, billing.ReasonUnknown); !done {
		return
	}
	l.terms(billing.StateActive, l.last)
	l.settle(billing.LinePaid)
}

func (l *life) settle(status billing.LineStatus) {
	for i := l.sub.unpaid; i < len(l.c.Invoices); i++ {
		if line := &l.c.Invoices[i]; line.Status == billing.LineOpen {
			line.Status = status
			if status == billing.LinePaid {
				line.PaidAt = instant(l.last)
			}
		}
	}
}

// lapse ends a subscription that nobody pays.
func (l *life) lapse(s *stageRun, at int64) bool {
	l.sub.lapseAt = never
	unpaid := l.sub
	moved, done := l.act(touchpoint.Event{Name: l.e.w.Billing.Payments.Lapsed}, at, s.lapseTo, Nothing, billing.ReasonInvoluntary)
	if done {
		l.sub.unpaid = unpaid.unpaid
		l.settle(billing.LineUncollectible)
	}
	return moved
}

// end closes the subscription.
func (l *life) end(at int64, why billing.Reason) {
	s := &l.c.Spans[len(l.c.Spans)-1]
	s.To, s.Reason, s.EndID = instant(at), why, l.sub.id+".end"
	if why == billing.ReasonVoluntary {
		s.CancelAskedAt = s.To
	}
	if !s.To.After(s.From) {
		l.c.Spans = l.c.Spans[:len(l.c.Spans)-1]
	}
	l.sub.open = false
}

func (l *life) canReplan(by int) bool {
	to := l.sub.plan + by
	return l.sub.open && l.sub.state == billing.StateActive && to >= 0 && to < len(l.e.w.Billing.Plans)
}

// replan moves the subscription on the ladder of plans. What the new terms
// make of the rest of a period is charged or given back at once.
func (l *life) replan(by int, at int64) {
	if !l.canReplan(by) {
		return
	}
	b := &l.sub
	plans := l.e.w.Billing.Plans
	old := l.amount()
	left, whole := b.period[1].Sub(instant(at*second)), b.period[1].Sub(b.period[0])
	again := plans[b.plan].Cycle.Canonical() != plans[b.plan+by].Cycle.Canonical()
	if again {
		l.prorate(old.Neg(), left, whole, at)
	}
	b.plan += by
	l.terms(b.state, at*second)
	if again {
		l.anchor(at * second)
		return
	}
	l.prorate(l.amount().Sub(old), left, whole, at)
}

// prorate charges, or gives back, the part of an amount that is left of a period.
func (l *life) prorate(amount decimal.Decimal, left, whole time.Duration, at int64) {
	if left <= 0 || whole <= 0 {
		return
	}
	part := amount.Abs().Mul(decimal.NewFromInt(int64(left / time.Second)))
	places, _ := l.e.currency.MinorUnits()
	part = part.DivRound(decimal.NewFromInt(int64(whole/time.Second)), places)
	if part.IsZero() {
		return
	}
	kind := billing.ProrationCharge
	if amount.IsNegative() {
		kind = billing.ProrationCredit
	}
	l.line(billing.InvoiceLine{IssuedAt: instant(at * second), PaidAt: instant(at * second), From: instant(at * second), To: l.sub.period[1], Amount: part, Proration: kind})
}

func (l *life) canPause() bool {
	return l.sub.open && l.sub.state == billing.StateActive && l.sub.resumeAt == never
}

func (l *life) pause(at int64) {
	if !l.canPause() {
		return
	}
	l.terms(billing.StatePaused, at*second)
	l.sub.resumeAt = at + max(l.e.w.Habits[l.sub.habit].Lasts.draw(l.st.Rand), 1)
}

func (l *life) resume(at int64) {
	l.sub.resumeAt = never
	if _, done := l.act(touchpoint.Event{Name: l.e.w.Habits[l.sub.habit].Resume}, at, -1, Nothing, billing.ReasonUnknown); done {
		l.terms(billing.StateActive, l.last)
	}
}
