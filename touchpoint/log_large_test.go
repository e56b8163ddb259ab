package touchpoint_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// large draws histories beyond the size from which customers are numbered in a
// goroutine: runs of one customer and single events, texts with a memory of
// their own and shared ones, repeated keys.
func large(seed uint64, keyed bool) []touchpoint.Event {
	r := rand.New(rand.NewPCG(seed, 3))
	out := make([]touchpoint.Event, 0, 160_000)
	for len(out) < 150_000 {
		who := "c" + strconv.Itoa(r.IntN(20_000))
		for range 1 + r.IntN(1+r.IntN(12)) {
			e := touchpoint.Event{
				Customer: who, Name: "n" + strconv.Itoa(r.IntN(40)), Channel: touchpoint.Channel([]string{"", "web"}[r.IntN(2)]),
				At: day(1).Add(time.Duration(r.IntN(1000))),
			}
			if r.IntN(3) == 0 {
				e.Customer = strings.Clone(who)
			}
			if keyed && r.IntN(50) == 0 {
				e.ID = strconv.Itoa(r.IntN(2000))
			}
			out = append(out, e)
		}
	}
	return out
}

func TestLaw_LargeLogsAreThoseOfTheDefinition(t *testing.T) {
	for _, keyed := range []bool{false, true} {
		in := large(7, keyed)
		log, err := touchpoint.NewLog(slices.Values(in))
		require.NoError(t, err)
		want, duplicates := slowOrder(in)
		assert.Equal(t, duplicates, log.Duplicates())
		assert.Equal(t, keyed, duplicates > 100)
		require.Equal(t, len(want), log.Len())
		i := 0
		for e := range log.Events() {
			w := want[i]
			require.True(t, e.Customer == w.Customer && e.Name == w.Name && e.Channel == w.Channel && e.At.Equal(w.At), "%d: %v, want %v", i, e, w)
			i++
		}
	}
}

// Not parallel: it sets the number of goroutines for the whole process.
func TestLaw_GoroutinesDoNotMatterToDuplicates(t *testing.T) {
	in := large(9, true)
	build := func(procs int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		log, err := touchpoint.NewLog(slices.Values(in))
		require.NoError(t, err)
		return encoded(t, log)
	}
	assert.True(t, bytes.Equal(build(1), build(4)))
}

// A bad customer is found where it is numbered, other faults where they are
// read; the list is in order all the same, and bounded.
func TestLog_FaultsOfLargeInputsAreInOrder(t *testing.T) {
	in := large(11, false)
	var want []int64
	for i := range in {
		switch i {
		case 70_001, 70_002, 90_000, 140_000:
			in[i].Customer = "bad\xff"
			want = append(want, int64(i)+1)
		case 80_000, 140_001:
			in[i].At = time.Time{}
			want = append(want, int64(i)+1)
		case 100_000, 149_000:
			in[i].Customer = ""
			want = append(want, int64(i)+1)
		}
	}
	_, err := touchpoint.NewLog(slices.Values(in))
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	var got []int64
	for _, r := range batch.Rows {
		got = append(got, r.Row)
	}
	assert.Equal(t, want, got)
	require.ErrorIs(t, batch.Rows[0], fault.ErrText)
	in = large(11, false)
	for i := range in {
		in[i].Customer = strings.Repeat("x", touchpoint.MaxText+1)
	}
	_, err = touchpoint.NewLog(slices.Values(in))
	require.ErrorAs(t, err, &batch)
	assert.Len(t, batch.Rows, fault.MaxListed)
	assert.Equal(t, int64(len(in)), batch.Count())
	for i, r := range batch.Rows {
		require.Equal(t, int64(i)+1, r.Row)
	}
}

// A source that panics or fails leaves no goroutine behind.
func TestLog_SourceThatPanics(t *testing.T) {
	in := large(13, false)
	before := runtime.NumGoroutine()
	for range 20 {
		assert.Panics(t, func() {
			_, _ = touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
				for _, e := range in[:120_000] {
					yield(e)
				}
				panic("broken")
			})
		})
	}
	broken := errors.New("broken")
	_, err := touchpoint.LogOptions{}.Read(func(yield func(touchpoint.Event, error) bool) {
		for _, e := range in {
			yield(e, nil)
		}
		yield(touchpoint.Event{}, broken)
	})
	require.ErrorIs(t, err, broken)
	for range 1000 { // those that end are given time to
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}
