package kit

import (
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Facade is what importers do in the same way: they put objects through what only
// they know, which its fields say. Fill it in before it is used.
type Facade struct {
	*Session

	// Lists are the keys of the lists in pages; More is what an envelope says of
	// a page after it: a value of the field MoreField, "" if there is none.
	Lists     []string
	More      func(envelope *Record) string
	MoreField string
	// Open finds the objects in a record; none where it found why not.
	Open func(*Record) ([]Entry, error)
	// Learn keeps an object that others refer to; known is false for those of
	// other kinds.
	Learn func(*Entry) (known bool, err error)
	// Subscription and Invoice read one, which ok says is not left out.
	Subscription, Invoice func(*Entry) (t Told, ok bool, err error)
	// Invoices are the kinds of what Invoice reads. The first is a record of its
	// own, the others are parts of one.
	Invoices []string
	// Credits are the kinds of those that are records of their own besides.
	Credits []string
	// Stamp is the field that says when a version of a subscription was made, of
	// systems whose events do not carry the object.
	Stamp string
	// EventWord and Bill are what events and invoices are called: "webhook",
	// "transaction".
	EventWord, Bill string
	// Why says why kinds are skipped that are neither.
	Why map[string]string

	learned int
}

// Entries yields the objects of an input, out of their pages and events. The
// error, if any, is the last thing yielded.
func (f *Facade) Entries(r io.Reader) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		var more, list string
		for rec, err := range f.Records(r, f.Lists...) {
			var found []Entry
			switch {
			case err != nil:
			case rec.Envelope:
				more, list = f.More(rec), strings.TrimSpace("list "+rec.Text("url"))
			default:
				found, err = f.Open(rec)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range found {
				if !yield(&found[i], nil) {
					return
				}
			}
		}
		if more != "" {
			f.Note(list).Fault(billing.CodeTruncated, f.MoreField, more, "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// Other learns from an entry, or skips it and says why.
func (f *Facade) Other(e *Entry, why string) error {
	known, err := f.Learn(e)
	if err != nil || known {
		return err
	}
	if w := f.Why[e.Kind]; w != "" {
		why = w
	}
	f.Skip(e.Kind, e.Name(), why)
	return nil
}

// Catalogue learns from an input what other objects refer to.
func (f *Facade) Catalogue(r io.Reader) error {
	for e, err := range f.Entries(r) {
		if err == nil {
			err = f.Other(e, "not part of a catalogue")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Room makes room for one more of what is kept of a catalogue.
func (f *Facade) Room(what string) error {
	if f.learned >= f.opts.Limits.Catalogue {
		return f.Overflow(what, "Catalogue", f.opts.Limits.Catalogue)
	}
	f.learned++
	return nil
}

// Keep reads an entry into a map of a catalogue, under its id; one of the same id
// is replaced.
func Keep[T any](f *Facade, e *Entry, into map[string]*T, what string, id func(*T) Text) (known bool, err error) {
	v := new(T)
	if ok, err := f.Decode(e.Record, v); !ok {
		return true, err
	}
	return true, Put(f, into, what, string(id(v)), v)
}

// KeepAll is Keep where several belong to one id.
func KeepAll[T any](f *Facade, e *Entry, into map[string][]T, what string, id func(*T) Text) (known bool, err error) {
	var v T
	if ok, err := f.Decode(e.Record, &v); !ok {
		return true, err
	}
	if err := f.Room(what); err != nil {
		return true, err
	}
	key := string(id(&v))
	into[key] = append(into[key], v)
	return true, nil
}

// Put is Keep for a value that was read already.
func Put[T any](f *Facade, into map[string]*T, what, id string, v *T) error {
	if id == "" {
		return nil // nothing can refer to it
	}
	if _, has := into[id]; !has {
		if err := f.Room(what); err != nil {
			return err
		}
	}
	into[id] = v
	return nil
}

// Spans yields the charges of the subscriptions in an input: those of objects as
// they are read, those of events when it ends, in the order of Timeline. settle,
// where it is set, completes the latter; end is told how many subscriptions came
// without an event, and how many of them have ended.
func (f *Facade) Spans(r io.Reader, settle func(*billing.Span), end func(objects, ended int)) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		events := f.Timeline()
		objects, ended, charged := 0, 0, false
		for e, err := range f.Entries(r) {
			var spans []billing.Span
			switch {
			case err != nil:
			case e.Kind != "subscription":
				err = f.Other(e, f.notSpans(e.Kind))
			default:
				var t Told
				var ok bool
				if t, ok, err = f.Subscription(e); ok && e.Event != nil {
					err = events.Add(Version{Subscription: t.ID, At: e.Event.At, Rank: t.Rank, ID: e.Event.ID, Spans: t.Spans, Ended: t.Ended})
				} else if e.Event == nil {
					if objects++; !t.Ended.IsZero() {
						ended++
					}
					spans, charged = t.Spans, charged || len(t.Spans) > 0
				}
			}
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			if !give(f, yield, spans) {
				return
			}
		}
		if charged && events.Len() > 0 {
			f.Mixed()
		}
		if end != nil {
			end(objects, ended)
		}
		for s := range events.Spans() {
			if settle != nil {
				settle(&s)
			}
			if !give(f, yield, []billing.Span{s}) {
				return
			}
		}
	}
}

// Mixed finds that an input has subscriptions both by themselves and in events.
func (f *Facade) Mixed() {
	f.Note("").Warn(billing.CodeMixed, "", "", "the input has both subscriptions and %ss of subscriptions: a subscription in both counts twice", f.EventWord)
}

func (f *Facade) notSpans(kind string) string {
	if slices.Contains(f.Invoices, kind) {
		return "Lines reads it"
	}
	return "no recurring terms"
}

// Lines yields the lines of the invoices in an input: those of objects as they
// are read, those of events when it ends, by invoice, of each the latest version.
func (f *Facade) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return func(yield func(billing.InvoiceLine, error) bool) {
		latest := NewLatest[[]billing.InvoiceLine](f.Session, f.Bill+"s in "+f.EventWord+"s")
		for e, err := range f.Entries(r) {
			var lines []billing.InvoiceLine
			switch {
			case err != nil:
			case e.Kind == "subscription":
				err = f.Other(e, "Spans reads subscriptions")
			case !slices.Contains(f.Invoices, e.Kind):
				err = f.Other(e, "nothing that Lines reads")
			default:
				var t Told
				var ok bool
				if t, ok, err = f.Invoice(e); ok && e.Event != nil && !e.Event.At.IsZero() && t.ID != "" {
					err = latest.Add(t.ID, e.Event.ID, e.Event.At, t.Rank, t.Lines)
				} else {
					lines = t.Lines
				}
			}
			if err != nil {
				yield(billing.InvoiceLine{}, err)
				return
			}
			if !give(f, yield, lines) {
				return
			}
		}
		for lines := range latest.All() {
			if !give(f, yield, lines) {
				return
			}
		}
	}
}

func give[T any, P checked[T]](f *Facade, yield func(T, error) bool, all []T) bool {
	for i := range all {
		if !Sound[T, P](f.Session, &all[i]) {
			continue
		}
		f.Yielded()
		if !yield(all[i], nil) {
			return false
		}
	}
	return true
}

// Body reads subscriptions and invoices of the body of a webhook as versions for
// live books, and learns from the rest.
func (f *Facade) Body(body []byte, settle func(*billing.Span)) (out []billing.Record, err error) {
	for e, err := range f.Entries(bytes.NewReader(body)) {
		var t Told
		var ok bool
		key := e.key(f)
		switch {
		case err != nil:
		case key == "":
			err = f.Other(e, "nothing for live books")
		case e.Kind == "subscription":
			if t, ok, err = f.Subscription(e); settle != nil {
				for i := range t.Spans {
					settle(&t.Spans[i])
				}
			}
		default:
			t, ok, err = f.Invoice(e)
		}
		if err != nil {
			return out, err
		}
		if ok && f.Stamp != "" && e.Kind == "subscription" {
			ok = f.stamp(e, &t)
		}
		if ok {
			t.Spans, t.Lines = sound(f.Session, t.Spans), sound(f.Session, t.Lines)
			if r := t.record(key, e.Event); r.Check(nil) || r.Check(f.Find) {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// stamp reads what a version of a subscription says of itself.
func (f *Facade) stamp(e *Entry, t *Told) bool {
	at, ok := f.Note(e.Name()).Time(f.Stamp, t.Stamp)
	if ok && !at.IsZero() {
		t.Event = &Event{ID: t.ID + " " + string(t.Stamp), At: at}
	}
	return ok
}

// History is Spans for an input that has every version of its subscriptions, each
// of which says when it was made.
func (f *Facade) History(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		versions := f.Timeline()
		for e, err := range f.Entries(r) {
			if err == nil {
				err = f.past(versions, e)
			}
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
		}
		for s := range versions.Spans() {
			if !give(f, yield, []billing.Span{s}) {
				return
			}
		}
	}
}

func (f *Facade) past(versions *Timeline, e *Entry) error {
	if e.Kind != "subscription" {
		return f.Other(e, f.notSpans(e.Kind))
	}
	t, ok, err := f.Subscription(e)
	if !ok || err != nil || !f.stamp(e, &t) {
		return err
	}
	if t.Event == nil {
		f.Note(e.Name()).Fault(billing.CodeMissingTime, f.Stamp, "", "a version without its time cannot be put in order; it is left out")
		return nil
	}
	return versions.Add(Version{Subscription: t.ID, At: t.Event.At, ID: t.Event.ID, Spans: t.Spans, Ended: t.Ended})
}

func (e *Entry) key(f *Facade) string {
	switch {
	case e == nil:
		return ""
	case e.Kind == "subscription":
		return "subscription "
	case e.Kind == f.Invoices[0]:
		return "invoice "
	case slices.Contains(f.Credits, e.Kind):
		return "credit note "
	default:
		return ""
	}
}

// All collects spans: all of them, all findings, and the error that ended it.
func (f *Facade) All(spans iter.Seq2[billing.Span, error]) ([]billing.Span, []billing.Finding, error) {
	out, err := importer.Collect(spans)
	return out, f.Findings(), err
}

// Alone is what Body gave to an importer that nobody asks for its findings: their
// faults are an error.
func (f *Facade) Alone(rs []billing.Record, err error) ([]billing.Record, error) {
	if err == nil {
		err = importer.FaultsOf(f.name, f.Findings())
	}
	return rs, err
}
