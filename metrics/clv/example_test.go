package clv_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func ExampleFitBGBB() {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := m.Report()
	for i, name := range r.Names {
		fmt.Printf("%s %.3f ± %.3f\n", name, r.Params[i], r.SE[i])
	}
	fmt.Printf("log likelihood %.2f\n", r.LogLikelihood)
	fmt.Printf("gave 6 of 6 years: alive %.2f, next five years %.2f\n", m.PAlive(6, 6, 6), m.Conditional(5, 6, 6, 6))
	fmt.Printf("gave never again:  alive %.2f, next five years %.2f\n", m.PAlive(0, 0, 6), m.Conditional(5, 0, 0, 6))
	// Output:
	// alpha 1.204 ± 0.069
	// beta 0.750 ± 0.029
	// gamma 0.657 ± 0.051
	// delta 2.783 ± 0.321
	// log likelihood -33225.58
	// gave 6 of 6 years: alive 0.93, next five years 3.75
	// gave never again:  alive 0.11, next five years 0.07
}

func ExampleSBG() {
	m := clv.SBG{Alpha: 0.668, Beta: 3.806} // Fader and Hardie (2007), the "high end" segment
	fmt.Printf("renewal 1: %.3f, renewal 8: %.3f\n", m.Retention(1), m.Retention(8))
	value, err := m.DERL(0.10, 7)
	fmt.Printf("after 7 renewals, at 10 %%: %.2f payments to come, %v\n", value, err)
	_, err = m.DERL(0, 7)
	fmt.Println(err)
	// Output:
	// renewal 1: 0.851, renewal 8: 0.942
	// after 7 renewals, at 10 %: 7.53 payments to come, <nil>
	// clv: sBG DERL: alpha 0.668: want more than 1 where d is 0: the lifetime has no finite mean
}

// Value of one customer, from transactions.
func Example() {
	weeks := clv.SummaryOptions{Unit: calendar.UnitWeek, End: time.Date(2026, time.April, 30, 0, 0, 0, 0, time.UTC)}
	s, err := clv.Summarise(slices.Values(orders()), weeks)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := clv.FitMBGNBD(s.Histories(), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := clv.FitGammaGamma(s.Spends(), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rate := clv.Delta(0.10, calendar.UnitYear, calendar.UnitWeek)
	v, err := clv.Value(*m, *g, s.Customers[0], clv.ValueOptions{Delta: rate, Horizon: 52, Margin: 0.4})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s is worth %.0f in the next year, and the first of %d warnings is\n%v\n", s.Customers[0].ID, v.Value, len(v.Warnings), v.Warnings[0])
	// Output:
	// ann is worth 90 in the next year, and the first of 5 warnings is
	// clv: MBG/NBD: 6 customers with a repeat transaction, want at least 40 for ten a parameter: standard errors are not to be trusted
}

func ExampleSummarise() {
	s, err := clv.Summarise(slices.Values(orders()), clv.SummaryOptions{
		Unit: calendar.UnitWeek, End: time.Date(2026, time.March, 31, 0, 0, 0, 0, time.UTC), Holdout: time.Date(2026, time.April, 30, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	for _, c := range s.Customers[:3] {
		fmt.Printf("%s: %g more, the last after %.1f of %.1f weeks, %.2f each; then %g\n", c.ID, c.X, c.TX, c.T, c.Mean, c.Later)
	}
	// Output:
	// 10 customers until 2026-03-31, 16 repeat transactions, times in units of a week
	// ann: 6 more, the last after 10.7 of 12.7 weeks, 21.00 each; then 2
	// bea: 2 more, the last after 8.1 of 12.3 weeks, 36.50 each; then 0
	// cem: 0 more, the last after 0.0 of 12.0 weeks, 0.00 each; then 0
}

// Ten customers do not make a model, and the fit says so; it still gives the
// estimate.
func ExampleFitMBGNBD() {
	s, err := clv.Summarise(slices.Values(orders()), clv.SummaryOptions{Unit: calendar.UnitWeek})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := clv.FitMBGNBD(s.Histories(), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log likelihood %.3f\n", m.Report().LogLikelihood)
	for _, d := range m.Report().Diagnoses {
		var few *clv.FewError
		if errors.As(d, &few) {
			fmt.Println(d)
		}
	}
	// Output:
	// log likelihood -52.348
	// clv: MBG/NBD: 6 customers with a repeat transaction, want at least 40 for ten a parameter: standard errors are not to be trusted
}

// Who bought 26 times but last a while ago, and who bought twice: the published
// CDNOW parameters, in weeks.
func ExampleBGNBD() {
	m := clv.BGNBD{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	fmt.Printf("26 purchases: alive %.4f, next 39 weeks %.2f\n", m.PAlive(26, 30.86, 31), m.Conditional(39, 26, 30.86, 31))
	fmt.Printf("2 purchases:  alive %.4f, next 39 weeks %.2f\n", m.PAlive(2, 30.43, 38.86), m.Conditional(39, 2, 30.43, 38.86))
	delta := clv.Delta(0.15, calendar.UnitYear, calendar.UnitWeek)
	left, err := m.DERT(delta, 2, 30.43, 38.86)
	fmt.Printf("all that is still to come, at 15 %% a year: %.2f purchases, %v\n", left, err)
	fmt.Printf("half of such customers buy within %.1f weeks\n", m.NextPurchase(0.5, 2, 30.43, 38.86))
	// Output:
	// 26 purchases: alive 0.9689, next 39 weeks 20.75
	// 2 purchases:  alive 0.7266, next 39 weeks 1.23
	// all that is still to come, at 15 % a year: 5.18 purchases, <nil>
	// half of such customers buy within 29.5 weeks
}

func ExampleParetoNBD() {
	m := clv.ParetoNBD{R: 0.5534, Alpha: 10.5802, S: 0.6061, Beta: 11.6562} // CDNOW, weeks
	for n := range 3 {
		fmt.Printf("P(%d in 39 weeks) = %.4f\n", n, m.ConditionalPMF(39, float64(n), 2, 30.43, 38.86))
	}
	// Output:
	// P(0 in 39 weeks) = 0.4081
	// P(1 in 39 weeks) = 0.2193
	// P(2 in 39 weeks) = 0.1517
}

func ExampleGammaGamma() {
	m := clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44} // CDNOW, dollars
	fmt.Printf("nothing known: %.2f, two orders of 22.35: %.2f, forty of them: %.2f\n", m.Expected(0, 0), m.Expected(2, 22.35), m.Expected(40, 22.35))
	_, err := clv.GammaGamma{P: 6, Q: 0.9, V: 15}.Mean()
	fmt.Println(err)
	// Output:
	// nothing known: 35.22, two orders of 22.35: 24.66, forty of them: 22.49
	// clv: Gamma-Gamma Mean: q 0.9: want more than 1: spend has no finite mean
}

func ExampleInterval() {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := clv.Interval(*m, func(m clv.BGBB) float64 { return m.PAlive(2, 4, 6) }, clv.IntervalOptions{Scale: clv.LogitScale})
	fmt.Printf("alive: %.3f [%.3f, %.3f], %v\n", e.Value, e.Lo, e.Hi, err)
	// Output:
	// alive: 0.590 [0.571, 0.608], <nil>
}

// Fader and Hardie's "high end" segment over twelve years: the sBG model is
// rejected in favour of one whose customers' own risk rises with age.
func ExampleLikelihoodRatio() {
	survivors := []float64{100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4}
	var c clv.Renewals
	for i := 1; i < len(survivors); i++ {
		c.Lost = append(c.Lost, 10*(survivors[i-1]-survivors[i]))
	}
	c.Active = 394
	sbg, err := clv.FitSBG(slices.Values([]clv.Renewals{c}), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	bdw, err := clv.FitBdW(slices.Values([]clv.Renewals{c}), clv.FitOptions{Profile: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := clv.LikelihoodRatio(sbg, bdw)
	fmt.Printf("χ² %.2f on %d, p %.4f, %v\n", test.ChiSq, test.DF, test.P, err)
	at := bdw.Report().Intervals[2]
	fmt.Printf("c %.2f [%.2f, %.2f]\n", bdw.C, at.Lo, at.Hi)
	// Output:
	// χ² 12.08 on 1, p 0.0005, <nil>
	// c 1.60 [1.22, 2.20]
}

func ExampleCells() {
	end := time.Date(2026, time.April, 30, 0, 0, 0, 0, time.UTC)
	o := clv.SummaryOptions{Unit: calendar.UnitWeek, End: end}
	shard := func(keep func(customer string) bool) *clv.Cells {
		var mine []clv.Transaction
		for _, t := range orders() {
			if keep(t.Customer) {
				mine = append(mine, t)
			}
		}
		s, err := clv.Summarise(slices.Values(mine), o)
		if err != nil {
			fmt.Println(err)
			return clv.NewCells(o)
		}
		c, err := s.Cells()
		if err != nil {
			fmt.Println(err)
		}
		return c
	}
	a, b := shard(func(c string) bool { return c < "e" }), shard(func(c string) bool { return c >= "e" })
	fmt.Println(a.Merge(b))
	fmt.Println(a)
	fmt.Println(errors.Is(a.Merge(b), clv.ErrOverlap))
	// Output:
	// <nil>
	// 10 customers in 10 cells, times in units of a week
	// true
}

func ExampleLTVOf() {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	// 40 customers join in January 2025; half of those left go after the first
	// month, then fewer and fewer.
	jan := time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)
	var changes []ledger.Change
	for i := range 40 {
		id := fmt.Sprintf("c%02d", i)
		changes = append(changes, ledger.Change{Customer: id, At: jan, Amount: decimal.NewFromInt(50), Plan: "basic"})
		if months := []int{1, 1, 1, 1, 2, 2, 3, 5, 8, 0}[i%10]; months > 0 {
			changes = append(changes, ledger.Change{Customer: id, At: calendar.Cycle{}.Nth(jan, months), Plan: "basic"})
		}
	}
	if err := books.Append(changes...); err != nil {
		fmt.Println(err)
		return
	}
	v, err := clv.LTVOf(books, calendar.NewMonth(2025, time.December), clv.LTVOptions{
		GrossMargin: decimal.NewFromInt(1), Discount: 0.10, Key: clv.PlanAtStart(slices.Values(changes)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v)
	for _, s := range v.Segments[0].Steps {
		fmt.Printf("  %-46s %+6.2f months %+8.2f EUR\n", s.Name, s.Months, s.Amount)
	}
	// Output:
	// lifetime value through 2025-12, margin 1, discount 10 % a year
	// "basic": 40 customers, 4 active, ARPA 50.00, churn 25.71%, ARPA ÷ churn 194.44 EUR
	//   sBG: 5.4 months, 270.80 [122.20, 600.07] at 95 %, still to come of each of today's 1037.40
	//   ARPA ÷ churn                                    +3.89 months  +194.44 EUR
	//   discounted, and bounded customer by customer    -0.09 months    -4.34 EUR
	//   customers differ: who stays, stays longer       +1.61 months   +80.70 EUR
	//   sBG                                             +5.42 months  +270.80 EUR
}

func ExampleFitStaticParetoNBD() {
	m := clv.StaticParetoNBD{Base: clv.ParetoNBD{R: 0.8, Alpha: 8, S: 1.2, Beta: 14}, Rate: []float64{0.7}, Life: []float64{-0.4}}
	for _, z := range []float64{0, 1} {
		one, err := m.For([]float64{z}, []float64{z})
		fmt.Printf("covariate %g: %.2f purchases in 52 weeks, %v\n", z, one.Expected(52), err)
	}
	_, err := clv.FitStaticParetoNBD(slices.Values([]clv.CovariateCell{
		{Cell: clv.Cell{X: 1, TX: 3, T: 9}, Rate: []float64{1}}, {Cell: clv.Cell{T: 9}, Rate: []float64{1}},
	}), clv.CovariateOptions{RateNames: []string{"newsletter"}})
	fmt.Println(err)
	// Output:
	// covariate 0: 1.87 purchases in 52 weeks, <nil>
	// covariate 1: 4.65 purchases in 52 weeks, <nil>
	// clv: fit Pareto/NBD with covariates: rate.newsletter 1: the same for every customer: leave it out
}
