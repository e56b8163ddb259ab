package touchpoint_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// body writes numbers as varints and texts with their length.
func body(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = binary.AppendUvarint(out, uint64(p))
		case uint64:
			out = binary.AppendUvarint(out, p)
		case string:
			out = binary.AppendUvarint(out, uint64(len(p)))
			out = append(out, p...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

// Bytes with a right checksum that no log encodes to: each is refused at the
// part that is wrong.
func TestUnmarshalBinary_RefusesMadeUpBytes(t *testing.T) {
	t.Parallel()
	const huge = uint64(1) << 62
	long := strings.Repeat("x", touchpoint.MaxText+1)
	flag := func(f byte) []byte { return []byte{f} }
	var log touchpoint.Log
	require.NoError(t, log.UnmarshalBinary(seal(body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0))), "the sound one")
	for _, tc := range []struct {
		what string
		body []byte
	}{
		{"flags", body(flag(64))},
		{"flags", nil},
		{"currency", body(flag(32), "EU", 0, 0, 0, 0)},
		{"attribute keys", body(flag(0), touchpoint.MaxAttrs+1)},
		{"attribute keys", body(flag(0), 1, "")},
		{"attribute keys", body(flag(0), 2, "b", "a")},
		{"attribute keys", body(flag(0), 2, "a", "a")},
		{"attribute keys", body(flag(0), 1, long)},
		{"attribute keys", body(flag(0), 1, []byte{9, 'x'})},
		{"attribute keys", body(flag(0), []byte{0x81, 0x00})},
		{"attribute keys", body(flag(0), []byte{0x81})},
		{"events", body(flag(0), 0, huge)},
		{"events", body(flag(0), 0, 1_000_000, 1)},
		{"customers", body(flag(0), 0, 1, 2, 0, 1, "n")},
		{"customers", body(flag(0), 0, 0, 1)},
		{"duplicates", body(flag(0), 0, 1, 1, 7, 1, "n", 1, "", "a", 1, 5, 0, 0)},
		{"duplicates", body(flag(16), 0, 1, 1, huge, 1, "n", 1, "", "a", 1, 5, 0, 0)},
		{"names", body(flag(0), 0, 1, 1, 0, 1, "", 1, "", "a", 1, 5, 0, 0)},
		{"names", body(flag(0), 0, 1, 1, 0, 1, "\xff", 1, "", "a", 1, 5, 0, 0)},
		{"names", body(flag(0), 0, 1, 1, 0, 2, "m", "n", 1, "", "a", 1, 5, 0, 0)},
		{"name column", body(flag(0), 0, 2, 1, 0, 2, "m", "n", 1, "", "a", 2, 5, 0, 0, 0, 0, 0)},
		{"name column", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 1, 0)},
		{"channel column", body(flag(0), 0, 1, 1, 0, 1, "n", 0, "a", 1, 5, 0, 0)},
		{"channel column", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0)},
		{"customers", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "", 1, 5, 0, 0)},
		{"customers", body(flag(0), 0, 2, 2, 0, 1, "n", 1, "", "b", "a", 1, 1, 5, 5, 0, 0, 0, 0)},
		{"customers", body(flag(0), 0, 1, 0, 0, 1, "n", 1, "", 0, 0)},
		{"events of a customer", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 0, 5, 0, 0)},
		{"events of a customer", body(flag(0), 0, 2, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, 0, 0)},
		{"events of a customer", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 2, 5, 0, 0)},
		{"time column", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, uint64(1)<<63+uint64(1)<<62, 0, 0)},
		{"end", body(flag(0), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, 0)},
		// cost, not in its shortest form (10e-1) and out of range
		{"cost column", body(flag(2), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, 20, []byte{0xff})},
		{"cost column", body(flag(2), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, 2, []byte{5})},
		{"cost column", body(flag(2), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, uint64(1)<<62, []byte{0})},
		{"cost column", body(flag(2), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0, 2)},
		{"value column", body(flag(4), 0, 1, 1, 0, 1, "n", 1, "", "a", 1, 5, 0, 0)},
		{"campaign column", body(flag(1), 0, 1, 1, 0, 1, "n", 1, "", 1, "c", "a", 1, 5, 0, 0, 1)},
		{"attribute column", body(flag(0), 1, "k", 1, 1, 0, 1, "n", 1, "", 1, "v", "a", 1, 5, 0, 0, 2)},
		{"attribute column", body(flag(0), 1, "k", 1, 1, 0, 1, "n", 1, "", 1, "v", "a", 1, 5, 0, 0, 0)},
		{"source column", body(flag(8), 0, 1, 1, 0, 1, "n", 1, "", 1, "s", "a", 1, 5, 0, 0, 1, "")},
		{"IDs", body(flag(8), 0, 1, 1, 0, 1, "n", 1, "", 1, "s", "a", 1, 5, 0, 0, 0)},
		{"IDs", body(flag(24), 0, 2, 1, 0, 1, "n", 1, "", 1, "s", "a", 2, 5, 0, 0, 0, 0, 0, 0, 0, "x", "x")},
		{"flags", body(flag(8), 0, 1, 1, 0, 1, "n", 1, "", 1, "s", "a", 1, 5, 0, 0, 0, "x")},
		{"flags", body(flag(24), 0, 1, 1, 0, 1, "n", 1, "", 1, "s", "a", 1, 5, 0, 0, 0, "")},
	} {
		var log touchpoint.Log
		err := log.UnmarshalBinary(seal(tc.body))
		var decode *touchpoint.DecodeError
		if assert.ErrorAs(t, err, &decode, "%s: %x", tc.what, tc.body) {
			assert.Equal(t, tc.what, decode.What, "%x: %s", tc.body, err)
			assert.ErrorIs(t, err, touchpoint.ErrEncoding)
		}
		assert.Zero(t, log.Len())
	}
}

// Many IDs in few sources, each twice: a slow set tells the same.
func TestLog_ManyIDs(t *testing.T) {
	t.Parallel()
	var in []touchpoint.Event
	for i := range 20_000 {
		in = append(in, touchpoint.Event{
			Customer: fmt.Sprint("c", i%97), Name: "n", At: day(1).Add(time.Duration(i)),
			ID: fmt.Sprint(i * 31 % 9_000), Source: fmt.Sprint("s", i%3),
		})
	}
	want, duplicates := slowOrder(in)
	log, err := touchpoint.LogOptions{IDs: true}.LogOf(in...)
	require.NoError(t, err)
	same(t, want, log.Events())
	assert.Equal(t, duplicates, log.Duplicates())
	assert.Positive(t, duplicates)
}

func TestLog_Span(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOptions{Value: true}.LogOf(
		touchpoint.Event{Customer: "b", Name: "n", At: day(2)},
		touchpoint.Event{Customer: "a", Name: "n", At: day(5)},
		touchpoint.Event{Customer: "a", Name: "n", At: day(3)},
	)
	require.NoError(t, err)
	first, last, ok := log.Span()
	assert.True(t, ok)
	assert.Equal(t, day(2), first)
	assert.Equal(t, day(5), last)

	values, ok := log.Values()
	assert.True(t, ok)
	assert.True(t, values.Decimal(99).IsZero())
	_, ok = log.Costs()
	assert.False(t, ok)
	assert.Nil(t, log.Campaigns())
	from, to := log.Columns().Range(2)
	assert.Equal(t, 0, from+to, "no such customer")
	var none touchpoint.AttrColumn
	_, ok = none.Value(0)
	assert.False(t, ok)

	seen := 0
	for range log.Events() {
		seen++
		break
	}
	for range log.ByCustomer() {
		seen++
		break
	}
	assert.Equal(t, 2, seen, "a reader may stop")
}
