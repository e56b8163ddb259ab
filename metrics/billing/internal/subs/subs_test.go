package subs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// Every position that has a group is in that group once, in input order, and in
// no other; the obvious way is a list per group.
func TestLaw_ScatterPartitionsTheInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.IntRange(0, 6).Draw(t, "groups")
		in := rapid.SliceOfN(rapid.Int32Range(-1, int32(groups)-1), 0, 30).Draw(t, "in")
		slow := make([][]int32, groups)
		for i, g := range in {
			if g >= 0 {
				slow[g] = append(slow[g], int32(i))
			}
		}
		m := subs.Scatter(in, groups)
		for g := range groups {
			assert.ElementsMatch(t, slow[g], m.Of(g))
			assert.IsNonDecreasing(t, append([]int32{-1}, m.Of(g)...))
			for hi := g; hi <= groups; hi++ {
				n := 0
				for _, of := range slow[g:hi] {
					n += len(of)
				}
				assert.Equal(t, n, m.Count(g, hi))
			}
		}
	})
}

func TestIndex_NumbersInOrderOfAppearance(t *testing.T) {
	var x subs.Index
	a, b := subs.Key{"a", "1"}, subs.Key{"a", "2"}
	assert.Equal(t, int32(0), x.Add(a))
	assert.Equal(t, int32(1), x.Add(b))
	assert.Equal(t, int32(0), x.Add(a))
	g, ok := x.Find(b)
	assert.True(t, ok)
	assert.Equal(t, 1, g)
	_, ok = x.Find(subs.Key{"b", ""})
	assert.False(t, ok)
	assert.Equal(t, []subs.Key{a, b}, x.Keys)
}
