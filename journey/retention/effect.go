package retention

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Warnings of effects.
var (
	// ErrAssociation stands with every effect: the groups were not drawn, so a
	// difference may be of who is in them.
	ErrAssociation = errors.New("association, not cause: the groups were not drawn at random")
	// ErrFew warns of a group of fewer than thirty, whose mean amount is hardly
	// normal.
	ErrFew = errors.New("fewer than 30 customers in a group")
)

// EffectSpec says which two groups are compared, and by what became of them. Set
// one of Milestone and Group.
type EffectSpec struct {
	// Start begins a customer's time: the first event that any match selects in
	// [From, To). Zero bounds are none.
	Start    []touchpoint.Match
	From, To time.Time
	// Milestone parts those who reached it within Within of their start (With)
	// from the others (Without). All of them are followed from the end of that
	// time on, the landmark, so that having had the time to reach it is no
	// advantage (landmark analysis, Anderson, Cain and Gelber 1983).
	Milestone []touchpoint.Match
	Within    time.Duration
	// Group parts by something known at the start: trial with a card or without,
	// satisfied or not, in the loyalty programme or not. It is With for true;
	// known is false for who belongs to neither. The landmark is Within after
	// the start.
	Group func(customer string) (with, known bool)
	// Return is what counts as coming back; empty = any event. It is counted in
	// Periods periods after the landmark, each a Cycle long; zero are six and a
	// month.
	Return   []touchpoint.Match
	Cycle    calendar.Cycle
	Periods  int
	Location *time.Location // nil = UTC
	// Ledger, when set, joins the books by customer id: MRR at the end of each
	// period, and what was paid until then. Customers without books are worth 0.
	Ledger *ledger.Ledger
	Level  float64   // of intervals; zero = 0.95
	AsOf   time.Time // end of observation; zero = the log's last instant
	// Customers, when set, says whom this is about.
	Customers func(customer string) bool
}

// Effect compares two groups, period by period after the landmark.
type Effect struct {
	Key     string `json:"key,omitempty"` // of the part, in a breakdown
	With    int64  `json:"with"`          // customers followed
	Without int64  `json:"without"`       // likewise
	// Early are customers whose landmark had not come when observation ended,
	// Unknown those who belong to neither group. They are in no number below.
	Early    int64          `json:"early"`
	Unknown  int64          `json:"unknown"`
	Periods  []EffectPeriod `json:"periods"`
	Warnings []error        `json:"-"`
}

// EffectPeriod is one period after the landmark, over the customers whose period
// was over when observation ended.
type EffectPeriod struct {
	Period int `json:"period"` // from 1
	// Returned compares the shares who came back in it: without (A) and with (B).
	Returned metrics.Comparison `json:"returned"`
	// MRR is that at the end of the period, and Value the sum of it over this
	// period and those before, the lifetime value so far in units of MRR times
	// periods; nil without a ledger.
	MRR   *Amounts `json:"mrr,omitempty"`
	Value *Amounts `json:"value,omitempty"`
}

// Amounts compares what two groups are worth.
type Amounts struct {
	With    metrics.Ratio `json:"with"` // sum over customers
	Without metrics.Ratio `json:"without"`
	// Difference is the mean of With less that of Without, with Welch's interval
	// (B. L. Welch, Biometrika 34, 1947, 28–35); NaN bounds where a group has
	// fewer than two.
	Difference metrics.Estimate `json:"difference"`
}

// Validate reports, joined, every field that makes the effect impossible.
func (s EffectSpec) Validate() error {
	var errs []error
	bad := func(field, value, limit string) {
		errs = append(errs, &fault.Error{Package: "retention", Op: "effect", Field: field, Value: value, Limit: limit, Err: ErrSpec})
	}
	if len(s.Start) == 0 {
		bad("Start", "", "want a match")
	}
	if (len(s.Milestone) > 0) == (s.Group != nil) {
		bad("Milestone", strconv.Itoa(len(s.Milestone))+" matches", "want one of Milestone and Group")
	}
	if s.Within < 0 || len(s.Milestone) > 0 && s.Within == 0 {
		bad("Within", s.Within.String(), "want more than zero with Milestone, zero or more with Group")
	}
	if s.Periods < 0 || s.Periods > MaxPeriods {
		bad("Periods", strconv.Itoa(s.Periods), fmt.Sprintf("want 0 to %d", MaxPeriods))
	}
	if s.Level != 0 && !(s.Level > 0 && s.Level < 1) {
		bad("Level", fmt.Sprint(s.Level), "want more than 0 and less than 1")
	}
	if err := s.Cycle.Validate(); err != nil {
		bad("Cycle", s.Cycle.String(), err.Error())
	}
	for _, b := range []struct {
		field string
		t     time.Time
	}{{"From", s.From}, {"To", s.To}, {"AsOf", s.AsOf}} {
		if b.t.IsZero() {
			continue
		}
		if err := calendar.CheckTime(b.t); err != nil {
			bad(b.field, b.t.Format(time.RFC3339), err.Error())
		}
	}
	if !s.From.IsZero() && !s.To.IsZero() && s.To.Before(s.From) {
		bad("To", s.To.Format(time.RFC3339), "before From "+s.From.Format(time.RFC3339))
	}
	return errors.Join(errs...)
}

// EffectOf compares what became of two groups of customers: who came back, and
// where a ledger is joined, what they paid. It costs a pass over the log, and for
// each customer their movements in the ledger.
//
// Errors: a Spec that Validate refuses, a match on a column that the log does not
// keep.
func EffectOf(log *touchpoint.Log, spec EffectSpec) (*Effect, error) {
	f, err := spec.follower(log)
	if err != nil {
		return nil, err
	}
	f.begun(func(c, start int) { f.customer(c, start) })
	return f.result()
}

func (s EffectSpec) follower(log *touchpoint.Log) (*follower, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	if s.Periods == 0 {
		s.Periods = 6
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	back := s.Return
	if len(back) == 0 {
		back = []touchpoint.Match{{}}
	}
	sel, err := log.Select(s.Start, s.Milestone, back)
	if err != nil {
		return nil, fmt.Errorf("retention: effect: %w", err)
	}
	f := &follower{spec: s, log: log, cols: log.Columns(), sel: sel, out: &Effect{Warnings: []error{ErrAssociation}}}
	f.ages = make([]age, s.Periods)
	if f.asOf = s.AsOf; f.asOf.IsZero() {
		_, f.asOf, _ = log.Span()
	}
	if s.Location == nil {
		f.spec.Location = time.UTC
	}
	f.skip = skipped(log, s.Customers)
	return f, nil
}

type follower struct {
	spec EffectSpec
	log  *touchpoint.Log
	cols touchpoint.Columns
	sel  *touchpoint.Selector
	asOf time.Time
	skip []bool
	ages []age
	out  *Effect
}

// age sums up one period: [0] without, [1] with.
type age struct {
	all, back  [2]int64
	mrr, value [2]moments
}

// moments are the exact sum of amounts, and what an interval of their mean needs.
type moments struct {
	n            int64
	sum          decimal.Decimal
	mean, square float64
}

func (m *moments) add(d decimal.Decimal) {
	m.n++
	m.sum = m.sum.Add(d)
	x, _ := d.Float64()
	delta := x - m.mean
	m.mean += delta / float64(m.n)
	m.square += float64(delta * (x - m.mean))
}

// begun yields the customers whose time began, with the event that begins it.
func (f *follower) begun(yield func(c, start int)) {
	for c := range f.cols.Customers() {
		if f.skip != nil && f.skip[c] {
			continue
		}
		from, to := f.cols.Range(c)
		for start := from; start < to; start++ {
			t := f.cols.UnixNano[start]
			inside := (f.spec.From.IsZero() || t >= nanos(f.spec.From)) && (f.spec.To.IsZero() || t < nanos(f.spec.To))
			if inside && f.sel.Has(start, 0) {
				yield(c, start)
				break
			}
		}
	}
}

func (f *follower) customer(c, start int) {
	from, to := f.cols.Range(c)
	at := f.cols.UnixNano
	landmark := time.Unix(0, at[start]).Add(f.spec.Within).In(f.spec.Location)
	group, known := 0, true
	if f.spec.Group != nil {
		var with bool
		if with, known = f.spec.Group(touchpoint.Actor(f.log.Customer(c))); with {
			group = 1
		}
	}
	switch {
	case !known:
		f.out.Unknown++
		return
	case landmark.After(f.asOf):
		f.out.Early++
		return
	}
	i := start
	for i > from && at[i-1] == at[start] { // the milestone may come at the instant of the start
		i--
	}
	for ; i < to && at[i] <= landmark.UnixNano(); i++ {
		if f.spec.Group == nil && f.sel.Has(i, 1) {
			group = 1
		}
	}
	if group == 1 {
		f.out.With++
	} else {
		f.out.Without++
	}
	f.follow(c, i, to, group, landmark)
}

// follow counts the periods of a customer that were over; i is the first event
// after the landmark.
func (f *follower) follow(c, i, to, group int, landmark time.Time) {
	level := f.levels(c)
	value := decimal.Decimal{}
	for k := range f.ages {
		end := f.spec.Cycle.Nth(landmark, k+1)
		if end.After(f.asOf) {
			return
		}
		a := &f.ages[k]
		a.all[group]++
		back := false
		for ; i < to && f.cols.UnixNano[i] < nanos(end); i++ {
			back = back || f.sel.Has(i, 2)
		}
		if back {
			a.back[group]++
		}
		if level != nil {
			mrr := level(end)
			value = value.Add(mrr)
			a.mrr[group].add(mrr)
			a.value[group].add(value)
		}
	}
}

// levels gives the MRR of a customer at instants that ascend; nil without a
// ledger.
func (f *follower) levels(c int) func(t time.Time) decimal.Decimal {
	if f.spec.Ledger == nil {
		return nil
	}
	first, _, _ := f.spec.Ledger.Span()
	var at []time.Time
	var after []decimal.Decimal
	all := calendar.Period{From: first, To: f.asOf.Add(time.Nanosecond)}
	for m := range f.spec.Ledger.MovementsOf(touchpoint.Actor(f.log.Customer(c)), all) {
		at, after = append(at, m.At), append(after, m.After)
	}
	k, level := 0, decimal.Decimal{}
	return func(t time.Time) decimal.Decimal {
		for ; k < len(at) && !at[k].After(t); k++ {
			level = after[k]
		}
		return level
	}
}

func (f *follower) result() (*Effect, error) {
	few := false
	for k := range f.ages {
		a := &f.ages[k]
		if a.all[0]+a.all[1] == 0 {
			break
		}
		few = few || min(a.all[0], a.all[1]) < 30
		c, err := metrics.CompareShares(a.back[0], a.all[0], a.back[1], a.all[1], f.spec.Level)
		if err != nil {
			return nil, fmt.Errorf("retention: effect: %w", err)
		}
		p := EffectPeriod{Period: k + 1, Returned: c}
		if f.spec.Ledger != nil {
			p.MRR, p.Value = compare(a.mrr, f.spec.Level), compare(a.value, f.spec.Level)
		}
		f.out.Periods = append(f.out.Periods, p)
	}
	if few {
		f.out.Warnings = append(f.out.Warnings, ErrFew)
	}
	return f.out, nil
}

func compare(m [2]moments, level float64) *Amounts {
	out := &Amounts{
		With:    metrics.NewRatio(m[1].sum, decimal.NewFromInt(m[1].n)),
		Without: metrics.NewRatio(m[0].sum, decimal.NewFromInt(m[0].n)),
	}
	if m[0].n == 0 || m[1].n == 0 {
		return out
	}
	out.Difference = metrics.Estimate{
		Value: m[1].mean - m[0].mean, Lo: math.NaN(), Hi: math.NaN(), Level: level, N: m[0].n + m[1].n,
		Warnings: []error{ErrAssociation},
	}
	if half := welch(m, level); !math.IsNaN(half) {
		out.Difference.Lo, out.Difference.Hi = out.Difference.Value-half, out.Difference.Value+half
	}
	return out
}
