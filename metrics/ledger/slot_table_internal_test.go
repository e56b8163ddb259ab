package ledger

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// A table is the map it stands for, customer after customer, also where it has been
// cleared as often as it can count.
func TestLaw_SlotTableIsAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := slotTable{}
		table.clear()
		if rapid.Bool().Draw(t, "nearly out of turns") {
			table.turn = math.MaxUint32 - 1
		}
		for range rapid.IntRange(1, 5).Draw(t, "customers") {
			table.clear()
			want := map[uint32]int{}
			slots := rapid.SliceOf(rapid.OneOf(rapid.Uint32(), rapid.Uint32Range(0, 90))).Draw(t, "slots")
			for i, s := range slots {
				if _, known := want[s]; !known {
					want[s] = i
					table.put(s, i)
				}
				for k, v := range want {
					got, ok := table.find(k)
					assert.True(t, ok)
					assert.Equal(t, v, got)
				}
				if _, ok := table.find(s + 1); ok {
					assert.Contains(t, want, s+1)
				}
			}
			assert.Equal(t, len(want), table.n)
		}
	})
}
