package enum_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

type colour uint8

var colours = enum.New[colour]("paint", "Colour", "", "red", "blå")

func TestLaw_TextAndSQLRoundTrip(t *testing.T) {
	outside := 0
	law.Check(t, func(t *rapid.T) {
		c := colour(rapid.SampledFrom([]uint8{0, 1, 2, 3, 255}).Draw(t, "c"))
		b, err := colours.Marshal(c)
		v, sqlErr := colours.Value(c)
		if !colours.Has(c) {
			outside++
			require.ErrorIs(t, err, fault.ErrUnknown)
			require.ErrorIs(t, sqlErr, fault.ErrUnknown)
			assert.Nil(t, b)
			assert.Nil(t, v)
			return
		}
		require.NoError(t, err)
		require.NoError(t, sqlErr)
		assert.Equal(t, string(b), v)
		assert.Equal(t, string(b), colours.String(c))
		back := colour(9)
		require.NoError(t, colours.Unmarshal(&back, b))
		assert.Equal(t, c, back)
		for _, src := range []any{v, b} {
			back = 9
			require.NoError(t, colours.Scan(&back, src))
			assert.Equal(t, c, back)
		}
	}, law.Counters{"outside": &outside})
}

func TestRefused(t *testing.T) {
	assert.Equal(t, "Colour(7)", colours.String(7))
	assert.Equal(t, 3, colours.Len())
	c := colour(1)
	require.EqualError(t, colours.Unmarshal(&c, []byte("gr\u202een")), `paint: unmarshal: Colour "gr\u202een": want one of "", red, blå`)
	require.EqualError(t, colours.Scan(&c, 3.5), `paint: scan: Colour a float64: want one of "", red, blå`)
	assert.Equal(t, colour(1), c, "refused, so untouched")
	require.NoError(t, colours.Scan(&c, nil))
	assert.Zero(t, c)
}
