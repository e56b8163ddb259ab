package touchpoint

import (
	"cmp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/intern"
)

// log orders the rows and lays out the columns.
func (b *builder) log(operation string) (*Log, error) {
	b.flush()
	if b.faults.Count() > 0 {
		b.faults.Package, b.faults.Op = "touchpoint", operation
		return nil, &b.faults
	}
	used := marks(b)
	l := &Log{duplicates: b.duplicates, keyed: b.keyed}
	var customerPlace, namePlace, channelPlace []uint32
	var names, channels intern.Texts
	l.customers, customerPlace = b.customers.Sorted(func(id uint32) bool { return used.customers[id] > 0 })
	names, namePlace = b.names.Sorted(in(used.names))
	channels, channelPlace = b.channels.Sorted(in(used.channels))
	l.names = names.Strings()
	l.channels = make([]Channel, channels.Len())
	for i := range l.channels {
		l.channels[i] = Channel(channels.At(uint32(i)))
	}
	// What the look-up tables of the customers cost is free again before the
	// columns are laid out.
	b.customers = nil

	order := b.order(l, used.customers, customerPlace, used.kept)
	l.at = make([]int64, len(order))
	l.name = make([]uint32, len(order))
	l.channel = make([]uint16, len(order))
	b.fillAll(l, order, namePlace, channelPlace)
	b.optionalColumns(l, order, used)
	return l, nil
}

// fillAll fills the columns, in several goroutines where it is worth it. Each
// has customers of its own, so what comes out does not depend on how many.
func (b *builder) fillAll(l *Log, order, names, channels []uint32) {
	const worth = 1 << 16 // events per goroutine
	workers := max(1, min(runtime.GOMAXPROCS(0), len(order)/worth))
	var wait sync.WaitGroup
	first := 0
	for w := range workers {
		// The customers whose events end in the next share of all.
		next := l.Customers()
		if w < workers-1 {
			share := uint32(int64(len(order)) * int64(w+1) / int64(workers))
			next = sort.Search(next, func(c int) bool { return l.start[c+1] > share })
		}
		from, to := first, next
		first = next
		if w == workers-1 {
			b.fill(l, from, to, order, names, channels)
			break
		}
		wait.Go(func() { b.fill(l, from, to, order, names, channels) })
	}
	wait.Wait()
}

// fill puts the rows of some customers in order of time and into the columns.
func (b *builder) fill(l *Log, first, end int, order, names, channels []uint32) {
	var scratch []timed
	for c := first; c < end; c++ {
		from, to := l.start[c], l.start[c+1]
		own := order[from:to]
		if b.put(l, from, own, names, channels) {
			continue
		}
		scratch = sortByTime(own, l.at[from:to], scratch[:0])
		b.put(l, from, own, names, channels)
	}
}

// put writes rows to the columns as they stand and reports whether their times
// ascend.
func (b *builder) put(l *Log, from uint32, own, names, channels []uint32) (sorted bool) {
	last, sorted := minNano, true
	for i, o := range own {
		r := b.at(o)
		p := int(from) + i
		l.at[p], l.name[p], l.channel[p] = r.at, names[r.name], uint16(channels[r.channel])
		sorted = sorted && r.at >= last
		last = r.at
	}
	return sorted
}

// usage says which numbers still occur after duplicates were dropped.
type usage struct {
	customers                           []uint32 // events per customer
	names, channels, campaigns, sources []bool
	attrs                               [][]bool
	kept                                int
}

func in(set []bool) func(uint32) bool { return func(id uint32) bool { return set[id] } }

func marks(b *builder) usage {
	u := usage{
		customers: make([]uint32, b.customers.Len()), names: make([]bool, b.names.Len()),
		channels: make([]bool, b.channels.Len()), campaigns: make([]bool, b.campaigns.Len()),
		sources: make([]bool, b.sources.Len()),
	}
	for i := range b.attrs {
		u.attrs = append(u.attrs, make([]bool, b.attrs[i].Len()))
	}
	i := 0
	for _, chunk := range b.chunks {
		for j := range chunk {
			r := &chunk[j]
			if !r.dropped {
				u.kept++
				u.customers[r.customer]++
				u.names[r.name], u.channels[r.channel] = true, true
				if b.options.Campaign {
					u.campaigns[r.campaign] = true
				}
				if b.options.IDs {
					u.sources[b.sourceIDs[i]] = true
				}
				for a, ids := range b.attrIDs {
					if ids[i] > 0 {
						u.attrs[a][ids[i]-1] = true
					}
				}
			}
			i++
		}
	}
	return u
}

// order fills l.start and returns the rows by (customer, input order): a
// counting sort. counts has the number of rows per customer, as numbered while
// reading; place puts those numbers in order.
func (b *builder) order(l *Log, counts, place []uint32, kept int) []uint32 {
	customers := l.Customers()
	if customers == 0 {
		return nil
	}
	l.start = make([]uint32, customers+1)
	for id, n := range counts {
		if n > 0 {
			l.start[place[id]+1] = n
		}
	}
	for c := range customers {
		l.start[c+1] += l.start[c]
	}
	next := counts // not needed any more
	for id, n := range counts {
		if n > 0 {
			next[id] = l.start[place[id]]
		}
	}
	order := make([]uint32, kept)
	n := uint32(0)
	for _, chunk := range b.chunks {
		for i := range chunk {
			if !chunk[i].dropped {
				id := chunk[i].customer
				order[next[id]] = n
				next[id]++
			}
			n++
		}
	}
	return order
}

// timed is a row number with its time; numbers break ties, so that the order
// among equal times is the input order.
type timed struct {
	at  int64
	row uint32
}

// sortByTime orders the rows of one customer and returns its scratch space.
func sortByTime(own []uint32, at []int64, scratch []timed) []timed {
	for i, o := range own {
		scratch = append(scratch, timed{at[i], o})
	}
	slices.SortFunc(scratch, func(a, b timed) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Compare(a.row, b.row)
	})
	for i := range scratch {
		own[i] = scratch[i].row
	}
	return scratch
}

func (b *builder) optionalColumns(l *Log, order []uint32, used usage) {
	o := &b.options
	if o.Campaign {
		col := &textColumn{id: make([]uint32, len(order))}
		var place []uint32
		col.table, place = b.campaigns.Sorted(in(used.campaigns))
		for p, i := range order {
			col.id[p] = place[b.at(i).campaign]
		}
		l.campaign = col
	}
	if o.Cost {
		l.cost = amounts(b.costs, order)
	}
	if o.Value {
		l.value = amounts(b.values, order)
	}
	for a, key := range b.attrKeys {
		col := attrColumn{key: key, textColumn: textColumn{id: make([]uint32, len(order))}}
		var place []uint32
		col.table, place = b.attrs[a].Sorted(in(used.attrs[a]))
		ids := b.attrIDs[a]
		for p, i := range order {
			if ids[i] > 0 {
				col.id[p] = place[ids[i]-1] + 1
			}
		}
		l.attrs = append(l.attrs, col)
	}
	if o.IDs {
		l.ids = b.idColumn(order, used.sources)
	}
}

func amounts(in []amount, order []uint32) *amountColumn {
	col := &amountColumn{unit: make([]int64, len(order)), exp: make([]int8, len(order))}
	for p, i := range order {
		col.unit[p], col.exp[p] = in[i].unit, in[i].exp
	}
	return col
}

func (b *builder) idColumn(order []uint32, used []bool) *idColumn {
	col := &idColumn{source: make([]uint32, len(order))}
	var place []uint32
	col.sources, place = b.sources.Sorted(in(used))
	size := 0
	for _, i := range order {
		if key := b.keyIDs[i]; key > 0 {
			size += len(b.keys.bytes(key - 1))
		}
	}
	var arena strings.Builder
	arena.Grow(size)
	ends := make([]uint32, len(order))
	for p, i := range order {
		col.source[p] = place[b.sourceIDs[i]]
		if key := b.keyIDs[i]; key > 0 {
			arena.Write(b.keys.bytes(key - 1))
		}
		ends[p] = uint32(arena.Len())
	}
	col.id = intern.MakeTexts(arena.String(), ends)
	return col
}
