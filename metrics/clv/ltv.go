package clv

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// LTVOptions says what a lifetime value counts.
type LTVOptions struct {
	// GrossMargin is the fraction of revenue left after the cost of serving it;
	// zero is an error, as in [metrics.LTV].
	GrossMargin decimal.Decimal
	// Discount is a rate per year, 0.1 for 10 %; zero does not discount, and
	// then a lifetime may be infinite.
	Discount float64
	// Months bounds the lifetime; zero = no bound.
	Months int
	// Key is the segment of a customer; nil = one for all.
	Key func(customer string) string
	// Level of the intervals; zero = 0.95.
	Level float64
}

// maxMonths bounds LTVOptions.Months.
const maxMonths = 1200

// SegmentLTV is what a customer of one segment is worth, by the sBG model, and
// how that differs from ARPA ÷ churn.
type SegmentLTV struct {
	Segment   string
	Customers int64         // who ever came
	Active    int64         // at the end of the month
	ARPA      metrics.Ratio // MRR per active customer, exact
	Churn     metrics.Ratio // lost ÷ renewals that came due, all ages pooled
	// Simple is [metrics.LTV] of ARPA, margin and churn, with the same bound:
	// one churn rate for everyone at every age, nothing discounted.
	Simple metrics.Ratio
	// Model is the sBG model of the segment; nil where Err says why there is
	// none.
	Model *SBG
	// Lifetime is that of a new customer in months, discounted and bounded as
	// asked; Value is ARPA × margin × Lifetime; Residual is the mean over
	// today's customers of what is still to come, each at their own age. Not
	// defined, with the reason among the warnings, where it is infinite.
	Lifetime, Value, Residual metrics.Estimate
	// Steps lead from Simple to Value: discounting, then that customers differ.
	Steps []LTVStep
	Err   error
}

// LTVStep is one line of the way from the simple lifetime to the model's.
type LTVStep struct {
	Name   string  `json:"name"`
	Months float64 `json:"months"` // of lifetime
	Amount float64 `json:"amount"` // in money: months × ARPA × margin
}

// LTV is contractual lifetime value, segment by segment.
type LTV struct {
	Through  calendar.Month
	Currency string
	Options  LTVOptions
	Segments []SegmentLTV // sorted by name
}

// LTVOf estimates lifetime value from the books through the end of a month: an
// sBG model of monthly renewals for every segment, times its exact ARPA and
// the margin.
//
// [metrics.LTV] divides by one churn rate. That rate mixes customers of all
// ages, and the young leave faster: among those who stay the retention rises
// with age, so a new customer is worth less in the first year and more in the
// long run than the simple formula says. Steps put a number on it.
//
// A segment without a renewal has its error in Err, and the others are not
// held up by it.
func LTVOf(l *ledger.Ledger, through calendar.Month, o LTVOptions) (*LTV, error) {
	const op = "LTVOf"
	switch {
	case !(o.Discount >= 0) || math.IsInf(o.Discount, 1):
		return nil, refused(op, "Discount", o.Discount, "want a finite rate per year, zero or more", ErrInput)
	case o.Months < 0 || o.Months > maxMonths:
		return nil, refused(op, "Months", float64(o.Months), fmt.Sprintf("want 0 to %d", maxMonths), ErrInput)
	case !o.GrossMargin.IsPositive() || o.GrossMargin.GreaterThan(decimal.NewFromInt(1)):
		return nil, &fault.Error{Package: "clv", Op: op, Field: "GrossMargin", Value: o.GrossMargin.String(), Limit: "want a fraction, more than 0 and at most 1", Err: ErrInput}
	}
	iv, err := IntervalOptions{Level: o.Level}.check(op)
	if err != nil {
		return nil, err
	}
	key := o.Key
	if key == nil {
		key = func(string) string { return "" }
	}
	cohorts, err := OfLedger(l, through, calendar.Cycle{}, key)
	if err != nil {
		return nil, err
	}
	parts, err := l.StatementsBy(through, through, key)
	if err != nil {
		return nil, err
	}
	statements := map[string]ledger.Statement{}
	for _, p := range parts {
		statements[p.Key] = p.Statements[0]
	}
	out := &LTV{Through: through, Currency: string(l.Options().Currency), Options: o}
	for _, c := range cohorts {
		s, err := segmentLTV(c, statements[c.Segment], o, iv)
		if err != nil {
			return nil, err
		}
		out.Segments = append(out.Segments, s)
	}
	return out, nil
}

func segmentLTV(c Cohort, st ledger.Statement, o LTVOptions, iv IntervalOptions) (SegmentLTV, error) {
	s := SegmentLTV{Segment: c.Segment, Customers: c.Customers, Active: st.ClosingCustomers, Steps: []LTVStep{}}
	var err error
	if s.ARPA, err = metrics.ARPA(st.Revenue.Closing(), st.ClosingCustomers); err != nil {
		return s, err
	}
	s.Churn = metrics.NewCount(c.Lost, c.Decisions)
	if s.Simple, err = metrics.LTV(metrics.LTVInput{ARPA: s.ARPA, GrossMargin: o.GrossMargin, Churn: s.Churn, CapMonths: o.Months}); err != nil {
		return s, err
	}
	model, unfit := FitSBG(c.Renewals(), FitOptions{Level: iv.Level})
	if s.Model, s.Err = model, unfit; model == nil {
		return s, nil // its own error, which the other segments do not share
	}
	d := math.Pow(1+o.Discount, 1.0/12) - 1
	money := math.NaN()
	if v, ok := s.ARPA.Decimal(12); ok {
		money = v.InexactFloat64() * o.GrossMargin.InexactFloat64()
	}
	life := func(m SBG) float64 { return lifetime(m, d, o.Months) }
	rest := func(m SBG) float64 { return residual(m, c.Active, d, o.Months) }
	estimate := func(q func(SBG) float64, unit float64) metrics.Estimate {
		if v := q(*s.Model) * unit; math.IsNaN(v) || math.IsInf(v, 0) {
			e := metrics.Estimate{Value: v, Lo: math.NaN(), Hi: math.NaN(), Level: iv.Level, Warnings: s.Model.Report().Diagnoses}
			if math.IsInf(v, 0) {
				e.Warnings = append(e.Warnings, refused("LTVOf", "alpha", s.Model.Alpha, "want more than 1, a discount or a bound: the lifetime has no finite mean", ErrInfinite))
			}
			return e
		}
		e, err := Interval(*s.Model, q, iv)
		if err != nil {
			s.Err = errors.Join(s.Err, err)
			return metrics.Estimate{}
		}
		e.Value, e.Lo, e.Hi = e.Value*unit, e.Lo*unit, e.Hi*unit
		return e
	}
	s.Lifetime, s.Value, s.Residual = estimate(life, 1), estimate(life, money), estimate(rest, money)
	s.Steps = steps(s, d, o.Months, money)
	return s, nil
}

// lifetime of a new customer in periods, the first included.
func lifetime(m SBG, d float64, most int) float64 {
	if most == 0 {
		v, err := m.DEL(d)
		if errors.Is(err, ErrInfinite) {
			return math.Inf(1)
		}
		return v
	}
	return 1 + renewalsWithin(m.Alpha, m.Beta, d, most-1)/(1+d)
}

// renewalsWithin is Σ_{k=1..n} B(α, β+k)/B(α, β) (1+d)^(1−k).
func renewalsWithin(alpha, beta, d float64, n int) float64 {
	var sum float64
	term := 1.0
	for k := range n {
		term *= (beta + float64(k)) / (alpha + beta + float64(k))
		sum += term
		term /= 1 + d
	}
	return sum
}

// residual is the mean over customers still there of their discounted payments
// to come, the next one, due within a period, undiscounted; up to most periods
// from now.
func residual(m SBG, tenures []int64, d float64, most int) float64 {
	var sum, n float64
	for renewals, count := range tenures {
		if count == 0 {
			continue
		}
		n += float64(count)
		if most > 0 {
			sum += float64(count) * renewalsWithin(m.Alpha, m.Beta+float64(renewals), d, most)
			continue
		}
		v, err := m.DERL(d, float64(renewals))
		if errors.Is(err, ErrInfinite) {
			return math.Inf(1)
		}
		sum += float64(count) * v
	}
	return sum / n
}

// steps lead from 1/churn to the model's lifetime and add up to the difference.
func steps(s SegmentLTV, d float64, most int, money float64) []LTVStep {
	churn := math.NaN()
	if v, ok := s.Churn.Decimal(18); ok {
		churn = v.InexactFloat64()
	}
	simple := 1 / churn
	if most > 0 {
		simple = min(simple, float64(most))
	}
	// everybody leaves at the one rate: Σ (1−c)^t (1+d)^−t
	v := (1 - churn) / (1 + d)
	constant := 1 / (1 - v)
	if most > 0 && v < 1 {
		constant = -math.Expm1(float64(most)*math.Log(v)) / (1 - v)
	}
	if v == 1 {
		constant = float64(most)
	}
	model := s.Lifetime.Value
	if math.IsNaN(constant) || math.IsInf(constant, 0) || math.IsNaN(model) || math.IsInf(model, 0) {
		return []LTVStep{}
	}
	out := []LTVStep{
		{"ARPA ÷ churn", simple, 0},
		{"discounted, and bounded customer by customer", constant - simple, 0},
		{"customers differ: who stays, stays longer", model - constant, 0},
		{"sBG", model, 0},
	}
	for i := range out {
		out[i].Amount = out[i].Months * money
	}
	return out
}

// Rows are the segments.
func (l *LTV) Rows() []SegmentLTV { return append([]SegmentLTV(nil), l.Segments...) }

// String is a table for people.
func (l *LTV) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "lifetime value through %s, margin %s, discount %g %% a year", l.Through, l.Options.GrossMargin, 100*l.Options.Discount)
	if l.Options.Months > 0 {
		fmt.Fprintf(&b, ", at most %d months", l.Options.Months)
	}
	for _, s := range l.Segments {
		name := s.Segment
		if name == "" {
			name = "all"
		}
		arpa, simple := "undefined", "undefined"
		if v, ok := s.ARPA.Decimal(2); ok {
			arpa = v.StringFixed(2)
		}
		if v, ok := s.Simple.Decimal(2); ok {
			simple = v.StringFixed(2)
		}
		fmt.Fprintf(&b, "\n%s: %d customers, %d active, ARPA %s, churn %s, ARPA ÷ churn %s %s", fault.Quote(name), s.Customers, s.Active, arpa, s.Churn.Percent(2), simple, l.Currency)
		switch {
		case s.Model == nil:
			fmt.Fprintf(&b, "\n  no model: %v", s.Err)
		case s.Lifetime.Defined():
			fmt.Fprintf(&b, "\n  sBG: %.1f months, %.2f [%.2f, %.2f] at %g %%, still to come of each of today's %.2f", s.Lifetime.Value, s.Value.Value, s.Value.Lo, s.Value.Hi, 100*s.Value.Level, s.Residual.Value)
		}
		for _, w := range s.Lifetime.Warnings {
			fmt.Fprintf(&b, "\n  %v", w)
		}
	}
	return b.String()
}

type segmentJSON struct {
	Segment   string           `json:"segment"`
	Customers int64            `json:"customers"`
	Active    int64            `json:"active"`
	ARPA      metrics.Ratio    `json:"arpa"`
	Churn     metrics.Ratio    `json:"churn"`
	Simple    metrics.Ratio    `json:"simple"`
	Model     *SBG             `json:"model"`
	Lifetime  metrics.Estimate `json:"lifetime"`
	Value     metrics.Estimate `json:"value"`
	Residual  metrics.Estimate `json:"residual"`
	Steps     []LTVStep        `json:"steps"`
	Err       string           `json:"error,omitempty"`
}

// MarshalJSON writes the fields in snake case, the error as text.
func (s SegmentLTV) MarshalJSON() ([]byte, error) {
	out := segmentJSON{s.Segment, s.Customers, s.Active, s.ARPA, s.Churn, s.Simple, s.Model, s.Lifetime, s.Value, s.Residual, nonNil(s.Steps), ""}
	if s.Err != nil {
		out.Err = s.Err.Error()
	}
	return json.Marshal(out)
}

// MarshalJSON writes the options that are values and the segments.
func (l *LTV) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Through     calendar.Month  `json:"through"`
		Currency    string          `json:"currency"`
		GrossMargin decimal.Decimal `json:"gross_margin"`
		Discount    float64         `json:"discount"`
		Months      int             `json:"months,omitempty"`
		Segments    []SegmentLTV    `json:"segments"`
	}{l.Through, l.Currency, l.Options.GrossMargin, l.Options.Discount, l.Options.Months, nonNil(l.Segments)})
}
