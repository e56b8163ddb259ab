package policy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// A cancellation that became known late is late in the ledger: April was closed
// at 100 and restated to 0, under policies of either path through the records.
func TestRecorded_LateEnd(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "100", monthly, "2024-01-01", "2024-04-10")
	s.Recorded, s.EndRecorded = date("2024-01-03"), date("2024-05-06")
	for _, p := range []policy.Policy{policy.Standard(), policy.KillBill()} {
		l := books(t, []billing.Span{s}, p, dollars).Ledger()
		end := may.Start(nil).Add(-1)
		same(t, "0", l.MRR(end), p.Name)
		same(t, "100", l.AsOf(date("2024-05-01")).MRR(end), p.Name)
		same(t, "0", l.AsOf(date("2024-01-02")).MRR(date("2024-01-02")), p.Name)
		late, err := l.Restatements(may.Add(-1), date("2024-05-01"))
		require.NoError(t, err)
		require.Len(t, late, 1)
		same(t, "100", late[0].Revenue.Churn)
	}
}

// An end that was asked for is known from when it was asked, not from when it
// comes.
func TestRecorded_EndAskedFor(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "100", monthly, "2024-01-01", "")
	s.CancelAt, s.CancelAskedAt = date("2024-04-10"), date("2024-03-05")
	l := books(t, []billing.Span{s}, policy.Standard(), dollars).Ledger()
	end := may.Start(nil).Add(-1)
	same(t, "0", l.MRR(end))
	same(t, "100", l.AsOf(date("2024-03-04")).MRR(end))
	same(t, "0", l.AsOf(date("2024-03-05")).MRR(end))
}

// An invoice issued after its period began makes the change known late.
func TestRecorded_LateInvoice(t *testing.T) {
	t.Parallel()
	l := lineOf("100", "2024-04-01", "2024-05-01", func(l *billing.InvoiceLine) { l.IssuedAt = date("2024-04-20") })
	b := books(t, nil, policy.Recurly(), policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{l}}).Ledger()
	same(t, "100", b.MRR(date("2024-04-10")))
	same(t, "0", b.AsOf(date("2024-04-15")).MRR(date("2024-04-10")))
}

// Causes inform the movements of a ledger.
func TestCauses(t *testing.T) {
	t.Parallel()
	at := func(amount, from, to string, f func(*billing.Span)) billing.Span {
		s := spanOf("c", amount, monthly, from, to)
		if f != nil {
			f(&s)
		}
		return s
	}
	spans := []billing.Span{
		at("10", "2024-01-01", "2024-01-05", in(billing.StateTrial)),
		at("10", "2024-01-05", "2024-01-10", nil),
		at("20", "2024-01-10", "2024-01-15", func(s *billing.Span) { s.Plan = "pro" }),
		at("40", "2024-01-15", "2024-01-20", func(s *billing.Span) { s.Plan, s.Quantity = "pro", dec("2") }),
		at("44", "2024-01-20", "2024-01-25", func(s *billing.Span) { s.Plan, s.Quantity = "pro", dec("2") }),
		at("44", "2024-01-25", "2024-02-01", func(s *billing.Span) {
			s.Plan, s.Quantity, s.Discounts = "pro", dec("2"), []billing.Discount{percent("50", billing.DurationForever)}
		}),
		at("44", "2024-02-01", "2024-02-05", in(billing.StatePaused)),
		at("44", "2024-02-05", "2024-02-10", nil),
		spanOf("c", "6", monthly, "2024-02-07", "2024-02-10", item("add-on")),
		at("44", "2024-02-10", "2024-02-15", in(billing.StateUnpaid)),
		at("44", "2024-02-15", "2024-02-20", nil),
		at("44", "2024-03-01", "2024-03-10", func(s *billing.Span) { s.Reason = billing.ReasonInvoluntary }),
	}
	r, err := policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	var got []string
	for c := range r.Changes() {
		got = append(got, fmt.Sprint(c.At.Format("01-02 "), c.Item, c.Amount, " ", c.Cause))
	}
	slices.Sort(got)
	assert.Equal(t, []string{
		"01-05 10 trial", "01-10 20 plan", "01-15 40 quantity", "01-20 44 price", "01-25 22 discount", "02-01 0 pause",
		"02-05 44 resume", "02-07 add-on6 add-on", "02-10 0 non-payment", "02-10 add-on0 add-on", "02-15 44 resume", "02-20 0 cancel",
		"03-01 44 start", "03-10 0 non-payment",
	}, got)
}

// Changes is Read for those who want nothing else.
func TestChanges(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{spanOf("c", "100", monthly, "2024-01-01", ""), {}}
	changes, findings, err := policy.Changes(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	all := slices.Collect(changes)
	require.Len(t, all, 1)
	assert.Equal(t, ledger.CauseStart, all[0].Cause)
	assert.Len(t, findings, 2)
	for range changes { // breaking off is fine
		break
	}
	_, _, err = policy.Changes(nil, policy.Policy{Trials: 9}, dollars)
	require.ErrorIs(t, err, policy.ErrPolicy)
}

func TestInvoiceLine_Net(t *testing.T) {
	t.Parallel()
	l := billing.InvoiceLine{Amount: dec("10"), Discount: dec("4"), Tax: dec("1")}
	same(t, "6", l.Net())
	l.Kind = billing.LineRefund
	same(t, "-6", l.Net())
	assert.True(t, l.Credits())
}

// Invoices in other currencies, under every exchange-rate rule.
func TestInvoices_Currencies(t *testing.T) {
	t.Parallel()
	rates, err := money.NewRateTable([]money.Quote{
		{From: "EUR", To: "USD", Rate: dec("2"), Since: date("2024-01-01")}, {From: "EUR", To: "USD", Rate: dec("3"), Since: date("2024-05-20")},
	}, money.RateOptions{})
	require.NoError(t, err)
	o := policy.Options{Currency: "USD", Rates: rates, Invoices: []billing.InvoiceLine{
		lineOf("10", "2024-05-01", "2024-06-01", func(l *billing.InvoiceLine) { l.Currency = "EUR" }), lineOf("7", "2024-05-01", "2024-06-01"),
	}}
	for rule, want := range map[policy.RateDate]string{policy.RateAtChange: "37", policy.RateFrozen: "27", policy.RateAtMonthEnd: "37"} {
		b := books(t, nil, policy.Policy{Source: policy.FromInvoices, RateDate: rule}, o)
		s, err := b.Statement(may)
		require.NoError(t, err)
		same(t, want, s.Revenue.Closing(), rule)
	}
	o.Rates = nil
	_, err = policy.Read(nil, policy.Policy{Source: policy.FromInvoices, RateDate: policy.RateFrozen}, o)
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.ErrorContains(t, err, "invoice line")
}

// Reading is what it was made of, and its findings are the caller's own.
func TestReading_Accessors(t *testing.T) {
	t.Parallel()
	r, err := policy.Read([]billing.Span{{}}, policy.Stripe(), dollars)
	require.NoError(t, err)
	assert.Equal(t, "Stripe", r.Policy().Name)
	assert.Equal(t, money.Currency("USD"), r.Options().Currency)
	r.Findings()[0].Code = "changed"
	assert.NotEqual(t, billing.Code("changed"), r.Findings()[0].Code)
	b, err := r.Books()
	require.NoError(t, err)
	assert.Same(t, r, b.Reading())
	_, err = b.Churn(calendar.Period{From: date("2024-02-01"), To: date("2024-01-01")})
	require.Error(t, err)
	_, err = json.Marshal(r.Findings())
	require.NoError(t, err)
}
