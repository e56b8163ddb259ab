package calendar_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func TestParseCycle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want calendar.Cycle
		back string
	}{
		{"P1M", calendar.Cycle{Unit: calendar.UnitMonth, N: 1}, "P1M"},
		{"P3M", calendar.Cycle{Unit: calendar.UnitMonth, N: 3}, "P3M"},
		{"P1Y", calendar.Cycle{Unit: calendar.UnitYear, N: 1}, "P1Y"},
		{"P2W", calendar.Cycle{Unit: calendar.UnitWeek, N: 2}, "P2W"},
		{"P30D", calendar.Cycle{Unit: calendar.UnitDay, N: 30}, "P30D"},
		{"P12M", calendar.Cycle{Unit: calendar.UnitMonth, N: 12}, "P12M"},
		{"P1Y6M", calendar.Cycle{Unit: calendar.UnitMonth, N: 18}, "P18M"},
		{"P100Y", calendar.Cycle{Unit: calendar.UnitYear, N: 100}, "P100Y"},
		{"P1200M", calendar.Cycle{Unit: calendar.UnitMonth, N: 1200}, "P1200M"},
		{"P99Y12M", calendar.Cycle{Unit: calendar.UnitMonth, N: 1200}, "P1200M"},
		{"P36500D", calendar.Cycle{Unit: calendar.UnitDay, N: 36500}, "P36500D"},
	} {
		got, err := calendar.ParseCycle(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
		assert.Equal(t, c.back, got.String(), c.text)
	}
}

func TestParseCycle_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		want   error
		reason string
	}{
		{"", calendar.ErrSyntax, `want "P"`},
		{"P", calendar.ErrSyntax, `want "P"`},
		{"PM", calendar.ErrSyntax, `want "P"`},
		{"1M", calendar.ErrSyntax, `want "P"`},
		{"monthly", calendar.ErrSyntax, `want "P"`},
		{"p1m", calendar.ErrSyntax, `want "P"`},
		{"P1m", calendar.ErrSyntax, "one of D, W, M, Y"},
		{"P1X", calendar.ErrSyntax, "one of D, W, M, Y"},
		{"P1H", calendar.ErrSyntax, "one of D, W, M, Y"},
		{"P-1M", calendar.ErrSyntax, "whole number"},
		{"P+1M", calendar.ErrSyntax, "whole number"},
		{"P1.5M", calendar.ErrSyntax, "one of D, W, M, Y"},
		{"P1", calendar.ErrSyntax, `want "P"`},
		{"P10", calendar.ErrSyntax, "whole number"},
		{"P1M1", calendar.ErrSyntax, "whole number"},
		{"PT1M", calendar.ErrSyntax, "no time part"},
		{"P1DT1H", calendar.ErrSyntax, "no time part"},
		{"P1M1Y", calendar.ErrSyntax, "in this order"},
		{"P1Y1Y", calendar.ErrSyntax, "in this order"},
		{"P1M1M", calendar.ErrSyntax, "in this order"},
		{"P1W3D", calendar.ErrSyntax, "only years and months"},
		{"P1M2W", calendar.ErrSyntax, "only years and months"},
		{"P1Y2D", calendar.ErrSyntax, "only years and months"},
		{"P0M", calendar.ErrCycle, "zero"},
		{"P1Y0M", calendar.ErrCycle, "zero"},
		{"P101Y", calendar.ErrCycle, "100 years"},
		{"P1201M", calendar.ErrCycle, "100 years"},
		{"P100Y1M", calendar.ErrCycle, "100 years"},
		{"P5201W", calendar.ErrCycle, "100 years"},
		{"P36501D", calendar.ErrCycle, "100 years"},
		{"P9999999M", calendar.ErrSyntax, "6 digits"},
		{"P99999999999999999999999999999999M", calendar.ErrSyntax, "16 bytes"},
		{"P１M", calendar.ErrSyntax, "whole number"},
	} {
		got, err := calendar.ParseCycle(c.text)
		require.ErrorIs(t, err, c.want, c.text)
		assert.Contains(t, err.Error(), c.reason, c.text)
		assert.Equal(t, calendar.Cycle{}, got)
	}
}

func TestCycle_Zero(t *testing.T) {
	t.Parallel()
	var zero calendar.Cycle
	require.NoError(t, zero.Validate())
	assert.Equal(t, "P1M", zero.String())
	assert.Equal(t, calendar.Cycle{Unit: calendar.UnitMonth, N: 1}, zero.Canonical())
	assert.Equal(t, "2026-02-28", zero.Nth(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), 1).Format(time.DateOnly))
	times, per, err := zero.PerYear()
	require.NoError(t, err)
	assert.Equal(t, [2]int64{12, 1}, [2]int64{times, per})
}

// The factors: revenue of years /12n, months /n, weeks ×52/12n and days
// ×365/12n, as Fivetran dbt_stripe and Polar have them.
func TestCycle_PerYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		times, per int64
	}{
		{"P1M", 12, 1},
		{"P3M", 12, 3},
		{"P6M", 12, 6},
		{"P1Y", 1, 1},
		{"P2Y", 1, 2},
		{"P1W", 52, 1},
		{"P2W", 52, 2},
		{"P1D", 365, 1},
		{"P30D", 365, 30},
	} {
		cycle, err := calendar.ParseCycle(c.text)
		require.NoError(t, err)
		times, per, err := cycle.PerYear()
		require.NoError(t, err)
		assert.Equal(t, [2]int64{c.times, c.per}, [2]int64{times, per}, c.text)
	}
}

func TestCycle_Impossible(t *testing.T) {
	t.Parallel()
	anchor := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		cycle calendar.Cycle
		text  string
	}{
		{calendar.Cycle{Unit: 9, N: 1}, "1 × Unit(9): want day, week, month or year"},
		{calendar.Cycle{N: -1}, "-1 × month: negative length"},
		{calendar.Cycle{N: 1201}, "1201 × month: at most 1200"},
		{calendar.Cycle{Unit: calendar.UnitYear, N: 101}, "101 × year: at most 100"},
		{calendar.Cycle{Unit: calendar.UnitDay, N: math.MaxInt32}, "at most 36500"},
		{calendar.Cycle{Unit: calendar.UnitWeek, N: math.MinInt32}, "negative length"},
	} {
		err := c.cycle.Validate()
		require.ErrorIs(t, err, calendar.ErrCycle)
		assert.Contains(t, err.Error(), c.text)
		_, _, err = c.cycle.PerYear()
		require.ErrorIs(t, err, calendar.ErrCycle)
		_, err = c.cycle.MarshalText()
		require.ErrorIs(t, err, calendar.ErrCycle)
		_, err = c.cycle.Value()
		require.ErrorIs(t, err, calendar.ErrCycle)
		assert.True(t, c.cycle.Nth(anchor, 1).IsZero())
		_, err = calendar.ParseCycle(c.cycle.String())
		require.Error(t, err, "its String is not a cycle")
	}
}

func TestCycle_Nth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		anchor, cycle string
		n             int
		want          string
	}{
		{"2026-01-31", "P1M", 0, "2026-01-31"},
		{"2026-01-31", "P1M", 1, "2026-02-28"},
		{"2028-01-31", "P1M", 1, "2028-02-29"},
		{"2026-01-31", "P1M", 2, "2026-03-31"}, // from the anchor, not from 28 February
		{"2026-01-31", "P1M", 3, "2026-04-30"},
		{"2026-01-31", "P1M", -2, "2025-11-30"},
		{"2026-01-31", "P3M", 1, "2026-04-30"},
		{"2024-02-29", "P1Y", 1, "2025-02-28"},
		{"2024-02-29", "P1Y", 4, "2028-02-29"},
		{"2026-02-28", "P1M", 1, "2026-03-28"}, // the end of a short month does not stick
		{"2026-01-30", "P2W", 3, "2026-03-13"},
		{"2026-01-30", "P30D", 1, "2026-03-01"},
		{"2026-01-30", "P1D", -30, "2025-12-31"},
		{"2026-01-30", "P1Y6M", 1, "2027-07-30"},
		{"2026-01-30", "P100Y", 100, ""}, // beyond year 9999
		{"2026-01-30", "P100Y", -21, ""},
		{"2026-01-30", "P36500D", math.MaxInt32, ""},
		{"2026-01-30", "P1W", math.MinInt32, ""},
		{"2026-01-30", "P1M", math.MaxInt32, ""},
		{"9999-12-30", "P1D", 1, "9999-12-31"}, // the last day there is
		{"9999-12-31", "P1D", 1, ""},
		{"9999-12-25", "P1W", 1, ""},
		{"0001-01-02", "P2D", -1, ""},
		{"0001-01-03", "P1D", -1, "0001-01-02"},
	} {
		anchor, err := time.Parse(time.DateOnly, c.anchor)
		require.NoError(t, err)
		cycle, err := calendar.ParseCycle(c.cycle)
		require.NoError(t, err)
		got := cycle.Nth(anchor, c.n)
		if c.want == "" {
			assert.True(t, got.IsZero(), "%s + %d × %s", c.anchor, c.n, c.cycle)
			continue
		}
		assert.Equal(t, c.want, got.Format(time.DateOnly), "%s + %d × %s", c.anchor, c.n, c.cycle)
	}
}

// Dates of the clock changes: IANA time zone database.
func TestCycle_NthAtClockChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, anchor, cycle string
		n                         int
		want                      string
	}{
		{"the wall clock stays, the offset does not", "Europe/Berlin", "2026-01-15T09:00:00+01:00", "P6M", 1, "2026-07-15T09:00:00+02:00"},
		{"a day of 23 hours", "Europe/Berlin", "2026-03-28T12:00:00+01:00", "P1D", 1, "2026-03-29T12:00:00+02:00"},
		{"removed: forward by the gap", "Europe/Berlin", "2026-02-28T02:30:00+01:00", "P1M", 1, "2026-03-28T02:30:00+01:00"},
		{"removed: forward by the gap", "Europe/Berlin", "2026-03-28T02:30:00+01:00", "P1D", 1, "2026-03-29T03:30:00+02:00"},
		{"repeated: the first", "Europe/Berlin", "2026-10-24T02:30:00+02:00", "P1D", 1, "2026-10-25T02:30:00+02:00"},
		{"repeated: the first", "America/New_York", "2026-10-01T01:30:00-04:00", "P1M", 1, "2026-11-01T01:30:00-04:00"},
		{"midnight removed", "America/Asuncion", "2017-09-01T00:15:00-04:00", "P1M", 1, "2017-10-01T01:15:00-03:00"},
		{"a whole day removed", "Pacific/Apia", "2011-11-30T10:00:00-10:00", "P1M", 1, "2011-12-31T10:00:00+14:00"},
	} {
		at, err := time.Parse(time.RFC3339, c.anchor)
		require.NoError(t, err)
		cycle, err := calendar.ParseCycle(c.cycle)
		require.NoError(t, err)
		got := cycle.Nth(at.In(zone(t, c.zone)), c.n)
		assert.Equal(t, c.want, got.Format(time.RFC3339), "%s: %s", c.name, c.anchor)
	}
}

// jump is a location whose clock is put forward, once, by the seconds between
// two offsets: a TZif file of version 1 with one transition (RFC 8536).
func jump(t *testing.T, at time.Time, before, after int) *time.Location {
	t.Helper()
	be := binary.BigEndian
	file := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 1, 2, 4} { // transitions 1, types 2, letters 4
		file = be.AppendUint32(file, count)
	}
	file = be.AppendUint32(file, uint32(at.Unix()))
	file = append(file, 1)
	for _, offset := range []int{before, after} {
		file = be.AppendUint32(file, uint32(int32(offset)))
		file = append(file, 0, 0)
	}
	loc, err := time.LoadLocationFromTZData("Jump", append(file, "XXX\x00"...))
	require.NoError(t, err)
	return loc
}

// No zone has put its clock forward across the end of a month since 1970, but
// nothing keeps one from it: here 23:30 on 31 March becomes 00:30 on 1 April.
func TestClockPutForwardAcrossTheMonthEnd(t *testing.T) {
	t.Parallel()
	for _, hours := range []int{-9, 0, 9} { // east and west of Greenwich
		offset := hours * 3600
		change := time.Date(2026, time.March, 31, 23, 30, 0, 0, time.UTC).Add(-time.Duration(offset) * time.Second)
		loc := jump(t, change, offset, offset+3600)
		require.Equal(t, "00:30", change.In(loc).Format("15:04"))

		april := month(t, "2026-04")
		assert.True(t, april.Start(loc).Equal(change), "the first instant of April")
		assert.Equal(t, month(t, "2026-03"), calendar.MonthOf(change.Add(-1), loc))
		assert.Equal(t, 30*24*time.Hour-30*time.Minute, april.Period(loc).Duration())

		for _, c := range []struct {
			day, hour, minute int
			want              string
		}{
			{31, 23, 15, "2026-03-31T23:15:00"},
			{31, 23, 45, "2026-03-31T23:29:59"}, // not into April
			{1, 0, 15, "2026-04-01T01:15:00"},   // forward by the hour
			{1, 0, 30, "2026-04-01T00:30:00"},
		} {
			anchor := time.Date(2026, time.January, c.day, c.hour, c.minute, 0, 0, loc)
			n := 2
			if c.day == 1 {
				n = 3
			}
			assert.Equal(t, c.want, calendar.Cycle{}.Nth(anchor, n).Format("2006-01-02T15:04:05"), "%d hours", hours)
		}
		daily := calendar.Cycle{Unit: calendar.UnitDay}.Nth(time.Date(2026, time.March, 30, 23, 45, 0, 0, loc), 1)
		assert.Equal(t, "2026-04-01T00:45:00", daily.Format("2006-01-02T15:04:05"), "a day has no month to stay in")
	}
}

// slowWallClock tries every offset that the zone has around a civil time.
func slowWallClock(civil time.Time, loc *time.Location) time.Time {
	var first time.Time
	var before int
	for i := -200; i <= 200; i++ {
		_, offset := civil.Add(time.Duration(i) * 15 * time.Minute).In(loc).Zone()
		if i == -200 {
			before = offset
		}
		at := civil.Add(-time.Duration(offset) * time.Second)
		if at.In(loc).Format("2006-01-02T15:04:05.999999999") != civil.Format("2006-01-02T15:04:05.999999999") {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if first.IsZero() {
		// In a gap: the clock that had not been put forward.
		first = civil.Add(-time.Duration(before) * time.Second)
	}
	return first
}

func TestLaw_NthKeepsTheWallClock(t *testing.T) {
	t.Parallel()
	locs := zones(t)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(locs).Draw(t, "zone")
		// Close to a change of the clock, where there is one.
		at := time.Unix(rapid.Int64Range(0, 2_100_000_000).Draw(t, "unix"), 0).In(loc)
		if _, end := at.ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near") {
			at = end.Add(time.Duration(rapid.IntRange(-180, 180).Draw(t, "minutes")) * time.Minute)
		}
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		anchor := at.In(loc)
		target := time.Date(anchor.Year(), anchor.Month(), anchor.Day()+n, anchor.Hour(), anchor.Minute(), anchor.Second(), 0, time.UTC)
		got := calendar.Cycle{Unit: calendar.UnitDay}.Nth(anchor, n)
		if n == 0 {
			require.True(t, got.Equal(anchor))
			return
		}
		want := slowWallClock(target, loc)
		require.True(t, want.Equal(got), "%s + %d days: want %s, got %s", anchor, n, want.In(loc), got)
	})
}

// One charge in every calendar month, from any anchor, in any zone.
func TestLaw_CycleNeverSkipsNorRepeatsAMonth(t *testing.T) {
	t.Parallel()
	locs := zones(t)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(locs).Draw(t, "zone")
		year := rapid.IntRange(1970, 2100).Draw(t, "year")
		anchor := time.Date(year, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"),
			rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, loc)
		c := calendar.Cycle{N: rapid.IntRange(1, 24).Draw(t, "n")}
		first := calendar.MonthOf(anchor, loc)
		for k := -50; k <= 50; k++ {
			at := c.Nth(anchor, k)
			require.Equal(t, first.Add(k*c.N), calendar.MonthOf(at, loc), "%s + %d × %s = %s", anchor, k, c, at)
			require.Equal(t, loc, at.Location())
		}
	})
}

// Every anchor day of a leap and a common year, the obvious way: the same day,
// or the last one of a month that has no such day.
func TestCycle_NthOfEveryDay(t *testing.T) {
	t.Parallel()
	for at := time.Date(2024, 1, 1, 17, 4, 0, 0, time.UTC); at.Year() < 2026; at = at.Add(24 * time.Hour) {
		for n := range 60 {
			want := time.Date(at.Year(), at.Month()+time.Month(n), at.Day(), 17, 4, 0, 0, time.UTC)
			for d := at.Day(); want.Day() != d; {
				d--
				want = time.Date(at.Year(), at.Month()+time.Month(n), d, 17, 4, 0, 0, time.UTC)
			}
			require.Equal(t, want, calendar.Cycle{}.Nth(at, n), "%s + %d months", at, n)
		}
	}
}

func TestCycle_SQL(t *testing.T) {
	t.Parallel()
	v, err := calendar.Cycle{}.Value()
	require.NoError(t, err)
	assert.Equal(t, "P1M", v)
	var c calendar.Cycle
	require.NoError(t, c.Scan("P3M"))
	assert.Equal(t, 3, c.N)
	require.NoError(t, c.Scan([]byte("P1Y")))
	assert.Equal(t, calendar.UnitYear, c.Unit)
	require.ErrorIs(t, c.Scan(nil), calendar.ErrSyntax)
	require.ErrorIs(t, c.Scan(3), calendar.ErrSyntax)
	require.ErrorIs(t, c.Scan("P0M"), calendar.ErrCycle)
	assert.Equal(t, calendar.Cycle{Unit: calendar.UnitYear, N: 1}, c, "a refused text changes nothing")
}

func TestUnit(t *testing.T) {
	t.Parallel()
	for u, name := range map[calendar.Unit]string{
		calendar.UnitDay: "day", calendar.UnitWeek: "week", calendar.UnitMonth: "month", calendar.UnitYear: "year",
	} {
		assert.Equal(t, name, u.String())
		got, err := calendar.ParseUnit(name)
		require.NoError(t, err)
		assert.Equal(t, u, got)
	}
	for _, s := range []string{"", "Month", "months", "quarter", "day "} {
		_, err := calendar.ParseUnit(s)
		require.ErrorIs(t, err, calendar.ErrSyntax, s)
	}
	_, err := calendar.Unit(7).MarshalText()
	require.ErrorIs(t, err, calendar.ErrCycle)
	var u calendar.Unit
	require.Error(t, u.UnmarshalText([]byte("fortnight")))
}

func FuzzParseCycle_RoundTrip(f *testing.F) {
	for _, s := range []string{"P1M", "P3M", "P1Y6M", "P2W", "P30D", "P0M", "PT1H", "P1W3D", "P999999M", "P-1D", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := calendar.ParseCycle(s)
		if err != nil {
			require.Equal(t, calendar.Cycle{}, c)
			return
		}
		require.NoError(t, c.Validate())
		back, err := calendar.ParseCycle(c.String())
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}

func FuzzCycle_Nth(f *testing.F) {
	f.Add(int64(1_769_817_600), int32(1), uint8(0), int32(1))
	f.Add(int64(-1<<62), int32(-1<<31), uint8(1), int32(36500))
	f.Add(int64(253_402_300_799), int32(1), uint8(3), int32(100))
	f.Fuzz(func(t *testing.T, unix int64, n int32, unit uint8, length int32) {
		c := calendar.Cycle{Unit: calendar.Unit(unit), N: int(length)}
		at := c.Nth(time.Unix(unix, 0).UTC(), int(n))
		if n == 0 && c.Validate() == nil {
			require.Equal(t, unix, at.Unix())
			return
		}
		if !at.IsZero() {
			require.Positive(t, at.Year())
			require.LessOrEqual(t, at.Year(), 9999)
		}
	})
}
