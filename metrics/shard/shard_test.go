package shard_test

import (
	"bytes"
	"context"
	le "encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var origin = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

func drawChange(r *rand.Rand, i int) ledger.Change {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	c := ledger.Change{
		Customer: fmt.Sprintf("%s%d", pick("c", "عميل ", "ลูกค้า "), r.IntN(60)), Subscription: pick("", "s", "t"),
		At: origin.Add(time.Duration(r.IntN(700*24*3600))*time.Second + time.Duration(r.IntN(2))), Amount: decimal.New(int64(r.IntN(5))*1234, -2),
	}
	if r.IntN(5) == 0 {
		c.Amount = decimal.RequireFromString("123456789012345678.123456789")
	}
	if r.IntN(3) == 0 {
		c.ID = fmt.Sprint("id ", i)
	}
	if r.IntN(3) == 0 {
		c.Item = "seat"
		c.Quantity = decimal.NewFromInt(int64(r.IntN(4)))
	}
	if r.IntN(3) == 0 {
		c.Plan, c.Product = pick("a", "b"), pick("", "p")
	}
	if r.IntN(3) == 0 {
		c.Cycle = calendar.Cycle{Unit: calendar.UnitYear, N: r.IntN(3)}
	}
	if r.IntN(3) == 0 {
		c.Recorded = c.At.Add(time.Hour)
	}
	if r.IntN(3) == 0 {
		c.Currency = money.Currency("EUR")
	}
	if r.IntN(4) == 0 {
		c.Cause = ledger.Cause(1 + r.IntN(3))
	}
	c.Alive = r.IntN(5) == 0
	return c
}

func drawEvent(r *rand.Rand, i int) touchpoint.Event {
	e := touchpoint.Event{
		Customer: fmt.Sprintf("ภ%d", r.IntN(60)), Name: fmt.Sprint("did ", r.IntN(6)), Channel: []touchpoint.Channel{"", "Email"}[r.IntN(2)],
		At: origin.Add(time.Duration(r.IntN(700*24)) * time.Hour),
	}
	if r.IntN(2) == 0 {
		e.ID, e.Source = fmt.Sprint("e", i), "web"
	}
	if r.IntN(3) == 0 {
		e.Campaign, e.Cost, e.Value = "spring", decimal.New(5, -1), decimal.New(-7, 3)
	}
	if r.IntN(3) == 0 {
		e.Attrs = map[string]string{"plan": "a", "x": "", "لغة": "ar"}
	}
	return e
}

func write(t testing.TB, shards int, changes []ledger.Change, events []touchpoint.Event) (*shard.Set, string) {
	t.Helper()
	dir := t.TempDir()
	w, err := shard.Create(dir, shard.Options{Shards: shards})
	require.NoError(t, err)
	for _, c := range changes {
		require.NoError(t, w.Change(c))
	}
	for _, e := range events {
		require.NoError(t, w.Event(e))
	}
	set, err := w.Close()
	require.NoError(t, err)
	return set, dir
}

// What is written is read, by customer in one shard and in the order of writing.
func TestLaw_WrittenIsRead(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var changes []ledger.Change
		var events []touchpoint.Event
		for i := range []int{0, 1, 300, 3000}[seed%4] {
			changes, events = append(changes, drawChange(r, i)), append(events, drawEvent(r, i))
		}
		shards := []int{1, 2, 7, 64}[seed/4%4]
		set, dir := write(t, shards, changes, events)
		again, err := shard.Open(dir)
		require.NoError(t, err)
		assert.Equal(t, set, again)
		n, m := set.Rows()
		assert.Equal(t, []int64{int64(len(changes)), int64(len(events))}, []int64{n, m})
		wantC, wantE := map[string][]string{}, map[string][]string{}
		for _, c := range changes {
			wantC[c.Customer] = append(wantC[c.Customer], said(c))
		}
		for _, e := range events {
			wantE[e.Customer] = append(wantE[e.Customer], saidEvent(e))
		}
		gotC, gotE := map[string][]string{}, map[string][]string{}
		for i := range set.Len() {
			for c, err := range set.Shard(i).Changes() {
				require.NoError(t, err)
				assert.Equal(t, i, shard.Of(c.Customer, shards))
				gotC[c.Customer] = append(gotC[c.Customer], said(c))
			}
			for e, err := range set.Shard(i).Events() {
				require.NoError(t, err)
				gotE[e.Customer] = append(gotE[e.Customer], saidEvent(e))
			}
		}
		require.Equal(t, wantC, gotC)
		require.Equal(t, wantE, gotE)
	}
}

func said(c ledger.Change) string { return fmt.Sprintf("%#v %s %s", c.At.UnixNano(), c, strip(c)) }

func strip(c ledger.Change) string {
	return fmt.Sprint(c.Subscription, "|", c.Item, "|", c.ID, "|", c.Plan, "|", c.Product, "|", c.Quantity, "|", c.Cycle.Unit, c.Cycle.N, "|", c.Currency, "|", c.Cause, c.Alive, c.Recorded.UnixNano(), c.Amount.IsZero() || c.Amount.Exponent() != 0, c.Amount)
}

func saidEvent(e touchpoint.Event) string {
	return fmt.Sprint(e.Name, e.Channel, e.At.UnixNano(), e.ID, e.Source, e.Campaign, e.Cost, e.Value, len(e.Attrs), e.Attrs)
}

func cubeOf(changes []ledger.Change) (*ledger.Cube, error) {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return nil, err
	}
	if err := l.Append(changes...); err != nil {
		return nil, err
	}
	return l.Cube(calendar.NewMonth(2024, 1), calendar.NewMonth(2026, 3), func(c string) string { return c[:1] })
}

func booksOf(s shard.Shard) (*ledger.Ledger, error) {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return nil, err
	}
	return l, l.Load(s.Changes())
}

func cube(s shard.Shard) (*ledger.Cube, error) {
	l, err := booksOf(s)
	if err != nil {
		return nil, err
	}
	return l.Cube(calendar.NewMonth(2024, 1), calendar.NewMonth(2026, 3), func(c string) string { return c[:1] })
}

func graph(s shard.Shard) (*mining.Graph, error) { return graphOf(mining.Options{})(s) }

func graphOf(o mining.Options) func(shard.Shard) (*mining.Graph, error) {
	return func(s shard.Shard) (*mining.Graph, error) {
		log, err := touchpoint.LogOptions{}.Read(s.Events())
		if err != nil {
			return nil, err
		}
		return mining.DirectlyFollows(log, o)
	}
}

func binary(t *testing.T, v interface{ MarshalBinary() ([]byte, error) }) []byte {
	t.Helper()
	b, err := v.MarshalBinary()
	require.NoError(t, err)
	return b
}

// Any number of shards, any number of workers: the bytes of one pass.
func TestLaw_ShardsAreTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 2))
		var changes []ledger.Change
		var events []touchpoint.Event
		for i := range 1500 {
			changes, events = append(changes, drawChange(r, i)), append(events, drawEvent(r, i))
		}
		want, err := cubeOf(changes)
		require.NoError(t, err)
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		wantGraph, err := mining.DirectlyFollows(log, mining.Options{})
		require.NoError(t, err)
		wantSketch, err := mining.DirectlyFollows(log, mining.Options{Sketch: true})
		require.NoError(t, err)
		require.NotEqual(t, binary(t, wantGraph), binary(t, wantSketch))
		whole, err := ledger.New(ledger.Options{Currency: "EUR"})
		require.NoError(t, err)
		require.NoError(t, whole.Append(changes...))
		wantTable, err := cohort.New(whole, cohort.Options{Through: calendar.NewMonth(2026, 3)})
		require.NoError(t, err)
		set, _ := write(t, []int{1, 2, 5, 16, 33, 200}[seed], changes, events)
		for _, workers := range []int{0, 1, 7} {
			got, err := shard.Run(t.Context(), set, cube, shard.RunOptions{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, binary(t, want), binary(t, got))
			gotGraph, err := shard.Run(t.Context(), set, graph, shard.RunOptions{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, binary(t, wantGraph), binary(t, gotGraph))
			gotSketch, err := shard.Run(t.Context(), set, graphOf(mining.Options{Sketch: true}), shard.RunOptions{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, binary(t, wantSketch), binary(t, gotSketch))
			gotTable, err := shard.Run(t.Context(), set, func(s shard.Shard) (*cohort.Table, error) {
				l, err := booksOf(s)
				if err != nil {
					return nil, err
				}
				return cohort.New(l, cohort.Options{Through: calendar.NewMonth(2026, 3)})
			}, shard.RunOptions{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, binary(t, wantTable), binary(t, gotTable))
		}
	}
}

// A run that is broken off goes on where it was, and one of other rules is told
// apart from it.
func TestRun_GoesOn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	var changes []ledger.Change
	for i := range 400 {
		changes = append(changes, drawChange(r, i))
	}
	set, dir := write(t, 16, changes, nil)
	var calls atomic.Int64
	counted := func(until int64) func(shard.Shard) (*ledger.Cube, error) {
		return func(s shard.Shard) (*ledger.Cube, error) {
			if calls.Add(1) > until {
				return nil, errors.New("the power went")
			}
			return cube(s)
		}
	}
	o := shard.RunOptions{Name: "cube", Key: "eur", Workers: 1}
	_, err := shard.Run(t.Context(), set, counted(5), o)
	require.ErrorContains(t, err, "shard 5: the power went")
	calls.Store(0)
	var told []string
	o.Progress = func(done, of int) { told = append(told, fmt.Sprint(done, "/", of)) }
	got, err := shard.Run(t.Context(), set, counted(1000), o)
	require.NoError(t, err)
	assert.Equal(t, int64(11), calls.Load())
	assert.Len(t, told, 16)
	assert.Equal(t, "16/16", told[15])
	want, err := cubeOf(changes)
	require.NoError(t, err)
	assert.Equal(t, binary(t, want), binary(t, got))
	// A result that was altered is computed again.
	name := filepath.Join(dir, "results-cube", "00003.result")
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(name, data, 0o600))
	calls.Store(0)
	got, err = shard.Run(t.Context(), set, counted(1000), o)
	require.NoError(t, err)
	assert.Equal(t, int64(1), calls.Load())
	assert.Equal(t, binary(t, want), binary(t, got))
	for n := range 24 { // so is one that was cut off
		require.NoError(t, os.WriteFile(name, data[:n], 0o600))
		calls.Store(0)
		got, err = shard.Run(t.Context(), set, counted(1000), o)
		require.NoError(t, err)
		assert.Equal(t, int64(1), calls.Load(), "%d bytes", n)
		assert.Equal(t, binary(t, want), binary(t, got), "%d bytes", n)
	}
	_, err = shard.Run(t.Context(), set, counted(1000), shard.RunOptions{Name: "cube", Key: "usd"})
	require.ErrorIs(t, err, shard.ErrExists)
	calls.Store(0)
	_, err = shard.Run(t.Context(), set, counted(1000), shard.RunOptions{Name: "cube", Key: "usd", Anew: true})
	require.NoError(t, err)
	assert.Equal(t, int64(16), calls.Load())
}

// Whatever goes wrong in a shard ends the run with its number.
func TestRun_Fails(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	var changes []ledger.Change
	for i := range 200 {
		changes = append(changes, drawChange(r, i))
	}
	set, _ := write(t, 8, changes, nil)
	_, err := shard.Run(t.Context(), set, func(s shard.Shard) (*ledger.Cube, error) {
		if s.Index() == 3 {
			panic("in the middle")
		}
		return cube(s)
	}, shard.RunOptions{})
	require.ErrorContains(t, err, "shard 3: compute panicked: in the middle")
	_, err = shard.Run(t.Context(), set, func(shard.Shard) (*ledger.Cube, error) { return nil, nil }, shard.RunOptions{})
	require.ErrorContains(t, err, "nothing and no error")
	ctx, cancel := context.WithCancel(t.Context())
	_, err = shard.Run(ctx, set, func(s shard.Shard) (*ledger.Cube, error) { cancel(); return cube(s) }, shard.RunOptions{Workers: 1})
	require.ErrorIs(t, err, context.Canceled)
	// Aggregates of different options do not add up.
	_, err = shard.Run(t.Context(), set, func(s shard.Shard) (*ledger.Cube, error) {
		l, err := booksOf(s)
		if err != nil {
			return nil, err
		}
		return l.Cube(calendar.NewMonth(2024, 1), calendar.NewMonth(2026, 3).Add(s.Index()%2), nil)
	}, shard.RunOptions{})
	require.ErrorIs(t, err, ledger.ErrOptions)
	for _, o := range []shard.RunOptions{{Name: "../x"}, {Name: strings.Repeat("x", 101)}, {Name: "x", Key: strings.Repeat("k", 2000)}} {
		_, err = shard.Run(t.Context(), set, cube, o)
		require.Error(t, err)
	}
}

// The name of kept results is the name of a folder: letters, digits, - and _.
func TestRun_Names(t *testing.T) {
	t.Parallel()
	set, _ := write(t, 1, []ledger.Change{drawChange(rand.New(rand.NewPCG(6, 6)), 0)}, nil)
	for _, name := range []string{"-", "_", "0", "9", "a", "z", "A", "Z", "Cube_2026-01", strings.Repeat("x", 100)} {
		_, err := shard.Run(t.Context(), set, cube, shard.RunOptions{Name: name})
		require.NoError(t, err, name)
	}
	for _, name := range []string{".", "..", "/", ":", "@", "[", "`", "{", "a b", "é", "a/b", strings.Repeat("x", 101)} {
		_, err := shard.Run(t.Context(), set, cube, shard.RunOptions{Name: name})
		require.ErrorContains(t, err, "letters, digits, - and _", name)
	}
}

// Bytes that somebody else wrote, with a checksum that is right: they are refused,
// or are rows.
func TestBlock_OtherBytes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	var changes []ledger.Change
	for i := range 8 {
		changes = append(changes, drawChange(r, i))
	}
	set, dir := write(t, 1, changes, nil)
	name := filepath.Join(dir, "00000.shard")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	const head = 1 + 4 + 4 // kind, length, checksum
	n := int(le.LittleEndian.Uint32(whole[1:]))
	refused := 0
	for i := head; i < head+n; i++ {
		for _, b := range []byte{0, 0x7f, 0xff} {
			bad := bytes.Clone(whole)
			bad[i] = b
			le.LittleEndian.PutUint32(bad[5:], pack.Checksum(0, bad[head:head+n]))
			require.NoError(t, os.WriteFile(name, bad, 0o600))
			for c, err := range set.Shard(0).Changes() {
				if err != nil {
					require.ErrorIs(t, err, shard.ErrFile)
					refused++
					break
				}
				require.False(t, c.Customer == "" && c.Amount.IsZero() && c.Plan == "" && c.At.Year() < 2000, "byte %d as %d", i, b)
			}
		}
	}
	require.Greater(t, refused, n/10)
}

// Rows that cannot be kept, folders that are taken, writers that were broken off.
func TestWriter_Refuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := shard.Create(dir, shard.Options{Shards: 3})
	require.NoError(t, err)
	require.NoError(t, w.Change(ledger.Change{Customer: "a", At: origin}))
	require.ErrorContains(t, w.Change(ledger.Change{Customer: "b"}), "row 2")
	require.ErrorContains(t, w.Change(ledger.Change{Customer: "b", At: origin, Recorded: time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)}), "Recorded")
	require.ErrorContains(t, w.Event(touchpoint.Event{Customer: "b", At: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}), "row 4")
	_, err = shard.Open(dir)
	require.ErrorIs(t, err, os.ErrNotExist, "until Close there is no set")
	w, err = shard.Create(dir, shard.Options{Shards: 2}) // the first was broken off
	require.NoError(t, err)
	set, err := w.Close()
	require.NoError(t, err)
	assert.Equal(t, "2 shards, 0 changes, 0 events", set.String())
	_, err = w.Close()
	require.Error(t, err)
	require.Error(t, w.Change(ledger.Change{Customer: "a", At: origin}))
	_, err = shard.Create(dir, shard.Options{})
	require.ErrorIs(t, err, shard.ErrExists)
	for _, n := range []int{-1, 10_001} {
		_, err = shard.Create(t.TempDir(), shard.Options{Shards: n})
		require.Error(t, err)
	}
}

// No byte of a set can be changed, left out or exchanged without an error.
func TestLaw_DamageIsSeen(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	var changes []ledger.Change
	var events []touchpoint.Event
	for i := range 60 {
		changes, events = append(changes, drawChange(r, i)), append(events, drawEvent(r, i))
	}
	set, dir := write(t, 2, changes, events)
	name := filepath.Join(dir, "00000.shard")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	check := func(data []byte, what string) {
		t.Helper()
		require.NoError(t, os.WriteFile(name, data, 0o600))
		var seen error
		for _, err := range set.Shard(0).Changes() {
			seen = errors.Join(seen, err)
		}
		for _, err := range set.Shard(0).Events() {
			seen = errors.Join(seen, err)
		}
		assert.ErrorIs(t, seen, shard.ErrFile, what)
	}
	for i := 0; i < len(whole); i += 1 + len(whole)/800 {
		bad := bytes.Clone(whole)
		bad[i] ^= 1 << r.IntN(8)
		check(bad, fmt.Sprint("byte ", i))
		check(whole[:i], fmt.Sprint("the first ", i, " bytes"))
	}
	other, err := os.ReadFile(filepath.Join(dir, "00001.shard"))
	require.NoError(t, err)
	check(other, "the customers of another shard")
	require.NoError(t, os.Remove(name))
	for _, err := range set.Shard(0).Changes() {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	for _, text := range []string{"", "{", `{"version":2,"shards":[{}]}`, `{"version":1,"shards":[]}`} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(text), 0o600))
		_, err = shard.Open(dir)
		require.ErrorIs(t, err, shard.ErrFile)
	}
}

// Customers are spread evenly, and where they are never changes.
func TestOf(t *testing.T) {
	t.Parallel()
	counts := make([]int, 64)
	for i := range 64_000 {
		counts[shard.Of(fmt.Sprint("cus_", i), 64)]++
	}
	for _, n := range counts {
		assert.InDelta(t, 1000, n, 160) // five standard deviations
	}
	// By another implementation, in another language.
	for customer, want := range map[string]int{"": 38, "acme": 198, "عميل": 220} {
		assert.Equal(t, want, shard.Of(customer, 256), customer)
	}
}
