package mining

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The spread of a key with many gaps, found by their sizes, is that of their list:
// ties, few and far values, all alike, the longest that there can be.
func TestSpreads_Narrowed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	const n = 1002
	longest := int64(200 * 365 * 24 * time.Hour)
	for name, draw := range map[string]func(i int) int64{
		"any":         func(int) int64 { return random.Int64N(1_000_000_007) },
		"days":        func(int) int64 { return 86_400e9 * random.Int64N(30) },
		"alike":       func(int) int64 { return 5 },
		"zero":        func(int) int64 { return 0 },
		"two":         func(i int) int64 { return []int64{3, 1_000_000}[i%2] },
		"two, uneven": func(i int) int64 { return []int64{3, 3, longest}[i%3] },
		"ends":        func(i int) int64 { return []int64{0, longest}[i%2] },
		"hard by":     func(i int) int64 { return 1<<40 + int64(i%3) },
		"a bucket's bounds": func(i int) int64 { // 0 to 8191 in buckets of two: 11 ends one, 12 begins the next
			return map[int]int64{0: 0, 1: 8191}[i] | map[bool]int64{true: []int64{11, 12}[i%2]}[i > 1]
		},
		"one far away": func(i int) int64 { return map[bool]int64{true: longest, false: int64(i % 7)}[i == 0] },
	} {
		for _, less := range []int{0, 1} { // an even number, and an odd one
			var all []touchpoint.Event
			var list []int64
			for i := range n - less {
				gap, c := draw(i), strconv.Itoa(1_000_000+i)
				list = append(list, gap)
				begin := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
				all = append(all, touchpoint.Event{Customer: c, Name: "a", At: begin}, touchpoint.Event{Customer: c, Name: "a", At: begin.Add(time.Duration(gap))})
			}
			log, err := touchpoint.LogOf(all...)
			require.NoError(t, err)
			v, err := Options{}.view(log)
			require.NoError(t, err)
			g := gaps{view: v, width: 1, parts: []touchpoint.Part{{To: 400}, {From: 400, To: log.Customers()}}, counts: [][]int64{{400}, {int64(len(list)) - 400}}}
			for _, limit := range []int64{0, 1, 40, 1000} {
				found := 0
				g.spreads(limit, func(key int, s spread) {
					found++
					require.Equal(t, spreadOf(slices.Clone(list)), s, "%s, %d fewer, limit %d", name, less, limit)
				})
				require.Equal(t, 1, found)
			}
		}
	}
}

// However few gaps are held at once, every key gets the same ones; and no batch of
// several keys is larger than the limit.
func TestLaw_GapsInBatches(t *testing.T) {
	t.Parallel()
	several, large, one := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			all = append(all, touchpoint.Event{
				Customer: strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "customer")), Name: rapid.SampledFrom([]string{"a", "a", "b", "c"}).Draw(t, "name"),
				At: time.Unix(rapid.Int64Range(0, 50).Draw(t, "at"), 0),
			})
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		v, err := Options{}.view(log)
		require.NoError(t, err)
		if log.Customers() == 0 {
			return
		}
		g := gaps{view: v, width: len(v.names)}
		for from := 0; from < log.Customers(); { // parts of any size
			to := rapid.IntRange(from+1, log.Customers()).Draw(t, "part")
			g.parts = append(g.parts, touchpoint.Part{From: from, To: to})
			g.counts = append(g.counts, v.count(g.parts[len(g.parts)-1]).counts)
			from = to
		}
		collect := func(limit int64) map[int][]int64 {
			out := map[int][]int64{}
			var lock sync.Mutex
			g.each(limit, func(key int, list []int64) {
				lock.Lock()
				defer lock.Unlock()
				require.NotContains(t, out, key)
				list = slices.Clone(list)
				slices.Sort(list)
				out[key] = list
			}, func(key int, n int64) {
				require.Greater(t, n, limit)
				require.NotContains(t, out, key)
				for _, part := range g.parts {
					g.of(part, key, func(gap int64) { out[key] = append(out[key], gap) })
				}
				require.Len(t, out[key], int(n))
				slices.Sort(out[key])
			})
			return out
		}
		limit := rapid.Int64Range(0, 10).Draw(t, "limit")
		want, total := collect(1<<40), int64(0)
		var lock sync.Mutex
		spreads := map[int]spread{}
		g.spreads(limit, func(key int, s spread) {
			lock.Lock()
			defer lock.Unlock()
			spreads[key] = s
		})
		require.Len(t, spreads, len(want))
		for key, list := range want {
			require.Equal(t, spreadOf(slices.Clone(list)), spreads[key])
		}
		require.Equal(t, want, collect(limit))
		for _, list := range want {
			total += int64(len(list))
			if int64(len(list)) > limit {
				large++
			}
		}
		if total > limit && len(want) > 1 {
			several++
		}
		if len(want) == 1 {
			one++
		}
	}, law.Counters{"several batches": &several, "a key beyond the limit": &large, "one key": &one})
}
