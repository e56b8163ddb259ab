package cohort_test

import (
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// The slow, obvious cohorts: every customer's MRR at every month end from the
// raw changes, in big.Rat, and then one loop per question.

// slowCustomer is one customer's MRR at month ends from the first on.
type slowCustomer struct {
	first   calendar.Month
	initial *big.Rat
	levels  []*big.Rat
}

type slowTable struct {
	customers map[string]*slowCustomer
	through   calendar.Month
	opts      cohort.Options
}

func slow(changes []ledger.Change, o cohort.Options) *slowTable {
	t := &slowTable{customers: map[string]*slowCustomer{}, through: o.Through, opts: o}
	names := map[string]bool{}
	for _, c := range changes {
		names[c.Customer] = true
	}
	for name := range names {
		var own []ledger.Change
		for _, c := range changes {
			if c.Customer == name {
				own = append(own, c)
			}
		}
		// Of two at one instant the later in the input wins.
		slices.SortStableFunc(own, func(a, b ledger.Change) int { return a.At.Compare(b.At) })
		var first *slowCustomer
		for i, c := range own {
			if i+1 < len(own) && own[i+1].At.Equal(c.At) {
				continue // the instant is not over
			}
			if v := slowMRR(own, c.At); v.Sign() > 0 {
				first = &slowCustomer{first: calendar.MonthOf(c.At, nil), initial: v}
				break
			}
		}
		if first == nil || first.first.After(o.Through) {
			continue
		}
		for m := range calendar.Months(first.first, o.Through) {
			first.levels = append(first.levels, slowMRR(own, m.Add(1).Start(nil).Add(-1)))
		}
		t.customers[name] = first
	}
	return t
}

// slowMRR is what a customer's sorted changes are worth at an instant.
func slowMRR(own []ledger.Change, at time.Time) *big.Rat {
	state := map[string]*big.Rat{}
	for _, c := range own {
		if !c.At.After(at) {
			v := c.Amount.Rat()
			if c.Cycle.Unit == calendar.UnitYear {
				v.Quo(v, big.NewRat(12, 1))
			}
			state[c.Subscription] = v
		}
	}
	total := new(big.Rat)
	for _, v := range state {
		total.Add(total, v)
	}
	return total
}

func (t *slowTable) cohorts() []calendar.Month {
	out := []calendar.Month{}
	for _, c := range t.customers {
		if !slices.Contains(out, c.first) {
			out = append(out, c.first)
		}
	}
	slices.SortFunc(out, calendar.Month.Compare)
	return out
}

func (t *slowTable) base(c *slowCustomer) *big.Rat {
	if t.opts.Base == cohort.BaseMonthEnd {
		return c.levels[0]
	}
	return c.initial
}

// slowCurve is numerators and denominators of one cohort at one age, or of all
// that have reached it where the cohort is zero.
type slowCurve struct {
	size, active, intact        int64
	base, now, kept, floor, mrr *big.Rat
}

func (t *slowTable) at(month calendar.Month, age int) slowCurve {
	s := slowCurve{base: new(big.Rat), now: new(big.Rat), kept: new(big.Rat), floor: new(big.Rat), mrr: new(big.Rat)}
	for _, c := range t.customers {
		if !month.IsZero() && c.first != month || age >= len(c.levels) {
			continue
		}
		base, now := t.base(c), c.levels[age]
		s.size++
		s.base.Add(s.base, base)
		s.mrr.Add(s.mrr, now)
		if age == 0 && t.opts.Month0 == cohort.Month0Activation {
			s.active++
			s.intact++
			s.now.Add(s.now, base)
			s.kept.Add(s.kept, base)
			s.floor.Add(s.floor, base)
			continue
		}
		lowest, intact := base, true
		for _, l := range c.levels[:age+1] {
			lowest = smaller(lowest, l)
			intact = intact && l.Sign() > 0
		}
		if now.Sign() > 0 {
			s.active++
		}
		if intact {
			s.intact++
		}
		if base.Sign() > 0 {
			s.now.Add(s.now, now)
		}
		s.kept.Add(s.kept, smaller(base, now))
		s.floor.Add(s.floor, lowest)
	}
	return s
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// hazard is one month of tenure.
func (t *slowTable) hazard(month int) (atRisk, churned, censored int64, mrr, lost *big.Rat) {
	mrr, lost = new(big.Rat), new(big.Rat)
	for _, c := range t.customers {
		if month >= len(c.levels) || slices.ContainsFunc(c.levels[:month], func(l *big.Rat) bool { return l.Sign() == 0 }) {
			continue
		}
		before := c.initial
		if month > 0 {
			before = c.levels[month-1]
		}
		atRisk++
		mrr.Add(mrr, before)
		switch {
		case c.levels[month].Sign() == 0:
			churned++
			lost.Add(lost, before)
		case month == len(c.levels)-1:
			censored++
		}
	}
	return atRisk, churned, censored, mrr, lost
}

// amount rounds as the ledger does: once, to its places, ties up.
func amount(r *big.Rat) decimal.Decimal {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(ledger.Places), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	n.Mul(n, big.NewInt(2)).Add(n, r.Denom())
	n.Div(n, new(big.Int).Mul(r.Denom(), big.NewInt(2))) // Euclidean, and amounts are not negative
	return decimal.NewFromBigInt(n, -ledger.Places)
}

// sameRatio compares numerators and denominators, not only the quotients.
func sameRatio(t *rapid.T, num, den decimal.Decimal, got metrics.Ratio, format string, args ...any) {
	t.Helper()
	if !got.Num().Equal(num) || !got.Den().Equal(den) {
		t.Fatalf("%s/%s, not %s/%s: "+format, append([]any{got.Num(), got.Den(), num, den}, args...)...)
	}
}

// histories draws the changes of a few customers over three years: upgrades,
// downgrades, annual prices that do not end, departures, returns, several
// subscriptions, and stays too short to reach a month end.
func histories() *rapid.Generator[[]ledger.Change] {
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	change := rapid.Custom(func(t *rapid.T) ledger.Change {
		c := ledger.Change{
			Customer:     rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "customer"),
			Subscription: rapid.SampledFrom([]string{"", "", "x"}).Draw(t, "subscription"),
			At:           start.Add(time.Duration(rapid.IntRange(0, 3*366*4).Draw(t, "quarter day")) * 6 * time.Hour),
		}
		if rapid.IntRange(0, 2).Draw(t, "ends") > 0 {
			c.Amount = decimal.New(rapid.Int64Range(1, 40000).Draw(t, "cents"), -2)
			if rapid.Bool().Draw(t, "annual") {
				c.Cycle.Unit = calendar.UnitYear
			}
		}
		return c
	})
	return rapid.SliceOfN(change, 0, 60)
}

func options(t *rapid.T) cohort.Options {
	return cohort.Options{
		Through: calendar.NewMonth(2023, time.Month(rapid.IntRange(-3, 40).Draw(t, "through"))),
		Base:    rapid.SampledFrom([]cohort.Base{cohort.BaseInitial, cohort.BaseMonthEnd}).Draw(t, "base"),
		Month0:  rapid.SampledFrom([]cohort.Month0{cohort.Month0Activation, cohort.Month0End}).Draw(t, "month0"),
	}
}
