package ledger

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Version is what was known of one subscription from an instant of recording
// on: its whole history, all items.
type Version struct {
	Recorded time.Time `json:"recorded"`
	// Changes name no other customer or subscription than the version's own
	// (empty is that) and no Recorded.
	Changes []Change `json:"changes"`
}

// History is everything that was ever said of one subscription.
type History struct {
	Customer     string    `json:"customer"`
	Subscription string    `json:"subscription"`
	Versions     []Version `json:"versions"` // in order of their recording
}

// history is the versions of one subscription, one for each instant of
// recording. The last is in force.
type history struct{ versions []version }

type version struct {
	rec int64
	es  []entry // by instant, then item; one for each
}

// Replace says what is known of one subscription from recorded on: changes are
// its whole history, all items. AsOf an instant before still answers what was
// said then.
//
// A version is a level in recorded time: calls may come in any order, and
// saying one twice does no harm. Of two versions recorded together the content
// decides which holds, never the order in which they came; Rewrite is for
// callers who know better. Changes have no Recorded of their own, and their
// Customer and Subscription may be left empty. Their ids may repeat and are not
// compared. A subscription is told by Append or by Replace, never by both
// (ErrMixed). Refusals are as Append's.
func (l *Ledger) Replace(customer, subscription string, recorded time.Time, changes ...Change) error {
	return l.restate("replace", false, History{
		Customer: customer, Subscription: subscription,
		Versions: []Version{{Recorded: recorded, Changes: changes}},
	})
}

// Rewrite says of each of some subscriptions everything there is to say: the
// versions given are its whole recorded history, and what was said of it before
// is forgotten. No versions: nothing was ever said. It takes all histories or
// none, each subscription at most once. Rows of a refusal count all changes of
// all versions, in order.
//
// It is what keeps live books right when an old record arrives late: every
// version it belongs into is said anew.
func (l *Ledger) Rewrite(histories ...History) error { return l.restate("rewrite", true, histories...) }

// said is a version under way.
type said struct {
	base  uint32
	fresh bool // the first of its subscription in this input
	none  bool // its subscription has no versions
	version
}

func (l *Ledger) restate(op string, forget bool, histories ...History) error {
	in := l.begin(op)
	defer in.undo()
	var all []said
	bases := map[uint32]bool{}
	for i := range histories {
		h := &histories[i]
		base, ok := in.subscription(h)
		if !ok {
			continue
		}
		if bases[base] && forget {
			in.faults.Add(fault.Row{Row: in.next + 1, Customer: h.Customer, Field: "Subscription", Value: h.Subscription, Limit: "given twice", Err: ErrConflict})
			continue
		}
		bases[base] = true
		if len(h.Versions) == 0 {
			all = append(all, said{base: base, fresh: true, none: true})
		}
		for j := range h.Versions {
			v := in.version(h, &h.Versions[j])
			all = append(all, said{base: base, fresh: j == 0, version: v})
		}
	}
	if err := in.end(); err != nil {
		return err
	}
	// From here on nothing can fail.
	for i := range all {
		l.say(&all[i], forget)
	}
	return nil
}

// subscription numbers the subscription of a history.
func (in *input) subscription(h *History) (base uint32, ok bool) {
	l := in.l
	c := Change{Customer: h.Customer, Subscription: h.Subscription}
	before := in.faults.Count()
	parseNames(&c, func(field, value, limit string, err error) { in.fault(0, &c, field, value, limit, err) })
	if in.faults.Count() > before {
		return 0, false
	}
	cust, _, err := l.customers.number(c.Customer, l.customers.hash(c.Customer))
	if err == nil {
		base, err = l.slot(cust, c.Subscription, "")
	}
	if err != nil {
		in.fault(0, &c, "Subscription", c.Subscription, err.Error(), ErrRange)
		return 0, false
	}
	in.out = &[]entry{}
	return base, in.claim(0, &c, base)
}

// version takes in the changes of one version.
func (in *input) version(h *History, v *Version) version {
	l := in.l
	var out []entry
	in.out = &out
	if err := checkTime(v.Recorded); err != nil {
		in.faults.Add(fault.Row{Row: in.next + 1, Customer: h.Customer, Field: "Recorded", Value: timeText(v.Recorded), Limit: err.Error(), Err: ErrRange})
	}
	buf := make([]Change, 0, min(batch, len(v.Changes)))
	for i := range v.Changes {
		c := v.Changes[i]
		fail := func(field, value, limit string) {
			in.fault(len(buf), &c, field, value, limit, ErrConflict)
		}
		if c.Customer == "" {
			c.Customer = h.Customer
		}
		if c.Subscription == "" {
			c.Subscription = h.Subscription
		}
		switch {
		case c.Customer != h.Customer:
			fail("Customer", c.Customer, "the history is of another customer")
		case c.Subscription != h.Subscription:
			fail("Subscription", c.Subscription, "the history is of another subscription")
		case !c.Recorded.IsZero():
			fail("Recorded", timeText(c.Recorded), "must be unset: the version says when")
		}
		c.Recorded = v.Recorded
		if buf = append(buf, c); len(buf) == batch {
			in.add(buf)
			buf = buf[:0]
		}
	}
	in.add(buf)
	if in.faults.Count() > 0 {
		return version{}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		if c := cmp.Compare(a.at, b.at); c != 0 || a.slot == b.slot {
			return c
		}
		return bytes.Compare(l.slots.text(a.slot), l.slots.text(b.slot))
	})
	kept := out[:0]
	for i := range out { // of one item at one instant the last saying
		if n := len(kept); n > 0 && kept[n-1].at == out[i].at && kept[n-1].slot == out[i].slot {
			kept[n-1] = out[i]
			continue
		}
		kept = append(kept, out[i])
	}
	return version{rec: v.Recorded.UnixNano(), es: kept[:len(kept):len(kept)]}
}

// say puts a version where its recording belongs.
func (l *Ledger) say(s *said, forget bool) {
	h := l.histories[s.base]
	if forget && s.fresh {
		delete(l.histories, s.base)
		l.restated[s.base] = struct{}{}
	}
	cust := l.slots.owner[s.base]
	if s.none {
		l.histOf[cust] = slices.DeleteFunc(l.histOf[cust], func(b uint32) bool { return b == s.base })
		l.origin[s.base] = unsaid
		return
	}
	if h == nil {
		l.histOf[cust] = append(l.histOf[cust], s.base)
	}
	if h = l.histories[s.base]; h == nil {
		h = &history{}
		l.histories[s.base] = h
	}
	i, found := slices.BinarySearchFunc(h.versions, s.rec, func(v version, rec int64) int { return cmp.Compare(v.rec, rec) })
	switch {
	case !found:
		h.versions = slices.Insert(h.versions, i, s.version)
	case l.compareVersions(h.versions[i].es, s.es) < 0:
		h.versions[i] = s.version
	default:
		return
	}
	if i == len(h.versions)-1 {
		l.restated[s.base] = struct{}{}
	}
}

// inForce is the version as of an instant of recording, nil where nothing was
// said by then.
func (h *history) inForce(rec int64) *version {
	i, found := slices.BinarySearchFunc(h.versions, rec, func(v version, rec int64) int { return cmp.Compare(v.rec, rec) })
	if found {
		return &h.versions[i]
	}
	if i == 0 {
		return nil
	}
	return &h.versions[i-1]
}

// compareVersions orders two versions of one subscription by their content
// alone, so that which of two recorded together holds depends on no order.
func (l *Ledger) compareVersions(a, b []entry) int {
	for i := range min(len(a), len(b)) {
		if c := l.compareContent(&a[i], &b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// compareContent orders entries by everything they say but when it was recorded.
func (l *Ledger) compareContent(a, b *entry) int {
	da, db := l.dimOf(a), l.dimOf(b)
	word := func(v, w uint32) int {
		if v == w {
			return 0
		}
		return cmp.Compare(l.dims.text(v), l.dims.text(w))
	}
	id := func(e *entry) []byte {
		if e.id == 0 {
			return nil
		}
		return l.ids.text(e.id - 1)
	}
	ca, cb := l.cycles[a.class().cycle()], l.cycles[b.class().cycle()]
	alive := func(e *entry) int { return int(e.meta & isAlive) }
	return cmp.Or(
		cmp.Compare(a.at, b.at),
		bytes.Compare(l.slots.text(a.slot), l.slots.text(b.slot)),
		l.amount(a).Cmp(l.amount(b)),
		cmp.Compare(ca.Unit, cb.Unit), cmp.Compare(ca.N, cb.N),
		cmp.Compare(l.currencies[a.currency()], l.currencies[b.currency()]),
		cmp.Compare(alive(a), alive(b)),
		cmp.Compare(a.cause(), b.cause()),
		word(da.plan, db.plan), word(da.product, db.product), da.decimal().Cmp(db.decimal()),
		bytes.Compare(id(a), id(b)),
	)
}

// Histories yields everything that Replace and Rewrite said and that was not
// forgotten, by customer and subscription.
func (l *Ledger) Histories() iter.Seq[History] {
	return func(yield func(History) bool) {
		for _, base := range l.replacedSlots() {
			h := History{Customer: l.customers.string(l.slots.owner[base]), Subscription: l.slots.string(base)}
			for _, v := range l.histories[base].versions {
				out := Version{Recorded: unix(v.rec), Changes: make([]Change, 0, len(v.es))}
				for i := range v.es {
					c := l.change(&v.es[i])
					c.Recorded = time.Time{}
					out.Changes = append(out.Changes, c)
				}
				h.Versions = append(h.Versions, out)
			}
			if !yield(h) {
				return
			}
		}
	}
}

// replacedSlots are the subscriptions with histories, by customer and name.
func (l *Ledger) replacedSlots() []uint32 {
	l.settle()
	out := make([]uint32, 0, len(l.histories))
	for s := range l.histories {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b uint32) int {
		return cmp.Or(
			bytes.Compare(l.customers.text(l.slots.owner[a]), l.customers.text(l.slots.owner[b])),
			bytes.Compare(l.slots.text(a), l.slots.text(b)),
		)
	})
	return out
}
