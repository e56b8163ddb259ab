package scorecard_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// slow counts by hand: a customer's events after each other, month by month,
// with nothing shared between metrics but the words below.
type slow struct {
	t    *testing.T
	w    *world
	d    scorecard.Data
	of   map[string][]touchpoint.Event
	who  []string
	mrr  map[string]map[calendar.Month]decimal.Decimal // at the end of months
	here func(customer string) bool                    // whom it is about; nil = all
}

func newSlow(t *testing.T, w *world, d scorecard.Data) *slow {
	t.Helper()
	s := &slow{t: t, w: w, d: d, of: w.sorted(), mrr: map[string]map[calendar.Month]decimal.Decimal{}}
	for c := range s.of {
		s.who = append(s.who, c)
	}
	slices.Sort(s.who)
	for c := range d.Books.Customers() {
		s.mrr[c] = map[calendar.Month]decimal.Decimal{}
		for m := w.from.Add(-14); !m.After(w.to); m = m.Add(1) {
			now := decimal.Decimal{}
			latest := time.Time{}
			for _, ch := range w.changes {
				if ch.Customer == c && ch.At.Before(m.Add(1).Start(nil)) && !ch.At.Before(latest) {
					now, latest = ch.Amount, ch.At
				}
			}
			s.mrr[c][m] = now
		}
	}
	return s
}

type pair struct{ num, den decimal.Decimal }

func counts(num, den int64) pair { return pair{decimal.New(num, 0), decimal.New(den, 0)} }

func in(e touchpoint.Event, m calendar.Month) bool { return calendar.MonthOf(e.At, nil) == m }

type is func(touchpoint.Event) bool

func named(names ...string) is {
	return func(e touchpoint.Event) bool { return slices.Contains(names, e.Name) }
}

func with(name, attr, value string) is {
	return func(e touchpoint.Event) bool {
		v, ok := e.Attrs[attr]
		return e.Name == name && ok && (value == "" || v == value)
	}
}

func (s *slow) customers(f func(c string, events []touchpoint.Event)) {
	for _, c := range s.who {
		if s.here == nil || s.here(c) {
			f(c, s.of[c])
		}
	}
}

func (s *slow) events(what is, m calendar.Month) (n int64) {
	s.customers(func(_ string, events []touchpoint.Event) {
		for _, e := range events {
			if what(e) && in(e, m) {
				n++
			}
		}
	})
	return n
}

// both is customers with an event of den in the month, and those who have one of
// num in it too, or ever before its end.
func (s *slow) both(num, den is, ever bool, m calendar.Month) pair {
	var a, b int64
	s.customers(func(_ string, events []touchpoint.Event) {
		hasNum, hasDen := false, false
		for _, e := range events {
			hasDen = hasDen || den(e) && in(e, m)
			hasNum = hasNum || num(e) && (in(e, m) || ever && e.At.Before(m.Add(1).Start(nil)))
		}
		if hasDen {
			b++
			if hasNum {
				a++
			}
		}
	})
	return counts(a, b)
}

func first(events []touchpoint.Event, what is) int { return slices.IndexFunc(events, what) }

func (s *slow) firsts(what is, m calendar.Month) (n int64) {
	s.customers(func(_ string, events []touchpoint.Event) {
		if i := first(events, what); i >= 0 && in(events[i], m) {
			n++
		}
	})
	return n
}

// cohort is, of those whose first event of den is in the month, who has one of
// num behind it within so long.
func (s *slow) cohort(num, den is, within time.Duration, ever bool, m calendar.Month) pair {
	_, horizon, _ := s.d.Log.Span()
	var a, b int64
	s.customers(func(_ string, events []touchpoint.Event) {
		i := first(events, den)
		if i < 0 || !in(events[i], m) || within > 0 && events[i].At.Add(within).After(horizon) {
			return
		}
		b++
		for k, e := range events {
			if num(e) && (k > i || ever) && (within == 0 || !e.At.After(events[i].At.Add(within))) {
				a++
				return
			}
		}
	})
	return counts(a, b)
}

// trial is the events of the first trial of those who began it in the month.
func (s *slow) trial(what is, value func(touchpoint.Event) string, m calendar.Month) pair {
	var a, b int64
	s.customers(func(_ string, events []touchpoint.Event) {
		i := first(events, named("trial_started"))
		if i < 0 || !in(events[i], m) {
			return
		}
		b++
		seen := map[string]bool{}
		for _, e := range events[i+1:] {
			if named("subscribed", "trial_expired")(e) {
				break
			}
			if what(e) && (value == nil || !seen[value(e)]) {
				a++
				if value != nil {
					seen[value(e)] = true
				}
			}
		}
	})
	return counts(a, b)
}

// times is the time between openings and closings, of those that close in the
// month, first come first served.
func (s *slow) times(open, closing is, once bool, m calendar.Month, ok func(events []touchpoint.Event, i int) bool) pair {
	var total time.Duration
	var n int64
	s.customers(func(_ string, events []touchpoint.Event) {
		var waiting []time.Time
		opened := false
		for i, e := range events {
			if closing(e) && len(waiting) > 0 {
				if in(e, m) {
					total += e.At.Sub(waiting[0])
					n++
				}
				waiting = waiting[1:]
			} else if open(e) && (ok == nil || ok(events, i)) && !(once && opened) {
				waiting, opened = append(waiting, e.At), true
			}
		}
	})
	return pair{decimal.New(int64(total), -9), decimal.New(n, 0)}
}

// present is who pays: at the end of a month.
func (s *slow) present(c string, m calendar.Month) bool { return s.mrr[c][m].Sign() > 0 }

func (s *slow) ofPresent(what is, ever bool, at, m calendar.Month) pair {
	var a, b int64
	for c := range s.mrr {
		if s.here != nil && !s.here(c) || !s.present(c, at) {
			continue
		}
		b++
		for _, e := range s.of[c] {
			if what(e) && (in(e, m) || ever && e.At.Before(m.Add(1).Start(nil))) {
				a++
				break
			}
		}
	}
	return counts(a, b)
}

// answers counts those of the month.
func (s *slow) answers(name string, m calendar.Month) pair {
	var up, down, sum, good, n int64
	for _, a := range s.w.answers[name] {
		if calendar.MonthOf(a.At, nil) != m || s.here != nil && !s.here(a.Customer) {
			continue
		}
		n++
		sum += int64(a.Score)
		if a.Score >= 9 {
			up++
		}
		if a.Score <= 6 {
			down++
		}
		if a.Score >= 4 {
			good++
		}
	}
	switch name {
	case "csat":
		return counts(good, n)
	case "ces":
		return counts(sum, n)
	}
	return counts(up-down, n)
}

func (s *slow) number(name string, months ...calendar.Month) decimal.Decimal {
	sum := decimal.Decimal{}
	for _, n := range s.w.numbers {
		if n.Name == name && slices.Contains(months, n.Month) {
			sum = sum.Add(n.Value)
		}
	}
	return sum
}

// sold is the bridge of a month, customer by customer from change to change.
type sold struct {
	opening, fresh, expansion, reactivation, contraction, churn, closing decimal.Decimal
	begin, joined, left, end, gone                                       int64
	existing                                                             decimal.Decimal
}

func (s *slow) book(m calendar.Month) sold {
	var b sold
	for c, levels := range s.mrr {
		if s.here != nil && !s.here(c) {
			continue
		}
		was, now := levels[m.Add(-1)], levels[m]
		b.opening, b.closing = b.opening.Add(was), b.closing.Add(now)
		if was.Sign() > 0 {
			b.begin++
			b.existing = b.existing.Add(now)
			if now.Sign() == 0 {
				b.gone++ // whom the standard rule calls churned
			}
		}
		if now.Sign() > 0 {
			b.end++
		}
		var list []int
		for i, ch := range s.w.changes {
			if ch.Customer == c {
				list = append(list, i)
			}
		}
		slices.SortStableFunc(list, func(i, j int) int { return s.w.changes[i].At.Compare(s.w.changes[j].At) })
		before, ever := decimal.Decimal{}, false
		for k, i := range list {
			ch := s.w.changes[i]
			if k+1 < len(list) && s.w.changes[list[k+1]].At.Equal(ch.At) {
				continue // the later one at an instant holds
			}
			if calendar.MonthOf(ch.At, nil) == m {
				diff := ch.Amount.Sub(before)
				switch {
				case before.Sign() == 0 && diff.Sign() > 0 && !ever:
					b.fresh, b.joined = b.fresh.Add(diff), b.joined+1
				case before.Sign() == 0 && diff.Sign() > 0:
					b.reactivation = b.reactivation.Add(diff)
				case diff.Sign() > 0:
					b.expansion = b.expansion.Add(diff)
				case diff.Sign() < 0 && ch.Amount.Sign() > 0:
					b.contraction = b.contraction.Sub(diff)
				case diff.Sign() < 0:
					b.churn, b.left = b.churn.Sub(diff), b.left+1
				}
			}
			before, ever = ch.Amount, ever || ch.Amount.Sign() > 0
		}
	}
	return b
}

// ltv is ARPA over the share that left in the six months to m.
func (s *slow) ltv(m calendar.Month) pair {
	b := s.book(m)
	var gone, begin int64
	for k := range 6 {
		past := s.book(m.Add(-k))
		gone, begin = gone+past.gone, begin+past.begin
	}
	return pair{b.closing.Mul(decimal.New(begin, 0)), decimal.New(b.end*gone, 0)}
}

// kept is, of those whose first payment was so many months before, who pays now.
func (s *slow) kept(age int, m calendar.Month) pair {
	var a, b int64
	for c := range s.mrr {
		var begun time.Time
		for _, ch := range s.w.changes {
			if ch.Customer == c && ch.Amount.Sign() > 0 && (begun.IsZero() || ch.At.Before(begun)) {
				begun = ch.At
			}
		}
		if !begun.IsZero() && calendar.MonthOf(begun, nil) == m.Add(-age) && (s.here == nil || s.here(c)) {
			b++
			if s.present(c, m) {
				a++
			}
		}
	}
	return counts(a, b)
}

func TestStandard_EqualsAHandCount(t *testing.T) {
	t.Parallel()
	customers := 330
	if testing.Short() {
		customers = 200
	}
	w := newWorld(11, customers)
	d := w.data(t)
	_, horizon, _ := d.Log.Span()
	segments := []string{"", "olga", "ben", "mai"}
	report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{
		From: w.from, To: w.to, By: []scorecard.By{{Dimension: scorecard.BySegment}}, Horizon: horizon,
	})
	require.NoError(t, err)
	s := newSlow(t, w, d)
	covered := map[string]bool{}
	for _, segment := range segments {
		by := scorecard.By{}
		s.here = nil
		if segment != "" {
			by = scorecard.By{Dimension: scorecard.BySegment}
			s.here = func(c string) bool { return personaOf(c) == segment }
		}
		for def := range metrics.Catalog().All() {
			series, ok := report.Find(def.ID, by, segment)
			if !ok && segment != "" {
				continue // nobody of the segment
			}
			require.True(t, ok, def.ID)
			for i, m := range w.months() {
				p := series.Points[i]
				require.Equal(t, m, p.Month)
				want, known := s.of86(def.ID, m)
				require.True(t, known, "no hand count of %s", def.ID)
				if segment != "" && outside[def.ID] {
					continue // numbers were given of the whole alone
				}
				got := p.Value
				if want.den.Sign() == 0 {
					assert.False(t, got.Defined(), "%s %s %s: %s", def.ID, segment, m, got.Fraction())
					continue
				}
				cmp, ok := got.Cmp(metrics.NewRatio(want.num, want.den))
				if !ok || cmp != 0 {
					t.Errorf("%s %q %s: got %s (%s), by hand %s/%s", def.ID, segment, m, got.Fraction(), p.Note, want.num, want.den)
				}
				if ok && segment == "" && got.Den().Sign() != 0 {
					covered[def.ID] = true
				}
			}
		}
	}
	assert.Len(t, covered, metrics.Catalog().Len(), "every metric is defined in some month")
	for id, why := range report.Missing() {
		t.Errorf("%s: %s", id, why)
	}
}

var outside = map[string]bool{
	"branded_search_share": true, "followers": true, "social_engagement_rate": true, "search_rank": true, "impressions": true, "reach": true,
	"frequency": true, "click_through_rate": true, "media_mentions": true, "cost_per_lead": true, "cac": true, "cac_payback_months": true,
	"magic_number": true, "ltv_to_cac": true, "burn_multiple": true, "rule_of_40": true,
}

var _ = survey.KindNPS
