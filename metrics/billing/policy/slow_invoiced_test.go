package policy_test

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// slowSpoken is what the spans of a subscription say to its invoices.
type slowSpoken struct {
	spans     []*billing.Span
	p         *policy.Policy
	ends      map[*billing.Span]time.Time
	over, end time.Time // when the last span ends; when nothing counts any more
	why       string    // it ends
}

func slowRecorded(s *billing.Span) time.Time {
	switch {
	case !s.To.IsZero():
		return s.To
	case !s.CancelAt.IsZero():
		return s.CancelAt
	default:
		return forever
	}
}

func slowSaid(spans []billing.Span, lines []billing.InvoiceLine, p *policy.Policy) map[string]*slowSpoken {
	out, all := map[string]*slowSpoken{}, map[string][]*billing.Span{}
	for i := range spans {
		s := &spans[i]
		k := s.Customer + "|" + s.Subscription
		all[k] = append(all[k], s)
		if s.Test && !p.CountTest {
			continue
		}
		if out[k] == nil {
			out[k] = &slowSpoken{p: p, ends: map[*billing.Span]time.Time{}}
		}
		out[k].spans = append(out[k].spans, s)
	}
	for k, x := range out {
		var others []*billing.Span
		for o, spans := range all {
			if o != k && spans[0].Customer == x.spans[0].Customer {
				others = append(others, spans...)
			}
		}
		for _, s := range x.spans {
			x.ends[s] = slowEnd(s, x.spans, others, p)
			if end := slowRecorded(s); end.After(x.over) {
				x.over = end
			}
		}
		x.end = forever
		if !x.over.Equal(forever) {
			x.end, x.why = x.over, "ended"
			if p.ChurnDate == policy.EndOfPaidService {
				x.end = x.tail(k, lines, others)
			}
		}
		x.endByRequest()
	}
	return out
}

func (x *slowSpoken) lastBegun() *billing.Span {
	return slices.MaxFunc(x.spans, func(a, b *billing.Span) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Item, b.Item)) })
}

// tail is when what was invoiced beyond the end of the spans no longer counts.
func (x *slowSpoken) tail(key string, lines []billing.InvoiceLine, others []*billing.Span) time.Time {
	paid := x.over
	for i := range lines {
		l := &lines[i]
		if from, to := slowPeriod(l, lines, x.p); l.Customer+"|"+l.Subscription == key && slowLineCounts(l, x.p) && from.Before(to) && to.After(paid) {
			paid = to
		}
	}
	s := *x.lastBegun()
	s.PaidThrough = paid
	if end := slowSuccessor(&s, x.over, others, x.p); end.Before(paid) {
		x.why = "succeeded"
		if end.Equal(x.over) {
			x.why = "carried on"
		}
		return end
	}
	return forever
}

// endByRequest ends what was asked to end, where nothing counts again later.
func (x *slowSpoken) endByRequest() {
	if x.p.ChurnDate != policy.EndRequested {
		return
	}
	var bounds []time.Time
	for _, s := range x.spans {
		bounds = append(bounds, s.From, s.CancelAskedAt, slowRecorded(s), x.ends[s])
	}
	slices.SortFunc(bounds, func(a, b time.Time) int { return b.Compare(a) })
	for _, at := range bounds {
		if !at.Before(x.over) {
			continue
		}
		gone := false
		for _, s := range x.spans {
			gone = gone || x.asked(s, at)
			if x.holder(s.Item, at) != nil {
				return
			}
		}
		if !gone {
			return
		}
		x.end, x.why = at, "asked"
	}
}

// asked reports whether a span is in force, and its end was asked for.
func (x *slowSpoken) asked(s *billing.Span, at time.Time) bool {
	return x.p.ChurnDate == policy.EndRequested && !s.CancelAskedAt.IsZero() &&
		!at.Before(s.CancelAskedAt) && !at.Before(s.From) && at.Before(slowRecorded(s))
}

// holder is the span of an item that holds at an instant: the one begun last.
func (x *slowSpoken) holder(item string, at time.Time) (holds *billing.Span) {
	for _, s := range x.spans {
		if s.Item == item && !at.Before(s.From) && at.Before(x.ends[s]) && (holds == nil || !s.From.Before(holds.From)) {
			holds = s
		}
	}
	return holds
}

// names reports whether spans speak of an item, ever.
func (x *slowSpoken) names(item string) bool {
	return slices.ContainsFunc(x.spans, func(s *billing.Span) bool {
		from := s.From
		if s.CancelAskedAt.After(from) {
			from = s.CancelAskedAt
		}
		return s.Item == item && (s.From.Before(x.ends[s]) || x.asked(s, from))
	})
}

// bars reports whether an item may not count at an instant.
func (x *slowSpoken) bars(item string, at time.Time) bool {
	if !at.Before(x.end) {
		return true
	}
	if !x.names(item) {
		item = ""
	}
	if x.names(item) {
		_, barred := x.stands(item, at)
		return barred
	}
	counting, barred := false, false
	for _, s := range x.spans {
		yes, no := x.stands(s.Item, at)
		counting, barred = counting || yes, barred || no
	}
	return barred && !counting
}

// stands says whether an item that spans name counts, or may not; neither where
// they say nothing of an instant.
func (x *slowSpoken) stands(item string, at time.Time) (yes, no bool) {
	if s := x.holder(item, at); s != nil {
		yes = slowStands(s, x.spans, x.ends, x.p, at)
		return yes, !yes
	}
	return false, slices.ContainsFunc(x.spans, func(s *billing.Span) bool { return s.Item == item && x.asked(s, at) })
}

// slowInvoiced is what every subscription's invoice lines are worth at an
// instant, read off one by one.
func slowInvoiced(spans []billing.Span, lines []billing.InvoiceLine, p *policy.Policy, observed, at time.Time) map[string]*big.Rat {
	type item struct{ key, name string }
	said := slowSaid(spans, lines, p)
	of := map[item][]*billing.InvoiceLine{}
	for i := range lines {
		l := &lines[i]
		k := item{l.Customer + "|" + l.Subscription, l.Item}
		of[k] = append(of[k], l)
	}
	sums := map[string]*big.Rat{}
	for k, some := range of {
		if sums[k.key] == nil {
			sums[k.key] = new(big.Rat)
		}
		s := said[k.key]
		if s != nil && s.bars(k.name, at) {
			continue
		}
		over := forever
		if s != nil {
			over = s.over
		}
		sums[k.key].Add(sums[k.key], slowInvoicedItem(some, lines, p, observed, over, at))
	}
	for k, v := range sums {
		if v.Sign() < 0 {
			v = new(big.Rat)
		}
		if p.Rounding.Scope == policy.RoundSubscriptions {
			v = slowRound(v, p.Rounding)
		}
		sums[k] = v
	}
	return sums
}

// slowInvoicedItem is what the lines of one item are worth: those whose period it
// is; where there are none, those that ended last and may go on.
func slowInvoicedItem(some []*billing.InvoiceLine, lines []billing.InvoiceLine, p *policy.Policy, observed, over, at time.Time) *big.Rat {
	add := func(in func(from, to time.Time) bool, usage bool) (*big.Rat, int) {
		sum, n := new(big.Rat), 0
		for _, l := range some {
			from, to := slowPeriod(l, lines, p)
			if !in(from, to) || !from.Before(to) || !slowLineCounts(l, p) || l.Kind == billing.LineUsage && !usage {
				continue
			}
			v := slowLine(l, lines, p)
			if l.Kind == billing.LineUsage && p.Metered == policy.MeteredTrailing {
				v = slowLineTrailing(l, lines, p)
			}
			if l.Credits() {
				v = new(big.Rat).Neg(v)
			}
			sum.Add(sum, v)
			n++
		}
		return sum, n
	}
	sum, n := add(func(from, to time.Time) bool { return !at.Before(from) && at.Before(to) }, true)
	if n > 0 {
		return sum
	}
	var ended time.Time
	later := false
	for _, l := range some {
		from, to := slowPeriod(l, lines, p)
		if !slowLineCounts(l, p) || !from.Before(to) {
			continue
		}
		if !to.After(at) && to.After(ended) {
			ended = to
		}
		later = later || from.After(at)
	}
	if ended.IsZero() {
		return sum
	}
	until := ended
	switch p.Lapse.Rule {
	case policy.LapseUntilEnd:
		until = forever
	case policy.LapseAfterDays:
		until = ended.AddDate(0, 0, p.Lapse.Days)
	case policy.LapseAtOnce:
	}
	running := !observed.IsZero() && !later
	var due time.Time // the next charge of what is charged in arrears
	for _, l := range some {
		from, to := slowPeriod(l, lines, p)
		if at := slowAwaited(l); slowLineCounts(l, p) && from.Before(to) && to.Equal(ended) && to.Equal(l.To) && at.After(due) {
			due = at
		}
	}
	awaits := running && !due.Before(observed)
	unknown := running && !ended.Before(observed) // whether it was paid in the end, too
	if awaits || running && !until.Before(observed) {
		until = forever
	}
	if !at.Before(until) || !at.Before(over) {
		return sum
	}
	dropped := func(l *billing.InvoiceLine) bool {
		return l.Status == billing.LineOpen && p.PastDue.Drop && l.IssuedAt.AddDate(0, 0, p.PastDue.AfterDays).Before(l.To)
	}
	kept := slices.DeleteFunc(slices.Clone(some), dropped)
	if !unknown || awaits {
		some = kept
	}
	sum, _ = add(func(from, to time.Time) bool { return from.Before(ended) && to.Equal(ended) }, awaits)
	return sum
}

// slowAwaited is when the charge after a line is due that was issued when its
// period was over; zero for others.
func slowAwaited(l *billing.InvoiceLine) time.Time {
	if l.Credits() || l.IssuedAt.Before(l.To.Add(-24*time.Hour)) {
		return time.Time{}
	}
	next := l.Cycle.Nth(l.To, 1)
	if again := l.Cycle.Nth(l.From, 2); l.Proration == billing.ProrationNone && again.After(next) {
		next = again
	}
	return next
}

// slowPeriod is when a line counts, if it counts at all: not after an open one is
// too old, and nothing of a first invoice before it was paid.
func slowPeriod(l *billing.InvoiceLine, lines []billing.InvoiceLine, p *policy.Policy) (from, to time.Time) {
	due := func(x *billing.InvoiceLine) time.Time {
		if x.Status == billing.LineOpen && p.PastDue.Drop {
			if at := x.IssuedAt.AddDate(0, 0, p.PastDue.AfterDays); at.Before(x.To) {
				return at
			}
		}
		return x.To
	}
	from, to = l.From, due(l)
	if !p.AwaitFirstPayment {
		return from, to
	}
	var first *billing.InvoiceLine
	for i := range lines {
		x := &lines[i]
		if x.Customer == l.Customer && x.Subscription == l.Subscription && slowLineCounts(x, p) && x.From.Before(due(x)) && (first == nil || x.From.Before(first.From)) {
			first = x
		}
	}
	if first == nil {
		return from, to
	}
	begin := first.PaidAt
	if begin.IsZero() && first.Status == billing.LineOpen {
		begin = forever
	}
	if from.Before(begin) {
		from = begin
	}
	return from, to
}

func slowLineCounts(l *billing.InvoiceLine, p *policy.Policy) bool {
	switch l.Status {
	case billing.LineDraft, billing.LineVoid:
		return false
	case billing.LineUncollectible:
		if !p.CountUnpaid {
			return false
		}
	case billing.LinePaid, billing.LineOpen:
	}
	switch l.Kind {
	case billing.LineOneOff:
		return false
	case billing.LineCredit, billing.LineRefund:
		return p.SubtractCredits
	case billing.LineUsage:
		return p.Metered == policy.MeteredIncluded || p.Metered == policy.MeteredTrailing
	case billing.LineRecurring:
	}
	return true
}

// slowWhole is the cycle that a prorated line is part of: of the last full line of
// its charge that begins before it ends, or the first there is, if its own period
// does not reach, that of any charge of the subscription which ends with it, the
// longest, else the one counted from there.
func slowWhole(l *billing.InvoiceLine, lines []billing.InvoiceLine) time.Duration {
	var near *billing.InvoiceLine
	for i := range lines {
		x := &lines[i]
		if x.Customer != l.Customer || x.Subscription != l.Subscription || x.Item != l.Item || x.Cycle != l.Cycle ||
			x.Kind != billing.LineRecurring || x.Proration != billing.ProrationNone {
			continue
		}
		before := func(y *billing.InvoiceLine) bool { return y.From.Before(l.To) }
		switch {
		case near == nil:
			near = x
		case before(x) != before(near):
			if before(x) {
				near = x
			}
		case before(x):
			if c := cmp.Or(x.From.Compare(near.From), x.To.Compare(near.To)); c >= 0 {
				near = x
			}
		default:
			if c := cmp.Or(x.From.Compare(near.From), x.To.Compare(near.To)); c < 0 {
				near = x
			}
		}
	}
	if near != nil && near.From.Before(l.To) && !near.To.Before(l.To) {
		return near.To.Sub(near.From)
	}
	var with time.Duration
	for i := range lines {
		if x := &lines[i]; x.Customer == l.Customer && x.Subscription == l.Subscription && x.Cycle == l.Cycle && x.To.Equal(l.To) &&
			x.Kind == billing.LineRecurring && x.Proration == billing.ProrationNone {
			with = max(with, x.To.Sub(x.From))
		}
	}
	if with > 0 {
		return with
	}
	if near == nil {
		return l.To.Sub(l.Cycle.Nth(l.To, -1))
	}
	n := -500
	for near.Cycle.Nth(near.From, n).Before(l.To) {
		n++
	}
	return near.Cycle.Nth(near.From, n).Sub(near.Cycle.Nth(near.From, n-1))
}

func slowLine(l *billing.InvoiceLine, lines []billing.InvoiceLine, p *policy.Policy) *big.Rat {
	v := rat(l.Amount)
	if p.Discounts != policy.DiscountsNone {
		v.Sub(v, rat(l.Discount))
	}
	if p.IncludeTax {
		v.Add(v, rat(l.Tax))
	}
	days := big.NewRat(int64(l.To.Sub(l.From)), int64(24*time.Hour))
	switch {
	case p.Scaling == policy.ScaleByDays && l.Cycle.Unit != calendar.UnitWeek:
		f := p.DayFactor
		if f == (policy.Factor{}) {
			f = policy.Factor{Times: 365, Per: 12}
		}
		v.Mul(v, big.NewRat(f.Times, f.Per))
		v.Quo(v, days)
	case p.Scaling == policy.ScaleToCycle && l.Proration != billing.ProrationNone:
		whole := big.NewRat(int64(slowWhole(l, lines)), int64(24*time.Hour))
		v = slowMonth(v, l.Cycle, p)
		v.Mul(v, whole.Quo(whole, days))
	default:
		v = slowMonth(v, l.Cycle, p)
	}
	if p.Rounding.Scope == policy.RoundItems {
		v = slowRound(v, p.Rounding)
	}
	return v
}

func slowLineTrailing(l *billing.InvoiceLine, lines []billing.InvoiceLine, p *policy.Policy) *big.Rat {
	var before []*billing.InvoiceLine
	for i := range lines {
		x := &lines[i]
		from, to := slowPeriod(x, lines, p)
		begins, _ := slowPeriod(l, lines, p)
		if x.Kind == billing.LineUsage && x.Customer == l.Customer && x.Subscription == l.Subscription && x.Item == l.Item &&
			slowLineCounts(x, p) && to.After(from) && !to.After(begins) {
			before = append(before, x)
		}
	}
	slices.SortStableFunc(before, func(a, b *billing.InvoiceLine) int {
		x, _ := slowPeriod(a, lines, p)
		y, _ := slowPeriod(b, lines, p)
		return x.Compare(y)
	})
	n := p.MeteredPeriods
	if n == 0 {
		n = 3
	}
	before = before[max(0, len(before)-n):]
	sum := new(big.Rat)
	for _, x := range before {
		v := slowLine(x, lines, p)
		if x.Credits() {
			v.Neg(v)
		}
		sum.Add(sum, v)
	}
	if len(before) > 0 {
		sum.Quo(sum, big.NewRat(int64(len(before)), 1))
	}
	if l.Credits() { // the mean replaces the line's own sign too
		sum.Neg(sum)
	}
	return sum
}
