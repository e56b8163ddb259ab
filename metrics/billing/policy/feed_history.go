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
	fresh bool  // only the last version is new
	left  int   // how many versions go before these and stay as they are
	since int64 // where what is in force now first differs from what was; open where nowhere
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

// history works out one subscription.
func (t *taking) history(k subs.Key, since int64) (h rewritten, changed bool, err error) {
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
		changes, due, soon, err := t.worth(k, at, func(x billing.Finding) { found = append(found, x) })
		switch {
		case err != nil:
			return h, false, err
		case due == 0 || due >= next:
		case due <= t.observed: // it changes before anything else is said
			soon = min(soon, due)
		default:
			pending = min(pending, due)
		}
		if soon < next {
			instants = slices.Insert(instants, i+1, soon)
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
	h.since = differsFrom(inForce(old.Versions), inForce(h.Versions))
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
	for _, key := range t.look(k).objects {
		x := t.object(key)
		for i := range x.versions {
			add(x.versions[i].Created.UnixNano())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inForce is what the last version says.
func inForce(all []ledger.Version) []ledger.Change {
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1].Changes
}

// differsFrom is the instant up to which two lists of changes, each in order of time,
// say the same; open where they do to the end.
func differsFrom(a, b []ledger.Change) int64 {
	for i := 0; ; i++ {
		switch {
		case i < len(a) && i < len(b):
			if !sameChange(a[i], b[i]) {
				return min(a[i].At.UnixNano(), b[i].At.UnixNano())
			}
		case i < len(a):
			return a[i].At.UnixNano()
		case i < len(b):
			return b[i].At.UnixNano()
		default:
			return open
		}
	}
}

// sameChanges reports whether two versions say the same.
func sameChanges(a, b []ledger.Change) bool {
	if len(a) != len(b) {
		return false
	}
	if slices.EqualFunc(a, b, sameChange) {
		return true
	}
	sorted := func(in []ledger.Change) []ledger.Change {
		out := slices.Clone(in)
		slices.SortStableFunc(out, func(a, b ledger.Change) int {
			return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Item, b.Item))
		})
		return out
	}
	return slices.EqualFunc(sorted(a), sorted(b), sameChange)
}

func sameChange(x, y ledger.Change) bool {
	return x.At.Equal(y.At) && x.Item == y.Item && x.Amount.Equal(y.Amount) && max(x.Cycle.N, 1) == max(y.Cycle.N, 1) && x.Cycle.Unit == y.Cycle.Unit &&
		x.Currency == y.Currency && x.Cause == y.Cause && x.ID == y.ID && x.Plan == y.Plan && x.Product == y.Product &&
		x.Quantity.Equal(y.Quantity) && x.Alive == y.Alive
}
