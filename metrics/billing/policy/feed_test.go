package policy_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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
	}, seen.NeedAtLeast(5, "replaces", "backdated", "same instant", "tail", "cancel", "withdraw", "end", "past end", "deleted", "add-on", "customer", "paid", "repeat", "lapsed"))
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

// Three webhooks: created, cancel at period end, withdrawn. One at a time they
// give what a rebuild gives, and every movement names the event behind it.
func TestFeed_WithdrawnCancellation(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	live := spanOf("c", "100", monthly, "2024-01-01", "")
	leaving := live
	leaving.CancelAt, leaving.CancelAskedAt = date("2024-03-01"), date("2024-02-10")
	records := []billing.Record{
		{Key: "sub", ID: "evt_1", Created: date("2024-01-01"), Spans: []billing.Span{live}},
		{Key: "sub", ID: "evt_2", Created: date("2024-02-10"), Spans: []billing.Span{leaving}},
		{Key: "sub", ID: "evt_3", Created: date("2024-02-20"), Spans: []billing.Span{live}},
	}
	f := newFeed(t, p, o)
	moved, _ := apply(t, f, records[0])
	require.Len(t, moved, 1)
	assert.Equal(t, []string{"evt_1"}, moved[0].IDs)
	moved, _ = apply(t, f, records[1])
	require.Len(t, moved, 1)
	assert.Equal(t, ledger.Churn, moved[0].Kind)
	moved, found := apply(t, f, records[2])
	assert.Empty(t, moved)
	require.Len(t, found, 1)
	assert.Equal(t, billing.CodeRestated, found[0].Code)
	same(t, "100", f.Ledger().MRR(date("2024-03-15")))
	same(t, "0", f.Ledger().AsOf(date("2024-02-15")).MRR(date("2024-03-15")))
	same(t, "100", f.Ledger().AsOf(date("2024-02-20")).MRR(date("2024-03-15")))
	bulk := newFeed(t, p, o)
	apply(t, bulk, records...)
	assert.Equal(t, bytesOf(t, bulk.Ledger()), bytesOf(t, f.Ledger()))
}

// What is long over is sealed, and a record for it is a finding; versions older
// than the grace are folded.
func TestFeed_StateIsBounded(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	f := newFeed(t, p, o)
	day := func(d int) time.Time { return date("2010-01-01").AddDate(0, 0, d) }
	most := 0
	for d := range 4000 {
		name := fmt.Sprint("s", d/10)
		s := spanOf(name, "10", monthly, "2010-01-01", "")
		s.From = day(d - d%10)
		r := billing.Record{Key: name, ID: fmt.Sprint("e", d), Created: day(d), Spans: []billing.Span{s}}
		if d%10 == 9 {
			r.Ended, r.Spans[0].To = day(d), day(d)
		}
		apply(t, f, r)
		most = max(most, f.Size().Objects)
	}
	size := f.Size()
	assert.LessOrEqual(t, most, 2*400/10+20)
	assert.LessOrEqual(t, size.Versions, 401+20)
	assert.Greater(t, size.Sealed, 300)
	before := bytesOf(t, f.Ledger())
	s := spanOf("s1", "10", monthly, "2010-01-01", "")
	fresh := spanOf("never seen", "10", monthly, "2018-01-01", "")
	_, found, err := f.Apply(time.Time{}, billing.Record{Key: "s1", Created: day(3999), Spans: []billing.Span{s}},
		billing.Record{Key: "new", Created: day(3000), Spans: []billing.Span{s}}, billing.Record{Key: "fresh", Created: day(3000), Spans: []billing.Span{fresh}})
	require.NoError(t, err)
	require.Len(t, found, 3)
	for _, x := range found {
		assert.Equal(t, billing.CodeTooLate, x.Code)
	}
	assert.Equal(t, before, bytesOf(t, f.Ledger()))
	again := newFeed(t, p, o)
	require.NoError(t, again.UnmarshalBinary(stateOf(t, f)))
	assert.Equal(t, f.Size().Objects, again.Size().Objects)
}

// Another subscription of the customer ends what the first was paid for beyond
// its end, when it begins or at once where it says that it carries it on. Record
// by record the books end as those of all records read together.
func TestFeed_AnotherSubscriptionTakesOver(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	p.ChurnDate = policy.EndOfPaidService
	for _, c := range []struct {
		replaces         string
		march15, march25 string
	}{
		{"", "100", "20"},
		{"first", "0", "20"},
	} {
		first := spanOf("ada", "100", monthly, "2024-01-01", "")
		first.Subscription, first.PaidThrough = "first", date("2024-04-01")
		ended := first
		ended.To = date("2024-03-10")
		second := spanOf("ada", "20", monthly, "2024-03-20", "")
		second.Subscription, second.Replaces = "second", c.replaces
		f := newFeed(t, p, o)
		apply(t, f, billing.Record{Key: "1", Created: date("2024-01-01"), Spans: []billing.Span{first}})
		apply(t, f, billing.Record{Key: "1", Created: date("2024-03-10"), Ended: date("2024-03-10"), Spans: []billing.Span{ended}})
		same(t, "100", f.Ledger().MRR(date("2024-03-25")), "paid for")
		apply(t, f, billing.Record{Key: "2", Created: date("2024-03-20"), Spans: []billing.Span{second}})
		read := books(t, []billing.Span{ended, second}, p, o).Ledger()
		for _, l := range []*ledger.Ledger{f.Ledger(), read} {
			same(t, c.march15, l.MRR(date("2024-03-15")), "replaces "+c.replaces)
			same(t, c.march25, l.MRR(date("2024-03-25")), "replaces "+c.replaces)
		}
	}
}

// What is agreed until an end far ahead is not over, however long nothing was
// said of it: a record of it is taken after more than the grace.
func TestFeed_AgreedUntilLaterIsNotSealed(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	f := newFeed(t, p, o)
	contract := spanOf("ada", "100", monthly, "2020-01-01", "2024-01-01")
	apply(t, f, billing.Record{Key: "contract", Created: date("2020-01-01"), Spans: []billing.Span{contract}})
	for n := range 30 { // others, until all that is older than the grace is settled
		s := spanOf(fmt.Sprint("c", n), "1", monthly, "2020-01-01", "")
		s.From = date("2020-01-01").AddDate(0, n, 0)
		apply(t, f, billing.Record{Key: fmt.Sprint("c", n), Created: s.From, Spans: []billing.Span{s}})
	}
	more := contract
	more.From, more.Amount = date("2022-07-01"), dec("150")
	contract.To = more.From
	apply(t, f, billing.Record{Key: "contract", Created: date("2022-07-01"), Spans: []billing.Span{contract, more}}) // fails where it is refused
	same(t, "180", f.Ledger().MRR(date("2022-07-02")))
	same(t, "30", f.Ledger().MRR(date("2024-01-01")))
}

// A subscription that is sealed stays as it was, although its objects are
// forgotten a few at a time, when another of its customer begins before the last
// of them is, after a restart and without one.
func TestFeed_SealedHistoryStands(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	p.Source = policy.FromInvoices
	live, again := newFeed(t, p, o), newFeed(t, p, o)
	both := func(r billing.Record) {
		apply(t, live, r)
		l := mustLedger(t, p, o)
		require.NoError(t, l.UnmarshalBinary(bytesOf(t, again.Ledger())))
		next, err := policy.NewFeed(l, p, o)
		require.NoError(t, err)
		require.NoError(t, next.UnmarshalBinary(stateOf(t, again)))
		again = next
		apply(t, again, r)
	}
	invoice := func(subscription string, n int, at time.Time) billing.Record {
		return billing.Record{Key: fmt.Sprint(subscription, n), ID: fmt.Sprint("e", subscription, n), Created: at, Lines: []billing.InvoiceLine{{
			ID: fmt.Sprint(subscription, n), Customer: "ada", Subscription: subscription, Amount: dec("10"), Currency: "USD",
			Kind: billing.LineRecurring, Status: billing.LinePaid, From: at, To: at.AddDate(0, 1, 0), IssuedAt: at, PaidAt: at, Cycle: monthly,
		}}}
	}
	for n := range 36 {
		both(invoice("old", n, date("2020-01-01").AddDate(0, n, 0)))
	}
	before, ok := live.Ledger().HistoryOf("ada", "old")
	require.True(t, ok)
	for n := range 6 { // each forgets a few of the 36
		both(invoice("new", n, date("2026-01-01").AddDate(0, n, 0)))
		require.Positive(t, live.Size().Sealed)
		for _, f := range []*policy.Feed{live, again} {
			after, _ := f.Ledger().HistoryOf("ada", "old")
			require.Equal(t, before.Versions, after.Versions[:len(before.Versions)])
			last := after.Versions[len(after.Versions)-1]
			require.NotEmpty(t, last.Changes)
		}
		require.Equal(t, bytesOf(t, live.Ledger()), bytesOf(t, again.Ledger()))
	}
}

// An error takes nothing: neither the books nor the feed.
func TestFeed_AllOrNothing(t *testing.T) {
	t.Parallel()
	p, o := policy.KillBill(), policy.Options{Currency: "USD"} // frozen rates, and none given
	f := newFeed(t, p, o)
	good, bad := spanOf("a", "10", monthly, "2024-01-01", ""), spanOf("b", "10", monthly, "2024-01-01", "")
	bad.Currency = "EUR"
	apply(t, f, billing.Record{Key: "a", Created: date("2024-01-01"), Spans: []billing.Span{good}})
	books, state := bytesOf(t, f.Ledger()), stateOf(t, f)
	good.Amount = dec("20")
	_, _, err := f.Apply(time.Time{}, billing.Record{Key: "a", Created: date("2024-02-01"), Spans: []billing.Span{good}}, billing.Record{Key: "b", Created: date("2024-02-01"), Spans: []billing.Span{bad}})
	require.Error(t, err)
	assert.Equal(t, books, bytesOf(t, f.Ledger()))
	assert.Equal(t, state, stateOf(t, f))
}

func TestNewFeed_Refuses(t *testing.T) {
	t.Parallel()
	o := policy.Options{Currency: "USD"}
	l := mustLedger(t, policy.Standard(), o)
	_, err := policy.NewFeed(nil, policy.Standard(), o)
	require.ErrorIs(t, err, policy.ErrFeed)
	_, err = policy.NewFeed(l, policy.Recurly(), o)
	require.ErrorIs(t, err, policy.ErrFeed)
	_, err = policy.NewFeed(l, policy.Standard(), policy.Options{Currency: "EUR"})
	require.ErrorIs(t, err, policy.ErrFeed)
	_, err = policy.NewFeed(l, policy.Standard(), policy.Options{Currency: "USD", Invoices: make([]billing.InvoiceLine, 1)})
	require.ErrorIs(t, err, policy.ErrFeed)
	p := policy.Standard()
	p.Location = time.FixedZone("X", 3600)
	_, err = policy.NewFeed(l, p, o)
	require.ErrorIs(t, err, policy.ErrFeed)
	f, err := policy.NewFeed(l, policy.Standard(), o)
	require.NoError(t, err)
	_, found, err := f.Apply(time.Time{}, billing.Record{Key: "k"}, billing.Record{})
	require.NoError(t, err)
	assert.Len(t, found, 2)
	_, _, err = f.Apply(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	require.Error(t, err)
}

// However broken the state, decoding it refuses or gives one that encodes to it.
func FuzzFeed_UnmarshalBinary(f *testing.F) {
	o := policy.Options{Currency: "USD"}
	feed := newFeed(f, policy.Standard(), o)
	live := spanOf("c", "100", monthly, "2024-01-01", "", less(percent("10", billing.DurationForever)))
	apply(f, feed, billing.Record{Key: "sub", ID: "e", Created: date("2024-01-01"), Spans: []billing.Span{live}})
	apply(f, feed, billing.Record{Key: "old", ID: "o", Created: date("2024-01-02"), Ended: date("2024-01-02"), Spans: []billing.Span{live}})
	apply(f, feed, billing.Record{Key: "sub", ID: "n", Created: date("2027-01-02"), Spans: []billing.Span{live}})
	f.Add(stateOf(f, feed))
	f.Fuzz(func(t *testing.T, in []byte) {
		again := newFeed(t, policy.Standard(), o)
		if err := again.UnmarshalBinary(in); err != nil {
			require.ErrorIs(t, err, policy.ErrForm)
			return
		}
		require.Equal(t, in, stateOf(t, again))
	})
}

func histories(f *policy.Feed) string {
	var out strings.Builder
	for h := range f.Ledger().Histories() {
		fmt.Fprintln(&out, h.Customer, h.Subscription)
		for _, v := range h.Versions {
			fmt.Fprintln(&out, "  ", v.Recorded.Format(time.RFC3339Nano), v.Changes)
		}
	}
	return out.String()
}
