package cohort

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A survival curve over a hundred years of heavy censoring can have thousands of
// digits, which no test can wait for; the fraction itself can be had at once.
func TestRatio_BeyondTheBounds(t *testing.T) {
	t.Parallel()
	small := big.NewRat(5, 15)
	assert.Equal(t, "1/3", ratio(small).Fraction(), "exact, in lowest terms")

	huge, _ := new(big.Int).SetString(strings.Repeat("9", 1500), 10)
	den := new(big.Int).Mul(huge, big.NewInt(3))
	den.Add(den, big.NewInt(1)) // has no factor in common with huge
	assert.Equal(t, "0.333333333333333333333333/1", ratio(new(big.Rat).SetFrac(huge, den)).Fraction())
}
