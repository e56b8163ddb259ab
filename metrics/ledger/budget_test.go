package ledger_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Memory is a budget: at most 40 bytes a change at twenty changes a customer,
// names included, and with an event id of twelve letters 64.
func TestBudget_BytesPerChange(t *testing.T) {
	const n = 200_000
	for _, c := range []struct {
		ids   bool
		limit int64
	}{{false, 40}, {true, 64}} {
		changes := synthetic(n, false, c.ids)
		before := heap()
		l := load(t, changes)
		l.Len()
		used := (heap() - before) / n
		runtime.KeepAlive(changes)
		runtime.KeepAlive(l)
		require.LessOrEqual(t, used, c.limit, "ids: %t", c.ids)
	}
}

// A late change allocates for itself and its answer, not for the books.
func TestBudget_LateChangeAllocations(t *testing.T) {
	allocs := func(n int) float64 {
		changes := synthetic(n, false, false)
		l := load(t, changes)
		_, err := l.Statement(lastMonth)
		require.NoError(t, err)
		c := changes[7]
		return testing.AllocsPerRun(50, func() {
			c.At = c.At.Add(1)
			if err := l.Append(c); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Statement(lastMonth); err != nil {
				t.Fatal(err)
			}
		})
	}
	small, large := allocs(2_000), allocs(100_000)
	require.InDelta(t, small, large, 30)
	require.Less(t, large, 40.0)
}

// Appending allocates nothing per change beyond the books' own growth.
func TestBudget_AppendAllocations(t *testing.T) {
	changes := synthetic(20_000, false, false)
	per := testing.AllocsPerRun(3, func() {
		l, err := ledger.New(ledger.Options{Currency: "EUR"})
		require.NoError(t, err)
		require.NoError(t, l.Append(changes...))
	}) / float64(len(changes))
	require.Less(t, per, 0.02)
}

// Growth follows a customer of many products by what each change touches.
func TestBudget_GrowthOfManyProducts(t *testing.T) {
	allocated := func(n int) float64 {
		l := load(t, growing["products"](n))
		_, err := l.Growth(firstMonth, lastMonth)
		require.NoError(t, err)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = l.Growth(firstMonth, lastMonth)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	small, large := allocated(1000), allocated(8000)
	require.Less(t, large, 12*small, "eight times the products")
}
