package policy

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// object is what a feed keeps of one object of a billing system: its versions
// within the grace, and what those before them amount to. An object that is in
// use is never changed; a changed one takes its place.
type object struct {
	key string
	// before is what was folded; nil where all versions are at hand.
	before *folded
	// versions in order.
	versions []billing.Record
	// of are the subscriptions that some version said anything of, in order.
	of []subs.Key
	// names are the subscriptions that some version says are carried on.
	names []name
	// late says that nothing is in force before the first version.
	late bool
}

// folded is what versions amount to that nothing can change any more.
type folded struct {
	last  billing.Record // the last of them, without spans and lines
	spans []billing.Span
	lines []billing.InvoiceLine
}

func spanKey(s *billing.Span) subs.Key {
	return subs.Key{Customer: s.Customer, Subscription: s.Subscription}
}

func lineKey(l *billing.InvoiceLine) subs.Key {
	return subs.Key{Customer: l.Customer, Subscription: l.Subscription}
}

// with is the object with one version more, at its place. old is a version of
// the same id that stood elsewhere, or of the same place: which of the two holds
// depends on what they say and not on which came first.
func (x *object) with(v billing.Record) (out *object, was *billing.Record, repeat bool) {
	out = &object{key: x.key, before: x.before, versions: slices.Clone(x.versions), of: x.concerning(&v), late: x.late}
	loses := func(to *billing.Record) (*object, *billing.Record, bool) {
		if len(out.of) == len(x.of) {
			return x, to, true
		}
		return &object{key: x.key, before: x.before, versions: x.versions, of: out.of, names: x.names, late: x.late}, to, false
	}
	if v.ID != "" {
		for i := range x.versions {
			if x.versions[i].ID != v.ID {
				continue
			}
			old := &x.versions[i]
			if c := old.Compare(&v); c < 0 || c == 0 && compareContent(old, &v) >= 0 {
				return loses(old)
			}
			out.versions = slices.Delete(out.versions, i, i+1)
			was = old
			break
		}
	}
	at, same := slices.BinarySearchFunc(out.versions, v, func(a, b billing.Record) int { return a.Compare(&b) })
	if same {
		if compareContent(&out.versions[at], &v) >= 0 {
			return loses(&out.versions[at])
		}
		was = &x.versions[at]
		out.versions[at] = v
	} else {
		out.versions = slices.Insert(out.versions, at, v)
	}
	out.name()
	return out, was, false
}

// compareContent orders versions by what they say, so that one of two that
// contradict each other is chosen whatever the order.
func compareContent(a, b *billing.Record) int {
	var x, y codec
	x.record(a)
	y.record(b)
	return slices.Compare(x.out, y.out)
}

// name is a subscription that another one is said to carry on.
type name struct {
	of subs.Key
	by string
}

func (n name) compare(o name) int {
	return cmp.Or(compareKeys(n.of, o.of), strings.Compare(n.by, o.by))
}

// name finds which subscriptions the object says are carried on.
func (x *object) name() {
	x.names = nil
	add := func(all []billing.Span) {
		for i := range all {
			if of, ok := carriesOn(&all[i]); ok {
				x.names = append(x.names, name{of, all[i].Subscription})
			}
		}
	}
	if x.before != nil {
		add(x.before.spans)
	}
	for i := range x.versions {
		add(x.versions[i].Spans)
	}
	slices.SortFunc(x.names, name.compare)
	x.names = slices.Compact(x.names)
}

// carriesOn is the subscription that a span says it carries on.
func carriesOn(s *billing.Span) (subs.Key, bool) {
	return subs.Key{Customer: s.Customer, Subscription: s.Replaces}, s.Replaces != "" && s.Replaces != s.Subscription
}

// concerning are the subscriptions that the object says anything of, with another
// version. A version that is not taken counts too, so that it does not matter
// which of two came first.
func (x *object) concerning(v *billing.Record) []subs.Key {
	out := x.of
	add := func(k subs.Key) {
		if i, known := slices.BinarySearchFunc(out, k, compareKeys); !known {
			out = slices.Insert(slices.Clone(out), i, k)
		}
	}
	for i := range v.Spans {
		add(spanKey(&v.Spans[i]))
	}
	for i := range v.Lines {
		add(lineKey(&v.Lines[i]))
	}
	return out
}

func compareKeys(a, b subs.Key) int {
	return cmp.Or(strings.Compare(a.Customer, b.Customer), strings.Compare(a.Subscription, b.Subscription))
}

// until is how many versions had been created by an instant.
func (x *object) until(at int64) int {
	return sort.Search(len(x.versions), func(i int) bool { return x.versions[i].Created.UnixNano() > at })
}

// after is when the first version after an instant was created, open for never.
func (x *object) after(at int64) int64 {
	if n := x.until(at); n < len(x.versions) {
		return x.versions[n].Created.UnixNano()
	}
	return open
}

// known is what the object says as far as was known at an instant.
func (x *object) known(at int64) (spans []billing.Span, lines []billing.InvoiceLine) {
	n := x.until(at)
	var before []billing.Span
	if x.before != nil {
		before, lines = x.before.spans, x.before.lines
	}
	if n == 0 {
		return before, lines
	}
	lines = x.versions[n-1].Lines
	if x.versions[n-1].Deleted {
		lines = nil
	}
	if before == nil && x.late {
		before = []billing.Span{} // nothing is known of the time before the first
	}
	return billing.Fold(before, x.versions[:n]...), lines
}

// overBy reports whether spans and lines all end before an instant, and what was
// paid for does.
func overBy(spans []billing.Span, lines []billing.InvoiceLine, at int64) bool {
	return overAt(spans, lines) < at
}

// overAt is the last instant of spans, of lines and of what was paid for; open where
// one has no end.
func overAt(spans []billing.Span, lines []billing.InvoiceLine) int64 {
	last := int64(math.MinInt64)
	for i := range spans {
		s := &spans[i]
		end := s.End()
		if end.IsZero() {
			return open
		}
		last = max(last, end.UnixNano(), nano(s.PaidThrough))
	}
	for i := range lines {
		last = max(last, nano(lines[i].To), nano(lines[i].IssuedAt))
	}
	return last
}

// fold folds the versions created before an instant into what they amount to.
func (x *object) fold(horizon int64) *object {
	n := x.until(horizon - 1)
	if n == 0 {
		return x
	}
	out := &object{key: x.key, versions: slices.Clone(x.versions[n:]), of: x.of, late: x.late}
	last := x.versions[n-1]
	spans, lines := x.known(last.Created.UnixNano())
	last.Spans, last.Lines = nil, nil
	if spans == nil {
		spans = []billing.Span{}
	}
	out.before = &folded{last: last, spans: spans, lines: lines}
	out.name()
	return out
}
