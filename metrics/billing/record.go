package billing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Record is one version of one object of a billing system: what a webhook, or
// one object of an export, says of a subscription or an invoice. Importers make
// them (stripe.Records and its siblings); a policy.Feed keeps books by them,
// whatever order they come in and however often.
//
// Spans and Lines are what the version says by itself, as if it held for ever.
// Between two versions of a subscription the first holds until the second was
// created; of an invoice the last holds alone.
//
// A Record is a value and safe everywhere; its slices must not be changed while
// others read them.
type Record struct {
	// Key names the object within its source: "subscription sub_1". Required.
	Key string
	// ID names the event or the record that told of it; it is the evidence that
	// findings and movements give. Versions of one object that share an ID are
	// one.
	ID string
	// Created is when the object came to stand like this. Zero is unstated: the
	// version then is of the instant it became known.
	Created time.Time
	// Version decides between versions created at one instant, the higher being
	// later; of equal ones the ID decides, and then the content, so that what
	// holds never depends on the order of arrival.
	Version int64
	// Deleted says that the object was withdrawn: it was never meant. (What has
	// ended is not deleted.)
	Deleted bool
	// Ended is when the subscription ended according to this version, if it has.
	// It may lie before Created. Nothing of an earlier version outlives it.
	Ended time.Time
	Spans []Span
	Lines []InvoiceLine
}

// Check reports every fault of the record itself, each a Finding of severity
// Fault, and whether there were none. Its spans and lines have Checks of their
// own. report may be nil.
func (r *Record) Check(report func(Finding)) bool {
	c := checker{out: report, s: &Span{ID: cmp.Or(r.ID, r.Key)}}
	if r.Key == "" {
		c.fault(CodeMissingKey, "Key", "", "empty; nothing says which object it is a version of")
	}
	c.nameUpTo(ledger.MaxNameLength, "Key", r.Key) // what an id may be, and its kind
	c.name("ID", r.ID)
	c.time("Created", r.Created)
	c.time("Ended", r.Ended)
	if len(r.Spans) > MaxParts {
		c.fault(CodeUnsupported, "Spans", strconv.Itoa(len(r.Spans)), "the limit is "+strconv.Itoa(MaxParts))
	}
	if len(r.Lines) > MaxParts {
		c.fault(CodeUnsupported, "Lines", strconv.Itoa(len(r.Lines)), "the limit is "+strconv.Itoa(MaxParts))
	}
	return !c.bad
}

// MaxParts is how many spans, and how many lines, one Record may have.
const MaxParts = 10_000

// Compare orders versions of one object: by Created, Version and ID. Versions
// that compare equal are the same, or contradict each other.
func (r *Record) Compare(o *Record) int {
	return cmp.Or(r.Created.Compare(o.Created), cmp.Compare(r.Version, o.Version), strings.Compare(r.ID, o.ID))
}

// Fold makes spans of the versions of one subscription, which are in order: each
// holds from when it was created until the next one was, the first from when its
// spans begin; a deletion takes all of it back. Why it ended, when that was asked for
// and until when it was paid is what the version says that ends it, of whose own spans
// nothing may be left. before is what Fold made of the
// versions before these, nil for none; it is not changed. So versions may be
// folded in parts.
//
// Spans that a version carries on unchanged are one. They come by time, then
// item, then in order of the versions.
func Fold(before []Span, versions ...Record) []Span {
	f := folding{spans: slices.Clone(before), begun: before != nil}
	for i := range f.spans {
		f.note(i)
	}
	for i := range versions {
		f.version(&versions[i])
	}
	sorted := make([]Span, 0, len(f.spans))
	for i := range f.spans {
		if !f.empty(i) {
			sorted = append(sorted, f.spans[i])
		}
	}
	slices.SortStableFunc(sorted, func(a, b Span) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Item, b.Item))
	})
	return sorted
}

// folding is a Fold under way.
type folding struct {
	spans []Span
	begun bool
	reach time.Time            // no span that has an end ends later
	open  []int                // those that a later version may still cut
	last  map[chargeKey]int    // of each charge the last span
	words map[chargeKey]*Terms // of the version at hand
	ends  ends                 // the latest first; nil until somebody asks
	prev  []int                // of each span the one before it of its charge, -1 for none
}

type chargeKey = [3]string

func keyOf(s *Span) chargeKey { return chargeKey{s.Customer, s.Subscription, s.Item} }

func (f *folding) note(i int) {
	if f.last == nil {
		f.last = map[chargeKey]int{}
	}
	key := keyOf(&f.spans[i])
	if i == len(f.prev) {
		before, ok := f.last[key]
		if !ok {
			before = -1
		}
		f.prev = append(f.prev, before)
	}
	f.last[key] = i
	f.open = append(f.open, i)
	f.reach = latest(f.reach, f.spans[i].To)
	if f.ends != nil {
		f.ends = f.ends.with(end{f.spans[i].To, i})
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (f *folding) version(v *Record) {
	if v.Deleted {
		*f = folding{spans: []Span{}, begun: true}
		return
	}
	f.words = v.lastWords()
	if f.begun {
		f.cut(v.Created, v, f.open)
	}
	if !v.Ended.IsZero() {
		if v.Ended.Before(f.reach) { // an end that lies before what is closed already
			f.cutBack(v.Ended, v)
			f.reach = v.Ended
		} else {
			f.cut(v.Ended, v, f.open)
		}
	}
	open := f.open[:0]
	for _, i := range f.open { // what ends before any later version needs no look
		if s := &f.spans[i]; s.To.IsZero() || s.To.After(v.Created) {
			open = append(open, i)
		}
	}
	f.open = open
	first := !f.begun
	f.begun = true
	for i := range v.Spans {
		f.add(v.Spans[i], v, first)
	}
}

// cut ends at an instant what a version finds still in force, of some spans.
func (f *folding) cut(at time.Time, by *Record, of []int) {
	for k := len(of) - 1; k >= 0; k-- { // the last of a charge first
		f.end(of[k], at, by)
	}
}

// cutBack is cut of all spans, which have ends by then.
func (f *folding) cutBack(at time.Time, by *Record) {
	if f.ends == nil {
		f.ends = []end{}
		for i := range f.spans {
			f.ends = f.ends.with(end{f.spans[i].To, i})
		}
	}
	for len(f.ends) > 0 && f.ends[0].at.After(at) {
		var last end
		if f.ends, last = f.ends.without(); f.spans[last.span].To.Equal(last.at) { // else it ends elsewhere now
			f.end(last.span, at, by)
		}
	}
}

func (f *folding) end(i int, at time.Time, by *Record) {
	s := &f.spans[i]
	if !s.To.IsZero() && !s.To.After(at) {
		return
	}
	s.To, s.EndRecorded, s.EndID = at, by.Created, by.ID
	if !by.Ended.After(at) {
		f.heed(s)
	}
	f.reach = latest(f.reach, at)
	switch {
	case f.empty(i):
		f.forget(i)
	case f.ends != nil:
		f.ends = f.ends.with(end{at, i})
	}
}

// lastWords is what a version of a subscription that ended says of each charge in
// the end, and under the zero key of the first of which it says why.
func (r *Record) lastWords() map[chargeKey]*Terms {
	if r.Ended.IsZero() {
		return nil
	}
	out := make(map[chargeKey]*Terms, len(r.Spans)+1)
	for i := range r.Spans {
		s := &r.Spans[i]
		out[keyOf(s)] = &s.Terms
		if first := out[chargeKey{}]; first == nil || first.Reason == ReasonUnknown && s.Reason != ReasonUnknown {
			out[chargeKey{}] = &s.Terms
		}
	}
	return out
}

// heed takes what the version that ends a charge says of its end: why, since when
// that was asked for, and until when it was paid.
func (f *folding) heed(s *Span) {
	w, of := f.words[chargeKey{}], f.words[keyOf(s)]
	if w == nil {
		return
	}
	if of != nil {
		if !of.PaidThrough.IsZero() {
			s.PaidThrough = of.PaidThrough
		}
		if s.CancelAskedAt.IsZero() {
			s.CancelAskedAt = of.CancelAskedAt
		}
		s.Reason = cmp.Or(of.Reason, s.Reason)
	}
	if s.Reason == ReasonUnknown || of == nil {
		s.Reason = cmp.Or(w.Reason, s.Reason)
	}
}

func (f *folding) empty(i int) bool {
	s := &f.spans[i]
	return !s.To.IsZero() && !s.From.Before(s.To)
}

// forget makes the span before it the last of its charge again.
func (f *folding) forget(i int) {
	key := keyOf(&f.spans[i])
	if f.last[key] != i {
		return
	}
	for i >= 0 && f.empty(i) {
		i = f.prev[i]
	}
	if i < 0 {
		delete(f.last, key)
		return
	}
	f.last[key] = i
}

// add puts a version's span behind those before it.
func (f *folding) add(s Span, v *Record, first bool) {
	if !first && s.From.Before(v.Created) {
		s.From = v.Created
	}
	if s.Recorded.IsZero() {
		s.Recorded = v.Created
	}
	if s.EndRecorded.IsZero() && !s.To.IsZero() {
		s.EndRecorded = v.Created
	}
	if s.ID == "" {
		s.ID = v.ID
	}
	if !s.To.IsZero() && !s.From.Before(s.To) {
		return
	}
	if at, ok := f.last[keyOf(&s)]; ok {
		if l := &f.spans[at]; l.To.Equal(s.From) && !l.To.IsZero() && sameTerms(&l.Terms, &s.Terms) {
			l.To, l.EndRecorded, l.EndID, l.PaidThrough = s.To, s.EndRecorded, s.EndID, s.PaidThrough
			f.note(at)
			return
		}
	}
	f.spans = append(f.spans, s)
	f.note(len(f.spans) - 1)
}

// sameTerms compares all but PaidThrough, which every renewal moves on.
func sameTerms(a, b *Terms) bool {
	return a.Plan == b.Plan && a.Product == b.Product && a.Currency == b.Currency && a.Cycle == b.Cycle &&
		a.State == b.State && a.Basis == b.Basis && a.Reason == b.Reason && a.Replaces == b.Replaces && a.Test == b.Test &&
		a.CancelAt.Equal(b.CancelAt) && a.CancelAskedAt.Equal(b.CancelAskedAt) &&
		a.Amount.Equal(b.Amount) && a.Tax.Equal(b.Tax) && a.Quantity.Equal(b.Quantity) &&
		slices.EqualFunc(a.Discounts, b.Discounts, Discount.Equal)
}

// Equal reports whether two terms say the same.
func (t *Terms) Equal(o *Terms) bool { return sameTerms(t, o) && t.PaidThrough.Equal(o.PaidThrough) }

// Equal reports whether two discounts say the same.
func (d Discount) Equal(o Discount) bool {
	return d.ID == o.ID && d.Percent.Equal(o.Percent) && d.Off.Equal(o.Off) && d.From.Equal(o.From) && d.To.Equal(o.To) &&
		d.Duration == o.Duration && d.Cycles == o.Cycles && d.Level == o.Level && d.InMRR == o.InMRR
}

// String names the record: its key and where it stands among the versions.
func (r Record) String() string {
	s := text.Printable(r.Key)
	if !r.Created.IsZero() {
		s += " of " + r.Created.UTC().Format(time.RFC3339)
	}
	if r.ID != "" {
		s += " (" + text.Printable(r.ID) + ")"
	}
	return s
}
