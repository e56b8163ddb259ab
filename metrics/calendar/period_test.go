package calendar_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func day(d int) time.Time { return time.Date(2026, time.March, d, 0, 0, 0, 0, time.UTC) }

func TestPeriod(t *testing.T) {
	t.Parallel()
	p := calendar.Period{From: day(5), To: day(10)}
	assert.True(t, p.Contains(day(5)), "the first instant belongs to it")
	assert.True(t, p.Contains(day(10).Add(-1)))
	assert.False(t, p.Contains(day(10)), "the last does not")
	assert.False(t, p.Contains(day(5).Add(-1)))
	assert.Equal(t, 5*24*time.Hour, p.Duration())
	assert.Equal(t, "2026-03-05T00:00:00Z/2026-03-10T00:00:00Z", p.String())

	assert.False(t, p.Overlaps(calendar.Period{From: day(10), To: day(12)}), "touching is not overlapping")
	assert.False(t, p.Overlaps(calendar.Period{From: day(7), To: day(7)}), "an empty period has nothing to share")
	assert.True(t, p.Overlaps(calendar.Period{From: day(9), To: day(12)}))
	assert.Equal(t, calendar.Period{From: day(7), To: day(10)}, p.Intersect(calendar.Period{From: day(7), To: day(20)}))
	assert.Equal(t, calendar.Period{From: day(5), To: day(8)}, p.Intersect(calendar.Period{From: day(1), To: day(8)}))
	assert.Equal(t, calendar.Period{}, p.Intersect(calendar.Period{From: day(12), To: day(20)}))

	assert.True(t, calendar.Period{}.IsEmpty())
	assert.False(t, calendar.Period{}.Contains(time.Time{}))
	ages := calendar.Period{From: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	assert.Equal(t, time.Duration(math.MaxInt64), ages.Duration(), "saturates")
}

func TestPeriod_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, calendar.Period{From: day(5), To: day(10)}.Validate())
	require.NoError(t, calendar.Period{From: day(5), To: day(5)}.Validate(), "empty is valid")
	for _, c := range []struct {
		name string
		p    calendar.Period
		want error
		text string
	}{
		{"backwards", calendar.Period{From: day(6), To: day(5)}, calendar.ErrPeriod, "2026-03-06T00:00:00Z/2026-03-05T00:00:00Z: period ends before it begins"},
		{"zero", calendar.Period{}, calendar.ErrYear, "From 0001-01-01T00:00:00Z"},
		{"no end", calendar.Period{From: day(5)}, calendar.ErrYear, "To 0001-01-01T00:00:00Z"},
		{"far", calendar.Period{From: day(5), To: day(5).AddDate(300, 0, 0)}, calendar.ErrYear, "To 2326-03-05T00:00:00Z"},
	} {
		err := c.p.Validate()
		require.ErrorIs(t, err, c.want, c.name)
		assert.Contains(t, err.Error(), c.text, c.name)
	}
}

func TestPeriod_Text(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2026-03-05T00:00:00Z/2026-03-10T00:00:00Z",
		"2026-03-05T00:00:00.000000001Z/2026-03-05T00:00:00.000000001Z",
		"2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00", // a day of 23 hours
	} {
		p, err := calendar.ParsePeriod(text)
		require.NoError(t, err)
		assert.Equal(t, text, p.String())
		data, err := json.Marshal(map[string]calendar.Period{"p": p, "none": {}})
		require.NoError(t, err)
		assert.JSONEq(t, `{"p":"`+text+`","none":""}`, string(data))
		var back map[string]calendar.Period
		require.NoError(t, json.Unmarshal(data, &back))
		assert.True(t, back["p"].From.Equal(p.From) && back["p"].To.Equal(p.To))
		assert.Equal(t, calendar.Period{}, back["none"])
	}
	odd := day(5).In(time.FixedZone("Monrovia", -(44*60 + 30)))
	assert.Equal(t, "2026-03-05T00:00:00Z/2026-03-05T00:00:00Z", calendar.Period{From: odd, To: odd}.String(), "RFC 3339 has no seconds of offset")
	for text, want := range map[string]error{
		"":                         calendar.ErrSyntax,
		"2026-03-05T00:00:00Z":     calendar.ErrSyntax,
		"2026-03-05/2026-03-10":    calendar.ErrSyntax,
		"2026-03-05T00:00:00Z/":    calendar.ErrSyntax,
		"/2026-03-05T00:00:00Z":    calendar.ErrSyntax,
		"2026-03-05T00:00:00Z/P1M": calendar.ErrSyntax,
		"2026-02-30T00:00:00Z/2026-03-10T00:00:00Z":                                             calendar.ErrSyntax,
		"2026-03-10T00:00:00Z/2026-03-05T00:00:00Z":                                             calendar.ErrPeriod,
		"1026-03-10T00:00:00Z/2026-03-05T00:00:00Z":                                             calendar.ErrYear,
		"2026-03-05T00:00:00Z/2026-03-10T00:00:00.0000000000000000000000000000000000000000000Z": calendar.ErrSyntax,
	} {
		_, err := calendar.ParsePeriod(text)
		require.ErrorIs(t, err, want, text)
	}
	_, err := calendar.Period{From: day(2), To: day(1)}.MarshalText()
	require.ErrorIs(t, err, calendar.ErrPeriod)
	p := calendar.Period{From: day(1), To: day(2)}
	require.Error(t, p.UnmarshalText([]byte("soon")))
	assert.Equal(t, day(1), p.From, "unchanged")
}

func FuzzParsePeriod_RoundTrip(f *testing.F) {
	f.Add("2026-03-05T00:00:00Z/2026-03-10T00:00:00Z")
	f.Add("2026-03-29T00:00:00+01:00/2026-03-30T00:00:00.5+02:00")
	f.Add("/")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := calendar.ParsePeriod(s)
		if err != nil {
			require.Equal(t, calendar.Period{}, p)
			return
		}
		text, err := p.MarshalText()
		require.NoError(t, err)
		back, err := calendar.ParsePeriod(string(text))
		require.NoError(t, err)
		require.True(t, p.From.Equal(back.From) && p.To.Equal(back.To))
	})
}
