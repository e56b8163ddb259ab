package journey

import (
	"slices"
	"sync"
)

// detail is what a second pass finds out about one line of a report, sorted.
type detail struct {
	done  []int64 // lengths of the visits that ended
	open  []int64 // lengths so far of those that did not
	reach []int64 // times from the start to the first visit
}

// detailVisitor collects the details of a range of customers.
type detailVisitor struct {
	units units
	of    []detail
	met   []int // by unit: number of the last customer who came there
	whole bool  // moves inside a unit do not end the visit

	number int
	unit   uint16
	start  int64
	since  int64
}

func (v *detailVisitor) begin(_ int, stage uint16, at int64) {
	v.number++
	v.start = at
	v.enter(v.units.of[stage], at)
}

func (v *detailVisitor) enter(unit uint16, at int64) {
	v.unit, v.since = unit, at
	if v.met[unit] != v.number {
		v.met[unit] = v.number
		v.of[unit].reach = append(v.of[unit].reach, int64(elapsed(v.start, at)))
	}
}

func (v *detailVisitor) move(_, to, _ uint16, at int64) {
	unit := v.units.of[to]
	if v.whole && unit == v.unit {
		return
	}
	o := &v.of[v.unit]
	o.done = append(o.done, int64(elapsed(v.since, at)))
	v.enter(unit, at)
}

func (v *detailVisitor) reach(uint64, int64) {}

func (v *detailVisitor) end(_ uint16, _ uint64, _, until int64) {
	o := &v.of[v.unit]
	o.open = append(o.open, int64(elapsed(v.since, until)))
}

// detail makes the second pass once.
func (r *Replay) detail(by By) []detail {
	if by != ByGroup {
		by = ByStage
	}
	cache := &r.details[by]
	cache.once.Do(func() {
		u := r.d.units(by)
		shards := make([]*detailVisitor, r.options.Goroutines)
		_ = r.parallel(func(worker int) func(from, to int) error {
			shards[worker] = &detailVisitor{units: u, of: make([]detail, len(u.names)), met: make([]int, len(u.names)), whole: by == ByGroup}
			return r.visitAll(shards[worker])
		})
		cache.of = make([]detail, len(u.names))
		join := func(list func(*detail) *[]int64) func() {
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
			join(func(d *detail) *[]int64 { return &d.done }),
			join(func(d *detail) *[]int64 { return &d.open }),
			join(func(d *detail) *[]int64 { return &d.reach }),
		} {
			wg.Go(job)
		}
		wg.Wait()
	})
	return cache.of
}

// visitAll shows ranges of customers to v.
func (r *Replay) visitAll(v visitor) func(from, to int) error {
	w := r.walker()
	w.watch(v)
	return func(from, to int) error {
		for c := from; c < to; c++ {
			if r.final[c] == absent {
				continue
			}
			if err := w.show(c); err != nil {
				return err
			}
		}
		return nil
	}
}

func (r *Replay) unitIndex(by By, name string) (int, bool) {
	i := slices.Index(r.d.units(by).names, name)
	return i, i >= 0
}
