package parquetio

import (
	"slices"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/stretchr/testify/require"
)

// What is read of a column of discounts is written again as the same, and never
// more than a span may have.
func FuzzDiscounts_ComeBack(f *testing.F) {
	f.Add(`[{"id":"a","percent":"12.5","from":"2026-01-05T09:30:00.000001Z","duration":"repeating","cycles":3,"level":"subscription","in_mrr":"no"},{"off":0.10}]`)
	f.Add(`[{"percent":1e99999999}]`)
	f.Add(`[{"percent":"1","percent":"2"}]`)
	f.Add(`[` + strings.Repeat(`{},`, billing.MaxDiscounts) + `{}]`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := discountsOf([]byte(text))
		if err != nil {
			require.ErrorIs(t, err, ErrValue)
			return
		}
		require.LessOrEqual(t, len(list), billing.MaxDiscounts)
		again, err := discountsText(list)
		require.NoError(t, err)
		if len(list) == 0 {
			require.Empty(t, again)
			return
		}
		back, err := discountsOf([]byte(again))
		require.NoError(t, err, again)
		require.True(t, slices.EqualFunc(list, back, billing.Discount.Equal), again)
	})
}
