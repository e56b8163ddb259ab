package policy

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// closed is the last instant, up to one, at which what is said counts for a
// subscription: once it is over, and nothing was said of it, for longer than the
// grace, what comes later counts nothing, be it said of itself or of another.
func (t *taking) closed(k subs.Key, at int64) int64 {
	g := t.look(k)
	last := int64(0) // what is folded did count
	for _, key := range g.objects {
		if x := t.object(key); x.before != nil {
			last = max(last, x.before.last.Created.UnixNano())
		}
	}
	var said []int64
	for _, key := range g.objects {
		x := t.object(key)
		for i := range x.versions {
			if c := x.versions[i].Created.UnixNano(); c > last && c <= at {
				said = append(said, c)
			}
		}
	}
	slices.Sort(said)
	for _, c := range append(said, at) {
		if last != 0 && c > last+int64(Grace) {
			if spans, lines := t.said(k, last); overBy(spans, lines, c-int64(Grace)) {
				return max(last, overAt(spans, lines)) + int64(Grace)
			}
		}
		last = c
	}
	return at
}

// said is what the objects of a subscription say of it, as far as was known at an
// instant.
func (t *taking) said(k subs.Key, at int64) (spans []billing.Span, lines []billing.InvoiceLine) {
	for _, key := range t.look(k).objects {
		s, l := t.object(key).known(at)
		for i := range s {
			if spanKey(&s[i]) == k {
				spans = append(spans, s[i])
			}
		}
		for i := range l {
			if lineKey(&l[i]) == k {
				lines = append(lines, l[i])
			}
		}
	}
	return spans, lines
}

// worth is what a subscription is worth as far as was known at an instant.
// due is when it changes although nothing more is said, 0 for never; next is when
// something of the customer's others may change it, open for never.
func (t *taking) worth(k subs.Key, at int64, report func(billing.Finding)) (out []ledger.Change, due, next int64, err error) {
	f := t.f
	w := &f.room
	w.notes = notes{out: report, seen: w.notes.seen[:0]}
	terms := terms{p: &f.p, o: &f.o, observed: min(at, t.observed)}
	t.ask(k, func(q *question) { q.again(at) })
	of, soon := t.kin(k, at)
	spans, lines := t.said(k, t.closed(k, at))
	w.spans, w.lines = w.spans[:0], w.lines[:0]
	for i := range spans {
		w.spans = append(w.spans, &spans[i])
	}
	for i := range lines {
		w.lines = append(w.lines, &lines[i])
	}
	var steps []step
	if f.p.Source == FromInvoices {
		steps, err = terms.invoiced(&w.work, w.spans, w.lines, of, &w.notes)
		due = w.due
	} else {
		steps, err = terms.agreed(&w.work, w.spans, of, &w.notes)
	}
	if err != nil {
		return nil, 0, 0, err
	}
	sortSteps(steps)
	out = make([]ledger.Change, len(steps))
	for i := range steps {
		out[i] = steps[i].change(k, &f.o)
		out[i].ID, out[i].Recorded = steps[i].evidence(), time.Time{}
	}
	return out, due, *soon, nil
}
