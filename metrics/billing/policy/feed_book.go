package policy

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// customerBook is what a feed knows of one customer: which objects say something
// of which of their subscriptions.
type customerBook struct {
	groups map[string]*groupBook
	// What those that were sealed said of the others: when they began, and which
	// they carried on. In order, each once.
	starts   []int64
	replaced []string
	// Who asked when others begin: until where, and since where. Where it was read
	// again, everybody did, and nobody is here yet.
	askers marks
	again  bool
	begun  *begun // nil until somebody asks
}

// groupBook is one subscription of a customer. One that is in use is never changed.
type groupBook struct {
	objects []string  // keys, in order
	asked   *question // nil where it never asked when others begin
	// due is when it will change although nothing is said of it, 0 for never:
	// see Feed.Observe.
	due int64
}

// put is a subscription's entry from now on.
func (b *customerBook) put(sub string, g *groupBook) {
	var was *question
	if old := b.groups[sub]; old != nil {
		was = old.asked
	}
	if b.groups[sub] = g; was != g.asked && !b.again {
		b.unask(sub, was)
		if q := g.asked; q != nil {
			b.askers.add(mark{q.to, q.from, sub})
		}
	}
}

func (b *customerBook) unask(sub string, q *question) {
	if q != nil && !b.again {
		b.askers.remove(mark{q.to, q.from, sub})
	}
}

// lone reports whether what was moved is the only subscription there is.
func (b *customerBook) lone(moved map[string]bool) bool {
	if len(b.groups) != 1 || len(moved) != 1 {
		return false
	}
	for sub := range b.groups {
		return moved[sub]
	}
	return false
}

// restore puts those that asked into their order, where that was not needed yet.
func (b *customerBook) restore() {
	if !b.again {
		return
	}
	b.again = false
	for sub, g := range b.groups {
		if g.asked != nil {
			b.askers.add(mark{g.asked.to, g.asked.from, sub})
		}
	}
}

// taking is one Apply under way: what it has changed is beside the feed until
// it commits.
type taking struct {
	f        *Feed
	newest   int64
	observed int64
	objects  map[string]*object
	groups   map[subs.Key]*groupBook
	named    map[subs.Key][]naming      // by objects, once all is taken
	begun    map[string]*begun          // by customer; the feed's own, where it has one
	since    map[subs.Key]int64         // from when on what is known of a subscription changes
	keys     []subs.Key                 // of since, in the order they were touched
	moved    map[string]map[string]bool // those of which something was said, by customer
	wakes    []wake                     // what is due from now on
	woken    []wake                     // taken from the feed's
	repeats  int64
	findings billing.Findings
}

func (t *taking) object(key string) *object {
	if x, ok := t.objects[key]; ok {
		return x
	}
	if x := t.f.objects[key]; x != nil {
		return x
	}
	return &object{key: key, late: t.f.o.SinceFirstRecord}
}

// look is a subscription's entry, nil where there is none.
func (t *taking) look(k subs.Key) *groupBook {
	if g, ok := t.groups[k]; ok {
		return g
	}
	if b := t.f.books[k.Customer]; b != nil {
		return b.groups[k.Subscription]
	}
	return nil
}

// group makes a subscription's entry one that may be written.
func (t *taking) group(k subs.Key) *groupBook {
	g, ok := t.groups[k]
	if !ok {
		g = &groupBook{}
		if old := t.look(k); old != nil {
			*g = *old
		}
		t.groups[k] = g
	}
	return g
}

func (t *taking) touch(k subs.Key, since int64) {
	old, ok := t.since[k]
	if !ok {
		t.keys = append(t.keys, k)
	}
	if !ok || since < old {
		t.since[k] = since
	}
}

// move touches a subscription of which something is said.
func (t *taking) move(k subs.Key, since int64) {
	if t.moved[k.Customer] == nil {
		t.moved[k.Customer] = map[string]bool{}
	}
	t.moved[k.Customer][k.Subscription] = true
	t.touch(k, since)
}

func (f *Feed) taking() *taking {
	return &taking{
		f: f, newest: f.newest, observed: f.observed,
		objects: map[string]*object{}, groups: map[subs.Key]*groupBook{}, begun: map[string]*begun{}, since: map[subs.Key]int64{}, moved: map[string]map[string]bool{},
	}
}

// finish works out what was touched and writes it, or leaves the feed as it was.
func (t *taking) finish() (moved []ledger.Movement, found []billing.Finding, err error) {
	done := false
	defer func() {
		if !done { // also where a source of rates panics
			t.f.wakes.add(t.woken)
			for customer := range t.begun {
				if b := t.f.books[customer]; b != nil {
					b.begun = nil // it holds what was not taken
				}
			}
		}
	}()
	if len(t.since) > 0 {
		t.stir()
		histories, err := t.histories()
		if err != nil {
			return nil, nil, err
		}
		if moved, err = t.f.write(t, histories); err != nil {
			return nil, nil, err
		}
	}
	done = true
	t.commit()
	return moved, t.findings.All(), nil
}

// commit makes the changes the feed's.
func (t *taking) commit() {
	f := t.f
	f.newest, f.observed, f.repeats = t.newest, t.observed, f.repeats+t.repeats
	for key, x := range t.objects {
		old := f.objects[key]
		if old == nil {
			f.ring = append(f.ring, key)
		}
		f.rename(old, x)
		f.objects[key] = x
	}
	for k, g := range t.groups {
		f.bookOf(k.Customer).put(k.Subscription, g)
	}
	for customer, x := range t.begun {
		f.books[customer].begun = x
	}
	f.wakes.add(t.wakes)
	f.settle()
}

// bookOf is the book of a customer, made where there is none.
func (f *Feed) bookOf(customer string) *customerBook {
	b := f.books[customer]
	if b == nil {
		b = &customerBook{groups: map[string]*groupBook{}}
		f.books[customer] = b
	}
	return b
}

// rename notes which subscriptions an object carries on now. Either object may be
// nil.
func (f *Feed) rename(was, now *object) {
	if was != nil {
		for _, n := range was.names {
			f.named[n.of] = slices.DeleteFunc(f.named[n.of], func(x naming) bool { return x.key == was.key })
			if len(f.named[n.of]) == 0 {
				delete(f.named, n.of)
			}
		}
	}
	if now != nil {
		for _, n := range now.names {
			f.named[n.of] = append(f.named[n.of], naming{now.key, n.by})
		}
	}
}
