package forecast_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func onDay(month, day int) time.Time {
	return time.Date(2025, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// What each record binds, by hand, seen from the end of June 2025.
func TestCommitmentsOf(t *testing.T) {
	t.Parallel()
	year := calendar.Cycle{Unit: calendar.UnitYear}
	cases := []struct {
		name  string
		until string // "" is no commitment
		ends  bool
		spans []billing.Span
	}{
		{"monthly", "", false, []billing.Span{{}}},
		{"yearly from March", "2026-02", false, []billing.Span{{From: onDay(3, 10), Terms: billing.Terms{Cycle: year}}}},
		{"yearly renews in July", "", false, []billing.Span{{From: onDay(7, 10).AddDate(-1, 0, 0), Terms: billing.Terms{Cycle: year}}}},
		{"yearly renews at midnight of 1 July", "2026-06", false, []billing.Span{{From: onDay(7, 1).AddDate(-1, 0, 0), Terms: billing.Terms{Cycle: year}}}},
		{"paid through October", "2025-09", false, []billing.Span{{Terms: billing.Terms{PaidThrough: onDay(10, 31)}}}},
		{"cancels in August", "2025-08", true, []billing.Span{{Terms: billing.Terms{CancelAt: onDay(8, 15)}}}},
		{"asked in July", "", false, []billing.Span{{Terms: billing.Terms{CancelAt: onDay(8, 15), CancelAskedAt: onDay(7, 1)}}}},
		{"end recorded in May", "2025-09", true, []billing.Span{{To: onDay(9, 1), EndRecorded: onDay(5, 2)}}},
		{"end recorded in July", "", false, []billing.Span{{To: onDay(9, 1), EndRecorded: onDay(7, 2)}}},
		{"end not known then", "", false, []billing.Span{{To: onDay(9, 1)}}},
		{"one of two charges ends", "2025-07", false, []billing.Span{{Item: "a", Terms: billing.Terms{CancelAt: onDay(8, 15)}}, {Item: "b"}}},
		{"both end", "2025-09", true, []billing.Span{{Item: "a", Terms: billing.Terms{CancelAt: onDay(8, 15)}}, {Item: "b", Terms: billing.Terms{CancelAt: onDay(9, 15)}}}},
		{"a yearly add-on holds them", "2026-02", false, []billing.Span{{Item: "a", Terms: billing.Terms{CancelAt: onDay(8, 15)}}, {Item: "b", From: onDay(3, 10), Terms: billing.Terms{Cycle: year}}}},
		{"terms follow terms", "2025-12", true, []billing.Span{
			{To: onDay(8, 1), EndRecorded: onDay(5, 1)},
			{From: onDay(8, 1), Recorded: onDay(5, 1), Terms: billing.Terms{CancelAt: onDay(12, 5)}},
		}},
		{"the next terms became known in July", "2025-08", true, []billing.Span{
			{To: onDay(8, 1), EndRecorded: onDay(5, 1)},
			{From: onDay(8, 1), Recorded: onDay(7, 5), Terms: billing.Terms{CancelAt: onDay(12, 5)}},
		}},
		{"trial", "", false, []billing.Span{{Terms: billing.Terms{State: billing.StateTrial, CancelAt: onDay(8, 15)}}}},
		{"by use", "", false, []billing.Span{{Terms: billing.Terms{Basis: billing.BasisMetered, CancelAt: onDay(8, 15)}}}},
		{"sandbox", "", false, []billing.Span{{Terms: billing.Terms{Test: true, CancelAt: onDay(8, 15)}}}},
		{"free", "", false, []billing.Span{{Terms: billing.Terms{Amount: decimal.NewFromInt(-1), CancelAt: onDay(8, 15)}}}},
		{"over by June", "", false, []billing.Span{{To: onDay(6, 20)}}},
	}
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	var spans []billing.Span
	var want []forecast.Commitment
	for i, c := range cases {
		customer := fmt.Sprintf("%02d %s", i, c.name)
		require.NoError(t, books.Append(ledger.Change{Customer: customer, At: onDay(1, 1), Amount: decimal.NewFromInt(10)}))
		for _, s := range c.spans {
			s.Customer, s.Subscription = customer, "s"
			if s.From.IsZero() {
				s.From = onDay(1, 1)
			}
			if s.Amount.IsZero() {
				s.Amount = decimal.NewFromInt(10)
			} else {
				s.Amount = decimal.Zero
			}
			spans = append(spans, s)
		}
		if c.until != "" {
			m, err := calendar.ParseMonth(c.until)
			require.NoError(t, err)
			want = append(want, forecast.Commitment{Customer: customer, Until: m, Ends: c.ends})
		}
	}
	spans = append(spans, billing.Span{Customer: "nobody", From: onDay(1, 1), Terms: billing.Terms{Amount: decimal.NewFromInt(1), CancelAt: onDay(9, 1)}})
	june := calendar.NewMonth(2025, time.June)
	got, err := forecast.CommitmentsOf(books, june, slices.Values(spans))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	slices.Reverse(spans)
	got, err = forecast.CommitmentsOf(books, june, slices.Values(spans))
	require.NoError(t, err)
	assert.Equal(t, want, got, "in any order")
}

// A contract that is known to end sharpens the forecast.
func ExampleCommitmentsOf() {
	books := company()
	start := time.Date(2025, time.July, 1, 0, 0, 0, 0, time.UTC)
	spans := []billing.Span{
		{Customer: "c61", From: start, Terms: billing.Terms{Amount: decimal.NewFromInt(150), CancelAt: start.AddDate(0, 8, 0)}},
		{Customer: "c62", From: start, Terms: billing.Terms{Amount: decimal.NewFromInt(1920), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}},
	}
	known, err := forecast.CommitmentsOf(books, calendar.NewMonth(2025, time.December), slices.Values(spans))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range known {
		fmt.Println(c.Customer, "until", c.Until, "then gone:", c.Ends)
	}
	p, err := forecast.Books(books, forecast.Options{Horizon: 6, Paths: 500, Seed: 1, Commitments: known})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f in %v\n", p.At(forecast.MRR, 6, 0.8).Value, p.Month(6))
	// Output:
	// c61 until 2026-03 then gone: true
	// c62 until 2026-06 then gone: false
	// 10314 in 2026-06
}
