package policy

import (
	"maps"

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
}

// groupBook is one subscription of a customer.
type groupBook struct {
	objects []string // keys, in order
	// asked says that what was paid for outlasts the end, so that it matters
	// whether another subscription begins.
	asked bool
	// due is when it will change although nothing is said of it, 0 for never:
	// see Feed.Observe.
	due int64
}

func (b *customerBook) clone() *customerBook {
	out := &customerBook{groups: make(map[string]*groupBook, len(b.groups)+1), starts: b.starts, replaced: b.replaced}
	maps.Copy(out.groups, b.groups)
	return out
}

// taking is one Apply under way: what it has changed is beside the feed until
// it commits.
type taking struct {
	f        *Feed
	newest   int64
	observed int64
	objects  map[string]*object
	books    map[string]*customerBook
	asking   map[string][]string             // by customer, before any of it is worked out
	namers   map[string]map[subs.Key][]namer // by customer, once all is taken
	since    map[subs.Key]int64              // from when on what is known of a subscription changes
	keys     []subs.Key                      // of since, in the order they were touched
	wakes    []wake                          // what is due from now on
	woken    []wake                          // taken from the feed's
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

func (t *taking) book(customer string) *customerBook {
	if b, ok := t.books[customer]; ok {
		return b
	}
	if b := t.f.books[customer]; b != nil {
		return b
	}
	return &customerBook{}
}

// group makes a subscription's entry one that may be written.
func (t *taking) group(k subs.Key) *groupBook {
	b, ok := t.books[k.Customer]
	if !ok {
		b = t.book(k.Customer).clone()
		t.books[k.Customer] = b
	}
	g := &groupBook{}
	if old := b.groups[k.Subscription]; old != nil {
		*g = *old
	}
	b.groups[k.Subscription] = g
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

func (f *Feed) taking() *taking {
	return &taking{
		f: f, newest: f.newest, observed: f.observed,
		objects: map[string]*object{}, books: map[string]*customerBook{}, asking: map[string][]string{}, namers: map[string]map[subs.Key][]namer{}, since: map[subs.Key]int64{},
	}
}

// finish works out what was touched and writes it, or leaves the feed as it was.
func (t *taking) finish() (moved []ledger.Movement, found []billing.Finding, err error) {
	done := false
	defer func() {
		if !done { // also where a source of rates panics
			t.f.wakes.add(t.woken)
		}
	}()
	if len(t.since) > 0 {
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
		if f.objects[key] == nil {
			f.ring = append(f.ring, key)
		}
		f.objects[key] = x
	}
	maps.Copy(f.books, t.books)
	f.wakes.add(t.wakes)
	f.settle()
}
