package touchpoint

import (
	"iter"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// LogOptions says which optional columns a log keeps. The zero value keeps
// none: customer, name, channel and time only. Every field of every event is
// checked, kept or not.
//
// Bytes per event on top of the log's 11 or 12: Campaign 4, Cost 9, Value 9, each
// attribute 4, IDs 8 plus the id's text. Texts of campaigns, attributes and
// sources are kept once per log.
type LogOptions struct {
	// Campaign keeps Event.Campaign.
	Campaign bool
	// Cost and Value keep the amounts.
	Cost, Value bool
	// Currency is that of every cost and value in the log: a statement about the
	// input, which the log hands on. Empty = not stated.
	Currency money.Currency
	// Attrs names the attributes to keep, in any order.
	Attrs []string
	// IDs keeps Source and ID. Without it they serve to drop duplicates while
	// the log is built and are then forgotten.
	IDs bool
}

// Validate reports an unknown currency, and an empty, repeated, too long or malformed attribute key,
// and more keys than MaxAttrs, as ErrOptions.
func (o LogOptions) Validate() error {
	if len(o.Attrs) > MaxAttrs {
		return o.refuse("Attrs", "", fault.AtMost(MaxAttrs, "attribute columns", int64(len(o.Attrs))))
	}
	if o.Currency != "" {
		if err := o.Currency.Validate(); err != nil {
			return o.refuse("Currency", fault.Quote(string(o.Currency)), "want an ISO 4217 code")
		}
	}
	keys := slices.Sorted(slices.Values(o.Attrs))
	for i, k := range keys {
		switch limit, err := fault.CheckText(k, MaxText); {
		case k == "":
			return o.refuse("Attrs", fault.Quote(k), "an attribute key must not be empty")
		case err != nil:
			return o.refuse("Attrs", fault.Quote(k), limit)
		case i > 0 && keys[i-1] == k:
			return o.refuse("Attrs", fault.Quote(k), "is named twice")
		}
	}
	return nil
}

func (LogOptions) refuse(field, value, limit string) error {
	return &fault.Error{Package: "touchpoint", Op: "log options", Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

// NewLog builds a log from events in any order, keeping no optional column.
// It is LogOptions{}.NewLog.
func NewLog(events iter.Seq[Event]) (*Log, error) { return LogOptions{}.NewLog(events) }

// LogOf is NewLog for events at hand.
func LogOf(events ...Event) (*Log, error) { return LogOptions{}.LogOf(events...) }

// NewLog builds a log from events in any order.
//
// Events are ordered by (customer, time, input order). Events with the same
// Source and ID are one event, of which the first in that order is kept and
// the others counted. So equal events in another order give an equal log, byte
// for byte, as long as no customer has two different events at one instant.
//
// Bad rows are reported in a *[fault.Batch]; then there is no log.
func (o LogOptions) NewLog(events iter.Seq[Event]) (*Log, error) {
	b, err := newBuilder(o)
	if err != nil {
		return nil, err
	}
	defer b.customers.stop() // also when events panics
	if events != nil {
		for e := range events {
			b.add(&e)
		}
	}
	return b.log("new log")
}

// Read builds a log as NewLog does from a source that can fail, such as a
// file: an error takes the place of the event and is reported with its row.
func (o LogOptions) Read(events iter.Seq2[Event, error]) (*Log, error) {
	b, err := newBuilder(o)
	if err != nil {
		return nil, err
	}
	defer b.customers.stop()
	if events != nil {
		for e, err := range events {
			if err != nil {
				b.fail(err)
				continue
			}
			b.add(&e)
		}
	}
	return b.log("read")
}

// options returns what l keeps.
func (l *Log) options() LogOptions {
	o := LogOptions{Currency: l.currency, Campaign: l.campaign != nil, Cost: l.cost != nil, Value: l.value != nil, IDs: l.ids != nil}
	for i := range l.attrs {
		o.Attrs = append(o.Attrs, l.attrs[i].key)
	}
	return o
}

// Currency is that of every cost and value, as LogOptions stated it.
func (l *Log) Currency() money.Currency { return l.currency }

// WithCurrency is the log with its currency stated, where it was not: the events
// are shared. Another one than was stated is an error that wraps ErrOptions.
func (l *Log) WithCurrency(c money.Currency) (*Log, error) {
	if err := (LogOptions{Currency: c}).Validate(); err != nil {
		return nil, err
	}
	if l.currency != "" && l.currency != c {
		return nil, LogOptions{}.refuse("Currency", fault.Quote(string(c)), "the log is in "+string(l.currency))
	}
	out := *l
	out.currency = c
	return &out, nil
}

// Options returns the optional columns the log keeps, attribute keys sorted.
func (l *Log) Options() LogOptions { return l.options() }
