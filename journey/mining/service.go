package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/quantile"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ServiceSpec is a promise: what begins it, what keeps it, and until when.
type ServiceSpec struct {
	Options
	Begin []touchpoint.Match // opens a case: a ticket, a hand-off
	Done  []touchpoint.Match // closes the oldest one that is open
	// Within is the time from Begin to the due date. DueAttr, where set, is the
	// attribute of the beginning event that holds it instead, in RFC 3339 or as a
	// date, whose end is meant, in Location (nil = UTC).
	Within   time.Duration
	DueAttr  string
	Location *time.Location
	// OwnerAttr is the attribute of the beginning event that says whose promise it
	// is: a team, a person.
	OwnerAttr string
	// AsOf is when the cases are looked at; zero is the log's last instant.
	AsOf time.Time
}

// ServiceCase is one promise.
type ServiceCase struct {
	Customer string    `json:"customer"`
	Owner    string    `json:"owner,omitempty"`
	Begun    time.Time `json:"begun"`
	Due      time.Time `json:"due"`
	Done     time.Time `json:"done,omitzero"` // absent while it is open
	// Late: it was done after its due date, or is open and past it.
	Late bool `json:"late"`
}

// ServiceLevel sums up the cases of one owner, or of all.
type ServiceLevel struct {
	Owner string `json:"owner"`
	Cases int64  `json:"cases"`
	Done  int64  `json:"done"`
	Late  int64  `json:"late"` // done late, or open and past due
	Open  int64  `json:"open"` // not done; those past due are late too
	// Share is Late over the cases that are decided: done, or past due.
	Share    metrics.Ratio    `json:"share"`
	Interval metrics.Estimate `json:"interval"` // of Share, Wilson's at 95 %
	Median   time.Duration    `json:"-"`        // from Begin to Done, of those done
	P90      time.Duration    `json:"-"`
}

// ServiceReport is how promises were kept. Reports of disjoint customers add up
// with Merge.
type ServiceReport struct {
	All    ServiceLevel
	Owners []ServiceLevel // ascending by owner
	Cases  []ServiceCase  // by customer, then in order of their beginning
	// Unasked counts the Done events with no case open, NoDue the cases whose due
	// date is absent or unreadable: they are in no other number.
	Unasked, NoDue int64

	asked     *serviceStated // nil where Service did not make it
	asOf      time.Time
	customers func() []string // with an activity
}

// Service measures how promises are kept: a case opens at Begin, is due by its
// date, and is closed by Done. Done at the due instant is in time.
//
// Errors: no Begin or Done, neither Within nor DueAttr or both, options and
// columns as in [DirectlyFollows].
func Service(log *touchpoint.Log, s ServiceSpec) (*ServiceReport, error) {
	switch {
	case len(s.Begin) == 0 || len(s.Done) == 0:
		return nil, refuse("Begin, Done", itoa(len(s.Begin))+", "+itoa(len(s.Done))+" matches", "want a match in each")
	case s.Within < 0 || (s.Within > 0) == (s.DueAttr != ""):
		return nil, refuse("Within", s.Within.String(), "want one of Within, more than zero, and DueAttr")
	}
	if !s.AsOf.IsZero() {
		if err := calendar.CheckTime(s.AsOf); err != nil {
			return nil, refuse("AsOf", s.AsOf.Format(time.RFC3339), err.Error())
		}
	}
	v, err := s.view(log)
	if err != nil {
		return nil, err
	}
	sel, err := v.log.Select(s.Begin, s.Done)
	if err != nil {
		return nil, fmt.Errorf("mining: service: %w", err)
	}
	r := server{spec: s, view: v, sel: sel, out: &ServiceReport{asked: s.stated(), customers: sync.OnceValue(func() []string { return slices.Collect(v.customers().Names()) })}}
	if r.out.asOf = s.AsOf.UTC(); s.AsOf.IsZero() {
		_, r.out.asOf, _ = v.log.Span()
	}
	for _, c := range []struct {
		attr string
		set  *touchpoint.AttrColumn
	}{{s.DueAttr, &r.due}, {s.OwnerAttr, &r.owner}} {
		if c.attr == "" {
			continue
		}
		col, ok := v.log.Attr(c.attr)
		if !ok && v.log.Len() > 0 {
			return nil, fmt.Errorf("mining: service: attribute %q: %w", c.attr, touchpoint.ErrNotKept)
		}
		*c.set = col
	}
	var buf []int32
	for k := range v.len() {
		c := v.at(k)
		buf = v.of(c, buf[:0])
		r.customer(v.log.Customer(c), buf)
	}
	r.out.judge()
	return r.out, nil
}

type server struct {
	spec       ServiceSpec
	view       *view
	sel        *touchpoint.Selector
	due, owner touchpoint.AttrColumn
	out        *ServiceReport
}

func (r *server) customer(name string, events []int32) {
	first := len(r.out.Cases)
	open := first // the oldest open case
	for _, i := range events {
		at := time.Unix(0, r.view.cols.UnixNano[i]).UTC()
		mask := r.sel.Mask(int(i))
		// What is both closes the case before it opens one.
		if mask&2 != 0 {
			if open < len(r.out.Cases) {
				r.out.Cases[open].Done = at
				open++
			} else {
				r.out.Unasked++
			}
		}
		if mask&1 == 0 {
			continue
		}
		due, ok := r.dueOf(int(i), at)
		if !ok { // it still waits for its Done, which is no other case's
			r.out.NoDue++
		}
		owner, _ := r.owner.Value(int(i))
		r.out.Cases = append(r.out.Cases, ServiceCase{Customer: name, Owner: owner, Begun: at, Due: due})
	}
	kept := slices.DeleteFunc(r.out.Cases[first:], func(c ServiceCase) bool { return c.Due.IsZero() })
	r.out.Cases = r.out.Cases[:first+len(kept)]
}

func (r *server) dueOf(i int, at time.Time) (time.Time, bool) {
	if r.spec.DueAttr == "" {
		return at.Add(r.spec.Within), true
	}
	text, _ := r.due.Value(i)
	if due, err := time.Parse(time.RFC3339, text); err == nil && calendar.CheckTime(due) == nil {
		return due.UTC(), true
	}
	loc := r.spec.Location
	if loc == nil {
		loc = time.UTC
	}
	day, err := time.ParseInLocation(time.DateOnly, text, loc)
	if err != nil || calendar.CheckTime(day) != nil {
		return time.Time{}, false
	}
	return calendar.Cycle{Unit: calendar.UnitDay}.Nth(day, 1).Add(-time.Nanosecond).UTC(), true
}

// judge says which cases are late, and sums them up.
func (r *ServiceReport) judge() {
	byOwner := map[string][]ServiceCase{}
	for i := range r.Cases {
		c := &r.Cases[i]
		c.Late = c.Done.After(c.Due) || c.Done.IsZero() && r.asOf.After(c.Due)
		byOwner[c.Owner] = append(byOwner[c.Owner], *c)
	}
	r.All, r.Owners = levelOf("", r.Cases), nil
	if r.asked.OwnerAttr == "" {
		return
	}
	for _, owner := range sortedKeys(byOwner) {
		r.Owners = append(r.Owners, levelOf(owner, byOwner[owner]))
	}
}

func levelOf(owner string, cases []ServiceCase) ServiceLevel {
	l := ServiceLevel{Owner: owner, Cases: int64(len(cases))}
	var took []int64
	decided := int64(0)
	for _, c := range cases {
		if c.Late {
			l.Late++
		}
		if c.Done.IsZero() {
			l.Open++
			if c.Late {
				decided++
			}
			continue
		}
		l.Done++
		decided++
		took = append(took, int64(c.Done.Sub(c.Begun)))
	}
	slices.Sort(took)
	l.Share = metrics.NewCount(l.Late, decided)
	if decided > 0 {
		l.Interval, _ = metrics.Wilson(l.Late, decided, 0.95) // late cases are decided
	}
	l.Median, l.P90 = quantile.Of(took, 0.5), quantile.Of(took, 0.9)
	return l
}

// Overdue are the cases that are open and past due, the oldest due date first.
func (r *ServiceReport) Overdue() []ServiceCase {
	var out []ServiceCase
	for _, c := range r.Cases {
		if c.Late && c.Done.IsZero() {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ServiceCase) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Customer, b.Customer))
	})
	return out
}

// String is a line for all and one for each owner.
func (r *ServiceReport) String() string {
	var b strings.Builder
	for _, l := range append([]ServiceLevel{r.All}, r.Owners...) {
		name := l.Owner
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(&b, "%s: %d cases, %s late, %d open, median %s\n", name, l.Cases, l.Share.Percent(1), l.Open, l.Median)
	}
	return b.String()
}

// Rows are all and each owner as cells of a table, titles first.
func (r *ServiceReport) Rows() [][]string {
	out := [][]string{{"owner", "cases", "done", "late", "open", "share_late", "median", "p90"}}
	for _, l := range append([]ServiceLevel{r.All}, r.Owners...) {
		out = append(out, []string{
			l.Owner, fmt.Sprint(l.Cases), fmt.Sprint(l.Done), fmt.Sprint(l.Late), fmt.Sprint(l.Open), l.Share.Percent(2), l.Median.String(), l.P90.String(),
		})
	}
	return out
}

// MarshalJSON writes the numbers, with durations as text.
func (l ServiceLevel) MarshalJSON() ([]byte, error) {
	type plain ServiceLevel
	return json.Marshal(struct {
		plain
		Median string `json:"median"`
		P90    string `json:"p90"`
	}{plain(l), l.Median.String(), l.P90.String()})
}

// MarshalJSON writes all, the owners and the cases.
func (r *ServiceReport) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		All     ServiceLevel   `json:"all"`
		Owners  []ServiceLevel `json:"owners"`
		Cases   []ServiceCase  `json:"cases"`
		Unasked int64          `json:"unasked"`
		NoDue   int64          `json:"no_due"`
	}{r.All, append([]ServiceLevel{}, r.Owners...), append([]ServiceCase{}, r.Cases...), r.Unasked, r.NoDue})
}
