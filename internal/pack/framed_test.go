package pack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

func framed(body []byte) []byte { return pack.Frame(append([]byte("FORM\x02"), body...), 0) }

// What was written is read, and no byte of it can be changed or left out.
func TestLaw_FramedIsReadAndNothingElse(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 5, -1).Draw(t, "text")
		set := rapid.Bool().Draw(t, "set")
		numbers := rapid.SliceOfN(rapid.Int64Range(0, pack.MaxTally), 3, 3).Draw(t, "numbers")
		sorted := []int64{0, 0, rapid.Int64Range(0, 1<<62).Draw(t, "last")}
		body := pack.Text(nil, text)
		body = pack.Flag(body, set)
		body = pack.Numbers(body, numbers)
		body = pack.Sorted(body, sorted)
		b := framed(body)
		r, err := pack.Unframe(b, "FORM", 2)
		require.NoError(t, err)
		require.Equal(t, body, r.Rest())
		require.Equal(t, text, r.Text(20))
		require.Equal(t, set, r.Flag())
		got := make([]int64, 3)
		r.Numbers(got)
		require.Equal(t, numbers, got)
		require.Equal(t, sorted, r.Ascending("numbers"))
		require.True(t, r.Ok())
		require.NoError(t, r.Done())
		require.Empty(t, r.Rest())

		k := rapid.IntRange(0, len(b)-1).Draw(t, "byte")
		_, err = pack.Unframe(b[:k], "FORM", 2)
		require.Error(t, err)
		b[k] ^= byte(1 + rapid.IntRange(0, 254).Draw(t, "bits"))
		_, err = pack.Unframe(b, "FORM", 2)
		require.Error(t, err)
	})
	r, err := pack.Unframe(framed([]byte{0, 1, 6, 0xE2, 0x5C, 0x6D, 0x20, 0x11, 0x87, 0x18}), "FORM", 2)
	require.NoError(t, err)
	assert.True(t, r.Maybe().IsZero())
	assert.Equal(t, at.Year(), r.Maybe().Year())
	require.NoError(t, r.Done())
}

// Sorted values sum up to what an int64 holds and no further.
func TestFramed_AscendingBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list []int64
		ok   bool
	}{{[]int64{1, 1<<63 - 2}, true}, {[]int64{1, 1<<63 - 1}, false}, {[]int64{1<<63 - 1, 1}, false}} {
		r, err := pack.Unframe(framed(pack.Counts(nil, c.list)), "FORM", 2)
		require.NoError(t, err)
		r.Ascending("numbers")
		assert.Equal(t, c.ok, r.Done() == nil, "%v", c.list)
	}
}

func TestFramed_SaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		body []byte
		read func(*pack.Framed)
	}{
		"byte 5: no number here":                           {[]byte{0x80}, func(r *pack.Framed) { r.Uvarint(9) }},
		"byte 5: a number longer than needed":              {[]byte{0x80, 0}, func(r *pack.Framed) { r.Uvarint(9) }},
		"byte 5: number 9, at most 8":                      {[]byte{9}, func(r *pack.Framed) { r.Uvarint(8) }},
		"byte 6: 3 bytes wanted, 2 left":                   {[]byte{3, 'a', 'b'}, func(r *pack.Framed) { r.Text(9) }},
		"byte 5: 8 bytes wanted, 1 left":                   {[]byte{3}, func(r *pack.Framed) { r.Moment() }},
		"byte 6: flag 2, want 0 or 1":                      {[]byte{2}, func(r *pack.Framed) { r.Flag() }},
		"byte 6: flag 3, want 0 or 1":                      {[]byte{3}, func(r *pack.Framed) { r.Maybe() }},
		"byte 6: 3 items do not fit into the 2 bytes left": {[]byte{3, 0, 0}, func(r *pack.Framed) { r.Items("items", 9, 1) }},
		"byte 6: 1 items do not fit into the 7 bytes left": {[]byte{1, 0, 0, 0, 0, 0, 0, 0}, func(r *pack.Framed) { r.Items("items", 9, 8) }},
		"byte 5: 1 bytes too many":                         {[]byte{1}, func(*pack.Framed) {}},
		"byte 5: said first":                               {[]byte{1}, func(r *pack.Framed) { r.Fail("said %s", "first"); r.Fail("later") }},
	} {
		r, err := pack.Unframe(framed(c.body), "FORM", 2)
		require.NoError(t, err)
		c.read(r)
		require.EqualError(t, r.Done(), want)
		assert.Zero(t, r.Fixed(), "nothing after it")
		assert.Empty(t, r.Text(9))
	}
	for want, data := range map[string][]byte{
		`4 bytes that do not begin with "FORM"`: []byte("FORM"),
		`5 bytes that do not begin with "FORM"`: []byte("FIRM\x02"),
		"version 1, this library reads 2":       []byte("FORM\x01"),
		"8 bytes, too few for a checksum":       []byte("FORM\x02\x00\x00\x00"),
	} {
		_, err := pack.Unframe(data, "FORM", 2)
		require.EqualError(t, err, want)
	}
}
