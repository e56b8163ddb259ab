package touchpoint

import (
	"sort"

	"github.com/shopspring/decimal"
)

// Columns is a log seen as arrays, for programs that read millions of events
// and cannot afford a string per event:
//
//	cols := log.Columns()
//	for c := range cols.Customers() {
//		from, to := cols.Range(c)
//		for i := from; i < to; i++ {
//			next = table[stage][cols.Name[i]] // a number, not a string
//		}
//	}
//
// The events of one customer are contiguous and ordered by time; customers
// are ordered by id. To share the work among goroutines, give each a range of
// customers.
//
// The slices are the log's own memory: read them, never write to them. The
// zero value is an empty log.
type Columns struct {
	// Start has one more entry than there are customers: the events of
	// customer c are Start[c] to Start[c+1], the end excluded. It is nil for
	// an empty log.
	Start []uint32
	// UnixNano is the time of each event in nanoseconds since 1970 UTC.
	UnixNano []int64
	// Name is the place of each event's name in Log.Names.
	Name []uint16
	// Channel is the place of each event's channel in Log.Channels.
	Channel ChannelColumn
	// Campaign is the place of each event's campaign in Log.Campaigns; nil if
	// the log did not keep it.
	Campaign []uint32
}

// ChannelColumn is one channel per event, as its place in Log.Channels. Most
// logs have few channels, so a place takes one byte up to 256 of them and two
// above. The zero value has no events.
type ChannelColumn struct {
	narrow []uint8
	wide   []uint16
}

// At is the place of the channel of event i, which must be one of the log's.
func (c ChannelColumn) At(i int) int {
	if c.wide != nil {
		return int(c.wide[i])
	}
	return int(c.narrow[i])
}

// Len is the number of events.
func (c ChannelColumn) Len() int { return len(c.narrow) + len(c.wide) }

// makeChannels makes room for n events of so many channels.
func makeChannels(n, channels int) ChannelColumn {
	if channels > 256 {
		return ChannelColumn{wide: make([]uint16, n)}
	}
	return ChannelColumn{narrow: make([]uint8, n)}
}

func (c ChannelColumn) set(i int, place uint32) {
	if c.wide != nil {
		c.wide[i] = uint16(place)
		return
	}
	c.narrow[i] = uint8(place)
}

// Columns returns the log's columns. It costs nothing.
func (l *Log) Columns() Columns {
	c := Columns{
		Start:    l.start[:len(l.start):len(l.start)],
		UnixNano: l.at[:len(l.at):len(l.at)],
		Name:     l.name[:len(l.name):len(l.name)],
		Channel:  l.channel,
	}
	if l.campaign != nil {
		c.Campaign = l.campaign.id[:len(l.campaign.id):len(l.campaign.id)]
	}
	return c
}

// Len returns the number of events.
func (c Columns) Len() int { return len(c.UnixNano) }

// Customers returns the number of customers.
func (c Columns) Customers() int { return max(len(c.Start)-1, 0) }

// Range returns the events of customer i: from the first to the one before the
// second, both 0 when there is no such customer.
func (c Columns) Range(i int) (from, to int) {
	if i < 0 || i >= c.Customers() {
		return 0, 0
	}
	return int(c.Start[i]), int(c.Start[i+1])
}

// CustomerOf returns the customer to whom event i belongs, by binary search,
// and -1 when there is no such event.
func (c Columns) CustomerOf(i int) int {
	if i < 0 || i >= c.Len() {
		return -1
	}
	return sort.Search(c.Customers(), func(k int) bool { return int64(c.Start[k+1]) > int64(i) })
}

// Names returns the different event names in ascending order. Columns.Name
// counts by it.
func (l *Log) Names() []string { return append([]string(nil), l.names...) }

// Channels returns the different channels in ascending order, the unknown one
// included where it occurs. Columns.Channel counts by it.
func (l *Log) Channels() []Channel { return append([]Channel(nil), l.channels...) }

// Campaigns returns the different campaigns in ascending order, the empty one
// included where it occurs; nil if the log did not keep campaigns.
func (l *Log) Campaigns() []string {
	if l.campaign == nil {
		return nil
	}
	return l.campaign.table.Strings()
}

// AttrColumn is one attribute of every event. The zero value has no events.
// It is the log's own memory: read it, never write to it.
type AttrColumn struct {
	// ID is 0 where the event does not have the attribute, otherwise the
	// place of its value in Values plus one.
	ID []uint32
	// Values are the different values in ascending order.
	Values []string
}

// Value returns the value of event i; ok is false if the event has none.
func (a AttrColumn) Value(i int) (value string, ok bool) {
	if i < 0 || i >= len(a.ID) || a.ID[i] == 0 {
		return "", false
	}
	return a.Values[a.ID[i]-1], true
}

// Attr returns the column of an attribute; ok is false if the log did not keep
// it.
func (l *Log) Attr(key string) (column AttrColumn, ok bool) {
	for i := range l.attrs {
		if l.attrs[i].key == key {
			col := &l.attrs[i]
			return AttrColumn{ID: col.id[:len(col.id):len(col.id)], Values: col.table.Strings()}, true
		}
	}
	return AttrColumn{}, false
}

// Amounts is one amount per event, exact: Unit × 10^Exponent, Exponent -12 to 0,
// with no trailing zero behind the point. The zero value has no events. It is the log's own memory: read
// it, never write to it.
type Amounts struct {
	Unit     []int64
	Exponent []int8
}

// Decimal returns the amount of event i, zero when there is no such event.
func (a Amounts) Decimal(i int) decimal.Decimal {
	if i < 0 || i >= len(a.Unit) {
		return decimal.Decimal{}
	}
	return amount{a.Unit[i], a.Exponent[i]}.decimal()
}

// Costs returns what each event cost; ok is false if the log did not keep it.
func (l *Log) Costs() (costs Amounts, ok bool) { return l.cost.view() }

// Values returns what each event was worth; ok is false if the log did not
// keep it.
func (l *Log) Values() (values Amounts, ok bool) { return l.value.view() }

func (a *amountColumn) view() (Amounts, bool) {
	if a == nil {
		return Amounts{}, false
	}
	return Amounts{Unit: a.unit[:len(a.unit):len(a.unit)], Exponent: a.exp[:len(a.exp):len(a.exp)]}, true
}
