package simulate

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Delivery is how records reach the company: the shares of those that come
// Late, by Delay; Twice, the second time after another Delay; out of order, in
// the place of the customer's next record (Swap); or never (Lost).
type Delivery struct {
	Seed                    uint64
	Late, Twice, Swap, Lost float64
	// Delay of what is late, and of second deliveries. Zero means an
	// exponential one of a day.
	Delay Dwell
}

// Delivered is a record and when it came.
type Delivered[T any] struct {
	At     time.Time `json:"at"`
	Record T         `json:"record"`
	// Late, Again and Swapped say what befell it.
	Late    bool `json:"late,omitempty"`
	Again   bool `json:"again,omitempty"`
	Swapped bool `json:"swapped,omitempty"`
}

// Deliver sends records, in the order they are given, the way d says, and
// returns them in the order they arrive. at and customer read a record. What
// befalls one record depends on the seed and its place among the records alone.
func Deliver[T any](d Delivery, records []T, at func(*T) time.Time, customer func(*T) string) ([]Delivered[T], error) {
	for _, p := range []struct {
		name string
		p    float64
	}{{"Late", d.Late}, {"Twice", d.Twice}, {"Swap", d.Swap}, {"Lost", d.Lost}} {
		if !(p.p >= 0 && p.p <= 1) {
			return nil, &fault.Error{Package: "simulate", Op: "deliver", Field: p.name, Value: number(p.p), Limit: "want 0 to 1", Err: ErrWorld}
		}
	}
	if d.Delay.IsZero() {
		d.Delay = Exponential(24 * time.Hour)
	}
	var bad error
	d.Delay.faults(func(field, value, limit string) {
		bad = &fault.Error{Package: "simulate", Op: "deliver", Field: "Delay." + field, Value: value, Limit: limit, Err: ErrWorld}
	})
	if bad != nil {
		return nil, bad
	}
	next := nextOf(records, customer)
	st := newStream()
	out := make([]Delivered[T], 0, len(records))
	for i := range records {
		st.begin(d.Seed, uint64(i))
		out = send(&d, out, st.Rand, records, i, next[i], at)
	}
	slices.SortStableFunc(out, func(a, b Delivered[T]) int { return a.At.Compare(b.At) })
	return out, nil
}

// nextOf is the place of each record's customer's next record, or -1.
func nextOf[T any](records []T, customer func(*T) string) []int {
	next, last := make([]int, len(records)), map[string]int{}
	for i := range records {
		next[i] = -1
		id := customer(&records[i])
		if k, ok := last[id]; ok {
			next[k] = i
		}
		last[id] = i
	}
	return next
}

// send is what becomes of one record.
func send[T any](d *Delivery, out []Delivered[T], r *rand.Rand, records []T, i, next int, at func(*T) time.Time) []Delivered[T] {
	late, again, swapped, lost := r.Float64() < d.Late, r.Float64() < d.Twice, r.Float64() < d.Swap, r.Float64() < d.Lost
	first, second := d.Delay.draw(r), d.Delay.draw(r)
	if lost {
		return out
	}
	when := at(&records[i])
	one := Delivered[T]{At: when, Record: records[i]}
	switch {
	case late:
		one.Late, one.At = true, when.Add(time.Duration(first)*time.Second)
	case swapped && next >= 0:
		one.Swapped, one.At = true, at(&records[next]).Add(time.Second)
	default:
	}
	out = append(out, one)
	if again {
		one.Again, one.At = true, one.At.Add(time.Duration(second)*time.Second)
		out = append(out, one)
	}
	return out
}
