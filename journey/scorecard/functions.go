package scorecard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Reasons why a value is undefined, shown with it.
var (
	errNoLog    = errors.New("no log")
	errNoBooks  = errors.New("no books")
	errNoScores = errors.New("no scores")
)

// numbers are those from outside, by name, month and key.
type numbers struct {
	of     map[numberKey]decimal.Decimal
	latest map[string]bool
}

type numberKey struct {
	name  string
	month calendar.Month
	by    By
	key   string
}

func newNumbers(list []Number) (*numbers, error) {
	n := &numbers{of: map[numberKey]decimal.Decimal{}, latest: map[string]bool{}}
	for _, k := range Numbers() {
		n.latest[k.Name] = k.Latest
	}
	batch := fault.Batch{Package: "scorecard", Op: "numbers"}
	for i, x := range list {
		k := numberKey{x.Name, x.Month, x.By, x.Key}
		row := fault.Row{Row: int64(i + 1), Field: "Name", Value: x.Name, Err: ErrData}
		switch _, twice := n.of[k]; {
		case x.Name == "":
			row.Limit = "want a name"
		case x.Month.Validate() != nil:
			row.Field, row.Value, row.Limit = "Month", x.Month.String(), "want a month"
		case twice:
			row.Limit = "given twice for " + x.Month.String()
		default:
			n.of[k] = x.Value
			continue
		}
		batch.Add(row)
	}
	return n, batch.Err()
}

// at is a number over a list of months: their sum, or the last.
func (n *numbers) at(name string, months []calendar.Month, by By, key string) (decimal.Decimal, error) {
	sum := decimal.Decimal{}
	if n.latest[name] {
		months = months[len(months)-1:]
	}
	by.Touch = OwnTouch
	if by.Dimension == Whole {
		key = ""
	}
	for _, m := range months {
		v, ok := n.of[numberKey{name, m, by, key}]
		if !ok {
			return sum, fmt.Errorf("no number %s of %s", name, m)
		}
		sum = sum.Add(v)
	}
	return sum, nil
}

// number is one from outside for a view.
func (e *evaluation) number(v view, name string, months []calendar.Month) (decimal.Decimal, error) {
	k := e.keys[v.k]
	return e.numbers.at(name, months, k.by, k.names[v.key])
}

// function is the value of a metric that a function of package metrics
// computes.
func (e *evaluation) function(x *bound, v view) (metrics.Ratio, error) {
	switch x.Function {
	case "answers":
		return e.answered(x.Numerator.Name, v)
	case "score":
		return e.scored(x, v)
	case "RuleOf40":
		return e.ruleOf40(v)
	}
	if e.books == nil {
		return metrics.Ratio{}, errNoBooks
	}
	months := v.span().months()
	last := months[len(months)-1]
	switch x.Function {
	case "ChurnRate":
		return v.pooled(months, churn)
	case "NRR":
		return v.pooled(months, rate(metrics.NRR))
	case "GRR":
		return v.pooled(months, rate(metrics.GRR))
	case "GrossRevenueChurn":
		return v.pooled(months, rate(metrics.GrossRevenueChurn))
	case "NetRevenueChurn":
		return v.pooled(months, rate(metrics.NetRevenueChurn))
	case "QuickRatio":
		return v.pooled(months, rate(metrics.QuickRatio))
	case "LTV":
		return e.ltv(v, months)
	case "LTVChange":
		return e.ltvChange(v, months)
	case "LTVToCAC", "PaybackMonths":
		return e.worth(x.Function, v, months)
	case "MagicNumber":
		spend, err := e.number(v, "acquisition_spend", []calendar.Month{last.Add(-5), last.Add(-4), last.Add(-3)})
		if err != nil {
			return metrics.Ratio{}, err
		}
		grown := v.month(last).Revenue.Closing().Sub(v.month(last.Add(-3)).Revenue.Closing())
		return metrics.MagicNumber(metrics.ARR(grown), spend)
	case "BurnMultiple":
		burn, err := e.number(v, "net_burn", months)
		if err != nil {
			return metrics.Ratio{}, err
		}
		return metrics.BurnMultiple(burn, metrics.ARR(v.month(last).Revenue.Closing().Sub(v.month(months[0]).Revenue.Opening)))
	case "MonthTwo":
		return v.retained(2)
	case "Annual":
		return v.retained(12)
	case "ExistingRevenue":
		return v.ofExisting()
	}
	return metrics.Ratio{}, fmt.Errorf("no function %s", x.Function)
}

func churn(s ledger.Statement) (metrics.Ratio, error) {
	return metrics.ChurnRate(s.Customers, metrics.ChurnStandard)
}

func rate(of func(metrics.Revenue) (metrics.Ratio, error)) func(ledger.Statement) (metrics.Ratio, error) {
	return func(s ledger.Statement) (metrics.Ratio, error) { return of(s.Revenue) }
}

func arpa(s ledger.Statement) (metrics.Ratio, error) {
	return metrics.ARPA(s.Revenue.Closing(), s.PayingCustomers)
}

// ltv is the lifetime value at the end of the last month: its ARPA over the
// churn of the trailing months; of a longer period, ARPA and churn of all of it.
func (e *evaluation) ltv(v view, months []calendar.Month) (metrics.Ratio, error) {
	long := months
	if len(months) == 1 {
		long = slices.Collect(calendar.Months(months[0].Add(1-e.o.Trailing), months[0]))
	}
	pay, err := v.pooled(months, arpa)
	if err != nil {
		return metrics.Ratio{}, err
	}
	leave, err := v.pooled(long, churn)
	if err != nil {
		return metrics.Ratio{}, err
	}
	return metrics.LTV(metrics.LTVInput{ARPA: pay, GrossMargin: e.o.GrossMargin, Churn: leave, CapMonths: e.o.CapMonths})
}

// ltvChange compares with the trailing months before; of a longer period, with
// as many months before it.
func (e *evaluation) ltvChange(v view, months []calendar.Month) (metrics.Ratio, error) {
	by := len(months)
	if by == 1 {
		by = e.o.Trailing
	}
	earlier := make([]calendar.Month, len(months))
	for i, m := range months {
		earlier[i] = m.Add(-by)
	}
	if earlier[0].Before(v.b.first) {
		return metrics.Ratio{}, fmt.Errorf("the books are read from %s on", v.b.first)
	}
	after, err := e.ltv(v, months)
	if err != nil {
		return metrics.Ratio{}, err
	}
	before, err := e.ltv(v, earlier)
	if err != nil {
		return metrics.Ratio{}, err
	}
	return relative(before, after), nil
}

// relative is (after − before) / before, exactly.
func relative(before, after metrics.Ratio) metrics.Ratio {
	if !before.Defined() || !after.Defined() {
		return metrics.NewCount(0, 0)
	}
	base := before.Num().Mul(after.Den())
	return metrics.NewRatio(after.Num().Mul(before.Den()).Sub(base), base)
}

// worth is what a customer is worth, or pays, against what one costs.
func (e *evaluation) worth(function string, v view, months []calendar.Month) (metrics.Ratio, error) {
	spend, err := e.number(v, "acquisition_spend", months)
	if err != nil {
		return metrics.Ratio{}, err
	}
	cac, err := metrics.CAC(spend, v.line("new_customers", false).IntPart())
	if err != nil {
		return metrics.Ratio{}, err
	}
	if function == "LTVToCAC" {
		ltv, err := e.ltv(v, months)
		if err != nil {
			return metrics.Ratio{}, err
		}
		return metrics.LTVToCAC(ltv, cac)
	}
	pay, err := v.pooled(months, arpa)
	if err != nil {
		return metrics.Ratio{}, err
	}
	return metrics.PaybackMonths(cac, pay, e.o.GrossMargin)
}

func (e *evaluation) ruleOf40(v view) (metrics.Ratio, error) {
	months := v.span().months()
	var n [3]decimal.Decimal
	for i, name := range []string{"revenue_year", "revenue_year_before", "profit_year"} {
		var err error
		if n[i], err = e.number(v, name, months); err != nil {
			return metrics.Ratio{}, err
		}
	}
	return metrics.RuleOf40(metrics.NewRatio(n[0].Sub(n[1]), n[1]), metrics.NewRatio(n[2], n[0]))
}

// scored is the mean score, at the end of the period, of those who have an event
// of the denominator in it.
func (e *evaluation) scored(x *bound, v view) (metrics.Ratio, error) {
	if e.d.Scores == nil {
		return metrics.Ratio{}, errNoScores
	}
	sums, err := e.scores(x)
	if err != nil {
		return metrics.Ratio{}, err
	}
	at := sums[scoreKey{v.k, v.p, v.key}]
	return metrics.NewRatio(at.points, decimal.New(at.n, 0)), nil
}

// plain is the message of an error without the part that says where it is from.
func plain(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), "scorecard: ")
}
