package funnel

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// CorrelateOptions say what is tried. The zero value tries the names of events.
type CorrelateOptions struct {
	// Without names events that are not tried: in a funnel its steps are not, for
	// who converted did them.
	Without []touchpoint.Match
	// Attrs, Channel and Campaign try every value of these properties too.
	Attrs             []string
	Channel, Campaign bool
	// Customer, when set, tries a key of the customer: a persona, a plan.
	Customer func(customer string) string
	// Level is that of intervals; zero is 0.95.
	Level float64
}

// Outcome says of one customer what a correlation asks: whether the analysis is
// about them, whether the outcome came, and which events may go with it. Nothing
// that happened after an outcome belongs to From..To: it could not have led there.
type Outcome struct {
	In, Won  bool
	From, To int // events of the log, To excluded
}

// maxFeatures bounds what is tried: two counts of each, for every goroutine.
const maxFeatures = 200_000

// Correlation is how much more often those with an event or property came to the
// outcome.
type Correlation struct {
	Property string `json:"property"` // "event", "channel", "campaign", "customer", or the attribute
	Event    string `json:"event"`    // its value: the event's name, the channel …
	// The table: who has it and won, has it and did not, and so on.
	With        int64 `json:"with"`
	WithLost    int64 `json:"with_lost"`
	Without     int64 `json:"without"`
	WithoutLost int64 `json:"without_lost"`
	// OddsRatio has one added to each of the four counts; Lo and Hi are Woolf's
	// interval of it.
	OddsRatio float64 `json:"odds_ratio"`
	Lo        float64 `json:"lo"`
	Hi        float64 `json:"hi"`
	// P is corrected by Benjamini and Hochberg for everything that was tried.
	P float64 `json:"p"`
}

// Correlations are events and properties by what they go with.
type Correlations struct {
	Entered   int64         `json:"entered"` // the sample
	Converted int64         `json:"converted"`
	For       []Correlation `json:"for"`     // odds ratio of 1 and more, furthest from 1 first
	Against   []Correlation `json:"against"` // below
	// Rare is how many were left out because fewer than 25 customers, or fewer
	// than one in fifty of those who entered where that is less, had them.
	Rare int `json:"rare"`
	// Skewed warns that converters outnumber the others, or the others them, by
	// more than ten to one.
	Skewed bool `json:"skewed"`
}

// Correlate says which events and properties go with converting, among those who
// took the first step: those between it and the conversion, or where there was
// none the end of the window. Properties of the first step's event count too.
// What happens after the conversion does not: it could not have led there. It is
// association, not cause.
//
// Figures are those of PostHog's correlation analysis, with an interval and the
// correction for many tries beside them. It needs the log: a report that was
// merged or decoded is an error.
func (r *Report) Correlate(o CorrelateOptions) (*Correlations, error) {
	if r.crowd != nil || r.log == nil {
		return nil, fmt.Errorf("funnel: correlate: %w: the report has no log", ErrSpec)
	}
	for _, s := range r.spec.Steps {
		for _, m := range s.Any {
			if m.Name != "" { // who converted did it
				o.Without = append(slices.Clone(o.Without), touchpoint.Match{Name: m.Name})
			}
		}
	}
	return correlate(r.log, o, func() func(c int) Outcome {
		w := r.walker()
		return func(c int) Outcome {
			if !r.has(c) || r.levels[c] == 0 {
				return Outcome{}
			}
			w.walk(c)
			chain := w.chronological()
			first, last := int(chain[0]), int(chain[len(chain)-1])
			if int(r.levels[c]) == len(r.steps) {
				return Outcome{In: true, Won: true, From: first, To: last}
			}
			end := min(w.end(r.cols.UnixNano[first]), w.to-1)
			_, to := r.cols.Range(c)
			for to > first && r.cols.UnixNano[to-1] > end {
				to--
			}
			return Outcome{In: true, From: first, To: to}
		}
	})
}

// CorrelateOutcome says which events and properties go with an outcome of the
// caller's: late, dissatisfied, churned. of is asked once about each customer's
// place in the log, from several goroutines.
//
// Errors: a property that the log does not keep, more than 200,000 values of all
// properties together, a level that is none.
func CorrelateOutcome(log *touchpoint.Log, o CorrelateOptions, of func(c int) Outcome) (*Correlations, error) {
	if log == nil {
		log = new(touchpoint.Log)
	}
	return correlate(log, o, func() func(int) Outcome { return of })
}

// features number what is tried.
type features struct {
	property, value []string
	columns         []func(i int) int // a feature of event i; −1 = none
	customer        []int32
}

func (f *features) add(property string, values []string) (base int) {
	base = len(f.property)
	for _, v := range values {
		f.property, f.value = append(f.property, property), append(f.value, v)
	}
	return base
}

func featuresOf(log *touchpoint.Log, o CorrelateOptions) (*features, error) {
	f := &features{}
	cols := log.Columns()
	without, err := log.Select(o.Without)
	if err != nil {
		return nil, fmt.Errorf("funnel: correlate: %w", err)
	}
	f.add("event", log.Names())
	f.columns = append(f.columns, func(i int) int {
		if without.Mask(i) != 0 {
			return -1
		}
		return int(cols.Name[i])
	})
	column := func(property string, by touchpoint.Breakdown) error {
		l, err := log.Labels(by, nil)
		if err != nil {
			return fmt.Errorf("funnel: correlate: %w", err)
		}
		base := f.add(property, l.Keys()) - 1 // number 0 is no value
		f.property, f.value = slices.Delete(f.property, base+1, base+2), slices.Delete(f.value, base+1, base+2)
		f.columns = append(f.columns, func(i int) int {
			if g := l.Event(int32(i)); g > 0 {
				return base + g
			}
			return -1
		})
		return nil
	}
	if o.Channel {
		err = column("channel", touchpoint.Breakdown{Channel: true})
	}
	if o.Campaign && err == nil {
		err = column("campaign", touchpoint.Breakdown{Campaign: true})
	}
	for _, attr := range o.Attrs {
		if err == nil {
			err = column(attr, touchpoint.Breakdown{Attr: attr})
		}
	}
	if err == nil && o.Customer != nil {
		var l *touchpoint.Labels
		if l, err = log.Labels(touchpoint.Breakdown{Customer: o.Customer}, nil); err == nil {
			base := f.add("customer", l.Keys())
			f.customer = make([]int32, cols.Customers())
			for c := range f.customer {
				f.customer[c] = int32(base + l.Of(c, nil))
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if n := len(f.property); n > maxFeatures {
		return nil, &fault.Error{Package: "funnel", Op: "correlate", Field: "values of all properties", Value: strconv.Itoa(n), Limit: fmt.Sprintf("at most %d", maxFeatures), Err: ErrSpec}
	}
	return f, nil
}

// tried is what one goroutine counts.
type tried struct {
	with, lost         []int64
	entered, converted int64
}

func correlate(log *touchpoint.Log, o CorrelateOptions, outcome func() func(c int) Outcome) (*Correlations, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, &fault.Error{Package: "funnel", Op: "correlate", Field: "Level", Value: fmt.Sprint(o.Level), Limit: "want more than 0 and less than 1", Err: ErrSpec}
	}
	f, err := featuresOf(log, o)
	if err != nil {
		return nil, err
	}
	parts := log.Columns().Parts()
	sums := make([]tried, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		of := outcome()
		wait.Go(func() { sums[i] = f.count(part, of) })
	}
	wait.Wait()
	all := tried{with: make([]int64, len(f.property)), lost: make([]int64, len(f.property))}
	for _, s := range sums {
		all.entered, all.converted = all.entered+s.entered, all.converted+s.converted
		for k := range all.with {
			all.with[k], all.lost[k] = all.with[k]+s.with[k], all.lost[k]+s.lost[k]
		}
	}
	return f.judge(&all, o.Level)
}

func (f *features) count(part touchpoint.Part, of func(c int) Outcome) tried {
	n := len(f.property)
	t := tried{with: make([]int64, n), lost: make([]int64, n)}
	mark, round := make([]int32, n), int32(0)
	for c := part.From; c < part.To; c++ {
		out := of(c)
		if !out.In {
			continue
		}
		t.entered++
		into := t.lost
		if out.Won {
			t.converted++
			into = t.with
		}
		round++
		for _, column := range f.columns {
			for i := out.From; i < out.To; i++ {
				if at := column(i); at >= 0 && mark[at] != round {
					mark[at] = round
					into[at]++
				}
			}
		}
		if f.customer != nil {
			into[f.customer[c]]++
		}
	}
	return t
}

// judge turns counts into odds ratios.
func (f *features) judge(all *tried, level float64) (*Correlations, error) {
	out := &Correlations{Entered: all.entered, Converted: all.converted}
	lost := all.entered - all.converted
	out.Skewed = all.converted > 10*lost || lost > 10*all.converted
	enough := min(25, max(1, all.entered/50))
	var list []Correlation
	var ps []float64
	for k := range f.property {
		did := all.with[k] + all.lost[k]
		if did == 0 {
			continue
		}
		if did < enough {
			out.Rare++
			continue
		}
		c := odds(all.with[k], all.lost[k], all.converted-all.with[k], lost-all.lost[k], level)
		c.Property, c.Event = f.property[k], f.value[k]
		test, err := metrics.CompareShares(c.Without, c.Without+c.WithoutLost, c.With, c.With+c.WithLost, level)
		if err != nil {
			return nil, fmt.Errorf("funnel: correlate: %w", err)
		}
		if math.IsNaN(test.P) { // everybody has it, or nobody else: nothing to tell apart
			test.P = 1
		}
		list, ps = append(list, c), append(ps, test.P)
	}
	for i, p := range metrics.BenjaminiHochberg(ps) {
		if list[i].P = p; list[i].OddsRatio >= 1 {
			out.For = append(out.For, list[i])
		} else {
			out.Against = append(out.Against, list[i])
		}
	}
	far := func(a, b Correlation) int {
		return cmp.Or(
			cmp.Compare(math.Abs(math.Log(b.OddsRatio)), math.Abs(math.Log(a.OddsRatio))),
			strings.Compare(a.Property, b.Property), strings.Compare(a.Event, b.Event),
		)
	}
	slices.SortFunc(out.For, far)
	slices.SortFunc(out.Against, far)
	return out, nil
}

func odds(with, withLost, without, withoutLost int64, level float64) Correlation {
	a, b, c, d := float64(with+1), float64(withLost+1), float64(without+1), float64(withoutLost+1)
	ratio := a * d / (b * c)
	half := normal(level) * math.Sqrt(1/a+1/b+1/c+1/d)
	return Correlation{
		With: with, WithLost: withLost, Without: without, WithoutLost: withoutLost,
		OddsRatio: ratio, Lo: ratio * math.Exp(-half), Hi: ratio * math.Exp(half),
	}
}

// All is everything that was tried and not rare, furthest from 1 first.
func (c *Correlations) All() []Correlation {
	out := slices.Concat(c.For, c.Against)
	slices.SortStableFunc(out, func(a, b Correlation) int {
		return cmp.Compare(math.Abs(math.Log(b.OddsRatio)), math.Abs(math.Log(a.OddsRatio)))
	})
	return out
}

// String is a line for each event and property, those that go with converting
// first.
func (c *Correlations) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d who began converted\n", c.Converted, c.Entered)
	for _, x := range slices.Concat(c.For, c.Against) {
		name := x.Event
		if x.Property != "event" {
			name = x.Property + " " + x.Event
		}
		fmt.Fprintf(&b, "%s: odds × %.2f (%.2f to %.2f), %d of %d who did it\n", name, x.OddsRatio, x.Lo, x.Hi, x.With, x.With+x.WithLost)
	}
	return b.String()
}

// Rows are the correlations as cells of a table, titles first.
func (c *Correlations) Rows() [][]string {
	out := [][]string{{"property", "value", "with", "with_lost", "without", "without_lost", "odds_ratio", "lo", "hi", "p"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	for _, x := range c.All() {
		out = append(out, []string{
			x.Property, x.Event, fmt.Sprint(x.With), fmt.Sprint(x.WithLost), fmt.Sprint(x.Without), fmt.Sprint(x.WithoutLost),
			number(x.OddsRatio), number(x.Lo), number(x.Hi), number(x.P),
		})
	}
	return out
}

// MarshalJSON writes the sample and both lists, never null.
func (c *Correlations) MarshalJSON() ([]byte, error) {
	type plain Correlations
	out := plain(*c)
	out.For, out.Against = append([]Correlation{}, c.For...), append([]Correlation{}, c.Against...)
	return json.Marshal(out)
}
