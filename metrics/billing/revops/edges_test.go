package revops_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/revops"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Trials of the months asked for count, those around them do not, in whatever order
// they come.
func TestTrials_MonthsAround(t *testing.T) {
	t.Parallel()
	begins := []string{"2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01", "2026-02-28"}
	var spans []billing.Span
	for i, at := range begins {
		spans = append(spans, billing.Span{
			Customer: fmt.Sprint("c", i), Subscription: "s", From: date(at), To: date(at).AddDate(0, 0, 7),
			Terms: billing.Terms{State: billing.StateTrial, Amount: dec("10"), Currency: "EUR"},
		})
	}
	got, found, err := revops.Trials(spans, calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 3), date("2026-06-01"), nil)
	require.NoError(t, err)
	assert.Empty(t, found)
	require.Len(t, got, 2)
	assert.Equal(t, int64(2), got[0].Started)
	assert.Equal(t, int64(1), got[1].Started)
	assert.Equal(t, int64(2), got[0].Lost)
}

// What was paid and does not say when is assumed, and said; money that went back
// has no payment, and what is not paid needs no time of it.
func TestCashFlow_PaidWithoutTime(t *testing.T) {
	t.Parallel()
	feb := calendar.NewMonth(2026, 2)
	for kind, assumed := range map[billing.LineKind]bool{billing.LineRecurring: true, billing.LineOneOff: true, billing.LineCredit: false, billing.LineRefund: false} {
		for status, paid := range map[billing.LineStatus]bool{billing.LinePaid: true, billing.LineOpen: false, billing.LineUncollectible: false} {
			for _, at := range []time.Time{{}, day(41)} {
				line := billing.InvoiceLine{Customer: "c", ID: "l", Kind: kind, Status: status, IssuedAt: day(40), PaidAt: at, Amount: dec("5"), Currency: "USD"}
				_, found, err := revops.CashFlow([]billing.InvoiceLine{line}, feb, feb, revops.CashOptions{Currency: "USD", Until: day(60)})
				require.NoError(t, err)
				want := 0
				if assumed && paid && at.IsZero() {
					want = 1
				}
				require.Len(t, found, want, "%s %s %s", kind, status, at)
			}
		}
	}
}

// Of two notes that name one refund the first is what it gave back, and of the
// second what goes beyond.
func TestCashFlow_NotesOfOneRefund(t *testing.T) {
	t.Parallel()
	feb := calendar.NewMonth(2026, 2)
	refund := billing.InvoiceLine{Customer: "c", ID: "re_1", Refund: "re_1", Kind: billing.LineRefund, IssuedAt: day(40), PaidAt: day(40), Amount: dec("5"), Currency: "USD"}
	note := func(id, amount string, n int) billing.InvoiceLine {
		return billing.InvoiceLine{Customer: "c", Invoice: "in_1", ID: id, Refund: "re_1", Kind: billing.LineRefund, IssuedAt: day(n), Amount: dec(amount), Currency: "USD"}
	}
	for _, c := range []struct {
		lines    []billing.InvoiceLine
		credited string
	}{
		{[]billing.InvoiceLine{note("cn_2", "4", 42), refund, note("cn_1", "3", 41)}, "2"},
		{[]billing.InvoiceLine{note("cn_1", "5", 41), note("cn_2", "4", 42), refund}, "4"},
		{[]billing.InvoiceLine{refund, note("cn_1", "1", 41), note("cn_2", "4", 42)}, "0"},
		{[]billing.InvoiceLine{refund, note("cn_1", "6", 41), note("cn_2", "1", 42), note("cn_3", "1", 43)}, "3"},
	} {
		got, _, err := revops.CashFlow(c.lines, feb, feb, revops.CashOptions{Currency: "USD", Until: day(60)})
		require.NoError(t, err)
		assert.Equal(t, c.credited, got[0].Credited.String())
		assert.Equal(t, "5", got[0].Refunded.String())
	}
}

// A record that cannot be read is found, and those behind it count.
func TestTrials_BehindAnUnreadable(t *testing.T) {
	t.Parallel()
	trial := billing.Span{Customer: "c", Subscription: "s", From: date("2026-02-01"), To: date("2026-02-08"), Terms: billing.Terms{State: billing.StateTrial}}
	nobody, behind := trial, trial
	nobody.Customer, behind.Customer = "", "d"
	feb := calendar.NewMonth(2026, 2)
	got, found, err := revops.Trials([]billing.Span{trial, nobody, behind}, feb, feb, date("2026-06-01"), nil)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, billing.CodeMissingCustomer, found[0].Code)
	assert.Equal(t, int64(2), got[0].Started)
}

// A policy of invoices that are not there reads spans, of flat fees and of use.
func TestUsage_WithoutInvoices(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		{Customer: "c", Subscription: "s", Item: "fee", From: date("2026-01-01"), Terms: billing.Terms{Amount: dec("10"), Currency: "USD"}},
		{Customer: "c", Subscription: "s", Item: "use", From: date("2026-01-01"), Terms: billing.Terms{Amount: dec("5"), Currency: "USD", Basis: billing.BasisMetered}},
	}
	m, err := revops.Usage(spans, policy.Policy{Source: policy.FromInvoices, Metered: policy.MeteredIncluded}, policy.Options{Currency: "USD"})
	require.NoError(t, err)
	jan := calendar.NewMonth(2026, 1)
	months, err := m.Months(jan, jan)
	require.NoError(t, err)
	assert.Equal(t, "2026-01: 10 flat + 5 usage; 0 customers flat only, 0 usage only, 1 both", months[0].String())
}

// counted counts how often a rate is asked for.
type counted struct{ n *int }

func (c counted) Rate(money.Currency, money.Currency, time.Time) (decimal.Decimal, error) {
	*c.n++
	return dec("2"), nil
}

// A contract of many subscriptions is followed once: what the end of a term costs
// does not grow with their number.
func TestRenewals_ManySubscriptionsOfOneContract(t *testing.T) {
	t.Parallel()
	spans := manyCarriedOn(300)
	asked := 0
	o := policy.Options{Currency: "USD", Rates: counted{&asked}}
	got, found, err := revops.Renewals(spans, policy.Standard(), o, calendar.NewMonth(2026, 3), calendar.NewMonth(2026, 12), date("2027-01-01"))
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, int64(1), got[0].Due)
	require.Equal(t, "6000", got[0].DueMRR.String(), "300 of 10 EUR at a rate of 2")
	require.LessOrEqual(t, asked, 2*10, "before and after each of ten terms")
}

// manyCarriedOn are subscriptions each of which says that it carries the one before
// it on, all in force together.
func manyCarriedOn(n int) []billing.Span {
	out := make([]billing.Span, n)
	for i := range out {
		out[i] = billing.Span{
			Customer: "c", Subscription: fmt.Sprint("s", i), From: date("2026-01-15"),
			Terms: billing.Terms{Amount: dec("10"), Currency: "EUR"},
		}
		if i > 0 {
			out[i].Replaces = fmt.Sprint("s", i-1)
		}
	}
	return out
}

func BenchmarkRenewals_Growth(b *testing.B) {
	for name, change := range map[string]func(i int, s *billing.Span){
		"one after another": func(i int, s *billing.Span) {
			s.From = s.From.Add(time.Duration(i) * time.Hour)
			s.To = s.From.Add(time.Hour)
		},
		"together": func(int, *billing.Span) {},
		"of many cycles": func(i int, s *billing.Span) {
			s.Cycle, s.From = calendar.Cycle{N: 1 + i%1200}, s.From.Add(time.Duration(i)*time.Minute)
		},
	} {
		for _, n := range []int{2000, 4000, 8000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				spans := manyCarriedOn(n)
				for i := range spans {
					change(i, &spans[i])
				}
				one := counted{new(int)}
				b.ReportAllocs()
				for b.Loop() {
					_, _, err := revops.Renewals(spans, policy.Standard(), policy.Options{Currency: "USD", Rates: one}, calendar.NewMonth(2026, 1), calendar.NewMonth(2027, 12), date("2027-06-01"))
					require.NoError(b, err)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subscription")
			})
		}
	}
}

// Items of one contract in two currencies are worth what both are: 10 dollars, and 10
// euros at 1.12 in February.
func TestRenewals_TwoCurrencies(t *testing.T) {
	t.Parallel()
	var spans []billing.Span
	for _, currency := range []money.Currency{"USD", "EUR"} {
		spans = append(spans, billing.Span{Customer: "c", Subscription: "s", Item: string(currency), From: date("2026-01-10"), Terms: billing.Terms{Amount: dec("10"), Currency: currency}})
	}
	feb := calendar.NewMonth(2026, 2)
	for range 16 { // in whatever order they are looked at
		got, _, err := revops.Renewals(spans, policy.Standard(), policy.Options{Currency: "USD", Rates: rates{}}, feb, feb, date("2026-03-01"))
		require.NoError(t, err)
		require.Equal(t, "21.2", got[0].DueMRR.String())
	}
}

// A contract is worth what its first subscription is until the second carries it on,
// whichever comes first.
func TestRenewals_SuccessorFirst(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		{Customer: "c", Subscription: "s2", From: date("2026-03-10"), Terms: billing.Terms{Amount: dec("30"), Currency: "USD", Replaces: "s1"}},
		{Customer: "c", Subscription: "s1", From: date("2026-01-10"), To: date("2026-03-10"), Terms: billing.Terms{Amount: dec("10"), Currency: "USD"}},
	}
	got, _, err := revops.Renewals(spans, policy.Standard(), policy.Options{Currency: "USD"}, calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 3), date("2026-04-01"))
	require.NoError(t, err)
	assert.Equal(t, "10", got[0].DueMRR.String())
	assert.Equal(t, "10", got[4].DueMRR.String())
	assert.Equal(t, "30", got[4].RenewedMRR.String())
}
