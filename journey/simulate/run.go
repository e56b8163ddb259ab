package simulate

import (
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Options say how a world is run. They do not change what happens.
type Options struct {
	// Goroutines is how many work at once; zero means one per processor.
	Goroutines int
}

const maxGoroutines = 256

func (o Options) goroutines() (int, error) {
	if o.Goroutines < 0 || o.Goroutines > maxGoroutines {
		return 0, &fault.Error{Package: "simulate", Op: "run", Field: "Goroutines", Value: strconv.Itoa(o.Goroutines), Limit: "want 0 to 256", Err: ErrWorld}
	}
	if o.Goroutines == 0 {
		return min(runtime.GOMAXPROCS(0), maxGoroutines), nil
	}
	return o.Goroutines, nil
}

// chunk is how many arrivals one goroutine takes at a time. Small enough that
// what is in flight is nothing beside what has been, large enough that handing
// over costs nothing.
const chunk = 128

// Each yields every customer: those who arrive by themselves by time of arrival,
// each followed by the customers they brought. It keeps none of them, so that
// the memory it needs does not grow with their number. It ends at the first
// error; faults of the world come as the only element.
func (w *World) Each(o Options) iter.Seq2[*Customer, error] {
	return func(yield func(*Customer, error) bool) {
		e, err := w.compile()
		if err != nil {
			yield(nil, err)
			return
		}
		n, err := o.goroutines()
		if err != nil {
			yield(nil, err)
			return
		}
		e.each(n, yield)
	}
}

// batch is what one goroutine made of a chunk.
type batch struct {
	customers []*Customer
	err       error
}

// each hands out the customers of all chunks in order.
func (e *engine) each(goroutines int, yield func(*Customer, error) bool) {
	chunks := (e.schedule.total() + chunk - 1) / chunk
	if goroutines == 1 {
		l := e.newLife()
		for k := range chunks {
			if !deliver(e.batch(l, k), yield) {
				return
			}
		}
		return
	}
	var workers sync.WaitGroup
	jobs := make(chan job)
	queue := make(chan chan batch, 2*goroutines) // in order; bounds what waits
	done := make(chan struct{})
	for range goroutines {
		workers.Go(func() {
			l := e.newLife()
			for j := range jobs {
				j.out <- e.batch(l, j.chunk)
			}
		})
	}
	workers.Go(func() {
		defer close(jobs)
		defer close(queue)
		for k := range chunks {
			out := make(chan batch, 1)
			select {
			case queue <- out:
			case <-done:
				return
			}
			jobs <- job{k, out}
		}
	})
	defer workers.Wait()
	defer close(done)
	for out := range queue {
		if !deliver(<-out, yield) {
			return
		}
	}
}

type job struct {
	chunk int64
	out   chan<- batch
}

func deliver(b batch, yield func(*Customer, error) bool) bool {
	for _, c := range b.customers {
		if !yield(c, nil) {
			return false
		}
	}
	if b.err != nil {
		yield(nil, b.err)
		return false
	}
	return true
}

// batch simulates one chunk of arrivals and all whom they brought.
func (e *engine) batch(l *life, k int64) (b batch) {
	var stack []child
	for n := k * chunk; n < min((k+1)*chunk, e.schedule.total()); n++ {
		stack = append(stack[:0], child{id: number7(n + 1), key: uint64(n), at: -n - 1})
		for made := 0; len(stack) > 0; made++ {
			who := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if made > maxChildren {
				b.err = fmt.Errorf("simulate: customer %s: %w: %s", who.id, ErrTooMany, fault.AtMost(maxChildren, "customers brought by one", int64(made)))
				return b
			}
			c, err := l.run(who)
			if err != nil {
				b.err = err
				return b
			}
			b.customers = append(b.customers, c)
			for i := len(l.children) - 1; i >= 0; i-- {
				if l.children[i].at < e.to {
					stack = append(stack, l.children[i])
				}
			}
		}
	}
	return b
}

// number7 is the id of a customer who arrived by itself.
func number7(n int64) string {
	s := strconv.FormatInt(n, 10)
	return "c" + strings.Repeat("0", max(7-len(s), 0)) + s
}
