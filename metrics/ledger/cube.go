package ledger

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Cube is the exact ground that statements stand on: what every month and
// segment adds up to, before rounding. Adding rounded statements gives
// 24.999999999999 for 25; cubes of any partition by customer merge into the
// cube of all of them, byte for byte.
//
// A Cube accumulates (Merge, UnmarshalBinary) and is else read only. The zero
// Cube is there to be decoded into.
type Cube struct {
	currency  money.Currency
	rules     uint64 // hash of the rules of the ledgers
	from, to  calendar.Month
	split     split
	whole     []bridge // by month
	keys      []string // in order
	parts     [][]bridge
	customers []uint64 // fingerprints, in order
}

// split is what a cube is divided by.
type split uint8

const (
	byNothing split = iota
	byKey
	byPlanName
	splits
)

// Cube sums the months from from to to, both included, by a function of the
// customer; nil is no segments. key is called once per customer and must not
// use the ledger.
func (l *Ledger) Cube(from, to calendar.Month, key func(customer string) string) (*Cube, error) {
	c, whole, err := l.cube(from, to)
	if err != nil {
		return nil, fmt.Errorf("ledger: cube: %w", err)
	}
	if key == nil || whole == nil {
		if key != nil {
			c.split = byKey
		}
		return c, nil
	}
	c.split = byKey
	tallies := map[string]*tally{}
	w := l.walker(whole.months)
	for _, cust := range l.sorted() {
		k := key(l.customers.string(cust))
		t := tallies[k]
		if t == nil {
			t = newTally(whole.months, len(l.currencies))
			tallies[k] = t
		}
		t.add(w, l.blocks[cust], 1)
	}
	for _, k := range slices.Sorted(maps.Keys(tallies)) {
		if err := c.segment(l, k, tallies[k]); err != nil {
			return nil, fmt.Errorf("ledger: cube: %w", err)
		}
	}
	return c, nil
}

// CubeByPlan is the ground of StatementsByPlan.
func (l *Ledger) CubeByPlan(from, to calendar.Month) (*Cube, error) {
	c, whole, err := l.cube(from, to)
	if err != nil {
		return nil, fmt.Errorf("ledger: cube by plan: %w", err)
	}
	c.split = byPlanName
	if whole == nil {
		return c, nil
	}
	p, err := l.byPlan(whole.months)
	if err != nil {
		return nil, fmt.Errorf("ledger: cube by plan: %w", err)
	}
	names := map[string]*tally{}
	for plan, t := range p.tallies {
		names[l.dims.text(plan)] = t
	}
	for _, k := range slices.Sorted(maps.Keys(names)) {
		if err := c.segment(l, k, names[k]); err != nil {
			return nil, fmt.Errorf("ledger: cube by plan: %w", err)
		}
	}
	return c, nil
}

// cube makes one without segments; the tally is nil where nothing is known.
func (l *Ledger) cube(from, to calendar.Month) (*Cube, *tally, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, nil, err
	}
	whole := l.tallied()
	c := &Cube{currency: l.opts.Currency, rules: l.opts.Hash(), from: from, to: to}
	fs, err := l.bridges(whole, from, to)
	if err != nil {
		return nil, nil, err
	}
	c.whole = l.exactly(fs)
	for _, cust := range l.sorted() {
		c.customers = append(c.customers, fingerprint(l.customers.text(cust)))
	}
	slices.Sort(c.customers)
	return c, whole, nil
}

func (c *Cube) segment(l *Ledger, key string, t *tally) error {
	fs, err := l.bridges(t, c.from, c.to)
	if err != nil {
		return err
	}
	if quiet(fs) {
		return nil // nothing by then, or no more since: not a segment of these months
	}
	c.keys, c.parts = append(c.keys, key), append(c.parts, l.exactly(fs))
	return nil
}

// quiet reports whether nothing is and nothing happens in any of the months.
func quiet(fs []frame) bool {
	for i := range fs {
		f := &fs[i]
		all := append([]value{f.opening, f.closing, f.in, f.out}, f.amount[:]...)
		if slices.ContainsFunc(all, func(v value) bool { return !v.isZero() }) {
			return false
		}
		if f.heads != 0 || f.payers != 0 || f.flow != (flow{}) {
			return false
		}
	}
	return true
}

// From and To are the first and the last month.
func (c *Cube) From() calendar.Month { return c.from }

// To is the last month.
func (c *Cube) To() calendar.Month { return c.to }

// Len is how many customers are in it.
func (c *Cube) Len() int { return len(c.customers) }

// Statements are the bridges of the whole, month by month, as
// Ledger.Statements gives them.
func (c *Cube) Statements() []Statement {
	out := make([]Statement, len(c.whole))
	for i := range c.whole {
		r := roundBridge(&c.whole[i])
		m := c.from.Add(i)
		out[i] = statement(m, m, c.currency, &c.whole[i], &r)
	}
	return out
}

// Segments are the bridges by key, as Ledger.StatementsBy or
// Ledger.StatementsByPlan gives them; nil for a cube without a key.
func (c *Cube) Segments() []Segment {
	if len(c.keys) == 0 {
		return nil
	}
	out := make([]Segment, len(c.keys))
	for i, k := range c.keys {
		out[i].Key = k
	}
	column := make([]*bridge, len(c.parts))
	for m := range c.whole {
		for i := range c.parts {
			column[i] = &c.parts[i][m]
		}
		month := c.from.Add(m)
		for i, r := range roundSegments(&c.whole[m], column) {
			s := &out[i]
			s.Statements = append(s.Statements, statement(month, month, c.currency, column[i], &r))
			if c.split == byPlanName {
				s.In, s.Out = append(s.In, amountOf(r.in)), append(s.Out, amountOf(r.out))
			}
		}
	}
	return out
}

// Merge adds the cube of other customers, or refuses and leaves this one as it
// was: ErrOptions where rules, months or the kind of key differ, ErrConflict
// where a customer is in both. o stays as it is.
func (c *Cube) Merge(o *Cube) error {
	switch {
	case o == nil:
		return nil
	case c.rules != o.rules || c.currency != o.currency:
		return fmt.Errorf("ledger: merge cubes: %w: the ledgers had different rules", ErrOptions)
	case c.from != o.from || c.to != o.to:
		return fmt.Errorf("ledger: merge cubes: %w: months %s to %s here and %s to %s there", ErrOptions, c.from, c.to, o.from, o.to)
	case c.split != o.split:
		return fmt.Errorf("ledger: merge cubes: %w: divided by different things", ErrOptions)
	}
	customers, twice := mergeSorted(c.customers, o.customers)
	if twice > 0 {
		return fmt.Errorf("ledger: merge cubes: %w: %d customers are in both", ErrConflict, twice)
	}
	whole := addBridges(c.whole, o.whole)
	parts := map[string][]bridge{}
	for i, k := range c.keys {
		parts[k] = c.parts[i]
	}
	for i, k := range o.keys {
		if have, ok := parts[k]; ok {
			parts[k] = addBridges(have, o.parts[i])
		} else {
			parts[k] = o.parts[i]
		}
	}
	c.customers, c.whole, c.keys, c.parts = customers, whole, slices.Sorted(maps.Keys(parts)), nil
	for _, k := range c.keys {
		c.parts = append(c.parts, parts[k])
	}
	return nil
}

// addBridges adds month by month. Bridges are never changed once made, so
// cubes may share them.
func addBridges(a, b []bridge) []bridge {
	out := make([]bridge, len(a))
	sum := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) }
	for i := range a {
		x, y, s := &a[i], &b[i], &out[i]
		*s = bridge{
			opening: sum(x.opening, y.opening), closing: sum(x.closing, y.closing), in: sum(x.in, y.in), out: sum(x.out, y.out),
			flow: x.flow, heads: x.heads + y.heads, payers: x.payers + y.payers,
		}
		s.flow.merge(&y.flow)
		for k := range s.amount {
			s.amount[k] = sum(x.amount[k], y.amount[k])
		}
	}
	return out
}

// mergeSorted merges two sorted lists and counts what is in both.
func mergeSorted(a, b []uint64) (out []uint64, twice int) {
	out = make([]uint64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			twice++
			a = a[1:]
		case a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		default:
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...), twice
}

// fingerprint is a 64-bit FNV-1a hash, well mixed: the same in every process.
func fingerprint[T string | []byte](s T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}
