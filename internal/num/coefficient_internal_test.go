package num

import (
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// TestReadable fails when an upgrade of decimal changes its struct: the sum
// then still is right, and no longer fast.
func TestReadable(t *testing.T) {
	t.Parallel()
	require.True(t, readable)
	require.False(t, sameLayout(reflect.TypeFor[int](), reflect.TypeFor[layout]()))
	require.False(t, sameLayout(reflect.TypeFor[struct {
		value *big.Int
		exp   int64
	}](), reflect.TypeFor[layout]()))
}

func TestCoefficient_BothWays(t *testing.T) {
	t.Parallel()
	for _, d := range []decimal.Decimal{
		{},
		decimal.New(0, 3), decimal.New(-7, -2), decimal.New(math.MaxInt64, 0), decimal.New(math.MinInt64, 5),
		decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 63), 0),
		decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(-3), 200), -1),
	} {
		fast, ok := coefficient(&d)
		slow, ok2 := exportedCoefficient(d)
		require.Equal(t, ok2, ok, d.String())
		if ok {
			require.Equal(t, slow, fast, d.String())
		}
	}
}
