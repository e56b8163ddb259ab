package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// When what was invoiced ends.

// ofS is the subscription that lineOf has.
func ofS(s *billing.Span) { s.Customer, s.Subscription = "c", "s" }

// months are invoices of 100 for calendar months from January 2024 on.
func months(n int, more ...func(*billing.InvoiceLine)) (out []billing.InvoiceLine) {
	for i := range n {
		from := date("2024-01-01").AddDate(0, i, 0).Format(time.DateOnly)
		out = append(out, lineOf("100", from, date(from).AddDate(0, 1, 0).Format(time.DateOnly), more...))
	}
	return out
}

// Cancelled and subscribed again while the old one is paid for, with the invoices
// of both: 200 a month under every preset, not 300; by the days of the new period
// for Lago's SQL. Live the same.
func TestSuccessor_UnderEveryPreset(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"begins later", "is named"} {
		old := spanOf("old", "100", monthly, "2024-01-01", "2024-03-10", by("c"), func(s *billing.Span) { s.PaidThrough = date("2024-04-01") })
		next := spanOf("new", "200", monthly, "2024-03-10", "", by("c"))
		if how == "is named" {
			next.From, next.Replaces = date("2024-03-09"), "old"
			old.To = next.From
		}
		old.Subscription, next.Subscription = "old", "new"
		spans := []billing.Span{old, next}
		of := func(s string) func(*billing.InvoiceLine) {
			return func(l *billing.InvoiceLine) { l.Customer, l.Subscription = "c", s }
		}
		lines := append(months(3, of("old")), lineOf("200", "2024-03-10", "2024-04-10", of("new")))
		for _, p := range policy.Presets() {
			want := "200"
			if p.Scaling == policy.ScaleByDays {
				want = "196.387096774194" // 200 × 30.44 / 31
			}
			o := policy.Options{Currency: "USD", Invoices: lines}
			b := books(t, spans, p, o)
			same(t, want, b.Ledger().MRR(date("2024-03-20")), p.Name+" "+how)
			f := newFeed(t, p, policy.Options{Currency: "USD"})
			for i, l := range lines {
				apply(t, f, billing.Record{Key: fmt.Sprint("invoice ", i), ID: fmt.Sprint("i", i), Created: l.IssuedAt, Lines: []billing.InvoiceLine{l}})
			}
			for _, s := range spans {
				apply(t, f, billing.Record{Key: s.Subscription, ID: s.Subscription, Created: date("2024-03-10"), Ended: s.To, Spans: []billing.Span{s}})
			}
			same(t, want, f.Ledger().MRR(date("2024-03-20")), p.Name+" live "+how)
		}
	}
}

// What counts until another subscription begins says so, once.
func TestSuccessor_OfInvoicesIsFound(t *testing.T) {
	t.Parallel()
	old := spanOf("old", "100", monthly, "2024-01-01", "2024-03-10", by("c")) // paid through says nothing
	spans := []billing.Span{old, spanOf("new", "200", monthly, "2024-03-15", "", by("c"))}
	of := func(l *billing.InvoiceLine) { l.Customer, l.Subscription = "c", old.Subscription }
	r, err := policy.Read(spans, policy.Recurly(), policy.Options{Currency: "USD", Invoices: months(3, of)})
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeSuccessor, r.Findings()[0].Code)
	l, err := r.Ledger()
	require.NoError(t, err)
	same(t, "100", l.MRR(date("2024-03-14")))
	same(t, "0", l.MRR(date("2024-03-15")), "no invoice of the new one yet")
	// Without another one what was invoiced counts to its end.
	same(t, "100", books(t, spans[:1], policy.Recurly(), r.Options()).Ledger().MRR(date("2024-03-31")))
}

// Asked to end on 5 February, and withdrawn on the 10th: out in between where
// requests count, and there again. It was gone for good, and so was committed MRR
// under every policy of invoices.
func TestWithdrawnCancellation_OfInvoices(t *testing.T) {
	t.Parallel()
	asked := spanOf("2", "100", monthly, "2024-02-05", "2024-02-10", ofS, func(s *billing.Span) {
		s.CancelAskedAt, s.CancelAt = date("2024-02-05"), date("2024-03-01")
	})
	spans := []billing.Span{spanOf("1", "100", monthly, "2024-01-01", "2024-02-05", ofS), asked, spanOf("3", "100", monthly, "2024-02-10", "", ofS)}
	o := policy.Options{Currency: "USD", Invoices: months(4)}
	byRequest := policy.ChartMogul()
	byRequest.ChurnDate = policy.EndRequested
	for _, of := range []struct {
		p     policy.Policy
		asked string
	}{{policy.ChartMogul(), "100"}, {policy.Recurly(), "100"}, {policy.ProfitWell(), "100"}, {byRequest, "0"}} {
		r, err := policy.Read(spans, of.p, o)
		require.NoError(t, err)
		l, err := r.Ledger()
		require.NoError(t, err)
		committed := load(t, of.p.LedgerOptions(o), r.Committed())
		for day, want := range map[string][2]string{
			"2024-02-04": {"100", "100"}, "2024-02-05": {of.asked, "0"}, "2024-02-09": {of.asked, "0"}, "2024-02-10": {"100", "100"}, "2024-04-20": {"100", "100"},
		} {
			same(t, want[0], l.MRR(date(day)), of.p.Name+" "+day)
			same(t, want[1], committed.MRR(date(day)), of.p.Name+" committed "+day)
		}
	}
	// One that was never withdrawn ends for good when it was asked for, and says why.
	spans = spans[:2]
	spans[1].To = time.Time{}
	l := books(t, spans, byRequest, o).Ledger()
	same(t, "0", l.MRR(date("2024-02-05")))
	same(t, "0", l.MRR(date("2024-04-20")))
	for m := range l.Movements(calendar.NewMonth(2024, 2).Period(time.UTC)) {
		assert.Equal(t, "churn cancel", m.Kind.String()+" "+m.Cause.String())
	}
}

// Where nobody asked, the end is that of the billing system also under a policy
// that goes by requests.
func TestEndRequested_OfInvoicesNobodyAskedFor(t *testing.T) {
	t.Parallel()
	s := spanOf("1", "100", monthly, "2024-01-01", "2024-02-10", ofS, func(s *billing.Span) { s.Reason = billing.ReasonInvoluntary })
	p := policy.ChartMogul()
	p.ChurnDate = policy.EndRequested
	l := books(t, []billing.Span{s}, p, policy.Options{Currency: "USD", Invoices: months(2)}).Ledger()
	same(t, "100", l.MRR(date("2024-02-09")))
	same(t, "0", l.MRR(date("2024-02-10")))
	for m := range l.Movements(calendar.NewMonth(2024, 2).Period(time.UTC)) {
		assert.Equal(t, []any{ledger.Churn, ledger.CauseNonPayment}, []any{m.Kind, m.Cause})
	}
}

// CommittedNever leaves out what is scheduled to end, not what once was.
func TestCommittedNever_Withdrawn(t *testing.T) {
	t.Parallel()
	scheduled := spanOf("2", "100", monthly, "2024-02-05", "2024-02-10", ofS, func(s *billing.Span) { s.CancelAt = date("2024-03-01") })
	spans := []billing.Span{spanOf("1", "100", monthly, "2024-01-01", "2024-02-05", ofS), scheduled, spanOf("3", "100", monthly, "2024-02-10", "", ofS)}
	for _, source := range []policy.Source{policy.FromPrices, policy.FromInvoices} {
		p := policy.Polar()
		p.Source = source
		o := policy.Options{Currency: "USD", Invoices: months(4)}
		committed := func(spans []billing.Span) *ledger.Ledger {
			r, err := policy.Read(spans, p, o)
			require.NoError(t, err)
			return load(t, p.LedgerOptions(o), r.Committed())
		}
		for _, day := range []string{"2024-01-15", "2024-02-07", "2024-03-15"} {
			same(t, "100", committed(spans).MRR(date(day)), source.String()+" "+day)
			same(t, "0", committed(spans[:2]).MRR(date(day)), source.String()+" ended as scheduled "+day)
		}
	}
}

// Charged in arrears, as use is: an export of the 15th knows of February's charge,
// and not of March's, which is due on the 1st of April. Nobody churned until then;
// who is not charged then did, under a policy that goes by invoices. Live the same.
func TestArrears_RunningMonthIsNoChurn(t *testing.T) {
	t.Parallel()
	var lines []billing.InvoiceLine
	for _, kind := range []billing.LineKind{billing.LineRecurring, billing.LineUsage} {
		for _, l := range months(2, func(l *billing.InvoiceLine) { l.Customer, l.Subscription, l.Kind = kind.String(), kind.String(), kind }) {
			l.IssuedAt = l.To
			lines = append(lines, l)
		}
	}
	for _, preset := range []policy.Policy{policy.ProfitWell(), policy.Recurly(), policy.LagoSQL(), policy.ChartMogul()} {
		p := preset
		p.Metered, p.Scaling = policy.MeteredIncluded, policy.ScaleAsBilled
		f := newFeed(t, p, policy.Options{Currency: "USD"})
		for i := range lines {
			apply(t, f, billing.Record{Key: fmt.Sprint(i), ID: fmt.Sprint(i), Created: lines[i].IssuedAt, Lines: lines[i : i+1]})
		}
		late := map[bool]string{true: "100", false: "0"}[p.Lapse.Rule == policy.LapseUntilEnd] // use never outlasts its invoice
		for _, c := range []struct{ read, want string }{{"2024-03-15", "200"}, {"2024-04-01", "200"}, {"2024-04-02", late}} {
			o := policy.Options{Currency: "USD", Invoices: lines, ObservedUntil: date(c.read)}
			same(t, c.want, books(t, nil, p, o).Ledger().MRR(date("2024-03-20")), p.Name+" "+c.read)
			observe(t, f, date(c.read))
			same(t, c.want, f.Ledger().MRR(date("2024-03-20")), p.Name+" live "+c.read)
		}
	}
}
