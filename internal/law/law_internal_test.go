package law

import (
	"flag"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// heard is a testing.TB that keeps what is said against it.
type heard struct {
	testing.TB
	said string
}

func (h *heard) Helper()                      {}
func (h *heard) Failed() bool                 { return h.said != "" }
func (h *heard) Errorf(text string, _ ...any) { h.said = text }

func TestCheck_DrawsUntilTheRareCaseWasMet(t *testing.T) {
	var draws, rare int
	seen := Drawn{}
	Check(t, func(t *rapid.T) {
		draws++
		if rapid.Uint64().Draw(t, "n"); draws%150 == 149 { // in the second round of 100, in the eighth of 20
			rare++
		}
		if draws > 250 {
			seen["late"]++
		}
	}, Counters{"rare": &rare}, seen.Need("late"), seen.NeedAtLeast(3, "late"))
	assert.Positive(t, rare)
	assert.Greater(t, draws, 250)
	assert.Less(t, draws, 400, "no round after the one that met them")
}

func TestUntil_NamesWhatCannotBeDrawn(t *testing.T) {
	h, n, one, none := &heard{TB: t}, 0, 0, 0
	until(h, 2, func(run int) { assert.Equal(t, n, run); n++; one = 1 }, Counters{"one": &one, "none": &none}, Drawn{}.Need("never"))
	assert.Equal(t, 2*200, n)
	assert.Contains(t, h.said, "never drew")
}

func TestUntil_EndsWithTheFirstFailure(t *testing.T) {
	h, n := &heard{TB: t}, 0
	until(h, 5, func(int) {
		if n++; n == 7 {
			h.Errorf("broken")
		}
	}, Drawn{}.Need("never"))
	assert.Equal(t, 7, n)
	assert.Equal(t, "broken", h.said)
}

// With a seed given, a run of rapid draws what the last one drew; ours does not.
func TestOften_DrawsAnewUnderOneSeed(t *testing.T) {
	was := flag.Lookup("rapid.seed").Value.String()
	require.NoError(t, flag.Set("rapid.seed", "7"))
	defer func() { require.NoError(t, flag.Set("rapid.seed", was)) }()
	draw := func() []string {
		seen, all := map[string]bool{}, []string(nil)
		Often(t, 3, func(t *rapid.T) {
			n := fmt.Sprint(rapid.SliceOfN(rapid.Uint64(), 4, 4).Draw(t, "n"))
			all = append(all, n)
			seen[n] = true
		}, Drawn{"met": 1}.Need("met"))
		assert.Greater(t, len(seen), len(all)*98/100)
		return all
	}
	first := draw()
	assert.Equal(t, first, draw(), "and the same in every process")
}
