package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

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

// Who leaves and who does not pay are told apart in live books too, and who did not
// pay was not paid for until the end of the term.
func TestFeed_VoluntaryAndInvoluntary(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	f := newFeed(t, p, o)
	for i, c := range []struct {
		reason billing.Reason
		paid   string
		want   string
	}{
		{billing.ReasonVoluntary, "2024-04-01", "2024-04-01 c0: churn 100 (100 to 0), cancel"},
		{billing.ReasonInvoluntary, "2024-03-01", "2024-03-20 c1: churn 100 (100 to 0), non-payment"},
	} {
		customer := fmt.Sprint("c", i)
		live := spanOf(customer, "100", monthly, "2024-01-01", "")
		live.Subscription, live.PaidThrough = customer, date("2024-04-01")
		end := live
		end.To, end.Reason, end.PaidThrough = date("2024-03-20"), c.reason, date(c.paid)
		apply(t, f, billing.Record{Key: customer, ID: "evt_1" + customer, Created: date("2024-01-01"), Spans: []billing.Span{live}})
		moved, _ := apply(t, f, billing.Record{Key: customer, ID: "evt_2" + customer, Created: date("2024-03-20"), Ended: end.To, Spans: []billing.Span{end}})
		require.Len(t, moved, 1)
		assert.Equal(t, c.want, moved[0].String())
	}
	sums, err := f.Ledger().SumBy(calendar.Period{From: date("2024-03-01"), To: date("2024-05-01")}, ledger.ByWill)
	require.NoError(t, err)
	assert.Equal(t, "[involuntary churn: 1 movements, 100 voluntary churn: 1 movements, 100]", fmt.Sprint(sums))
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

// A record that gives a subscription to a customer of whom the same name ended
// long ago ends it for the customer it was taken from.
func TestFeed_MovesToWhatIsSealed(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	record := func(key, id, at, customer, from, to string) billing.Record {
		s := spanOf(customer, "10", monthly, from, to)
		s.Subscription = "s"
		return billing.Record{Key: key, ID: id, Created: date(at), Ended: s.To, Spans: []billing.Span{s}}
	}
	records := []billing.Record{
		record("first", "e1", "2020-01-01", "cy", "2020-01-01", "2020-03-01"),
		record("second", "e2", "2023-01-01", "ada", "2023-01-01", ""),
		record("other", "e3", "2023-02-01", "bob", "2023-02-01", ""),
		record("second", "e4", "2023-03-01", "cy", "2023-01-01", ""),
	}
	live := newFeed(t, p, o)
	for i, r := range records {
		_, found, err := live.Apply(time.Time{}, r)
		require.NoError(t, err)
		if i == 3 {
			require.Len(t, found, 1)
			assert.Equal(t, billing.CodeTooLate, found[0].Code)
		}
	}
	assert.Equal(t, 2, live.Size().Sealed, "the object and the subscription")
	assert.True(t, live.Ledger().MRR(date("2023-02-28")).Equal(dec("20")))
	assert.True(t, live.Ledger().MRR(date("2023-03-02")).Equal(dec("10")), "ada's ended, and cy's counts nothing")
	bulk := newFeed(t, p, o)
	_, _, err := bulk.Apply(time.Time{}, records...)
	require.NoError(t, err)
	assert.Equal(t, bytesOf(t, bulk.Ledger()), bytesOf(t, live.Ledger()))
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
