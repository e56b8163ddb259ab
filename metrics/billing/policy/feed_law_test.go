package policy_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// genRecords draws the history of a few customers as records in order of their
// creation: subscriptions that change, are cancelled, un-cancelled, end, end in
// the past, are withdrawn, are followed by another while they are paid for; and
// their invoices.
func genRecords(t *rapid.T, seen law.Drawn) []billing.Record {
	var out []billing.Record
	for n := range rapid.IntRange(1, 3).Draw(t, "subscriptions") {
		customer := rapid.SampledFrom([]string{"ada", "ada", "bób"}).Draw(t, "customer")
		sub := fmt.Sprint("s", n)
		begin := genTime(t, "begin")
		s := billing.Span{Customer: customer, Subscription: sub, Item: "i", From: begin, Terms: genTerms(t)}
		s.Test, s.CancelAt, s.CancelAskedAt, s.PaidThrough = false, time.Time{}, time.Time{}, time.Time{}
		s.Currency = "USD"
		if n > 0 && genMaybe(t, "replaces", 15) {
			seen["replaces"]++
			s.Replaces = "s0"
		}
		at := begin
		if genMaybe(t, "known late", 30) {
			seen["backdated"]++
			at = at.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "late by"))
		}
		for i := range rapid.IntRange(1, 4).Draw(t, "versions") {
			r := billing.Record{Key: "subscription " + sub, ID: fmt.Sprint(sub, "v", i), Created: at}
			step := rapid.SampledFrom([]string{"plain", "plain", "amount", "cancel", "withdraw", "end", "past end", "deleted", "add-on", "customer", "paid"}).Draw(t, "event")
			seen[step]++
			spans := []billing.Span{s}
			switch step {
			case "amount":
				s.Amount = genAmount(t, "new amount")
				spans[0] = s
			case "cancel":
				s.CancelAskedAt, s.CancelAt = at, at.AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "in days"))
				spans[0] = s
			case "withdraw":
				s.CancelAskedAt, s.CancelAt = time.Time{}, time.Time{}
				spans[0] = s
			case "end", "past end":
				r.Ended = at
				if step == "past end" {
					r.Ended = at.AddDate(0, 0, -rapid.IntRange(1, 20).Draw(t, "ago"))
				}
				spans[0].To = r.Ended
				if genMaybe(t, "paid for longer", 60) {
					seen["tail"]++
					spans[0].PaidThrough = r.Ended.AddDate(0, 1, 0)
				}
				if genMaybe(t, "says why", 40) {
					seen["last words"]++
					spans[0].Reason = rapid.SampledFrom([]billing.Reason{billing.ReasonVoluntary, billing.ReasonInvoluntary}).Draw(t, "why")
					spans[0].CancelAskedAt = r.Ended.AddDate(0, 0, -rapid.IntRange(0, 10).Draw(t, "asked before"))
					spans[0].PaidThrough = r.Ended.AddDate(0, 0, rapid.IntRange(-20, 20).Draw(t, "paid until"))
				}
				if spans[0].To.Before(spans[0].From) {
					spans = nil
				}
			case "deleted":
				r.Deleted, spans = true, nil
			case "add-on":
				more := s
				more.Item, more.Amount = "j", genAmount(t, "add-on")
				spans = append(spans, more)
			case "customer":
				s.Customer = "cy"
				spans[0] = s
			case "paid":
				s.PaidThrough = at.AddDate(0, 1, 0)
				spans[0] = s
			}
			r.Spans = slices.Clone(spans)
			if genMaybe(t, "no id", 10) {
				r.ID = ""
			}
			out = append(out, r)
			gap := rapid.SampledFrom([]int{0, 1, 10, 30}).Draw(t, "days later")
			if gap == 0 {
				seen["same instant"]++
			}
			at = at.AddDate(0, 0, gap)
		}
	}
	for i, l := range genLines(t) {
		l.Subscription = "s0"
		if genMaybe(t, "plain line", 60) {
			l.Kind, l.Status, l.Proration, l.Amount, l.Item = billing.LineRecurring, billing.LinePaid, billing.ProrationNone, dec("10"), ""
		}
		at := l.IssuedAt
		open := l
		open.Status, open.PaidAt = billing.LineOpen, time.Time{}
		out = append(
			out,
			billing.Record{Key: fmt.Sprint("invoice ", i), ID: fmt.Sprint("o", i), Created: at, Lines: []billing.InvoiceLine{open}},
			billing.Record{Key: fmt.Sprint("invoice ", i), ID: fmt.Sprint("p", i), Created: at.AddDate(0, 0, i), Version: 1, Lines: []billing.InvoiceLine{l}},
		)
	}
	slices.SortStableFunc(out, func(a, b billing.Record) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Key, b.Key), a.Compare(&b))
	})
	return out
}

func genFeedPolicy(t *rapid.T) (policy.Policy, policy.Options) {
	p := genPolicy(t, "p")
	if genMaybe(t, "of invoices", 50) {
		p.Source = policy.FromInvoices
	}
	return p, policy.Options{Currency: "USD", Rates: euro(t), SinceFirstRecord: genMaybe(t, "since first record", 30)}
}

func newFeed(t require.TestingT, p policy.Policy, o policy.Options) *policy.Feed {
	l, err := ledger.New(p.LedgerOptions(o))
	require.NoError(t, err)
	f, err := policy.NewFeed(l, p, o)
	require.NoError(t, err)
	return f
}

func apply(t require.TestingT, f *policy.Feed, records ...billing.Record) ([]ledger.Movement, []billing.Finding) {
	moved, found, err := f.Apply(time.Time{}, records...)
	require.NoError(t, err)
	for _, x := range found {
		require.NotEqual(t, billing.CodeTooLate, x.Code, x)
	}
	return moved, found
}

func bytesOf(t require.TestingT, l *ledger.Ledger) []byte {
	b, err := l.MarshalBinary()
	require.NoError(t, err)
	return b
}

// After every prefix, in any order, with repeats, the books are byte for byte
// those of a new feed given the same records at once; and so are the movements
// that the calls returned, taken together.
func TestLaw_LiveEqualsBulk(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		records := genRecords(t, seen)
		live := newFeed(t, p, o)
		order := rapid.Permutation(records).Draw(t, "order")
		var now time.Time
		for i := range order {
			if genMaybe(t, "observe", 30) {
				if at := genTime(t, "observed"); at.After(now) {
					now = at
				}
				if moved, _, err := live.Observe(now); len(moved) > 0 {
					seen["lapsed"]++
				} else {
					require.NoError(t, err)
				}
			}
			if i > 0 && genMaybe(t, "repeat", 20) {
				seen["repeat"]++
				before := bytesOf(t, live.Ledger())
				moved, _ := apply(t, live, order[rapid.IntRange(0, i-1).Draw(t, "which")])
				require.Empty(t, moved)
				require.Equal(t, before, bytesOf(t, live.Ledger()))
			}
			apply(t, live, order[i])
			fresh := newFeed(t, p, o)
			if first := genMaybe(t, "observe first", 50); first {
				observe(t, fresh, now)
			}
			apply(t, fresh, order[:i+1]...)
			observe(t, fresh, now)
			require.Equal(t, bytesOf(t, fresh.Ledger()), bytesOf(t, live.Ledger()), "after %v", order[:i+1])
		}
	}, seen.NeedAtLeast(5, "replaces", "backdated", "same instant", "tail", "last words", "cancel", "withdraw", "end", "past end", "deleted", "add-on", "customer", "paid", "repeat", "lapsed"))
}

// observe tells a feed the time, if it is known.
func observe(t require.TestingT, f *policy.Feed, now time.Time) {
	if !now.IsZero() {
		_, _, err := f.Observe(now)
		require.NoError(t, err)
	}
}

// The same over years, delivered late within the grace: versions are folded on
// the way, objects sealed, and records come for what is long over.
func TestLaw_LiveEqualsBulkOverYears(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		records := stretch(t, genRecords(t, seen))
		type delivery struct {
			r  billing.Record
			at time.Time
		}
		var order []delivery
		for _, r := range records {
			order = append(order, delivery{r, r.Created.Add(time.Duration(rapid.IntRange(0, 399).Draw(t, "late")) * 24 * time.Hour)})
		}
		slices.SortStableFunc(order, func(a, b delivery) int { return a.at.Compare(b.at) })
		live := newFeed(t, p, o)
		var got []billing.Record
		for _, d := range order {
			_, found, err := live.Apply(time.Time{}, d.r)
			require.NoError(t, err)
			for _, x := range found {
				if x.Code == billing.CodeTooLate {
					seen["too late"]++
				}
			}
			got = append(got, d.r)
			fresh := newFeed(t, p, o)
			_, _, err = fresh.Apply(time.Time{}, got...)
			require.NoError(t, err)
			require.Equal(t, bytesOf(t, fresh.Ledger()), bytesOf(t, live.Ledger()), "after %v\n%s\n%s, want\n%s", got, p, histories(live), histories(fresh))
		}
		if size := live.Size(); size.Versions < len(records) {
			seen["folded"]++
		}
	}, seen.NeedAtLeast(5, "folded", "too late"))
}

// stretch draws time out: a day of the history becomes up to a fortnight.
func stretch(t *rapid.T, records []billing.Record) []billing.Record {
	by := rapid.Int64Range(3, 14).Draw(t, "stretch")
	move := func(at *time.Time) {
		if !at.IsZero() {
			*at = epoch.Add(time.Duration(int64(at.Sub(epoch)) * by))
		}
	}
	out := slices.Clone(records)
	for i := range out {
		r := &out[i]
		move(&r.Created)
		move(&r.Ended)
		r.Spans = slices.Clone(r.Spans)
		for j := range r.Spans {
			s := &r.Spans[j]
			for _, at := range []*time.Time{&s.From, &s.To, &s.CancelAt, &s.CancelAskedAt, &s.PaidThrough} {
				move(at)
			}
		}
		r.Lines = slices.Clone(r.Lines)
		for j := range r.Lines {
			l := &r.Lines[j]
			for _, at := range []*time.Time{&l.IssuedAt, &l.PaidAt, &l.From, &l.To} {
				move(at)
			}
		}
	}
	return out
}

// Delivered in the order of their creation, what the books say of any earlier
// knowledge is what they said then.
func TestLaw_AsOfIsWhatStoodThen(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		records := genRecords(t, seen)
		live := newFeed(t, p, o)
		type moment struct {
			at time.Time
			mm []ledger.Statement
		}
		months := func(l *ledger.Ledger) []ledger.Statement {
			out, err := l.Statements(calendar.NewMonth(2025, 12), calendar.NewMonth(2026, 9))
			require.NoError(t, err)
			return out
		}
		var stood []moment
		for i, r := range records {
			apply(t, live, r)
			if i+1 == len(records) || records[i+1].Created.After(r.Created) {
				observe(t, live, r.Created)
				stood = append(stood, moment{r.Created, months(live.Ledger())})
				if at := genTime(t, "observed"); at.After(r.Created) && (i+1 == len(records) || at.Before(records[i+1].Created)) {
					if moved, _, err := live.Observe(at); len(moved) > 0 {
						require.NoError(t, err)
						seen["lapsed"]++
					}
					stood = append(stood, moment{at, months(live.Ledger())})
				}
			}
		}
		for _, m := range stood {
			got := months(live.Ledger().AsOf(m.at))
			for i := range got {
				require.Equal(t, fmt.Sprint(m.mm[i]), fmt.Sprint(got[i]), "as of %s", m.at)
			}
		}
	}, seen.NeedAtLeast(3, "lapsed"))
}

// A feed that is stored and read again in the middle goes on as if nothing had
// been.
func TestLaw_RestartIsNoRestart(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		p.Location = nil
		order := genRecords(t, seen)
		if genMaybe(t, "years", 50) {
			seen["years"]++
			order = stretch(t, order) // in order, so that none is too late
		} else {
			order = rapid.Permutation(order).Draw(t, "order")
		}
		live := newFeed(t, p, o)
		again := newFeed(t, p, o)
		for _, r := range order {
			a, _, err := live.Apply(time.Time{}, r)
			require.NoError(t, err)
			if genMaybe(t, "restart", 40) {
				books, state := bytesOf(t, again.Ledger()), stateOf(t, again)
				l := mustLedger(t, p, o)
				require.NoError(t, l.UnmarshalBinary(books))
				next, err := policy.NewFeed(l, p, o)
				require.NoError(t, err)
				require.NoError(t, next.UnmarshalBinary(state))
				again = next
			}
			b, _, err := again.Apply(time.Time{}, r)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(a), fmt.Sprint(b))
			if genMaybe(t, "observe", 30) {
				at := r.Created.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "later"))
				observe(t, live, at)
				observe(t, again, at)
			}
			require.Equal(t, bytesOf(t, live.Ledger()), bytesOf(t, again.Ledger()))
		}
	}, seen.Need("replaces", "backdated", "cancel", "withdraw", "years"))
}

func stateOf(t require.TestingT, f *policy.Feed) []byte {
	b, err := f.MarshalBinary()
	require.NoError(t, err)
	return b
}

func mustLedger(t require.TestingT, p policy.Policy, o policy.Options) *ledger.Ledger {
	l, err := ledger.New(p.LedgerOptions(o))
	require.NoError(t, err)
	return l
}

// At the end a feed's books are worth what Read makes of the folded versions.
func TestLaw_FeedEndsAsRead(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		p.Source, o.SinceFirstRecord = policy.FromPrices, false
		records := genRecords(t, seen)
		for i := range records {
			records[i].Version = int64(i) // none contradicts another
		}
		live := newFeed(t, p, o)
		apply(t, live, records...)
		versions := map[string][]billing.Record{}
		var keys []string
		for _, r := range records {
			if versions[r.Key] == nil {
				keys = append(keys, r.Key)
			}
			versions[r.Key] = append(versions[r.Key], r)
		}
		var spans []billing.Span
		for _, k := range keys {
			spans = append(spans, billing.Fold(nil, versions[k]...)...)
		}
		for i := range spans {
			spans[i].ID, spans[i].EndID = "", ""
		}
		r, err := policy.Read(spans, p, o)
		require.NoError(t, err)
		l, err := r.Ledger()
		require.NoError(t, err)
		for range 5 {
			at := genTime(t, "at")
			require.True(t, l.MRR(at).Equal(live.Ledger().MRR(at)), "%s: %s, want %s\n%v\n%v\n%v", at, live.Ledger().MRR(at), l.MRR(at), spans, slices.Collect(live.Ledger().Histories()), records)
		}
	}, seen.Need("replaces", "backdated", "cancel", "withdraw"))
}
