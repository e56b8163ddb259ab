package shard_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A file that came to lie under another's number, with as many rows and bytes,
// is found out by its customers.
func TestChanges_OfAnotherShard(t *testing.T) {
	t.Parallel()
	var of [2][]string // two customers of each
	for i := 0; len(of[0]) < 2 || len(of[1]) < 2; i++ {
		name := fmt.Sprintf("customer %03d", i)
		k := shard.Of(name, 2)
		of[k] = append(of[k], name)
	}
	rows := func(k int) (out []ledger.Change) {
		for i, name := range []string{of[k][0], of[k][0], of[k][1]} {
			out = append(out, ledger.Change{Customer: name, At: origin.Add(time.Duration(i) * time.Hour), Amount: decimal.NewFromInt(5)})
		}
		return out
	}
	set, dir := write(t, 2, append(rows(0), rows(1)...), nil)
	for k := range 2 {
		n := 0
		for _, err := range set.Shard(k).Changes() {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 3, n)
	}
	data, err := os.ReadFile(filepath.Join(dir, "00000.shard"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "00001.shard"), data, 0o600))
	n := 0
	for _, err = range set.Shard(1).Changes() {
		if err == nil {
			n++
		}
	}
	require.ErrorIs(t, err, shard.ErrFile)
	require.ErrorContains(t, err, "belongs to shard 0")
	assert.Zero(t, n)
}

// A result that was altered is computed again, also where what it is of could
// not tell: a graph has no sum of its own.
func TestRun_AlteredResult(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i := range 60 {
		events = append(events, touchpoint.Event{Customer: fmt.Sprint("c", i%7), Name: fmt.Sprint("n", i%3), At: origin.Add(time.Duration(i) * time.Hour)})
	}
	set, dir := write(t, 2, nil, events)
	o := shard.RunOptions{Name: "graph", Workers: 1}
	run := func() (*mining.Graph, int) {
		calls := 0
		got, err := shard.Run(t.Context(), set, func(s shard.Shard) (*mining.Graph, error) { calls++; return graph(s) }, o)
		require.NoError(t, err)
		return got, calls
	}
	want, calls := run()
	require.Equal(t, 2, calls)
	_, calls = run()
	require.Zero(t, calls)
	name := filepath.Join(dir, "results-graph", "00001.result")
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	for i := range data {
		data[i] ^= 1
		require.NoError(t, os.WriteFile(name, data, 0o600))
		data[i] ^= 1
		got, calls := run()
		require.Equal(t, 1, calls, "byte %d", i)
		require.Equal(t, binary(t, want), binary(t, got), "byte %d", i)
	}
}

// A set has one shard at least and ten thousand at most, whoever wrote it.
func TestOpen_Ends(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{0: false, 1: true, 10_000: true, 10_001: false} {
		for version, known := range map[int]bool{0: false, 1: true, 2: false} {
			text := fmt.Sprintf(`{"version": %d, "shards": [%s]}`, version, strings.TrimSuffix(strings.Repeat("{},", n), ","))
			set, err := shard.OpenFS(fstest.MapFS{"manifest.json": {Data: []byte(text)}})
			require.Equal(t, ok && known, err == nil, "%d shards of version %d: %v", n, version, err)
			if err != nil {
				require.ErrorIs(t, err, shard.ErrFile)
				continue
			}
			require.Equal(t, n, set.Len())
		}
	}
}

// What an event does not have it does not have when it comes back.
func TestEvents_WithoutAttrs(t *testing.T) {
	t.Parallel()
	w, err := shard.Create(t.TempDir(), shard.Options{Shards: 1})
	require.NoError(t, err)
	event := touchpoint.Event{Customer: "a", Name: "n", At: origin}
	require.NoError(t, w.Event(event))
	set, err := w.Close()
	require.NoError(t, err)
	n := 0
	for got, err := range set.Shard(0).Events() {
		require.NoError(t, err)
		require.Nil(t, got.Attrs)
		require.Equal(t, event.Customer, got.Customer)
		n++
	}
	require.Equal(t, 1, n)
}
