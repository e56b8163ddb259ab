package kit

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Entry is one object of an input, taken out of its page and its event.
type Entry struct {
	*Record
	Kind  string // "subscription"
	Event *Event // it came in; nil for none
	// ID is what it is called where its own id is under another key.
	ID string
}

// Name is what the object is called in findings: its id, that of its event, or
// its number.
func (e *Entry) Name() string {
	switch {
	case e.ID != "":
		return e.ID
	case e.Event != nil && e.Event.ID != "" && e.Text("id") == "":
		return e.Event.ID
	default:
		return e.Record.Name()
	}
}

// Event is what brought an object.
type Event struct {
	ID, Kind string
	At       time.Time
	Live     *bool // nil where it does not say
}

// Event opens one: ok is false, and a fault is found, where it does not say when
// it was. field names its time.
func (s *Session) Event(id, kind Text, field string, at Text) (e *Event, ok bool) {
	n := s.Note(string(id))
	t, ok := n.Time(field, at)
	if ok && t.IsZero() {
		n.Fault(billing.CodeMissingTime, field, "", "an event without its time cannot be put in order")
	}
	if !ok || t.IsZero() {
		return nil, false
	}
	return &Event{ID: string(id), Kind: string(kind), At: t}, true
}

// Told is what an entry tells of a subscription or of an invoice.
type Told struct {
	ID      string // of the subscription or invoice
	Rank    int    // between versions of one instant
	Deleted bool   // it was never meant

	// Of a subscription: its charges, and when it ended if it has.
	Spans []billing.Span
	Ended time.Time
	// Of an invoice.
	Lines []billing.InvoiceLine

	// Stamp is when a version of a subscription was made, where its object says
	// so; Event is what that makes of it.
	Stamp Text
	Event *Event
}

// record is what was told as a billing.Record. Spans and their evidence are those
// of the event, or of the object where no event tells of it.
func (t *Told) record(key string, e *Event) billing.Record {
	r := billing.Record{Key: key + t.ID, Version: int64(t.Rank), Spans: t.Spans, Ended: t.Ended, Lines: t.Lines, Deleted: t.Deleted}
	if t.Deleted {
		r.Ended = time.Time{}
	}
	if t.Event != nil {
		e = t.Event
	}
	if e != nil {
		r.ID, r.Created = e.ID, e.At
		if e.ID != "" {
			for i := range r.Spans {
				r.Spans[i].ID = e.ID
			}
		}
	}
	return r
}
