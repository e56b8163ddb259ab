package policy

import (
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// A subscription looks at its customer's others twice: whether one of them says that
// it carries it on, and whether one begins while it is paid for beyond its end. The
// first is looked up by what objects name. For the second a customer of whom it was
// ever asked keeps when their subscriptions begin, as far as was known at every
// instant, and those that asked keep what they asked: so that nobody has to look
// through all others.

// question is what a subscription asked of when others begin. The zero question
// asks nothing.
type question struct {
	from, to int64 // at which instants, ever
	known    int64 // when it was asked last,
	lo, hi   int64 // and at which instants a beginning would have changed the answer then
}

// anything is what a subscription asked of which that is not known.
var anything = question{from: math.MinInt64, to: open - 1, known: math.MinInt64, lo: math.MinInt64, hi: open - 1}

// cares reports whether a beginning matters to it that becomes known, or no longer
// is, from an instant on.
func (q *question) cares(at, since int64) bool {
	if since > q.known {
		return at >= q.lo && at < q.hi
	}
	return at >= q.from && at < q.to
}

// ask notes what of [from, to) would change an answer given at an instant.
func (q *question) ask(known, from, to int64, answer int64) {
	hi := to
	if answer != 0 {
		hi = answer + 1
	}
	if q.to == 0 {
		*q = question{from: from, to: to, known: known, lo: from, hi: hi}
		return
	}
	q.from, q.to = min(q.from, from), max(q.to, to)
	if known >= q.known {
		q.known, q.lo, q.hi = known, min(q.lo, from), max(q.hi, hi)
	}
}

// again forgets what was asked last, where it is asked at that instant or later.
func (q *question) again(known int64) {
	if q.to != 0 && known >= q.known {
		q.known, q.lo, q.hi = known, math.MaxInt64, math.MinInt64
	}
}

// kin is what was known of a customer's other subscriptions at an instant. next is
// when its answers may change, open for never.
func (t *taking) kin(k subs.Key, at int64) (of kin, next *int64) {
	soon := int64(open)
	b := t.f.books[k.Customer]
	if b == nil {
		b = &customerBook{}
	}
	_, of.replaced = slices.BinarySearch(b.replaced, k.Subscription)
	closed := t.closed(k, at)
	later := func(then int64) {
		if then > at { // else it became known of what is over
			soon = min(soon, then)
		}
	}
	if !of.replaced {
		var then int64
		of.replaced, then = t.carriedOn(k, closed)
		later(then)
	}
	of.next = func(from, to int64) int64 {
		first, then := t.begunOf(k.Customer).first(k.Subscription, from, to, closed)
		if i, _ := slices.BinarySearch(b.starts, from); i < len(b.starts) && b.starts[i] < to && (first == 0 || b.starts[i] < first) {
			first = b.starts[i]
		}
		later(then)
		t.ask(k, func(q *question) { q.ask(at, from, to, first) })
		return first
	}
	return of, &soon
}

// ask changes what a subscription asks.
func (t *taking) ask(k subs.Key, f func(*question)) {
	var q question
	old := t.look(k).asked
	if old != nil {
		q = *old
	}
	if f(&q); old == nil && q != (question{}) || old != nil && q != *old {
		t.group(k).asked = &q
	}
}

// naming is an object that says of one subscription that it carries on another.
type naming struct {
	key string // of the object
	by  string // subscription of the same customer
}

// carriedOn reports whether another subscription said by an instant that it carries
// one on, and when that may change, open for never.
func (t *taking) carriedOn(k subs.Key, at int64) (yes bool, next int64) {
	if t.named == nil {
		t.named = map[subs.Key][]naming{}
		for _, x := range t.objects {
			for _, n := range x.names {
				t.named[n.of] = append(t.named[n.of], naming{x.key, n.by})
			}
		}
	}
	next = open
	says := func(n naming) bool {
		other := subs.Key{Customer: k.Customer, Subscription: n.by}
		if t.look(other) == nil {
			return false // its customer's book keeps what it said
		}
		x := t.object(n.key)
		spans, _ := x.known(t.closed(other, at)) // of what is over, nothing that was said since
		said := slices.ContainsFunc(spans, func(s billing.Span) bool {
			named, ok := carriesOn(&s)
			return ok && named == k && s.Subscription == n.by
		})
		if then := x.after(at); said {
			next = then
		} else {
			next = min(next, then)
		}
		return said
	}
	yes = slices.ContainsFunc(t.named[k], says) || slices.ContainsFunc(t.f.named[k], func(n naming) bool {
		return t.objects[n.key] == nil && says(n)
	})
	return yes, next
}

// stir lets those look again that asked when others begin, and keeps up what is kept
// of that.
func (t *taking) stir() {
	for customer, moved := range t.moved {
		b := t.f.books[customer]
		switch {
		case b == nil:
		case b.lone(moved):
			b.begun = nil // there are no others; made again once there are
		default:
			if b.restore(); len(b.askers.shelves) > 0 || b.begun != nil {
				t.begunOf(customer)
			}
		}
	}
}
