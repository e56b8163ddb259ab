package attribution_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// A refund that three touches share is given back to the last unit: shares go
// towards minus infinity, and what is left over goes up.
func TestCredits_OfARefundSumToIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"-100", "-0.01", "-0.02", "100"} {
		value := decimal.RequireFromString(text)
		p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"a", "b", "c"}, Conversions: 1, Value: value}}))
		require.NoError(t, err)
		c, err := p.Credit(attribution.Linear())
		require.NoError(t, err)
		sum := decimal.Zero
		for _, key := range c.Keys() {
			credit := c.Of(key)
			assert.True(t, credit.Value.Sub(value.DivRound(decimal.New(3, 0), 12)).Abs().LessThan(decimal.New(1, -2)), "%s", credit.Value)
			sum = sum.Add(credit.Value)
		}
		assert.True(t, sum.Equal(value), "%s of %s", sum, value)
	}
}
