package id_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

func TestCheckCustomer(t *testing.T) {
	t.Parallel()
	require.NoError(t, id.CheckCustomer("a"))
	require.NoError(t, id.CheckCustomer(strings.Repeat("x", 1024)))
	require.EqualError(t, id.CheckCustomer(""), "it is empty")
	require.EqualError(t, id.CheckCustomer(strings.Repeat("x", 1025)), "1025 bytes, at most 1024")
}

// number is the number that bytes are, the lowest first.
func number(s string) *big.Int {
	n := new(big.Int)
	for i := len(s) - 1; i >= 0; i-- {
		n.Or(n.Lsh(n, 8), big.NewInt(int64(s[i])))
	}
	return n
}

var word = new(big.Int).Lsh(big.NewInt(1), 64)

// mixed is the upper half of a product of 64 by 64 bits, xor the lower.
func mixed(a, b *big.Int) *big.Int {
	hi, lo := new(big.Int).DivMod(new(big.Int).Mul(a, b), word, new(big.Int))
	return hi.Xor(hi, lo)
}

func xor(a, b *big.Int) *big.Int { return new(big.Int).Xor(a, b) }

// slow is the hash as its text has it, in big numbers.
func slow(s string) uint64 {
	if s == "" {
		return 0
	}
	k0, k1 := new(big.Int).SetUint64(0x9E3779B97F4A7C15), new(big.Int).SetUint64(0xBF58476D1CE4E5B9)
	h := new(big.Int).Mul(big.NewInt(int64(len(s))), k0)
	h.Mod(h, word)
	head, tail, rest := number(s[:min(len(s), 8)]), new(big.Int), s
	switch {
	case len(s) >= 8:
		tail = number(s[len(s)-8:])
	case len(s) >= 4:
		head, tail = number(s[:4]), number(s[len(s)-4:])
	default:
		head = number(string([]byte{s[0], s[len(s)/2], s[len(s)-1]}))
	}
	for len(rest) > 16 {
		h = mixed(xor(h, number(rest[:8])), k1)
		rest = rest[8:]
	}
	if len(s) > 16 {
		head = number(rest[:8])
	}
	h = mixed(mixed(xor(h, head), xor(k1, tail)), k0)
	return max(h.Uint64(), 1)
}

func TestLaw_HashIsItsDefinition(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 26, 40, 200}).Draw(t, "length")
		s := string(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0x7f, 0x80, 0xff}), n, n).Draw(t, "bytes"))
		switch {
		case n == 0:
			drawn["empty"]++
		case n < 8:
			drawn["short"]++
		case n > 16:
			drawn["long"]++
		}
		require.Equal(t, slow(s), id.Hash(s))
		require.Equal(t, s == "", id.Hash(s) == 0)
	}, drawn.Need("empty", "short", "long"))
}

// What snapshots kept: of versions before the first tag, so that one that differs
// shows that kept snapshots would no longer know their last event.
func TestHash_IsKept(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]uint64{"": 0, "evt_1": 1641139153279711675, "evt_1234567890": 6114239826376872802, "evt_1OiTmYLkdIwHu7ixSsRxDrAX": 11347635305505431164} {
		require.Equal(t, want, id.Hash(s), s)
	}
}
