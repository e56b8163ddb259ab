package touchpoint

import (
	"cmp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// log orders the rows and lays out the columns.
func (b *builder) log(operation string) (*Log, error) {
	b.customers.settle()
	if bad := merged(&b.faults, &b.customers.faults); bad.Count() > 0 {
		bad.Package, bad.Op = "touchpoint", operation
		return nil, &bad
	}
	used := b.marks()
	l := &Log{currency: b.options.Currency, duplicates: b.duplicates, keyed: b.keyed}
	var customerPlace, namePlace, channelPlace []uint32
	var names, channels intern.Texts
	counts := b.customers.counts
	l.customers, customerPlace = b.customers.table.Sorted(func(id uint32) bool { return counts[id] > 0 })
	names, namePlace = b.names.table.Sorted(in(used.names))
	channels, channelPlace = b.channels.table.Sorted(in(used.channels))
	b.customers = nil // what its look-up tables cost is free again
	placed := b.layOut(l, names, channels, counts, customerPlace, namePlace, channelPlace)
	if b.optional() {
		order := make([]uint32, len(placed))
		for i := range placed {
			order[i] = placed[i].row
		}
		b.optionalColumns(l, order, used)
	}
	return l, nil
}

// layOut puts the rows in order and fills the columns that every log has.
func (b *builder) layOut(l *Log, names, channels intern.Texts, counts, customerPlace, namePlace, channelPlace []uint32) []placed {
	l.names = names.Strings()
	l.channels = make([]Channel, channels.Len())
	for i := range l.channels {
		l.channels[i] = Channel(channels.At(uint32(i)))
	}
	l.start = starts(counts, customerPlace, l.customers.Len())
	rows := b.place(l, counts, customerPlace)
	if !b.optional() {
		b.chunks = nil
	}
	l.at = make([]int64, len(rows))
	l.name = make([]uint16, len(rows))
	l.channel = makeChannels(len(rows), len(l.channels))
	fill(l, rows, namePlace, channelPlace)
	return rows
}

// merged puts two lists of bad rows, each in order, into one.
func merged(a, b *fault.Batch) (out fault.Batch) {
	rows := slices.Concat(a.Rows, b.Rows)
	slices.SortStableFunc(rows, func(r, s *fault.Row) int { return cmp.Compare(r.Row, s.Row) })
	for _, r := range rows {
		out.Add(*r)
	}
	out.More += a.More + b.More
	return out
}

func (b *builder) optional() bool {
	o := &b.options
	return o.Campaign || o.Cost || o.Value || o.IDs || len(o.Attrs) > 0
}

// starts gives where the events of each customer begin. counts has the number
// of rows by the number that a customer got while reading, place its place in
// the order of customers.
func starts(counts, place []uint32, customers int) []uint32 {
	if customers == 0 {
		return nil
	}
	start := make([]uint32, customers+1)
	for id, n := range counts {
		if n > 0 {
			start[place[id]+1] = n
		}
	}
	for c := range customers {
		start[c+1] += start[c]
	}
	return start
}

// usage says which numbers still occur after duplicates were dropped.
type usage struct {
	names, channels, campaigns, sources []bool
	attrs                               [][]bool
}

func in(set []bool) func(uint32) bool { return func(id uint32) bool { return set[id] } }

func (b *builder) marks() usage {
	u := usage{
		names: make([]bool, b.names.table.Len()), channels: make([]bool, b.channels.table.Len()),
		campaigns: make([]bool, b.campaigns.Len()), sources: make([]bool, b.sources.Len()),
	}
	for i := range b.attrs {
		u.attrs = append(u.attrs, make([]bool, b.attrs[i].Len()))
	}
	if b.duplicates == 0 { // then every text that was read is in use
		for _, set := range append([][]bool{u.names, u.channels, u.campaigns, u.sources}, u.attrs...) {
			for i := range set {
				set[i] = true
			}
		}
		return u
	}
	i := 0
	for _, chunk := range b.chunks {
		for j := range chunk {
			if r := &chunk[j]; r.customer != gone {
				u.names[r.name], u.channels[r.channel] = true, true
				if b.options.Campaign {
					u.campaigns[b.campaignIDs[i]] = true
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

// placed is a row at the place of its customer.
type placed struct {
	at            int64
	row           uint32
	name, channel uint16
}

// worth is how many events are worth a goroutine.
const worth = 1 << 16

func workersFor(events int) int { return max(1, min(runtime.GOMAXPROCS(0), events/worth)) }

// place puts the rows by (customer, input order): a counting sort. Each
// goroutine has customers of its own, so what comes out does not depend on how
// many there are.
func (b *builder) place(l *Log, counts, at []uint32) []placed {
	if l.customers.Len() == 0 {
		return nil
	}
	next := counts // not needed any more
	for id, n := range counts {
		if n > 0 {
			next[id] = l.start[at[id]]
		}
	}
	out := make([]placed, l.start[len(l.start)-1])
	scatter := func(first, end uint32) {
		n := uint32(0)
		for _, chunk := range b.chunks {
			for i := range chunk {
				r := &chunk[i]
				if id := r.customer; id-first < end-first { // end is at most gone
					p := next[id]
					next[id] = p + 1
					out[p] = placed{r.at, n + uint32(i), r.name, r.channel}
				}
			}
			n += uint32(len(chunk))
		}
	}
	share(workersFor(len(out)), len(counts), func(_, first, end int) { scatter(uint32(first), uint32(end)) })
	return out
}

// share gives each of so many goroutines a range of n things.
func share(workers, n int, do func(worker, first, end int)) {
	var wait sync.WaitGroup
	for w := range workers {
		first, end := int(int64(n)*int64(w)/int64(workers)), int(int64(n)*int64(w+1)/int64(workers))
		if w == workers-1 {
			do(w, first, end)
			break
		}
		wait.Go(func() { do(w, first, end) })
	}
	wait.Wait()
}

// fill orders the rows of each customer by time, and fills the columns.
func fill(l *Log, rows []placed, names, channels []uint32) {
	workers := workersFor(len(rows))
	share(workers, len(rows), func(_, first, end int) {
		// The customers whose events end in this range.
		from := sort.Search(l.Customers(), func(c int) bool { return int(l.start[c+1]) > first })
		to := sort.Search(l.Customers(), func(c int) bool { return int(l.start[c+1]) > end })
		for c := from; c < to; c++ {
			start, stop := l.start[c], l.start[c+1]
			own := rows[start:stop]
			byTime(own)
			for i := range own {
				r, p := &own[i], int(start)+i
				l.at[p], l.name[p] = r.at, uint16(names[r.name])
				l.channel.set(p, channels[r.channel])
			}
		}
	})
}

// few is how many rows are put in order by insertion.
const few = 32

// byTime orders the rows of one customer, equal times by row.
func byTime(own []placed) {
	if len(own) > few {
		if !slices.IsSortedFunc(own, func(a, b placed) int { return cmp.Compare(a.at, b.at) }) {
			slices.SortFunc(own, func(a, b placed) int {
				if a.at != b.at {
					return cmp.Compare(a.at, b.at)
				}
				return cmp.Compare(a.row, b.row)
			})
		}
		return
	}
	for i := 1; i < len(own); i++ {
		r, k := own[i], i
		for k > 0 && own[k-1].at > r.at {
			own[k] = own[k-1]
			k--
		}
		own[k] = r
	}
}

func (b *builder) optionalColumns(l *Log, order []uint32, used usage) {
	o := &b.options
	if o.Campaign {
		col := &textColumn{id: make([]uint32, len(order))}
		var place []uint32
		col.table, place = b.campaigns.Sorted(in(used.campaigns))
		for p, i := range order {
			col.id[p] = place[b.campaignIDs[i]]
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
