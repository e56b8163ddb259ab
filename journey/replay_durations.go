package journey

import (
	"sync"
)

// durations is what a second pass finds out about one line of a report, sorted.
type durations struct {
	done  []int64 // lengths of the visits that ended
	open  []int64 // lengths so far of those that did not
	reach []int64 // times from the start to the first visit
}

// durationsVisitor collects the durations of a range of customers.
type durationsVisitor struct {
	units units
	of    []durations
	met   []int // by unit: number of the last customer who came there
	d     *Definition

	number int
	unit   uint16
	start  int64
	since  int64
}

func (v *durationsVisitor) begin(_ int, stage uint16, at int64) {
	v.number++
	v.start = at
	v.enter(v.units.of[stage], at)
}

func (v *durationsVisitor) enter(unit uint16, at int64) {
	v.unit, v.since = unit, at
	if v.met[unit] != v.number {
		v.met[unit] = v.number
		v.of[unit].reach = append(v.of[unit].reach, int64(elapsed(v.start, at)))
	}
}

func (v *durationsVisitor) move(edge int, at int64) {
	if !v.d.ends(&v.units, edge) {
		return
	}
	o := &v.of[v.unit]
	o.done = append(o.done, int64(elapsed(v.since, at)))
	v.enter(v.units.of[v.d.dest[edge]], at)
}

func (v *durationsVisitor) reach(uint64, int64) {}

func (v *durationsVisitor) end(_ uint16, _ uint64, _, until int64) {
	o := &v.of[v.unit]
	o.open = append(o.open, int64(elapsed(v.since, until)))
}

// durations makes the second pass once for each reading. Levels below the
// deepest are read by stage, so that they are one and the same.
func (s *Summary) durations(by By) []durations {
	if s.d == nil {
		return nil
	}
	if int(by) >= s.depth() {
		by = ByStage
	}
	r := s.replay
	if r == nil {
		return s.piled(by)
	}
	cache := &s.levels[by]
	cache.once.Do(func() {
		u := r.d.units(by)
		shards := make([]*durationsVisitor, r.options.Goroutines)
		cache.err = r.parallel(func(worker int) task {
			shards[worker] = &durationsVisitor{units: u, of: make([]durations, len(u.names)), met: make([]int, len(u.names)), d: r.d}
			return r.visitAll(shards[worker])
		})
		cache.of = make([]durations, len(u.names))
		join := func(list func(*durations) *[]int64) func() {
			return func() {
				for i := range cache.of {
					lists := make([][]int64, len(shards))
					for s, v := range shards {
						lists[s] = *list(&v.of[i])
					}
					*list(&cache.of[i]) = joinSorted(lists)
				}
			}
		}
		var wg sync.WaitGroup
		for _, job := range []func(){
			join(func(d *durations) *[]int64 { return &d.done }),
			join(func(d *durations) *[]int64 { return &d.open }),
			join(func(d *durations) *[]int64 { return &d.reach }),
		} {
			wg.Go(job)
		}
		wg.Wait()
	})
	return cache.of
}

// piled finds the durations of a reading among those that were added up.
func (s *Summary) piled(by By) []durations {
	at := 0
	for k := range by {
		at += 3 * len(s.d.units(k).names)
	}
	times := s.pile.whole().times[at:]
	of := make([]durations, len(s.d.units(by).names))
	for i := range of {
		of[i] = durations{times[3*i], times[3*i+1], times[3*i+2]}
	}
	return of
}

// visitAll shows ranges of customers to v.
func (r *Replay) visitAll(v visitor) task {
	w := r.walker()
	w.watch(v)
	return task{func(from, to int) error {
		for c := from; c < to; c++ {
			if r.final[c] == absent {
				continue
			}
			if err := w.show(c); err != nil {
				return err
			}
		}
		return nil
	}, w.vanished}
}
