package pack_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
)

func crowd(names ...string) *pack.Crowd {
	c := &pack.Crowd{}
	for _, n := range names {
		c.Add(n)
	}
	return c
}

// set draws different names, ascending: few letters, so that they begin alike,
// and some longer than what one byte counts.
func set(t *rapid.T, label string) []string {
	long := strings.Repeat("x", 126)
	name := rapid.Custom(func(t *rapid.T) string {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("abé")), 0, 4, -1).Draw(t, "name")
		if rapid.IntRange(0, 3).Draw(t, "long") == 0 {
			s = long + s
		}
		return s
	})
	return slices.Sorted(maps.Keys(rapid.MapOfN(name, rapid.Bool(), 0, 12).Draw(t, label)))
}

// A joined crowd is that of all names, in memory and in bytes, and a name that is
// in both is found: the first of them.
func TestLaw_CrowdsJoinAsSets(t *testing.T) {
	t.Parallel()
	inBoth, empty, long := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		a, b := set(t, "a"), set(t, "b")
		if rapid.Bool().Draw(t, "apart") {
			b = slices.DeleteFunc(b, func(s string) bool { return slices.Contains(a, s) })
		}
		x, y := crowd(a...), crowd(b...)
		require.True(t, slices.Equal(a, slices.Collect(x.Names())))
		joined, both, ok := x.Join(y)
		union, wantBoth, wantOk := pack.Disjoint(a, b)
		require.Equal(t, wantOk, ok)
		require.Equal(t, wantBoth, both)
		back, bothBack, okBack := y.Join(x)
		require.Equal(t, ok, okBack)
		require.Equal(t, both, bothBack)
		if !ok {
			inBoth++
			return
		}
		if len(a) == 0 || len(b) == 0 {
			empty++
		}
		if len(union) > 0 && len(union[len(union)-1]) > 127 && len(a)*len(b) > 0 {
			long++
		}
		require.Equal(t, len(union), joined.Len())
		var order []bool
		for mine := range x.Order(y) {
			order = append(order, mine)
		}
		require.Len(t, order, len(union))
		for i, name := range union {
			require.Equal(t, slices.Contains(a, name), order[i])
		}
		require.Equal(t, crowd(union...).Append(nil), joined.Append(nil))
		require.Equal(t, joined.Append(nil), back.Append(nil))
		if len(a)*len(b) > 0 {
			require.LessOrEqual(t, len(joined.Append(nil)), len(x.Append(nil))+len(y.Append(nil)), "room is taken once")
		}
		r := pack.Reader{Left: append(joined.Append(nil), "rest"...)}
		read := r.Crowd()
		require.False(t, r.Bad)
		require.Equal(t, "rest", string(r.Left))
		require.True(t, slices.Equal(union, slices.Collect(read.Names())))
		// A crowd that was read or joined can be added to.
		for _, c := range []*pack.Crowd{read, joined} {
			if len(a)*len(b) > 0 || c == read {
				c.Add(strings.Repeat("x", 126) + "z")
				require.Equal(t, crowd(append(slices.Clone(union), strings.Repeat("x", 126)+"z")...).Append(nil), c.Append(nil))
			}
		}
	}, law.Counters{"in both": &inBoth, "empty": &empty, "long": &long})
}

// Whatever is read is written again as it was: one set has one form.
func FuzzCrowd_OneForm(f *testing.F) {
	f.Add(crowd("a", "ab", "b").Append(nil))
	f.Add(crowd("", "a").Append(nil))
	f.Add([]byte{2, 0, 1, 'a', 0, 1, 'b'})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := pack.Reader{Left: data}
		c := r.Crowd()
		if r.Bad {
			return
		}
		names := slices.Collect(c.Names())
		require.True(t, slices.IsSorted(names))
		require.Len(t, slices.Compact(slices.Clone(names)), c.Len())
		require.Equal(t, crowd(names...).Append(nil), data[:len(data)-len(r.Left)])
	})
}

// Names are found where they stand, and others are not, around every milestone.
func TestCrowd_Find(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 63, 64, 65, 128, 1000} {
		c := &pack.Crowd{}
		for i := range n {
			c.Add(fmt.Sprintf("c%04d", 2*i))
		}
		for i := range n {
			place, ok := c.Find(fmt.Sprintf("c%04d", 2*i))
			require.True(t, ok)
			require.Equal(t, i, place)
			_, ok = c.Find(fmt.Sprintf("c%04d", 2*i+1))
			require.False(t, ok)
		}
		_, ok := c.Find("")
		require.False(t, ok)
		_, ok = c.Find("d")
		require.False(t, ok)
	}
	for _, size := range []int{pack.MaxName, pack.MaxName + 1} {
		r := pack.Reader{Left: crowd(strings.Repeat("x", size)).Append(nil)}
		r.Crowd()
		require.Equal(t, size > pack.MaxName, r.Bad)
	}
}

func TestCrowd_Refuses(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"descending":             {2, 0, 1, 'b', 0, 1, 'a'},
		"twice":                  {2, 0, 1, 'a', 1, 0},
		"twice, said anew":       {2, 0, 1, 'a', 0, 1, 'a'},
		"empty behind":           {2, 0, 1, 'a', 0, 0},
		"shares more than there": {2, 0, 1, 'a', 2, 1, 'b'},
		"shares less than it is": {2, 0, 2, 'a', 'b', 0, 2, 'a', 'c'},
		"cut":                    {1, 0, 2, 'a'},
		"cut before a length":    {1, 0},
		"too many":               {9, 0, 1, 'a'},
		"a long number":          {1, 0x80, 0, 1, 'a'},
		"a long length":          {1, 0, 0x81, 0, 'a'},
		"a long count":           {0x81, 0, 0, 1, 'a'},
		"nothing":                {},
	} {
		r := pack.Reader{Left: b}
		assert.Zero(t, r.Crowd().Len(), name)
		assert.True(t, r.Bad, name)
	}
	var none *pack.Crowd
	assert.Zero(t, none.Len())
	assert.Equal(t, []byte{0}, none.Append(nil))
	joined, _, ok := none.Join(nil)
	assert.True(t, ok)
	assert.Zero(t, joined.Len())
	joined, _, ok = none.Join(crowd("a"))
	assert.True(t, ok)
	assert.Equal(t, 1, joined.Len())
}
