package scorecard

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// FitSpec says how referrals and leavers are split.
type FitSpec struct {
	// Score is how well a customer fits the ideal profile, such as the Score of
	// ideal.Profile.Fit; false where nothing is known.
	Score func(customer string) (score float64, ok bool)
	// Bounds cut the scores, ascending; nil = 25, 50, 75.
	Bounds []float64
	// Referred and Left are the events; nil = referred; and cancelled and
	// payment_lapsed, or with books those whom they lost.
	Referred, Left []touchpoint.Match
	// Won are the events of customers, without books; nil = subscribed.
	Won []touchpoint.Match
	// From and To bound referrals and leaving, [From, To); zero is no bound.
	From, To time.Time
	Level    float64 // of intervals; zero = 0.95
}

// FitTable is who refers and who leaves, by fit.
type FitTable struct {
	Lines []FitLine `json:"lines"` // from the lowest; those not known last
}

// FitLine is the customers of a range of fit.
type FitLine struct {
	Fit       string `json:"fit"` // "50 to 75", or None
	Customers int64  `json:"customers"`
	// Referrers are those who referred somebody, Referrals how often; Leavers are
	// those who left at least once.
	Referrers        metrics.Ratio    `json:"referrers"`
	ReferrerInterval metrics.Estimate `json:"referrer_interval"`
	Referrals        int64            `json:"referrals"`
	Leavers          metrics.Ratio    `json:"leavers"`
	LeaverInterval   metrics.Estimate `json:"leaver_interval"`
}

// SplitByFit counts, of everybody in the log who ever was a customer, who
// referred others and who left, by how well they fit the ideal profile. Errors:
// no score, no log, bounds that do not ascend.
func SplitByFit(d Data, s FitSpec) (*FitTable, error) {
	bad := func(field, value, limit string) error { return refuse("fit", field, value, limit, ErrOptions) }
	if s.Bounds == nil {
		s.Bounds = []float64{25, 50, 75}
	}
	switch {
	case d.Log == nil:
		return nil, refuse("fit", "Log", "none", "want a log", ErrData)
	case s.Score == nil:
		return nil, bad("Score", "none", "want a score")
	case len(s.Bounds) > MaxKeys:
		return nil, bad("Bounds", strconv.Itoa(len(s.Bounds)), fmt.Sprintf("want at most %d", MaxKeys))
	}
	for i := 1; i < len(s.Bounds); i++ {
		if !(s.Bounds[i-1] < s.Bounds[i]) {
			return nil, bad("Bounds", fmt.Sprint(s.Bounds[i]), "want ascending bounds")
		}
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	sel, err := d.Log.Select(orNamed(s.Referred, "referred"), orNamed(s.Left, "cancelled", "payment_lapsed"), orNamed(s.Won, "subscribed"))
	if err != nil {
		return nil, fmt.Errorf("scorecard: fit: %w", err)
	}
	return countFit(d, s, sel)
}

func countFit(d Data, s FitSpec, sel *touchpoint.Selector) (*FitTable, error) {
	inside := func(t time.Time) bool {
		return (s.From.IsZero() || !t.Before(s.From)) && (s.To.IsZero() || t.Before(s.To))
	}
	paid, lost := map[string]bool{}, map[string]bool{}
	if d.Books != nil {
		for m := range d.Books.Movements(everything()) {
			paid[m.Customer] = paid[m.Customer] || m.Heads > 0
			lost[m.Customer] = lost[m.Customer] || m.Kind == ledger.Churn && inside(m.At)
		}
	}
	type tally struct{ customers, referrers, referrals, leavers int64 }
	of := make([]tally, len(s.Bounds)+2)
	cols := d.Log.Columns()
	for c := range d.Log.Customers() {
		name := d.Log.Customer(c)
		customer, left := paid[name], lost[name]
		var referrals int64
		from, to := cols.Range(c)
		for i := from; i < to; i++ {
			mask := sel.Mask(i)
			if mask == 0 {
				continue
			}
			now := inside(time.Unix(0, cols.UnixNano[i]))
			if mask&1 != 0 && now {
				referrals++
			}
			left = left || d.Books == nil && mask&2 != 0 && now
			customer = customer || d.Books == nil && mask&4 != 0
		}
		if !customer {
			continue
		}
		place := len(s.Bounds) + 1
		if v, ok := s.Score(name); ok {
			place, _ = slices.BinarySearch(s.Bounds, v)
			if place < len(s.Bounds) && s.Bounds[place] == v {
				place++
			}
		}
		t := &of[place]
		t.customers++
		t.referrals += referrals
		if referrals > 0 {
			t.referrers++
		}
		if left {
			t.leavers++
		}
	}
	out := &FitTable{Lines: []FitLine{}}
	for i, t := range of {
		l := FitLine{
			Fit: s.rangeOf(i), Customers: t.customers, Referrals: t.referrals,
			Referrers: metrics.NewCount(t.referrers, t.customers), Leavers: metrics.NewCount(t.leavers, t.customers),
		}
		var err error
		if l.ReferrerInterval, err = metrics.Wilson(t.referrers, t.customers, s.Level); err != nil {
			return nil, err
		}
		if l.LeaverInterval, err = metrics.Wilson(t.leavers, t.customers, s.Level); err != nil {
			return nil, err
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}

func (s FitSpec) rangeOf(i int) string {
	show := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	switch n := len(s.Bounds); {
	case i > n:
		return None
	case n == 0:
		return "all"
	case i == 0:
		return "below " + show(s.Bounds[0])
	case i == n:
		return show(s.Bounds[n-1]) + " and more"
	}
	return show(s.Bounds[i-1]) + " to " + show(s.Bounds[i])
}

// Rows yields the lines.
func (t *FitTable) Rows() iter.Seq[FitLine] { return slices.Values(t.Lines) }

// String is a line for each range.
func (t *FitTable) String() string {
	var b strings.Builder
	for _, l := range t.Lines {
		fmt.Fprintf(&b, "fit %s: %d customers, referred %s, left %s\n", l.Fit, l.Customers, l.Referrers.Percent(1), l.Leavers.Percent(1))
	}
	return b.String()
}
