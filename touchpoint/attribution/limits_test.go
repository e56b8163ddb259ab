package attribution_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// touches is one converting path of n different ones, and a lost one of the first.
func touches(t *testing.T, n int) *attribution.Paths {
	t.Helper()
	list := make([]string, n)
	for i := range list {
		list[i] = strconv.Itoa(1000 + i)
	}
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: list, Conversions: 3}, {Touches: list[:1], Nulls: 1}}))
	require.NoError(t, err)
	return p
}

// As large as a model takes it, and one more.
func TestCredit_Limits(t *testing.T) {
	t.Parallel()
	_, err := touches(t, 500).Credit(attribution.DataDriven(attribution.DataDrivenOptions{}))
	require.NoError(t, err)
	_, err = touches(t, 501).Credit(attribution.DataDriven(attribution.DataDrivenOptions{}))
	require.EqualError(t, err, "attribution: DataDriven: touches 501: at most 500")
	// 101 touches, and 102 of both sets: 203 for each sample.
	_, err = touches(t, 101).Credit(attribution.ShapleyRate(1, 10_000_000))
	require.ErrorIs(t, err, attribution.ErrOptions)
	require.EqualError(t, err, "attribution: ShapleyRate: samples × touches of all sets 2030000000: at most 2000000000")
	c, err := touches(t, 20).Credit(attribution.ShapleyRate(1, 50))
	require.NoError(t, err)
	b, err := json.Marshal(c.Of("1003"))
	require.NoError(t, err)
	assert.Contains(t, string(b), `"conversions":`)
	assert.Contains(t, string(b), `"removal_effect":0,"error":`)
}

// The value of conversions that nothing touched has the bounds of every other.
func TestUnmarshalBinary_UntouchedValue(t *testing.T) {
	t.Parallel()
	value := decimal.RequireFromString("12345.67")
	log, err := touchpoint.LogOptions{Value: true, Currency: "EUR"}.LogOf(touchpoint.Event{Customer: "c", Name: "buy", At: time.Unix(0, 0), Value: value})
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("buy"), Key: attribution.ByChannel})
	require.NoError(t, err)
	n, worth := p.Untouched()
	require.Equal(t, int64(1), n)
	require.True(t, worth.Equal(value))
	data, err := p.MarshalBinary()
	require.NoError(t, err)
	for text, good := range map[string]bool{"12345.67": true, "-3e-40": true, "1e59": true, "1e60": false, "1e-41": false} {
		d := decimal.RequireFromString(text)
		other := bytes.Replace(data[:len(data)-4], pack.Decimal(nil, value), pack.Decimal(nil, d), 1)
		var back attribution.Paths
		err := back.UnmarshalBinary(pack.Frame(other, 0))
		if !good {
			require.ErrorIs(t, err, attribution.ErrEncoding, text)
			continue
		}
		require.NoError(t, err, text)
		_, worth := back.Untouched()
		require.True(t, worth.Equal(d), text)
	}
}
