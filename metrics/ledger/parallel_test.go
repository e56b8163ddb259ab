package ledger_test

import (
	"math/big"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// However many processors share the work, the statements and the bytes are the
// same, and they are those of the naive pass. Not parallel: it sets GOMAXPROCS.
func TestLaw_GoroutinesDoNotMatter(t *testing.T) {
	changes := synthetic(60_000, false, true)
	for i := range changes { // the naive pass knows no ties
		changes[i].At = changes[i].At.Add(time.Duration(i))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := load(t, changes)
	want, err := one.Statements(firstMonth, lastMonth)
	require.NoError(t, err)
	runtime.GOMAXPROCS(4)
	four := load(t, changes)
	got, err := four.Statements(firstMonth, lastMonth)
	require.NoError(t, err)
	require.Equal(t, show(want), show(got))
	require.Equal(t, encoded(t, one), encoded(t, four))

	for m, lines := range naiveStatements(naiveLoad(changes)) {
		r := got[m].Revenue
		for i, d := range []interface{ Rat() *big.Rat }{r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn} {
			require.True(t, near(units(big.NewRat(lines[i], 1200)), units(d.Rat())), "%s line %d", got[m].Month, i)
		}
	}
}

// One customer with thousands of changes, and a late one in their midst.
func TestStatement_LongHistory(t *testing.T) {
	t.Parallel()
	changes := synthetic(5_000, false, false)
	for i := range changes {
		changes[i].Customer = "one"
		changes[i].At = changes[i].At.Add(time.Duration(i))
	}
	l := load(t, changes[1:])
	_, err := l.Statement(firstMonth)
	require.NoError(t, err)
	require.NoError(t, l.Append(changes[0]))
	got, err := l.Statements(firstMonth, lastMonth)
	require.NoError(t, err)
	want, err := load(t, changes).Statements(firstMonth, lastMonth)
	require.NoError(t, err)
	require.Equal(t, show(want), show(got))
}

// Between writes any number of goroutines may read, the first one included.
func TestLedger_ManyReaders(t *testing.T) {
	t.Parallel()
	l := load(t, synthetic(20_000, false, false))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := l.Statements(firstMonth, lastMonth)
			require.NoError(t, err)
			l.MRR(base)
			_ = slices.Collect(l.MovementsOf("cus_1000007", firstMonth.Period(time.UTC)))
			_ = l.AsOf(base)
			_, err = l.MarshalBinary()
			require.NoError(t, err)
			_, err = l.StatementsBy(firstMonth, lastMonth, func(c string) string { return c[len(c)-1:] })
			require.NoError(t, err)
			_, err = ledger.Fold(l, lastMonth, func() *int { return new(int) }, func(n *int, _ *ledger.Curve) { *n++ })
			require.NoError(t, err)
		})
	}
	wg.Wait()
}
