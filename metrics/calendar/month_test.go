package calendar_test

import (
	"encoding/json"
	"math/bits"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// zones have changed their clocks at midnight, by half hours, across the date
// line, twice a year in either hemisphere, or never.
func zones(t testing.TB) []*time.Location {
	t.Helper()
	var locs []*time.Location
	for _, name := range []string{
		"UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York", "America/Los_Angeles",
		"America/St_Johns", "America/Sao_Paulo", "America/Asuncion", "America/Havana", "America/Santiago",
		"America/Scoresbysund", "America/Nuuk", "Asia/Kolkata", "Asia/Tehran", "Asia/Amman", "Asia/Beirut",
		"Asia/Gaza", "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Kwajalein",
		"Pacific/Chatham", "Pacific/Kiritimati", "Africa/Casablanca", "Africa/Cairo", "Antarctica/Troll",
	} {
		locs = append(locs, zone(t, name))
	}
	return locs
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	require.NoError(t, err)
	return m
}

func TestNewMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		year  int
		month time.Month
		want  string
	}{
		{2026, time.January, "2026-01"},
		{2026, 13, "2027-01"}, // carries, as time.Date does
		{2026, 0, "2025-12"},
		{2026, -11, "2025-01"},
		{1, time.January, "0001-01"},
		{9999, time.December, "9999-12"},
		{10000, time.January, ""},
		{0, time.December, ""},
		{-1 << 31, time.January, ""},
		{1<<31 - 1, 1<<31 - 1, ""},
		{-1<<20 + 2, 12 << 20, "0001-12"}, // the farthest that carries back into a year
	} {
		got := calendar.NewMonth(c.year, c.month)
		assert.Equal(t, c.want, got.String(), "%d-%d", c.year, c.month)
		assert.Equal(t, c.want == "", got.IsZero())
	}
}

// Twelve times such a year overflows to twelve times 2026.
func TestNewMonth_YearThatOverflows(t *testing.T) {
	t.Parallel()
	if bits.UintSize < 64 {
		t.Skip("an int holds no such year")
	}
	for _, wide := range []int64{1 << 62, -1 << 62} {
		assert.True(t, calendar.NewMonth(int(wide+2026), time.January).IsZero(), wide+2026)
	}
}

func TestMonth_Zero(t *testing.T) {
	t.Parallel()
	var zero calendar.Month
	january := calendar.NewMonth(2026, time.January)
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String())
	assert.Zero(t, zero.Year())
	assert.Zero(t, zero.Month())
	assert.Zero(t, zero.Days())
	assert.Equal(t, zero, zero.Add(5))
	assert.Zero(t, zero.Sub(january))
	assert.Zero(t, january.Sub(zero))
	assert.True(t, zero.Before(january))
	assert.True(t, january.After(zero))
	assert.True(t, zero.Start(time.UTC).IsZero())
	assert.True(t, zero.Period(time.UTC).IsEmpty())
	require.ErrorIs(t, zero.Validate(), calendar.ErrYear)
	assert.Empty(t, slices.Collect(calendar.Months(zero, january)))
	assert.Zero(t, zero.Quarter(time.January))
	assert.Equal(t, zero, zero.FiscalStart(time.April))
}

func TestMonth_Arithmetic(t *testing.T) {
	t.Parallel()
	m := month(t, "2026-11")
	assert.Equal(t, month(t, "2027-02"), m.Add(3))
	assert.Equal(t, month(t, "2025-11"), m.Add(-12))
	assert.Equal(t, 3, month(t, "2027-02").Sub(m))
	assert.Equal(t, -1, m.Compare(m.Add(1)))
	assert.Zero(t, m.Compare(m.Add(2).Add(-2)))
	assert.Equal(t, 1, m.Compare(m.Add(-1)))
	assert.True(t, m.Add(1<<30).IsZero(), "beyond year 9999")
	assert.True(t, m.Add(-1<<31).IsZero(), "before year 1")
	assert.Equal(t, 30, m.Days())
	assert.Equal(t, 29, month(t, "2000-02").Days())
	assert.Equal(t, 28, month(t, "2100-02").Days())
}

func TestMonths(t *testing.T) {
	t.Parallel()
	var got []string
	for m := range calendar.Months(month(t, "2025-11"), month(t, "2026-02")) {
		got = append(got, m.String())
	}
	assert.Equal(t, []string{"2025-11", "2025-12", "2026-01", "2026-02"}, got)
	assert.Empty(t, slices.Collect(calendar.Months(month(t, "2026-02"), month(t, "2026-01"))))
	for m := range calendar.Months(month(t, "2026-01"), month(t, "2200-12")) {
		assert.Equal(t, month(t, "2026-01"), m)
		break
	}
	assert.Len(t, slices.Collect(calendar.Months(month(t, "1900-01"), month(t, "2200-12"))), 301*12)
}

func TestMonthOf_Zone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 31, 23, 30, 0, 0, time.UTC)
	assert.Equal(t, "2026-01", calendar.MonthOf(at, nil).String())
	assert.Equal(t, "2026-02", calendar.MonthOf(at, zone(t, "Europe/Berlin")).String())
	assert.Equal(t, "2026-01", calendar.MonthOf(at, zone(t, "America/New_York")).String())
}

// Dates of the clock changes: IANA time zone database.
func TestMonth_StartAtClockChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, month, want string
	}{
		{"midnight does not exist", "America/Asuncion", "2017-10", "2017-10-01T04:00:00Z"}, // 00:00 -> 01:00
		{"midnight comes twice", "America/Havana", "2015-11", "2015-11-01T04:00:00Z"},      // 01:00 -> 00:00
		{"change later that day", "America/New_York", "2026-11", "2026-11-01T04:00:00Z"},
		{"half an hour", "Australia/Lord_Howe", "2026-04", "2026-03-31T13:00:00Z"},
		{"nil is UTC", "", "2026-04", "2026-04-01T00:00:00Z"},
	} {
		var loc *time.Location
		if c.zone != "" {
			loc = zone(t, c.zone)
		}
		got := month(t, c.month).Start(loc)
		assert.Equal(t, c.want, got.UTC().Format(time.RFC3339), c.name)
	}
}

// The start is the first instant of the month and the end of the one before,
// in every zone.
func TestLaw_MonthsTile(t *testing.T) {
	t.Parallel()
	for _, loc := range zones(t) {
		before := month(t, "1999-12").Period(loc)
		for m := range calendar.Months(month(t, "2000-01"), month(t, "2037-12")) {
			p := m.Period(loc)
			require.Equal(t, before.To, p.From, "%s %s", loc, m)
			require.Equal(t, m, calendar.MonthOf(p.From, loc), "%s %s", loc, m)
			require.Equal(t, m.Add(-1), calendar.MonthOf(p.From.Add(-1), loc), "%s %s", loc, m)
			require.True(t, p.Contains(p.From))
			require.False(t, p.Contains(p.To))
			before = p
		}
	}
}

func TestMonth_Fiscal(t *testing.T) {
	t.Parallel()
	// A fiscal year that begins in April: January to March are its last quarter.
	for _, c := range []struct {
		month   string
		quarter int
		first   string
		year    string
	}{
		{"2026-04", 1, "2026-04", "2026-04"},
		{"2026-06", 1, "2026-04", "2026-04"},
		{"2026-12", 3, "2026-10", "2026-04"},
		{"2027-01", 4, "2027-01", "2026-04"},
		{"2027-03", 4, "2027-01", "2026-04"},
		{"2027-04", 1, "2027-04", "2027-04"},
	} {
		m := month(t, c.month)
		assert.Equal(t, c.quarter, m.Quarter(time.April), c.month)
		assert.Equal(t, c.first, m.QuarterStart(time.April).String(), c.month)
		assert.Equal(t, c.year, m.FiscalStart(time.April).String(), c.month)
	}
	assert.Equal(t, 2, month(t, "2026-05").Quarter(time.January))
	for _, odd := range []time.Month{-1 << 31, -13, 0, 13, 1<<31 - 1} {
		assert.Contains(t, []int{1, 2, 3, 4}, month(t, "2026-05").Quarter(odd), odd)
	}
}

func TestParseMonth_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want error
	}{
		{"", calendar.ErrSyntax},
		{"2026", calendar.ErrSyntax},
		{"2026-1", calendar.ErrSyntax},
		{"2026-01-01", calendar.ErrSyntax},
		{"2026/01", calendar.ErrSyntax},
		{"2026-00", calendar.ErrSyntax},
		{"2026-13", calendar.ErrSyntax},
		{"+026-01", calendar.ErrSyntax},
		{" 2026-1", calendar.ErrSyntax},
		{"２026-1", calendar.ErrSyntax},
		{"NaN-NaN", calendar.ErrSyntax},
		{"1899-12", calendar.ErrYear},
		{"2201-01", calendar.ErrYear},
		{"0000-01", calendar.ErrYear},
	} {
		_, err := calendar.ParseMonth(c.text)
		require.ErrorIs(t, err, c.want, c.text)
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "ParseMonth", e.Op)
	}
	_, err := calendar.ParseMonth("2026-13")
	assert.EqualError(t, err, `calendar: ParseMonth: "2026-13": month outside 01 to 12`)
}

func TestMonth_Encodings(t *testing.T) {
	t.Parallel()
	type row struct {
		Month calendar.Month                   `json:"month"`
		By    map[calendar.Month]int           `json:"by"`
		Cycle calendar.Cycle                   `json:"cycle"`
		Unit  calendar.Unit                    `json:"unit"`
		Cost  map[calendar.Unit]calendar.Cycle `json:"cost"`
	}
	in := row{
		Month: month(t, "2026-01"),
		By:    map[calendar.Month]int{month(t, "2026-01"): 1},
		Cycle: calendar.Cycle{Unit: calendar.UnitWeek, N: 2},
		Unit:  calendar.UnitYear,
		Cost:  map[calendar.Unit]calendar.Cycle{calendar.UnitDay: {Unit: calendar.UnitDay, N: 30}},
	}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"month":"2026-01","by":{"2026-01":1},"cycle":"P2W","unit":"year","cost":{"day":"P30D"}}`, string(data))
	var out row
	require.NoError(t, json.Unmarshal(data, &out))
	assert.Equal(t, in, out)

	var m calendar.Month
	require.NoError(t, m.UnmarshalText(nil))
	assert.True(t, m.IsZero(), "empty text is the zero Month")
	require.Error(t, m.UnmarshalText([]byte("x")))
	_, err = calendar.NewMonth(2201, time.January).MarshalText()
	require.ErrorIs(t, err, calendar.ErrYear, "what cannot be read is not written")
}

func TestMonth_SQL(t *testing.T) {
	t.Parallel()
	v, err := month(t, "2026-01").Value()
	require.NoError(t, err)
	assert.Equal(t, "2026-01", v)
	v, err = calendar.Month{}.Value()
	require.NoError(t, err)
	assert.Nil(t, v)
	_, err = calendar.NewMonth(3000, time.May).Value()
	require.ErrorIs(t, err, calendar.ErrYear)

	berlin := zone(t, "Europe/Berlin")
	for _, src := range []any{
		"2026-01", []byte("2026-01"),
		time.Date(2026, time.January, 1, 0, 0, 0, 0, berlin), // still 2025 in UTC
	} {
		var m calendar.Month
		require.NoError(t, m.Scan(src))
		assert.Equal(t, "2026-01", m.String(), "%T", src)
	}
	m := month(t, "2026-01")
	require.NoError(t, m.Scan(nil))
	assert.True(t, m.IsZero())
	require.ErrorIs(t, m.Scan(202601), calendar.ErrSyntax)
	require.ErrorIs(t, m.Scan(time.Time{}), calendar.ErrYear)
}

func TestCheckTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at string
		ok bool
	}{
		{"1899-12-31T23:59:59.999999999Z", false},
		{"1900-01-01T00:00:00Z", true},
		{"2200-12-31T23:59:59.999999999Z", true},
		{"2201-01-01T00:00:00Z", false},
		{"1900-01-01T00:30:00+01:00", false}, // 1899 in UTC
		{"0001-01-01T00:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		require.NoError(t, err)
		if c.ok {
			require.NoError(t, calendar.CheckTime(at), c.at)
		} else {
			require.ErrorIs(t, calendar.CheckTime(at), calendar.ErrYear, c.at)
		}
	}
	assert.EqualError(t, calendar.CheckTime(time.Time{}), "calendar: CheckTime: the zero time: year outside 1900 to 2200")
}

// What a ledger calls for every change must not allocate.
func TestAllocations(t *testing.T) {
	at := time.Unix(1_769_817_600, 0)
	berlin := zone(t, "Europe/Berlin")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = calendar.CheckTime(at) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = calendar.MonthOf(at, berlin).Period(berlin) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = calendar.Cycle{N: 3}.Nth(at, 5) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = calendar.ParseCycle("P1Y6M") }))
}

func TestLaw_MonthSubUndoesAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := calendar.NewMonth(rapid.IntRange(calendar.MinYear, calendar.MaxYear).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
		n := rapid.IntRange(-12_000, 12_000).Draw(t, "n")
		sum := m.Add(n)
		require.Equal(t, n, sum.Sub(m))
		require.Equal(t, m, sum.Add(-n))
		require.Equal(t, n < 0, sum.Before(m))
		require.Equal(t, m.Compare(sum), -sum.Compare(m))
	})
}

func FuzzParseMonth_RoundTrip(f *testing.F) {
	for _, s := range []string{"2026-01", "1900-01", "2200-12", "2026-13", "", "9999-99", "20260-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := calendar.ParseMonth(s)
		if err != nil {
			require.True(t, m.IsZero())
			return
		}
		require.Equal(t, s, m.String(), "there is one text for a month")
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back calendar.Month
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
	})
}
