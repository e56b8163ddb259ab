package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func TestDiscounts(t *testing.T) {
	t.Parallel()
	off := func(amount string, l billing.Level, id string) billing.Discount {
		return billing.Discount{ID: id, Off: dec(amount), Level: l}
	}
	plan := func(amount, name string, d ...billing.Discount) billing.Span {
		return spanOf("c", amount, monthly, "2024-01-01", "", item(name), less(d...))
	}
	repeating := percent("50", billing.DurationRepeating)
	repeating.Cycles = 3
	once := percent("50", billing.DurationOnce)
	marked := percent("50", billing.DurationOnce)
	marked.InMRR = billing.Yes
	half := billing.Discount{ID: "H", Percent: dec("50"), Level: billing.LevelSubscription}
	for _, c := range []struct {
		name  string
		spans []billing.Span
		rule  policy.DiscountRule
		day   string
		want  string
	}{
		{"none", []billing.Span{plan("100", "a", percent("50", 0))}, policy.DiscountsNone, "2024-01-01", "100"},
		{"forever", []billing.Span{plan("100", "a", percent("50", 0), repeating)}, policy.DiscountsForever, "2024-01-01", "50"},
		{"recurring, first", []billing.Span{plan("100", "a", repeating, once)}, policy.DiscountsRecurring, "2024-01-01", "50"},
		{"recurring, third", []billing.Span{plan("100", "a", repeating, once)}, policy.DiscountsRecurring, "2024-03-31", "50"},
		{"recurring, over", []billing.Span{plan("100", "a", repeating, once)}, policy.DiscountsRecurring, "2024-04-01", "100"},
		{"all, first", []billing.Span{plan("100", "a", repeating, once)}, policy.DiscountsAll, "2024-01-01", "25"},
		{"all, second", []billing.Span{plan("100", "a", repeating, once)}, policy.DiscountsAll, "2024-02-01", "50"},
		{"as marked", []billing.Span{plan("100", "a", marked, once)}, policy.DiscountsAsMarked, "2024-01-01", "50"},
		// segmentio/stripe-cohort pull request 2: 50 off a plan of 49.
		{"not below zero", []billing.Span{plan("49", "a", off("50", billing.LevelItem, ""))}, policy.DiscountsAll, "2024-01-01", "0"},
		{"in order", []billing.Span{plan("100", "a", off("10", billing.LevelItem, ""), percent("50", 0))}, policy.DiscountsAll, "2024-01-01", "45"},
		{"item before subscription", []billing.Span{plan("100", "a", half, off("10", billing.LevelItem, "")), plan("100", "b", half)}, policy.DiscountsAll, "2024-01-01", "95"},
		{"subscription once", []billing.Span{plan("100", "a", off("30", billing.LevelSubscription, "S")), plan("100", "b", off("30", billing.LevelSubscription, "S"))}, policy.DiscountsAll, "2024-01-01", "170"},
		{"subscription once, without an id", []billing.Span{plan("100", "a", off("30", billing.LevelSubscription, "")), plan("100", "b", off("30", billing.LevelSubscription, ""))}, policy.DiscountsAll, "2024-01-01", "170"},
		{"two of the subscription", []billing.Span{plan("100", "a", off("30", billing.LevelSubscription, "S"), off("30", billing.LevelSubscription, "T"))}, policy.DiscountsAll, "2024-01-01", "40"},
		{"over two items", []billing.Span{plan("20", "a", off("30", billing.LevelSubscription, "S")), plan("100", "b", off("30", billing.LevelSubscription, "S"))}, policy.DiscountsAll, "2024-01-01", "90"},
		{"only what carries it", []billing.Span{plan("20", "a", off("30", billing.LevelSubscription, "S")), plan("100", "b")}, policy.DiscountsAll, "2024-01-01", "100"},
		{"no further than the item goes", []billing.Span{plan("20", "a", off("15", billing.LevelSubscription, "S"), off("15", billing.LevelSubscription, "T"))}, policy.DiscountsAll, "2024-01-01", "0"},
		{"a third", []billing.Span{plan("10", "a", percent("33.33", 0))}, policy.DiscountsAll, "2024-01-01", "6.667"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			same(t, c.want, mrr(t, c.spans, policy.Policy{Discounts: c.rule}, c.day))
		})
	}
}

// A discount holds until the instant at which it ends, not at it, whether it is
// of the item or of the subscription.
func TestDiscounts_EndAtTheirInstant(t *testing.T) {
	t.Parallel()
	for _, level := range []billing.Level{billing.LevelItem, billing.LevelSubscription} {
		d := billing.Discount{ID: "D", Off: dec("30"), Level: level, Duration: billing.DurationForever, From: date("2024-02-01"), To: date("2024-03-01")}
		s := spanOf("c", "100", monthly, "2024-01-01", "", less(d))
		l := books(t, []billing.Span{s}, policy.Policy{Discounts: policy.DiscountsAll}, dollars).Ledger()
		for day, want := range map[string]string{"2024-01-31": "100", "2024-02-01": "70", "2024-02-29": "70", "2024-03-01": "100"} {
			same(t, want, l.MRR(date(day)), level.String()+" "+day)
		}
	}
}

// A discount of the subscription is an amount in one currency: what charges in
// another has its own.
func TestDiscounts_PerCurrency(t *testing.T) {
	t.Parallel()
	rates, err := money.NewRateTable([]money.Quote{{From: "EUR", To: "USD", Rate: dec("2"), Since: date("2020-01-01")}}, money.RateOptions{})
	require.NoError(t, err)
	off := less(billing.Discount{ID: "S", Off: dec("130"), Level: billing.LevelSubscription})
	a := spanOf("c", "100", monthly, "2024-01-01", "", item("a"), off)
	b := spanOf("c", "150", monthly, "2024-01-01", "", item("b"), off)
	b.Currency = "EUR"
	l := books(t, []billing.Span{a, b}, policy.Standard(), policy.Options{Currency: "USD", Rates: rates}).Ledger()
	same(t, "40", l.MRR(date("2024-01-01")), "nothing of the dollars, 20 euros")
}
