package touchpoint_test

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A log keeps 11 bytes per event and, per customer, 8 bytes and the id. Not
// parallel: it reads the heap of the whole process.
func TestLog_BytesPerEvent(t *testing.T) {
	const n = 500_000
	const idBytes = len("customer-1000000")
	before := heap()
	log, err := touchpoint.NewLog(stream(n, false))
	require.NoError(t, err)
	held := heap() - before
	want := 11*float64(n) + float64(8+idBytes)*float64(log.Customers())
	assert.InDelta(t, want, held, 0.02*want)

	data, err := log.MarshalBinary()
	require.NoError(t, err)
	assert.Less(t, float64(len(data))/n, 12.0, "encoded bytes per event, customers included")
	runtime.KeepAlive(log)
}

// Reading columns allocates nothing, reading events nothing per event.
func TestLog_ReadingDoesNotAllocate(t *testing.T) {
	log, err := touchpoint.NewLog(stream(10_000, false))
	require.NoError(t, err)
	var sum int64
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		cols := log.Columns()
		for c := range cols.Customers() {
			from, to := cols.Range(c)
			for i := from; i < to; i++ {
				sum += cols.UnixNano[i] + int64(cols.Name[i]) + int64(cols.Channel.At(i))
			}
		}
	}))
	customer := log.Customer(7)
	assert.LessOrEqual(t, testing.AllocsPerRun(10, func() {
		for e := range log.Events() {
			sum += int64(len(e.Name))
		}
		for e := range log.Of(customer) {
			sum += int64(len(e.Name))
		}
	}), 8.0)
	assert.Positive(t, sum)
}

// The time limits used on the fast path are those that Validate states.
func TestEvent_TimeLimits(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2200, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
	} {
		e := touchpoint.Event{Customer: "a", Name: "n", At: at}
		require.NoError(t, e.Validate())
		log, err := touchpoint.LogOf(e, e)
		require.NoError(t, err)
		for got := range log.Events() {
			assert.Equal(t, at, got.At)
		}
		var back touchpoint.Log
		require.NoError(t, back.UnmarshalBinary(encoded(t, log)))
	}
	for _, at := range []time.Time{
		time.Date(1899, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(-200_000_000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(200_000_000, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		first := touchpoint.Event{Customer: "a", Name: "n", At: day(1)}
		e := touchpoint.Event{Customer: "a", Name: "n", At: at}
		require.ErrorIs(t, e.Validate(), touchpoint.ErrTime)
		_, err := touchpoint.LogOf(first, e)
		require.ErrorIs(t, err, touchpoint.ErrTime)
	}
}

// The number of goroutines does not change a byte. Not parallel: it sets the
// number for the whole process.
func TestLaw_GoroutinesDoNotMatter(t *testing.T) {
	const n = 300_000
	build := func(procs int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		log, err := touchpoint.NewLog(stream(n, false))
		require.NoError(t, err)
		return encoded(t, log)
	}
	assert.True(t, bytes.Equal(build(1), build(4)))
}
