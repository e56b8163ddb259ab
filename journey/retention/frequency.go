package retention

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Frequency is how often those who were active in a period were.
type Frequency struct {
	Start  time.Time     `json:"start"`
	Active int64         `json:"active"`
	Events int64         `json:"events"`
	Mean   metrics.Ratio `json:"mean"`   // events of an active customer
	Median int64         `json:"median"` // of them, rounded down between two
	P90    int64         `json:"p90"`    // nine in ten have no more
}

// FrequencyTable is how often customers were active, period by period. Tables of
// disjoint customers add up with Merge. It is safe for readers in any number of
// goroutines.
type FrequencyTable struct {
	tally tally
	often []often // by period
}

// often counts customers by how often they were active.
type often map[int64]int64

func (o often) add(other often) {
	for times, n := range other {
		o[times] += n
	}
}

// Frequencies says, period by period, how often active customers were active.
//
// Errors: a stretch of periods that is impossible, a match on a column that the
// log does not keep.
func Frequencies(log *touchpoint.Log, spec LifecycleSpec) (*FrequencyTable, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	return a.frequencies(""), nil
}

// FrequenciesBy is [Frequencies] for each part of a breakdown, sorted by key;
// parts as those of [LifecycleBy].
func FrequenciesBy(log *touchpoint.Log, spec LifecycleSpec, by touchpoint.Breakdown) ([]*FrequencyTable, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	var out []*FrequencyTable
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, part.frequencies(key)) })
	return out, err
}

func (a *activity) frequencies(key string) *FrequencyTable {
	out := &FrequencyTable{a.tally(key, 0), newOften(a.spec.Periods)}
	out.tally.crowd = sync.OnceValue(func() *pack.Crowd { return a.active(false) })
	parts := a.parts()
	sums := make([][]often, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = a.often(part) })
	}
	wait.Wait()
	for _, sum := range sums {
		out.add(sum)
	}
	return out
}

func newOften(n int) []often {
	out := make([]often, n)
	for p := range out {
		out[p] = often{}
	}
	return out
}

func (t *FrequencyTable) add(o []often) {
	for p := range o {
		t.often[p].add(o[p])
	}
}

func (a *activity) often(part touchpoint.Part) []often {
	out := newOften(a.spec.Periods)
	for k := part.From; k < part.To; k++ {
		from, to := a.cols.Range(a.at(k))
		p, before, n := -1, -1, int64(0)
		flush := func() {
			if before >= 0 {
				out[before][n]++
			}
		}
		for i := from; i < to; i++ {
			if !a.is(i) {
				continue
			}
			if p = a.periods.after(p, a.cols.UnixNano[i]); p == a.periods.count() {
				break
			}
			if p != before {
				flush()
				before, n = p, 0
			}
			n++
		}
		flush()
	}
	return out
}

// Key is the part's key in FrequenciesBy, empty otherwise.
func (t *FrequencyTable) Key() string { return t.tally.asked.Key }

// Periods are the periods in order.
func (t *FrequencyTable) Periods() []Frequency {
	out := make([]Frequency, len(t.often))
	for p, o := range t.often {
		f := Frequency{Start: t.tally.periods.times[p]}
		times := slices.Sorted(maps.Keys(o))
		for _, n := range times {
			f.Active, f.Events = f.Active+o[n], f.Events+n*o[n]
		}
		f.Mean = metrics.NewCount(f.Events, f.Active)
		// at is what the customer at a place, from 0, has of all in order.
		at := func(place int64) int64 {
			for _, n := range times {
				if place -= o[n]; place < 0 {
					return n
				}
			}
			return 0
		}
		if n := f.Active; n > 0 {
			f.Median = (at((n-1)/2) + at(n/2)) / 2
			f.P90 = at((9*n+9)/10 - 1)
		}
		out[p] = f
	}
	return out
}

// Merge adds the frequencies of other customers to t, as [States.Merge] does.
func (t *FrequencyTable) Merge(other *FrequencyTable) error {
	if err := t.tally.merge(&other.tally, "frequencies"); err != nil {
		return err
	}
	t.add(other.often)
	return nil
}

// frequencyMagic begins the binary form of a FrequencyTable.
const frequencyMagic = "LRFREQ"

// AppendBinary appends the binary form: what was asked, the customers and, for
// each period, how many customers were active how often. Equal tables have equal
// bytes.
func (t *FrequencyTable) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	b = t.tally.open(b, frequencyMagic)
	for _, o := range t.often {
		b = pack.Count(b, int64(len(o)))
		for _, times := range slices.Sorted(maps.Keys(o)) {
			b = pack.Count(pack.Count(b, times), o[times])
		}
	}
	return pack.Frame(b, start), nil
}

// MarshalBinary is AppendBinary to nothing.
func (t *FrequencyTable) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// maxOften bounds how often a customer can be active: far beyond any log.
const maxOften = 1 << 40

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves t as it was.
func (t *FrequencyTable) UnmarshalBinary(data []byte) error {
	var back FrequencyTable
	tally, err := readTally(data, frequencyMagic, 0, func(d *pack.Framed, tally *tally) {
		back.often = newOften(tally.asked.Periods)
		for p := range back.often {
			left := uint64(tally.customers().Len())
			for range d.Items("frequencies", pack.MaxTally, 2) {
				times := int64(d.Uvarint(maxOften))
				n := d.Uvarint(left)
				if left -= n; times == 0 || n == 0 {
					d.Fail("%d customers active %d times", n, times)
				}
				back.often[p][times] = int64(n)
			}
		}
	})
	back.tally = tally
	if err := decoded("frequencies", data, err, back.AppendBinary); err != nil {
		return err
	}
	*t = back
	return nil
}

// String is a line for each period.
func (t *FrequencyTable) String() string {
	var b strings.Builder
	for _, f := range t.Periods() {
		fmt.Fprintf(&b, "%s %d active, %d events, median %d, nine in ten up to %d\n", f.Start.Format(time.DateOnly), f.Active, f.Events, f.Median, f.P90)
	}
	return b.String()
}

// Rows are the periods as cells of a table, titles first.
func (t *FrequencyTable) Rows() [][]string {
	out := [][]string{{"start", "active", "events", "mean", "median", "p90"}}
	for _, f := range t.Periods() {
		line := []string{f.Start.Format(time.RFC3339), strconv.FormatInt(f.Active, 10), strconv.FormatInt(f.Events, 10), f.Mean.String()}
		out = append(out, append(line, strconv.FormatInt(f.Median, 10), strconv.FormatInt(f.P90, 10)))
	}
	return out
}

// MarshalJSON writes the periods.
func (t *FrequencyTable) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key     string      `json:"key,omitempty"`
		Periods []Frequency `json:"periods"`
	}{t.Key(), t.Periods()})
}
