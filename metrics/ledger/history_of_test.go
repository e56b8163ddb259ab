package ledger_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func TestHistoryOf(t *testing.T) {
	t.Parallel()
	l, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	_, ok := l.HistoryOf("acme", "s")
	assert.False(t, ok)
	require.NoError(t, l.Replace("acme", "s", day(2), ledger.Change{At: day(1), Amount: decimal.NewFromInt(10)}))
	require.NoError(t, l.Replace("acme", "s", day(3)))
	require.NoError(t, l.Replace("acme", "other", day(3)))
	h, ok := l.HistoryOf("acme", "s")
	require.True(t, ok)
	var want ledger.History
	for x := range l.Histories() {
		if x.Subscription == "s" {
			want = x
		}
	}
	assert.Equal(t, want, h)
	_, ok = l.HistoryOf("acme", "none")
	assert.False(t, ok)
}
