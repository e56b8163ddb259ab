package kit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// TestNote_Period: both ends or none; what a record says of one end alone, or in
// the wrong order, is found at its field.
func TestNote_Period(t *testing.T) {
	t.Parallel()
	const early, late = "2026-03-10", "2026-04-10"
	for name, c := range map[string]struct {
		from, to kit.Text
		period   string
		left     bool
		finding  string
	}{
		"both":          {early, late, early + " " + late, false, ""},
		"none":          {"", "", "0001-01-01 0001-01-01", false, ""},
		"an instant":    {early, early, early + " " + early, false, ""},
		"no beginning":  {"", late, "0001-01-01 0001-01-01", false, "warning missing-time from"},
		"no end":        {early, "", "0001-01-01 0001-01-01", false, "warning missing-time to"},
		"reversed":      {late, early, "", true, "fault end-before-start to"},
		"unread from":   {"soon", late, "", true, "fault malformed from"},
		"unread to":     {early, "soon", "", true, "fault malformed to"},
		"unread of one": {"", "soon", "", true, "fault malformed to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := kit.NewSession("test", importer.Options{})
			require.NoError(t, err)
			from, to, ok := s.Note("il_1").Period("from", c.from, "to", c.to)
			assert.Equal(t, c.left, !ok)
			if ok {
				assert.Equal(t, c.period, from.Format("2006-01-02")+" "+to.Format("2006-01-02"))
			}
			var found strings.Builder
			for _, f := range s.Findings() {
				found.WriteString(f.Severity.String() + " " + string(f.Code) + " " + f.Field)
			}
			assert.Equal(t, c.finding, found.String())
		})
	}
}

// A whole month as a biller writes it whose day begins elsewhere is whole: over a
// change of clocks, and at the end of February, where it is a day shorter in UTC.
func TestPartOf(t *testing.T) {
	t.Parallel()
	month, day := calendar.Cycle{}, calendar.Cycle{Unit: calendar.UnitDay}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	sydney, err := time.LoadLocation("Australia/Sydney")
	require.NoError(t, err)
	at := func(loc *time.Location, m time.Month, d, hour int) time.Time {
		return time.Date(2026, m, d, hour, 0, 0, 0, loc).UTC()
	}
	for name, c := range map[string]struct {
		cycle    calendar.Cycle
		from, to time.Time
		part     bool
	}{
		"a month":                        {month, at(time.UTC, 3, 10, 0), at(time.UTC, 4, 10, 0), false},
		"half of it":                     {month, at(time.UTC, 3, 25, 0), at(time.UTC, 4, 10, 0), true},
		"all but a day":                  {month, at(time.UTC, 3, 11, 0), at(time.UTC, 4, 10, 0), true},
		"all but a day, in Berlin":       {month, at(berlin, 3, 11, 0), at(berlin, 4, 10, 0), true},
		"all but two hours":              {month, at(time.UTC, 3, 10, 2), at(time.UTC, 4, 10, 0), true},
		"over the change of clocks":      {month, at(berlin, 3, 10, 0), at(berlin, 4, 10, 0), false},
		"over it, by day":                {month, at(berlin, 3, 10, 15), at(berlin, 4, 10, 15), false},
		"February of the 31st":           {month, at(berlin, 1, 31, 0), at(berlin, 2, 28, 0), false},
		"February of the 31st, at night": {month, at(sydney, 1, 31, 9), at(sydney, 2, 28, 9), false},
		"March of the 31st":              {month, at(berlin, 2, 28, 0), at(berlin, 3, 31, 0), false},
		"a day of 23 hours":              {day, at(berlin, 3, 29, 0), at(berlin, 3, 30, 0), false},
		"no period":                      {month, time.Time{}, time.Time{}, false},
	} {
		assert.Equal(t, c.part, kit.PartOf(c.cycle, c.from, c.to), name)
	}
}
