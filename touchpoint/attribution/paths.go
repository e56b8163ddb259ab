package attribution

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Errors that callers branch on.
var (
	// ErrOptions is wrapped by every error about options and models.
	ErrOptions = errors.New("attribution cannot be computed")
	// ErrNeedsLog is returned by models that need the time of each touch, or
	// every customer, on paths made of aggregated rows.
	ErrNeedsLog = errors.New("the model needs paths made from a log")
	// ErrPath is wrapped by the error for a row that is no path.
	ErrPath = errors.New("not a path")
	// ErrMerge is returned where path sets do not add up: other options, or a
	// customer in both.
	ErrMerge = errors.New("path sets do not add up")
	// ErrEncoding is returned for bytes that are no encoded path set.
	ErrEncoding = errors.New("not a valid encoded path set")
)

// Limits on input.
const (
	// MaxKeys is the most different channels, campaigns or names of a path set.
	MaxKeys = 10_000
	// MaxTouches is the most touches of one path.
	MaxTouches = 10_000
	// DefaultLookback is how long before a conversion a touch still counts
	// where the options do not say.
	DefaultLookback = 30 * 24 * time.Hour
)

// Path is one row of aggregated paths.
type Path struct {
	Touches     []string        `json:"touches"`     // in the order they were met
	Conversions int64           `json:"conversions"` // how often it ended in one
	Nulls       int64           `json:"nulls"`       // how often it ended in nothing
	Value       decimal.Decimal `json:"value"`       // of all its conversions together
}

// Paths is a set of paths. Sets of disjoint customers add up with Merge. It is
// safe for readers in any number of goroutines.
type Paths struct {
	keys []string // in ascending order
	rows []row
	// fromLog: rows are single journeys, with the age of each touch at the
	// conversion in nanoseconds and the customer who made them.
	fromLog   bool
	ages      []int64
	customers []string // who has a row, ascending
	options   string
	untouched Path // conversions that no touch preceded
}

// row is a path.
type row struct {
	touches  []uint32
	age      int // of the first touch, in ages
	conv     int64
	nulls    int64
	value    decimal.Decimal
	customer uint32
}

// NewPaths builds a set from aggregated rows; equal paths may stand in several.
// Every bad row is reported, in a *fault.Batch whose rows wrap ErrPath: no
// touches, an empty one, negative counts, a value beyond the bounds of money or
// without a conversion, more than MaxKeys or MaxTouches.
func NewPaths(rows iter.Seq[Path]) (*Paths, error) {
	p := &Paths{}
	b := fault.Batch{Package: "attribution", Op: "new paths"}
	number := map[string]uint32{}
	sums := counts{}
	at := int64(0)
	for r := range rows {
		at++
		bad := func(field, value, limit string) {
			b.Add(fault.Row{Row: at, Field: field, Value: value, Limit: limit, Err: ErrPath})
		}
		n := b.Count()
		checkPath(r, bad)
		var touches []uint32
		for i, key := range r.Touches[:min(len(r.Touches), MaxTouches)] {
			id, ok := number[key]
			if !ok {
				if len(number) == MaxKeys {
					bad("Touches["+strconv.Itoa(i)+"]", key, fmt.Sprintf("at most %d different touches", MaxKeys))
					break
				}
				id = uint32(len(number))
				number[key] = id
			}
			touches = append(touches, id)
		}
		if !sums.add(r.Conversions) || !sums.add(r.Nulls) {
			bad("Conversions", strconv.FormatInt(r.Conversions, 10), "all rows together have more than 2^53")
		}
		if b.Count() == n {
			p.rows = append(p.rows, row{touches: touches, conv: r.Conversions, nulls: r.Nulls, value: r.Value})
		}
		if b.Count() >= 100*fault.MaxListed {
			break // nobody mends more, and the source may have no end
		}
	}
	if err := b.Err(); err != nil {
		return nil, err
	}
	p.renumber(number, len(number))
	return p, nil
}

func checkPath(r Path, bad func(field, value, limit string)) {
	if len(r.Touches) == 0 {
		bad("Touches", "", "want at least one")
	}
	if len(r.Touches) > MaxTouches {
		bad("Touches", strconv.Itoa(len(r.Touches)), fmt.Sprintf("at most %d", MaxTouches))
	}
	for i, key := range r.Touches[:min(len(r.Touches), MaxTouches)] {
		if key == "" {
			bad("Touches["+strconv.Itoa(i)+"]", "", "must not be empty")
			break
		}
	}
	if r.Conversions < 0 {
		bad("Conversions", strconv.FormatInt(r.Conversions, 10), "want zero or more")
	}
	if r.Nulls < 0 {
		bad("Nulls", strconv.FormatInt(r.Nulls, 10), "want zero or more")
	}
	if !inBounds(r.Value) {
		bad("Value", "", fmt.Sprintf("want at most %d digits, %d of them behind the point", maxDigits, maxPlaces))
	} else if r.Conversions == 0 && !r.Value.IsZero() {
		bad("Value", r.Value.String(), "a path without a conversion has no value")
	}
}

// Bounds of a value. They are wider than those of money, because aggregated rows
// often come from sums of floats with all their digits.
const (
	maxDigits = 60
	maxPlaces = 40
)

func inBounds(d decimal.Decimal) bool {
	return d.Exponent() >= -maxPlaces && d.Exponent() <= maxDigits && d.NumDigits()+max(0, int(d.Exponent())) <= maxDigits
}

// counts keeps sums of counts exact as float64.
type counts struct{ n int64 }

func (c *counts) add(n int64) bool {
	if n < 0 {
		return true
	}
	if n > 1<<53-c.n {
		return false
	}
	c.n += n
	return true
}

// Keys are the different touches, in ascending order.
func (p *Paths) Keys() []string { return slices.Clone(p.keys) }

// Totals are the conversions, nulls and value of all paths with a touch.
func (p *Paths) Totals() (conversions, nulls int64, value decimal.Decimal) {
	var sum num.Sum
	for i := range p.rows {
		conversions, nulls = conversions+p.rows[i].conv, nulls+p.rows[i].nulls
		sum.Add(p.rows[i].value)
	}
	return conversions, nulls, sum.Decimal()
}

// Untouched are the conversions that no touch preceded within the lookback, with
// their value: no model can credit them.
func (p *Paths) Untouched() (conversions int64, value decimal.Decimal) {
	return p.untouched.Conversions, p.untouched.Value
}

// All yields the paths, equal ones together, in ascending order of touches.
func (p *Paths) All() iter.Seq[Path] {
	return func(yield func(Path) bool) {
		order := make([]int, len(p.rows))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return slices.Compare(p.rows[a].touches, p.rows[b].touches) })
		for i := 0; i < len(order); {
			r := &p.rows[order[i]]
			out := Path{}
			for _, t := range r.touches {
				out.Touches = append(out.Touches, p.keys[t])
			}
			var sum num.Sum
			for ; i < len(order) && slices.Equal(p.rows[order[i]].touches, r.touches); i++ {
				same := &p.rows[order[i]]
				out.Conversions, out.Nulls = out.Conversions+same.conv, out.Nulls+same.nulls
				sum.Add(same.value)
			}
			out.Value = sum.Decimal()
			if !yield(out) {
				return
			}
		}
	}
}

// merged is every distinct sequence of touches with its counts. Rows come in
// ascending order.
func (p *Paths) merged() []row {
	type sums struct {
		touches     []uint32
		conv, nulls int64
		value       num.Sum
	}
	found := map[string]*sums{}
	var key []byte
	for i := range p.rows {
		r := &p.rows[i]
		key = key[:0]
		for _, t := range r.touches {
			key = binary.BigEndian.AppendUint32(key, t)
		}
		s, ok := found[string(key)]
		if !ok {
			s = &sums{touches: r.touches}
			found[string(key)] = s
		}
		s.conv, s.nulls = s.conv+r.conv, s.nulls+r.nulls
		s.value.Add(r.value)
	}
	out := make([]row, 0, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		s := found[key]
		out = append(out, row{touches: s.touches, conv: s.conv, nulls: s.nulls, value: s.value.Decimal()})
	}
	return out
}

// String is how many paths, keys, conversions and nulls.
func (p *Paths) String() string {
	conv, nulls, value := p.Totals()
	return fmt.Sprintf("%d paths over %d touches: %d conversions worth %s, %d without", len(p.rows), len(p.keys), conv, value, nulls)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
