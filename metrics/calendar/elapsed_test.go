package calendar_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestElapsed_Arithmetic(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "0d 00:00:00", calendar.Elapsed{}.String())
	for _, n := range []int64{0, -1} {
		_, ok := calendar.Elapsed{}.Mean(n)
		assert.False(t, ok)
	}
	assert.Equal(t, calendar.Elapsed{}, calendar.ElapsedOf(-1, 5))
	assert.Equal(t, calendar.Elapsed{}, calendar.ElapsedOf(1, -5))
	assert.Equal(t, calendar.ElapsedOf(2, 5e8), calendar.ElapsedOf(1, 1_500_000_000))
	assert.Equal(t, calendar.ElapsedOf(2, 0), calendar.ElapsedOf(1, 1e9))
	e := calendar.ElapsedOf(1, 500_000_000)
	e = e.Add(e)
	s, n := e.Seconds()
	assert.Equal(t, [2]int64{3, 0}, [2]int64{s, int64(n)})
	mean, ok := e.Mean(4)
	assert.True(t, ok)
	assert.Equal(t, 750*time.Millisecond, mean)
	assert.Equal(t, "1d 01:01:01", calendar.ElapsedOf(90061, 999_999_999).String())
	assert.InDelta(t, 0.5, calendar.ElapsedOf(43_200, 0).Days(), 1e-12)
	assert.InDelta(t, 1.0/86400, calendar.ElapsedOf(0, 999_999_999).Days(), 1e-13)

	most := calendar.ElapsedOf(math.MaxInt64/1_000_000_000-1, 999_999_999)
	d, ok := most.Duration()
	assert.True(t, ok)
	assert.EqualValues(t, int64(9_223_372_035_999_999_999), d)
	_, ok = calendar.ElapsedOf(math.MaxInt64/1_000_000_000, 0).Duration()
	assert.False(t, ok)
	longest := calendar.ElapsedOf(math.MaxInt64, 999_999_999)
	assert.Equal(t, longest, longest.Add(longest))
	assert.Equal(t, longest, calendar.ElapsedOf(math.MaxInt64, 1_500_000_000))
	assert.Equal(t, calendar.ElapsedOf(math.MaxInt64, 0), calendar.ElapsedOf(math.MaxInt64-1, 1e9))
	mean, ok = calendar.ElapsedOf(math.MaxInt64/2, 0).Mean(1)
	assert.True(t, ok)
	assert.EqualValues(t, int64(math.MaxInt64), mean, "as long as a Duration can be")
}

// A mean is the exact sum divided, rounded down; sums are exact.
func TestLaw_ElapsedIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sum, want := calendar.Elapsed{}, new(big.Int)
		n := rapid.IntRange(1, 8).Draw(t, "n")
		for range n {
			s := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 1<<56)).Draw(t, "seconds")
			ns := rapid.OneOf(rapid.Just(int32(999_999_999)), rapid.Int32Range(0, 999_999_999)).Draw(t, "nanos")
			sum = sum.Add(calendar.ElapsedOf(s, ns))
			want.Add(want, new(big.Int).Add(new(big.Int).Mul(big.NewInt(s), big.NewInt(1e9)), big.NewInt(int64(ns))))
		}
		s, ns := sum.Seconds()
		got := new(big.Int).Add(new(big.Int).Mul(big.NewInt(s), big.NewInt(1e9)), big.NewInt(int64(ns)))
		require.Zero(t, want.Cmp(got))
		mean, ok := sum.Mean(int64(n))
		require.True(t, ok)
		if q := new(big.Int).Div(want, big.NewInt(int64(n))); q.IsInt64() {
			require.Equal(t, q.Int64(), int64(mean))
		} else {
			require.EqualValues(t, int64(math.MaxInt64), mean)
		}
	})
}

func TestLaw_ElapsedTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := calendar.ElapsedOf(rapid.Int64Range(0, math.MaxInt64/2).Draw(t, "seconds"), rapid.Int32Range(0, 999_999_999).Draw(t, "nanos"))
		text, err := e.MarshalText()
		require.NoError(t, err)
		var back calendar.Elapsed
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, e, back)
		v, err := e.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(v))
		require.Equal(t, e, back)
		require.NoError(t, back.Scan([]byte(v.(string)))) //nolint:forcetypeassert // Value writes text
		require.Equal(t, e, back)
	})
	for _, text := range []string{"1h0m0.5s", "61320h0m0s", "0h0m0s"} {
		var e calendar.Elapsed
		require.NoError(t, e.UnmarshalText([]byte(text)))
		again, err := e.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(again))
	}
	was := calendar.ElapsedOf(7, 0)
	for _, text := range []string{"", "1h", "1h60m0s", "-1h0m0s", "1h0m0.50s", "x", "1h-1m0s", "2562047788015216h0m0s", "99999999999999999999h0m0s"} {
		e := was
		require.ErrorIs(t, e.UnmarshalText([]byte(text)), fault.ErrText, text)
		assert.Equal(t, was, e, "%q changed something", text)
	}
	require.ErrorIs(t, was.Scan(3), fault.ErrUnknown)
	require.NoError(t, was.Scan(nil))
	assert.Equal(t, calendar.Elapsed{}, was)
}

func ExampleElapsed() {
	var spent calendar.Elapsed
	for _, hours := range []int64{30, 50, 16} {
		spent = spent.Add(calendar.ElapsedOf(hours*3600, 0))
	}
	mean, _ := spent.Mean(3)
	fmt.Println(spent, mean)
	// Output: 4d 00:00:00 32h0m0s
}
