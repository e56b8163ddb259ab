package journey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
)

func filled(t testing.TB, n int) *journey.MemStore {
	t.Helper()
	store := journey.NewMemStore(journey.MemOptions{})
	r := generatorOf(7)
	for i := range n {
		s := randomSnapshot(r, fmt.Sprintf("c%d", i), r.Int64N(1000))
		require.NoError(t, store.Put(context.Background(), journey.Commit{Snapshot: s, Expected: journey.NotStored}))
	}
	return store
}

func dump(t testing.TB, m *journey.MemStore) []byte {
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
		back, err := journey.ReadMemStore(iotest.OneByteReader(bytes.NewReader(b)), journey.MemOptions{})
		require.NoError(t, err)
		require.Equal(t, n, back.Len())
		for s := range store.Snapshots() {
			got, err := back.Load(context.Background(), s.Customer)
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
	s := fullSnapshot()
	s.Reached, s.Progress = nil, nil
	for i := range journey.MaxMilestones {
		p := journey.Progress{Milestone: name(i), Count: 1_000_000}
		for k := range 100 {
			p.Marks = append(p.Marks, journey.Mark{Event: journey.Trigger(name(k)), At: s.Since})
		}
		s.Progress = append(s.Progress, p)
		s.Reached = append(s.Reached, name(i))
	}
	store := journey.NewMemStore(journey.MemOptions{})
	require.NoError(t, store.Put(context.Background(), journey.Commit{Snapshot: s, Expected: journey.NotStored}))
	back, err := journey.ReadMemStore(bytes.NewReader(dump(t, store)), journey.MemOptions{})
	require.NoError(t, err)
	got, err := back.Load(context.Background(), s.Customer)
	require.NoError(t, err)
	require.True(t, s.Equal(got))
}

func TestMemStore_DumpDamaged(t *testing.T) {
	t.Parallel()
	good := dump(t, filled(t, 6))
	for i := range good {
		_, err := journey.ReadMemStore(bytes.NewReader(good[:i]), journey.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot, "cut at %d", i)
		b := slices.Clone(good)
		b[i] ^= 0x10
		store, err := journey.ReadMemStore(bytes.NewReader(b), journey.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot, "byte %d", i)
		require.Nil(t, store)
	}
	for want, b := range map[string]string{
		"it does not begin with":      "nonsense",
		"version 9":                   "LJM\x09",
		"customer 0":                  "LJM\x01\x05hello",
		"at most 1048576":             "LJM\x01\xff\xff\xff\xff\x7f",
		"customers and says it has 3": "LJM\x01\x00\x03",
	} {
		_, err := journey.ReadMemStore(bytes.NewReader([]byte(b)), journey.MemOptions{})
		require.ErrorIs(t, err, journey.ErrSnapshot)
		require.ErrorContains(t, err, want)
	}
	broken := errors.New("cable pulled")
	_, err := journey.ReadMemStore(iotest.ErrReader(broken), journey.MemOptions{})
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, journey.ErrSnapshot)
	_, err = filled(t, 3).WriteTo(failingWriter{broken})
	require.ErrorIs(t, err, broken)
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func FuzzMemStore_ReadDump(f *testing.F) {
	f.Add(dump(f, filled(f, 3)))
	f.Add([]byte("LJM\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := journey.ReadMemStore(bytes.NewReader(b), journey.MemOptions{})
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
