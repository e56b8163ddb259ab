package policy

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Grace is how late a record may come: one created longer before the newest that
// a Feed has seen is a finding and is not taken. An object that ended is
// remembered for twice as long; after that only that it was.
const Grace = 400 * 24 * time.Hour

// ErrFeed is wrapped by the errors of a Feed that cannot be: a ledger of other
// rules than the policy's, options that do not fit live books.
var ErrFeed = errors.New("impossible feed")

// Feed keeps the books of a ledger by records that come one at a time: webhooks,
// in any order, repeated, late, withdrawn, superseded. After every record the
// books, and what they say of any earlier knowledge (ledger.Ledger.AsOf), are
// those of a new Feed given the same records at once.
//
// A Feed accumulates. It keeps what it needs of live subscriptions and of those
// that ended within twice Grace; versions older than Grace are folded into what
// they amount to. AppendBinary and UnmarshalBinary carry it over a restart,
// beside the ledger's own.
//
// Records alone do not say that time has passed. Tell it with Observe, once a day
// say: under a policy of invoices a subscription lapses by that.
//
// A Feed and its ledger have one writer; nobody reads while it writes. What a
// Feed tells a ledger nobody else may: subscriptions told by Append are an
// error (ledger.ErrMixed). Make one with NewFeed.
type Feed struct {
	l      *ledger.Ledger
	p      Policy
	o      Options
	newest int64 // when the newest record was created; 0 before any
	// observed is how far time is known to have passed, see Observe.
	observed int64
	wakes    wakes
	objects  map[string]*object
	books    map[string]*customerBook
	named    map[subs.Key][]naming // what objects say is carried on
	sealed   map[uint64]struct{}
	repeats  int64
	ring     []string // keys of objects, to be looked through again and again
	hand     int
	room     room
}

// NewFeed begins live books in a ledger made with Policy.LedgerOptions, under a
// policy; invoices come as records, so Options.Invoices must be empty. A ledger
// with history needs the feed that wrote it: see UnmarshalBinary.
func NewFeed(l *ledger.Ledger, p Policy, o Options) (*Feed, error) {
	if err := checkOptions(p, o); err != nil {
		return nil, err
	}
	bad := func(format string, args ...any) error {
		return fmt.Errorf("policy: new feed: %w: %s", ErrFeed, fmt.Sprintf(format, args...))
	}
	switch {
	case l == nil:
		return nil, bad("no ledger")
	case len(o.Invoices) > 0:
		return nil, bad("Options.Invoices: %d, want none: invoices come as records", len(o.Invoices))
	}
	want, have := p.LedgerOptions(o), l.Options()
	switch {
	case have.Currency != want.Currency:
		return nil, bad("the ledger is in %s, the options in %s", text.Quote(string(have.Currency)), text.Quote(string(want.Currency)))
	case have.Net != want.Net || have.Coalesce != want.Coalesce || have.MinGap != want.MinGap || have.MaxGap != want.MaxGap:
		return nil, bad("the ledger has other rules on movements than the policy; make it with Policy.LedgerOptions")
	case zone(have.Location) != zone(want.Location):
		return nil, bad("the ledger's months are of %s, the policy's of %s", zone(have.Location), zone(want.Location))
	}
	return &Feed{
		l: l, p: p, o: o, observed: begin(o),
		objects: map[string]*object{}, books: map[string]*customerBook{}, named: map[subs.Key][]naming{}, sealed: map[uint64]struct{}{},
	}, nil
}

// begin is how far a new feed has observed: nothing yet, where the options do not
// say.
func begin(o Options) int64 {
	if o.ObservedUntil.IsZero() {
		return math.MinInt64
	}
	return o.ObservedUntil.UnixNano()
}

func zone(l *time.Location) string {
	if l == nil {
		return time.UTC.String()
	}
	return l.String()
}

// Ledger is the ledger that the feed writes.
func (f *Feed) Ledger() *ledger.Ledger { return f.l }

// Size says what a Feed keeps.
type Size struct {
	Objects  int   `json:"objects"`  // remembered with what they say
	Versions int   `json:"versions"` // of them, within Grace
	Sealed   int   `json:"sealed"`   // known to be over, and nothing else
	Repeats  int64 `json:"repeats"`  // records that were delivered before
}

// Size says what the feed keeps.
func (f *Feed) Size() Size {
	s := Size{Objects: len(f.objects), Sealed: len(f.sealed), Repeats: f.repeats}
	for _, o := range f.objects {
		s.Versions += len(o.versions)
	}
	return s
}

// Apply takes in records, and says what they moved: the movements of the
// customers concerned that were not there before, and what was found. known is
// when the records became known; it stands in where a record does not say when
// it was created.
//
// Under a policy that reads invoices a subscription carries on until Observe says
// that time has passed without another one.
//
// Movements that a record took back are a finding each. A record that cannot be
// taken is a finding of severity Fault; the others count. An error means that
// nothing was taken: a missing exchange rate (money.ErrNoRate), a record in a currency where
// Options name none (ErrCurrency), a subscription
// that somebody else tells the ledger of.
func (f *Feed) Apply(known time.Time, records ...billing.Record) ([]ledger.Movement, []billing.Finding, error) {
	if !known.IsZero() {
		if err := calendar.CheckTime(known); err != nil {
			return nil, nil, fmt.Errorf("policy: feed: known: %w", err)
		}
	}
	for i := range records {
		if err := checkCurrencies("feed", records[i].Spans, records[i].Lines, f.o); err != nil {
			return nil, nil, err
		}
	}
	t := f.taking()
	for _, r := range t.inOrder(known, records) {
		t.take(r)
	}
	if t.newest != 0 {
		t.observe(t.newest - int64(Grace))
	}
	return t.finish()
}

// write tells the ledger, and compares the customers' movements before and
// after.
func (f *Feed) write(t *taking, histories []rewritten) ([]ledger.Movement, error) {
	if len(histories) == 0 {
		return nil, nil
	}
	since := map[string]int64{}
	for i := range histories {
		h := &histories[i]
		if at, ok := since[h.Customer]; h.since != open && (!ok || h.since < at) {
			since[h.Customer] = h.since
		}
	}
	before := f.movements(since)
	if h := &histories[0]; len(histories) == 1 && h.fresh {
		last := h.Versions[len(h.Versions)-1]
		if err := f.l.Replace(h.Customer, h.Subscription, last.Recorded, last.Changes...); err != nil {
			return nil, fmt.Errorf("policy: feed: %w", err)
		}
	} else {
		all := make([]ledger.History, len(histories))
		for i := range histories {
			all[i] = histories[i].History
		}
		if err := f.l.Rewrite(all...); err != nil {
			return nil, fmt.Errorf("policy: feed: %w", err)
		}
	}
	moved, gone := difference(before, f.movements(since))
	for i := range gone {
		m := &gone[i]
		t.findings.Add(billing.Finding{
			Code: billing.CodeRestated, Severity: billing.Notice, Customer: text.Clip(m.Customer), Field: "At", Value: m.At.UTC().Format(time.RFC3339),
			Message: "no longer " + m.Kind.String() + " of " + m.Amount.String(),
		})
	}
	return moved, nil
}

// movements are those of customers that may be others where what they are worth
// differs from an instant on.
func (f *Feed) movements(since map[string]int64) []ledger.Movement {
	o := f.l.Options()
	var out []ledger.Movement
	for _, name := range slices.Sorted(maps.Keys(since)) {
		for m := range f.l.MovementsOf(name, calendar.Period{From: o.Reach(time.Unix(0, since[name])), To: always}) {
			out = append(out, m)
		}
	}
	return out
}

// always is after everything.
var always = time.Date(calendar.MaxYear+1, 1, 1, 0, 0, 0, 0, time.UTC)

// difference is what is only in the second list, and only in the first. Both are
// by customer and time.
func difference(before, after []ledger.Movement) (fresh, gone []ledger.Movement) {
	for len(before) > 0 || len(after) > 0 {
		switch c := order(before, after); {
		case c < 0:
			gone, before = append(gone, before[0]), before[1:]
		case c > 0:
			fresh, after = append(fresh, after[0]), after[1:]
		default:
			if a, b := &before[0], &after[0]; a.Kind != b.Kind || !a.Amount.Equal(b.Amount) || a.Heads != b.Heads {
				gone, fresh = append(gone, *a), append(fresh, *b)
			}
			before, after = before[1:], after[1:]
		}
	}
	return fresh, gone
}

// order says which of two lists has the earlier movement at its head.
func order(a, b []ledger.Movement) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	default:
		return cmp.Or(strings.Compare(a[0].Customer, b[0].Customer), a[0].At.Compare(b[0].At))
	}
}

func sealOf(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // never fails
	return h.Sum64()
}

// sealOfGroup is sealOf for a subscription: no object has such a key.
func sealOfGroup(k subs.Key) uint64 { return sealOf("\x00" + k.Customer + "\x00" + k.Subscription) }
