package attribution_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// The widest values there may be, and one digit more.
func TestNewPaths_Bounds(t *testing.T) {
	t.Parallel()
	of := func(value string) error {
		d, err := decimal.NewFromString(value)
		require.NoError(t, err)
		_, err = attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"a"}, Conversions: 1, Value: d}}))
		return err
	}
	for _, good := range []string{"1e-40", "1e59", "1" + string(slices.Repeat([]byte{'0'}, 59)), "-3e-40"} {
		require.NoError(t, of(good), good)
	}
	for _, bad := range []string{"1e-41", "1e60", "10e59"} {
		require.ErrorIs(t, of(bad), attribution.ErrPath, bad)
	}
}

// Sets whose touches are together as many as there may be still merge.
func TestMerge_Bounds(t *testing.T) {
	t.Parallel()
	set := func(from, to int) *attribution.Paths {
		p, err := attribution.NewPaths(func(yield func(attribution.Path) bool) {
			for i := from; i < to; i++ {
				if !yield(attribution.Path{Touches: []string{strconv.Itoa(i)}, Conversions: 1}) {
					return
				}
			}
		})
		require.NoError(t, err)
		return p
	}
	p := set(0, 6000)
	require.NoError(t, p.Merge(set(4000, 10_000)))
	assert.Len(t, p.Keys(), 10_000)
	data, err := p.MarshalBinary()
	require.NoError(t, err)
	var back attribution.Paths
	require.NoError(t, back.UnmarshalBinary(data), "as many as there may be travel")
	assert.Len(t, back.Keys(), 10_000)
	require.ErrorIs(t, p.Merge(set(10_000, 10_001)), attribution.ErrMerge)
	conv, _, _ := p.Totals()
	assert.Equal(t, int64(12_000), conv, "refused, so untouched")
}

// From and To bound conversions, and the last touch of a path without one; a
// session joins touches of one key alone.
func TestPathsOf_PeriodAndSessions(t *testing.T) {
	t.Parallel()
	touch := func(c string, at int64, channel touchpoint.Channel) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: "v", Channel: channel, At: time.Unix(at, 0)}
	}
	log, err := touchpoint.LogOf(
		touch("early", 5, "web"), touch("first", 10, "web"), touch("last", 19, "web"), touch("late", 20, "web"),
		touch("x", 11, "web"), touch("x", 12, "mail"), touch("x", 13, "mail"), touch("x", 14, "web"),
		touchpoint.Event{Customer: "x", Name: "paid", At: time.Unix(15, 0)},
		touch("y", 11, "web"), touchpoint.Event{Customer: "y", Name: "paid", At: time.Unix(20, 0)},
	)
	require.NoError(t, err)
	o := attribution.Options{Conversion: touchpoint.Named("paid"), Session: 5 * time.Second}
	totals := func(from, to int64) (out [2]int64) {
		o.From, o.To = time.Time{}, time.Time{}
		if from > 0 {
			o.From = time.Unix(from, 0)
		}
		if to > 0 {
			o.To = time.Unix(to, 0)
		}
		p, err := attribution.PathsOf(log, o)
		require.NoError(t, err)
		out[0], out[1], _ = p.Totals()
		return out
	}
	assert.Equal(t, [2]int64{2, 4}, totals(0, 0))
	assert.Equal(t, [2]int64{1, 2}, totals(10, 20), "first and last touch lie inside, x converts")
	assert.Equal(t, [2]int64{1, 3}, totals(0, 20))
	assert.Equal(t, [2]int64{2, 3}, totals(10, 0))
	assert.Equal(t, [2]int64{1, 1}, totals(15, 20), "a conversion at From is inside")
	assert.Equal(t, [2]int64{0, 1}, totals(16, 20))
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid"), Session: time.Second, ConvertersOnly: true})
	require.NoError(t, err)
	var paths [][]string
	for path := range p.All() {
		paths = append(paths, path.Touches)
	}
	assert.Equal(t, [][]string{{"web"}, {"web", "mail", "web"}}, paths)
}
