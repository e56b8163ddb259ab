package ledger

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Segment is the statements of the customers that share a key.
type Segment struct {
	Key        string
	Statements []Statement
}

// StatementsBy splits the statements of the months from from to to, both
// included, by a function of the customer: a plan at activation, a country, a
// persona. Segments come sorted by key and sum to Statements, line by line and
// head by head. key is called once per customer and must not use the ledger.
//
// Amounts that do not end within Places are apportioned over the segments by
// largest remainder; see FX of a segment in the package's notes on rounding.
func (l *Ledger) StatementsBy(from, to calendar.Month, key func(customer string) string) ([]Segment, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, err
	}
	if key == nil {
		return nil, fmt.Errorf("ledger: statements by: %w: no key function", ErrOptions)
	}
	whole := l.tallied()
	if whole == nil {
		return nil, nil
	}
	if whole.err != nil {
		return nil, fmt.Errorf("ledger: statements by: %w", whole.err)
	}
	tallies := map[string]*tally{}
	w := l.walker(whole.months)
	for c, b := range l.blocks {
		if len(b) == 0 {
			continue
		}
		k := key(l.customers.string(uint32(c)))
		t := tallies[k]
		if t == nil {
			t = newTally(whole.months, len(l.currencies))
			tallies[k] = t
		}
		t.add(w, b, 1)
	}
	out := make([]Segment, 0, len(tallies))
	for k := range tallies {
		out = append(out, Segment{Key: k})
	}
	slices.SortFunc(out, func(a, b Segment) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})

	total, err := l.bridges(whole, from, to)
	if err != nil {
		return nil, fmt.Errorf("ledger: statements by: %w", err)
	}
	parts := make([][]bridge, len(out))
	for i := range out {
		if parts[i], err = l.bridges(tallies[out[i].Key], from, to); err != nil {
			return nil, fmt.Errorf("ledger: statements by: segment %q: %w", clip(out[i].Key), err)
		}
	}
	column := make([]bridge, len(out))
	for m := range total {
		for i := range parts {
			column[i] = parts[i][m]
		}
		for i, r := range l.roundSegments(&total[m], column) {
			out[i].Statements = append(out[i].Statements, l.statement(from.Add(m), &column[i], &r))
		}
	}
	return out, nil
}

// roundSegments apportions each line of the whole over the segments.
func (l *Ledger) roundSegments(total *bridge, parts []bridge) []lines {
	unit := l.unit()
	whole := l.roundBridge(total)
	out := make([]lines, len(parts))
	exact := make([]*big.Int, len(parts))
	split := func(line func(*bridge) *big.Int, total *big.Int, set func(*lines, *big.Int)) {
		for i := range parts {
			exact[i] = line(&parts[i])
		}
		for i, v := range apportion(exact, unit, total) {
			set(&out[i], v)
		}
	}
	split(func(b *bridge) *big.Int { return b.opening.Big() }, whole.opening, func(r *lines, v *big.Int) { r.opening = v })
	split(func(b *bridge) *big.Int { return b.closing.Big() }, whole.closing, func(r *lines, v *big.Int) { r.closing = v })
	for k := NewBusiness; k < kinds; k++ {
		split(func(b *bridge) *big.Int { return b.amount[k].Big() }, whole.amount[k], func(r *lines, v *big.Int) { r.amount[k] = v })
	}
	for i := range out {
		r := &out[i]
		r.fx = new(big.Int).Sub(r.closing, r.opening)
		for k := NewBusiness; k < kinds; k++ {
			if k.Sign() > 0 {
				r.fx.Sub(r.fx, r.amount[k])
			} else {
				r.fx.Add(r.fx, r.amount[k])
			}
		}
	}
	return out
}
