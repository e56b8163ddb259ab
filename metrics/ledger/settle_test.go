package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// TestLaw_FewByFewIsAtOnce: changes that come a few at a time into full books,
// each batch read before the next, mostly in order of time, often at the same
// instant and again, leave the books of all at once.
func TestLaw_FewByFewIsAtOnce(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := ledger.Options{Currency: "EUR", MinGap: rapid.SampledFrom([]time.Duration{0, 48 * time.Hour}).Draw(t, "gap")}
		var all []ledger.Change
		for i := range 120 { // so that few are inserted
			all = append(all, ledger.Change{Customer: fmt.Sprint("full", i%6), At: base.AddDate(0, 0, i), Amount: decimal.New(int64(1+i%3), 0)})
		}
		live := books(t, o, all)
		statements(t, live)
		var as *ledger.Ledger
		var stood []byte
		day, batches := 0, rapid.IntRange(1, 25).Draw(t, "batches")
		for range batches {
			var few []ledger.Change
			for range rapid.IntRange(1, 3).Draw(t, "few") {
				c := ledger.Change{
					Customer: rapid.SampledFrom([]string{"live", "live", "live", "full1"}).Draw(t, "customer"), Subscription: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "subscription"),
					Amount: decimal.New(rapid.Int64Range(0, 3).Draw(t, "amount"), 0), ID: rapid.SampledFrom([]string{"", "", fmt.Sprint("id", day)}).Draw(t, "id"),
				}
				switch rapid.IntRange(0, 4).Draw(t, "when") {
				case 0:
					drawn["same instant"]++
				case 1:
					drawn["late"]++
					c.At = base.AddDate(0, 0, rapid.IntRange(0, day).Draw(t, "day"))
				default:
					day += rapid.IntRange(1, 40).Draw(t, "days")
				}
				if c.At.IsZero() {
					c.At = base.AddDate(0, 0, day)
				}
				if len(few) > 0 && rapid.IntRange(0, 2).Draw(t, "again") == 0 {
					drawn["again"]++
					c = few[0]
				}
				few = append(few, c)
			}
			if live.Append(few...) != nil { // an id that says something else
				drawn["refused"]++
				continue
			}
			all = append(all, few...)
			live.Len()
			if as == nil && rapid.IntRange(0, 9).Draw(t, "as of") == 0 { // shares no room with the books
				drawn["as of"]++
				as = live.AsOf(base.AddDate(100, 0, 0))
				stood = encoded(t, as)
			}
			if rapid.Bool().Draw(t, "read") {
				statements(t, live)
			}
		}
		if as != nil {
			require.Equal(t, stood, encoded(t, as))
		}
		bulk := books(t, o, all)
		require.Equal(t, encoded(t, bulk), encoded(t, live))
		require.Equal(t, show(statements(t, bulk)), show(statements(t, live)))
		require.Equal(t, bulk.Len(), live.Len())
		require.Equal(t, bulk.Repeats(), live.Repeats())
		require.Equal(t, movementLines(bulk), movementLines(live))
	}, drawn.Need("same instant", "late", "again", "refused", "as of"))
}

// The months that follow the last one are made ahead, but none beyond those that
// there are, also where books hold three hundred years.
func TestSettle_LastMonths(t *testing.T) {
	t.Parallel()
	var all []ledger.Change
	for year := calendar.MinYear; year < calendar.MaxYear; year += 10 {
		all = append(all, ledger.Change{Customer: "old", At: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), Amount: decimal.New(int64(year), 0)})
	}
	for i := range 60 {
		all = append(all, ledger.Change{Customer: fmt.Sprint("c", i), At: base, Amount: decimal.New(1, 0)})
	}
	live := books(t, ledger.Options{Currency: "EUR"}, all)
	statements(t, live)
	last := ledger.Change{Customer: "old", At: time.Date(calendar.MaxYear, 12, 31, 0, 0, 0, 0, time.UTC), Amount: decimal.New(5, 0)}
	require.NoError(t, live.Append(last))
	m := calendar.NewMonth(calendar.MaxYear, 12)
	want, err := books(t, ledger.Options{Currency: "EUR"}, append(all, last)).Statements(m.Add(-13), m)
	require.NoError(t, err)
	got, err := live.Statements(m.Add(-13), m)
	require.NoError(t, err)
	require.Equal(t, show(want), show(got))
	require.Equal(t, "65", got[13].Revenue.Closing().String())
}

func movementLines(l *ledger.Ledger) (out []string) {
	for m := range l.Movements(lawFrom.Period(time.UTC)) {
		out = append(out, fmt.Sprint(m, m.Subscriptions, m.Plans, m.IDs))
	}
	return out
}
