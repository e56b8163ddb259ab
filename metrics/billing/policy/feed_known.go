package policy

import (
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// closed is the last instant, up to one, at which something was said of a
// subscription that counts: once it is over, and nothing was said of it, for
// longer than the grace, what comes later counts nothing.
func (t *taking) closed(k subs.Key, at int64) int64 {
	g := t.book(k.Customer).groups[k.Subscription]
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
	for _, c := range said {
		if last != 0 && c-last > int64(Grace) {
			if spans, lines := t.said(k, last); overBy(spans, lines, c-int64(Grace)) {
				return last
			}
		}
		last = c
	}
	return at
}

// said is what the objects of a subscription say of it, as far as was known at an
// instant.
func (t *taking) said(k subs.Key, at int64) (spans []billing.Span, lines []billing.InvoiceLine) {
	for _, key := range t.book(k.Customer).groups[k.Subscription].objects {
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
// due is when it changes although nothing more is said, 0 for never.
func (t *taking) worth(k subs.Key, at int64, report func(billing.Finding)) (out []ledger.Change, due int64, err error) {
	f := t.f
	w := &f.room
	w.notes = notes{out: report, seen: w.notes.seen[:0]}
	terms := terms{p: &f.p, o: &f.o, observed: min(at, t.observed)}
	at = t.closed(k, at)
	spans, lines := t.said(k, at)
	w.spans, w.lines = w.spans[:0], w.lines[:0]
	for i := range spans {
		w.spans = append(w.spans, &spans[i])
	}
	for i := range lines {
		w.lines = append(w.lines, &lines[i])
	}
	var steps []step
	if of := t.kin(k, at); f.p.Source == FromInvoices {
		steps, err = terms.invoiced(&w.work, w.spans, w.lines, of, &w.notes)
		due = w.due
	} else {
		steps, err = terms.agreed(&w.work, w.spans, of, &w.notes)
	}
	if err != nil {
		return nil, 0, err
	}
	sortSteps(steps)
	out = make([]ledger.Change, len(steps))
	for i := range steps {
		out[i] = steps[i].change(k, &f.o)
		out[i].ID, out[i].Recorded = steps[i].evidence(), time.Time{}
	}
	return out, due, nil
}

// others calls f for the objects of a customer's other subscriptions.
func (t *taking) others(b *customerBook, k subs.Key, f func(x *object, subscription string)) {
	if len(b.groups) == 1 {
		return
	}
	for sub, g := range b.groups {
		if sub != k.Subscription {
			for _, key := range g.objects {
				f(t.object(key), sub)
			}
		}
	}
}

// namer is an object of one subscription that says that it carries on another.
type namer struct {
	*object
	subscription string
}

// namersOf are the objects of other subscriptions that name one. They are found
// once for all subscriptions of a customer.
func (t *taking) namersOf(b *customerBook, k subs.Key) []namer {
	all, ok := t.namers[k.Customer]
	if !ok {
		all = map[subs.Key][]namer{}
		for sub, g := range b.groups {
			for _, key := range g.objects {
				x := t.object(key)
				for _, of := range x.names {
					if of.Subscription != sub {
						all[of] = append(all[of], namer{x, sub})
					}
				}
			}
		}
		t.namers[k.Customer] = all
	}
	return all[k]
}

// kin is what was known of a customer's other subscriptions at an instant.
func (t *taking) kin(k subs.Key, at int64) kin {
	b := t.book(k.Customer)
	of := kin{replaced: slices.Contains(b.replaced, k.Subscription)}
	counted := func(x *object, sub string) iter.Seq[*billing.Span] { // of what is over, nothing that was said since
		other := subs.Key{Customer: k.Customer, Subscription: sub}
		spans, _ := x.known(t.closed(other, at))
		return func(yield func(*billing.Span) bool) {
			for i := range spans {
				if spanKey(&spans[i]) == other && !yield(&spans[i]) {
					return
				}
			}
		}
	}
	for _, x := range t.namersOf(b, k) {
		if of.replaced {
			break
		}
		for s := range counted(x.object, x.subscription) {
			if named, ok := carriesOn(s); ok && named == k {
				of.replaced = true
			}
		}
	}
	of.next = func(from, to int64) int64 {
		t.ask(k)
		begins := map[string]int64{}
		t.others(b, k, func(x *object, sub string) {
			for s := range counted(x, sub) {
				if s.Test {
					continue
				}
				if first, ok := begins[sub]; !ok || s.From.UnixNano() < first {
					begins[sub] = s.From.UnixNano()
				}
			}
		})
		first := int64(0)
		earlier := func(at int64) {
			if at >= from && at < to && (first == 0 || at < first) {
				first = at
			}
		}
		for _, at := range begins {
			earlier(at)
		}
		for _, at := range b.starts {
			earlier(at)
		}
		return first
	}
	return of
}

// ask remembers that it matters to a subscription whether others begin.
func (t *taking) ask(k subs.Key) {
	if !t.book(k.Customer).groups[k.Subscription].asked {
		t.group(k).asked = true
	}
}
