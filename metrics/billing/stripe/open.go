package stripe

import (
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// more is what a list says of a page after it.
func more(list *kit.Record) string {
	if string(list.Member("has_more")) == "true" {
		return "true"
	}
	return ""
}

// open finds the object of a record, out of its event.
func (imp *Importer) open(rec *kit.Record) ([]kit.Entry, error) {
	kind := rec.Text("object")
	if kind != "event" {
		return []kit.Entry{{Kind: kindOf(rec, kind, nil), Record: rec}}, nil
	}
	var w event
	object, ok := imp.kit.Around(rec, &w, "data", "object")
	if !ok {
		if ok, err := imp.kit.Decode(rec, &w); !ok {
			return nil, err
		}
		object = w.Data.Object
	}
	if len(object) == 0 || object[0] != '{' {
		imp.kit.Skip("event "+string(w.Type), string(w.ID), "the event carries no object")
		return nil, nil
	}
	ev, ok := imp.kit.Event(w.ID, w.Type, "created", w.Created)
	if !ok {
		return nil, nil
	}
	ev.Live = w.Livemode
	inner := rec.Inner(object)
	return []kit.Entry{{Kind: kindOf(inner, inner.Text("object"), ev), Record: inner, Event: ev}}, nil
}

// kindOf says what an object is read as: a schedule that has not begun is a
// subscription of its own, and in events every version of it is one, the later
// ones withdrawing it.
func kindOf(rec *kit.Record, kind string, ev *kit.Event) string {
	if kind == "subscription_schedule" {
		begun := false
		for _, status := range [...]string{"active", "completed", "released", "canceled"} {
			begun = begun || rec.Is("status", status)
		}
		if ev != nil || !begun {
			return "subscription"
		}
	}
	return kind
}

// test says whether a record is of a sandbox: by itself, else by its event.
func test(n *kit.Note, own *bool, ev *kit.Event, clock string) bool {
	live := own
	if live == nil && ev != nil {
		live = ev.Live
	}
	switch {
	case live != nil && !*live:
		n.Notice(billing.CodeTestMode, "livemode", "false", "a record of test mode")
	case clock != "":
		n.Notice(billing.CodeTestMode, "test_clock", clock, "a record of a test clock")
	default:
		return false
	}
	return true
}
