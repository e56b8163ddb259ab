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
	for d, left := range map[int]int{0: 0, 2: 0, 3: 0, 4: 1, 9: 1} { // recorded on the 2nd and the 3rd
		since, before, ok := l.HistorySince("acme", "s", day(d))
		require.True(t, ok)
		assert.Equal(t, left, before, d)
		assert.Equal(t, want.Versions[left:], since.Versions, d)
	}
	for at, left := range map[time.Time]int{{}: 0, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC): len(want.Versions) - 1} {
		since, before, _ := l.HistorySince("acme", "s", at) // before and after what nanoseconds can say
		assert.Equal(t, left, before, at)
		assert.Equal(t, want.Versions[left:], since.Versions, at)
	}
	_, _, ok = l.HistorySince("acme", "none", day(1))
	assert.False(t, ok)
	_, _, ok = l.HistorySince("nobody", "s", day(1))
	assert.False(t, ok)
	_, ok = l.HistoryOf("acme", "none")
	assert.False(t, ok)
}
