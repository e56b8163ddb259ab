package policy

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// looked is how many objects are looked at for every Apply: enough that all are,
// long before another grace has passed.
const looked = 8

// settle folds versions that can no longer change and seals what is long over,
// a few objects at a time. Nothing it does can be seen in the books.
func (f *Feed) settle() {
	horizon := f.newest - int64(Grace)
	t := &taking{f: f} // looks, and changes nothing
	for range min(looked, len(f.ring)) {
		if f.hand >= len(f.ring) {
			f.hand = 0
		}
		x := f.objects[f.ring[f.hand]]
		if t.seal(x, horizon-int64(Grace)) {
			f.ring[f.hand] = f.ring[len(f.ring)-1]
			if f.ring = f.ring[:len(f.ring)-1]; len(f.ring) == 0 {
				return
			}
			continue
		}
		limit := horizon
		for _, k := range x.of {
			if f.over(k) {
				continue
			}
			limit = min(limit, t.closed(k, f.newest)+1)
		}
		folded := x.fold(limit)
		f.rename(x, folded)
		f.objects[x.key] = folded
		f.hand++
	}
}

// seal forgets an object all of whose subscriptions were over by an instant, and
// of which nothing was said since: a subscription is written as a whole, so all
// that speaks of it has to be over.
func (t *taking) seal(x *object, limit int64) bool {
	keys := x.of
	for _, k := range keys {
		if !t.over(k, limit) {
			return false
		}
	}
	if !x.quiet(limit) {
		return false
	}
	f := t.f
	for _, k := range keys {
		if !f.over(k) {
			t.keep(k)
			f.forget(k)
		}
	}
	f.rename(x, nil)
	delete(f.objects, x.key)
	f.sealed[sealOf(x.key)] = struct{}{}
	return true
}

// quiet reports whether nothing was said by an object since an instant.
func (x *object) quiet(limit int64) bool {
	if n := len(x.versions); n > 0 {
		return x.versions[n-1].Created.UnixNano() < limit
	}
	return x.before != nil && x.before.last.Created.UnixNano() < limit
}

// over reports whether a subscription was over by an instant and nothing was said
// of it since.
func (t *taking) over(k subs.Key, limit int64) bool {
	if t.f.over(k) {
		return true
	}
	g := t.look(k)
	if g.due != 0 {
		return false // time will change it yet
	}
	for _, key := range g.objects {
		if x := t.f.objects[key]; x != nil && !x.quiet(limit) {
			return false
		}
	}
	spans, lines := t.said(k, t.closed(k, t.f.newest))
	return overBy(spans, lines, limit)
}

// keep puts into a customer's book what a subscription that is to be forgotten
// says of the others.
func (t *taking) keep(k subs.Key) {
	b := t.f.books[k.Customer]
	first := int64(0)
	spans, _ := t.said(k, t.closed(k, t.f.newest))
	for i := range spans {
		s := &spans[i]
		if at := s.From.UnixNano(); !s.Test && (first == 0 || at < first) {
			first = at
		}
		if of, ok := carriesOn(s); ok {
			if i, known := slices.BinarySearch(b.replaced, of.Subscription); !known {
				b.replaced = slices.Insert(slices.Clone(b.replaced), i, of.Subscription)
			}
		}
	}
	if first == 0 {
		return
	}
	if i, known := slices.BinarySearch(b.starts, first); !known {
		b.starts = slices.Insert(slices.Clone(b.starts), i, first)
	}
}

// forget seals a subscription: what is said of it from now on counts nothing. Its
// objects stay until each of them has been looked at.
func (f *Feed) forget(k subs.Key) {
	f.sealed[sealOfGroup(k)] = struct{}{}
	b := f.books[k.Customer]
	b.unask(k.Subscription, b.groups[k.Subscription].asked)
	delete(b.groups, k.Subscription)
	if b.begun != nil {
		b.begun.drop(k.Subscription)
	}
	if len(b.groups) == 0 {
		delete(f.books, k.Customer)
	}
}

// over reports whether a subscription is sealed.
func (f *Feed) over(k subs.Key) bool {
	if len(f.sealed) == 0 {
		return false
	}
	_, over := f.sealed[sealOfGroup(k)]
	return over
}
