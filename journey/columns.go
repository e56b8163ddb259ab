package journey

import (
	"iter"
	"slices"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// columns is what a replay reads: the columns of a log, what its events mean,
// and the customers that are followed. It is immutable once built.
type columns struct {
	log   *touchpoint.Log
	start []uint32 // by customer of the log, and one more
	at    []int64
	code  []uint16 // what happened, by number
	picks []uint32 // the customers followed, as places in the log; nil = all

	names  []string // by code
	column []uint16 // by code: the trigger, or one of the two below

	ignores  bool   // some code is ignored
	everyone bool   // ignored events begin and end what is observed of a customer
	ignored  uint16 // column of events no rule speaks of
	unknown  uint16 // column of names that are no trigger

	attrs []attrColumn // what guards see
	ids   bool         // the log keeps the ids of events
}

type attrColumn struct {
	key string
	touchpoint.AttrColumn
}

func newColumns(log *touchpoint.Log) *columns {
	cols := log.Columns()
	c := &columns{log: log, start: cols.Start, at: cols.UnixNano, code: cols.Name, ids: log.Options().IDs}
	if c.start == nil {
		c.start = []uint32{0}
	}
	for _, key := range log.Options().Attrs {
		col, _ := log.Attr(key)
		c.attrs = append(c.attrs, attrColumn{key, col})
	}
	return c
}

// customers is how many are followed; they are numbered from 0 in order of id.
func (c *columns) customers() int {
	if c.picks != nil {
		return len(c.picks)
	}
	return len(c.start) - 1
}

// place is where customer k is in the log.
func (c *columns) place(k int) int {
	if c.picks != nil {
		return int(c.picks[k])
	}
	return k
}

func (c *columns) customer(k int) string { return c.log.Customer(c.place(k)) }

func (c *columns) find(customer string) (int, bool) {
	i, ok := c.log.Find(customer)
	if ok && c.picks != nil {
		return slices.BinarySearch(c.picks, uint32(i))
	}
	return i, ok
}

// bounds are all events of customer k.
func (c *columns) bounds(k int) (from, to int) {
	k = c.place(k)
	return int(c.start[k]), int(c.start[k+1])
}

// span returns the events of a customer that count, from to to: without the
// ignored ones at either end unless everyone is followed, and before those
// beyond the horizon, which begin at end.
func (c *columns) span(k int, horizon int64, bounded bool) (from, to, end int) {
	from, end = c.bounds(k)
	if bounded {
		for end > from && c.at[end-1] > horizon {
			end--
		}
	}
	if c.everyone {
		return from, end, end
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

// attributes are those of event i that the log keeps; nil when it has none.
func (c *columns) attributes(i int) map[string]string {
	var attrs map[string]string
	for k := range c.attrs {
		if v, ok := c.attrs[k].Value(i); ok {
			if attrs == nil {
				attrs = make(map[string]string, len(c.attrs))
			}
			attrs[c.attrs[k].key] = v
		}
	}
	return attrs
}

// events yields the numbers of a customer's events that count, with the id and
// the attributes where the log keeps them.
func (c *columns) events(k, from, to int) iter.Seq2[int, touchpoint.Event] {
	return func(yield func(int, touchpoint.Event) bool) {
		if !c.ids && c.attrs == nil {
			for i := from; i < to; i++ {
				if !yield(i, touchpoint.Event{}) {
					return
				}
			}
			return
		}
		i, _ := c.bounds(k)
		for e := range c.log.Of(c.customer(k)) {
			if i >= from && i < to && !yield(i, e) {
				return
			}
			i++
		}
	}
}
