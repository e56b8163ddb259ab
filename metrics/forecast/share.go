package forecast

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// quarter is how many months FromToday looks ahead.
const quarter = 3

// Today is how much of the coming quarter's revenue is expected from customers
// who are there already, and how much of it was a year ago.
type Today struct {
	Origin calendar.Month
	Months int // of the quarter: 3, or the horizon where that is less
	// Share of the months' revenue, the sum of their month ends, that customers
	// of the origin are expected to pay, returns included. The interval is of
	// 80 %.
	Share metrics.Estimate
	// Cohorts are the parts of Share by the month of a customer's first
	// revenue, ascending; they sum to it. Cohorts nobody is left of are not
	// listed.
	Cohorts []CohortShare
	// YearAgo is the same share of the quarter that followed a year before the
	// origin: a fact, not an estimate. NaN where the books are too young.
	YearAgo float64
}

// CohortShare is the part of one cohort.
type CohortShare struct {
	Cohort calendar.Month `json:"cohort"`
	Share  float64        `json:"share"` // of the mean revenue of the quarter
}

// FromToday is the share of the coming three months' revenue that is expected
// of customers who are there at the origin.
func (p *Projection) FromToday() Today {
	t := Today{Origin: p.Origin, Months: min(quarter, p.opt.Horizon), YearAgo: p.h.yearAgo, Cohorts: []CohortShare{}}
	all := 0.0
	for m := 1; m <= t.Months; m++ {
		all += mean(p.closing[m]) * float64(p.opt.Paths)
	}
	if all == 0 {
		t.Share = p.summary(nil, 0.8)
		return t
	}
	sum := 0.0
	for c, xs := range p.today {
		part := 0.0
		for m := 1; m <= t.Months; m++ {
			part += float64(xs[m])
		}
		if part > 0 {
			t.Cohorts = append(t.Cohorts, CohortShare{p.h.first.Add(c), part / all})
			sum += part / all
		}
	}
	shares := make([]float64, 0, p.opt.Paths)
	for path := range p.opt.Paths {
		own, whole := 0.0, 0.0
		for m := 1; m <= t.Months; m++ {
			own += float64(p.ours[m][path])
			whole += float64(p.closing[m][path])
		}
		if whole > 0 {
			shares = append(shares, own/whole)
		}
	}
	t.Share = p.summary(shares, 0.8)
	t.Share.Value = sum // the ratio of means, which the cohorts add up to
	return t
}

// MarshalJSON writes the shares; a year ago that is not known is null.
func (t Today) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Origin  calendar.Month   `json:"origin"`
		Months  int              `json:"months"`
		Share   metrics.Estimate `json:"share"`
		Cohorts []CohortShare    `json:"cohorts"`
		YearAgo number           `json:"year_ago"`
	}{t.Origin, t.Months, t.Share, append([]CohortShare{}, t.Cohorts...), number(t.YearAgo)})
}

// String says it in one line, the largest cohorts behind it.
func (t Today) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.1f %% (%.1f to %.1f) of the next %d months' revenue from customers of today", 100*t.Share.Value, 100*t.Share.Lo, 100*t.Share.Hi, t.Months)
	if !math.IsNaN(t.YearAgo) {
		fmt.Fprintf(&b, "; a year ago %.1f %%", 100*t.YearAgo)
	}
	return b.String()
}
