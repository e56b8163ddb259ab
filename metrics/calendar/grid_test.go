package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Every instant lies in exactly the period that begins at its floor, in zones
// whose clocks change at midnight, by half an hour, or skipped a whole day.
func TestLaw_GridCoversTime(t *testing.T) {
	zones := map[string]*time.Location{}
	names := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata", "Africa/Cairo"}
	for _, name := range names {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones[name] = loc
	}
	changes := 0
	property := func(t *rapid.T) {
		g := calendar.Grid{
			Unit:      calendar.Unit(rapid.IntRange(0, 4).Draw(t, "unit")),
			Location:  zones[rapid.SampledFrom(names).Draw(t, "zone")],
			WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start")),
		}
		require.NoError(t, g.Validate())
		at := time.Unix(rapid.OneOf(
			rapid.Int64Range(1262304000, 1577836800),
			// Around clock changes of 2011: Berlin, Lord Howe, São Paulo, and Samoa's lost day.
			rapid.Custom(func(t *rapid.T) int64 {
				return rapid.SampledFrom([]int64{1301187600, 1319936400, 1301756400, 1317483000, 1318734000, 1325239200}).Draw(t, "change") +
					rapid.Int64Range(-40_000, 40_000).Draw(t, "beside")
			}),
		).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		start := g.Floor(at)
		next := g.Nth(start, 1)
		require.False(t, at.Before(start), "%v before %v", at, start)
		require.True(t, at.Before(next), "%v not before %v", at, next)
		require.True(t, g.Floor(start).Equal(start), "the floor of a start is itself")
		require.True(t, g.Floor(next).Equal(next))
		// The day before 31 December 2011 is, in Samoa, an empty one.
		if back := g.Nth(next, -1); !back.Equal(next) {
			require.True(t, back.Equal(start), "%v", g)
		}
		_, a := start.Zone()
		if _, b := next.Zone(); a != b {
			changes++
		}
		n := rapid.IntRange(0, 30).Draw(t, "n")
		starts := g.Starts(start, n)
		require.Len(t, starts, n+1)
		for i := 1; i < len(starts); i++ {
			// Equal only on the day that Samoa left out, 30 December 2011.
			require.False(t, starts[i-1].After(starts[i]))
		}
		// The Friday on which a week would have begun was left out in Samoa.
		if g.Unit == calendar.UnitWeek && start.Unix() != 1325239200 {
			require.Equal(t, g.WeekStart, start.Weekday())
		}
	}
	law.Often(t, 50, property, law.Counters{"changes": &changes}) // cheap, and clock changes are rare
}

// Seconds before 1970 are negative, and their remainders too.
func TestGrid_HoursBefore1970(t *testing.T) {
	t.Parallel()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	for _, loc := range []*time.Location{time.UTC, kolkata} {
		g := calendar.Grid{Unit: calendar.UnitHour, Location: loc}
		for _, minute := range []int{0, 1, 59} {
			at := time.Date(1969, time.July, 20, 20, minute, 40, 7, loc)
			assert.Equal(t, time.Date(1969, time.July, 20, 20, 0, 0, 0, loc), g.Floor(at), "%s", at)
		}
	}
}

func TestGrid_Validate(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, calendar.Grid{Unit: 5}.Validate(), calendar.ErrCycle)
	require.ErrorIs(t, calendar.Grid{WeekStart: 7}.Validate(), calendar.ErrPeriod)
	require.ErrorIs(t, calendar.Cycle{Unit: calendar.UnitHour}.Validate(), calendar.ErrCycle, "nobody is charged by the hour")
	_, err := calendar.Cycle{Unit: calendar.UnitHour, N: 3}.MarshalText()
	require.ErrorIs(t, err, calendar.ErrCycle)
	assert.True(t, calendar.Cycle{Unit: calendar.UnitHour}.Nth(time.Unix(0, 0), 1).IsZero())
	v, err := calendar.UnitHour.Value()
	require.NoError(t, err)
	assert.Equal(t, "hour", v)
	var u calendar.Unit
	require.NoError(t, u.Scan([]byte("week")))
	assert.Equal(t, calendar.UnitWeek, u)
}

func ExampleGrid() {
	g := calendar.Grid{Unit: calendar.UnitWeek, WeekStart: time.Monday}
	start := g.Floor(time.Date(2026, time.March, 5, 15, 4, 0, 0, time.UTC)) // a Thursday
	fmt.Println(start.Format(time.DateOnly), g.Nth(start, 2).Format(time.DateOnly))
	// Output: 2026-03-02 2026-03-16
}
