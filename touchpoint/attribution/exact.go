package attribution

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// exact gives each touch the exact value it earned, floored to the last place, and the
// units that are left to the largest remainders. Values may be negative, as
// those of refunds are, and shares of a path never change sign.
func (c *Credits) exact(values []*big.Rat) {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.places())), nil))
	left := c.Value.Shift(c.places()).BigInt()
	units := make([]*big.Int, len(values))
	rest := make([]*big.Rat, len(values))
	order := make([]int, len(values))
	for i, v := range values {
		scaled := new(big.Rat).Mul(v, scale)
		var over big.Int // never negative: units are towards minus infinity
		units[i], _ = new(big.Int).DivMod(scaled.Num(), scaled.Denom(), &over)
		rest[i] = new(big.Rat).SetFrac(&over, scaled.Denom())
		left.Sub(left, units[i])
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	one := big.NewInt(1)
	for _, i := range order[:min(max(0, int(left.Int64())), len(order))] {
		units[i].Add(units[i], one)
	}
	for i := range values {
		c.list[i].Value = decimal.NewFromBigInt(units[i], -c.places())
	}
}

func decimalOf(n int64) decimal.Decimal { return decimal.New(n, 0) }

func itoa(n int) string { return strconv.Itoa(n) }

func sortedInts[V any](m map[int64]V) []int64 {
	out := make([]int64, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
