package policy_test

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// slowWorth is what every subscription is worth a month at an instant: the
// policy's rules read off one by one, in fractions, with no state kept from one
// instant to the next. Keys are "customer|subscription".
func slowWorth(spans []billing.Span, p *policy.Policy, at time.Time) map[string]*big.Rat {
	groups := map[string][]*billing.Span{}
	for i := range spans {
		k := spans[i].Customer + "|" + spans[i].Subscription
		groups[k] = append(groups[k], &spans[i])
	}
	out := map[string]*big.Rat{}
	for k, g := range groups {
		var others []*billing.Span
		for o, spans := range groups {
			if o != k && spans[0].Customer == g[0].Customer {
				others = append(others, spans...)
			}
		}
		out[k] = slowSubscription(g, others, p, at)
	}
	return out
}

// slowSuccessor is when what was paid for ends: where it does, or where another
// subscription of the customer begins before that.
func slowSuccessor(s *billing.Span, end time.Time, others []*billing.Span, p *policy.Policy) time.Time {
	if s.Reason == billing.ReasonReplaced {
		return end
	}
	begins := map[string]time.Time{} // tests never begin anything
	for _, o := range others {
		if o.Replaces == s.Subscription && o.Replaces != o.Subscription && o.Replaces != "" {
			return end
		}
		if at, ok := begins[o.Subscription]; !o.Test && (!ok || o.From.Before(at)) {
			begins[o.Subscription] = o.From
		}
	}
	until := s.PaidThrough
	for _, at := range begins {
		if !at.Before(end) && at.Before(until) {
			until = at
		}
	}
	return until
}

var forever = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// slowEnd is when a span stops counting.
func slowEnd(s *billing.Span, group, others []*billing.Span, p *policy.Policy) time.Time {
	recorded := func(x *billing.Span) time.Time {
		switch {
		case !x.To.IsZero():
			return x.To
		case !x.CancelAt.IsZero():
			return x.CancelAt
		default:
			return forever
		}
	}
	end := recorded(s)
	switch p.ChurnDate {
	case policy.EndRequested:
		if !s.CancelAskedAt.IsZero() && s.CancelAskedAt.Before(end) {
			end = s.CancelAskedAt
		}
	case policy.EndRecorded:
	case policy.EndOfPaidService:
		last := true
		for _, x := range group {
			if (!x.Test || p.CountTest) && recorded(x).After(end) {
				last = false
			}
		}
		if last && !end.Equal(forever) && s.PaidThrough.After(end) {
			end = slowSuccessor(s, end, others, p)
		}
	}
	return end
}

func slowSubscription(group, others []*billing.Span, p *policy.Policy, at time.Time) *big.Rat {
	items := map[string]*billing.Span{}
	ends := map[*billing.Span]time.Time{}
	for _, s := range group {
		if s.Test && !p.CountTest {
			continue
		}
		ends[s] = slowEnd(s, group, others, p)
		if s.From.After(at) || !ends[s].After(at) {
			continue
		}
		// The span begun last holds, of two begun together the later.
		if x := items[s.Item]; x == nil || !s.From.Before(x.From) {
			items[s.Item] = s
		}
	}
	names := make([]string, 0, len(items))
	for n := range items {
		names = append(names, n)
	}
	slices.Sort(names)

	worth := map[string]*big.Rat{}
	for _, n := range names {
		worth[n] = slowItem(items[n], group, ends, p, at)
	}
	slowLessSubscription(items, names, worth, p, at)
	byCurrency := map[money.Currency]*big.Rat{}
	for _, n := range names {
		c := items[n].Currency
		if byCurrency[c] == nil {
			byCurrency[c] = new(big.Rat)
		}
		byCurrency[c].Add(byCurrency[c], worth[n])
	}
	sum := new(big.Rat)
	for _, v := range byCurrency {
		if p.Rounding.Scope == policy.RoundSubscriptions {
			v = slowRound(v, p.Rounding)
		}
		sum.Add(sum, v)
	}
	return sum
}

// slowLessSubscription takes off the discounts of the subscription, each once,
// in the order of their places: a percentage of all that carry it; an amount off
// what those of one cycle charge together, and so for each cycle.
func slowLessSubscription(items map[string]*billing.Span, names []string, worth map[string]*big.Rat, p *policy.Policy, at time.Time) {
	type found struct {
		d        *billing.Discount
		pos      int
		from     time.Time
		currency money.Currency
		by       []string
	}
	var all []*found
	before := map[string]*big.Rat{}
	for n, v := range worth {
		before[n] = new(big.Rat).Set(v)
	}
	for _, n := range names {
		s := items[n]
		if before[n].Sign() == 0 {
			continue // counts nothing
		}
		for pos := range s.Discounts {
			d := &s.Discounts[pos]
			if d.Level != billing.LevelSubscription || !slowInForce(d, s, p, at) {
				continue
			}
			var f *found
			for _, x := range all {
				if x.currency == s.Currency && (d.ID != "" && x.d.ID == d.ID || d.ID == "" && x.d.ID == "" && x.pos == pos && slowSameDiscount(x.d, d)) {
					f = x
				}
			}
			from := d.From
			if from.IsZero() {
				from = s.From
			}
			if f == nil {
				f = &found{d: d, pos: pos, from: from, currency: s.Currency}
				all = append(all, f)
			} else if c := slowOrder(d, f.d, pos, f.pos, from, f.from); c < 0 { // items that differ in what they say of it
				f.d, f.pos, f.from = d, pos, from
			}
			if len(f.by) == 0 || f.by[len(f.by)-1] != n {
				f.by = append(f.by, n)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *found) int { return slowOrder(a.d, b.d, a.pos, b.pos, a.from, b.from) })
	for _, f := range all {
		if !f.d.Percent.IsZero() {
			for _, n := range f.by {
				worth[n].Mul(worth[n], new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(rat(f.d.Percent), big.NewRat(100, 1))))
			}
			continue
		}
		byCycle := map[string][]string{}
		for _, n := range f.by {
			c := items[n].Cycle
			c.N = max(c.N, 1)
			byCycle[c.String()] = append(byCycle[c.String()], n)
		}
		for _, of := range byCycle {
			left := slowMonth(rat(f.d.Off), items[of[0]].Cycle, p)
			slices.SortFunc(of, func(a, b string) int {
				return cmp.Or(worth[b].Cmp(worth[a]), cmp.Compare(items[a].Plan, items[b].Plan), cmp.Compare(a, b))
			})
			for _, n := range of {
				take := left
				if worth[n].Cmp(left) < 0 {
					take = new(big.Rat).Set(worth[n])
				}
				worth[n] = new(big.Rat).Sub(worth[n], take)
				left = new(big.Rat).Sub(left, take)
			}
		}
	}
}

func slowSameDiscount(a, b *billing.Discount) bool {
	return a.Percent.Equal(b.Percent) && a.Off.Equal(b.Off) && a.From.Equal(b.From) && a.To.Equal(b.To) &&
		a.Duration == b.Duration && a.Cycles == b.Cycles && a.InMRR == b.InMRR
}

func slowOrder(a, b *billing.Discount, posA, posB int, fromA, fromB time.Time) int {
	return cmp.Or(cmp.Compare(posA, posB), cmp.Compare(a.ID, b.ID), b.Percent.Cmp(a.Percent), b.Off.Cmp(a.Off), fromA.Compare(fromB))
}

func rat(d interface{ Rat() *big.Rat }) *big.Rat { return d.Rat() }

func slowRound(v *big.Rat, r policy.Rounding) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(r.Places)), nil)
	n := new(big.Int).Mul(v.Num(), scale)
	return new(big.Rat).SetFrac(r.Mode.Quo(n, v.Denom()), scale)
}

func slowMonth(v *big.Rat, c calendar.Cycle, p *policy.Policy) *big.Rat {
	n := int64(max(c.N, 1))
	f := big.NewRat(1, n)
	factor := func(f, def policy.Factor) *big.Rat {
		if f == (policy.Factor{}) {
			f = def
		}
		return big.NewRat(f.Times, f.Per*n)
	}
	switch c.Unit {
	case calendar.UnitMonth, calendar.UnitHour: // nobody is charged by the hour
	case calendar.UnitYear:
		f = big.NewRat(1, 12*n)
	case calendar.UnitWeek:
		f = factor(p.WeekFactor, policy.Factor{Times: 52, Per: 12})
	case calendar.UnitDay:
		f = factor(p.DayFactor, policy.Factor{Times: 365, Per: 12})
	}
	return new(big.Rat).Mul(v, f)
}

func slowGross(s *billing.Span, p *policy.Policy) *big.Rat {
	v := rat(s.Amount)
	if p.IncludeTax {
		v = new(big.Rat).Add(v, rat(s.Tax))
	}
	return slowMonth(v, s.Cycle, p)
}

func slowItem(s *billing.Span, group []*billing.Span, ends map[*billing.Span]time.Time, p *policy.Policy, at time.Time) *big.Rat {
	v := new(big.Rat)
	if !slowCounts(s, group, ends, p, at) {
		return v
	}
	v = slowGross(s, p)
	if s.Basis == billing.BasisMetered && p.Metered == policy.MeteredTrailing {
		v = slowTrailing(s, group, ends, p)
	}
	for i := range s.Discounts {
		d := &s.Discounts[i]
		if d.Level != billing.LevelItem || !slowInForce(d, s, p, at) {
			continue
		}
		if !d.Percent.IsZero() {
			v.Mul(v, new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(rat(d.Percent), big.NewRat(100, 1))))
		} else if v.Sub(v, slowMonth(rat(d.Off), s.Cycle, p)).Sign() < 0 {
			v = new(big.Rat)
		}
	}
	if p.Rounding.Scope == policy.RoundItems {
		v = slowRound(v, p.Rounding)
	}
	return v
}

func slowTrailing(s *billing.Span, group []*billing.Span, ends map[*billing.Span]time.Time, p *policy.Policy) *big.Rat {
	var before []*billing.Span
	for _, x := range group {
		if end, ok := ends[x]; ok && x.Item == s.Item && x.Currency == s.Currency && x.Basis == billing.BasisMetered &&
			end.After(x.From) && !end.After(s.From) {
			before = append(before, x)
		}
	}
	slices.SortStableFunc(before, func(a, b *billing.Span) int { return a.From.Compare(b.From) })
	n := p.MeteredPeriods
	if n == 0 {
		n = 3
	}
	before = before[max(0, len(before)-n):]
	sum := new(big.Rat)
	for _, x := range before {
		sum.Add(sum, slowGross(x, p))
	}
	if len(before) > 0 {
		sum.Quo(sum, big.NewRat(int64(len(before)), 1))
	}
	return sum
}

func slowCounts(s *billing.Span, group []*billing.Span, ends map[*billing.Span]time.Time, p *policy.Policy, at time.Time) bool {
	switch s.Basis {
	case billing.BasisMetered:
		if p.Metered != policy.MeteredIncluded && p.Metered != policy.MeteredTrailing {
			return false
		}
	case billing.BasisCommitted:
		if p.Metered != policy.MeteredCommitted {
			return false
		}
	case billing.BasisOneOff:
		return false
	case billing.BasisLicensed:
	}
	return slowStands(s, group, ends, p, at)
}

// slowStands reports whether a span's state lets it count.
func slowStands(s *billing.Span, group []*billing.Span, ends map[*billing.Span]time.Time, p *policy.Policy, at time.Time) bool {
	loc := p.Location
	switch s.State {
	case billing.StateTrial:
		if p.Trials == policy.TrialsFromMonthOfEnd && !ends[s].Equal(forever) {
			for x, end := range ends {
				if x.State != billing.StateTrial && !x.From.After(ends[s]) && end.After(ends[s]) {
					return !at.Before(calendar.MonthOf(ends[s], loc).Start(loc))
				}
			}
		}
		return p.Trials == policy.TrialsCounted
	case billing.StatePastDue:
		if !p.PastDue.Drop {
			return true
		}
		return at.Before(slowDue(s, group, ends).AddDate(0, 0, p.PastDue.AfterDays))
	case billing.StateUnpaid:
		return p.CountUnpaid
	case billing.StatePaused:
		return p.CountPaused
	case billing.StateCollectionPaused:
		return !p.DropCollectionPaused
	case billing.StateIncomplete:
		return false
	case billing.StateActive:
	}
	return true
}

// slowDue is when the stretch past due began that a span is the end of: through
// those begun before it, as far as each reaches the next.
func slowDue(s *billing.Span, group []*billing.Span, ends map[*billing.Span]time.Time) time.Time {
	var row []*billing.Span
	for _, x := range group {
		if end, ok := ends[x]; ok && x.Item == s.Item && end.After(x.From) {
			row = append(row, x)
		}
	}
	slices.SortStableFunc(row, func(a, b *billing.Span) int { return a.From.Compare(b.From) })
	i := slices.Index(row, s)
	for i > 0 && row[i-1].State == billing.StatePastDue && !ends[row[i-1]].Before(row[i].From) {
		i--
	}
	return row[i].From
}

func slowInForce(d *billing.Discount, s *billing.Span, p *policy.Policy, at time.Time) bool {
	from := d.From
	if from.IsZero() {
		from = s.From
	}
	to, charges := forever, 1_000_000
	switch {
	case !d.To.IsZero():
		// Charge by charge: how many it lessens, and when the next one is due.
		anchor := s.From
		if !s.PaidThrough.IsZero() {
			anchor = s.PaidThrough
		}
		charges = 0
		n := -500
		for ; s.Cycle.Nth(anchor, n).Before(d.To); n++ {
			if !s.Cycle.Nth(anchor, n).Before(from) {
				charges++
			}
		}
		to = s.Cycle.Nth(anchor, n)
	case d.Duration == billing.DurationOnce:
		to, charges = s.Cycle.Nth(from, 1), 1
	case d.Duration == billing.DurationRepeating && d.Cycles > 0:
		to, charges = s.Cycle.Nth(from, d.Cycles), d.Cycles
	}
	recurs := d.Duration != billing.DurationOnce && charges > 1
	switch p.Discounts {
	case policy.DiscountsAll:
	case policy.DiscountsNone:
		return false
	case policy.DiscountsForever:
		if d.Duration != billing.DurationForever || !d.To.IsZero() {
			return false
		}
	case policy.DiscountsRecurring:
		if !recurs {
			return false
		}
	case policy.DiscountsAsMarked:
		if d.InMRR == billing.No || d.InMRR == billing.Unsaid && !recurs {
			return false
		}
	}
	return !at.Before(from) && at.Before(to)
}
