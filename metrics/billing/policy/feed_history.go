package policy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// rewritten is everything that is to be said of one subscription.
type rewritten struct {
	ledger.History
	fresh bool // only the last version is new
	left  int  // how many versions go before these and stay as they are
}

// histories works out what is known of every subscription touched, from when it
// changes on.
func (t *taking) histories() ([]rewritten, error) {
	slices.SortFunc(t.keys, compareKeys)
	var out []rewritten
	for _, k := range t.keys {
		h, changed, err := t.history(k, t.since[k])
		if err != nil {
			return nil, err
		}
		if changed {
			out = append(out, h)
		}
	}
	if len(out) == 1 && out[0].fresh { // nobody asks what went before
		return out, nil
	}
	for i := range out {
		if h := &out[i]; h.left > 0 {
			all, _ := t.f.l.HistoryOf(h.Customer, h.Subscription)
			h.Versions, h.left = append(all.Versions[:h.left:h.left], h.Versions...), 0
		}
	}
	return out, nil
}

// history works out one subscription. Whether it matters when others begin may
// only show on the way: then once more.
func (t *taking) history(k subs.Key, since int64) (h rewritten, changed bool, err error) {
	asked := t.book(k.Customer).groups[k.Subscription].asked
	found := t.findings
	if h, changed, err = t.historyOnce(k, since); err == nil && !asked && t.book(k.Customer).groups[k.Subscription].asked {
		t.findings = found
		return t.historyOnce(k, since)
	}
	return h, changed, err
}

func (t *taking) historyOnce(k subs.Key, since int64) (h rewritten, changed bool, err error) {
	old, left, _ := t.f.l.HistorySince(k.Customer, k.Subscription, time.Unix(0, since))
	kept := 0
	for kept < len(old.Versions) && old.Versions[kept].Recorded.UnixNano() < since {
		kept++
	}
	h.Customer, h.Subscription, h.left = k.Customer, k.Subscription, left
	h.Versions = append(h.Versions, old.Versions[:kept]...)
	instants := t.instants(k, since)
	pending := t.dueBefore(k, since)
	var found []billing.Finding // at the last instant
	for i := 0; i < len(instants); i++ {
		at, next := instants[i], int64(open)
		if i+1 < len(instants) {
			next = instants[i+1]
		}
		found = found[:0]
		changes, due, err := t.worth(k, at, func(x billing.Finding) { found = append(found, x) })
		switch {
		case err != nil:
			return h, false, err
		case due == 0 || due >= next:
		case due <= t.observed: // it changes before anything else is said
			instants = slices.Insert(instants, i+1, due)
		default:
			pending = min(pending, due)
		}
		if n := len(h.Versions); n == 0 && len(changes) == 0 || n > 0 && sameChanges(h.Versions[n-1].Changes, changes) {
			continue // nothing new was known
		}
		h.Versions = append(h.Versions, ledger.Version{Recorded: time.Unix(0, at).UTC(), Changes: changes})
	}
	for _, x := range found {
		t.findings.Add(x)
	}
	t.await(k, pending)
	h.fresh = kept == len(old.Versions) && len(h.Versions) == kept+1
	if len(h.Versions) != len(old.Versions) {
		return h, true, nil
	}
	for i := kept; i < len(h.Versions); i++ {
		if !h.Versions[i].Recorded.Equal(old.Versions[i].Recorded) || !sameChanges(h.Versions[i].Changes, old.Versions[i].Changes) {
			return h, true, nil
		}
	}
	return h, false, nil
}

// instants are when something about a subscription became known, from since on.
func (t *taking) instants(k subs.Key, since int64) []int64 {
	out := []int64{since}
	add := func(at int64) {
		if at > since {
			out = append(out, at)
		}
	}
	b := t.book(k.Customer)
	for _, key := range b.groups[k.Subscription].objects {
		for i := range t.object(key).versions {
			add(t.object(key).versions[i].Created.UnixNano())
		}
	}
	// Others matter where it was asked whether they begin: one that names it as
	// carried on changes only what would have been asked otherwise.
	if b.groups[k.Subscription].asked {
		t.others(b, k, func(x *object, _ string) {
			for i := range x.versions {
				add(x.versions[i].Created.UnixNano())
			}
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sameChanges reports whether two versions say the same.
func sameChanges(a, b []ledger.Change) bool {
	sorted := func(in []ledger.Change) []ledger.Change {
		out := slices.Clone(in)
		slices.SortStableFunc(out, func(a, b ledger.Change) int {
			return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Item, b.Item))
		})
		return out
	}
	return slices.EqualFunc(sorted(a), sorted(b), func(x, y ledger.Change) bool {
		return x.At.Equal(y.At) && x.Item == y.Item && x.Amount.Equal(y.Amount) && max(x.Cycle.N, 1) == max(y.Cycle.N, 1) && x.Cycle.Unit == y.Cycle.Unit &&
			x.Currency == y.Currency && x.Cause == y.Cause && x.ID == y.ID && x.Plan == y.Plan && x.Product == y.Product &&
			x.Quantity.Equal(y.Quantity) && x.Alive == y.Alive
	})
}
