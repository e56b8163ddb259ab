package stripe

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// subscription reads one.
func (imp *Importer) subscription(e *kit.Entry) (t kit.Told, ok bool, err error) {
	if e.Is("object", "subscription_schedule") {
		return imp.scheduled(e)
	}
	imp.sub = subscription{}
	sub := &imp.sub
	if ok, err = imp.kit.Decode(e.Record, sub); !ok {
		return t, false, err
	}
	t.ID = string(sub.ID)
	t.Spans, t.Ended, ok = imp.spans(sub, e)
	if e.Event != nil {
		t.Rank = rank(e.Event.Kind)
		if ok {
			imp.remember(sub)
		}
	}
	return t, ok, nil
}

// complete finds what an input without canceled subscriptions is likely to lack.
func (imp *Importer) complete(objects, ended int) {
	// Ten is the size of a page when none is asked for.
	if objects >= 10 && ended == 0 {
		imp.kit.Note("").Warn(billing.CodeTruncated, "status", "", "none of %d subscriptions is canceled: a list leaves them out unless status=all is asked for, and their churn is missing then", objects)
	}
}

// remember keeps what settle will need of the prices of a subscription.
func (imp *Importer) remember(sub *subscription) {
	if sub.Items == nil {
		return
	}
	for i := range sub.Items.Data {
		p := imp.known.resolve(sub.Items.Data[i].Price, sub.Items.Data[i].Plan)
		if p != nil && p.Product.ID != "" && len(imp.products) < imp.kit.Options().Limits.Catalogue {
			imp.products[string(p.ID)] = p.Product.ID
		}
	}
}

// rank orders events of one second.
func rank(kind string) int {
	switch kind {
	case "customer.subscription.created":
		return 0
	case "customer.subscription.deleted":
		return 2
	default:
		return 1
	}
}

// life is what all items of a subscription share.
type life struct {
	course  kit.Course
	created time.Time
	base    billing.Span
	// periodEnd is that of the subscription, where items have none.
	periodStart, periodEnd kit.Text
	atPeriodEnd            bool
	sinceUnknown           bool // State holds since some instant the object does not tell
	unpaid                 bool // the current period was not paid
}

// spans reads one subscription. ok is false where it is left out as a whole.
func (imp *Importer) spans(sub *subscription, e *kit.Entry) (out []billing.Span, ended time.Time, ok bool) {
	id := string(sub.ID)
	if id == "" {
		id = e.Name()
	}
	n := imp.kit.Note(id)
	n.Subscription = string(sub.ID)
	l, ok := imp.life(n, sub, e)
	if !ok {
		return nil, time.Time{}, false
	}
	ended = l.course.To
	if !ended.IsZero() && !l.course.From.Before(ended) {
		n.Notice(billing.CodeZeroLength, "ended_at", string(sub.EndedAt), "ended when it began; it counts nothing")
		return nil, ended, true
	}

	items := sub.items(n)
	shared := sub.Discounts
	if sub.Discount != nil && len(shared) == 0 {
		shared = []kit.Ref[discount]{{ID: string(sub.Discount.ID), Object: sub.Discount}}
	}
	if c := sub.Customer.Object; len(shared) == 0 && c != nil && c.Discount != nil {
		shared = []kit.Ref[discount]{{ID: string(c.Discount.ID), Object: c.Discount}}
	}
	whole := imp.discounts(n, shared, billing.LevelSubscription, e.Event != nil)
	first := time.Time{}
	for i := range items {
		n.Item = string(items[i].ID)
		spans := imp.item(n, sub, &items[i], l, whole, e)
		if len(spans) > 0 && (first.IsZero() || spans[0].From.Before(first)) {
			first = spans[0].From
		}
		if out == nil {
			out = spans
		} else {
			out = append(out, spans...)
		}
	}
	n.Item = ""
	if !first.IsZero() && l.course.From.Before(first) && e.Event == nil {
		n.Warn(billing.CodeAssumed, "items.created", first.Format(time.RFC3339), "its oldest item is younger than the subscription of %s: what was charged before is not in the record", l.course.From.Format(time.RFC3339))
	}
	out = imp.coming(n, sub, l, out, e.Event != nil)
	if slices.ContainsFunc(out, func(s billing.Span) bool { return s.Currency != out[0].Currency }) {
		n.Warn(billing.CodeContradiction, "items.price.currency", "", "items in different currencies, which a subscription cannot have")
	}
	return out, ended, true
}

// items gives those of the subscription; one made of its plan where it is from
// before there were items.
func (sub *subscription) items(n *kit.Note) []item {
	if sub.Items != nil {
		have := len(sub.Items.Data)
		total, _ := n.Int("items.total_count", sub.Items.TotalCount, have, 0, 1<<30)
		count, _ := n.Int("items.count", sub.Items.Count, have, 0, 1<<30)
		if sub.Items.HasMore || total > have || count > have {
			n.Fault(billing.CodeTruncated, "items.has_more", "true", "only %d of its items are in the export: the others are missing", have)
		}
		if have > 0 {
			return sub.Items.Data
		}
	}
	if sub.Plan != nil {
		return []item{{Plan: sub.Plan, Quantity: sub.Quantity}}
	}
	n.Fault(billing.CodeMissingPrice, "items", "", "no items: it counts nothing")
	return nil
}

func (imp *Importer) life(n *kit.Note, sub *subscription, e *kit.Entry) (l life, ok bool) {
	customer := sub.Customer.ID
	if customer == "" {
		customer = string(sub.CustomerAccount)
	}
	if customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer", "", "it is left out")
		return l, false
	}
	n.Customer = customer
	if !n.Name("customer", customer) || !n.Name("id", string(sub.ID)) {
		return l, false
	}
	l.base = billing.Span{Customer: customer, Subscription: string(sub.ID), ID: n.Record, Seq: e.N}
	l.base.Test = test(n, sub.Livemode, e.Event, sub.TestClock.ID)

	if !imp.bounds(n, sub, &l) || !imp.end(n, sub, &l) || !imp.state(n, sub, &l) {
		return l, false
	}
	return l, true
}

// bounds reads when it began and its trial.
func (imp *Importer) bounds(n *kit.Note, sub *subscription, l *life) (ok bool) {
	c := &l.course
	if l.created, ok = n.Time("created", sub.Created); !ok {
		return false
	}
	if c.From, ok = n.Time("start_date", sub.StartDate); !ok {
		return false
	}
	switch {
	case c.From.IsZero() && !l.created.IsZero():
		c.From = l.created
	case c.From.IsZero():
		if c.From, ok = n.Time("start", sub.Start); !ok {
			return false
		}
		if c.From.IsZero() {
			n.Fault(billing.CodeMissingTime, "start_date", "", "it does not say when it began; it is left out")
			return false
		}
	case !l.created.IsZero() && !c.From.Equal(l.created):
		n.Notice(billing.CodeBackdated, "start_date", c.From.Format(time.RFC3339), "made %s, counts from start_date", l.created.Format(time.RFC3339))
		if c.From.Before(l.created) {
			l.base.Recorded = l.created
		}
	}
	c.TrialFrom, c.TrialTo = n.SideTime("trial_start", sub.TrialStart), n.SideTime("trial_end", sub.TrialEnd)
	if !c.TrialFrom.IsZero() && !c.TrialTo.IsZero() && !c.TrialFrom.Before(c.TrialTo) {
		n.Warn(billing.CodeContradiction, "trial_end", c.TrialTo.Format(time.RFC3339), "the trial ends when it starts; it is left out")
		c.TrialFrom, c.TrialTo = time.Time{}, time.Time{}
	}
	if charged := sub.Status == "active" || sub.Status == "past_due" || sub.Status == "unpaid"; charged && !c.TrialFrom.IsZero() && c.TrialTo.IsZero() {
		n.Warn(billing.CodeContradiction, "trial_end", "", "%s, and the trial does not end; it is left out", sub.Status)
		c.TrialFrom = time.Time{}
	}
	l.periodStart, l.periodEnd = sub.CurrentPeriodStart, sub.CurrentPeriodEnd
	return true
}

// end reads when it ended or will, and why.
func (imp *Importer) end(n *kit.Note, sub *subscription, l *life) (ok bool) {
	asked := n.SideTime("canceled_at", sub.CanceledAt)
	if l.course.To, ok = n.Time("ended_at", sub.EndedAt); !ok {
		return false
	}
	final := sub.Status == "canceled" || sub.Status == "incomplete_expired"
	switch {
	case final && l.course.To.IsZero() && asked.IsZero():
		n.Fault(billing.CodeMissingTime, "ended_at", "", "%s, and it does not say since when; it is left out", sub.Status)
		return false
	case final && l.course.To.IsZero():
		n.Warn(billing.CodeContradiction, "ended_at", "", "%s without ended_at; canceled_at, when it was asked for, is taken for its end", sub.Status)
		l.course.To = asked
	case !final && !l.course.To.IsZero():
		n.Warn(billing.CodeContradiction, "ended_at", l.course.To.Format(time.RFC3339), "status %s with an end; the end is taken", text.Clip(string(sub.Status)))
	}
	l.base.CancelAskedAt = asked
	if l.course.To.IsZero() {
		l.base.CancelAt = n.SideTime("cancel_at", sub.CancelAt)
		l.atPeriodEnd = sub.CancelAtPeriodEnd && l.base.CancelAt.IsZero()
		if at := l.base.CancelAt; !at.IsZero() && !l.course.From.Before(at) {
			n.Warn(billing.CodeContradiction, "cancel_at", at.Format(time.RFC3339), "would end before it began; left out")
			l.base.CancelAt = time.Time{}
		}
	}
	if d := sub.CancellationDetails; d != nil {
		switch d.Reason {
		case "":
		case "cancellation_requested":
			l.base.Reason = billing.ReasonVoluntary
		case "payment_failed", "payment_disputed":
			l.base.Reason = billing.ReasonInvoluntary
			l.unpaid = d.Reason == "payment_failed"
		default:
			n.Notice(billing.CodeUnknownValue, "cancellation_details.reason", string(d.Reason), "read as unknown")
		}
	}
	return true
}

// state reads how it stands.
func (imp *Importer) state(n *kit.Note, sub *subscription, l *life) bool {
	c := &l.course
	switch sub.Status {
	case "active", "canceled":
	case "trialing":
		if c.TrialTo.IsZero() {
			n.Warn(billing.CodeContradiction, "trial_end", "", "trialing without an end of the trial; it stays one")
			c.State = billing.StateTrial
		}
	case "past_due":
		c.State, l.sinceUnknown, l.unpaid = billing.StatePastDue, true, true
	case "unpaid":
		c.State, l.sinceUnknown, l.unpaid = billing.StateUnpaid, true, true
	case "paused": // a trial that ended without a way to pay
		c.State, c.StateFrom = billing.StatePaused, c.TrialTo
		l.sinceUnknown = c.TrialTo.IsZero()
	case "incomplete", "incomplete_expired":
		c.State = billing.StateIncomplete
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(sub.Status), "not a status; it is left out")
		return false
	}
	if p := sub.PauseCollection; p != nil && c.State == billing.StateActive && c.To.IsZero() {
		c.State, l.sinceUnknown = billing.StateCollectionPaused, true
		c.StateTo = n.SideTime("pause_collection.resumes_at", p.ResumesAt)
		n.Notice(billing.CodeUnsupported, "pause_collection.behavior", string(p.Behavior), "collection is paused while the status stays %s; whether that counts is the policy's to say", sub.Status)
	}
	return true
}
