package touchpoint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Numbered is events in columns, with customers, names and channels as numbers:
// what a program has that read them from a table, a warehouse or another log.
// Event i is Customer[i], Name[i], Channel[i], UnixNano[i]; all columns have the
// same length.
type Numbered struct {
	// Customers, Names and Channels are the texts, each once, in any order.
	// Texts that no event uses are left out of the log.
	Customers []string
	Names     []string
	Channels  []Channel

	Customer []uint32 // place in Customers
	Name     []uint16 // place in Names
	Channel  []uint16 // place in Channels; nil = every channel is unknown
	UnixNano []int64  // nanoseconds since 1970 UTC
}

// NewLogOf builds a log from events in columns, in any order, several times
// faster than NewLog does from as many Events. The columns are read, not kept.
// What is wrong with columns or texts is a *[fault.Error], bad events are the
// rows of a *[fault.Batch]; then there is no log.
func NewLogOf(n Numbered) (*Log, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	channels := make([]string, len(n.Channels))
	for i, c := range n.Channels {
		channels[i] = string(c)
	}
	if n.Channel == nil {
		channels = []string{""}
	}
	b := &builder{}
	counts, err := b.take(&n, len(channels))
	if err != nil {
		return nil, err
	}
	l := &Log{}
	var customerPlace, namePlace, channelPlace []uint32
	var names, kinds intern.Texts
	used := b.usedNumbers(len(n.Names), len(channels))
	if l.customers, customerPlace, err = sortTexts("Customers", n.Customers, true, func(id int) bool { return counts[id] > 0 }); err != nil {
		return nil, err
	}
	if names, namePlace, err = sortTexts("Names", n.Names, true, func(id int) bool { return used.names[id] }); err != nil {
		return nil, err
	}
	if kinds, channelPlace, err = sortTexts("Channels", channels, false, func(id int) bool { return used.channels[id] }); err != nil {
		return nil, err
	}
	b.layOut(l, names, kinds, counts, customerPlace, namePlace, channelPlace)
	return l, nil
}

func (n *Numbered) refuse(field, limit string, err error) error {
	return &fault.Error{Package: "touchpoint", Op: "new log of columns", Field: field, Limit: limit, Err: err}
}

func (n *Numbered) check() error {
	events := len(n.UnixNano)
	if events > MaxEvents {
		return n.refuse("UnixNano", fault.AtMost(MaxEvents, "events", int64(events)), fault.ErrTooMany)
	}
	for _, c := range []struct {
		field  string
		length int
	}{{"Customer", len(n.Customer)}, {"Name", len(n.Name)}, {"Channel", len(n.Channel)}} {
		if c.length != events && !(c.field == "Channel" && n.Channel == nil) {
			return n.refuse(c.field, fmt.Sprintf("want %d entries as in UnixNano, got %d", events, c.length), ErrColumns)
		}
	}
	for _, t := range []struct {
		field         string
		most, entries int
	}{{"Customers", MaxEvents, len(n.Customers)}, {"Names", MaxNames, len(n.Names)}, {"Channels", MaxChannels, len(n.Channels)}} {
		if t.entries > t.most {
			return n.refuse(t.field, fault.AtMost(int64(t.most), "texts", int64(t.entries)), fault.ErrTooMany)
		}
	}
	return nil
}

// take turns the columns into rows and counts them by customer.
func (b *builder) take(n *Numbered, channels int) (counts []uint32, err error) {
	events := len(n.UnixNano)
	b.rows = events
	b.chunks = make([][]row, (events+1<<chunkBits-1)>>chunkBits)
	workers := workersFor(events)
	counted := make([][]uint32, workers)
	bad := make([]fault.Batch, workers)
	share(workers, len(b.chunks), func(w, first, end int) {
		own := make([]uint32, len(n.Customers))
		for c := first; c < end; c++ {
			from := c << chunkBits
			b.chunks[c] = n.rows(from, min(from+1<<chunkBits, events), channels, own, &bad[w])
		}
		counted[w] = own
	})
	all := fault.Batch{Package: "touchpoint", Op: "new log of columns"}
	for w := range bad {
		for _, r := range bad[w].Rows {
			all.Add(*r)
		}
		all.More += bad[w].More
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	counts = make([]uint32, len(n.Customers))
	for _, own := range counted {
		for i, k := range own {
			counts[i] += k
		}
	}
	return counts, nil
}

// rows turns events from to end into rows.
func (n *Numbered) rows(from, end, channels int, counts []uint32, bad *fault.Batch) []row {
	out := make([]row, end-from)
	for k := range out {
		i := from + k
		r := row{at: n.UnixNano[i], customer: n.Customer[i], name: n.Name[i]}
		if n.Channel != nil {
			r.channel = n.Channel[i]
		}
		if uint64(r.customer) >= uint64(len(n.Customers)) || uint64(r.name) >= uint64(len(n.Names)) || int(r.channel) >= channels || r.at < minNano || r.at >= maxNano {
			n.bad(i, r, channels, bad)
			continue
		}
		counts[r.customer]++
		out[k] = r
	}
	return out
}

func (n *Numbered) bad(i int, r row, channels int, bad *fault.Batch) {
	for _, f := range []struct {
		field    string
		got, end int64 // a place may be beyond an int of 32 bits
	}{{"Customer", int64(r.customer), int64(len(n.Customers))}, {"Name", int64(r.name), int64(len(n.Names))}, {"Channel", int64(r.channel), int64(channels)}} {
		if f.got >= f.end {
			bad.Add(fault.Row{Row: int64(i) + 1, Field: f.field, Value: strconv.FormatInt(f.got, 10), Limit: fmt.Sprintf("want a place in %ss, which has %d", f.field, f.end), Err: ErrColumns})
		}
	}
	if r.at < minNano || r.at >= maxNano {
		bad.Add(fault.Row{Row: int64(i) + 1, Field: "UnixNano", Value: time.Unix(0, r.at).UTC().Format(time.RFC3339), Err: ErrTime})
	}
}

func (b *builder) usedNumbers(names, channels int) usage {
	u := usage{names: make([]bool, names), channels: make([]bool, channels)}
	for _, chunk := range b.chunks {
		for i := range chunk {
			u.names[chunk[i].name], u.channels[chunk[i].channel] = true, true
		}
	}
	return u
}

// sortTexts gives the texts that are used in ascending order, and the place of
// each in it. A text given twice is an error, so is a faulty one.
func sortTexts(field string, texts []string, required bool, used func(int) bool) (intern.Texts, []uint32, error) {
	refuse := func(i int, limit string, err error) (intern.Texts, []uint32, error) {
		return intern.Texts{}, nil, &fault.Error{
			Package: "touchpoint", Op: "new log of columns", Field: fmt.Sprintf("%s[%d]", field, i), Value: fault.Quote(texts[i]), Limit: limit, Err: err,
		}
	}
	order, size := make([]uint32, len(texts)), 0
	for i, s := range texts {
		order[i] = uint32(i)
		if limit, err := fault.CheckText(s, MaxText); err != nil {
			return refuse(i, limit, err)
		}
		if required && s == "" {
			return refuse(i, "", fault.ErrEmpty)
		}
	}
	compare := func(a, b uint32) int { return cmp.Or(strings.Compare(texts[a], texts[b]), cmp.Compare(a, b)) }
	if !slices.IsSortedFunc(order, compare) {
		slices.SortFunc(order, compare)
	}
	place, kept := make([]uint32, len(texts)), order[:0]
	last := -1
	for _, i := range order {
		if last >= 0 && texts[last] == texts[i] {
			return refuse(int(i), fmt.Sprintf("is %s[%d] too", field, last), ErrColumns)
		}
		last = int(i)
		if used(int(i)) {
			place[i] = uint32(len(kept))
			kept = append(kept, i)
			size += len(texts[i])
		}
	}
	if int64(size) > intern.MaxArena {
		return intern.Texts{}, nil, tooMany("bytes of different texts", intern.MaxArena, int64(size))
	}
	var arena strings.Builder
	arena.Grow(size)
	ends := make([]uint32, len(kept))
	for k, i := range kept {
		arena.WriteString(texts[i])
		ends[k] = uint32(arena.Len())
	}
	return intern.MakeTexts(arena.String(), ends), place, nil
}
