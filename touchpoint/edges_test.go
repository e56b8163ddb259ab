package touchpoint_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/shopspring/decimal"
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

// An amount of too many digits is refused too where everything else of the event
// was seen before.
func TestLog_AmountOfAnEventSeenBefore(t *testing.T) {
	t.Parallel()
	most := decimal.NewFromInt(999_999_999_999_999_999)
	good := touchpoint.Event{Customer: "acme", Name: "visited", Channel: "Email", At: at("2026-01-01"), Cost: most, Value: most}
	o := touchpoint.LogOptions{Cost: true}
	log, err := o.LogOf(good, good)
	require.NoError(t, err)
	assert.Equal(t, 2, log.Len())
	for field, spoil := range map[string]func(*touchpoint.Event){
		"Cost":  func(e *touchpoint.Event) { e.Cost = most.Add(decimal.NewFromInt(1)) },
		"Value": func(e *touchpoint.Event) { e.Value = most.Add(decimal.NewFromInt(1)).Neg() },
	} {
		bad := good
		spoil(&bad)
		_, err = o.LogOf(good, bad)
		require.ErrorIs(t, err, touchpoint.ErrAmount, field)
		require.ErrorContains(t, err, field)
	}
}
