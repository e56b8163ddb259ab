package mining

import (
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
			})
			return out
		}
		limit := rapid.Int64Range(0, 10).Draw(t, "limit")
		want, total := collect(1<<40), int64(0)
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
