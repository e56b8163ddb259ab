package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// monthsInvoiced is the records of one line a month from the first of January.
func monthsInvoiced(months int) (out []billing.Record) {
	for m := range months {
		from := date("2024-01-01").AddDate(0, m, 0)
		l := lineOf("30", from.Format(time.DateOnly), from.AddDate(0, 1, 0).Format(time.DateOnly))
		out = append(out, billing.Record{Key: fmt.Sprint("invoice ", m), ID: fmt.Sprint("evt_", m), Created: from, Lines: []billing.InvoiceLine{l}})
	}
	return out
}

// Nothing was said, and time passed: what was invoiced carries on until the
// period is over, or for as long as the policy lets it lapse, and then churns on
// that day, known from the instant after.
func TestFeed_TimePassesWithoutARecord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lapse policy.Lapse
		ends  string // "" is never
	}{
		{policy.Lapse{}, "2024-03-01"},
		{policy.Lapse{Rule: policy.LapseAfterDays, Days: 10}, "2024-03-11"},
		{policy.Lapse{Rule: policy.LapseUntilEnd}, ""},
	} {
		p := policy.Recurly()
		p.Lapse = c.lapse
		f := newFeed(t, p, policy.Options{Currency: "USD"})
		apply(t, f, monthsInvoiced(2)...)
		same(t, "30", f.Ledger().MRR(date("2025-01-01"))) // it is February: who knows
		if c.ends == "" {
			moved, _, err := f.Observe(date("2030-01-01"))
			require.NoError(t, err)
			assert.Empty(t, moved)
			continue
		}
		moved, _, err := f.Observe(date(c.ends))
		require.NoError(t, err)
		assert.Empty(t, moved, "it may be invoiced this instant")
		moved, _, err = f.Observe(date(c.ends).Add(1))
		require.NoError(t, err)
		require.Len(t, moved, 1)
		assert.Equal(t, ledger.Churn, moved[0].Kind)
		assert.Equal(t, date(c.ends), moved[0].At.UTC())
		same(t, "0", f.Ledger().MRR(date(c.ends)))
		same(t, "30", f.Ledger().AsOf(date(c.ends)).MRR(date("2024-05-01")))
		// The invoice comes late after all, and takes the churn back.
		third := monthsInvoiced(3)[2]
		third.Created = date(c.ends).AddDate(0, 0, 2)
		moved, found := apply(t, f, third)
		assert.Empty(t, moved)
		require.Len(t, found, 1)
		assert.Equal(t, billing.CodeRestated, found[0].Code)
		same(t, "30", f.Ledger().MRR(date("2024-03-20")))
		// Time does not run backwards.
		moved, _, err = f.Observe(date("2024-01-01"))
		require.NoError(t, err)
		assert.Empty(t, moved)
	}
	f := newFeed(t, policy.Recurly(), policy.Options{Currency: "USD"})
	_, _, err := f.Observe(time.Time{})
	require.Error(t, err)
}

// Who never says that time passes has it pass by the records, Grace behind the
// newest: the state stays bounded.
func TestFeed_RecordsAloneLetTimePass(t *testing.T) {
	t.Parallel()
	f := newFeed(t, policy.Recurly(), policy.Options{Currency: "USD"})
	apply(t, f, monthsInvoiced(1)...)
	other := monthsInvoiced(20)
	for i := range other {
		other[i].Key, other[i].ID = fmt.Sprint("other ", i), fmt.Sprint("o", i)
		other[i].Lines[0].Customer, other[i].Lines[0].Subscription = "other", "other"
		apply(t, f, other[i])
		want := "60"
		if date("2024-02-01").Before(other[i].Created.Add(-policy.Grace)) {
			want = "30"
		}
		same(t, want, f.Ledger().MRR(other[i].Created), fmt.Sprint(i))
	}
	assert.Equal(t, "2024-02-01", lastMovement(f, lineOf("1", "2024-01-01", "2024-02-01").Customer).At.Format(time.DateOnly))
}

func lastMovement(f *policy.Feed, customer string) (last ledger.Movement) {
	for m := range f.Ledger().MovementsOf(customer, calendar.Period{From: date("2000-01-01"), To: date("2100-01-01")}) {
		last = m
	}
	return last
}

// fickle are rates that are there until they are not.
type fickle struct{ gone bool }

func (r *fickle) Rate(_, _ money.Currency, _ time.Time) (decimal.Decimal, error) {
	if r.gone {
		return decimal.Decimal{}, money.ErrNoRate
	}
	return dec("2"), nil
}

// A rate that is missing leaves what was awaited as it was.
func TestFeed_ObserveAllOrNothing(t *testing.T) {
	t.Parallel()
	p, rates := policy.Recurly(), &fickle{}
	p.RateDate = policy.RateFrozen
	f := newFeed(t, p, policy.Options{Currency: "USD", Rates: rates})
	r := monthsInvoiced(1)[0]
	r.Lines[0].Currency = "EUR"
	apply(t, f, r)
	before := stateOf(t, f)
	rates.gone = true
	_, _, err := f.Observe(date("2024-03-01"))
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.Equal(t, before, stateOf(t, f))
	rates.gone = false
	moved, _, err := f.Observe(date("2024-03-01"))
	require.NoError(t, err)
	require.Len(t, moved, 1)
	same(t, "60", moved[0].Amount)
}

// Once it has observed the end, a feed of invoices stands where Read does.
func TestLaw_ObservedFeedEndsAsRead(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p, o := genFeedPolicy(t)
		p.Source, p.RateDate, p.RateAt = policy.FromInvoices, policy.RateAtChange, time.Time{}
		lines := genLines(t)
		for i := range lines {
			if genMaybe(t, "plain line", 60) {
				lines[i].Kind, lines[i].Status, lines[i].Proration, lines[i].Amount = billing.LineRecurring, billing.LinePaid, billing.ProrationNone, dec("10")
			}
		}
		f := newFeed(t, p, o)
		for i := range lines {
			lines[i].Seq = int64(i)
			apply(t, f, billing.Record{Key: fmt.Sprint("invoice ", i), ID: fmt.Sprint("e", i), Created: lines[i].IssuedAt, Lines: lines[i : i+1]})
			if genMaybe(t, "observe", 40) {
				observe(t, f, lines[i].IssuedAt)
			}
		}
		end := genTime(t, "end")
		for i := range lines {
			if end.Before(lines[i].IssuedAt) {
				end = lines[i].IssuedAt
			}
		}
		if moved, _, err := f.Observe(end); len(moved) > 0 {
			require.NoError(t, err)
			seen["lapsed"]++
		}
		o.Invoices, o.ObservedUntil = lines, end
		r, err := policy.Read(nil, p, o)
		require.NoError(t, err)
		l, err := r.Ledger()
		require.NoError(t, err)
		for range 6 {
			at := genTime(t, "at")
			require.True(t, l.MRR(at).Equal(f.Ledger().MRR(at)), "%s: %s, want %s\n%+v\n%s, observed %s", at, f.Ledger().MRR(at), l.MRR(at), lines, p, end)
		}
	}, seen.NeedAtLeast(5, "lapsed"))
}

// What was before the first record is an assumption with a warning, or nothing.
func TestFeed_SinceFirstRecord(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "10", monthly, "2024-01-01", "")
	r := billing.Record{Key: "sub", ID: "evt_7", Created: date("2024-03-10"), Spans: []billing.Span{s}}
	f := newFeed(t, policy.Standard(), policy.Options{Currency: "USD"})
	_, found := apply(t, f, r)
	require.Len(t, found, 1)
	assert.Equal(t, billing.CodeAssumed, found[0].Code)
	assert.Equal(t, billing.Warning, found[0].Severity)
	same(t, "10", f.Ledger().MRR(date("2024-02-01")))

	f = newFeed(t, policy.Standard(), policy.Options{Currency: "USD", SinceFirstRecord: true})
	moved, found := apply(t, f, r)
	assert.Empty(t, found)
	require.Len(t, moved, 1)
	assert.Equal(t, date("2024-03-10"), moved[0].At.UTC())
	same(t, "0", f.Ledger().MRR(date("2024-02-01")))
	// An earlier record comes late, and moves the beginning.
	r.ID, r.Created = "evt_3", date("2024-02-10")
	apply(t, f, r)
	same(t, "10", f.Ledger().MRR(date("2024-02-15")))
	same(t, "0", f.Ledger().MRR(date("2024-02-01")))
	// A restart remembers which it is.
	again := newFeed(t, policy.Standard(), policy.Options{Currency: "USD", SinceFirstRecord: true})
	require.NoError(t, again.UnmarshalBinary(stateOf(t, f)))
	require.ErrorIs(t, newFeed(t, policy.Standard(), policy.Options{Currency: "USD"}).UnmarshalBinary(stateOf(t, f)), policy.ErrForm)
}
