package ideal_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/persona"
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

// A trait with as many texts as allowed, or known of as few of the best, counts;
// with one more, or one fewer, it does not.
func TestFind_SkipsBeyondTheBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    ideal.Options
		want []ideal.Skipped
	}{
		{ideal.Options{MaxTexts: 40, MinBest: 10}, nil},
		{ideal.Options{MaxTexts: 39, MinBest: 10}, []ideal.Skipped{{Trait: "name", Texts: 40, Known: 10, Reason: "too many texts"}}},
		{ideal.Options{MaxTexts: 40, MinBest: 11}, []ideal.Skipped{
			{Trait: "employees", Known: 10, Reason: "too few of the best"},
			{Trait: "even", Known: 10, Reason: "too few of the best"},
			{Trait: "industry", Texts: 2, Known: 10, Reason: "too few of the best"},
			{Trait: "name", Texts: 40, Known: 10, Reason: "too few of the best"},
			{Trait: "plan", Texts: 2, Known: 10, Reason: "too few of the best"},
		}},
	} {
		d, err := ideal.Find(slices.Values(forty()), firstTen, c.o)
		require.NoError(t, err)
		require.ElementsMatch(t, c.want, d.Skipped, "%+v", c.o)
	}
}

// A part without which no best customer is left says nothing; the other parts do.
func TestFind_FreshPassesOverAPart(t *testing.T) {
	t.Parallel()
	first := func(customer string) bool { return customer == "c00" } // of the first part
	in := forty()
	for i := range in {
		in[i].Traits = map[string]persona.Value{"industry": in[i].Traits["industry"]}
	}
	d, err := ideal.Find(slices.Values(in), first, ideal.Options{Folds: 2, MinBest: 1, Level: 0.01})
	require.NoError(t, err)
	require.True(t, d.Found.Fresh.Defined(), "%+v", d.Found)
	require.Equal(t, "0", d.Found.Fresh.Num().String(), "the second part holds no best customer")
}
