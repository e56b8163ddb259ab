package shard

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// framed is a block as a file has it, with the sum that belongs to what it holds.
func framed(kind byte, payload []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{kind}, uint32(len(payload)))
	return append(binary.LittleEndian.AppendUint32(b, pack.Checksum(0, payload)), payload...)
}

// twoChanges is what a block of two changes holds; its last byte is of the last.
func twoChanges(t *testing.T) []byte {
	t.Helper()
	at := time.Date(2026, time.January, 1, 0, 0, 0, 1, time.UTC)
	b := block{kind: blockChanges}
	b.change(&ledger.Change{Customer: "a", At: at})
	b.change(&ledger.Change{Customer: "b", At: at, Item: "i"})
	var out bytes.Buffer
	require.NoError(t, b.flush(&out))
	return out.Bytes()[blockHead:]
}

func oneEvent(t *testing.T) []byte {
	t.Helper()
	b := block{kind: blockEvents}
	b.event(&touchpoint.Event{Customer: "a", Name: "n"})
	var out bytes.Buffer
	require.NoError(t, b.flush(&out))
	return out.Bytes()
}

// A block whose sum is right may still have been written wrongly: it is read
// to its last byte or refused, with the row it was refused at, counted over all
// blocks.
func TestReadRows_Blocks(t *testing.T) {
	t.Parallel()
	good := twoChanges(t)
	texts := 0 // where the count of rows stands: behind the texts
	for r := rowsOf(good); r.left > 0; r.left = 0 {
		texts = len(good) - len(r.Left) - 1
	}
	require.EqualValues(t, 2, good[texts])
	counted := func(n byte) []byte {
		b := bytes.Clone(good)
		b[texts] = n
		return b
	}
	all := framed(blockChanges, good)
	for name, c := range map[string]struct {
		file []byte
		rows int
		says string // empty: it is whole
	}{
		"nothing":              {nil, 0, ""},
		"one block":            {all, 2, ""},
		"two":                  {append(bytes.Clone(all), all...), 4, ""},
		"others between":       {append(append(append(oneEvent(t), all...), oneEvent(t)...), all...), 4, ""},
		"other kind":           {append(bytes.Clone(all), framed(9, good)...), 2, "kind 9"},
		"no rows":              {append(bytes.Clone(all), framed(blockChanges, counted(0))...), 2, "after row 2"},
		"no rows, nor texts":   {append(bytes.Clone(all), framed(blockChanges, []byte{0, 0})...), 2, "after row 2"},
		"nothing in it":        {append(bytes.Clone(all), framed(blockChanges, nil)...), 2, "after row 2"},
		"more rows than bytes": {framed(blockChanges, counted(127)), 0, "after row 0"},
		"a row too many":       {append(bytes.Clone(all), framed(blockChanges, counted(3))...), 4, "row 5"},
		"a row too few":        {append(bytes.Clone(all), framed(blockChanges, counted(1))...), 2, "row 3"},
		"a byte too many":      {append(bytes.Clone(all), framed(blockChanges, append(bytes.Clone(good), 0))...), 3, "row 4"},
		"a byte too few":       {append(bytes.Clone(all), framed(blockChanges, good[:len(good)-1])...), 3, "row 4"},
		"cut in its head":      {append(bytes.Clone(all), all[:blockHead-1]...), 2, "within a block"},
		"cut after its head":   {append(bytes.Clone(all), all[:blockHead]...), 2, "within a block"},
		"cut in its rows":      {append(bytes.Clone(all), all[:len(all)-1]...), 2, "within a block"},
		"another sum":          {append(bytes.Clone(all), append(append([]byte{}, all[:len(all)-1]...), all[len(all)-1]^1)...), 2, "not what was written"},
		"too long":             {append(bytes.Clone(all), append([]byte{blockChanges}, 255, 255, 255, 255, 0, 0, 0, 0)...), 2, "4294967295 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []ledger.Change
			n, size, ok, err := readRows(bytes.NewReader(c.file), blockChanges, (*rows).change, func(*ledger.Change) error { return nil }, func(c ledger.Change, _ error) bool {
				got = append(got, c)
				return true
			})
			assert.Len(t, got, c.rows)
			assert.EqualValues(t, c.rows, n)
			assert.Equal(t, c.says == "", ok)
			if c.says != "" {
				require.ErrorIs(t, err, ErrFile)
				assert.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			assert.EqualValues(t, len(c.file), size)
		})
	}
}

// A file that says a length is not believed before the bytes are there.
func TestReadBlock_Space(t *testing.T) {
	t.Parallel()
	head := binary.LittleEndian.AppendUint32([]byte{blockChanges}, maxBlock)
	head = append(head, 0, 0, 0, 0)
	_, _, back, err := readBlock(bytes.NewReader(head), nil)
	require.ErrorIs(t, err, ErrFile)
	assert.Empty(t, back)
	space := make([]byte, 0, 1000)
	payload := twoChanges(t)
	_, got, back, err := readBlock(bytes.NewReader(framed(blockChanges, payload)), space)
	require.NoError(t, err)
	assert.Equal(t, payload, got)
	assert.Equal(t, 1000, cap(back), "what there is is used")
}
