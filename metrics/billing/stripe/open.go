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
		return []kit.Entry{{Kind: kind, Record: rec}}, nil
	}
	var w event
	if ok, err := imp.kit.Decode(rec, &w); !ok {
		return nil, err
	}
	if len(w.Data.Object) == 0 || w.Data.Object[0] != '{' {
		imp.kit.Skip("event "+string(w.Type), string(w.ID), "the event carries no object")
		return nil, nil
	}
	ev, ok := imp.kit.Event(w.ID, w.Type, "created", w.Created)
	if !ok {
		return nil, nil
	}
	ev.Live = w.Livemode
	inner := rec.Inside(w.Data.Object)
	return []kit.Entry{{Kind: inner.Text("object"), Record: inner, Event: ev}}, nil
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
