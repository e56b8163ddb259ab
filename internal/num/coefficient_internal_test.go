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

// The canary notices what the layout cannot: the same memory with another
// meaning.
func TestCanary(t *testing.T) {
	t.Parallel()
	require.True(t, sameMeaning(canaries()))
	for i := range canaries() {
		for name, spoil := range map[string]func(*canary){
			"coefficient": func(c *canary) { c.coef += "0" },
			"text":        func(c *canary) { c.text = "-" + c.text },
			"exponent":    func(c *canary) { c.d = c.d.Shift(1) },
		} {
			cs := canaries()
			if spoil(&cs[i]); name == "exponent" && cs[i].d.IsZero() {
				continue // a zero is zero at any scale
			}
			require.False(t, sameMeaning(cs), "%d %s", i, name)
		}
	}
	none := canaries()
	none[0].d = decimal.Decimal{}
	require.False(t, sameMeaning(none))
}
