package retention

import (
	"encoding/json"
	"fmt"
	mathbits "math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Sticky is customers by how many periods they were active in. Those of disjoint
// customers add up with Merge. It is safe for readers in any number of
// goroutines.
type Sticky struct{ tally tally }

// Key is the part's key in StickinessBy, empty otherwise.
func (s *Sticky) Key() string { return s.tally.asked.Key }

// Customers are counts: number i is of those active in i+1 of the periods.
func (s *Sticky) Customers() []int64 { return slices.Clone(s.tally.counts) }

// Stickiness counts customers by the number of periods in which they were
// active.
//
// Errors: a stretch of periods that is impossible, a match on a column that the
// log does not keep.
func Stickiness(log *touchpoint.Log, spec LifecycleSpec) (*Sticky, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	return a.sticky(""), nil
}

// StickinessBy is [Stickiness] for each part of a breakdown, sorted by key; parts
// as those of [LifecycleBy].
func StickinessBy(log *touchpoint.Log, spec LifecycleSpec, by touchpoint.Breakdown) ([]*Sticky, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	var out []*Sticky
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, part.sticky(key)) })
	return out, err
}

func (a *activity) sticky(key string) *Sticky {
	out := &Sticky{a.tally(key, 1)}
	out.tally.crowd = sync.OnceValue(func() *pack.Crowd { return a.active(false) })
	out.tally.add(a.inParts(func(part touchpoint.Part) []int64 {
		counts, set := make([]int64, a.spec.Periods), newBits(a.periods.count())
		for k := part.From; k < part.To; k++ {
			a.of(a.at(k), set)
			n := 0
			for _, word := range set {
				n += mathbits.OnesCount64(word)
			}
			if n > 0 {
				counts[n-1]++
			}
		}
		return counts
	}))
	return out
}

// Merge adds the counts of other customers to s, as [States.Merge] does.
func (s *Sticky) Merge(other *Sticky) error { return s.tally.merge(&other.tally, "stickiness") }

// stickyMagic begins the binary form of a Sticky.
const stickyMagic = "LRSTICK"

// AppendBinary appends the binary form: what was asked, the customers, the
// counts. Equal stickiness has equal bytes.
func (s *Sticky) AppendBinary(b []byte) ([]byte, error) { return s.tally.append(b, stickyMagic), nil }

// MarshalBinary is AppendBinary to nothing.
func (s *Sticky) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves s as it was.
func (s *Sticky) UnmarshalBinary(data []byte) error {
	t, err := readTally(data, stickyMagic, 1, nil)
	back := Sticky{t}
	if err := decoded("stickiness", data, err, back.AppendBinary); err != nil {
		return err
	}
	*s = back
	return nil
}

// String is a line for each number of periods that somebody was active in.
func (s *Sticky) String() string {
	var b strings.Builder
	for i, n := range s.tally.counts {
		if n > 0 {
			fmt.Fprintf(&b, "%d of %d periods: %d\n", i+1, len(s.tally.counts), n)
		}
	}
	return b.String()
}

// Rows are the counts as cells of a table, titles first.
func (s *Sticky) Rows() [][]string {
	out := [][]string{{"periods", "customers"}}
	for i, n := range s.tally.counts {
		out = append(out, []string{strconv.Itoa(i + 1), strconv.FormatInt(n, 10)})
	}
	return out
}

// MarshalJSON writes the counts.
func (s *Sticky) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key       string  `json:"key,omitempty"`
		Customers []int64 `json:"customers"`
	}{s.Key(), append([]int64{}, s.tally.counts...)})
}
