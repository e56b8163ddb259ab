package intern_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// A map says what a table must: equal texts, equal numbers, counted from 0.
func TestLaw_TableIsAMap(t *testing.T) {
	again, dropped := 0, 0
	law.Check(t, func(t *rapid.T) {
		in := intern.New()
		want := map[string]uint32{}
		text := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aä\x00")), 0, 3, -1), rapid.Just("common prefix, then "), rapid.StringMatching(`common prefix, then [a-z]{0,12}`))
		for _, s := range rapid.SliceOfN(text, 0, 200).Draw(t, "texts") {
			id, ok := in.Find(s)
			known, has := want[s]
			require.Equal(t, has, ok)
			if has {
				again++
				require.Equal(t, known, id)
			}
			got, err := in.Add(s)
			require.NoError(t, err)
			if !has {
				require.Equal(t, uint32(len(want)), got)
				want[s] = got
			}
			require.Equal(t, want[s], got)
			require.Equal(t, s, string(in.Bytes(got)))
		}
		require.Equal(t, len(want), in.Len())
		sorted, place := in.Sorted(func(id uint32) bool { return id%3 != 1 })
		var kept []string
		for s, id := range want {
			if id%3 != 1 {
				kept = append(kept, s)
			} else {
				dropped++
			}
		}
		slices.Sort(kept)
		require.Equal(t, len(kept), sorted.Len())
		for i, s := range kept {
			require.Equal(t, s, sorted.At(uint32(i)))
			require.Equal(t, uint32(i), place[want[s]])
			at, ok := sorted.Find(s)
			require.True(t, ok)
			require.Equal(t, uint32(i), at)
		}
		_, ok := sorted.Find("nobody")
		require.False(t, ok)
	}, law.Counters{"again": &again, "dropped": &dropped})
}

func TestTable_Limits(t *testing.T) {
	in := intern.New()
	_, err := in.Add(strings.Repeat("x", intern.MaxText))
	require.NoError(t, err)
	_, err = in.Add(strings.Repeat("x", intern.MaxText+1))
	require.ErrorIs(t, err, fault.ErrTooLong)
	assert.Equal(t, 1, in.Len())
}

// Tables grow, and texts whose hashes are equal in part or whole stay apart.
func TestTable_GrowsAndTellsEqualHashesApart(t *testing.T) {
	in := intern.New()
	for i := range 10_000 {
		id, err := in.Add(strconv.Itoa(i * 7))
		require.NoError(t, err)
		require.Equal(t, uint32(i), id)
	}
	for i := range 10_000 {
		id, ok := in.Find(strconv.Itoa(i * 7))
		require.True(t, ok)
		require.Equal(t, uint32(i), id)
		require.Equal(t, strconv.Itoa(i*7), in.Text(id))
		_, ok = in.Find(strconv.Itoa(i*7 + 1))
		require.False(t, ok)
	}
	// Hashes of our own, in a table that need not grow: one slot, one tag, both.
	same := intern.New()
	texts, hashes := []string{"a", "b", "c", "d", "e", "f"}, []uint64{63, 63, 1<<32 | 63, 1 << 32, 0, 63}
	for i, s := range texts {
		_, ok := same.FindHash(s, hashes[i])
		require.False(t, ok, s)
		id, err := same.AddHash(s, hashes[i])
		require.NoError(t, err)
		require.Equal(t, uint32(i), id)
	}
	for i, s := range texts {
		id, ok := same.FindHash(s, hashes[i])
		require.True(t, ok, s)
		require.Equal(t, uint32(i), id)
	}
	var offsets [6]uint32
	assert.NotPanics(t, func() { intern.New().Warm(hashes, offsets[:]) }, "nothing lies there")
	same.Warm(hashes, offsets[:])
	assert.NotZero(t, offsets[0])
}

func TestSame_IsOfMemoryNotOfText(t *testing.T) {
	a := strings.Repeat("ab", 8)
	assert.True(t, intern.Same(a, a))
	assert.False(t, intern.Same(a, strings.Clone(a)), "equal, elsewhere")
	assert.False(t, intern.Same(a, a[:4]), "there, and shorter")
	// Texts that lie one behind the other have places of their own.
	all, places := strings.Repeat("x", 64*16), map[uint8]bool{}
	for i := range 64 {
		places[intern.Place(all[i*16:i*16+16])] = true
	}
	assert.Greater(t, len(places), 48)
}
