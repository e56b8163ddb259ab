package touchpoint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Units says what is counted where customers are not: the sessions of each, the
// attempts at something, what each did under one value of a property, or the
// accounts that several customers belong to. The zero Units are the customers
// themselves.
//
// At most one of Session, Attempt and Hold is set; each cuts the events of a
// customer (or of an account, where Account is set too) into units.
type Units struct {
	// Account names what a customer belongs to; the events of all its customers
	// are one unit.
	Account func(customer string) string
	// Session ends a unit where nothing happened for longer.
	Session time.Duration
	// Attempt begins a unit at every event that any match selects: what came
	// before the first of them is in none, and an attempt that is not finished
	// when the next one begins stays so.
	Attempt []Match
	// Hold is an attribute whose value is the same in a unit: a cart, a device.
	// Events without a value are in no unit.
	Hold string
}

// separator stands between the customer and the unit in the id of a unit.
const separator = "␟"

// maxUnits bounds the units of one customer.
const maxUnits = 1_000_000

// unitID is the id of a unit, made of its customer and the session's number, the
// attempt's number or the value held.
func unitID(customer, unit string) string { return customer + separator + unit }

// Actor is who is behind the id of a unit: the customer, or the account. Other
// ids are their own actor.
func Actor(id string) string {
	if strings.IndexByte(id, separator[0]) < 0 { // nearly always, and the faster question
		return id
	}
	actor, _, _ := strings.Cut(id, separator)
	return actor
}

// UnitValue is what sets a unit apart from the actor's other ones: the number of
// the session or attempt, the value held. It is "" for other ids.
func UnitValue(id string) string {
	_, unit, _ := strings.Cut(id, separator)
	return unit
}

// InUnits reports whether the log's customers are units that [Log.Per] cut, so
// that an actor may have several.
func (l *Log) InUnits() bool {
	return l != nil && l.Customers() > 0 && strings.Contains(l.Customer(0), separator)
}

// Per is the log with units in place of customers: every analysis of it counts
// units. Their ids say whose they are ([Actor]) and which ([UnitValue]), and are
// in ascending order of actor and number or value. Filters and keys of customers
// are still asked about actors. Building it costs a sort of the customers and a
// copy of the columns.
//
// Errors are those of a *[fault.Error]: more than one kind of unit, a negative
// session, a match or attribute that the log does not keep, a customer whose id
// already is that of a unit, more than a million units of one customer, and
// those of [Log.Rename].
func (l *Log) Per(u Units) (*Log, error) {
	if l == nil {
		l = new(Log)
	}
	kinds := 0
	for _, set := range []bool{u.Session != 0, len(u.Attempt) > 0, u.Hold != ""} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return nil, refuseUnits("Units", strconv.Itoa(kinds)+" kinds", "want one of Session, Attempt and Hold", ErrUnits)
	case u.Session < 0:
		return nil, refuseUnits("Session", u.Session.String(), "want more than zero", ErrUnits)
	case u.Account != nil:
		accounts, err := l.Rename(u.Account)
		if err != nil || kinds == 0 {
			return accounts, err
		}
		l = accounts
	case kinds == 0:
		return l, nil
	}
	cut, err := l.cutter(u)
	if err != nil {
		return nil, err
	}
	return l.cut(cut)
}

func refuseUnits(field, value, limit string, err error) error {
	return &fault.Error{Package: "touchpoint", Op: "units", Field: field, Value: value, Limit: limit, Err: err}
}

// cutter numbers the unit of every event of one customer, from 0 in the order of
// the units' ids; −1 is in none. It gives the names of the units.
type cutter func(from, to int, unit []int32) (names []string)

func (l *Log) cutter(u Units) (cutter, error) {
	if u.Hold != "" {
		return l.holding(u.Hold)
	}
	opens := func(i, from int) bool { return i == from || uint64(l.at[i])-uint64(l.at[i-1]) > uint64(u.Session) }
	open := int32(0)
	if len(u.Attempt) > 0 {
		sel, err := l.Select(u.Attempt)
		if err != nil {
			return nil, fmt.Errorf("touchpoint: units: %w", err)
		}
		opens = func(i, _ int) bool { return sel.Mask(i) != 0 }
		open = -1
	}
	return func(from, to int, unit []int32) (names []string) {
		n := int32(-1)
		for i := from; i < to; i++ {
			if opens(i, from) {
				n++
				names = append(names, ordinal(int(n)+1))
			}
			unit[i-from] = max(n, open)
		}
		return names
	}, nil
}

// ordinal has as many digits for each, so that numbers sort as texts do.
func ordinal(n int) string { return fmt.Sprintf("%06d", n) }

func (l *Log) holding(attr string) (cutter, error) {
	col, ok := l.Attr(attr)
	if !ok && l.Len() > 0 {
		return nil, refuseUnits("Hold", fault.Quote(attr), "want an attribute that the log keeps", ErrNotKept)
	}
	var ids []uint32
	return func(from, to int, unit []int32) (names []string) {
		ids = append(ids[:0], col.ID[from:to]...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) > 0 && ids[0] == 0 {
			ids = ids[1:]
		}
		for i := from; i < to; i++ {
			at, ok := slices.BinarySearch(ids, col.ID[i])
			if unit[i-from] = int32(at); !ok {
				unit[i-from] = -1
			}
		}
		for _, id := range ids {
			names = append(names, col.Values[id-1])
		}
		return names
	}, nil
}

// cut lays the columns out anew, unit by unit.
func (l *Log) cut(units cutter) (*Log, error) {
	order := make([]int, l.Customers())
	sorted := true
	for c := range order {
		order[c] = c
		id := l.Customer(c)
		if strings.Contains(id, separator) {
			return nil, refuseUnits("customer", fault.Quote(id), "is the id of a unit already", ErrUnits)
		}
		sorted = sorted && (c == 0 || l.Customer(c-1)+separator < id+separator)
	}
	if !sorted { // "a" stands before "ab", but its units may stand behind
		slices.SortFunc(order, func(a, b int) int {
			return strings.Compare(l.Customer(a)+separator, l.Customer(b)+separator)
		})
	}
	var arena strings.Builder
	var ends []uint32
	start := []uint32{0}
	from := make([]uint32, 0, l.Len()) // events in their new order
	var unit []int32
	var counts []uint32
	for _, c := range order {
		first, last := int(l.start[c]), int(l.start[c+1])
		unit = slices.Grow(unit[:0], last-first)[:last-first]
		names := units(first, last, unit)
		if len(names) >= maxUnits {
			return nil, refuseUnits("units of customer "+fault.Quote(l.Customer(c)), strconv.Itoa(len(names)), fmt.Sprintf("want fewer than %d", maxUnits), ErrUnits)
		}
		counts = append(counts[:0], make([]uint32, len(names)+1)...)
		for _, n := range unit {
			if n >= 0 {
				counts[n+1]++
			}
		}
		base := uint32(len(from))
		for k, name := range names {
			id := unitID(l.Customer(c), name)
			if len(id) > MaxText {
				return nil, refuseUnits("unit of customer "+fault.Quote(l.Customer(c)), "", fault.AtMost(MaxText, "bytes", int64(len(id))), fault.ErrTooLong)
			}
			arena.WriteString(id)
			ends = append(ends, uint32(arena.Len()))
			counts[k+1] += counts[k]
			start = append(start, base+counts[k+1])
		}
		from = from[:int(base)+int(counts[len(names)])]
		for i, n := range unit {
			if n >= 0 {
				from[base+counts[n]] = uint32(first + i)
				counts[n]++
			}
		}
		if int64(arena.Len()) > intern.MaxArena {
			return nil, tooMany("bytes of ids of units", intern.MaxArena, int64(arena.Len()))
		}
	}
	if len(ends) == 0 {
		start = nil
	}
	return l.pick(from, start, intern.MakeTexts(arena.String(), ends)), nil
}

// pick is the log of some events in another order. Texts that none of them has
// are left out.
func (l *Log) pick(from, start []uint32, customers intern.Texts) *Log {
	out := &Log{customers: customers, start: start, currency: l.currency, at: taken(l.at, from)}
	out.name, out.names = renumbered(taken(l.name, from), l.names, 0)
	if l.channel.wide != nil {
		wide, channels := renumbered(taken(l.channel.wide, from), l.channels, 0)
		out.channels, out.channel = channels, makeChannels(len(wide), len(channels))
		for i, id := range wide {
			out.channel.set(i, uint32(id))
		}
	} else {
		out.channel.narrow, out.channels = renumbered(taken(l.channel.narrow, from), l.channels, 0)
	}
	if l.campaign != nil {
		out.campaign = l.campaign.pick(from, 0)
	}
	for i := range l.attrs {
		out.attrs = append(out.attrs, attrColumn{l.attrs[i].key, *l.attrs[i].pick(from, 1)})
	}
	if l.cost != nil {
		out.cost = &amountColumn{taken(l.cost.unit, from), taken(l.cost.exp, from)}
	}
	if l.value != nil {
		out.value = &amountColumn{taken(l.value.unit, from), taken(l.value.exp, from)}
	}
	return out
}

func (t *textColumn) pick(from []uint32, base uint32) *textColumn {
	ids, texts := renumbered(taken(t.id, from), t.table.Strings(), base)
	if len(texts) == t.table.Len() {
		return &textColumn{id: ids, table: t.table}
	}
	var arena strings.Builder
	ends := make([]uint32, len(texts))
	for i, s := range texts {
		arena.WriteString(s)
		ends[i] = uint32(arena.Len())
	}
	return &textColumn{id: ids, table: intern.MakeTexts(arena.String(), ends)}
}

// renumbered leaves out the texts that no id names. Ids are places plus base.
func renumbered[N uint8 | uint16 | uint32, T ~string](ids []N, texts []T, base N) ([]N, []T) {
	used := make([]bool, len(texts)+int(base))
	for _, id := range ids {
		used[id] = true
	}
	kept, place := make([]T, 0, len(texts)), make([]N, len(used))
	for i, text := range texts {
		if used[i+int(base)] {
			place[i+int(base)] = N(len(kept)) + base
			kept = append(kept, text)
		}
	}
	if len(kept) == len(texts) {
		return ids, texts
	}
	for i, id := range ids {
		ids[i] = place[id]
	}
	return ids, kept
}

func taken[T any](column []T, from []uint32) []T {
	out := make([]T, len(from))
	for i, k := range from {
		out[i] = column[k]
	}
	return out
}
