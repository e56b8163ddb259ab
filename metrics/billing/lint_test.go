package billing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func id(name string) func(*billing.Span) { return func(s *billing.Span) { s.ID = name } }

// found is code and field of every finding.
func found(fs []billing.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, string(f.Code)+" "+f.Field)
	}
	return out
}

func TestLint(t *testing.T) {
	t.Parallel()
	ok := spanOf("c", "100", monthly, "2024-01-01", "")
	with := func(f func(*billing.Span)) billing.Span {
		s := ok
		f(&s)
		return s
	}
	rates, err := money.NewRateTable([]money.Quote{{From: "EUR", To: "USD", Rate: dec("2"), Since: date("2024-02-01")}}, money.RateOptions{})
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		spans []billing.Span
		want  []string
	}{
		{"nothing", []billing.Span{ok}, nil},
		{"no customer", []billing.Span{with(func(s *billing.Span) { s.Customer = "" })}, []string{"missing-customer Customer"}},
		{"long name", []billing.Span{with(func(s *billing.Span) { s.Subscription = strings.Repeat("x", 5000) })}, []string{"bad-name Subscription"}},
		{"not text", []billing.Span{with(func(s *billing.Span) { s.Item = "\xff" })}, []string{"bad-name Item"}},
		{"no start", []billing.Span{with(func(s *billing.Span) { s.From = time.Time{} })}, []string{"missing-time From"}},
		{"year 9999", []billing.Span{with(func(s *billing.Span) { s.To = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC) })}, []string{"time-range To"}},
		{"year 1", []billing.Span{with(func(s *billing.Span) { s.CancelAt = time.Unix(-62135596799, 0) })}, []string{"time-range CancelAt"}},
		{"end before start", []billing.Span{with(func(s *billing.Span) { s.To = date("2023-01-01") })}, []string{"end-before-start To"}},
		{"negative", []billing.Span{with(func(s *billing.Span) { s.Amount = dec("-1") })}, []string{"negative-amount Amount"}},
		{"hostile exponent", []billing.Span{with(func(s *billing.Span) { s.Amount = decimal.New(1, 1_000_000) })}, []string{"amount-range Amount"}},
		{"13 places", []billing.Span{with(func(s *billing.Span) { s.Tax = dec("0.0000000000001") })}, []string{"amount-range Tax"}},
		{"unknown unit", []billing.Span{with(func(s *billing.Span) { s.Cycle = calendar.Cycle{Unit: 7} })}, []string{"unknown-unit Cycle"}},
		{"unknown currency", []billing.Span{with(func(s *billing.Span) { s.Currency = "currency" })}, []string{"unknown-currency Currency"}},
		{
			"unknown values",
			[]billing.Span{with(func(s *billing.Span) { s.State, s.Basis, s.Reason = 99, 99, 99 })},
			[]string{"unknown-value State", "unknown-value Basis", "unknown-value Reason"},
		},
		{"all faults of a record", []billing.Span{{}}, []string{"missing-customer Customer", "missing-time From"}},
		{"bad discounts", []billing.Span{with(less(
			billing.Discount{Percent: dec("101")}, billing.Discount{Percent: dec("1"), Off: dec("1")}, billing.Discount{Off: dec("-1")},
			billing.Discount{From: date("2024-02-01"), To: date("2024-01-01")}, billing.Discount{Cycles: -1}, billing.Discount{Level: 9, Duration: 9, InMRR: 9},
		))}, []string{
			"bad-discount Discounts[0].Percent", "bad-discount Discounts[1].Off", "negative-amount Discounts[2].Off", "bad-discount Discounts[3].To",
			"bad-discount Discounts[4].Cycles", "unknown-value Discounts[5].Duration", "unknown-value Discounts[5].Level", "unknown-value Discounts[5].InMRR",
		}},
		{"too many discounts", []billing.Span{with(less(make([]billing.Discount, 101)...))}, []string{"bad-discount Discounts"}},
		{"sandbox", []billing.Span{with(func(s *billing.Span) { s.Test = true })}, []string{"test-mode Test"}},
		{"no length", []billing.Span{with(func(s *billing.Span) { s.To = s.From })}, []string{"zero-length To"}},
		{"overlap", []billing.Span{ok, with(func(s *billing.Span) { s.From = date("2024-02-01") })}, []string{"overlap From"}},
		{"overlap with one before the last", []billing.Span{
			ok, with(func(s *billing.Span) { s.From, s.To = date("2024-02-01"), date("2024-03-01") }), with(func(s *billing.Span) { s.From = date("2024-04-01") }),
		}, []string{"overlap From", "overlap From"}},
		{"touching is no overlap", []billing.Span{with(func(s *billing.Span) { s.To = date("2024-02-01") }), with(func(s *billing.Span) { s.From = date("2024-02-01") })}, nil},
		{"two items are no overlap", []billing.Span{ok, with(item("seat"))}, nil},
		{"the same twice", []billing.Span{ok, ok}, []string{"duplicate From"}},
		{"one id in two subscriptions", []billing.Span{
			with(id("si_1")), spanOf("d", "1", monthly, "2024-01-01", "", id("si_1")), spanOf("e", "1", monthly, "2024-01-01", "", id("si_1")),
		}, []string{"duplicate-id ID"}},
		{"one id in one subscription", []billing.Span{with(func(s *billing.Span) { s.ID, s.To = "si_1", date("2024-02-01") }), with(func(s *billing.Span) { s.ID, s.From = "si_1", date("2024-02-01") })}, nil},
		{
			"currency switch",
			[]billing.Span{with(func(s *billing.Span) { s.To = date("2024-02-01") }), with(func(s *billing.Span) { s.From, s.Currency = date("2024-02-01"), "EUR" })},
			[]string{"currency-switch Currency"},
		},
		{"missing rate", []billing.Span{with(func(s *billing.Span) { s.Currency = "EUR" })}, []string{"missing-rate Currency"}},
		{"over-discount", []billing.Span{with(less(billing.Discount{Off: dec("101")}))}, []string{"over-discount Discounts[0].Off"}},
		{"a discount of the subscription is of all items", []billing.Span{
			with(less(billing.Discount{Off: dec("101"), Level: billing.LevelSubscription})), with(item("seat")),
		}, nil},
		{"end in the past", []billing.Span{with(func(s *billing.Span) { s.CancelAt = date("2023-12-01") })}, []string{"past-end CancelAt"}},
		{"replaces nothing", []billing.Span{with(func(s *billing.Span) { s.Replaces = "old" })}, []string{"replaces Replaces"}},
		{"replaces itself", []billing.Span{with(func(s *billing.Span) { s.Replaces = "c" })}, []string{"replaces Replaces"}},
		{"replaces what lives on", []billing.Span{ok, spanOf("d", "1", monthly, "2024-03-01", "", by("c"), func(s *billing.Span) { s.Replaces = "c" })}, []string{"replaces Replaces"}},
		{"replaces", []billing.Span{with(func(s *billing.Span) { s.To = date("2024-03-01") }), spanOf("d", "1", monthly, "2024-03-01", "", by("c"), func(s *billing.Span) { s.Replaces = "c" })}, nil},
		// bruin pull request 2702: the last subscription is deleted and leaves no end.
		{"cancelled without an end", []billing.Span{with(func(s *billing.Span) { s.CancelAskedAt, s.Reason = date("2024-02-01"), billing.ReasonVoluntary })}, []string{"open-end To"}},
		{"last paid long ago", []billing.Span{with(func(s *billing.Span) { s.PaidThrough = date("2024-02-01") }), spanOf("d", "1", monthly, "2024-06-01", "")}, []string{"open-end To"}},
		{"paid recently", []billing.Span{with(func(s *billing.Span) { s.PaidThrough = date("2024-05-15") }), spanOf("d", "1", monthly, "2024-06-01", "")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fs := billing.Lint(c.spans, billing.Options{Currency: "USD", Rates: rates})
			assert.Equal(t, c.want, found(fs))
			for _, f := range fs {
				assert.NotEmpty(t, f.Message)
				assert.Less(t, len(f.String()), 600, "a finding fits a line")
				assert.NotContains(t, f.String(), "\n")
			}
		})
	}
}

// A record that cannot be read counts nothing, is a fault, and leaves the
// others alone.
func TestRead_FaultsCountNothing(t *testing.T) {
	t.Parallel()
	bad := spanOf("c", "50", monthly, "2024-01-01", "", item("bad"), id("si_bad"))
	bad.Cycle.Unit = 9
	worse := spanOf("", "50", monthly, "2024-01-01", "")
	spans := []billing.Span{worse, spanOf("c", "100", monthly, "2024-01-01", "", item("good")), bad}
	r, err := billing.Read(spans, billing.Standard(), dollars)
	require.NoError(t, err)
	l, err := r.Ledger()
	require.NoError(t, err)
	same(t, "100", l.MRR(date("2024-01-01")))
	require.Len(t, r.Faults(), 2)
	assert.Equal(t, billing.CodeMissingCustomer, r.Faults()[0].Code)
	f := r.Faults()[1]
	assert.Equal(t, "si_bad", f.Record)
	assert.Equal(t, "fault unknown-unit \"si_bad\" (\"c\", \"c\", \"bad\") Cycle \"Cycle(0 Unit(9))\"", strings.SplitN(f.String(), ": ", 2)[0])
}

func TestRead_Options(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p billing.Policy
		o billing.Options
		w string
	}{
		{billing.Policy{Trials: 9}, dollars, "Trials"},
		{billing.Policy{PastDue: billing.PastDue{AfterDays: -1}}, dollars, "PastDue"},
		{billing.Policy{RateDate: billing.RateFixed}, dollars, "RateAt"},
		{billing.Policy{RateAt: date("2024-01-01")}, dollars, "RateAt"},
		{billing.Policy{MinGap: time.Hour, MaxGap: time.Minute}, dollars, "MaxGap"},
		{billing.Policy{WeekFactor: billing.Factor{Times: 1}}, dollars, "WeekFactor"},
		{billing.Policy{Rounding: billing.Rounding{Places: 99}}, dollars, "Rounding"},
		{billing.Policy{MeteredPeriods: 121}, dollars, "MeteredPeriods"},
	} {
		_, err := billing.Read(nil, c.p, c.o)
		require.ErrorIs(t, err, billing.ErrPolicy)
		require.ErrorContains(t, err, c.w)
		_, err = billing.Reconcile(nil, billing.Standard(), c.p, may, c.o)
		require.ErrorIs(t, err, billing.ErrPolicy)
	}
	_, err := billing.Read(nil, billing.Policy{}, billing.Options{Currency: "DOLLAR"})
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = billing.Read(nil, billing.Policy{}, billing.Options{Rates: &money.RateTable{}})
	require.Error(t, err)
	_, err = billing.Reconcile(nil, billing.Standard(), billing.Stripe(), calendar.Month{}, dollars)
	require.ErrorIs(t, err, calendar.ErrYear)
}

func TestInvoices_WhatCounts(t *testing.T) {
	t.Parallel()
	with := func(f func(*billing.InvoiceLine)) billing.InvoiceLine {
		return lineOf("100", "2024-05-01", "2024-06-01", f)
	}
	status := func(s billing.LineStatus) billing.InvoiceLine {
		return with(func(l *billing.InvoiceLine) { l.Status = s })
	}
	kind := func(k billing.LineKind) billing.InvoiceLine {
		return with(func(l *billing.InvoiceLine) { l.Kind, l.Amount = k, dec("10") })
	}
	inv := func(f func(*billing.Policy)) billing.Policy {
		p := billing.Policy{Source: billing.FromInvoices}
		if f != nil {
			f(&p)
		}
		return p
	}
	plain := with(func(*billing.InvoiceLine) {})
	used := func(amount, from, to string) billing.InvoiceLine {
		return lineOf(amount, from, to, func(l *billing.InvoiceLine) { l.Kind = billing.LineUsage })
	}
	for _, c := range []struct {
		name   string
		policy billing.Policy
		lines  []billing.InvoiceLine
		want   string // on 15 May
	}{
		{"paid", inv(nil), []billing.InvoiceLine{plain}, "100"},
		{"open", inv(nil), []billing.InvoiceLine{status(billing.LineOpen)}, "100"},
		{"open and long past due", inv(func(p *billing.Policy) { p.PastDue = billing.PastDue{Drop: true, AfterDays: 5} }), []billing.InvoiceLine{status(billing.LineOpen)}, "0"},
		{"draft", inv(nil), []billing.InvoiceLine{status(billing.LineDraft)}, "0"},
		{"void", inv(nil), []billing.InvoiceLine{status(billing.LineVoid)}, "0"},
		{"uncollectible", inv(nil), []billing.InvoiceLine{status(billing.LineUncollectible)}, "0"},
		{"uncollectible counted", inv(func(p *billing.Policy) { p.CountUnpaid = true }), []billing.InvoiceLine{status(billing.LineUncollectible)}, "100"},
		{"one-off", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineOneOff)}, "100"},
		{"credit ignored", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineCredit)}, "100"},
		{"credit", inv(func(p *billing.Policy) { p.SubtractCredits = true }), []billing.InvoiceLine{plain, kind(billing.LineCredit)}, "90"},
		{"refund", billing.Recurly(), []billing.InvoiceLine{plain, kind(billing.LineRefund)}, "90"},
		{"usage", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineUsage)}, "100"},
		{"usage counted", billing.ProfitWell(), []billing.InvoiceLine{plain, kind(billing.LineUsage)}, "110"},
		{"discounted", inv(nil), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Discount = dec("30") })}, "70"},
		{"list price", inv(func(p *billing.Policy) { p.Discounts = billing.DiscountsNone }), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Discount = dec("30") })}, "100"},
		{"sandbox", inv(nil), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Test = true })}, "0"},
		{"upgrade: old credited, new charged in full", inv(func(p *billing.Policy) { p.Scaling = billing.ScaleToCycle }), []billing.InvoiceLine{
			plain, lineOf("50", "2024-05-11", "2024-06-01", prorated(billing.ProrationCredit), func(l *billing.InvoiceLine) { l.Amount = dec("67.741935483871") }),
			lineOf("60", "2024-05-11", "2024-06-01", prorated(billing.ProrationFull), func(l *billing.InvoiceLine) { l.Amount = dec("135.483870967742") }),
		}, "200"},
		{"usage, the mean of what ended before", inv(func(p *billing.Policy) { p.Metered = billing.MeteredTrailing }), []billing.InvoiceLine{
			used("30", "2024-03-01", "2024-04-01"), used("50", "2024-04-01", "2024-05-01"), used("99", "2024-04-15", "2024-05-05"), used("7", "2024-05-01", "2024-06-01"),
		}, "40"},
		{"credits above charges", inv(nil), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Proration = billing.ProrationCredit })}, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			same(t, c.want, invoiced(t, c.policy, "2024-05-15", c.lines...).Round(6))
		})
	}
}

func TestInvoices_Findings(t *testing.T) {
	t.Parallel()
	read := func(spans []billing.Span, lines ...billing.InvoiceLine) []string {
		r, err := billing.Read(spans, billing.Recurly(), billing.Options{Currency: "USD", Invoices: lines})
		require.NoError(t, err)
		return found(r.Findings())
	}
	s := spanOf("c", "100", monthly, "2024-01-01", "")
	assert.Equal(t, []string{"no-invoices Source"}, read([]billing.Span{s}))
	assert.Equal(t, []string{"no-period From"}, read(nil, billing.InvoiceLine{Customer: "c", Amount: dec("1")}))
	assert.Equal(t, []string{"missing-customer Customer"}, read(nil, billing.InvoiceLine{Amount: dec("1"), From: date("2024-01-01"), To: date("2024-02-01")}))
	assert.Equal(t, []string{"missing-time To"}, read(nil, billing.InvoiceLine{Customer: "c", From: date("2024-01-01")}))
	assert.Equal(t, []string{"end-before-start To"}, read(nil, lineOf("1", "2024-02-01", "2024-01-01")))
	assert.Equal(t, []string{"over-discount Discount"}, read(nil, lineOf("1", "2024-01-01", "2024-02-01", func(l *billing.InvoiceLine) { l.Discount = dec("2") })))
	assert.Equal(t, []string{"negative-sum Amount"}, read(nil, lineOf("1", "2024-01-01", "2024-02-01", prorated(billing.ProrationCredit))))
	assert.Equal(t, []string{"unknown-value Kind", "unknown-value Proration", "unknown-value Status"}, read(nil, lineOf("1", "2024-01-01", "2024-02-01", func(l *billing.InvoiceLine) {
		l.Kind, l.Proration, l.Status = 9, 9, 9
	})))
}

// Churn under invoices: at the end of the last period paid for, or when the
// subscription ends, as the policy says.
func TestInvoices_ChurnDate(t *testing.T) {
	t.Parallel()
	s := spanOf("s", "100", monthly, "2024-01-01", "2024-05-10", by("c"), func(s *billing.Span) { s.CancelAskedAt = date("2024-05-05") })
	o := billing.Options{Currency: "USD", Invoices: []billing.InvoiceLine{lineOf("100", "2024-05-01", "2024-06-01")}}
	for rule, last := range map[billing.ChurnDate]string{
		billing.EndOfPaidService: "2024-05-31", billing.EndRecorded: "2024-05-09", billing.EndRequested: "2024-05-04",
	} {
		l := books(t, []billing.Span{s}, billing.Policy{Source: billing.FromInvoices, ChurnDate: rule}, o).Ledger()
		end := date(last).AddDate(0, 0, 1)
		same(t, "100", l.MRR(end.Add(-1)), rule)
		same(t, "0", l.MRR(end), rule)
	}
}

func TestPrecision(t *testing.T) {
	t.Parallel()
	// Twelve places, a third, and a cycle of 1199 months beside one of 1193:
	// there is no decimal and no common cycle for it.
	spans := []billing.Span{
		spanOf("c", "0.123456789012", calendar.Cycle{N: 1199}, "2024-01-01", "", item("a")),
		spanOf("c", "100", calendar.Cycle{N: 1193}, "2024-01-01", "", item("b")),
	}
	r, err := billing.Read(spans, billing.Standard(), dollars)
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodePrecision, r.Findings()[0].Code)
	l, err := r.Ledger()
	require.NoError(t, err)
	// 0.123456789012/1199 + 100/1193 = 0.08392540…
	same(t, "0.0839", l.MRR(date("2024-01-01")).Round(4))
}
