package mining

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// journeys is a log of a customer for each text, an activity a letter.
func journeys(t *testing.T, texts ...string) *touchpoint.Log {
	t.Helper()
	var all []touchpoint.Event
	for i, s := range texts {
		for k, r := range s {
			all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(1_000_000+i), Name: string(r), At: time.Unix(int64(k), 0)})
		}
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	return log
}

// Sequences whose hashes are equal are told apart, and a table without room says
// so.
func TestTable_EqualHashes(t *testing.T) {
	t.Parallel()
	v, err := Options{}.view(journeys(t, "ab", "ac", "ab", "abc"))
	require.NoError(t, err)
	for _, o := range []Options{{}, {Match: touchpoint.Named("a", "b", "c")}, {From: time.Unix(0, 0)}} {
		v, err = o.view(v.log)
		require.NoError(t, err)
		tab := table{view: v, slots: make([]atomic.Uint64, 3), n: make([]atomic.Uint32, 3)}
		var own, other scratch
		slots := []uint32{}
		for k := range 4 {
			slot, ok := tab.found(1<<63, k, v.sequence(k, &own), &other)
			require.True(t, ok)
			slots = append(slots, slot)
		}
		assert.Equal(t, []uint32{1, 2, 1, 0}, slots, "round the end")
		_, ok := tab.found(1<<63, 0, []uint16{2, 2, 2}, &other)
		assert.False(t, ok, "no place left")
		_, ok = tab.found(1<<63|1, 0, v.sequence(0, &own), &other)
		assert.False(t, ok, "another hash is another sequence")
	}
	full := table{view: v, slots: make([]atomic.Uint64, 2), n: make([]atomic.Uint32, 2)}
	v.onParts(func(part touchpoint.Part) { full.fill(part, 7) })
	assert.True(t, full.full.Load())
	roomy := table{view: v, slots: make([]atomic.Uint64, 5), n: make([]atomic.Uint32, 5)}
	v.onParts(func(part touchpoint.Part) { roomy.fill(part, 7) })
	assert.False(t, roomy.full.Load())
	list := roomy.ranked()
	assert.Len(t, list, 3)
	assert.Equal(t, uint32(4), list[0].n+list[1].n+list[2].n)
}

// Room is for all of them and not for many more.
func TestView_Distinct(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 10, 1000, 8_000} {
		texts := make([]string, 8_000)
		for i := range texts {
			texts[i] = "x"
			if n > 0 {
				texts[i] = strconv.Itoa(1_000_000 + i%n)
			}
		}
		v, err := Options{}.view(journeys(t, texts...))
		require.NoError(t, err)
		for seed := range uint64(20) {
			got := v.distinct(seed * 0x9e3779b97f4a7c15)
			assert.GreaterOrEqual(t, got, max(1, n), "%d under seed %d", n, seed)
			assert.LessOrEqual(t, got, n*4/3+200, "%d under seed %d", n, seed)
		}
	}
}

// Many different journeys come in the order that a plain sort gives.
func TestVariants_ManyInOrder(t *testing.T) {
	t.Parallel()
	texts := make([]string, 60_000)
	want := map[string]int64{}
	x := uint64(42)
	for i := range texts {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		texts[i] = strconv.FormatUint(x%40_000, 3)
		want[texts[i]]++
	}
	keys := sortedKeys(want)
	slices.SortStableFunc(keys, func(a, b string) int { return int(want[b] - want[a]) })
	table, err := Variants(journeys(t, texts...), Options{})
	require.NoError(t, err)
	require.Equal(t, len(keys), table.Len())
	require.Greater(t, len(keys), 20_000, "sorted in two halves")
	for i, v := range table.All() {
		if got := strings.Join(v.Activities, ""); got != keys[i] || v.N != want[got] {
			t.Fatalf("variant %d is %s of %d, want %s of %d", i, got, v.N, keys[i], want[keys[i]])
		}
	}
}
