package touchpoint_test

import (
	"encoding"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var (
	_ encoding.BinaryMarshaler   = (*touchpoint.Log)(nil)
	_ encoding.BinaryUnmarshaler = (*touchpoint.Log)(nil)
	_ encoding.BinaryAppender    = (*touchpoint.Log)(nil)
)

func TestLaw_LogBinaryRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		options := everything
		options.IDs = rapid.Bool().Draw(t, "ids")
		options.Cost = rapid.Bool().Draw(t, "cost")
		log, err := options.NewLog(slices.Values(events(t, "events")))
		require.NoError(t, err)
		data := encoded(t, log)
		var back touchpoint.Log
		require.NoError(t, back.UnmarshalBinary(data))
		require.Equal(t, data, encoded(t, &back))
		same(t, slices.Collect(log.Events()), back.Events())
		require.Equal(t, log.Duplicates(), back.Duplicates())
		require.Equal(t, log.Options(), back.Options())
	})
}

func sample(t require.TestingT) []byte {
	log, err := everything.LogOf(
		touchpoint.Event{Customer: "acme", Name: "visit", Channel: "Email", At: day(1), ID: "1", Source: "web", Campaign: "spring"},
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: day(2), ID: "2", Source: "web", Attrs: map[string]string{"plan": "pro"}},
		touchpoint.Event{Customer: "beta", Name: "visit", At: day(3)},
	)
	require.NoError(t, err)
	return encoded(t, log)
}

func TestUnmarshalBinary_RefusesCutOffBytes(t *testing.T) {
	t.Parallel()
	data := sample(t)
	for n := range data {
		var log touchpoint.Log
		err := log.UnmarshalBinary(data[:n])
		require.ErrorIs(t, err, touchpoint.ErrEncoding, "%d of %d bytes", n, len(data))
		require.Zero(t, log.Len())
	}
	var log touchpoint.Log
	require.ErrorIs(t, log.UnmarshalBinary(append(slices.Clone(data), 0)), touchpoint.ErrEncoding)
}

func TestUnmarshalBinary_RefusesFlippedBits(t *testing.T) {
	t.Parallel()
	data := sample(t)
	for i := range data {
		for bit := range 8 {
			flipped := slices.Clone(data)
			flipped[i] ^= 1 << bit
			var log touchpoint.Log
			err := log.UnmarshalBinary(flipped)
			var decode *touchpoint.DecodeError
			require.ErrorAs(t, err, &decode, "byte %d bit %d", i, bit)
		}
	}
}

func TestUnmarshalBinary_NamesTheVersion(t *testing.T) {
	t.Parallel()
	data := sample(t)
	data[7] = 9
	var log touchpoint.Log
	err := log.UnmarshalBinary(data)
	require.ErrorIs(t, err, touchpoint.ErrVersion)
	assert.EqualError(t, err, "touchpoint: decode log: byte 7: version: this program reads version 1, got 9")
}

// A number has one form: one that is written longer than needed is refused though
// the checksum is right, as is what begins otherwise.
func TestUnmarshalBinary_RefusesOtherForms(t *testing.T) {
	t.Parallel()
	data := sample(t)
	body, padded := data[8:len(data)-4], 0
	for i, b := range body {
		if b >= 0x80 {
			continue
		}
		var log touchpoint.Log
		other := seal(slices.Concat(body[:i], []byte{b | 0x80, 0}, body[i+1:]))
		err := log.UnmarshalBinary(other)
		if err == nil {
			require.Equal(t, other, encoded(t, &log), "byte %d", i)
			continue
		}
		var decode *touchpoint.DecodeError
		require.ErrorAs(t, err, &decode)
		if decode.Reason == "not a minimal varint" {
			padded++
		}
	}
	require.Greater(t, padded, 10)
	for i := range 7 {
		other := slices.Clone(data[:len(data)-4])
		other[i]++
		other = binary.LittleEndian.AppendUint32(other, crc32.Checksum(other, crc32.MakeTable(crc32.Castagnoli)))
		var log touchpoint.Log
		require.ErrorContains(t, log.UnmarshalBinary(other), "magic", "byte %d", i)
	}
}

// seal gives a made up body the magic and the checksum, so that the parts
// behind them are reached.
func seal(body []byte) []byte {
	out := append([]byte("LCTPLOG\x01"), body...)
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, crc32.MakeTable(crc32.Castagnoli)))
}

// FuzzUnmarshalBinary_IsCanonical: whatever is accepted encodes to the very
// same bytes, and nothing makes the decoder panic or allocate without bound.
func FuzzUnmarshalBinary_IsCanonical(f *testing.F) {
	data := sample(f)
	f.Add(data[8 : len(data)-4])
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0, 0, 0xff, 0xff, 0xff, 0xff, 7, 1})
	f.Fuzz(func(t *testing.T, body []byte) {
		in := seal(body)
		var log touchpoint.Log
		if err := log.UnmarshalBinary(in); err != nil {
			var decode *touchpoint.DecodeError
			require.ErrorAs(t, err, &decode)
			return
		}
		require.Equal(t, in, encoded(t, &log))
		again, err := log.Options().NewLog(log.Events())
		require.NoError(t, err, "what is decoded could have been built")
		require.Equal(t, log.Len(), again.Len())
	})
}
