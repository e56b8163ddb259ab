package shard_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// What adds up over customers is an Aggregate: this compiles, or it is not.
func runs[T any, A shard.Aggregate[T]]() bool { return A(new(T)) != nil }

func TestAggregates(t *testing.T) {
	t.Parallel()
	for i, ok := range []bool{
		runs[ledger.Cube, *ledger.Cube](), runs[ledger.Ledger, *ledger.Ledger](), runs[cohort.Table, *cohort.Table](),
		runs[journey.Summary, *journey.Summary](), runs[journey.MilestoneReport, *journey.MilestoneReport](),
		runs[funnel.Report, *funnel.Report](), runs[retention.Table, *retention.Table](), runs[retention.States, *retention.States](),
		runs[retention.Sticky, *retention.Sticky](), runs[retention.Growth, *retention.Growth](), runs[retention.FrequencyTable, *retention.FrequencyTable](),
		runs[mining.Graph, *mining.Graph](), runs[mining.PathTable, *mining.PathTable](), runs[mining.VariantTable, *mining.VariantTable](),
		runs[mining.Cases, *mining.Cases](), runs[mining.ServiceReport, *mining.ServiceReport](), runs[mining.ConformanceReport, *mining.ConformanceReport](),
		runs[touchpoint.Meetings, *touchpoint.Meetings](), runs[attribution.Paths, *attribution.Paths](), runs[clv.Cells, *clv.Cells](),
	} {
		assert.True(t, ok, i)
	}
}

// Rows that are appended are read, in the order of joining, from any number of
// blocks.
func TestLaw_BlocksAreRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 8))
		var b []byte
		var wantC, wantE []string
		for i := range []int{0, 1, 40, 400}[seed%4] {
			changes, events := make([]ledger.Change, r.IntN(4)), make([]touchpoint.Event, r.IntN(4))
			if i == 7 { // more than a block
				changes, events = make([]ledger.Change, 3000), make([]touchpoint.Event, 3000)
			}
			for j := range changes {
				changes[j] = drawChange(r, i)
				wantC = append(wantC, said(changes[j]))
			}
			for j := range events {
				events[j] = drawEvent(r, i)
				wantE = append(wantE, saidEvent(events[j]))
			}
			var err error
			if i%2 == 0 {
				b, err = shard.AppendChanges(b, changes...)
				require.NoError(t, err)
				b, err = shard.AppendEvents(b, events...)
			} else { // each by itself, joined
				var c, e []byte
				c, err = shard.AppendChanges(nil, changes...)
				require.NoError(t, err)
				e, err = shard.AppendEvents(nil, events...)
				b = slices.Concat(b, e, c)
			}
			require.NoError(t, err)
		}
		var gotC, gotE []string
		for c, err := range shard.Blocks(b).Changes() {
			require.NoError(t, err)
			gotC = append(gotC, said(c))
		}
		for e, err := range shard.Blocks(b).Events() {
			require.NoError(t, err)
			gotE = append(gotE, saidEvent(e))
		}
		require.Equal(t, wantC, gotC)
		require.Equal(t, wantE, gotE)
		for range shard.Blocks(b).Changes() { // breaking off is fine
			break
		}
	}
}

func TestBlocks_Refuse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	before, err := shard.AppendChanges(nil, drawChange(r, 1))
	require.NoError(t, err)
	good := drawChange(r, 2)
	b, err := shard.AppendChanges(bytes.Clone(before), good, ledger.Change{Customer: "b"})
	require.ErrorContains(t, err, "row 2")
	assert.Equal(t, before, b, "a list that is refused leaves nothing behind")
	_, err = shard.AppendChanges(nil, ledger.Change{Customer: "b", At: origin, Recorded: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)})
	require.ErrorContains(t, err, "Recorded")
	_, err = shard.AppendEvents(nil, touchpoint.Event{Customer: "b", At: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.ErrorContains(t, err, "At")
	// A row that no reader would take is refused by the writer.
	_, err = shard.AppendEvents(nil, touchpoint.Event{Customer: "b", At: origin, ID: strings.Repeat("x", 1<<26)})
	require.ErrorContains(t, err, "at most 67108864")
	// No cut, no byte of it, and no other kind of block goes unseen.
	whole, err := shard.AppendEvents(bytes.Clone(before), drawEvent(r, 1))
	require.NoError(t, err)
	seen := func(b []byte) (err error) {
		for _, e := range shard.Blocks(b).Changes() {
			if e != nil {
				return e
			}
		}
		for _, e := range shard.Blocks(b).Events() {
			if e != nil {
				return e
			}
		}
		return nil
	}
	require.NoError(t, seen(whole))
	for i := range whole {
		if i != 0 && i != len(before) {
			require.ErrorIs(t, seen(whole[:i]), shard.ErrFile, "the first %d", i)
			bad := bytes.Clone(whole)
			bad[i] ^= 0x10
			require.ErrorIs(t, seen(bad), shard.ErrFile, "byte %d", i)
		}
	}
	bad := bytes.Clone(whole)
	bad[0] = 7
	require.ErrorContains(t, seen(bad), "kind 7")
}

// A block that claims more than there is costs nothing. Not parallel: it counts
// what is allocated.
func TestBlocks_Claims(t *testing.T) {
	claim := []byte{1, 0, 0, 0, 4, 0, 0, 0, 0, 1, 2, 3}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, err := range shard.Blocks(claim).Changes() {
		require.ErrorIs(t, err, shard.ErrFile)
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// A set of another file system is the same set, but keeps nothing.
func TestOpenFS(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 11))
	var changes []ledger.Change
	for i := range 300 {
		changes = append(changes, drawChange(r, i))
	}
	set, dir := write(t, 5, changes, nil)
	archive := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var data []byte
			data, err = os.ReadFile(dir + "/" + name)
			archive[name] = &fstest.MapFile{Data: data}
		}
		return err
	}))
	other, err := shard.OpenFS(archive)
	require.NoError(t, err)
	assert.Equal(t, set.String(), other.String())
	want, err := shard.Run(t.Context(), set, cube, shard.RunOptions{})
	require.NoError(t, err)
	got, err := shard.Run(t.Context(), other, cube, shard.RunOptions{})
	require.NoError(t, err)
	assert.Equal(t, binary(t, want), binary(t, got))
	_, err = shard.Run(t.Context(), other, cube, shard.RunOptions{Name: "kept"})
	require.ErrorContains(t, err, "keeps no results")
	delete(archive, "00002.shard")
	_, err = shard.Run(t.Context(), other, cube, shard.RunOptions{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "shard 2")
	_, err = shard.OpenFS(fstest.MapFS{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = shard.OpenFS(fstest.MapFS{"manifest.json": {Data: []byte("{}")}})
	require.ErrorIs(t, err, shard.ErrFile)
}

// Whatever bytes they are: read to an end, and never more rows than bytes.
func FuzzBlocks_AnyBytes(f *testing.F) {
	r := rand.New(rand.NewPCG(10, 10))
	for i := range 4 {
		b, err := shard.AppendChanges(nil, drawChange(r, i))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		if b, err = shard.AppendEvents(b, drawEvent(r, i)); err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		for _, err := range shard.Blocks(b).Changes() {
			if n++; err != nil {
				require.ErrorIs(t, err, shard.ErrFile)
			}
		}
		for _, err := range shard.Blocks(b).Events() {
			if n++; err != nil {
				require.ErrorIs(t, err, shard.ErrFile)
			}
		}
		if n > len(b)+2 {
			t.Fatalf("%d rows of %d bytes", n, len(b))
		}
	})
}

// A set in an archive, an object store or a program itself.
func ExampleOpenFS() {
	dir, _ := twoShards()
	defer os.RemoveAll(dir)
	set, err := shard.OpenFS(os.DirFS(dir))
	fmt.Println(set, err)
	// Output:
	// 2 shards, 2 changes, 1 events <nil>
}

// Changes that travel as bytes, and are read where they arrive.
func ExampleAppendChanges() {
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	message, err := shard.AppendChanges(nil, ledger.Change{Customer: "acme", At: at})
	fmt.Println(err)
	for c, err := range shard.Blocks(message).Changes() {
		fmt.Println(c.Customer, c.At.Format(time.DateOnly), err)
	}
	// Output:
	// <nil>
	// acme 2026-01-05 <nil>
}

// Messages are joined, changes and events too.
func ExampleAppendEvents() {
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	changes, _ := shard.AppendChanges(nil, ledger.Change{Customer: "acme", At: at})
	both, _ := shard.AppendEvents(changes, touchpoint.Event{Customer: "acme", Name: "sign_up", At: at})
	both, _ = shard.AppendEvents(both, touchpoint.Event{Customer: "bolt", Name: "sign_up", At: at})
	for e, err := range shard.Blocks(both).Events() {
		fmt.Println(e.Customer, e.Name, err)
	}
	// Output:
	// acme sign_up <nil>
	// bolt sign_up <nil>
}

// Bytes that are no blocks are an error, after the rows that were.
func ExampleBlocks() {
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	message, _ := shard.AppendChanges(nil, ledger.Change{Customer: "acme", At: at})
	for c, err := range shard.Blocks(append(message, 1, 2)).Changes() {
		fmt.Println(c.Customer, err)
	}
	// Output:
	// acme <nil>
	//  shard: blocks: damaged shard: it ends within a block
}
