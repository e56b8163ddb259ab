package metrics_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestLaw_SumIsDecimalSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ds := rapid.SliceOf(rapid.Custom(func(t *rapid.T) decimal.Decimal {
			return decimal.New(rapid.Int64Range(-1e15+1, 1e15-1).Draw(t, "coefficient"), rapid.Int32Range(-12, 3).Draw(t, "exponent"))
		})).Draw(t, "amounts")
		want := decimal.Decimal{}
		for _, d := range ds {
			want = want.Add(d)
		}
		got, err := metrics.SumOf(ds...)
		require.NoError(t, err)
		require.True(t, want.Equal(got), "%s is not %s", got, want)
	})
}

func TestSum_RefusesAndAddsNothing(t *testing.T) {
	t.Parallel()
	var s metrics.Sum
	require.NoError(t, s.Add(decimal.New(5, -1)))
	err := s.Add(decimal.New(1, 0), decimal.New(1, 900_000_000))
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.ErrorContains(t, err, "metrics: Sum.Add: amount 1: out of range: 900000001 digits before the point, limit 18")
	require.Equal(t, "0.5", s.String())
	_, err = metrics.SumOf(decimal.New(1, -13))
	require.Error(t, err)
}

func amounts(n int) []decimal.Decimal {
	out := make([]decimal.Decimal, n)
	for i := range out {
		out[i] = decimal.New(int64(1000+i*37), -2)
	}
	return out
}

func TestBudget_SumAllocatesNothing(t *testing.T) {
	ds := amounts(1024)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		var s metrics.Sum
		if s.Add(ds...) != nil {
			t.Fail()
		}
	}))
}

// BenchmarkSum adds 1,024 amounts, beside decimal's own sum.
func BenchmarkSum(b *testing.B) {
	ds := amounts(1024)
	b.Run("metrics.Sum", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var s metrics.Sum
			_ = s.Add(ds...)
		}
	})
	b.Run("decimal.Sum", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = decimal.Sum(ds[0], ds[1:]...)
		}
	})
}

func ExampleSum() {
	var paid metrics.Sum
	if err := paid.Add(decimal.RequireFromString("49.90"), decimal.RequireFromString("0.10")); err != nil {
		fmt.Println(err)
	}
	fmt.Println(paid.Decimal())
	// Output: 50
}
