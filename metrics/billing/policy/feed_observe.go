package policy

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Observe says that everything created up to an instant has been given to Apply,
// and returns what that moved. Under a policy of invoices a subscription carries
// on until time has passed without another one: then it lapses as Policy.Lapse
// says, on the day it lapsed and known from the instant after. An instant before
// one that was observed says nothing new; a record that comes late still counts.
//
// So the books as of an instant (ledger.Ledger.AsOf) are those of a feed that had
// observed that instant. A feed that is never told takes itself to have observed
// what lies Grace before its newest record. Options.ObservedUntil is where it
// begins. Results and errors are those of Apply.
func (f *Feed) Observe(now time.Time) ([]ledger.Movement, []billing.Finding, error) {
	if err := calendar.CheckTime(now); err != nil {
		return nil, nil, fmt.Errorf("policy: feed: observe: %w", err)
	}
	t := f.taking()
	t.observe(now.UnixNano())
	return t.finish()
}

// observe lets time pass: what is due by an instant is touched.
func (t *taking) observe(now int64) {
	if now <= t.observed {
		return
	}
	t.observed = now
	for _, w := range t.f.wakes.until(now) {
		t.woken = append(t.woken, w)
		b := t.f.books[w.of.Customer]
		if b == nil || b.groups[w.of.Subscription] == nil || b.groups[w.of.Subscription].due != w.at {
			continue // it was said otherwise meanwhile
		}
		t.touch(w.of, w.at)
	}
}

// What is known of a subscription at an instant is read as of that instant, or as
// of the last one observed where that is earlier: so whether somebody else's
// record makes it be looked at again does not show. It goes on past the end of
// what was invoiced for as long as time has not passed that end; the instant
// after is when it is due.

// dueBefore is what was awaited of a subscription before an instant; open where
// nothing was.
func (t *taking) dueBefore(k subs.Key, since int64) int64 {
	if due := t.look(k).due; due != 0 && due < since {
		return due
	}
	return open
}

// await remembers when a subscription changes by itself; open is never.
func (t *taking) await(k subs.Key, due int64) {
	if due == open {
		due = 0
	}
	if t.look(k).due == due {
		return
	}
	t.group(k).due = due
	if due != 0 {
		t.wakes = append(t.wakes, wake{due, k})
	}
}

// wake is when a subscription changes although nothing is said of it.
type wake struct {
	at int64
	of subs.Key
}

// wakes is a heap of them, the earliest first. One that the subscription no
// longer names is void.
type wakes []wake

func (w wakes) Len() int           { return len(w) }
func (w wakes) Less(i, j int) bool { return w[i].compare(w[j]) < 0 }
func (w wakes) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *wakes) Push(x any)        { *w = append(*w, x.(wake)) } //nolint:forcetypeassert // container/heap hands back what add gave
func (w *wakes) Pop() any {
	old := *w
	last := old[len(old)-1]
	*w = old[:len(old)-1]
	return last
}

func (w wake) compare(o wake) int { return cmp.Or(cmp.Compare(w.at, o.at), compareKeys(w.of, o.of)) }

func (w *wakes) add(all []wake) {
	for _, x := range all {
		heap.Push(w, x)
	}
}

// until takes out what is due by an instant.
func (w *wakes) until(now int64) (out []wake) {
	for len(*w) > 0 && (*w)[0].at <= now {
		out = append(out, heap.Pop(w).(wake)) //nolint:forcetypeassert // as above
	}
	return out
}

// awaited is what the subscriptions name, in order.
func (f *Feed) awaited() []wake {
	var out []wake
	for name, b := range f.books {
		for sub, g := range b.groups {
			if g.due != 0 {
				out = append(out, wake{g.due, subs.Key{Customer: name, Subscription: sub}})
			}
		}
	}
	slices.SortFunc(out, wake.compare)
	return out
}
