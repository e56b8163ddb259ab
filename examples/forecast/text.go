package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// chart is how many characters a bar may have.
const chart = 40

func (r *report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, through %v\n", r.Company, r.To)

	fmt.Fprintf(&b, "\nHow long they stay: %v\n", r.Curve)
	b.WriteString("month  at risk  left  hazard (smoothed)  still there (95 %)\n")
	for _, h := range r.Hazard {
		p := r.Curve.At(h.To)
		bounds := ""
		if !math.IsNaN(p.Lo) {
			bounds = fmt.Sprintf("(%.0f to %.0f)", 100*p.Lo, 100*p.Hi)
		}
		fmt.Fprintf(&b, "%5.0f  %7.0f  %4.0f  %5.1f %%  (%5.1f %%)    %3.0f %% %-12s %s\n", h.To, h.AtRisk, h.Events, 100*h.Rate, 100*h.Smooth, 100*p.S, bounds, bar(p.S))
	}

	b.WriteString("\nWhat a new customer is worth, in margin, discounted at 10 % a year\n")
	for _, s := range r.LTV.Rows() {
		name := s.Segment
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(&b, "%-10s %3d customers, %3d there: ", name, s.Customers, s.Active)
		switch {
		case s.Err != nil:
			fmt.Fprintf(&b, "no model: %v\n", s.Err)
		case !s.Value.Defined():
			b.WriteString("infinite\n")
		default:
			fmt.Fprintf(&b, "%.0f (95 %%: %.0f to %.0f); ARPA ÷ churn says %s\n", s.Value.Value, s.Value.Lo, s.Value.Hi, simple(s.Simple))
		}
	}

	b.WriteString("\nWhat revenue may be: the bridge of means, and bands of 80 (=) and 95 % (-)\n")
	for _, w := range r.Ahead.Warnings {
		fmt.Fprintf(&b, "%v\n", w)
	}
	b.WriteString("month       opening     new  expand  return  shrink   churn   closing    80 %               95 %\n")
	low, high := math.Inf(1), 0.0
	for m := 1; m <= r.Ahead.Horizon(); m++ {
		e := r.Ahead.At(forecast.MRR, m, 0.95)
		low, high = min(low, e.Lo), max(high, e.Hi)
	}
	for m := 1; m <= r.Ahead.Horizon(); m++ {
		q := r.Ahead.Mean(m)
		narrow, wide := r.Ahead.At(forecast.MRR, m, 0.8), r.Ahead.At(forecast.MRR, m, 0.95)
		fmt.Fprintf(&b, "%v %11s %7s %7s %7s %7s %7s %9s    %6.0f to %6.0f   %6.0f to %6.0f  %s\n", r.Ahead.Month(m),
			q.Opening.StringFixed(0), q.New.StringFixed(0), q.Expansion.StringFixed(0), q.Reactivation.StringFixed(0), q.Contraction.StringFixed(0), q.Churn.StringFixed(0), q.Closing().StringFixed(0),
			narrow.Lo, narrow.Hi, wide.Lo, wide.Hi, band(narrow, wide, low, high))
	}
	last := r.Ahead.Horizon()
	fmt.Fprintf(&b, "the last mean is sure to %.0f by the number of futures drawn\n", r.Ahead.MonteCarloError(forecast.MRR, last))
	fmt.Fprintf(&b, "%v\n", r.Today)
	s := r.Series.At(last, 0.95)
	fmt.Fprintf(&b, "beside it, by %v of the monthly totals alone: %.0f (95 %%: %.0f to %.0f) in %v\n", r.Series.Method, s.Value, s.Lo, s.Hi, r.Ahead.Month(last))

	fmt.Fprintf(&b, "\nIf: %s\n", saver.Name)
	for _, m := range []int{3, 6, 12} {
		if m > last {
			break
		}
		d := r.Ahead.Difference(saver.Name, forecast.MRR, m, 0.8)
		fmt.Fprintf(&b, "%v: %+.0f (80 %%: %+.0f to %+.0f)\n", r.Ahead.Month(m), d.Value, d.Lo, d.Hi)
	}

	b.WriteString("\nWould it have held? Forecasts as of each past month, compared with what came\n")
	if r.Backtest == nil {
		fmt.Fprintf(&b, "no: %s\n", r.NoBacktest)
		return b.String()
	}
	fmt.Fprintf(&b, "%v\n", r.Backtest)
	if r.Backtest.Missed() {
		b.WriteString("The intervals above held less than they say: do not rely on them.\n")
	}
	return b.String()
}

func simple(r metrics.Ratio) string {
	d, ok := r.Decimal(0)
	if !ok {
		return "undefined"
	}
	return d.String()
}

// bar is a share as a bar.
func bar(share float64) string { return strings.Repeat("#", int(math.Round(share*chart))) }

// band draws two intervals on one scale.
func band(narrow, wide metrics.Estimate, low, high float64) string {
	place := func(x float64) int {
		if high <= low {
			return 0
		}
		return max(0, min(chart-1, int((x-low)/(high-low)*(chart-1))))
	}
	line := []byte(strings.Repeat(" ", chart))
	for i := place(wide.Lo); i <= place(wide.Hi); i++ {
		line[i] = '-'
	}
	for i := place(narrow.Lo); i <= place(narrow.Hi); i++ {
		line[i] = '='
	}
	line[place(narrow.Value)] = '|'
	return strings.TrimRight(string(line), " ")
}
