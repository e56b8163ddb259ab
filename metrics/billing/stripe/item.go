package stripe

import (
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// addedLater is how long after its subscription an item must have been made to
// have been added to it: both come about in one request, but not in one second.
const addedLater = time.Minute

// item reads one item; nil where it is left out.
func (imp *Importer) item(n *kit.Note, sub *subscription, it *item, l life, whole []found, e *kit.Entry) []billing.Span {
	if !n.Name("items.id", string(it.ID)) {
		return nil
	}
	if it.Price.Object != nil && it.Plan != nil && it.Plan.ID != "" && it.Price.ID != string(it.Plan.ID) {
		n.Fault(billing.CodeContradiction, "items.plan.id", string(it.Plan.ID), "its price is %q, of which the plan is a copy; the item is left out", text.Clip(it.Price.ID))
		return nil
	}
	p := imp.known.resolve(it.Price, it.Plan)
	if p == nil {
		n.Fault(billing.CodeMissingPrice, "items.price", it.Price.ID, "the price is not in the export: expand it, or give it to Catalogue; the item is left out")
		return nil
	}
	if p.metered() {
		n.Notice(billing.CodeMetered, "price.recurring.usage_type", "metered", "what is used is not in a subscription; Lines has it")
		return nil
	}
	q, ok := quantity(n, it.Quantity, it.QuantityDecimal)
	if !ok {
		return nil
	}
	c, ok := p.charge(n, q, sub.Currency, imp.exponents)
	if !ok {
		return nil
	}
	course := &l.course
	s := l.base
	s.Item, s.Plan, s.Currency, s.Cycle, s.Quantity = string(it.ID), string(p.ID), c.currency, c.cycle, q
	s.Product = p.Product.ID
	s.Discounts = append(apply(n, imp.discounts(n, it.Discounts, billing.LevelItem, e.Event != nil), p.Product.ID, c.currency, imp.exponents),
		apply(n, whole, p.Product.ID, c.currency, imp.exponents)...)
	rates := it.TaxRates
	if len(rates) == 0 {
		rates = sub.DefaultTaxRates
	}
	s.Tax = c.tax(n, rates, sub.TaxPercent, imp.exponents)
	s.Amount = c.amount
	if s.Amount.IsZero() && (q.IsZero() || p.Transform != nil) {
		n.Notice(billing.CodeZeroQuantity, "quantity", q.String(), "the charge is 0 for this quantity")
	}

	start, end := imp.period(n, it, l)
	if s.PaidThrough = end; l.unpaid {
		s.PaidThrough = start
	}
	if l.atPeriodEnd {
		s.CancelAt = end
	}
	if l.atPeriodEnd && end.IsZero() && course.To.IsZero() {
		n.Warn(billing.CodeMissingTime, "current_period_end", "", "to be canceled at the end of a period that the record does not have: it counts as going on")
	}
	if added := n.SideTime("items.created", it.Created); added.After(course.From) && !l.created.IsZero() && added.Sub(l.created) > addedLater {
		course.From = added
		if !course.To.IsZero() && !course.From.Before(course.To) {
			n.Notice(billing.CodeZeroLength, "items.created", added.Format(time.RFC3339), "added when the subscription had ended; it counts nothing")
			return nil
		}
	}
	if l.sinceUnknown {
		since(n, course, start, e)
	}
	return course.Spans(s)
}

// period reads the current one: of the item, or of the subscription before
// 2025-03-31.
func (imp *Importer) period(n *kit.Note, it *item, l life) (start, end time.Time) {
	from, to := it.CurrentPeriodStart, it.CurrentPeriodEnd
	if from == "" && to == "" {
		from, to = l.periodStart, l.periodEnd
	}
	start, end = n.SideTime("current_period_start", from), n.SideTime("current_period_end", to)
	if !start.IsZero() && !end.IsZero() && !start.Before(end) {
		n.Warn(billing.CodeContradiction, "current_period_end", end.Format(time.RFC3339), "the period ends before it starts (%s); left out", start.Format(time.RFC3339))
		return time.Time{}, time.Time{}
	}
	return start, end
}

// since places a state whose beginning the object does not tell: at the start
// of the current period, the last moment at which it is known to have been
// charged for. Of an event the state holds at least since its moment, and the
// event before tells of earlier.
func since(n *kit.Note, c *kit.Course, periodStart time.Time, e *kit.Entry) {
	if periodStart.After(c.From) {
		c.StateFrom = periodStart
	}
	switch {
	case e.Event != nil:
		if c.StateFrom.IsZero() || c.StateFrom.After(e.Event.At) {
			c.StateFrom = e.Event.At
		}
	case c.StateFrom.IsZero():
		n.Warn(billing.CodeAssumed, "status", c.State.String(), "the record does not say since when; taken for all of the time")
	default:
		n.Notice(billing.CodeAssumed, "status", c.State.String(), "the record does not say since when; taken from the start of the current period, %s", c.StateFrom.Format(time.RFC3339))
	}
}
