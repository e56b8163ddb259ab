package kit

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Version is a subscription as it stood from one moment on.
type Version struct {
	// Subscription it is a version of.
	Subscription string
	// At is the moment; Rank decides between versions of one moment, the higher
	// one being later (created, updated, ended).
	At   time.Time
	Rank int
	// ID of the event that told of it. Two of one id are one.
	ID string
	// Spans as the importer reads the version by itself.
	Spans []billing.Span
	// Ended is when the subscription ended according to this version, if it
	// has. It may lie before At.
	Ended time.Time
}

// Timeline puts versions of subscriptions in order and gives the spans between
// them: each version holds from its moment until the next one's, the first from
// when its spans begin. Versions may be added in any order and repeatedly.
//
// It holds all of them until it is asked for spans. The order of versions of
// the same moment and rank is that of the input or, if the input goes
// backwards in time, as lists of events do, the reverse.
//
// A Timeline is for one goroutine. Make one with Session.Timeline.
type Timeline struct {
	s       *Session
	subs    map[string][]version
	n       int
	last    time.Time
	forward int64 // steps forward in time less steps backward
}

type version struct {
	Version
	seq int
}

// Timeline begins an empty one.
func (s *Session) Timeline() *Timeline {
	return &Timeline{s: s, subs: map[string][]version{}}
}

// Len is how many versions it holds.
func (t *Timeline) Len() int { return t.n }

// Add takes a version. The error is that of Limits.Versions. The spans belong
// to the Timeline from then on.
func (t *Timeline) Add(v Version) error {
	if t.n >= t.s.opts.Limits.Versions {
		return t.s.Overflow("versions of subscriptions", "Versions", t.s.opts.Limits.Versions)
	}
	switch {
	case t.n == 0:
	case v.At.After(t.last):
		t.forward++
	case v.At.Before(t.last):
		t.forward--
	}
	t.last = v.At
	t.n++
	t.subs[v.Subscription] = append(t.subs[v.Subscription], version{v, t.n})
	return nil
}

// Spans yields the spans of all subscriptions, by the id of the subscription,
// then by time and item, and forgets them.
func (t *Timeline) Spans() iter.Seq[billing.Span] {
	return func(yield func(billing.Span) bool) {
		for _, id := range slices.Sorted(maps.Keys(t.subs)) {
			versions := t.order(t.subs[id])
			delete(t.subs, id)
			for _, s := range billing.Fold(t.before(id, &versions[0]), records(versions)...) {
				if !yield(s) {
					return
				}
			}
		}
		t.n = 0
	}
}

// before is what is known of a subscription before its first event: nothing, and
// so it begins there, or nothing else than what that says.
func (t *Timeline) before(id string, first *version) []billing.Span {
	if t.s.opts.SinceFirstEvent {
		return []billing.Span{}
	}
	for i := range first.Spans {
		if from := first.Spans[i].From; first.At.Sub(from) > 24*time.Hour {
			n := t.s.Note(first.ID)
			n.Customer, n.Subscription = first.Spans[i].Customer, id
			n.Warn(billing.CodeAssumed, "", from.Format(time.RFC3339), "it began before its first event, of %s: what was charged until then is taken to be the same", first.At.Format(time.RFC3339))
			break
		}
	}
	return nil
}

// order sorts the versions of one subscription and removes repeats.
func (t *Timeline) order(vs []version) []version {
	slices.SortFunc(vs, func(a, b version) int {
		order := cmp.Compare(a.seq, b.seq)
		if t.forward < 0 {
			order = -order
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Rank, b.Rank), order)
	})
	seen := make(map[string]int, len(vs))
	out := vs[:0]
	for _, v := range vs {
		if at, ok := seen[v.ID]; ok && v.ID != "" {
			if same(&out[at].Version, &v.Version) {
				t.s.Repeated()
			} else {
				t.s.Note(v.ID).Warn(billing.CodeContradiction, "id", v.ID, "two events of this id differ; the earlier one is taken")
			}
			continue
		}
		seen[v.ID] = len(out)
		if n := len(out); n > 0 && out[n-1].At.Equal(v.At) && out[n-1].Rank == v.Rank && !same(&out[n-1].Version, &v.Version) {
			note := t.s.Note(v.ID)
			note.Subscription = v.Subscription
			note.Warn(billing.CodeAssumed, "", v.At.Format(time.RFC3339), "differs from %q of the same moment; nothing says which was later", text.Clip(out[n-1].ID))
		}
		out = append(out, v)
	}
	return out
}

func same(a, b *Version) bool {
	return a.At.Equal(b.At) && a.Ended.Equal(b.Ended) && slices.EqualFunc(a.Spans, b.Spans, func(x, y billing.Span) bool {
		return sameCharge(&x, &y) && x.From.Equal(y.From) && x.To.Equal(y.To) && x.Terms.Equal(&y.Terms)
	})
}

// records are ordered versions as billing.Fold takes them.
func records(vs []version) []billing.Record {
	out := make([]billing.Record, len(vs))
	for i := range vs {
		v := &vs[i]
		out[i] = billing.Record{Key: v.Subscription, ID: v.ID, Created: v.At, Ended: v.Ended, Spans: v.Spans}
	}
	return out
}

func sameCharge(a, b *billing.Span) bool {
	return a.Customer == b.Customer && a.Subscription == b.Subscription && a.Item == b.Item
}
