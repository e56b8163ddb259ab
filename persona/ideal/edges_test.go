package ideal_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/persona/ideal"
)

// Options at their bounds are taken, those beyond are refused.
func TestOptions_AtTheBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ good, bad ideal.Options }{
		{ideal.Options{Same: 1}, ideal.Options{Same: 1.01}},
		{ideal.Options{Same: 0.01}, ideal.Options{Same: -0.01}},
		{ideal.Options{MinReach: 1}, ideal.Options{MinReach: 1.01}},
		{ideal.Options{Folds: 100}, ideal.Options{Folds: 101}},
		{ideal.Options{Folds: 1}, ideal.Options{Folds: -1}},
		{ideal.Options{Bins: 100}, ideal.Options{Bins: 101}},
		{ideal.Options{Bins: 1}, ideal.Options{Bins: -1}},
		{ideal.Options{MinBest: 1}, ideal.Options{MinBest: -1}},
		{ideal.Options{MaxTexts: 1}, ideal.Options{MaxTexts: -1}},
		{ideal.Options{MaxTexts: 100_000}, ideal.Options{MaxTexts: 100_001}},
		{ideal.Options{Level: 0.99}, ideal.Options{Level: 1}},
		{ideal.Options{Level: 0.01}, ideal.Options{Level: math.NaN()}},
	} {
		_, err := ideal.Find(slices.Values(forty()), firstTen, c.good)
		require.NoError(t, err, "%+v", c.good)
		_, err = ideal.Find(slices.Values(forty()), firstTen, c.bad)
		require.ErrorIs(t, err, ideal.ErrOptions, "%+v", c.bad)
	}
}
