package sqlstore

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drawState is a valid state with any of what a body may or may not hold.
func drawState(r *rand.Rand) tracker.State {
	at := func(n int64) time.Time { return time.Unix(1_700_000_000, n).UTC() }
	since := r.Int64N(1 << 40)
	s := tracker.State{Version: r.Int64N(1 << 50), Snapshot: journey.Snapshot{
		Customer: []string{"acme", "ลูกค้า", "'\"{},\\"}[r.IntN(3)], Definition: "trial", Hash: "h", Stage: "active", Since: at(since), Last: at(since),
	}}
	s.Snapshot.Seq = s.Version
	some := func() bool { return r.IntN(2) == 0 }
	if some() {
		s.Snapshot.Last = at(since + 1 + r.Int64N(1<<40))
	}
	if some() {
		s.Snapshot.Seq = r.Int64N(1 << 50)
	}
	if some() {
		s.Snapshot.LastEvent = r.Uint64()
	}
	if some() {
		s.Snapshot.Due = at(since + 1<<41 + r.Int64N(1<<40))
	}
	for i := range r.IntN(4) {
		s.Snapshot.Reached = append(s.Snapshot.Reached, fmt.Sprint("milestone", i))
	}
	switch r.IntN(8) { // a quarter have more to them
	case 0:
		s.Recent = []uint64{1 + r.Uint64N(9), 7}
	case 1:
		s.Noted = s.Snapshot.Last.Add(time.Second)
	}
	return s
}

// columns is a state as the columns alone have it.
func columns(s tracker.State) tracker.State {
	return tracker.State{Version: s.Version, Snapshot: journey.Snapshot{
		Customer: s.Snapshot.Customer, Definition: s.Snapshot.Definition, Hash: s.Snapshot.Hash, Stage: s.Snapshot.Stage, Since: s.Snapshot.Since, Due: s.Snapshot.Due,
	}}
}

// Columns and body are the state again; a changed byte, and a body that is
// another row's, are found out.
func TestBody(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(14, 1))
	shapes := map[byte]int{}
	for range 3000 {
		s := drawState(r)
		require.NoError(t, s.Validate())
		body, err := pack(s)
		require.NoError(t, err)
		shapes[body[0]]++
		got := columns(s)
		require.NoError(t, unpack(&got, body))
		require.True(t, s.Equal(got), "%+v: %+v", s, got)

		for name, other := range map[string]func(*tracker.State){
			"customer": func(s *tracker.State) { s.Snapshot.Customer += "x" },
			"version":  func(s *tracker.State) { s.Version++ },
			"stage":    func(s *tracker.State) { s.Snapshot.Stage = "expired" },
			"since":    func(s *tracker.State) { s.Snapshot.Since = s.Snapshot.Since.Add(1) },
			"due":      func(s *tracker.State) { s.Snapshot.Due = s.Snapshot.Since.Add(time.Hour) },
		} {
			mixed := columns(s)
			other(&mixed)
			require.ErrorIs(t, unpack(&mixed, body), journey.ErrSnapshot, name)
		}
		changed := []byte(string(body))
		changed[r.IntN(len(changed))] ^= 1 << r.IntN(8)
		got = columns(s)
		require.ErrorIs(t, unpack(&got, changed), journey.ErrSnapshot)
		got = columns(s)
		require.ErrorIs(t, unpack(&got, body[:r.IntN(len(body))]), journey.ErrSnapshot)
	}
	assert.Len(t, shapes, 17, "all sixteen, and the whole state")
}

// Whatever stands in a body is a valid state or an error, and a state it makes
// has one body.
func FuzzBody(f *testing.F) {
	r := rand.New(rand.NewPCG(14, 2))
	for range 40 {
		body, err := pack(drawState(r))
		require.NoError(f, err)
		f.Add(body[:len(body)-bodySum])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		base := columns(drawState(rand.New(rand.NewPCG(3, 3))))
		got := base
		sum := bodySumOf(&got, body)
		if err := unpack(&got, binary.LittleEndian.AppendUint32(body[:len(body):len(body)], sum)); err != nil {
			return
		}
		require.NoError(t, got.Validate())
		again, err := pack(got)
		require.NoError(t, err)
		other := columns(got)
		require.NoError(t, unpack(&other, again))
		require.True(t, got.Equal(other))
	})
}
