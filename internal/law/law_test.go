package law_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
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
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		draws++
		if rapid.Uint64().Draw(t, "n"); draws%150 == 149 { // in the second round of 100, in the eighth of 20
			rare++
		}
		if draws > 250 {
			seen["late"]++
		}
	}, law.Counters{"rare": &rare}, seen.Need("late"), seen.NeedAtLeast(3, "late"))
	assert.Positive(t, rare)
	assert.Greater(t, draws, 250)
	assert.Less(t, draws, 400, "no round after the one that met them")
}

func TestRounds_NamesWhatCannotBeDrawn(t *testing.T) {
	h, n, one, none := &heard{TB: t}, 0, 0, 0
	law.Rounds(h, func() { n++; one = 1 }, law.Counters{"one": &one, "none": &none}, law.Drawn{}.Need("never"))
	assert.Equal(t, 200, n)
	assert.Contains(t, h.said, "never drew")
}

func TestRounds_EndsWithTheFirstFailure(t *testing.T) {
	h, n := &heard{TB: t}, 0
	law.Rounds(h, func() { n++; h.Errorf("broken") }, law.Drawn{}.Need("never"))
	assert.Equal(t, 1, n)
	assert.Equal(t, "broken", h.said)
}
