package touchpoint_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestCatalogue_FindsTheFirst(t *testing.T) {
	t.Parallel()
	c := touchpoint.StandardSaaS()
	for _, want := range c.Touchpoints {
		got, ok := c.Find(want.Name)
		require.True(t, ok, want.Name)
		assert.Equal(t, want, got)
	}
}

// Meetings have one encoding: a number written longer than needed is refused.
func TestMeetings_RefuseAnotherEncoding(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "visited", At: at("2026-01-01")})
	require.NoError(t, err)
	m := touchpoint.StandardSaaS().Meet(log)
	good, err := m.AppendBinary(nil)
	require.NoError(t, err)
	// The name of the catalogue follows the magic, with its length before it.
	name := touchpoint.StandardSaaS().Name
	at := bytes.Index(good, []byte(name))
	require.Positive(t, at)
	require.EqualValues(t, len(name), good[at-1])
	long := append(bytes.Clone(good[:at-1]), binary.AppendUvarint(nil, uint64(len(name))|1<<14)...)
	long[at-1], long[at], long[at+1] = byte(len(name))|0x80, 0x80, 0
	long = append(long[:at+2], good[at:]...)
	var back touchpoint.Meetings
	require.NoError(t, back.UnmarshalBinary(good))
	require.ErrorIs(t, back.UnmarshalBinary(long), touchpoint.ErrMeetings)
	require.ErrorIs(t, back.UnmarshalBinary(append(bytes.Clone(good), 0)), touchpoint.ErrMeetings)
}
