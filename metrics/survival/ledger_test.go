package survival_test

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
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// The subjects of a ledger are what a walk over each customer's months finds,
// returns and months without anything included.
func TestLaw_OfLedgerIsTenureByMonth(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	start := calendar.NewMonth(2024, time.November)
	law.Check(t, func(t *rapid.T) {
		loc := time.FixedZone("", rapid.IntRange(-12, 12).Draw(t, "zone")*3600)
		books, err := ledger.New(ledger.Options{Location: loc})
		require.NoError(t, err)
		months := rapid.SampledFrom([]int{1, 2, 6, 9, 12}).Draw(t, "months")
		through := start.Add(rapid.IntRange(-1, months).Draw(t, "through"))
		var want []survival.Subject
		for c := range rapid.IntRange(0, 12).Draw(t, "customers") {
			was, first, over := 0, -1, false
			var s survival.Subject
			for m := range months {
				now := rapid.SampledFrom([]int{0, 0, 100, 150}).Draw(t, "mrr")
				// The last instant of a month in its own zone.
				at := start.Add(m + 1).Start(loc).Add(-1)
				require.NoError(t, books.Append(ledger.Change{Customer: fmt.Sprintf("%02d", c), At: at, Amount: decimal.NewFromInt(int64(now))}))
				if start.Add(m).After(through) {
					continue
				}
				if now > 0 && first < 0 {
					first = m
				}
				if was > 0 && now == 0 && !over {
					over = true
					s = survival.Subject{Exit: float64(m - first), Event: true, Cause: "unknown"}
					seen["churn"]++
				}
				if over && now > 0 {
					seen["return"]++
				}
				was = now
			}
			if first < 0 {
				continue
			}
			if !over {
				s = survival.Subject{Exit: float64(through.Sub(start) - first)}
				seen["censored"]++
			}
			want = append(want, s)
		}
		got := slices.Collect(survival.OfLedger(books, through))
		for i := range got {
			if got[i].Event {
				got[i].Cause = "unknown"
			}
		}
		assert.Equal(t, want, got)
		for range survival.OfLedger(books, through) {
			break // leaving early is fine
		}
	}, seen.Need("churn", "return", "censored"))
}
