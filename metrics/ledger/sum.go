package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Sum is what the movements of one kind that share a key add up to.
type Sum struct {
	Key       string          `json:"key"`
	Kind      Kind            `json:"kind"`
	Movements int64           `json:"movements"`
	Heads     int64           `json:"heads"`  // how many customers more, or fewer
	Amount    decimal.Decimal `json:"amount"` // a magnitude, rounded once
}

// SumBy adds up the movements with At in the period by a key of each: see
// ByCause and its siblings, or give your own; nil is one key, "". Sums come
// sorted by key, whole numbers by size and before other text, and by kind. Each
// is exact and rounded once, to Places: over all keys a kind sums to the line of
// the statement within a unit of the last place for each key.
//
// key is called once per movement, by customer and in order of time, and must
// neither keep the movement nor use the ledger.
func (l *Ledger) SumBy(p calendar.Period, key func(*Movement) string) ([]Sum, error) {
	t := l.tallied()
	if t == nil {
		return nil, nil
	}
	if t.err != nil {
		return nil, fmt.Errorf("ledger: sum by: %w", t.err)
	}
	type at struct {
		key  string
		kind Kind
	}
	type total struct {
		gain         value
		count, heads int64
	}
	sums := map[at]*total{}
	v := l.teller(t.months, p, int(l.size))
	var one Movement // not one each on the heap
	v.all(l.sorted(), func(m Movement) bool {
		k := at{kind: m.Kind}
		if key != nil {
			one = m
			k.key = key(&one)
		}
		o := sums[k]
		if o == nil {
			o = &total{}
			sums[k] = o
		}
		o.gain = o.gain.add(v.gain)
		o.count++
		o.heads += int64(m.Heads)
		return true
	})
	if x := v.w.fx; x != nil && x.err != nil {
		return nil, fmt.Errorf("ledger: sum by: %w", x.err)
	}
	out := make([]Sum, 0, len(sums))
	for k, o := range sums {
		out = append(out, Sum{Key: k.key, Kind: k.kind, Movements: o.count, Heads: o.heads, Amount: l.money(o.gain.abs())})
	}
	slices.SortFunc(out, func(a, b Sum) int { return cmp.Or(compareKeys(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind)) })
	return out, nil
}

// compareKeys orders keys as text, but whole numbers, which sizes are, by size and
// before all others that say anything.
func compareKeys(a, b string) int {
	rank := func(key string) int {
		switch {
		case key == "":
			return 0
		case strings.Trim(key, "0123456789") == "":
			return 1
		default:
			return 2
		}
	}
	r := rank(a)
	if c := cmp.Compare(r, rank(b)); c != 0 || r != 1 {
		return cmp.Or(c, cmp.Compare(a, b))
	}
	x, y := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y), cmp.Compare(a, b))
}

// ByCause is a key for SumBy: see ByWill for churn that was
// asked for and churn that was not.
func ByCause(m *Movement) string { return m.Cause.String() }

// ByWill is a key for SumBy: churn that nobody asked for, because payments
// failed, is "involuntary", all other "voluntary", also where the source does not
// say (as Chargebee has it). Movements of other kinds are "".
func ByWill(m *Movement) string {
	switch {
	case m.Kind != Churn:
		return ""
	case m.Cause == CauseNonPayment:
		return "involuntary"
	default:
		return "voluntary"
	}
}

// ByPlan is a key for SumBy: the plan of the changes behind a movement, "mixed"
// where there are several. See StatementsByPlan for an exact division.
func ByPlan(m *Movement) string {
	switch len(m.Plans) {
	case 0:
		return ""
	case 1:
		return m.Plans[0]
	default:
		return CauseMixed.String()
	}
}

// BySize returns a key for SumBy: the size of the customer, by the larger of the
// MRR before and after, as the highest of the bounds that is not above it, in
// whole major units. "0" is below all bounds. Bounds ascend.
func BySize(bounds ...int64) func(*Movement) string {
	names := make([]string, len(bounds))
	limits := make([]decimal.Decimal, len(bounds))
	for i, b := range bounds {
		limits[i] = decimal.NewFromInt(b)
		names[i] = limits[i].String()
	}
	return func(m *Movement) string {
		size, key := decimal.Max(m.Before, m.After), "0"
		for i, b := range limits {
			if size.LessThan(b) {
				break
			}
			key = names[i]
		}
		return key
	}
}
