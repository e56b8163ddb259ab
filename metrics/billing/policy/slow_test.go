package policy_test

import (
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
		out[k] = slowSubscription(g, p, at)
	}
	return out
}

var forever = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// slowEnd is when a span stops counting.
func slowEnd(s *billing.Span, group []*billing.Span, p *policy.Policy) time.Time {
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
			end = s.PaidThrough
		}
	}
	return end
}

func slowSubscription(group []*billing.Span, p *policy.Policy, at time.Time) *big.Rat {
	items := map[string]*billing.Span{}
	ends := map[*billing.Span]time.Time{}
	for _, s := range group {
		if s.Test && !p.CountTest {
			continue
		}
		ends[s] = slowEnd(s, group, p)
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
	// Discounts of the subscription: each once, in the order of the items.
	type key struct {
		id  string
		pos int
	}
	done := map[key]bool{}
	for currency := range map[string]bool{"USD": true, "EUR": true} {
		for _, n := range names {
			s := items[n]
			if string(s.Currency) != currency {
				continue
			}
			for pos := range s.Discounts {
				d := &s.Discounts[pos]
				k := key{d.ID, pos}
				if d.ID != "" {
					k.pos = 0
				}
				if d.Level != billing.LevelSubscription || !slowInForce(d, s, p, at) {
					continue
				}
				var carriers []string
				for _, m := range names {
					if items[m].Currency == s.Currency && slowCarries(items[m], d, pos, p, at) {
						carriers = append(carriers, m)
					}
				}
				if carriers[0] != n || done[k] && d.ID != "" {
					continue // taken with the first that carries it
				}
				done[k] = true
				left := slowMonth(rat(d.Off), s.Cycle, p)
				for _, m := range carriers {
					if !d.Percent.IsZero() {
						worth[m].Mul(worth[m], new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(rat(d.Percent), big.NewRat(100, 1))))
						continue
					}
					take := left
					if worth[m].Cmp(left) < 0 {
						take = new(big.Rat).Set(worth[m])
					}
					worth[m].Sub(worth[m], take)
					left = new(big.Rat).Sub(left, take)
				}
			}
		}
	}
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
	case calendar.UnitMonth:
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
	switch p.Discounts {
	case policy.DiscountsAll:
	case policy.DiscountsNone:
		return false
	case policy.DiscountsForever:
		if d.Duration != billing.DurationForever || !d.To.IsZero() {
			return false
		}
	case policy.DiscountsRecurring:
		if d.Duration == billing.DurationOnce {
			return false
		}
	case policy.DiscountsAsMarked:
		if d.InMRR == billing.No || d.InMRR == billing.Unsaid && d.Duration == billing.DurationOnce {
			return false
		}
	}
	from := d.From
	if from.IsZero() {
		from = s.From
	}
	to := forever
	switch {
	case !d.To.IsZero():
		to = d.To
	case d.Duration == billing.DurationOnce:
		to = s.Cycle.Nth(from, 1)
	case d.Duration == billing.DurationRepeating && d.Cycles > 0:
		to = s.Cycle.Nth(from, d.Cycles)
	}
	return !at.Before(from) && at.Before(to)
}

func slowCarries(s *billing.Span, d *billing.Discount, pos int, p *policy.Policy, at time.Time) bool {
	for i := range s.Discounts {
		x := &s.Discounts[i]
		if x.Level != billing.LevelSubscription || x.ID != d.ID || !slowInForce(x, s, p, at) {
			continue
		}
		if x.ID != "" || i == pos && x.Percent.Equal(d.Percent) && x.Off.Equal(d.Off) && x.From.Equal(d.From) &&
			x.To.Equal(d.To) && x.Duration == d.Duration && x.Cycles == d.Cycles && x.InMRR == d.InMRR {
			return true
		}
	}
	return false
}

// slowInvoiced is what every subscription's invoice lines are worth at an
// instant, read off one by one. Without spans nothing ends before its period.
func slowInvoiced(lines []billing.InvoiceLine, p *policy.Policy, at time.Time) map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	for i := range lines {
		l := &lines[i]
		k := l.Customer + "|" + l.Subscription
		if sums[k] == nil {
			sums[k] = new(big.Rat)
		}
		to := l.To
		if l.Status == billing.LineOpen && p.PastDue.Drop {
			if due := l.IssuedAt.AddDate(0, 0, p.PastDue.AfterDays); due.Before(to) {
				to = due
			}
		}
		if at.Before(l.From) || !at.Before(to) || !slowLineCounts(l, p) {
			continue
		}
		v := slowLine(l, p)
		if l.Kind == billing.LineUsage && p.Metered == policy.MeteredTrailing {
			v = slowLineTrailing(l, lines, p)
		}
		if l.Credits() {
			v = new(big.Rat).Neg(v)
		}
		sums[k].Add(sums[k], v)
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

func slowLine(l *billing.InvoiceLine, p *policy.Policy) *big.Rat {
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
		whole := big.NewRat(int64(l.To.Sub(l.Cycle.Nth(l.To, -1))), int64(24*time.Hour))
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
		to := x.To
		if x.Status == billing.LineOpen && p.PastDue.Drop {
			if due := x.IssuedAt.AddDate(0, 0, p.PastDue.AfterDays); due.Before(to) {
				to = due
			}
		}
		if x.Kind == billing.LineUsage && x.Customer == l.Customer && x.Subscription == l.Subscription &&
			slowLineCounts(x, p) && to.After(x.From) && !to.After(l.From) {
			before = append(before, x)
		}
	}
	slices.SortStableFunc(before, func(a, b *billing.InvoiceLine) int { return a.From.Compare(b.From) })
	n := p.MeteredPeriods
	if n == 0 {
		n = 3
	}
	before = before[max(0, len(before)-n):]
	sum := new(big.Rat)
	for _, x := range before {
		v := slowLine(x, p)
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
