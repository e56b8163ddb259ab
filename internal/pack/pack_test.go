package pack_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

func TestLaw_WrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		counts := rapid.SliceOf(rapid.Int64Range(0, 1<<63-1)).Draw(t, "counts")
		sorted := slices.Clone(counts)
		slices.Sort(sorted)
		names := rapid.SliceOf(rapid.String()).Draw(t, "names")
		slices.Sort(names)
		names = slices.Compact(names)
		d := decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-12, 3).Draw(t, "exponent"))
		b := pack.Text([]byte("magic"), text)
		b = pack.Counts(b, counts)
		b = pack.Sorted(b, sorted)
		b = pack.Names(b, names)
		b = pack.Decimal(b, d)
		read := func(b []byte) (ok bool) {
			r := pack.Reader{Left: b}
			r.Cut("magic")
			return r.Text() == text && slices.Equal(r.Counts(), counts) && slices.Equal(r.Sorted(), sorted) &&
				slices.Equal(r.Names(), names) && r.Decimal().Equal(d) && !r.Bad && len(r.Left) == 0
		}
		require.True(t, read(b))
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		require.False(t, read(b[:cut]), "a torn form is noticed")
	})
}

func TestReader_Refuses(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*pack.Reader){
		"magic":              func(r *pack.Reader) { r.Cut("other") },
		"a huge length":      func(r *pack.Reader) { r.Left = pack.Count(nil, 1<<62); r.Counts() },
		"beyond the most":    func(r *pack.Reader) { r.Left = pack.Count(nil, 8); r.Count(7) },
		"a place in nothing": func(r *pack.Reader) { r.Left = pack.Count(nil, 0); r.Count(-1) },
		"names descending":   func(r *pack.Reader) { r.Left = pack.Names(nil, []string{"b", "a"}); r.Names() },
		"a name twice":       func(r *pack.Reader) { r.Left = pack.Names(nil, []string{"a", "a"}); r.Names() },
		"a sum beyond":       func(r *pack.Reader) { r.Left = pack.Counts(nil, []int64{1<<63 - 1, 1}); r.Sorted() },
		"nothing left":       func(r *pack.Reader) { r.Left = nil; r.Count(9) },
		"a wide exponent":    func(r *pack.Reader) { r.Left = pack.Text(binary.AppendVarint(nil, 1001), "1"); r.Decimal() },
		"a low exponent":     func(r *pack.Reader) { r.Left = pack.Text(binary.AppendVarint(nil, -1001), "1"); r.Decimal() },
		"an endless number":  func(r *pack.Reader) { r.Left = bytes.Repeat([]byte{0xff}, 20); r.Decimal() },
		"too many digits":    func(r *pack.Reader) { r.Left = pack.Text([]byte{0}, strings.Repeat("1", 1001)); r.Decimal() },
		"not a number":       func(r *pack.Reader) { r.Left = pack.Text([]byte{0}, "1x"); r.Decimal() },
		"a leading zero":     func(r *pack.Reader) { r.Left = pack.Text([]byte{0}, "01"); r.Decimal() },
	} {
		r := pack.Reader{Left: []byte("form")}
		read(&r)
		assert.True(t, r.Bad, name)
		assert.Zero(t, r.Count(9), "nothing after it")
	}
}

// The bounds themselves are read.
func TestReader_AtItsBounds(t *testing.T) {
	t.Parallel()
	r := pack.Reader{Left: pack.Count(pack.Count(nil, 0), 7)}
	assert.Zero(t, r.Count(0))
	assert.Equal(t, int64(7), r.Count(7))
	assert.False(t, r.Bad)
	for _, d := range []decimal.Decimal{decimal.New(1, 1000), decimal.New(-1, -1000), decimal.RequireFromString(strings.Repeat("9", 1000))} {
		r := pack.Reader{Left: pack.Decimal(nil, d)}
		assert.True(t, d.Equal(r.Decimal()))
		assert.False(t, r.Bad)
	}
}

func TestDisjoint(t *testing.T) {
	t.Parallel()
	union, _, ok := pack.Disjoint([]string{"a", "c"}, []string{"b", "d"})
	assert.True(t, ok)
	assert.Equal(t, []string{"a", "b", "c", "d"}, union)
	for _, lists := range [][2][]string{{{"c", "d"}, {"a", "b"}}, {{"a", "b"}, {"c", "d"}}, {{"a", "b", "c", "d"}, nil}, {nil, {"a", "b", "c", "d"}}} {
		union, _, ok = pack.Disjoint(lists[0], lists[1])
		assert.True(t, ok)
		assert.Equal(t, []string{"a", "b", "c", "d"}, union)
	}
	_, both, ok := pack.Disjoint([]string{"a", "c"}, []string{"b", "c"})
	assert.False(t, ok)
	assert.Equal(t, "c", both)
}
