package journeymap

import (
	"fmt"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// counter counts a log by stage and touchpoint.
type counter struct {
	*builder
	c      touchpoint.Catalogue
	log    *touchpoint.Log
	r      *journey.Replay
	o      ActualOptions
	stages []journey.StageSpec
	index  map[journey.Stage]int

	names  []string // of touchpoints: the catalogue's, then events of none
	byName []int    // event name → touchpoint
	more   map[[2]int]int
	via    []touchpoint.Channel

	cells    []cell
	tally    []tally
	where    []int32 // per event its cell, -1 = outside the observation
	middle   int64   // of the log's time, for trends
	horizon  int64
	feel     map[string][]Answer
	point    map[string]int // touchpoint by name
	been     []int          // stages of the customer at hand
	cols     touchpoint.Columns
	channels []touchpoint.Channel
}

// cell is one touchpoint in one stage.
type cell struct {
	events    int64
	customers int64
	rank      int64 // sum of the places at which customers met it first
	onward    int64
	half      [2]half // by when the customer entered the stage
	pruned    bool
	seen      int32 // the customer counted last, from 1
	answers   moments
}

// half is one half of the time.
type half struct{ met, onward int64 }

// tally is one stage.
type tally struct {
	entered, here, onward, dropped int64
	visits                         int64
	ended                          []int64
	to                             map[int][]int64
	use                            Use
	answers                        moments
	rank, seen                     int32
	first                          int64 // when the current customer entered
	later                          bool  // whether the current customer went further
}

// moments are count, sum and sum of squares of answers.
type moments struct {
	n       int64
	sum, sq float64
}

func (m *moments) add(v float64) {
	m.n++
	m.sum += v
	m.sq += float64(v * v)
}

// mean is the mean with its normal interval; ok is false for no answers.
func (m moments) mean(z float64) (Interval, bool) {
	if m.n == 0 {
		return Interval{}, false
	}
	mean := m.sum / float64(m.n)
	e := Interval{Value: mean, Lo: mean, Hi: mean, N: m.n}
	if m.n > 1 {
		half := z * math.Sqrt(m.variance()/float64(m.n))
		e.Lo, e.Hi = math.Max(-2, mean-half), math.Min(2, mean+half)
	}
	return e, true
}

func (m moments) variance() float64 {
	mean := m.sum / float64(m.n)
	return math.Max(0, (m.sq-float64(m.sum*mean))/float64(m.n-1))
}

func newCounter(d *journey.Definition, c touchpoint.Catalogue, log *touchpoint.Log, r *journey.Replay, o ActualOptions) (*counter, error) {
	n := &counter{builder: newBuilder(d, c), c: c, log: log, r: r, o: o, stages: d.Stages(), index: map[journey.Stage]int{}, more: map[[2]int]int{}, feel: map[string][]Answer{}}
	for i, s := range n.stages {
		n.index[s.Name] = i
	}
	n.assign()
	if len(n.names)*len(n.stages) > maxCells {
		return nil, &fault.Error{Package: "journeymap", Op: "actual", Field: "log", Limit: fmt.Sprintf("want at most %d stages × touchpoints, got %d × %d", maxCells, len(n.stages), len(n.names)), Err: fault.ErrTooMany}
	}
	n.cells = make([]cell, len(n.names)*len(n.stages))
	n.tally = make([]tally, len(n.stages))
	for i := range n.tally {
		n.tally[i].to = map[int][]int64{}
	}
	n.where = make([]int32, log.Len())
	if first, last, ok := log.Span(); ok {
		n.middle = first.UnixNano()/2 + last.UnixNano()/2
	}
	n.point = map[string]int{}
	for i, name := range n.names {
		n.point[name] = i
	}
	for _, a := range o.Answers {
		n.feel[a.Customer] = append(n.feel[a.Customer], a)
	}
	return n, nil
}

// assign finds the touchpoint of each event name. Where several name one event,
// the stage decides, else the first in the catalogue.
func (n *counter) assign() {
	of := map[string][]int{}
	for i, t := range n.c.Touchpoints {
		n.names = append(n.names, t.Name)
		n.via = append(n.via, t.Channel)
		for _, e := range t.Events {
			of[e] = append(of[e], i)
		}
	}
	planned := map[string]map[string]bool{} // touchpoint → stages
	for stage, points := range n.points {
		for _, t := range points {
			if planned[t.Name] == nil {
				planned[t.Name] = map[string]bool{}
			}
			planned[t.Name][stage] = true
		}
	}
	for k, name := range n.log.Names() {
		list := of[name]
		if len(list) == 0 {
			n.byName = append(n.byName, len(n.names))
			n.names = append(n.names, name)
			n.via = append(n.via, "")
			continue
		}
		n.byName = append(n.byName, list[0])
		if len(list) == 1 {
			continue
		}
		for s, spec := range n.stages {
			for _, t := range list {
				if planned[n.names[t]][string(spec.Name)] {
					n.more[[2]int{s, k}] = t
					break
				}
			}
		}
	}
}

func (n *counter) count() {
	n.cols, n.channels = n.log.Columns(), n.log.Channels()
	for i := range n.where {
		n.where[i] = -1
	}
	n.horizon = math.MaxInt64
	if h := n.r.Horizon(); !h.IsZero() {
		n.horizon = h.UnixNano()
	}
	c, id := 0, int32(0)
	var met []int
	for customer, visits := range n.r.AllVisits() {
		for c+1 < n.cols.Customers() && n.log.Customer(c) < customer {
			c++
		}
		id++
		n.visits(visits, id)
		from, to := n.cols.Range(c)
		met = n.events(from, to, visits, id, customer, met[:0])
		for _, k := range met {
			t := &n.tally[k/len(n.names)]
			half := &n.cells[k].half[0]
			if t.first >= n.middle {
				half = &n.cells[k].half[1]
			}
			half.met++
			if t.later {
				n.cells[k].onward++
				half.onward++
			}
		}
		for _, a := range n.feel[customer] {
			n.answer(a, visits)
		}
	}
}

// visits counts one customer's stages, from the last visit to the first.
func (n *counter) visits(visits []journey.Visit, id int32) {
	last := n.index[visits[len(visits)-1].Stage]
	furthest := -1 // of the stages after the visit at hand, asides excepted
	n.been = n.been[:0]
	for k := len(visits) - 1; k >= 0; k-- {
		v := visits[k]
		s := n.index[v.Stage]
		t := &n.tally[s]
		t.visits++
		if k+1 < len(visits) {
			spent := int64(v.Duration())
			t.ended = append(t.ended, spent)
			next := n.index[visits[k+1].Stage]
			t.to[next] = append(t.to[next], spent)
		}
		if t.seen != id {
			t.seen, t.rank = id, 0
			n.been = append(n.been, s)
		}
		t.first = v.From.UnixNano() // the earliest visit says the last word
		t.later = furthest > s || n.stages[s].Aside && furthest >= 0
		if !n.stages[s].Aside {
			furthest = max(furthest, s)
		}
	}
	n.tally[last].here++
	for _, s := range n.been {
		t := &n.tally[s]
		t.entered++
		switch {
		case t.later:
			t.onward++
		case s != last:
			t.dropped++
		}
	}
}

// events counts one customer's events and returns the cells met.
func (n *counter) events(from, to int, visits []journey.Visit, id int32, customer string, met []int) []int {
	at, names := n.cols.UnixNano, n.cols.Name
	where := time.UTC
	if n.o.Location != nil {
		if l := n.o.Location(customer); l != nil {
			where = l
		}
	}
	v, stage, until := -1, 0, int64(math.MinInt64)
	for i := from; i < to; i++ {
		if at[i] > n.horizon {
			break
		}
		for at[i] > until || v < 0 { // an event at the instant of a move belongs to the stage it leaves
			v++
			stage, until = n.index[visits[v].Stage], int64(math.MaxInt64)
			if !visits[v].Open { // the last one always is
				until = visits[v].Until.UnixNano()
			}
		}
		point := n.byName[names[i]]
		if len(n.more) > 0 {
			if p, ok := n.more[[2]int{stage, int(names[i])}]; ok {
				point = p
			}
		}
		if n.via[point] == "" {
			n.via[point] = n.channels[n.cols.Channel.At(i)]
		}
		k := stage*len(n.names) + point
		n.where[i] = int32(k)
		c, t := &n.cells[k], &n.tally[stage]
		c.events++
		if c.seen != id {
			c.seen = id
			c.customers++
			c.rank += int64(t.rank)
			t.rank++
			met = append(met, k)
		}
		n.clock(&t.use, at[i], where)
	}
	return met
}

// clock counts an instant by hour and weekday.
func (n *counter) clock(u *Use, nano int64, where *time.Location) {
	if where == time.UTC { // days of UTC have one length
		const perDay, perHour = int64(day), int64(time.Hour)
		d := nano / perDay
		rest := nano - d*perDay
		if rest < 0 {
			d, rest = d-1, rest+perDay
		}
		u.Hours[rest/perHour]++
		u.Days[((d+4)%7+7)%7]++ // 1 January 1970 was a Thursday
		return
	}
	t := time.Unix(0, nano).In(where)
	u.Hours[t.Hour()]++
	u.Days[t.Weekday()]++
}

// answer counts how a customer felt in the stage they were in, and about the
// touchpoint they were asked about.
func (n *counter) answer(a Answer, visits []journey.Visit) {
	if a.At.Before(visits[0].From) || a.At.UnixNano() > n.horizon {
		return
	}
	k := 0
	for k+1 < len(visits) && a.At.After(visits[k].Until) {
		k++
	}
	s := n.index[visits[k].Stage]
	n.tally[s].answers.add(a.Value)
	if a.Touchpoint != "" {
		if p, ok := n.point[a.Touchpoint]; ok {
			n.cells[s*len(n.names)+p].answers.add(a.Value)
		}
	}
}
