package journey

import (
	"errors"
	"math"
)

// walker folds the events of a range of customers. One goroutine owns it; its
// sums are merged afterwards. It is the fast implementation of the fold of Step
// that a replay is; the slow one is Replay.journey, and tests compare them.
type walker struct {
	d       *Definition
	cols    *columns
	table   *replayTable
	horizon int64
	bounded bool // horizon is set
	keep    int64

	cells    []replayCell
	rows     []replayRow
	refused  []int64 // by entry: of those, refused by a choice
	noted    []int64 // by entry: of those, only observed because a choice refused
	branches []int64 // by edge: taken by an event, where a choice decided
	fired    []int64 // by edge: taken by a timer
	booked   uint64  // time observed, not yet settled
	sojourn  []wide  // by stage
	observed wide
	strange  map[strange]int64 // unknown names by stage
	examples map[int][]example // by entry; unknown names by strangeKey
	odd      map[strange][]example

	j      Journey // the customer being followed
	seen   int64   // customers with an event
	latest int64   // time of the last event
	beyond int64   // events after the horizon

	asked occasion // what guards are shown
	row   int      // number of the event they are asked about
	who   int      // and of its customer

	// Set by watch for a pass that wants details.
	visit visitor
}

// watch makes the walker tell v about everything, event by event.
func (w *walker) watch(v visitor) { w.visit, w.keep = v, math.MaxInt64 }

// visitor is told what happens to one customer after another.
type visitor interface {
	begin(customer int, stage uint16, at int64)
	move(edge int, at int64) // a visit ended and another began
	reach(milestones uint64, at int64)
	end(stage uint16, reached uint64, since, until int64)
}

type strange struct {
	stage uint16
	code  uint16
}

type example struct {
	customer int
	event    uint32
}

func newWalker(d *Definition, cols *columns, t *replayTable) *walker {
	n := len(t.cells)
	const pad = 16 // keeps the counters of two goroutines off one cache line
	return &walker{
		j: Journey{def: d}, d: d, cols: cols, table: t,
		cells: append(make([]replayCell, 0, n+pad), t.cells...), rows: append(make([]replayRow, 0, n+pad), t.rows...),
		refused: make([]int64, n, n+pad), noted: make([]int64, n, n+pad),
		branches: make([]int64, len(d.edges), len(d.edges)+pad), fired: make([]int64, len(d.edges), len(d.edges)+pad),
		sojourn: make([]wide, len(d.stages)), latest: math.MinInt64, strange: map[strange]int64{},
		examples: map[int][]example{}, odd: map[strange][]example{},
	}
}

// span counts what lies outside the customer's events that count.
func (w *walker) span(c int) (from, to int) {
	from, to, end := w.cols.span(c, w.horizon, w.bounded)
	lo, hi := w.cols.bounds(c)
	w.beyond += int64(hi - end)
	w.cells[int(w.d.initial)*w.table.width+int(w.cols.ignored)].events += int64(from - lo + end - to)
	return from, to
}

// run follows the customers from lo up to hi. It leaves where they are in
// final, since and reached, where those are given.
func (w *walker) run(lo, hi int, r *Replay) error {
	for c := lo; c < hi; c++ {
		from, to := w.cols.bounds(c)
		if w.bounded || w.cols.ignores {
			from, to = w.span(c)
		}
		if from == to {
			r.final[c] = absent
			continue
		}
		j := &w.j
		if err := w.customer(c, from, to); err != nil {
			return err
		}
		r.final[c], r.since[c] = j.stage, j.since
		if r.reached != nil {
			r.reached[c] = j.reached
		}
	}
	return nil
}

// show follows one customer for the sake of the visitor.
func (w *walker) show(c int) error {
	from, to := w.span(c)
	if from == to {
		return nil
	}
	return w.customer(c, from, to)
}

// customer follows one customer through the events from up to to, and leaves
// the journey's end in w.j; its last id and customer id are not kept up.
//
// The loop decides most events without a branch that depends on them: whether
// an event moves the customer is a coin toss to the processor, and a wrong
// guess costs more than all the rest.
func (w *walker) customer(c, from, to int) error {
	at, code := w.cols.at[from:to], w.cols.code[from:to]
	code = code[:len(at)]
	since, row, seq := at[0], int(w.d.initial)*w.table.width, int64(0)
	begin, until := since, at[len(at)-1]
	w.begin(c, begin, until)
	column, cells, rows, keep := w.cols.column, w.cells, w.rows, w.keep
	for i, t := range at {
		cell, here := &cells[row+int(column[code[i]])], &rows[row]
		e := cell.entry
		n := cell.events + 1
		if e&slowBit == 0 && n > keep && uint64(t-since) < here.first {
			cell.events = n
			moves := int64(e>>30&1) - 1 // all ones, or zero when the customer stays
			spent := (t - since) & moves
			here.dwell += uint64(spent)
			since += spent
			seq -= moves
			row = int(e & rowMask)
			continue
		}
		if e&(slowBit|stayBit) == stayBit && w.visit != nil && uint64(t-since) < here.first {
			continue // nothing for the visitor to see
		}
		w.j.stage, w.j.seq, w.j.since, w.j.last = w.rows[row].stage, seq, since, max(w.j.last, since)
		if err := w.event(&w.j, c, from+i); err != nil {
			return err
		}
		row, seq, since = int(w.j.stage)*w.table.width, w.j.seq, w.j.since
	}
	w.j.stage, w.j.seq, w.j.since, w.j.last = w.rows[row].stage, seq, since, max(w.j.last, since)
	if w.bounded {
		until = w.horizon
		if w.d.guarded {
			w.j.customer, w.who, w.row = w.cols.customer(c), c, -1
		}
		if err := w.timers(&w.j, until); err != nil {
			return err
		}
		row, since = int(w.j.stage)*w.table.width, w.j.since
	}
	rows[row].dwell += uint64(until) - uint64(since)
	if w.visit != nil {
		w.visit.end(w.j.stage, w.j.reached, since, until)
	}
	return nil
}

// begin starts the journey of a customer who is observed from begin to until,
// or to the horizon.
func (w *walker) begin(c int, begin, until int64) {
	w.seen++
	w.latest = max(w.latest, until)
	if w.bounded {
		until = w.horizon
	}
	// dwell overflows after 584 years; until then it is exact.
	span := uint64(until) - uint64(begin)
	if w.booked+span < w.booked {
		w.settle()
	}
	w.booked += span
	w.j.stage, w.j.since, w.j.last, w.j.reached = w.d.initial, begin, begin, 0
	if w.j.progress != "" {
		w.j.progress = ""
	}
	if w.d.timed != nil {
		w.j.progress = w.d.wind("", w.d.startClocks(w.d.initial), begin)
	}
	if w.visit != nil {
		w.visit.begin(c, w.d.initial, begin)
	}
}

// settle moves the times spent from 64 to 128 bits.
func (w *walker) settle() {
	for s := range w.d.stages {
		row := s * w.table.width
		w.sojourn[s].add(w.rows[row].dwell)
		w.rows[row].dwell = 0
	}
	w.observed.add(w.booked)
	w.booked = 0
}

// event is the careful path: timers, guards, gates, milestones, unknown names
// and the first events of each kind, which become examples.
func (w *walker) event(j *Journey, c, i int) error {
	d := w.d
	if d.guarded {
		j.customer, w.who, w.row = w.cols.customer(c), c, i // for guards to see
	}
	at, code := w.cols.at[i], w.cols.code[i]
	on := w.cols.column[code]
	if on == w.cols.ignored {
		w.cells[int(j.stage)*w.table.width+int(on)].events++
		return nil
	}
	if err := w.timers(j, at); err != nil {
		return err
	}
	k := int(j.stage)*w.table.width + int(on)
	w.cells[k].events++
	if on == w.cols.unknown {
		key := strange{j.stage, code}
		w.strange[key]++
		if w.visit == nil && int64(len(w.odd[key])) < w.keep {
			w.odd[key] = append(w.odd[key], example{c, uint32(i)})
		}
		return nil
	}
	cell := d.cells[int(j.stage)*d.width+int(on)]
	w.asked.event = nil
	if d.guarded && cell&choiceBit != 0 && w.cols.attrs != nil {
		w.asked.event = &Event{Customer: j.customer, Trigger: d.triggers[on], At: instant(at), Attrs: w.cols.attributes(i)}
	}
	edge, err := d.pick(j, on, at, &w.asked)
	switch {
	case err == ErrNotAllowed: //nolint:errorlint // pick returns it bare
		if cell != 0 {
			w.refused[k]++
		}
		if w.visit == nil && int64(len(w.examples[k])) < w.keep {
			w.examples[k] = append(w.examples[k], example{c, uint32(i)})
		}
		return nil
	case err != nil:
		return w.blame(err)
	case edge != observation && cell&choiceBit != 0:
		w.branches[edge]++
	case edge == observation && !d.observes(cell):
		w.noted[k]++
	}
	w.take(j, edge, on, at)
	return nil
}

// timers fires what is due by until.
func (w *walker) timers(j *Journey, until int64) error {
	for uint64(until-j.since) >= w.rows[int(j.stage)*w.table.width].first {
		w.asked.event = nil
		t, at, edge, err := w.d.due(j, until, &w.asked)
		if err != nil || edge < 0 {
			return w.blame(err)
		}
		w.fired[edge]++
		w.take(j, edge, t, at)
	}
	return nil
}

// take is Definition.take with the time spent booked.
func (w *walker) take(j *Journey, edge int, on uint16, at int64) {
	from, since, reached := j.stage, j.since, j.reached
	w.d.take(j, edge, on, at)
	moved := edge != observation && !w.d.edges[edge].Internal
	if moved {
		w.rows[int(from)*w.table.width].dwell += uint64(at) - uint64(since)
	}
	if w.visit == nil {
		return
	}
	if moved {
		w.visit.move(edge, at)
	}
	if j.reached != reached {
		w.visit.reach(j.reached&^reached, at)
	}
}

// blame adds to a guard's panic whose event it was.
func (w *walker) blame(err error) error {
	var g *GuardError
	if errors.As(err, &g) {
		g.Customer, g.Row = w.cols.customer(w.who), w.number()
	}
	return err
}

// vanished is the error of a walker whose goroutine a guard ended.
func (w *walker) vanished() error {
	return w.blame(&GuardError{Guard: w.asked.guard, Exited: true})
}

// number is the place of the event among its customer's in the log, from one;
// 0 for a timer at the horizon.
func (w *walker) number() int64 {
	if w.row < 0 {
		return 0
	}
	from, _ := w.cols.bounds(w.who)
	return int64(w.row - from + 1)
}
