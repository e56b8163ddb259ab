package policy_test

import (
	"fmt"
	"slices"
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
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Numbers that once were wrong.

// renewing is ten customers invoiced on the 20th for a month.
func renewing(months ...string) (lines []billing.InvoiceLine, spans []billing.Span) {
	for i := range 10 {
		name := fmt.Sprint("c", i)
		for _, from := range months {
			l := lineOf("30", from, date(from).AddDate(0, 1, 0).Format(time.DateOnly))
			l.Customer, l.Subscription = name, name
			lines = append(lines, l)
		}
		spans = append(spans, spanOf(name, "30", monthly, months[0], ""))
	}
	return lines, spans
}

// An export of the 15th does not know of renewals of the 20th: nobody churned.
func TestFault_RunningMonthIsNoChurn(t *testing.T) {
	t.Parallel()
	lines, spans := renewing("2024-02-20", "2024-03-20")
	o := policy.Options{Currency: "USD", Invoices: lines, ObservedUntil: date("2024-04-15")}
	for _, p := range []policy.Policy{policy.Recurly(), policy.ProfitWell(), policy.ChartMogul(), policy.LagoSQL()} {
		b := books(t, spans, p, o)
		st, err := b.Statement(calendar.NewMonth(2024, 4))
		require.NoError(t, err)
		same(t, "0", st.Revenue.Churn, p.Name)
		assert.Equal(t, int64(10), st.ClosingCustomers, p.Name)
	}
	// Observed long after, those that did not renew did churn, where a policy
	// lets invoices say so.
	o.ObservedUntil = date("2024-06-01")
	st, err := books(t, spans, policy.Recurly(), o).Statement(calendar.NewMonth(2024, 4))
	require.NoError(t, err)
	same(t, "300", st.Revenue.Churn)
}

// ChartMogul, article 303: a renewal that is missing keeps its MRR until the
// subscription is cancelled. Drafts are as good as missing.
func TestFault_ChartMogulMissingRenewal(t *testing.T) {
	t.Parallel()
	lines, spans := renewing("2024-02-20")
	draft := lineOf("30", "2024-03-20", "2024-04-20", func(l *billing.InvoiceLine) { l.Status = billing.LineDraft })
	draft.Customer, draft.Subscription = "c0", "c0"
	lines = append(lines, draft)
	spans[1].To = date("2024-05-10") // cancelled
	l := books(t, spans, policy.ChartMogul(), policy.Options{Currency: "USD", Invoices: lines}).Ledger()
	same(t, "300", l.MRR(date("2024-04-15")))
	same(t, "270", l.MRR(date("2024-05-10")))
}

// ChartMogul, article 243: a subscription whose first invoice is open counts
// nothing until it is paid.
func TestFault_ChartMogulFirstInvoice(t *testing.T) {
	t.Parallel()
	first := lineOf("30", "2024-02-01", "2024-03-01", func(l *billing.InvoiceLine) { l.Status = billing.LineOpen })
	at := func(day string, lines ...billing.InvoiceLine) decimal.Decimal {
		return invoiced(t, policy.ChartMogul(), day, lines...)
	}
	same(t, "0", at("2024-02-15", first))
	first.Status, first.PaidAt = billing.LinePaid, date("2024-02-10")
	same(t, "0", at("2024-02-09", first))
	same(t, "30", at("2024-02-10", first))
	second := lineOf("30", "2024-03-01", "2024-04-01", func(l *billing.InvoiceLine) { l.Status = billing.LineOpen })
	same(t, "30", at("2024-03-15", first, second), "later ones may be open")
}

// Under pause_collection the invoices are voided; ChartMogul counts on.
func TestFault_VoidedWhilePaused(t *testing.T) {
	t.Parallel()
	lines, spans := renewing("2024-02-20", "2024-03-20")
	for i := range lines {
		if lines[i].From.Equal(date("2024-03-20")) {
			lines[i].Status = billing.LineVoid
		}
	}
	for i := range spans {
		spans[i].To = date("2024-03-20")
		paused := spans[i]
		paused.From, paused.To, paused.State = date("2024-03-20"), time.Time{}, billing.StateCollectionPaused
		spans = append(spans, paused)
	}
	o := policy.Options{Currency: "USD", Invoices: lines}
	same(t, "300", books(t, spans, policy.ChartMogul(), o).Ledger().MRR(date("2024-04-01")))
	p := policy.ChartMogul()
	p.DropCollectionPaused = true
	same(t, "0", books(t, spans, p, o).Ledger().MRR(date("2024-04-01")))
}

// 1,200 a year less 60 beside a set-up fee is 95, whatever the items are called;
// it was 40 where the fee sorted first.
func TestFault_AmountOffIsPerChargeOfItsCycle(t *testing.T) {
	t.Parallel()
	off := billing.Discount{Off: dec("60"), Level: billing.LevelSubscription}
	for _, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
		plan := spanOf("c", "1200", year, "2024-01-01", "", item(names[0]), less(off))
		fee := spanOf("c", "500", monthly, "2024-01-01", "", item(names[1]), less(off))
		fee.Basis = billing.BasisOneOff
		same(t, "95", mrr(t, []billing.Span{plan, fee}, policy.Standard(), "2024-01-15"), names)
	}
}

// Renaming items changes nothing, under any policy.
func TestLaw_RenamingItemsChangesNothing(t *testing.T) {
	t.Parallel()
	moved := 0
	law.Check(t, func(t *rapid.T) {
		spans, p := genSpans(t, false), genPolicy(t, "p")
		p.Source = policy.FromPrices
		o := policy.Options{Currency: "USD", Rates: euro(t)}
		renamed := slices.Clone(spans)
		for i := range renamed {
			renamed[i].Item = map[string]string{"i0": "z", "i1": "a"}[spans[i].Item]
		}
		at := genTime(t, "at")
		worth := func(spans []billing.Span) decimal.Decimal {
			r, err := policy.Read(spans, p, o)
			require.NoError(t, err)
			l, err := r.Ledger()
			require.NoError(t, err)
			return l.MRR(at)
		}
		a, b := worth(spans), worth(renamed)
		if !a.IsZero() {
			moved++
		}
		require.True(t, a.Sub(b).Abs().LessThanOrEqual(decimal.New(1, -11)), "%s, %s", a, b)
	}, law.Counters{"moved": &moved})
}

// Half off for three months on 1,200 a year lessens one charge, so it lasts the
// year where it counts, and does not recur: nobody expanded in April.
func TestFault_CouponOnALongerCycle(t *testing.T) {
	t.Parallel()
	half := percent("50", billing.DurationRepeating)
	half.To = date("2024-04-01")
	spans := []billing.Span{spanOf("c", "1200", year, "2024-01-01", "", less(half))}
	all := policy.Policy{Discounts: policy.DiscountsAll}
	for _, day := range []string{"2024-01-15", "2024-04-15", "2024-12-31"} {
		same(t, "50", mrr(t, spans, all, day), day)
		same(t, "100", mrr(t, spans, policy.Standard(), day), day)
	}
	same(t, "100", mrr(t, spans, all, "2025-01-01"))
	// On a monthly charge it is three charges, and recurs.
	spans[0].Cycle, spans[0].Amount = monthly, dec("100")
	same(t, "50", mrr(t, spans, policy.Standard(), "2024-03-31"))
	same(t, "100", mrr(t, spans, policy.Standard(), "2024-04-01"))
}

// Chargebee, article 254910 (support.chargebee.com, of 2022-07-04), case by case:
// a coupon for one charge leaves MRR at the full 100; one for 12 months lessens
// the MRR of a monthly plan, but on a yearly one it is for one charge and leaves
// MRR alone. Its "flexible" MRR counts coupons for one charge too, and leaves the
// limited one on the yearly plan out still: which are counted, included_in_mrr of
// its records says, here InMRR.
//
// docs/flexi-mrr-vs-regular-mrr: a plan of 100, three add-ons of 100, 10 % off
// forever: 360 (the page cuts its example; the sum is ours).
func TestFault_OneChargeCoupon(t *testing.T) {
	t.Parallel()
	once := percent("20", billing.DurationOnce)
	same(t, "100", mrr(t, []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "", less(once))}, policy.Standard(), "2024-01-15"))
	limited := percent("20", billing.DurationRepeating)
	limited.To = date("2025-01-01")
	perMonth := []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "", less(limited))}
	perYear := []billing.Span{spanOf("c", "1200", year, "2024-01-01", "", less(limited))}
	for _, day := range []string{"2024-01-01", "2024-06-15", "2024-12-31"} {
		same(t, "80", mrr(t, perMonth, policy.Standard(), day), day)
		same(t, "100", mrr(t, perYear, policy.Standard(), day), day)
	}
	same(t, "100", mrr(t, perMonth, policy.Standard(), "2025-01-01"))
	marked := policy.Policy{Discounts: policy.DiscountsAsMarked}
	counted := once
	counted.InMRR = billing.Yes
	same(t, "80", mrr(t, []billing.Span{spanOf("c", "1200", year, "2024-01-01", "", less(counted))}, marked, "2024-06-15"))
	left := limited
	left.InMRR = billing.No
	same(t, "100", mrr(t, []billing.Span{spanOf("c", "1200", year, "2024-01-01", "", less(left))}, marked, "2024-06-15"))

	ten := percent("10", billing.DurationForever)
	ten.Level = billing.LevelSubscription
	same(t, "360", mrr(t, []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "", item("plan"), less(ten)),
		spanOf("c", "300", monthly, "2024-01-01", "", item("add-on"), less(ten)),
	}, policy.Standard(), "2024-01-15"))
}

// 200 a month from 31 January: a prorated charge for half of that February is
// scaled by the full line's 28 days, not by the 31 that lie before its end.
func TestFault_ScaleToCycleByTheFullLine(t *testing.T) {
	t.Parallel()
	p := policy.Policy{Source: policy.FromInvoices, Scaling: policy.ScaleToCycle}
	full := lineOf("1", "2023-01-31", "2023-02-28", func(l *billing.InvoiceLine) { l.Seq = 1 })
	part := lineOf("100", "2023-02-14", "2023-02-28", prorated(billing.ProrationFull))
	r, err := policy.Read(nil, p, policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{full, part}})
	require.NoError(t, err)
	assert.Empty(t, r.Findings())
	l, err := r.Ledger()
	require.NoError(t, err)
	same(t, "201", l.MRR(date("2023-02-20")))
	// Where nothing was charged in full it can only be guessed, and says so.
	r, err = policy.Read(nil, p, policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{part}})
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeAssumed, r.Findings()[0].Code)
}

// An add-on bought in mid-cycle is part of the cycle that the plan is charged for,
// whether or not it is charged in full later: 200, and 210.71 counted back from
// the end of February.
func TestFault_ScaleToCycleOfAnAddOn(t *testing.T) {
	t.Parallel()
	of := func(name string) func(*billing.InvoiceLine) {
		return func(l *billing.InvoiceLine) { l.Item = name }
	}
	lines := []billing.InvoiceLine{
		lineOf("100", "2023-01-31", "2023-02-28", of("plan")),
		lineOf("50", "2023-02-14", "2023-02-28", of("add-on"), prorated(billing.ProrationFull)),
		lineOf("100", "2023-02-28", "2023-03-31", of("plan")),
		lineOf("100", "2023-02-28", "2023-03-31", of("add-on")),
	}
	for n := 2; n <= len(lines); n++ {
		r, err := policy.Read(nil, policy.ChartMogul(), policy.Options{Currency: "USD", Invoices: lines[:n]})
		require.NoError(t, err)
		assert.Empty(t, r.Findings())
		l, err := r.Ledger()
		require.NoError(t, err)
		same(t, "200", l.MRR(date("2023-02-20")), fmt.Sprint(n))
	}
}

// Cancelled and subscribed again while the old one is paid for: 200, not 300.
// Only policies that let service run to its end are concerned.
func TestFault_CancelAndRecreate(t *testing.T) {
	t.Parallel()
	old := spanOf("old", "100", monthly, "2024-01-01", "2024-03-10", by("c"), func(s *billing.Span) { s.PaidThrough = date("2024-04-01") })
	next := spanOf("new", "200", monthly, "2024-03-10", "", by("c"))
	for _, p := range []policy.Policy{policy.Standard(), policy.Baremetrics(), policy.Stripe(), policy.KillBill()} {
		same(t, "200", mrr(t, []billing.Span{old, next}, p, "2024-03-20"), p.Name)
	}
	r, err := policy.Read([]billing.Span{old, next}, policy.Standard(), dollars)
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeSuccessor, r.Findings()[0].Code)
	// One that begins as what was paid for ends takes nothing from it.
	after := next
	after.From = date("2024-04-01")
	r, err = policy.Read([]billing.Span{old, after}, policy.Standard(), dollars)
	require.NoError(t, err)
	require.Empty(t, r.Findings())
	// Without a successor what was paid for counts, and one begun before the end
	// is none.
	same(t, "100", mrr(t, []billing.Span{old}, policy.Standard(), "2024-03-20"))
	early := next
	early.From = date("2024-03-09")
	same(t, "300", mrr(t, []billing.Span{old, early}, policy.Standard(), "2024-03-20"))
	// A test counts, where tests do, and no longer than others: begins nothing,
	// but ends where another begins.
	p := policy.Standard()
	p.CountTest = true
	old.Test = true
	same(t, "200", mrr(t, []billing.Span{old, next}, p, "2024-03-20"))
	old.Test, next.Test = false, true
	same(t, "300", mrr(t, []billing.Span{old, next}, p, "2024-03-20"))
}

// Options without a currency, and one in lower case, fail at once and say what to
// do.
func TestFault_Currency(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{spanOf("c", "1", monthly, "2024-01-01", "")}
	_, err := policy.Read(spans, policy.Standard(), policy.Options{})
	require.ErrorIs(t, err, policy.ErrCurrency)
	assert.Contains(t, err.Error(), `"USD"`)
	_, err = policy.Read(spans, policy.Standard(), policy.Options{Currency: "eur"})
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	assert.Equal(t, `write "EUR"`, f.Limit)

	_, _, err = newFeed(t, policy.Standard(), policy.Options{}).Apply(time.Time{}, billing.Record{Key: "k", Created: date("2024-01-01"), Spans: spans})
	require.ErrorIs(t, err, policy.ErrCurrency)
	_, _, err = newFeed(t, policy.Standard(), policy.Options{}).Apply(time.Time{}, billing.Record{Key: "k", Created: date("2024-01-01"), Lines: []billing.InvoiceLine{lineOf("1", "2024-01-01", "2024-02-01")}})
	require.ErrorIs(t, err, policy.ErrCurrency)
	changes, err := policy.Stream(func(yield func(billing.Span, error) bool) { yield(spans[0], nil) }, policy.Standard(), policy.Options{}, nil)
	require.NoError(t, err)
	for _, err := range changes {
		require.ErrorIs(t, err, policy.ErrCurrency)
	}
}

// Who stays for nothing and returns after more than MaxGap never left: heads are
// counted in one place.
func TestFault_HeadsAgree(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{spanOf("c", "10", monthly, "2024-01-01", "2024-03-02"), spanOf("c", "10", monthly, "2024-03-20", "")}
	p := policy.Policy{MaxGap: 10 * 24 * time.Hour}
	b := books(t, spans, p, dollars)
	st, err := b.Statement(calendar.NewMonth(2024, 3))
	require.NoError(t, err)
	c, err := b.Churn(calendar.NewMonth(2024, 3).Period(time.UTC))
	require.NoError(t, err)
	assert.Equal(t, st.Customers, c.Customers)
	assert.Equal(t, st.ChurnRate.Percent(2), c.Rate.Percent(2))
	var kinds []ledger.Kind
	for m := range b.Ledger().Movements(calendar.NewMonth(2024, 3).Period(time.UTC)) {
		kinds = append(kinds, m.Kind)
	}
	assert.Equal(t, []ledger.Kind{ledger.Churn, ledger.NewBusiness}, kinds)
}
