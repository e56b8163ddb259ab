package metrics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
)

func TestRatio_Format(t *testing.T) {
	t.Parallel()
	r := metrics.NewCount(23550, 25)
	arpa, err := metrics.ARPA(dec(t, "23550"), 25)
	require.NoError(t, err)
	for format, want := range map[string]string{
		"%v": "942", "%s": "942", "%.2f": "942.00", "%f": "942.000000", "%+v": "23550/25", "%10.1f": "     942.0",
		"%-8v|": "942     |", "%.1v": "942.0", "%.0f": "942", "%d": "%!d(metrics.Ratio=942)",
	} {
		assert.Equal(t, want, fmt.Sprintf(format, r), format)
		assert.Equal(t, want, fmt.Sprintf(format, arpa), format)
	}
	assert.Equal(t, "94200.00%", fmt.Sprintf("%v", r.Percent(2)))
	assert.Equal(t, "942.00", arpa.Percent(2), "money has no percentage")
	assert.Equal(t, "undefined undefined undefined 0/0", fmt.Sprintf("%v %.2f %s %+v", metrics.Ratio{}, metrics.Ratio{}, metrics.Ratio{}, metrics.Ratio{}))
	assert.Equal(t, "0.0366 [0.5]", fmt.Sprint(metrics.NewCount(3, 82), []metrics.Ratio{metrics.NewCount(1, 2)}))
}

// What is money and what is a share follows the arithmetic.
func TestRatio_MoneyStaysMoney(t *testing.T) {
	t.Parallel()
	arpa, cac := metrics.Amount(dec(t, "100")), metrics.Amount(dec(t, "300"))
	ltv, err := metrics.LTV(metrics.LTVInput{ARPA: arpa, GrossMargin: dec(t, "1"), Churn: metrics.NewCount(5, 100)})
	require.NoError(t, err)
	assert.Equal(t, "2000.00", ltv.Percent(2), "money per head")
	assert.NotContains(t, ltv.Pool(arpa).Percent(2), "%")
	multiple, err := metrics.LTVToCAC(ltv, cac)
	require.NoError(t, err)
	assert.Equal(t, "666.67%", multiple.Percent(2), "money by money is a plain ratio")
	months, err := metrics.PaybackMonths(cac, arpa, dec(t, "1"))
	require.NoError(t, err)
	assert.Equal(t, "300%", months.Percent(0))
}

func TestCohortRetention_Refused(t *testing.T) {
	t.Parallel()
	for _, kept := range [][]int64{{}, {-1}, {10, -1}, {10, 11}} {
		_, err := metrics.CohortRetention(kept...)
		require.ErrorIs(t, err, metrics.ErrInput, "%v", kept)
	}
	nobody, err := metrics.CohortRetention(0, 0)
	require.NoError(t, err)
	assert.False(t, nobody[1].Defined())
	one, err := metrics.CohortRetention(10, 10, 0, 7)
	require.NoError(t, err)
	assert.Equal(t, "[1 1 0 0.7]", fmt.Sprint(one))
}

// The textbook formula is the complement of closing over opening, and never
// more than the raw churn rate.
func TestLaw_ChurnNetIsShrinkage(t *testing.T) {
	negative := 0
	law.Check(t, func(t *rapid.T) {
		c := metrics.Customers{
			Opening: rapid.Int64Range(0, 50).Draw(t, "opening"), New: rapid.Int64Range(0, 50).Draw(t, "new"),
			Reactivated: rapid.Int64Range(0, 5).Draw(t, "reactivated"),
		}
		c.Churned = rapid.Int64Range(0, c.Opening+c.New+c.Reactivated).Draw(t, "churned")
		net, err := metrics.ChurnRate(c, metrics.ChurnNet)
		require.NoError(t, err)
		two, err := metrics.NetChurnOf(c.Opening, c.Closing())
		require.NoError(t, err)
		assert.Equal(t, exact(two), exact(net))
		if c.Opening == 0 {
			assert.False(t, net.Defined())
			return
		}
		if net.Num().IsNegative() {
			negative++
		}
		cmp, _ := net.Complement().Cmp(metrics.NewCount(c.Closing(), c.Opening))
		assert.Zero(t, cmp)
		raw, err := metrics.ChurnRate(c, metrics.ChurnRaw)
		require.NoError(t, err)
		cmp, _ = net.Cmp(raw)
		assert.LessOrEqual(t, cmp, 0)
	}, law.Counters{"negative": &negative})
	_, err := metrics.NetChurnOf(-1, 2)
	require.ErrorIs(t, err, metrics.ErrInput)
}
