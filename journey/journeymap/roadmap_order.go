package journeymap

import (
	"cmp"
	"container/heap"
	"slices"
)

// order puts the steps into an order that keeps what must come first.
func (b *roadBuilder) order() []RoadStep {
	n := len(b.steps)
	waits, then := make([]int, n), make([][]int, n)
	before := make([][]int, n)
	need := func(first, second int) {
		waits[second]++
		then[first] = append(then[first], second)
		before[second] = append(before[second], first)
	}
	queues := map[int]*[phases][]int{} // by column and phase
	byName := map[string][]int{}       // touchpoint → its steps, in the map's order
	for i, s := range b.steps {
		q := queues[s.column]
		if q == nil {
			q = &[phases][]int{}
			queues[s.column] = q
		}
		q[s.phase] = append(q[s.phase], i)
		if s.phase == phaseTouchpoint {
			byName[s.Item] = append(byName[s.Item], i)
		}
	}
	for i := range b.steps {
		for _, name := range b.leads[i] { // the next one of the name; what leads back holds nothing up
			list := byName[name]
			if k, _ := slices.BinarySearch(list, i+1); k < len(list) {
				need(i, list[k])
			}
		}
		if taker, ok := b.taker[i]; ok {
			if o, ok := b.owners[taker]; ok {
				need(o, i)
			}
		}
	}
	return b.walk(queues, waits, then, before)
}

// walk takes, again and again, the best of the steps that nothing holds back.
func (b *roadBuilder) walk(queues map[int]*[phases][]int, waits []int, then, before [][]int) []RoadStep {
	ready := &roadHeap{steps: b.steps}
	open := map[int]int{} // column → phase that may begin
	left := map[int]int{} // column → steps of that phase still to do
	last := map[int]int{} // column → number of the last step of the phase before
	inOpen := func(i int) bool { return open[b.steps[i].column] == b.steps[i].phase }
	advance := func(column int) {
		for p := open[column]; p < phases; p++ {
			if q := queues[column][p]; len(q) > 0 {
				open[column], left[column] = p, len(q)
				for _, i := range q {
					if waits[i] == 0 {
						heap.Push(ready, i)
					}
				}
				return
			}
		}
		open[column] = phases
	}
	columns := make([]int, 0, len(queues))
	for c := range queues {
		columns = append(columns, c)
	}
	slices.Sort(columns)
	for _, c := range columns {
		advance(c)
	}
	var out []RoadStep
	number := make([]int, len(b.steps))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		s := b.steps[i]
		s.Nr = len(out) + 1
		number[i] = s.Nr
		if n := last[s.column]; n > 0 {
			s.After = append(s.After, n)
		}
		for _, k := range before[i] {
			s.After = append(s.After, number[k])
		}
		slices.Sort(s.After)
		s.After = slices.Compact(s.After)
		out = append(out, s)
		for _, k := range then[i] {
			if waits[k]--; waits[k] == 0 && inOpen(k) {
				heap.Push(ready, k)
			}
		}
		if left[s.column]--; left[s.column] == 0 {
			last[s.column] = s.Nr
			open[s.column]++
			advance(s.column)
		}
	}
	return out
}

// roadHeap is the steps that may be done next, the best first.
type roadHeap struct {
	steps []RoadStep
	list  []int
}

func (h *roadHeap) Len() int { return len(h.list) }

func (h *roadHeap) Less(i, j int) bool {
	a, b := &h.steps[h.list[i]], &h.steps[h.list[j]]
	due := 0
	switch {
	case a.Due.Equal(b.Due):
	case a.Due.IsZero():
		due = 1
	case b.Due.IsZero():
		due = -1
	default:
		due = a.Due.Compare(b.Due)
	}
	return cmp.Or(cmp.Compare(b.Safe, a.Safe), cmp.Compare(b.Gain, a.Gain), due, cmp.Compare(a.column, b.column), cmp.Compare(h.list[i], h.list[j])) < 0
}

func (h *roadHeap) Swap(i, j int) { h.list[i], h.list[j] = h.list[j], h.list[i] }

func (h *roadHeap) Push(x any) { h.list = append(h.list, x.(int)) }

func (h *roadHeap) Pop() any {
	x := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return x
}
