package policy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// inOrder dates records that say nothing, leaves out those that cannot be taken
// and sorts the rest, so that one call is the same in any order.
func (t *taking) inOrder(known time.Time, records []billing.Record) []billing.Record {
	report := t.findings.Add
	out := make([]billing.Record, 0, len(records))
	for _, r := range records {
		if r.Created.IsZero() {
			r.Created = known
		}
		if r.Created.IsZero() && r.Key != "" {
			report(billing.Finding{
				Code: billing.CodeMissingTime, Severity: billing.Fault, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "Created",
				Message: "the record does not say when it was created, nor the call when it became known",
			})
			continue
		}
		if !r.Check(report) {
			continue
		}
		r.Spans = slices.DeleteFunc(slices.Clone(r.Spans), func(s billing.Span) bool { return !s.Check(report) })
		if t.f.p.Source == FromInvoices {
			r.Lines = slices.DeleteFunc(slices.Clone(r.Lines), func(l billing.InvoiceLine) bool { return !l.Check(report) })
		} else {
			r.Lines = nil
		}
		out = append(out, utc(r))
	}
	slices.SortStableFunc(out, func(a, b billing.Record) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Key, b.Key), a.Compare(&b))
	})
	return out
}

// take puts one record at its place.
func (t *taking) take(r billing.Record) {
	created := r.Created.UnixNano()
	refuse := func(message string) {
		t.findings.Add(billing.Finding{
			Code: billing.CodeTooLate, Severity: billing.Fault, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "Created",
			Value: r.Created.Format(time.RFC3339), Message: message,
		})
	}
	if t.newest != 0 && created < t.newest-int64(Grace) {
		refuse("created more than 400 days before the newest record; not taken")
		return
	}
	t.newest = max(t.newest, created) // taken or not: what is sealed must not show
	if _, sealed := t.f.sealed[sealOf(r.Key)]; sealed {
		refuse("of an object that ended more than 400 days before; not taken")
		return
	}
	x := t.object(r.Key)
	if x.before != nil && x.before.last.Compare(&r) >= 0 {
		refuse("older than what is settled of the object; not taken")
		return
	}
	if x.before == nil && len(x.versions) == 0 && !x.late {
		t.assume(&r)
	}
	now, was, repeat := x.with(r)
	if was != nil && contradict(was, r) {
		t.findings.Add(billing.Finding{
			Code: billing.CodeContradiction, Severity: billing.Warning, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "ID", Value: text.Clip(r.ID),
			Message: "another record of this id, or of this object and instant, says something else; one of them is taken, whichever came first",
		})
	}
	if repeat {
		t.repeats++
		return
	}
	t.objects[r.Key] = now
	since := created
	if was != nil {
		since = min(since, was.Created.UnixNano())
	}
	t.spread(x, now, since)
	for _, k := range now.of {
		if t.f.over(k) || t.closed(k, created) < created {
			refuse("of a subscription that ended more than 400 days before; it counts nothing")
			break
		}
	}
}

// assume finds that the first record of an object tells of a time before it.
func (t *taking) assume(r *billing.Record) {
	for i := range r.Spans {
		if s := &r.Spans[i]; r.Created.Sub(s.From) > 24*time.Hour {
			t.findings.Add(billing.Finding{
				Code: billing.CodeAssumed, Severity: billing.Warning, Record: text.Clip(cmp.Or(r.ID, r.Key)), Customer: text.Clip(s.Customer),
				Subscription: text.Clip(s.Subscription), Item: text.Clip(s.Item), Field: "From", Value: s.From.Format(time.RFC3339),
				Message: "began before the first record of it, of " + r.Created.Format(time.RFC3339) + ": what was charged until then is taken to be the same",
			})
			return
		}
	}
}

// contradict reports whether two records of one id, or of one place, differ in
// more than when they became known.
func contradict(a *billing.Record, b billing.Record) bool {
	b.Created = a.Created
	return compareContent(a, &b) != 0
}

// spread touches every subscription that a changed object concerns.
func (t *taking) spread(was, now *object, since int64) {
	keys := now.of // no fewer than before
	for _, k := range keys {
		if t.f.over(k) {
			continue
		}
		g := t.group(k)
		if i, ok := slices.BinarySearch(g.objects, now.key); !ok {
			g.objects = slices.Insert(slices.Clone(g.objects), i, now.key)
		}
		from := since
		if _, known := slices.BinarySearchFunc(was.of, k, compareKeys); !known {
			from = min(from, now.versions[0].Created.UnixNano()) // its earlier versions were of nobody
		}
		t.move(k, from)
	}
	for _, names := range [2][]name{was.names, now.names} {
		for _, n := range names {
			if t.look(n.of) != nil {
				t.touch(n.of, since)
			}
		}
	}
}
