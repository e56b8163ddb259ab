package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var (
	monthly calendar.Cycle
	may     = calendar.NewMonth(2024, 5)
	june    = calendar.NewMonth(2024, 6)
)

func run(from, to int, f func(int) billing.Span) (out []billing.Span) {
	for i := from; i < to; i++ {
		out = append(out, f(i))
	}
	return out
}

func forever100(i int) billing.Span {
	return spanOf(fmt.Sprint("c", i), "100", monthly, "2024-01-01", "")
}

// ProfitWell ignores for the month who is new and churned in it.
func TestSameMonthIgnored(t *testing.T) {
	t.Parallel()
	euros := spanOf("e", "100", monthly, "2024-05-05", "2024-05-20")
	euros.Currency = "EUR"
	rates, err := money.NewRateTable([]money.Quote{
		{From: "EUR", To: "USD", Rate: dec("1.1"), Since: date("2024-01-01")},
		{From: "EUR", To: "USD", Rate: dec("1.2"), Since: date("2024-05-10")},
	}, money.RateOptions{})
	require.NoError(t, err)
	o := policy.Options{Currency: "USD", Rates: rates}
	spans := []billing.Span{forever100(0), spanOf("n", "40", monthly, "2024-05-05", "2024-05-20"), euros}
	shown := policy.Standard()
	s, err := books(t, spans, shown, o).Statement(may)
	require.NoError(t, err)
	same(t, "150", s.Revenue.New)
	same(t, "160", s.Revenue.Churn)
	same(t, "10", s.Revenue.FX)
	ignored := policy.Policy{IgnoreSameMonth: true}
	s, err = books(t, spans, ignored, o).Statement(may)
	require.NoError(t, err)
	same(t, "0", s.Revenue.New)
	same(t, "0", s.Revenue.Churn)
	same(t, "0", s.Revenue.FX)
	assert.Equal(t, metrics.Customers{Opening: 1}, s.Customers)
	same(t, "100", s.Revenue.Closing())
}

// ChartMogul keeps a customer who goes to a free plan; Stripe calls it churn.
func TestFree(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "2024-05-10"), spanOf("c", "0", monthly, "2024-05-10", "2024-06-10"),
		spanOf("c", "50", monthly, "2024-06-10", "2024-06-20"), spanOf("c", "0", monthly, "2024-06-20", "2024-07-15"),
		forever100(0),
	}
	stays := policy.Policy{Free: policy.FreeStays}
	b := books(t, spans, stays, dollars)
	s, err := b.Statement(may)
	require.NoError(t, err)
	same(t, "100", s.Revenue.Contraction)
	same(t, "0", s.Revenue.Churn)
	assert.Equal(t, metrics.Customers{Opening: 2}, s.Customers)
	assert.Equal(t, int64(2), s.ClosingCustomers)
	s, err = b.Statement(june)
	require.NoError(t, err)
	same(t, "50", s.Revenue.Expansion)
	same(t, "50", s.Revenue.Contraction)
	assert.Equal(t, metrics.Customers{Opening: 2}, s.Customers)
	s, err = b.Statement(june.Add(1))
	require.NoError(t, err)
	assert.Equal(t, metrics.Customers{Opening: 2, Churned: 1}, s.Customers, "the free plan ends at last")
	same(t, "0", s.Revenue.Churn)

	b = books(t, spans, policy.Standard(), dollars)
	s, err = b.Statement(may)
	require.NoError(t, err)
	same(t, "100", s.Revenue.Churn)
	s, err = b.Statement(june)
	require.NoError(t, err)
	same(t, "50", s.Revenue.Reactivation)
	assert.Equal(t, metrics.Customers{Opening: 1, Reactivated: 1, Churned: 1, NewAndChurned: 1}, s.Customers)
}

// Rules on states: what one subscription of each state counts at day 20 after
// it entered it.
func TestStates(t *testing.T) {
	t.Parallel()
	with := func(f func(*policy.Policy)) policy.Policy {
		var p policy.Policy
		f(&p)
		return p
	}
	for _, c := range []struct {
		name   string
		state  billing.State
		policy policy.Policy
		want   string
	}{
		{"trial", billing.StateTrial, policy.Standard(), "0"},
		{"trial counted", billing.StateTrial, policy.KillBill(), "100"},
		{"past due", billing.StatePastDue, policy.Standard(), "100"},
		{"past due, ProfitWell's 15 days", billing.StatePastDue, policy.ProfitWell(), "0"},
		{"past due, Baremetrics' 30 days", billing.StatePastDue, policy.Baremetrics(), "100"},
		{"past due, at once", billing.StatePastDue, with(func(p *policy.Policy) { p.PastDue.Drop = true }), "0"},
		{"unpaid", billing.StateUnpaid, policy.Stripe(), "0"},
		{"unpaid counted", billing.StateUnpaid, with(func(p *policy.Policy) { p.CountUnpaid = true }), "100"},
		{"paused", billing.StatePaused, policy.ProfitWell(), "0"},
		{"paused, Maxio", billing.StatePaused, policy.Maxio(), "100"},
		{"paused, Polar", billing.StatePaused, policy.Polar(), "100"},
		{"collection paused", billing.StateCollectionPaused, policy.Stripe(), "100"},
		{"collection paused, dropped", billing.StateCollectionPaused, with(func(p *policy.Policy) { p.DropCollectionPaused = true }), "0"},
		{"incomplete", billing.StateIncomplete, with(func(p *policy.Policy) { p.CountUnpaid, p.CountPaused = true, true }), "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans := []billing.Span{
				spanOf("c", "100", monthly, "2024-01-01", "2024-05-01"),
				spanOf("c", "100", monthly, "2024-05-01", "2024-05-05", in(c.state)),
				spanOf("c", "100", monthly, "2024-05-05", "", in(c.state)), // the state goes on
			}
			same(t, "100", mrr(t, spans, c.policy, "2024-04-30"))
			same(t, c.want, mrr(t, spans, c.policy, "2024-05-20"))
		})
	}
}

// Fifteen days past due count from the first of the spans, to the day.
func TestPastDue_DropsAfterDays(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "2024-05-01"),
		spanOf("c", "100", monthly, "2024-05-01", "2024-05-05", in(billing.StatePastDue)),
		spanOf("c", "120", monthly, "2024-05-05", "2024-06-05", in(billing.StatePastDue)),
		spanOf("c", "120", monthly, "2024-06-05", ""),
	}
	p := policy.Policy{PastDue: policy.PastDue{Drop: true, AfterDays: 15}}
	same(t, "120", mrr(t, spans, p, "2024-05-15"))
	same(t, "0", mrr(t, spans, p, "2024-05-16"))
	same(t, "120", mrr(t, spans, p, "2024-06-05"), "paid up")
	b := books(t, spans, p, dollars)
	var got []string
	for m := range b.Ledger().Movements(calendar.Period{From: date("2024-05-01"), To: date("2024-07-01")}) {
		got = append(got, fmt.Sprint(m.At.Format("01-02 "), m.Kind, " ", m.Cause))
	}
	assert.Equal(t, []string{"05-05 expansion price", "05-16 churn non-payment", "06-05 reactivation resume"}, got)
}

func TestTrials(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "100", monthly, "2024-05-10", "2024-06-09", in(billing.StateTrial)), spanOf("c", "100", monthly, "2024-06-09", ""),
		spanOf("never", "100", monthly, "2024-05-10", "2024-06-09", in(billing.StateTrial)),
	}
	for day, want := range map[string][3]string{ // excluded, counted, from the month of the end
		"2024-05-15": {"0", "200", "0"}, "2024-06-01": {"0", "200", "100"}, "2024-06-09": {"100", "100", "100"},
	} {
		for rule, w := range want {
			same(t, w, mrr(t, spans, policy.Policy{Trials: policy.TrialRule(rule)}, day), day, rule)
		}
	}
	r, err := policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	trial := load(t, ledger.Options{Currency: "USD"}, r.Trial())
	same(t, "200", trial.MRR(date("2024-05-15")))
	same(t, "0", trial.MRR(date("2024-06-09")))
	at, err := r.Standing(date("2024-05-15"))
	require.NoError(t, err)
	assert.Equal(t, policy.Standing{Trials: 2}, at)
}

func TestChurnDates(t *testing.T) {
	t.Parallel()
	// Asked on 5 May, ended at once on 7 May, paid to 1 June.
	s := spanOf("c", "100", monthly, "2024-01-01", "2024-05-07", func(s *billing.Span) {
		s.CancelAskedAt, s.PaidThrough = date("2024-05-05"), date("2024-06-01")
	})
	// Scheduled on 5 May for 1 June; still open.
	scheduled := spanOf("d", "10", monthly, "2024-01-01", "", func(s *billing.Span) {
		s.CancelAskedAt, s.CancelAt = date("2024-05-05"), date("2024-06-01")
	})
	for rule, last := range map[policy.ChurnDate][2]string{
		policy.EndOfPaidService: {"2024-05-31", "2024-05-31"},
		policy.EndRecorded:      {"2024-05-06", "2024-05-31"},
		policy.EndRequested:     {"2024-05-04", "2024-05-04"},
	} {
		p := policy.Policy{ChurnDate: rule}
		for i, x := range []billing.Span{s, scheduled} {
			day := last[i]
			same(t, x.Amount.String(), mrr(t, []billing.Span{x}, p, day), rule, day)
			next := date(day).AddDate(0, 0, 1).Format("2006-01-02")
			same(t, "0", mrr(t, []billing.Span{x}, p, next), rule, next)
		}
	}
	// A change of terms, an item removed and a replacement are not ends.
	kept := []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "2024-05-07", func(s *billing.Span) { s.PaidThrough = date("2024-06-01") }),
		spanOf("c", "60", monthly, "2024-05-07", ""),
	}
	same(t, "60", mrr(t, kept, policy.Standard(), "2024-05-07"))
	moved := []billing.Span{
		s, spanOf("new", "130", monthly, "2024-05-07", "", by("c"), func(s *billing.Span) { s.Replaces = "c" }),
	}
	same(t, "130", mrr(t, moved, policy.Standard(), "2024-05-07"))
	replaced := s
	replaced.Reason = billing.ReasonReplaced
	same(t, "0", mrr(t, []billing.Span{replaced}, policy.Standard(), "2024-05-07"), "the source says so, though not by what")
	m := slices.Collect(books(t, moved, policy.Standard(), dollars).Ledger().Movements(may.Period(nil)))
	require.Len(t, m, 1)
	assert.Equal(t, ledger.Expansion, m[0].Kind, "Lago's plan change is neither churn nor new")
}

func TestMetered(t *testing.T) {
	t.Parallel()
	used := func(amount, from, to string) billing.Span {
		return spanOf("c", amount, monthly, from, to, func(s *billing.Span) { s.Basis = billing.BasisMetered })
	}
	spans := []billing.Span{
		spanOf("c", "20", monthly, "2024-01-01", "", item("base")),
		spanOf("c", "15", monthly, "2024-01-01", "", item("minimum"), func(s *billing.Span) { s.Basis = billing.BasisCommitted }),
		spanOf("c", "99", monthly, "2024-01-01", "", item("set-up"), func(s *billing.Span) { s.Basis = billing.BasisOneOff }),
		used("10", "2024-01-01", "2024-02-01"), used("20", "2024-02-01", "2024-03-01"),
		used("60", "2024-03-01", "2024-04-01"), used("0", "2024-04-01", "2024-05-01"), used("0", "2024-05-01", ""),
	}
	for rule, want := range map[policy.MeteredRule][4]string{ // in January, March, April and May
		policy.MeteredExcluded:  {"20", "20", "20", "20"},
		policy.MeteredCommitted: {"35", "35", "35", "35"},
		policy.MeteredIncluded:  {"30", "80", "20", "20"},
		policy.MeteredTrailing:  {"20", "35", "50", "46.666666666667"}, // 20 + (20+60+0)/3
	} {
		for i, day := range []string{"2024-01-15", "2024-03-15", "2024-04-15", "2024-05-15"} {
			same(t, want[i], mrr(t, spans, policy.Policy{Metered: rule}, day), rule, day)
		}
	}
	same(t, "60", mrr(t, spans, policy.Policy{Metered: policy.MeteredTrailing, MeteredPeriods: 2}, "2024-04-15"), "20 + (20+60)/2")
}

func TestTaxAndTestMode(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "100", monthly, "2024-01-01", "", func(s *billing.Span) { s.Tax = dec("19") })
	same(t, "100", mrr(t, []billing.Span{s}, policy.Standard(), "2024-01-01"))
	same(t, "119", mrr(t, []billing.Span{s}, policy.Policy{IncludeTax: true}, "2024-01-01"))
	s.Test = true
	r, err := policy.Read([]billing.Span{s}, policy.Standard(), dollars)
	require.NoError(t, err)
	assert.Empty(t, slices.Collect(r.Changes()))
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeTestMode, r.Findings()[0].Code)
	same(t, "100", mrr(t, []billing.Span{s}, policy.Policy{CountTest: true}, "2024-01-01"))
}

func TestRounding(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "10", year, "2024-01-01", "", item("a")), spanOf("c", "10", year, "2024-01-01", "", item("b")),
		spanOf("c", "10", year, "2024-01-01", "", item("c")),
	}
	round := func(s policy.RoundScope, m money.Rounding) policy.Policy {
		return policy.Policy{Rounding: policy.Rounding{Scope: s, Places: 2, Mode: m}}
	}
	same(t, "2.5", mrr(t, spans, policy.Standard(), "2024-01-01"), "three times 0.8333…")
	same(t, "2.5", mrr(t, spans, round(policy.RoundSubscriptions, money.HalfUp), "2024-01-01"))
	same(t, "2.49", mrr(t, spans, round(policy.RoundItems, money.HalfUp), "2024-01-01"))
	same(t, "2.52", mrr(t, spans, round(policy.RoundItems, money.Up), "2024-01-01"))
	same(t, "2.49", mrr(t, spans, round(policy.RoundItems, money.Floor), "2024-01-01"))
}

func TestExchangeRates(t *testing.T) {
	t.Parallel()
	rates, err := money.NewRateTable([]money.Quote{
		{From: "EUR", To: "USD", Rate: dec("1.1"), Since: date("2024-01-01")},
		{From: "EUR", To: "USD", Rate: dec("1.2"), Since: date("2024-05-20")},
		{From: "EUR", To: "USD", Rate: dec("1.5"), Since: date("2024-06-15")},
	}, money.RateOptions{})
	require.NoError(t, err)
	s := spanOf("c", "100", monthly, "2024-05-05", "")
	s.Currency = "EUR"
	for _, c := range []struct {
		p              policy.Policy
		new, may, june string // new business of May, closings
	}{
		{policy.Policy{}, "110", "120", "150"},
		{policy.Policy{RateDate: policy.RateAtMonthEnd}, "120", "120", "150"},
		{policy.Policy{RateDate: policy.RateFrozen}, "110", "110", "110"},
		{policy.Policy{RateDate: policy.RateFixed, RateAt: date("2024-07-01")}, "150", "150", "150"},
	} {
		b := books(t, []billing.Span{s}, c.p, policy.Options{Currency: "USD", Rates: rates})
		x, err := b.Statement(may)
		require.NoError(t, err)
		same(t, c.new, x.Revenue.New, c.p.RateDate)
		same(t, c.may, x.Revenue.Closing(), c.p.RateDate)
		x, err = b.Statement(june)
		require.NoError(t, err)
		same(t, c.june, x.Revenue.Closing(), c.p.RateDate)
	}
	_, err = policy.Read([]billing.Span{s}, policy.KillBill(), dollars)
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.ErrorContains(t, err, `subscription "c"`)
}

// Movements under netting, coalescing and reactivation windows are the
// ledger's; the policy hands them on.
func TestLedgerOptions(t *testing.T) {
	t.Parallel()
	o := policy.ChartMogul().LedgerOptions(dollars)
	assert.Equal(t, time.Hour, o.Coalesce)
	o = policy.Maxio().LedgerOptions(dollars)
	assert.Equal(t, 90*24*time.Hour, o.MaxGap)
	o = policy.Policy{Net: ledger.PerMonth, Coalesce: time.Hour}.LedgerOptions(dollars)
	assert.Equal(t, ledger.PerMonth, o.Net)
	assert.Zero(t, o.Coalesce, "netting by month nets more")
	_, err := ledger.New(o)
	require.NoError(t, err)
	// Maxio: a return after 90 days is new.
	spans := []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "2024-02-01"), spanOf("c", "100", monthly, "2024-06-01", "")}
	s, err := books(t, spans, policy.Maxio(), dollars).Statement(june)
	require.NoError(t, err)
	same(t, "100", s.Revenue.New)
	s, err = books(t, spans, policy.Stripe(), dollars).Statement(june)
	require.NoError(t, err)
	same(t, "100", s.Revenue.Reactivation)
}

// Two currencies in one subscription do not add up, and both count.
func TestCurrencies(t *testing.T) {
	t.Parallel()
	rates, err := money.NewRateTable([]money.Quote{{From: "EUR", To: "USD", Rate: dec("2"), Since: date("2020-01-01")}}, money.RateOptions{})
	require.NoError(t, err)
	a := spanOf("c", "100", monthly, "2024-01-01", "", item("a"))
	b := spanOf("c", "10", monthly, "2024-01-01", "", item("b"))
	b.Currency = "EUR"
	other := spanOf("c · EUR", "1", monthly, "2024-01-01", "", by("c")) // the name the part would have
	r, err := policy.Read([]billing.Span{a, b, other}, policy.Standard(), policy.Options{Currency: "USD", Rates: rates})
	require.NoError(t, err)
	l, err := r.Ledger()
	require.NoError(t, err)
	same(t, "121", l.MRR(date("2024-01-01")))
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeCurrency, r.Findings()[0].Code)
}

func TestStanding(t *testing.T) {
	t.Parallel()
	r, err := policy.Read([]billing.Span{
		forever100(0), spanOf("free", "0", monthly, "2024-01-01", ""),
		spanOf("all off", "10", monthly, "2024-01-01", "", less(percent("100", 0)), by("free")),
		spanOf("paused", "10", monthly, "2024-01-01", "", in(billing.StatePaused)),
		spanOf("trial", "10", monthly, "2024-01-01", "", in(billing.StateTrial)), spanOf("gone", "10", monthly, "2024-01-01", "2024-02-01"),
	}, policy.Standard(), dollars)
	require.NoError(t, err)
	got, err := r.Standing(date("2024-03-01"))
	require.NoError(t, err)
	assert.Equal(t, policy.Standing{Paying: 1, Free: 2, Trials: 1, Dropped: 1, Customers: 2}, got)
	assert.Equal(t, int64(3), got.Active())
	_, err = r.Standing(time.Time{})
	require.ErrorIs(t, err, calendar.ErrYear)
}

// Of spans of one item that overlap the one begun last holds, and the earlier
// one again after it.
func TestOverlap(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "2024-04-01"), spanOf("c", "50", monthly, "2024-02-01", "2024-02-15")}
	r, err := policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	var got []string
	for c := range r.Changes() {
		got = append(got, c.At.Format("01-02 ")+c.Amount.String())
	}
	assert.Equal(t, []string{"01-01 100", "02-01 50", "02-15 100", "04-01 0"}, got)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeOverlap, r.Findings()[0].Code)
}

// Terms that change and leave the amount are no change of the ledger.
func TestSameAmountIsNoChange(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "2024-02-01"), spanOf("c", "1200", year, "2024-02-01", "2024-03-01"),
		spanOf("c", "100.00", monthly, "2024-03-01", ""),
	}
	r, err := policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	assert.Len(t, slices.Collect(r.Changes()), 1)
}

// Who stayed for free and left counts as back, or as never gone, by the time
// since then.
func TestFree_Gaps(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		spanOf("c", "100", monthly, "2024-01-01", "2024-02-01"), spanOf("c", "0", monthly, "2024-02-01", "2024-05-10"),
		spanOf("c", "60", monthly, "2024-05-20", ""),
	}
	for _, c := range []struct {
		name                     string
		p                        policy.Policy
		expanded, returned, anew string
		churned                  int64
	}{
		{"any return", policy.Policy{Free: policy.FreeStays}, "0", "60", "0", 1},
		{"too soon to be one", policy.Policy{Free: policy.FreeStays, MinGap: 20 * 24 * time.Hour}, "60", "0", "0", 0},
		{"in time, though long without paying", policy.Policy{Free: policy.FreeStays, MaxGap: 30 * 24 * time.Hour}, "0", "60", "0", 1},
		{"too late", policy.Policy{Free: policy.FreeStays, MaxGap: 5 * 24 * time.Hour}, "0", "0", "60", 1},
	} {
		s, err := books(t, spans, c.p, dollars).Statement(may)
		require.NoError(t, err)
		same(t, c.expanded, s.Revenue.Expansion, c.name)
		same(t, c.returned, s.Revenue.Reactivation, c.name)
		same(t, c.anew, s.Revenue.New, c.name)
		assert.Equal(t, c.churned, s.Customers.Churned, c.name)
		assert.Equal(t, int64(1), s.ClosingCustomers, c.name)
	}
}

// Spans that touch do not overlap.
func TestOverlap_TouchingIsNone(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{spanOf("c", "10", monthly, "2024-01-01", "2024-02-01"), spanOf("c", "20", monthly, "2024-02-01", "")}
	r, err := policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	assert.Empty(t, r.Findings())
	spans[0].To = spans[0].To.Add(1)
	r, err = policy.Read(spans, policy.Standard(), dollars)
	require.NoError(t, err)
	require.Len(t, r.Findings(), 1)
	assert.Equal(t, billing.CodeOverlap, r.Findings()[0].Code)
}

// A scheduled end keeps a subscription out of the committed series where that is
// the rule, of invoices as of what was agreed.
func TestCommittedNever_OfInvoices(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "100", monthly, "2024-01-01", "")
	s.Subscription = "s"
	l := lineOf("100", "2024-01-01", "2024-02-01")
	for _, c := range []struct {
		rule     policy.CommittedRule
		cancelAt string
		want     string
	}{
		{policy.CommittedNever, "", "100"},
		{policy.CommittedNever, "2024-06-01", "0"},
		{policy.CommittedUntilAsked, "2024-06-01", "100"},
	} {
		s.CancelAt = date(c.cancelAt)
		o := policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{l}}
		r, err := policy.Read([]billing.Span{s}, policy.Policy{Source: policy.FromInvoices, Committed: c.rule}, o)
		require.NoError(t, err)
		committed := load(t, r.Policy().LedgerOptions(o), r.Committed())
		same(t, c.want, committed.MRR(date("2024-01-15")), c.rule.String()+" "+c.cancelAt)
	}
}

// An invoice paid when its period is over never counted where a subscription
// awaits its first payment.
func TestAwaitFirstPayment_PaidAtTheEndOfThePeriod(t *testing.T) {
	t.Parallel()
	for paid, changes := range map[string]int64{"2024-01-31": 2, "2024-02-01": 0, "2024-02-02": 0} {
		l := lineOf("100", "2024-01-01", "2024-02-01", func(l *billing.InvoiceLine) { l.PaidAt = date(paid) })
		b := books(t, nil, policy.Policy{Source: policy.FromInvoices, AwaitFirstPayment: true}, policy.Options{Currency: "USD", Invoices: []billing.InvoiceLine{l}})
		require.Equal(t, changes, b.Ledger().Len(), paid)
	}
}

// An amount whose twelve places are used up keeps the rest of its division in the
// length of its cycle, exactly: 10^-11 every 2,400 days of thirty a month.
func TestCharge_OfTwelvePlacesStaysExact(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "0.00000000001", calendar.Cycle{Unit: calendar.UnitDay, N: 2400}, "2024-01-01", "")
	l := books(t, []billing.Span{s}, policy.Policy{DayFactor: policy.Factor{Times: 30, Per: 1}}, dollars).Ledger()
	changes := slices.Collect(l.Changes())
	require.Len(t, changes, 1)
	same(t, "0.000000000001", changes[0].Amount)
	require.Equal(t, calendar.Cycle{N: 8}, changes[0].Cycle)
}
