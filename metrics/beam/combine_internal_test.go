package beam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var january = calendar.NewMonth(2026, time.January)

var quarter = Register("internal-quarter", func(rows Rows, from calendar.Month) (*ledger.Cube, error) {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return nil, err
	}
	if err := books.Load(rows.Changes()); err != nil {
		return nil, err
	}
	return books.Cube(from, from.Add(2), nil)
})

// sumOf is the aggregate of changes, in its binary form.
func sumOf(t require.TestingT, from calendar.Month, changes ...ledger.Change) []byte {
	b, err := shard.AppendChanges(nil, changes...)
	require.NoError(t, err)
	cube, err := quarter.Compute(shard.Blocks(b), from)
	require.NoError(t, err)
	data, err := cube.MarshalBinary()
	require.NoError(t, err)
	return data
}

// In whatever order and tree a runner adds and merges, with accumulators that it
// encoded meanwhile: the bytes of one pass.
func TestLaw_AnyTreeOfMerges(t *testing.T) {
	t.Parallel()
	var one, full, deep, empty int
	law.Check(t, func(t *rapid.T) {
		parts := rapid.SampledFrom([]int{1, 2, 3, 15, 16, 17, 40, 260}).Draw(t, "parts")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var all []ledger.Change
		inputs := make([][]byte, parts)
		for i := range inputs {
			var own []ledger.Change
			for range r.IntN(3) {
				own = append(own, ledger.Change{Customer: fmt.Sprint("c", i, "-", r.IntN(2)), At: january.Start(nil).AddDate(0, 0, r.IntN(80)), Amount: decimal.New(int64(r.IntN(3))*100, 0), Cycle: calendar.Cycle{Unit: calendar.UnitYear}})
			}
			if len(own) == 0 {
				empty++
			}
			all = append(all, own...)
			inputs[i] = sumOf(t, january, own...)
		}
		f := &mergeFn{Work: quarter.Name()}
		accs := make([][]byte, 1+r.IntN(4))
		for i := range accs {
			accs[i] = f.CreateAccumulator()
		}
		var err error
		for _, x := range inputs {
			i := r.IntN(len(accs))
			before := bytes.Clone(x)
			accs[i], err = f.AddInput(accs[i], x)
			require.NoError(t, err)
			require.Equal(t, before, x, "an input is the runner's")
		}
		for len(accs) > 1 {
			i := r.IntN(len(accs) - 1)
			accs[i], err = f.MergeAccumulators(bytes.Clone(accs[i]), bytes.Clone(accs[i+1]))
			require.NoError(t, err)
			accs = slices.Delete(accs, i+1, i+2)
		}
		frames, err := framesOf(accs[0])
		require.NoError(t, err)
		for _, fr := range frames {
			switch fr.rank {
			case 0:
			case 1:
				full++
			default:
				deep++
			}
		}
		if parts == 1 {
			one++
		}
		require.Less(t, len(frames), 3*fan)
		got, err := f.ExtractOutput(accs[0])
		require.NoError(t, err)
		require.Equal(t, sumOf(t, january, all...), got)
	}, law.Counters{"one part": &one, "a full rank": &full, "a rank of ranks": &deep, "a part of nobody": &empty})
}

func TestShardFn_OpensOncePerBundle(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "set")
	w, err := shard.Create(dir, shard.Options{Shards: 3})
	require.NoError(t, err)
	require.NoError(t, w.Change(ledger.Change{Customer: "a", At: january.Start(time.UTC), Amount: decimal.New(5, 0)}))
	_, err = w.Close()
	require.NoError(t, err)
	f := &shardFn{Task: task{Work: "internal-quarter", Parameters: `"2026-01"`}, Dir: dir, Of: 3}
	require.NoError(t, f.FinishBundle(), "of none that was begun")
	bundle := func() (all [][]byte) {
		require.NoError(t, f.StartBundle(t.Context()))
		closed := 0
		done := f.done
		f.done = func() { closed++; done() }
		set := f.set
		for i := range int64(3) {
			data, err := f.ProcessElement(i)
			require.NoError(t, err)
			require.Same(t, set, f.set)
			all = append(all, data)
		}
		_, err := f.ProcessElement(3)
		require.ErrorContains(t, err, "shard 3 of 3")
		_, err = f.ProcessElement(-1)
		require.ErrorContains(t, err, "shard -1 of 3")
		require.Zero(t, closed)
		require.NoError(t, f.FinishBundle())
		require.NoError(t, f.Teardown())
		require.Equal(t, 1, closed, "let go, and once")
		return all
	}
	first := bundle()
	require.Equal(t, first, bundle(), "a worker has one bundle after another")
	require.NoError(t, f.StartBundle(t.Context()))
	closed := 0
	f.done = func() { closed++ }
	require.NoError(t, f.StartBundle(t.Context()), "the bundle before failed")
	require.Equal(t, 1, closed)
	require.NoError(t, f.Teardown())
	f.Dir += "x"
	require.ErrorIs(t, f.StartBundle(t.Context()), os.ErrNotExist)
}

func TestMergeFn_Refuses(t *testing.T) {
	t.Parallel()
	f := &mergeFn{Work: quarter.Name()}
	_, err := f.ExtractOutput(f.CreateAccumulator())
	require.ErrorContains(t, err, "beam: internal-quarter: merge: nothing to merge")
	at := january.Start(nil)
	a, b := sumOf(t, january, ledger.Change{Customer: "a", At: at}), sumOf(t, january.Add(1), ledger.Change{Customer: "b", At: at})
	acc, err := f.AddInput(nil, a)
	require.NoError(t, err)
	other, err := f.AddInput(acc, b)
	require.NoError(t, err)
	_, err = f.ExtractOutput(other)
	require.ErrorIs(t, err, ledger.ErrOptions)
	twice, err := f.AddInput(acc, a)
	require.NoError(t, err)
	_, err = f.ExtractOutput(twice)
	require.Error(t, err, "a customer in both")
	noise, err := f.AddInput(nil, []byte("noise"))
	require.NoError(t, err)
	_, err = f.ExtractOutput(noise)
	require.ErrorIs(t, err, ledger.ErrEncoding)
	for range fan { // told when they are merged, at the latest
		if noise, err = f.AddInput(noise, []byte("noise")); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, ledger.ErrEncoding)
	for _, bad := range [][]byte{{0}, {0, 5, 1}, acc[:len(acc)-1], append(bytes.Clone(acc), 0)} {
		_, err = f.ExtractOutput(bad)
		require.ErrorIs(t, err, errFrame)
		_, err = f.MergeAccumulators(bytes.Clone(bad), nil)
		require.ErrorIs(t, err, errFrame)
		_, err = f.AddInput(bytes.Clone(bad), nil)
		if !bytes.Equal(bad, []byte{0, 5, 1}) { // what is added makes it whole
			require.Error(t, err)
		}
	}
	_, err = (&mergeFn{Work: "nobody knows"}).ExtractOutput(acc)
	require.ErrorContains(t, err, `no work "nobody knows" in this program`)
}

// Whatever bytes: frames of them give the bytes again, or an error.
func FuzzFrames(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendFrame(appendFrame(nil, 0, []byte("abc")), 3, nil))
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, err := framesOf(b)
		if err != nil {
			require.ErrorIs(t, err, errFrame)
			return
		}
		var again []byte
		for _, fr := range frames {
			again = appendFrame(again, fr.rank, fr.aggregate)
		}
		back, err := framesOf(again)
		require.NoError(t, err)
		require.Equal(t, frames, back)
	})
}

// Whatever bytes: a row has one customer, or is refused; joined rows come apart.
func FuzzRows(f *testing.F) {
	at := january.Start(nil)
	for _, row := range []func() ([]byte, error){
		func() ([]byte, error) { return ChangeRow(ledger.Change{Customer: "a", At: at}, 0) },
		func() ([]byte, error) {
			return EventRow(touchpoint.Event{Customer: "ลูกค้า", Name: "n", At: at}, 1<<62)
		},
	} {
		b, err := row()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add((&joinFn{}).AddInput(nil, b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		customer, err := customerOf(b)
		if err == nil {
			blocks, err := inOrder((&joinFn{}).AddInput(nil, b))
			require.NoError(t, err)
			require.Equal(t, b[placeBytes:], []byte(blocks))
			again, err := customerOf(append(bytes.Clone(b[:placeBytes]), blocks...))
			require.NoError(t, err)
			require.Equal(t, customer, again)
		} else {
			require.ErrorIs(t, err, errRow)
		}
		if blocks, err := inOrder(b); err == nil {
			require.LessOrEqual(t, len(blocks), len(b))
		} else {
			require.ErrorIs(t, err, errRow)
		}
	})
}

// Rows are read in the order of their places, whichever way they came.
func TestLaw_PlacesOrderRows(t *testing.T) {
	t.Parallel()
	var equal, apart int
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n := r.IntN(30)
		type at struct {
			place int64
			name  string
		}
		var want []at
		var rows [][]byte
		for i := range n {
			place := []int64{0, int64(r.IntN(3)), int64(i) * 1_000_003, 1<<63 - 1 - int64(i)}[r.IntN(4)]
			name := fmt.Sprint("n", r.IntN(100))
			row, err := EventRow(touchpoint.Event{Customer: "c", Name: name, At: january.Start(nil)}, place)
			require.NoError(t, err)
			want, rows = append(want, at{place, name}), append(rows, row)
		}
		order := r.Perm(n)
		read := func(order []int) (names []string) {
			half, join := len(order)/2, &joinFn{}
			var a, b []byte
			for k, i := range order {
				if k < half {
					a = join.AddInput(a, rows[i])
				} else {
					b = join.AddInput(b, rows[i])
				}
			}
			blocks, err := inOrder(join.MergeAccumulators(b, a))
			require.NoError(t, err)
			for e, err := range blocks.Events() {
				require.NoError(t, err)
				names = append(names, e.Name)
			}
			return names
		}
		got := read(order)
		require.Equal(t, got, read(r.Perm(n)))
		places := map[string][]int64{}
		for _, w := range want {
			places[w.name] = append(places[w.name], w.place)
		}
		slices.SortStableFunc(want, func(a, b at) int {
			return bytes.Compare(fmt.Appendf(nil, "%020d", a.place), fmt.Appendf(nil, "%020d", b.place))
		})
		for i := range want {
			if i > 0 && want[i].place == want[i-1].place {
				equal++
			} else {
				apart++
			}
			require.Contains(t, places[got[i]], want[i].place)
		}
	}, law.Counters{"equal places": &equal, "places apart": &apart})
}

// What JSON would leave behind is refused, and named.
func TestTextOf(t *testing.T) {
	t.Parallel()
	type inner struct {
		N    int
		Func func() `json:"-"`
	}
	type embedded struct{ E int }
	type plain struct {
		embedded
		Text   string
		At     time.Time
		Month  calendar.Month
		Amount decimal.Decimal
		List   []inner
		ByName map[string]inner
		Next   *inner
		Any    any
		hidden int
	}
	for _, p := range []plain{
		{},
		{Text: "عميل", At: january.Start(nil), Month: january, Amount: decimal.New(110, -2), List: []inner{{N: 1}}, ByName: map[string]inner{"a": {}}, Next: &inner{N: 3}, embedded: embedded{7}},
	} {
		text, err := textOf("work", p)
		require.NoError(t, err)
		var back plain
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		assert.Equal(t, p.embedded, back.embedded)
	}
	f := func() {}
	for what, p := range map[string]plain{
		"parameters.hidden":         {hidden: 1},
		"parameters.List[1].Func":   {List: []inner{{}, {Func: f}}},
		"parameters.ByName[x].Func": {ByName: map[string]inner{"x": {Func: f}}},
		"parameters.Next.Func":      {Next: &inner{Func: f}},
		"parameters.Any":            {Any: 1},
	} {
		_, err := textOf("work", p)
		require.ErrorContains(t, err, "beam: work: parameters: "+what)
	}
	_, err := textOf("work", f)
	require.ErrorContains(t, err, "does not travel")
	_, err = textOf("work", string(make([]byte, maxParameters)))
	require.ErrorContains(t, err, "at most")
	_, err = textOf("work", oneWay{})
	require.NoError(t, err)
	_, err = textOf("work", oneWay{1})
	require.ErrorContains(t, err, "come back as")
	type loop struct{ Next *loop }
	l := &loop{}
	l.Next = l
	_, err = textOf("work", l)
	require.ErrorContains(t, err, "nested deeper")
}

// oneWay marshals what it does not read.
type oneWay struct{ n int }

func (o oneWay) MarshalJSON() ([]byte, error) { return fmt.Append(nil, o.n), nil }
func (o *oneWay) UnmarshalJSON([]byte) error  { return nil }
