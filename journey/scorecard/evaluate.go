package scorecard

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// evaluation is everything that values are made of.
type evaluation struct {
	*counter
	tally     *tally
	books     *books
	numbers   *numbers
	defs      []metrics.Definition
	forms     map[string][]survey.Survey
	answers   map[givenKey]map[scoreKey][]survey.Answer
	scoreSums map[string]map[scoreKey]scoreSum
}

// Evaluate evaluates bindings month by month, as a whole and broken down: a
// Series for each metric and key. Where the data lack something, values are
// undefined and say why.
//
// A whole pass over the log serves all bindings; the result does not depend on
// the number of processors. Errors: bindings that Binding.Validate refuses or
// that do not fit the catalogue, options out of range, a dimension that the data
// do not have, more than MaxKeys values of one, numbers given twice, and books
// that cannot be stated.
func Evaluate(d Data, bindings []Binding, o Options) (*Report, error) {
	o, err := o.defaults(d)
	if err != nil {
		return nil, err
	}
	var spans []span
	for m := o.From; !m.After(o.To); m = m.Add(1) {
		spans = append(spans, o.span(m, m))
	}
	e, err := newEvaluation(d, bindings, o, spans)
	if err != nil {
		return nil, err
	}
	return e.report()
}

func newEvaluation(d Data, bindings []Binding, o Options, spans []span) (*evaluation, error) {
	defs, err := check(bindings, o.Catalog)
	if err != nil {
		return nil, err
	}
	for i, g := range o.Goals {
		if err := g.check(o.Catalog); err != nil {
			return nil, fmt.Errorf("scorecard: evaluate: Goals[%d]: %w", i, err)
		}
	}
	all := append([]By{{}}, o.By...)
	bys := make([][]int, len(bindings))
	for i, b := range bindings {
		for j := range 1 + len(o.By) {
			bys[i] = append(bys[i], j)
		}
		if b.Split == (By{}) || b.Split.check(d) != nil {
			continue // a log without the attribute has the whole alone
		}
		j := slices.Index(all, b.Split)
		if j < 0 {
			j = len(all)
			all = append(all, b.Split)
		}
		if !slices.Contains(bys[i], j) {
			bys[i] = append(bys[i], j)
		}
	}
	x, err := newIndex(d, o, spans, all)
	if err != nil {
		return nil, err
	}
	cells := 0
	for i := range bindings {
		for _, j := range bys[i] {
			cells += len(x.keys[j].names) * len(spans)
		}
	}
	if cells > MaxCells {
		return nil, refuse("evaluate", "By", fmt.Sprint(cells), fmt.Sprintf("want at most %d metrics × keys × periods", MaxCells), ErrOptions)
	}
	e := &evaluation{counter: newCounter(x, bindings, bys), defs: defs, forms: formsOf(d.Answers), answers: map[givenKey]map[scoreKey][]survey.Answer{}, scoreSums: map[string]map[scoreKey]scoreSum{}}
	if e.numbers, err = newNumbers(d.Numbers); err != nil {
		return nil, err
	}
	if d.Books != nil {
		if e.books, err = newBooks(x, e.bookish()); err != nil {
			return nil, err
		}
	}
	e.tally = e.count()
	return e, nil
}

// bookish says which keyers the books are asked for.
func (e *evaluation) bookish() []bool {
	out := make([]bool, len(e.keys))
	for i := range e.bounds {
		x := &e.bounds[i]
		if x.functional || x.books || x.Numerator.From == touchpoint.GroundBooks {
			for _, k := range x.bys {
				out[k] = true
			}
		}
	}
	return out
}

// value is one binding under its j-th by for a key and period.
func (e *evaluation) value(b, j int, key int32, p int) Point {
	x := &e.bounds[b]
	k := x.bys[j]
	v := view{b: e.books, k: k, p: p, key: key}
	if e.books != nil {
		v = e.books.view(k, p, key)
	}
	out := Point{Month: e.spans[p].to, Open: e.spans[p].end-1 > e.horizon()}
	ratio, running, err := e.ratio(x, b, j, v)
	out.Value, out.Running = ratio, running
	if err != nil {
		out.Value, out.Note = metrics.NewCount(0, 0), plain(err)
		return out
	}
	if e.defs[b].Unit == metrics.UnitShare {
		// What is no share of counts, such as money, has no interval.
		if i, err := metrics.WilsonOf(ratio, e.o.Level); err == nil {
			out.Interval = i
		}
	}
	return out
}

func (e *evaluation) ratio(x *bound, b, j int, v view) (r metrics.Ratio, running int64, err error) {
	if x.functional {
		if v.b == nil {
			v.b = &books{x: e.index}
		}
		r, err = e.function(x, v)
		return r, 0, err
	}
	if x.err != nil {
		return r, 0, x.err
	}
	var c cell
	if cells := e.tally.cells[b][j]; cells != nil {
		c = cells[int(v.key)*len(e.spans)+v.p]
	}
	if e.keys[v.k].by.Touch == PartTouch && e.tally.cells[b][0] != nil {
		c.den = e.tally.cells[b][0][v.p].den // the whole
		c.running = 0
	}
	num, err := e.half(x, x.Numerator, v, c, true)
	if err != nil {
		return r, c.running, err
	}
	den := decimal.New(1, 0)
	if x.Denominator.From != touchpoint.GroundNone {
		if den, err = e.half(x, x.Denominator, v, c, false); err != nil {
			return r, c.running, err
		}
	}
	return metrics.NewRatio(num, den), c.running, nil
}

func (e *evaluation) half(x *bound, h Half, v view, c cell, numerator bool) (decimal.Decimal, error) {
	switch h.From {
	case touchpoint.GroundBooks:
		if e.books == nil {
			return decimal.Decimal{}, errNoBooks
		}
		return v.line(h.Name, x.Denominator.From == touchpoint.GroundNone), nil
	case touchpoint.GroundOutside:
		k := e.keys[v.k]
		return e.numbers.at(h.Name, e.spans[v.p].months(), k.by, k.names[v.key])
	default: // events
	}
	if e.d.Log == nil {
		return decimal.Decimal{}, errNoLog
	}
	if !numerator {
		return decimal.New(c.den, 0), nil
	}
	if x.Rule == RuleTime { // nanoseconds, as seconds
		n := new(big.Int).SetUint64(c.high)
		n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(uint64(c.num)))
		return decimal.NewFromBigInt(n, -9), nil
	}
	return decimal.New(c.num, 0), nil
}

// report makes the series, in the order of the bindings, then of the
// dimensions, then of keys by name.
func (e *evaluation) report() (*Report, error) {
	r := &Report{Currency: ""}
	if e.d.Books != nil {
		r.Currency = string(e.d.Books.Options().Currency)
	}
	stages := e.stagesOf()
	for b := range e.bounds {
		for j, k := range e.bounds[b].bys {
			for _, key := range e.shown(b, j, k) {
				s := Series{Metric: e.defs[b], Stages: stages(e.defs[b].Stage), By: e.keys[k].by, Key: e.keys[k].names[key]}
				for p := range e.spans {
					s.Points = append(s.Points, e.value(b, j, key, p))
				}
				s.Goal, s.Bands = e.goal(s), e.bands(s)
				r.Series = append(r.Series, s)
			}
		}
	}
	return r, nil
}

// shown are the keys of a dimension, by name. Those that nothing was counted
// for are left out, unless the books or numbers from outside speak of them.
func (e *evaluation) shown(b, j, k int) []int32 {
	keys := make([]int32, 0, len(e.keys[k].names))
	cells := e.tally.cells[b][j]
	x := &e.bounds[b]
	countsOnly := !x.functional && x.Numerator.From == touchpoint.GroundEvents && !x.books
	for key := range int32(len(e.keys[k].names)) {
		counted := !countsOnly
		for p := range e.spans {
			if cells != nil && cells[int(key)*len(e.spans)+p] != (cell{}) {
				counted = true
			}
		}
		if counted || e.keys[k].single {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b int32) int {
		if e.keys[k].by.Dimension == ByStage {
			a, b = (a-1)&math.MaxInt32, (b-1)&math.MaxInt32 // the definition's order; nowhere last
			return cmp.Compare(a, b)
		}
		return compareKeys(e.keys[k].names[a], e.keys[k].names[b])
	})
	return keys
}

// compareKeys puts what has no value last.
func compareKeys(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == None:
		return 1
	case b == None, a < b:
		return -1
	}
	return 1
}

// stagesOf finds the definition's stages of a phase, by their names.
func (e *evaluation) stagesOf() func(metrics.Phase) []journey.Stage {
	of := map[metrics.Phase][]journey.Stage{}
	if e.d.Journeys != nil {
		for _, s := range e.d.Journeys.Definition().Stages() {
			if phase, err := metrics.ParsePhase(string(s.Name)); err == nil {
				of[phase] = append(of[phase], s.Name)
			}
		}
	}
	return func(p metrics.Phase) []journey.Stage { return slices.Clone(of[p]) }
}
