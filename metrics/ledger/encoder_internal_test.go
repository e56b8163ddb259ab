package ledger

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestLaw_PutUvarintIsBinarys: numbers of every length are written as the library
// writes them.
func TestLaw_PutUvarintIsBinarys(t *testing.T) {
	t.Parallel()
	same := func(t require.TestingT, v uint64) {
		var got [binary.MaxVarintLen64 + 8]byte
		require.Equal(t, binary.AppendUvarint(nil, v), got[:putUvarint(got[:], v)], "%x", v)
		require.Equal(t, binary.AppendVarint(nil, int64(v)), got[:putUvarint(got[:], zigzag(int64(v)))], "%x", v)
	}
	for bit := range 64 {
		for _, off := range []uint64{0, 1, 2, ^uint64(0), ^uint64(1)} {
			same(t, 1<<bit+off)
		}
	}
	rapid.Check(t, func(t *rapid.T) { same(t, rapid.Uint64().Draw(t, "v")>>rapid.IntRange(0, 63).Draw(t, "by")) })
}
