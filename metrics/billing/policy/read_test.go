package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
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

// A record that cannot be read counts nothing, is a fault, and leaves the
// others alone.
func TestRead_FaultsCountNothing(t *testing.T) {
	t.Parallel()
	bad := spanOf("c", "50", monthly, "2024-01-01", "", item("bad"), id("si_bad"))
	bad.Cycle.Unit = 9
	worse := spanOf("", "50", monthly, "2024-01-01", "")
	spans := []billing.Span{worse, spanOf("c", "100", monthly, "2024-01-01", "", item("good")), bad}
	r, err := policy.Read(spans, policy.Standard(), dollars)
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
		p policy.Policy
		o policy.Options
		w string
	}{
		{policy.Policy{Trials: 9}, dollars, "Trials"},
		{policy.Policy{PastDue: policy.PastDue{AfterDays: -1}}, dollars, "PastDue"},
		{policy.Policy{RateDate: policy.RateFixed}, dollars, "RateAt"},
		{policy.Policy{RateAt: date("2024-01-01")}, dollars, "RateAt"},
		{policy.Policy{MinGap: time.Hour, MaxGap: time.Minute}, dollars, "MaxGap"},
		{policy.Policy{WeekFactor: policy.Factor{Times: 1}}, dollars, "WeekFactor"},
		{policy.Policy{Rounding: policy.Rounding{Places: 99}}, dollars, "Rounding"},
		{policy.Policy{MeteredPeriods: 121}, dollars, "MeteredPeriods"},
	} {
		_, err := policy.Read(nil, c.p, c.o)
		require.ErrorIs(t, err, policy.ErrPolicy)
		require.ErrorContains(t, err, c.w)
		_, err = policy.Reconcile(nil, policy.Standard(), c.p, may, c.o)
		require.ErrorIs(t, err, policy.ErrPolicy)
	}
	for days, ok := range map[int]bool{-1: false, 0: true, 3650: true, 3651: false} {
		for _, p := range []policy.Policy{{Lapse: policy.Lapse{Rule: policy.LapseAfterDays, Days: days}}, {PastDue: policy.PastDue{Drop: true, AfterDays: days}}} {
			_, err := policy.Read(nil, p, dollars)
			require.Equal(t, ok, err == nil, "%d days: %v", days, err)
		}
	}
	_, err := policy.Read(nil, policy.Policy{}, policy.Options{Currency: "DOLLAR"})
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = policy.Read(nil, policy.Policy{}, policy.Options{Rates: &money.RateTable{}})
	require.Error(t, err)
	_, err = policy.Reconcile(nil, policy.Standard(), policy.Stripe(), calendar.Month{}, dollars)
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
	inv := func(f func(*policy.Policy)) policy.Policy {
		p := policy.Policy{Source: policy.FromInvoices}
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
		policy policy.Policy
		lines  []billing.InvoiceLine
		want   string // on 15 May
	}{
		{"paid", inv(nil), []billing.InvoiceLine{plain}, "100"},
		{"open", inv(nil), []billing.InvoiceLine{status(billing.LineOpen)}, "100"},
		{"open and long past due", inv(func(p *policy.Policy) { p.PastDue = policy.PastDue{Drop: true, AfterDays: 5} }), []billing.InvoiceLine{status(billing.LineOpen)}, "0"},
		{"draft", inv(nil), []billing.InvoiceLine{status(billing.LineDraft)}, "0"},
		{"void", inv(nil), []billing.InvoiceLine{status(billing.LineVoid)}, "0"},
		{"uncollectible", inv(nil), []billing.InvoiceLine{status(billing.LineUncollectible)}, "0"},
		{"uncollectible counted", inv(func(p *policy.Policy) { p.CountUnpaid = true }), []billing.InvoiceLine{status(billing.LineUncollectible)}, "100"},
		{"one-off", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineOneOff)}, "100"},
		{"credit ignored", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineCredit)}, "100"},
		{"credit", inv(func(p *policy.Policy) { p.SubtractCredits = true }), []billing.InvoiceLine{plain, kind(billing.LineCredit)}, "90"},
		{"refund", policy.Recurly(), []billing.InvoiceLine{plain, kind(billing.LineRefund)}, "90"},
		{"usage", inv(nil), []billing.InvoiceLine{plain, kind(billing.LineUsage)}, "100"},
		{"usage counted", policy.ProfitWell(), []billing.InvoiceLine{plain, kind(billing.LineUsage)}, "110"},
		{"discounted", inv(nil), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Discount = dec("30") })}, "70"},
		{"list price", inv(func(p *policy.Policy) { p.Discounts = policy.DiscountsNone }), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Discount = dec("30") })}, "100"},
		{"sandbox", inv(nil), []billing.InvoiceLine{with(func(l *billing.InvoiceLine) { l.Test = true })}, "0"},
		{"upgrade: old credited, new charged in full", inv(func(p *policy.Policy) { p.Scaling = policy.ScaleToCycle }), []billing.InvoiceLine{
			plain, lineOf("50", "2024-05-11", "2024-06-01", prorated(billing.ProrationCredit), func(l *billing.InvoiceLine) { l.Amount = dec("67.741935483871") }),
			lineOf("60", "2024-05-11", "2024-06-01", prorated(billing.ProrationFull), func(l *billing.InvoiceLine) { l.Amount = dec("135.483870967742") }),
		}, "200"},
		{"usage, the mean of what ended before", inv(func(p *policy.Policy) { p.Metered = policy.MeteredTrailing }), []billing.InvoiceLine{
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
		r, err := policy.Read(spans, policy.Recurly(), policy.Options{Currency: "USD", Invoices: lines})
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
	o := policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{lineOf("100", "2024-05-01", "2024-06-01")}}
	for rule, last := range map[policy.ChurnDate]string{
		policy.EndOfPaidService: "2024-05-31", policy.EndRecorded: "2024-05-09", policy.EndRequested: "2024-05-04",
	} {
		l := books(t, []billing.Span{s}, policy.Policy{Source: policy.FromInvoices, ChurnDate: rule}, o).Ledger()
		end := date(last).AddDate(0, 0, 1)
		same(t, "100", l.MRR(end.Add(-1)), rule)
		same(t, "0", l.MRR(end), rule)
	}
}

func TestPrecision(t *testing.T) {
	t.Parallel()
	// The mean of twelve places in a cycle of 1199 months and of 100 in one of
	// 1193: there is no decimal and no common cycle for it.
	usage := func(s *billing.Span) { s.Basis = billing.BasisMetered }
	spans := []billing.Span{
		spanOf("c", "0.123456789012", calendar.Cycle{N: 1199}, "2023-11-01", "2023-12-01", usage),
		spanOf("c", "100", calendar.Cycle{N: 1193}, "2023-12-01", "2024-01-01", usage),
		spanOf("c", "1", monthly, "2024-01-01", "", usage),
	}
	r, err := policy.Read(spans, policy.Policy{Metered: policy.MeteredTrailing}, dollars)
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodePrecision, r.Findings()[0].Code)
	l, err := r.Ledger()
	require.NoError(t, err)
	// (0.123456789012/1199 + 100/1193) / 2 = 0.04196270…
	same(t, "0.042", l.MRR(date("2024-01-01")).Round(4))
}
