package touchpoint

import (
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Log holds events in columns, ordered by customer (as strings compare), then
// time, then input order. Texts are kept once and referred to by number.
//
// A log costs 11 bytes per event (time 8, name 2, channel 1; 12 with more than
// 256 channels) and 8 bytes plus its text per customer; see LogOptions for what
// the optional columns cost.
//
// A Log never changes after it was built, so it is safe for any number of
// goroutines. The zero value is an empty log. Build one with NewLog, LogOf,
// LogOptions, Merge or UnmarshalBinary.
type Log struct {
	customers intern.Texts
	start     []uint32 // events of customer c are start[c] to start[c+1]
	at        []int64
	name      []uint16
	channel   ChannelColumn
	names     []string
	channels  []Channel

	campaign *textColumn // id = place in the table
	attrs    []attrColumn
	cost     *amountColumn
	value    *amountColumn
	ids      *idColumn

	currency   money.Currency
	duplicates int64
	keyed      bool // an event had an ID, kept or not
}

// textColumn is one text per event, by number.
type textColumn struct {
	id    []uint32
	table intern.Texts
}

// attrColumn is one attribute; id 0 means absent, otherwise place + 1.
type attrColumn struct {
	key string
	textColumn
}

// amountColumn is one decimal per event: unit × 10^exp.
type amountColumn struct {
	unit []int64
	exp  []int8
}

// idColumn is the duplicate key of every event; an empty text means none.
type idColumn struct {
	id      intern.Texts
	source  []uint32
	sources intern.Texts
}

// Len returns the number of events.
func (l *Log) Len() int { return len(l.at) }

// Customers returns the number of different customers.
func (l *Log) Customers() int { return l.customers.Len() }

// Duplicates returns how many events were dropped because another one with the
// same Source and ID was kept.
func (l *Log) Duplicates() int64 { return l.duplicates }

// Customer returns the id of the customer at place c, counted from 0 in
// ascending order of ids, and "" when there is no such place.
func (l *Log) Customer(c int) string {
	if c < 0 || c >= l.customers.Len() {
		return ""
	}
	return l.customers.At(uint32(c))
}

// Find returns the place of a customer, by binary search.
func (l *Log) Find(customer string) (c int, ok bool) {
	i, ok := l.customers.Find(customer)
	if !ok {
		return 0, false
	}
	return int(i), true
}

// Span returns the earliest and the latest instant in the log; ok is false for
// an empty log.
func (l *Log) Span() (first, last time.Time, ok bool) {
	if len(l.at) == 0 {
		return time.Time{}, time.Time{}, false
	}
	lo, hi := l.at[0], l.at[0]
	for c := range l.Customers() {
		from, to := l.start[c], l.start[c+1]
		lo, hi = min(lo, l.at[from]), max(hi, l.at[to-1])
	}
	return time.Unix(0, lo).UTC(), time.Unix(0, hi).UTC(), true
}

// Events yields every event in the order of the log. Fields whose column was
// not kept are empty; At is in UTC; amounts have the value that went in, with
// trailing zeros removed. Attrs is a fresh map holding the attributes kept.
func (l *Log) Events() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for c := range l.Customers() {
			if !l.yieldOf(c, yield) {
				return
			}
		}
	}
}

// Of yields the events of one customer in order; none if the customer is not
// in the log.
func (l *Log) Of(customer string) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		if c, ok := l.Find(customer); ok {
			l.yieldOf(c, yield)
		}
	}
}

// ByCustomer yields every customer in ascending order with the events of each.
func (l *Log) ByCustomer() iter.Seq2[string, iter.Seq[Event]] {
	return func(yield func(string, iter.Seq[Event]) bool) {
		for c := range l.Customers() {
			events := func(inner func(Event) bool) { l.yieldOf(c, inner) }
			if !yield(l.Customer(c), events) {
				return
			}
		}
	}
}

func (l *Log) yieldOf(c int, yield func(Event) bool) bool {
	e := Event{Customer: l.customers.At(uint32(c))}
	for i := l.start[c]; i < l.start[c+1]; i++ {
		e.Name = l.names[l.name[i]]
		e.Channel = l.channels[l.channel.At(int(i))]
		e.At = time.Unix(0, l.at[i]).UTC()
		l.optional(i, &e)
		if !yield(e) {
			return false
		}
	}
	return true
}

// optional fills the fields of e that have a column of their own.
func (l *Log) optional(i uint32, e *Event) {
	if l.campaign != nil {
		e.Campaign = l.campaign.table.At(l.campaign.id[i])
	}
	if l.cost != nil {
		e.Cost = l.cost.at(i)
	}
	if l.value != nil {
		e.Value = l.value.at(i)
	}
	if l.ids != nil {
		e.ID = l.ids.id.At(i)
		e.Source = l.ids.sources.At(l.ids.source[i])
	}
	e.Attrs = nil
	for a := range l.attrs {
		col := &l.attrs[a]
		if col.id[i] == 0 {
			continue
		}
		if e.Attrs == nil {
			e.Attrs = make(map[string]string, len(l.attrs))
		}
		e.Attrs[col.key] = col.table.At(col.id[i] - 1)
	}
}

func (a *amountColumn) at(i uint32) decimal.Decimal {
	return amount{a.unit[i], a.exp[i]}.decimal()
}
