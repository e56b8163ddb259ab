package journey

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// maxID is the longest event id in bytes.
const maxID = touchpoint.MaxText

// LogOf builds the log of journey events: names are triggers, ids are kept, and
// so are the attributes that keys name. It is the way to replay events under
// options:
//
//	log, err := journey.LogOf(events)
//	replay, err := d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: now})
//
// Events may come in any order; those of one customer at one instant stay in
// input order. Of several events of one customer with the same ID the first in
// time counts. Every event that cannot be placed, for want of a customer, a
// trigger or a time in range, is reported in a [*fault.Batch]; then there is no
// log.
func LogOf(events iter.Seq[Event], keys ...string) (*touchpoint.Log, error) {
	if events == nil {
		events = func(func(Event) bool) {}
	}
	bad := fault.Batch{Package: "journey", Op: "log"}
	log, err := touchpoint.LogOptions{IDs: true, Attrs: keys}.NewLog(func(yield func(touchpoint.Event) bool) {
		row := int64(0)
		for e := range events {
			row++
			if !e.check(row, &bad) {
				continue
			}
			t := touchpoint.Event{Customer: e.Customer, Name: string(e.Trigger), At: e.At, ID: e.ID, Attrs: e.Attrs}
			if e.ID != "" {
				t.Source = e.Customer // an id is one event of its customer, not of all
			}
			if !yield(t) {
				return
			}
		}
	})
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("journey: log: %w", err)
	}
	return log, nil
}

// logFor is LogOf with every attribute that occurs where guards could ask.
func (d *Definition) logFor(events iter.Seq[Event]) (*touchpoint.Log, error) {
	if !d.guarded || events == nil {
		return LogOf(events)
	}
	list := slices.Collect(events)
	keys := map[string]bool{}
	for _, e := range list {
		for k := range e.Attrs { //nolint:maprange // sorted below
			keys[k] = true
		}
	}
	return LogOf(slices.Values(list), slices.Sorted(maps.Keys(keys))...)
}

// check notes what is wrong with the event of one row and reports whether
// nothing is.
func (e *Event) check(row int64, bad *fault.Batch) bool {
	ok := true
	add := func(field, value string, limit int, err error) {
		ok = false
		r := fault.Row{Row: row, Field: field, Value: value, Err: err}
		if field != "Customer" {
			r.Customer = e.Customer
		}
		if limit > 0 {
			r.Limit = fmt.Sprintf("%d bytes, at most %d", len(value), limit)
		}
		bad.Add(r)
	}
	text := func(field, value string, required bool, most int) {
		switch {
		case required && value == "":
			add(field, value, 0, fault.ErrEmpty)
		case len(value) > most:
			add(field, value, most, fault.ErrTooLong)
		case !utf8.ValidString(value):
			add(field, value, 0, fault.ErrText)
		}
	}
	text("Customer", e.Customer, true, id.MaxCustomer)
	text("Trigger", string(e.Trigger), true, MaxName)
	text("ID", e.ID, false, maxID)
	if _, in := nanos(e.At); !in {
		add("At", e.At.UTC().Format("2006-01-02T15:04:05Z"), 0, ErrOutOfRange)
	}
	if len(e.Attrs) > 0 {
		err := touchpoint.Event{Customer: "c", Name: "n", At: instant(0), Attrs: e.Attrs}.Validate()
		if err != nil {
			add("Attrs", err.Error(), 0, err)
		}
	}
	return ok
}
