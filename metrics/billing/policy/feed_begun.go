package policy

import (
	"cmp"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// begun is when the subscriptions of a customer begin, as far as was known at every
// instant.
type begun struct {
	of   map[string][]beginning // by subscription, in order of their becoming known
	line marks
}

// beginning is when a subscription begins as known from an instant on, 0 where it
// does not.
type beginning struct{ known, at int64 }

// set replaces what is known of a subscription from an instant on, and gives what
// is not as it was to changed, which may be nil.
func (b *begun) set(sub string, since int64, now []beginning, changed func(x beginning)) {
	old := b.of[sub]
	n := 0
	for n < len(old) && old[n].known < since {
		n++
	}
	was := old[n:]
	if slices.Equal(was, now) {
		return
	}
	for _, x := range was {
		if x.at != 0 {
			b.line.remove(mark{x.at, x.known, sub})
		}
	}
	for _, x := range now {
		if x.at != 0 {
			b.line.add(mark{x.at, x.known, sub})
		}
	}
	if changed != nil {
		differ(old[:n], was, now, changed)
	}
	if b.of[sub] = slices.Concat(old[:n], now); len(b.of[sub]) == 0 {
		delete(b.of, sub)
	}
}

// differ gives every beginning that held or holds while the other did not, with the
// instant from which that is so.
func differ(before, was, now []beginning, f func(beginning)) {
	var a, b int64 // what holds
	if n := len(before); n > 0 {
		a, b = before[n-1].at, before[n-1].at
	}
	for len(was) > 0 || len(now) > 0 {
		next := int64(open)
		if len(was) > 0 {
			next = was[0].known
		}
		if len(now) > 0 {
			next = min(next, now[0].known)
		}
		if len(was) > 0 && was[0].known == next {
			a, was = was[0].at, was[1:]
		}
		if len(now) > 0 && now[0].known == next {
			b, now = now[0].at, now[1:]
		}
		if a != b {
			f(beginning{next, a})
			f(beginning{next, b})
		}
	}
}

// drop forgets a subscription.
func (b *begun) drop(sub string) { b.set(sub, math.MinInt64, nil, nil) }

// at is when a subscription begins as known at an instant, 0 where it does not, and
// when something else becomes known, open for never.
func (b *begun) at(sub string, known int64) (at, next int64) {
	all := b.of[sub]
	i, found := slices.BinarySearchFunc(all, known, func(x beginning, known int64) int { return cmp.Compare(x.known, known) })
	if found {
		i++
	}
	next = open
	if i < len(all) {
		next = all[i].known
	}
	if i > 0 {
		at = all[i-1].at
	}
	return at, next
}

// first is the first instant on [from, to) at which another subscription begins as
// known at an instant, 0 for none, and when that may change, open for never.
func (b *begun) first(sub string, from, to, known int64) (first, next int64) {
	soon := int64(open)
	next = b.line.from(from, to, known, func(x mark) bool {
		if x.of == sub {
			return true
		}
		at, then := b.at(x.of, known)
		if at != x.at {
			return true // it was said otherwise meanwhile
		}
		first, soon = x.at, then
		return false
	})
	return first, min(next, soon)
}

// begins is what was known from an instant on of when a subscription begins, after
// what was known before.
func (t *taking) begins(k subs.Key, since int64, before []beginning) (out []beginning) {
	last := int64(0)
	if n := len(before); n > 0 {
		last = before[n-1].at
	}
	for _, known := range t.instants(k, since) {
		first := int64(0)
		spans, _ := t.said(k, t.closed(k, known))
		for i := range spans {
			if at := spans[i].From.UnixNano(); !spans[i].Test && (first == 0 || at < first) {
				first = at
			}
		}
		if first != last {
			out = append(out, beginning{known, first})
			last = first
		}
	}
	return out
}

// begunOf is when a customer's subscriptions begin. It is made when somebody asks, and
// kept; what this Apply changes comes in at once, and touches those that asked.
func (t *taking) begunOf(customer string) *begun {
	if x := t.begun[customer]; x != nil {
		return x
	}
	x := &begun{of: map[string][]beginning{}}
	b := t.f.books[customer]
	switch {
	case b == nil:
		b = &customerBook{}
	case b.begun != nil:
		x = b.begun
	default:
		were := &taking{f: t.f}
		for sub := range b.groups {
			x.set(sub, math.MinInt64, were.begins(subs.Key{Customer: customer, Subscription: sub}, math.MinInt64, nil), nil)
		}
	}
	t.begun[customer] = x
	for sub := range t.moved[customer] {
		k := subs.Key{Customer: customer, Subscription: sub}
		since := t.since[k]
		known := x.of[k.Subscription]
		n := 0
		for n < len(known) && known[n].known < since {
			n++
		}
		x.set(k.Subscription, since, t.begins(k, since, known[:n]), func(c beginning) {
			if c.at == 0 {
				return
			}
			b.askers.from(c.at+1, math.MaxInt64, c.at, func(m mark) bool {
				if m.of != k.Subscription && b.groups[m.of].asked.cares(c.at, c.known) {
					t.touch(subs.Key{Customer: customer, Subscription: m.of}, c.known)
				}
				return true
			})
		})
	}
	return x
}
