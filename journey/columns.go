package journey

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// columns is what a replay reads: the events of each customer contiguous and in
// order of time, customers in order of their ids. It is immutable once built.
type columns struct {
	customers int
	customer  func(int) string
	find      func(string) (int, bool)

	start []uint32 // customers+1 entries
	at    []int64
	code  []uint32 // what happened, by number
	id    []uint64 // idHash per event; nil when no event has an id

	names  []string // by code
	column []uint16 // by code: the trigger, or one of the two below

	duplicates int64
	ignores    bool   // some code is ignored
	ignored    uint16 // column of events no rule speaks of
	unknown    uint16 // column of names that are no trigger
}

func (c *columns) events() int { return len(c.at) }

// span returns the events of a customer that count, from to to: without the
// ignored ones at either end, and before those beyond the horizon, which begin
// at end.
func (c *columns) span(customer int, horizon int64, bounded bool) (from, to, end int) {
	from, end = int(c.start[customer]), int(c.start[customer+1])
	if bounded {
		for end > from && c.at[end-1] > horizon {
			end--
		}
	}
	for from < end && c.column[c.code[from]] == c.ignored {
		from++
	}
	to = end
	for to > from && c.column[c.code[to-1]] == c.ignored {
		to--
	}
	return from, to, end
}

// resolve finds the columns for the codes.
func (c *columns) resolve(d *Definition, names []string) {
	c.names = names
	c.ignored, c.unknown = uint16(d.width), uint16(d.width+1)
	c.column = make([]uint16, len(names))
	for i, n := range names {
		t, ok := d.trigIx.find(n)
		if !ok {
			t = c.unknown
		}
		c.column[i] = t
	}
}

// gather reads a stream of events in any order.
func (d *Definition) gather(events iter.Seq[Event]) (*columns, error) {
	g := gatherer{d: d, customers: map[string]uint32{}, codes: map[Trigger]uint32{}, names: slices.Clone(d.triggers)}
	bad := &BatchError{Operation: "replay"}
	row := int64(0)
	for e := range events {
		row++
		if row > maxEvents {
			return nil, fmt.Errorf("journey: replay: %w: more than %d events", ErrTooMany, maxEvents)
		}
		if at, ok := bad.check(row, &e); ok && len(bad.Rows) == 0 {
			g.add(&e, at)
		}
	}
	if len(bad.Rows) > 0 {
		return nil, bad
	}
	c := g.columns()
	names := make([]string, len(g.names))
	for i, n := range g.names {
		names[i] = string(n)
	}
	c.resolve(d, names)
	return c, nil
}

// gatherer interns and keeps rows in input order.
type gatherer struct {
	d         *Definition
	customers map[string]uint32
	who       []string
	codes     map[Trigger]uint32 // of triggers the definition does not know
	names     []Trigger
	rows      []gathered
	ids       []string // by row; nil until one is not empty
}

type gathered struct {
	at       int64
	customer uint32
	code     uint32
}

func (g *gatherer) add(e *Event, at int64) {
	// Runs of one customer are common; they need no look-up.
	var who uint32
	if n := len(g.rows); n > 0 && g.who[g.rows[n-1].customer] == e.Customer {
		who = g.rows[n-1].customer
	} else if k, ok := g.customers[e.Customer]; ok {
		who = k
	} else {
		who = uint32(len(g.who))
		g.customers[e.Customer] = who
		g.who = append(g.who, e.Customer)
	}
	var code uint32
	if t, ok := g.d.trigIx.find(string(e.Trigger)); ok {
		code = uint32(t)
	} else if code, ok = g.codes[e.Trigger]; !ok {
		code = uint32(len(g.names))
		g.codes[e.Trigger] = code
		g.names = append(g.names, e.Trigger)
	}
	if e.ID != "" && g.ids == nil {
		g.ids = make([]string, len(g.rows), cap(g.rows))
	}
	g.rows = append(g.rows, gathered{at, who, code})
	if g.ids != nil {
		g.ids = append(g.ids, e.ID)
	}
}

// columns orders the rows by customer id, time and input order, and drops
// repeats of an id within a customer.
func (g *gatherer) columns() *columns {
	n := len(g.who)
	order := make([]uint32, n) // customers by id
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(g.who[a], g.who[b]) })
	rank := make([]uint32, n)
	names := make([]string, n)
	for r, c := range order {
		rank[c], names[r] = uint32(r), g.who[c]
	}
	start := make([]uint32, n+1)
	for i := range g.rows {
		start[rank[g.rows[i].customer]+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	place := slices.Clone(start[:n])
	rows := make([]uint32, len(g.rows)) // row numbers by customer, then input order
	for i := range g.rows {
		k := rank[g.rows[i].customer]
		rows[place[k]] = uint32(i)
		place[k]++
	}
	c := &columns{customers: n, start: make([]uint32, n+1)}
	c.at = make([]int64, 0, len(rows))
	c.code = make([]uint32, 0, len(rows))
	if g.ids != nil {
		c.id = make([]uint64, 0, len(rows))
	}
	byTime := func(a, b uint32) int { return cmp.Compare(g.rows[a].at, g.rows[b].at) }
	seen := map[string]struct{}{}
	for k := range n {
		own := rows[start[k]:start[k+1]]
		if !slices.IsSortedFunc(own, byTime) {
			slices.SortStableFunc(own, byTime)
		}
		clear(seen)
		for _, r := range own {
			if g.ids != nil {
				if id := g.ids[r]; id != "" {
					if _, dup := seen[id]; dup {
						c.duplicates++
						continue
					}
					seen[id] = struct{}{}
				}
				c.id = append(c.id, idHash(g.ids[r]))
			}
			c.at = append(c.at, g.rows[r].at)
			c.code = append(c.code, g.rows[r].code)
		}
		c.start[k+1] = uint32(len(c.at))
	}
	c.customer = func(i int) string { return names[i] }
	c.find = func(s string) (int, bool) { return slices.BinarySearch(names, s) }
	return c
}
