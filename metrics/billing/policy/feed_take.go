package policy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
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
	objects  map[string]*object
	books    map[string]*customerBook
	since    map[subs.Key]int64 // from when on what is known of a subscription changes
	keys     []subs.Key         // of since, in the order they were touched
	repeats  int64
	findings billing.Findings
}

// inOrder dates records that say nothing, leaves out those that cannot be taken
// and sorts the rest, so that one call is the same in any order.
func (t *taking) inOrder(known time.Time, records []billing.Record) []billing.Record {
	report := t.findings.Add
	out := make([]billing.Record, 0, len(records))
	for _, r := range records {
		if r.Created.IsZero() {
			r.Created = known
		}
		if r.Created.IsZero() && r.Key != "" {
			report(billing.Finding{
				Code: billing.CodeMissingTime, Severity: billing.Fault, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "Created",
				Message: "the record does not say when it was created, nor the call when it became known",
			})
			continue
		}
		if !r.Check(report) {
			continue
		}
		r.Spans = slices.DeleteFunc(slices.Clone(r.Spans), func(s billing.Span) bool { return !s.Check(report) })
		if t.f.p.Source == FromInvoices {
			r.Lines = slices.DeleteFunc(slices.Clone(r.Lines), func(l billing.InvoiceLine) bool { return !l.Check(report) })
		} else {
			r.Lines = nil
		}
		out = append(out, utc(r))
	}
	slices.SortStableFunc(out, func(a, b billing.Record) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Key, b.Key), a.Compare(&b))
	})
	return out
}

func (t *taking) object(key string) *object {
	if x, ok := t.objects[key]; ok {
		return x
	}
	if x := t.f.objects[key]; x != nil {
		return x
	}
	return &object{key: key}
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

// take puts one record at its place.
func (t *taking) take(r billing.Record) {
	created := r.Created.UnixNano()
	refuse := func(message string) {
		t.findings.Add(billing.Finding{
			Code: billing.CodeTooLate, Severity: billing.Fault, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "Created",
			Value: r.Created.Format(time.RFC3339), Message: message,
		})
	}
	if t.newest != 0 && created < t.newest-int64(Grace) {
		refuse("created more than 400 days before the newest record; not taken")
		return
	}
	if t.sealed(&r) {
		refuse("of an object that ended more than 400 days before; not taken")
		return
	}
	x := t.object(r.Key)
	if x.before != nil && x.before.last.Compare(&r) >= 0 {
		refuse("older than what is settled of the object; not taken")
		return
	}
	t.newest = max(t.newest, created)
	now, was, repeat := x.with(r)
	if was != nil && contradict(was, r) {
		t.findings.Add(billing.Finding{
			Code: billing.CodeContradiction, Severity: billing.Warning, Record: text.Clip(cmp.Or(r.ID, r.Key)), Field: "ID", Value: text.Clip(r.ID),
			Message: "another record of this id, or of this object and instant, says something else; one of them is taken, whichever came first",
		})
	}
	if repeat {
		t.repeats++
		return
	}
	t.objects[r.Key] = now
	since := created
	if was != nil {
		since = min(since, was.Created.UnixNano())
	}
	t.spread(x, now, since)
	for _, k := range now.of {
		if t.closed(k, created) < created {
			refuse("of a subscription that ended more than 400 days before; it counts nothing")
			break
		}
	}
}

// closed is the last instant, up to one, at which something was said of a
// subscription that counts: once it is over, and nothing was said of it, for
// longer than the grace, what comes later counts nothing.
func (t *taking) closed(k subs.Key, at int64) int64 {
	g := t.book(k.Customer).groups[k.Subscription]
	last := int64(0) // what is folded did count
	for _, key := range g.objects {
		if x := t.object(key); x.before != nil {
			last = max(last, x.before.last.Created.UnixNano())
		}
	}
	var said []int64
	for _, key := range g.objects {
		x := t.object(key)
		for i := range x.versions {
			if c := x.versions[i].Created.UnixNano(); c > last && c <= at {
				said = append(said, c)
			}
		}
	}
	slices.Sort(said)
	for _, c := range said {
		if last != 0 && c-last > int64(Grace) {
			if spans, lines := t.said(k, last); overBy(spans, lines, c-int64(Grace)) {
				return last
			}
		}
		last = c
	}
	return at
}

// said is what the objects of a subscription say of it, as far as was known at an
// instant.
func (t *taking) said(k subs.Key, at int64) (spans []billing.Span, lines []billing.InvoiceLine) {
	for _, key := range t.book(k.Customer).groups[k.Subscription].objects {
		s, l := t.object(key).known(at)
		for i := range s {
			if spanKey(&s[i]) == k {
				spans = append(spans, s[i])
			}
		}
		for i := range l {
			if lineKey(&l[i]) == k {
				lines = append(lines, l[i])
			}
		}
	}
	return spans, lines
}

// sealed reports whether a record is of an object or a subscription that was sealed.
func (t *taking) sealed(r *billing.Record) bool {
	if len(t.f.sealed) == 0 {
		return false
	}
	if _, over := t.f.sealed[sealOf(r.Key)]; over {
		return true
	}
	for i := range r.Spans {
		if _, over := t.f.sealed[sealOfGroup(spanKey(&r.Spans[i]))]; over {
			return true
		}
	}
	for i := range r.Lines {
		if _, over := t.f.sealed[sealOfGroup(lineKey(&r.Lines[i]))]; over {
			return true
		}
	}
	return false
}

// contradict reports whether two records of one id, or of one place, differ in
// more than when they became known.
func contradict(a *billing.Record, b billing.Record) bool {
	b.Created = a.Created
	return compareContent(a, &b) != 0
}

// spread touches every subscription that a changed object concerns.
func (t *taking) spread(was, now *object, since int64) {
	keys := now.of // no fewer than before
	for _, k := range keys {
		g := t.group(k)
		if i, ok := slices.BinarySearch(g.objects, now.key); !ok {
			g.objects = slices.Insert(slices.Clone(g.objects), i, now.key)
		}
		from := since
		if _, known := slices.BinarySearchFunc(was.of, k, compareKeys); !known {
			from = min(from, now.versions[0].Created.UnixNano()) // its earlier versions were of nobody
		}
		t.touch(k, from)
	}
	// When it begins, and what it carries on, concerns the customer's others.
	for _, k := range keys {
		for sub, g := range t.book(k.Customer).groups {
			if g.asked && sub != k.Subscription {
				t.touch(subs.Key{Customer: k.Customer, Subscription: sub}, since)
			}
		}
	}
	for _, names := range [2][]subs.Key{was.names, now.names} {
		for _, k := range names {
			if t.book(k.Customer).groups[k.Subscription] != nil {
				t.touch(k, since)
			}
		}
	}
}

// rewritten is everything that is to be said of one subscription.
type rewritten struct {
	ledger.History
	fresh bool // only the last version is new
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
	old, _ := t.f.l.HistoryOf(k.Customer, k.Subscription)
	kept := 0
	for kept < len(old.Versions) && old.Versions[kept].Recorded.UnixNano() < since {
		kept++
	}
	h.Customer, h.Subscription = k.Customer, k.Subscription
	h.Versions = append(h.Versions, old.Versions[:kept]...)
	instants := t.instants(k, since)
	for i, at := range instants {
		var report func(billing.Finding)
		if i == len(instants)-1 {
			report = t.findings.Add
		}
		changes, err := t.worth(k, at, report)
		if err != nil {
			return h, false, err
		}
		if n := len(h.Versions); n == 0 && len(changes) == 0 || n > 0 && sameChanges(h.Versions[n-1].Changes, changes) {
			continue // nothing new was known
		}
		h.Versions = append(h.Versions, ledger.Version{Recorded: time.Unix(0, at).UTC(), Changes: changes})
	}
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
	asked := b.groups[k.Subscription].asked
	t.others(b, k, func(x *object, _ string) {
		if asked || slices.Contains(x.names, k) {
			for i := range x.versions {
				add(x.versions[i].Created.UnixNano())
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// worth is what a subscription is worth as far as was known at an instant.
func (t *taking) worth(k subs.Key, at int64, report func(billing.Finding)) ([]ledger.Change, error) {
	f := t.f
	w := &f.room
	w.notes = notes{out: report, seen: w.notes.seen[:0]}
	at = t.closed(k, at)
	spans, lines := t.said(k, at)
	w.spans, w.lines = w.spans[:0], w.lines[:0]
	for i := range spans {
		w.spans = append(w.spans, &spans[i])
	}
	for i := range lines {
		w.lines = append(w.lines, &lines[i])
	}
	terms := terms{p: &f.p, o: &f.o}
	var steps []step
	var err error
	if of := t.kin(k, at); f.p.Source == FromInvoices {
		steps, err = terms.invoiced(&w.work, w.spans, w.lines, of, &w.notes)
	} else {
		steps, err = terms.agreed(&w.work, w.spans, of, &w.notes)
	}
	if err != nil {
		return nil, err
	}
	sortSteps(steps)
	out := make([]ledger.Change, len(steps))
	for i := range steps {
		out[i] = steps[i].change(k, &f.o)
		out[i].ID, out[i].Recorded = steps[i].evidence(), time.Time{}
	}
	return out, nil
}

// others calls f for the objects of a customer's other subscriptions.
func (t *taking) others(b *customerBook, k subs.Key, f func(x *object, subscription string)) {
	if len(b.groups) == 1 {
		return
	}
	for sub, g := range b.groups {
		if sub != k.Subscription {
			for _, key := range g.objects {
				f(t.object(key), sub)
			}
		}
	}
}

// kin is what was known of a customer's other subscriptions at an instant.
func (t *taking) kin(k subs.Key, at int64) kin {
	b := t.book(k.Customer)
	of := kin{replaced: slices.Contains(b.replaced, k.Subscription)}
	t.others(b, k, func(x *object, _ string) {
		if of.replaced || !slices.Contains(x.names, k) {
			return
		}
		spans, _ := x.known(at)
		of.replaced = slices.ContainsFunc(spans, func(s billing.Span) bool {
			named, ok := carriesOn(&s)
			return ok && named == k
		})
	})
	of.next = func(from, to int64) int64 {
		t.ask(k)
		begins := map[string]int64{}
		t.others(b, k, func(x *object, sub string) {
			spans, _ := x.known(at)
			for i := range spans {
				s := &spans[i]
				if s.Test || s.Customer != k.Customer || s.Subscription != sub {
					continue
				}
				if first, ok := begins[sub]; !ok || s.From.UnixNano() < first {
					begins[sub] = s.From.UnixNano()
				}
			}
		})
		first := int64(0)
		earlier := func(at int64) {
			if at >= from && at < to && (first == 0 || at < first) {
				first = at
			}
		}
		for _, at := range begins {
			earlier(at)
		}
		for _, at := range b.starts {
			earlier(at)
		}
		return first
	}
	return of
}

// ask remembers that it matters to a subscription whether others begin.
func (t *taking) ask(k subs.Key) {
	if !t.book(k.Customer).groups[k.Subscription].asked {
		t.group(k).asked = true
	}
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

// commit makes the changes the feed's.
func (t *taking) commit() {
	f := t.f
	f.newest, f.repeats = t.newest, f.repeats+t.repeats
	for key, x := range t.objects {
		if f.objects[key] == nil {
			f.ring = append(f.ring, key)
		}
		f.objects[key] = x
	}
	maps.Copy(f.books, t.books)
	f.settle()
}
