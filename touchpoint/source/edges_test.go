package source_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

// one reads a single event of CSV.
func one(t *testing.T, in string, o source.Options) (touchpoint.Event, error) {
	t.Helper()
	for e, err := range source.CSV(strings.NewReader(in), o).Events() {
		return e, err
	}
	t.Fatal("no event")
	return touchpoint.Event{}, nil
}

// Texts of times and amounts may be 64 characters long, and no more.
func TestCSV_LongestTimeAndAmount(t *testing.T) {
	t.Parallel()
	at := func(zeros int) string { return "2026-01-05T00:00:00." + strings.Repeat("0", zeros) + "Z" }
	e, err := one(t, "customer,event,at\nacme,visited,"+at(43)+"\n", source.Options{})
	require.NoError(t, err)
	assert.Equal(t, 2026, e.At.Year())
	_, err = one(t, "customer,event,at\nacme,visited,"+at(44)+"\n", source.Options{})
	require.Error(t, err)
	amount := func(zeros int) string {
		return "customer,event,at,value,currency\nacme,subscribed,2026-01-05,1." + strings.Repeat("0", zeros) + ",EUR\n"
	}
	e, err = one(t, amount(62), source.Options{})
	require.NoError(t, err)
	assert.Equal(t, "1", e.Value.String())
	_, err = one(t, amount(63), source.Options{})
	require.Error(t, err)
}

// A time outside the years of a log is refused with its row, with an amount and
// without one.
func TestCSV_YearsOutside(t *testing.T) {
	t.Parallel()
	for _, year := range []string{"1899", "2201"} {
		_, err := one(t, "customer,event,at\nacme,visited,"+year+"-01-05\n", source.Options{})
		require.ErrorContains(t, err, "years 1900 to 2200", year)
		_, err = one(t, "customer,event,at,value,currency\nacme,visited,"+year+"-01-05,1,EUR\n", source.Options{})
		require.ErrorContains(t, err, "years 1900 to 2200", year)
	}
	for _, year := range []string{"1900", "2200"} {
		_, err := one(t, "customer,event,at\nacme,visited,"+year+"-01-05\n", source.Options{})
		require.NoError(t, err)
	}
}

// Bare numbers have fractions, of nine digits at most, and years like any time.
func TestCSV_Epochs(t *testing.T) {
	t.Parallel()
	second := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		epoch source.Epoch
		text  string
		want  time.Time // zero: refused
	}{
		{source.EpochSeconds, "1767225600", second},
		{source.EpochSeconds, "1767225600.5", second.Add(time.Second / 2)},
		{source.EpochSeconds, "1767225600.000000001", second.Add(1)},
		{source.EpochSeconds, "1767225600.0000000001", time.Time{}},
		{source.EpochSeconds, "1767225600.x", time.Time{}},
		{source.EpochMillis, "1767225600000", second},
		{source.EpochMicros, "1767225600000000", second},
		{source.EpochSeconds, "20000000000", time.Time{}}, // more than 64 bits of nanoseconds, which wrap to a year of ours
		{source.EpochSeconds, "-20000000000", time.Time{}},
		{source.EpochSeconds, "9223372036854775807", time.Time{}},
	} {
		e, err := one(t, "customer,event,at\nacme,visited,"+c.text+"\n", source.Options{Epoch: c.epoch})
		if c.want.IsZero() {
			require.Error(t, err, c.text)
			continue
		}
		require.NoError(t, err, c.text)
		assert.True(t, c.want.Equal(e.At), "%s: %s", c.text, e.At)
	}
}

// Ten thousand entries of a mapping are allowed.
func TestOptions_LargestMapping(t *testing.T) {
	t.Parallel()
	events := map[string]string{}
	for i := range 10_000 {
		events[fmt.Sprint("e", i)] = "visited"
	}
	e, err := one(t, "customer,event,at\nacme,e7,2026-01-05\n", source.Options{Mapping: source.Mapping{Events: events}})
	require.NoError(t, err)
	assert.Equal(t, "visited", e.Name)
	events["one more"] = ""
	_, err = one(t, "customer,event,at\nacme,e7,2026-01-05\n", source.Options{Mapping: source.Mapping{Events: events}})
	require.Error(t, err)
}

// A byte order mark may stand before JSON, whole, once, and nowhere else.
func TestJSONLines_ByteOrderMark(t *testing.T) {
	t.Parallel()
	const line = `{"customer":"acme","event":"visited","at":"2026-01-05T00:00:00Z"}`
	for in, good := range map[string]bool{
		"\xEF\xBB\xBF" + line: true, "\xEF\xBB\xBF[" + line + "]": true,
		"\xEF\xBB" + line: false, "\xEF" + line: false, "\xEF": false,
		line + "\n\xEF\xBB\xBF" + line: false, "[\xEF\xBB\xBF" + line + "]": false,
	} {
		bad := 0
		for _, err := range source.JSONLines(strings.NewReader(in), source.Options{}).Events() {
			if err != nil {
				bad++
			}
		}
		assert.Equal(t, good, bad == 0, "%q", in)
	}
}

// The times of Google Analytics are microseconds, and what is none is refused.
func TestGA4_Timestamps(t *testing.T) {
	t.Parallel()
	for stamp, good := range map[string]bool{
		`"1767225600000000"`: true, `1767225600000000`: true, `"0"`: true,
		`"9007199254740993"`: false, `"-9007199254740993"`: false, `"yesterday"`: false, `""`: false, `"99999999999999999999"`: false,
	} {
		in := `{"event_name":"sign_up","event_timestamp":` + stamp + `,"user_id":"u1"}`
		n, bad := 0, 0
		for e, err := range source.GA4(strings.NewReader(in), source.Options{Mapping: source.Mapping{Events: map[string]string{"sign_up": "account_created"}}}).Events() {
			n++
			if err != nil {
				bad++
				continue
			}
			assert.Equal(t, "account_created", e.Name)
		}
		assert.Equal(t, 1, n, stamp)
		assert.Equal(t, good, bad == 0, stamp)
	}
}

// Links are counted where there is somebody to take them.
func TestCounts_Links(t *testing.T) {
	t.Parallel()
	r := source.CSV(strings.NewReader("customer,event,at,by\nleo,visited,2026-01-05,mia\nkim,visited,2026-01-06,mia\n"),
		source.Options{Identity: &source.Identity{}, Mapping: source.Mapping{Referrer: "by"}})
	for _, err := range r.Events() {
		require.NoError(t, err)
	}
	assert.EqualValues(t, 2, r.Counts().Links)
}

// A person who is an account of their own, and one whose account is known before
// their other ids are, do not hide those after them.
func TestIdentity_AccountsInAnyOrder(t *testing.T) {
	t.Parallel()
	at := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	ids := &source.Identity{Accounts: true}
	ids.Member("solo", "solo", at(1))
	ids.Member("mia", "company:acme", at(2))
	ids.Alias("mia@old.example", "mia", at(3))
	ids.Alias("kim@old.example", "kim", at(4))
	ids.Member("kim", "company:beta", at(5))
	for id, want := range map[string]string{
		"solo": "solo", "mia": "company:acme", "mia@old.example": "company:acme", "kim@old.example": "company:beta",
	} {
		assert.Equal(t, want, ids.Resolve(id), id)
	}
}

// Whoever stops reading a history of Salesforce gets nothing more.
func TestSalesforce_StopsWhenAsked(t *testing.T) {
	t.Parallel()
	in := "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n" +
		"1,o1,StageName,,Prospecting,2026-01-05T00:00:00Z\n2,o1,Amount,1,2,2026-01-05T00:00:00Z\n3,o2,StageName,,Prospecting,2026-01-06T00:00:00Z\n"
	n := 0
	for _, err := range source.Salesforce(strings.NewReader(in), source.Options{}).Events() {
		require.NoError(t, err)
		n++
		break
	}
	assert.Equal(t, 1, n)
}

// Whoever stops in the middle of a history gets nothing of the next record.
func TestSalesforce_StopsBetweenRecords(t *testing.T) {
	t.Parallel()
	in := "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n" +
		"1,o1,StageName,,Prospecting,2026-01-05T00:00:00Z\n2,o2,StageName,,Prospecting,2026-01-06T00:00:00Z\n3,o3,StageName,,Prospecting,2026-01-07T00:00:00Z\n" +
		"4,o4,StageName,,Prospecting,2026-01-08T00:00:00Z\n5,o5,StageName,,Prospecting,2026-01-09T00:00:00Z\n"
	var got []string
	for e, err := range source.Salesforce(strings.NewReader(in), source.Options{}).Events() {
		require.NoError(t, err)
		got = append(got, e.Customer)
		break
	}
	assert.Equal(t, []string{"o1"}, got)
}

// What is found beyond the list is still counted.
func TestFindings_MoreThanAreListed(t *testing.T) {
	t.Parallel()
	read := func(kinds int) []source.Finding {
		var in strings.Builder
		for i := range kinds {
			fmt.Fprintf(&in, `{"type":"kind %d","userId":"u1","timestamp":"2026-01-05T00:00:00Z"}`+"\n", i)
		}
		r := source.Segment(strings.NewReader(in.String()), source.Options{})
		for _, err := range r.Events() {
			require.NoError(t, err)
		}
		return r.Findings()
	}
	assert.Len(t, read(fault.MaxListed), fault.MaxListed)
	got := read(fault.MaxListed + 3)
	require.Len(t, got, fault.MaxListed+1)
	more := got[fault.MaxListed]
	assert.Equal(t, source.FoundMany, more.Code)
	assert.EqualValues(t, 3, more.Count)
}

// Each statement of who is who is counted once: a visitor of a user, a member of a
// group, an id of before.
func TestSegment_CountsLinks(t *testing.T) {
	t.Parallel()
	const at = `,"timestamp":"2026-01-05T00:00:00Z"}` + "\n"
	for in, want := range map[string]int64{
		`{"type":"identify","userId":"u1","anonymousId":"v1"` + at:                    1,
		`{"type":"identify","userId":"u1"` + at:                                       0,
		`{"type":"group","userId":"u1","groupId":"acme"` + at:                         1,
		`{"type":"group","userId":"u1","anonymousId":"v1","groupId":"acme"` + at:      2,
		`{"type":"alias","userId":"u2","previousId":"u1"` + at:                        1,
		`{"type":"track","event":"x","userId":"u1","context":{"groupId":"acme"}` + at: 1,
	} {
		r := source.Segment(strings.NewReader(in), source.Options{Identity: &source.Identity{}})
		for _, err := range r.Events() {
			require.NoError(t, err, in)
		}
		assert.Equal(t, want, r.Counts().Links, in)
	}
}
