package tracker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func filled(t testing.TB, n int) *tracker.MemStore {
	t.Helper()
	store := tracker.NewMemStore(tracker.MemOptions{})
	r := generatorOf(7)
	for i := range n {
		s := randomState(r, fmt.Sprintf("c%d", i), r.Int64N(1000))
		require.NoError(t, store.Put(context.Background(), tracker.Commit{State: s, Expected: tracker.NotStored}))
	}
	return store
}

func dump(t testing.TB, m *tracker.MemStore) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

func TestMemStore_DumpAndRead(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 500} {
		store := filled(t, n)
		b := dump(t, store)
		back, err := tracker.ReadMemStore(iotest.OneByteReader(bytes.NewReader(b)), tracker.MemOptions{})
		require.NoError(t, err)
		require.Equal(t, n, back.Len())
		for s := range store.States() {
			got, err := back.Load(context.Background(), s.Snapshot.Customer)
			require.NoError(t, err)
			require.True(t, s.Equal(got))
		}
		assert.Equal(t, b, dump(t, back), "equal contents give equal bytes")
	}
}

// The largest snapshot there can be is one that a dump accepts.
func TestMemStore_DumpLargest(t *testing.T) {
	t.Parallel()
	name := func(i int) string { return fmt.Sprintf("%0128d", i) }
	s := cases.FullSnapshot()
	s.Reached, s.Progress = nil, nil
	for i := range journey.MaxMilestones {
		p := journey.Progress{Milestone: name(i), Count: 1_000_000}
		for k := range 100 {
			p.Marks = append(p.Marks, journey.Mark{Event: journey.Trigger(name(k)), At: s.Since})
		}
		s.Progress = append(s.Progress, p)
		s.Reached = append(s.Reached, name(i))
	}
	store := tracker.NewMemStore(tracker.MemOptions{})
	state := tracker.State{Snapshot: s}
	for i := range tracker.MaxRecent {
		state.Recent = append(state.Recent, uint64(i+1))
	}
	for i := range tracker.MaxParked {
		at := s.Since.Add(time.Duration(i+1) * time.Second)
		state.Parked = append(state.Parked, tracker.Parked{Trigger: journey.Trigger(name(i)), At: at, Attempts: 1, Retry: at, Error: strings.Repeat("x", 256)})
	}
	require.NoError(t, store.Put(context.Background(), tracker.Commit{State: state, Expected: tracker.NotStored}))
	back, err := tracker.ReadMemStore(bytes.NewReader(dump(t, store)), tracker.MemOptions{})
	require.NoError(t, err)
	got, err := back.Load(context.Background(), s.Customer)
	require.NoError(t, err)
	require.True(t, state.Equal(got))
}

func TestMemStore_DumpDamaged(t *testing.T) {
	t.Parallel()
	good := dump(t, filled(t, 6))
	for i := range good {
		_, err := tracker.ReadMemStore(bytes.NewReader(good[:i]), tracker.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot, "cut at %d", i)
		b := slices.Clone(good)
		b[i] ^= 0x10
		store, err := tracker.ReadMemStore(bytes.NewReader(b), tracker.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot, "byte %d", i)
		require.Nil(t, store)
	}
	for want, b := range map[string]string{
		"it does not begin with":     "nonsense",
		"version 9":                  "LJM\x09",
		"version 1":                  "LJM\x01",
		"frame 0":                    "LJM\x02\x05hello",
		"at most 2097152":            "LJM\x02\xff\xff\xff\xff\x7f",
		"more than 64 bits":          "LJM\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"longer than needed":         "LJM\x02\x80\x00",
		"0 frames and says it has 3": "LJM\x02\x00\x03",
	} {
		_, err := tracker.ReadMemStore(bytes.NewReader([]byte(b)), tracker.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot)
		require.ErrorContains(t, err, want)
	}
	broken := errors.New("cable pulled")
	_, err := tracker.ReadMemStore(iotest.ErrReader(broken), tracker.MemOptions{})
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, journey.ErrSnapshot)
	_, err = filled(t, 3).WriteTo(failingWriter{broken})
	require.ErrorIs(t, err, broken)
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func FuzzMemStore_ReadDump(f *testing.F) {
	f.Add(dump(f, filled(f, 3)))
	f.Add(dump(f, tracker.NewMemStore(tracker.MemOptions{})))
	f.Add([]byte("LJM\x02\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := tracker.ReadMemStore(bytes.NewReader(b), tracker.MemOptions{})
		if err != nil {
			if m != nil || !errors.Is(err, journey.ErrSnapshot) {
				t.Fatal(m, err)
			}
			return
		}
		var again bytes.Buffer
		if _, err := m.WriteTo(&again); err != nil || !bytes.HasPrefix(b, again.Bytes()[:4]) {
			t.Fatal(err)
		}
	})
}

// A dump has the history and the messages that wait, and says so where the
// options would drop them.
func TestMemStore_DumpKeepsHistoryAndMessages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	all := tracker.MemOptions{History: true, Outbox: true}
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true, Grace: 100 * time.Hour})
	for i, who := range []string{"b", "a", "b", "a", "b"} {
		_, err := tr.Fire(ctx, journey.Event{Customer: who, Trigger: "go", At: cases.Hour(10 - i), ID: fmt.Sprint(i), Attrs: map[string]string{"plan": "é"}})
		require.NoError(t, err)
	}
	require.NoError(t, store.Sent(ctx, 1, 3))
	b := dump(t, store)
	back, err := tracker.ReadMemStore(bytes.NewReader(b), all)
	require.NoError(t, err)
	require.Equal(t, b, dump(t, back))
	for _, who := range []string{"a", "b"} {
		want, err := store.History(ctx, who, time.Time{})
		require.NoError(t, err)
		got, err := back.History(ctx, who, time.Time{})
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
		known, err := back.Known(ctx, who, want[1].Event.ID)
		require.NoError(t, err)
		require.True(t, known)
	}
	want, err := store.Unsent(ctx, 0, 99)
	require.NoError(t, err)
	got, err := back.Unsent(ctx, 0, 99)
	require.NoError(t, err)
	require.NotEmpty(t, got)
	require.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
	for i := range b {
		bad := slices.Clone(b)
		bad[i] ^= 1 << (i % 8)
		_, err := tracker.ReadMemStore(bytes.NewReader(bad), all)
		require.ErrorIs(t, err, journey.ErrSnapshot, "byte %d", i)
	}
	_, err = tracker.ReadMemStore(bytes.NewReader(b), tracker.MemOptions{Outbox: true})
	require.ErrorContains(t, err, "it has a history, and MemOptions.History is not set")
	_, err = tracker.ReadMemStore(bytes.NewReader(b), tracker.MemOptions{History: true})
	require.ErrorContains(t, err, "it has messages, and MemOptions.Outbox is not set")
	// Numbers go on where they were.
	other, err := tracker.New(cases.ABC(t), back, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	_, err = other.Fire(ctx, journey.Event{Customer: "new", Trigger: "go", At: cases.Hour(1)})
	require.NoError(t, err)
	more, err := back.Unsent(ctx, want[len(want)-1].N, 99)
	require.NoError(t, err)
	require.Len(t, more, 2)
}
