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
		{"hostile zero", []billing.Span{with(func(s *billing.Span) { s.Tax = decimal.New(0, -1_000_000_000) })}, []string{"amount-range Tax"}},
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
		{"replaces what lives on beside a part that ended", []billing.Span{
			ok, with(func(s *billing.Span) { s.Item, s.From, s.To = "seat", date("2024-02-01"), date("2024-02-20") }),
			spanOf("d", "1", monthly, "2024-03-01", "", by("c"), func(s *billing.Span) { s.Replaces = "c" }),
		}, []string{"replaces Replaces"}},
		{"replaces what begins with it", []billing.Span{ok, spanOf("d", "1", monthly, "2024-01-01", "", by("c"), func(s *billing.Span) { s.Replaces = "c" })}, []string{"replaces Replaces"}},
		{"replaces", []billing.Span{with(func(s *billing.Span) { s.To = date("2024-03-01") }), spanOf("d", "1", monthly, "2024-03-01", "", by("c"), func(s *billing.Span) { s.Replaces = "c" })}, nil},
		// bruin pull request 2702: the last subscription is deleted and leaves no end.
		{"cancelled without an end", []billing.Span{with(func(s *billing.Span) { s.CancelAskedAt, s.Reason = date("2024-02-01"), billing.ReasonVoluntary })}, []string{"open-end To"}},
		{"last paid long ago", []billing.Span{with(func(s *billing.Span) { s.PaidThrough = date("2024-02-01") }), spanOf("d", "1", monthly, "2024-06-01", "")}, []string{"open-end To"}},
		{"paid recently", []billing.Span{with(func(s *billing.Span) { s.PaidThrough = date("2024-05-15") }), spanOf("d", "1", monthly, "2024-06-01", "")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fs := billing.Lint(c.spans, billing.LintOptions{Currency: "USD", Rates: rates})
			assert.Equal(t, c.want, found(fs))
			for _, f := range fs {
				assert.NotEmpty(t, f.Message)
				assert.Less(t, len(f.String()), 600, "a finding fits a line")
				assert.NotContains(t, f.String(), "\n")
			}
		})
	}
}
