package scorecard

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// cell is one number of one binding, key and period. Under RuleTime num is the
// lower half of a sum of nanoseconds, and high the upper.
type cell struct {
	num, den, running int64
	high              uint64
}

func (c *cell) time(ns int64) {
	low, carry := bits.Add64(uint64(c.num), uint64(ns), 0)
	c.num, c.high = int64(low), c.high+carry
}

func (c *cell) add(o cell, time bool) {
	if time {
		low, carry := bits.Add64(uint64(c.num), uint64(o.num), 0)
		c.num, c.high = int64(low), c.high+o.high+carry
	} else {
		c.num += o.num
	}
	c.den, c.running = c.den+o.den, c.running+o.running
}

// bound is a binding made ready for one log.
type bound struct {
	Binding
	num, den, since, until int // sets; -1 = none
	numGrade, denGrade     score.Grade
	bys                    []int // keyers
	books                  bool  // the denominator is a line of the books
	opening                bool  // … and that of who is present at the beginning
	attr                   touchpoint.AttrColumn
	winners                *touchpoint.Selector // the numerator of RuleNamed
	err                    error                // why it cannot be counted from this log
	functional             bool
}

// counter is the sets of all bindings compiled against one log.
type counter struct {
	*index
	bounds    []bound
	selectors []*touchpoint.Selector
	sets      int
	days      []int64 // of each span
}

func newCounter(x *index, bindings []Binding, bys [][]int) *counter {
	n := &counter{index: x, bounds: make([]bound, len(bindings))}
	var sets [][]touchpoint.Match
	numbers := map[string]int{}
	for i, b := range bindings {
		t := &n.bounds[i]
		*t = bound{Binding: b, num: -1, den: -1, since: -1, until: -1, bys: bys[i], functional: b.Rule == RuleFunction}
		t.books = b.Denominator.From == touchpoint.GroundBooks
		t.opening = b.Denominator.Name == "opening_customers"
		set := func(matches []touchpoint.Match, into *int) {
			if len(matches) == 0 {
				return
			}
			key, _ := json.Marshal(matches) // plain data
			at, ok := numbers[string(key)]
			if !ok {
				if _, err := x.log.Select(matches); err != nil {
					t.err = err
					return
				}
				at = len(sets)
				sets, numbers[string(key)] = append(sets, matches), at
			}
			*into = at
		}
		if b.Numerator.From == touchpoint.GroundEvents {
			set(b.Numerator.Events, &t.num)
		}
		if b.Denominator.From == touchpoint.GroundEvents {
			set(b.Denominator.Events, &t.den)
		}
		if b.Rule == RuleNamed {
			t.winners, _ = x.log.Select(b.Numerator.Events) // it was tried
		}
		set(b.Since, &t.since)
		set(b.Until, &t.until)
		if b.Attr != "" && x.log.Len() > 0 {
			var ok bool
			if t.attr, ok = x.log.Attr(b.Attr); !ok {
				t.err = fmt.Errorf("attribute %s: %w", b.Attr, touchpoint.ErrNotKept)
			}
		}
		if x.d.Scores != nil && x.d.Grades != nil {
			t.numGrade, t.denGrade = b.Numerator.Grade, b.Denominator.Grade
		}
	}
	n.sets = len(sets)
	for chunk := range slices.Chunk(sets, touchpoint.MaxSets) {
		s, _ := x.log.Select(chunk...) // each was tried
		n.selectors = append(n.selectors, s)
	}
	for _, s := range x.spans {
		var days int64
		for _, m := range s.months() {
			days += int64(m.Days())
		}
		n.days = append(n.days, days)
	}
	return n
}

// tally is what one goroutine counted.
type tally struct {
	*counter
	cells [][][]cell // by binding, its by, key × period
	named []named
	hits  [][]int32
	grade [score.GradeSQL + 1][]int32

	eligible   []int32
	seen, tags stamps
}

// stamps is a set of small numbers that is emptied at no cost.
type stamps struct {
	now uint32
	at  []uint32
}

func (s *stamps) reset() { s.now++ }

// first says that a number is new since the last reset, and takes it in.
func (s *stamps) first(n int32) bool {
	for int(n) >= len(s.at) {
		s.at = append(s.at, make([]uint32, int(n)-len(s.at)+1)...)
	}
	fresh := s.at[n] != s.now
	s.at[n] = s.now
	return fresh
}

// named is somebody whom an event names.
type named struct {
	binding int32
	i       int32 // the event
	c       int32
	who     uint32
	at      int64
}

func (n *counter) newTally() *tally {
	t := &tally{counter: n, cells: make([][][]cell, len(n.bounds)), hits: make([][]int32, n.sets)}
	for i := range n.bounds {
		t.cells[i] = make([][]cell, len(n.bounds[i].bys))
	}
	return t
}

// at is the cell of a binding under its j-th by.
func (t *tally) at(b, j int, key int32, p int) *cell {
	k := t.keys[t.bounds[b].bys[j]]
	if t.cells[b][j] == nil {
		t.cells[b][j] = make([]cell, len(k.names)*len(t.spans))
	}
	return &t.cells[b][j][int(key)*len(t.spans)+p]
}

// count goes over all customers, on all processors. Sums of whole numbers do
// not depend on how the customers were divided.
func (n *counter) count() *tally {
	customers := n.cols.Customers()
	workers := max(1, min(runtime.GOMAXPROCS(0), customers/1024))
	tallies := make([]*tally, workers)
	var wait sync.WaitGroup
	for w := range workers {
		tallies[w] = n.newTally()
		from, to := customers*w/workers, customers*(w+1)/workers
		wait.Go(func() {
			for c := from; c < to; c++ {
				tallies[w].customer(c)
			}
		})
	}
	wait.Wait()
	all := tallies[0]
	for _, t := range tallies[1:] {
		all.merge(t)
	}
	all.countNamed()
	return all
}

func (t *tally) merge(o *tally) {
	for b := range o.cells {
		time := t.bounds[b].Rule == RuleTime
		for j, cells := range o.cells[b] {
			if cells == nil {
				continue
			}
			if t.cells[b][j] == nil {
				t.cells[b][j] = cells
				continue
			}
			for i := range cells {
				t.cells[b][j][i].add(cells[i], time)
			}
		}
	}
	t.named = append(t.named, o.named...)
}

// customer finds the events of every set and lets every binding count them.
func (t *tally) customer(c int) {
	for s := range t.hits {
		t.hits[s] = t.hits[s][:0]
	}
	from, to := t.cols.Range(c)
	for k, sel := range t.selectors {
		for i := from; i < to; i++ {
			for mask := sel.Mask(i); mask != 0; mask &= mask - 1 {
				s := k*touchpoint.MaxSets + bits.TrailingZeros64(mask)
				t.hits[s] = append(t.hits[s], int32(i))
			}
		}
	}
	if t.d.Scores != nil && t.d.Grades != nil {
		t.grades(c, from, to)
	}
	for b := range t.bounds {
		x := &t.bounds[b]
		if x.err != nil || x.functional {
			continue
		}
		num, den := t.half(x.num, x.numGrade), t.half(x.den, x.denGrade)
		if len(num) > 0 || len(den) > 0 {
			t.rule(b, x, c, num, den)
		}
	}
}

func (t *tally) half(set int, g score.Grade) []int32 {
	switch {
	case g != score.GradeLead:
		return t.grade[g]
	case set >= 0:
		return t.hits[set]
	}
	return nil
}

// grades finds the event with which the customer first reached each grade: a
// lead who became one of the higher at once reached the lower then too.
func (t *tally) grades(c, from, to int) {
	for g := range t.grade {
		t.grade[g] = t.grade[g][:0]
	}
	for change := range t.d.Grades.Changes(t.d.Scores.Timeline(t.log.Customer(c))) {
		at := nano(change.At)
		i, _ := slices.BinarySearch(t.cols.UnixNano[from:to], at+1)
		for g := score.GradeMQL; g <= change.To; g++ {
			if len(t.grade[g]) == 0 && i > 0 {
				t.grade[g] = append(t.grade[g], int32(from+i-1))
			}
		}
	}
}
