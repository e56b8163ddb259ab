package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// What is inserted leaves memory behind only where blocks lie in one array, and
// never more than half of the books: then all are sorted anew. Who says much in
// books of their own makes nobody sort.
func TestSettle_WhatIsLeftBehind(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	var all []Change
	for i := range 100 {
		for k := range 20 {
			all = append(all, Change{Customer: fmt.Sprint("c", i), At: day(40 + k), Amount: decimal.New(int64(1+k), 0)})
		}
	}
	l, err := New(Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, l.Append(all...))
	replace := func(n int) {
		require.NoError(t, l.Replace("said", "s", day(n), Change{At: day(n), Amount: decimal.New(int64(n), 0)}))
		l.settle()
	}
	replace(1)
	l.settle()
	say := func(customer string, n int) {
		require.NoError(t, l.Append(Change{Customer: customer, At: day(n), Amount: decimal.New(1, 0)}))
		l.settle()
		require.LessOrEqual(t, l.stale, l.size/2+20, "found out by the next to settle")
	}
	shared := func() *entry { return &l.blocks[99][0] }
	first := shared()
	replace(2)
	require.Equal(t, int64(1), l.stale, "what was said first lay in the array")
	replace(3)
	replace(4)
	require.Equal(t, int64(1), l.stale, "what was said then did not")
	require.NoError(t, l.Replace("said", "t", day(5), Change{At: day(5), Amount: decimal.New(5, 0)}))
	l.settle()
	require.Equal(t, int64(1), l.stale, "nor what lay beside a subscription that is new")
	for n := range 400 { // on and on, and late now and then
		say("c0", 100+n)
		if n%50 == 49 {
			say("c0", n%40)
		}
	}
	require.Same(t, first, shared(), "nobody was sorted anew")
	require.Equal(t, int64(21), l.stale, "what it had at first")
	for i := range 99 { // each copied out of the shared array
		say(fmt.Sprint("c", i), 10)
	}
	require.NotSame(t, first, shared(), "half was left behind, and all sorted anew")
}
