package mining_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func frac(a, b int64) string { return strconv.FormatInt(a, 10) + "/" + strconv.FormatInt(b, 10) }

// Every analysis of the events that a match selects, by name or by a property, is
// that of a log of these events alone.
func TestOptions_MatchIsALogOfTheseAlone(t *testing.T) {
	t.Parallel()
	var all, email, plan []touchpoint.Event
	for c := range 9 {
		for k := range 12 {
			e := touchpoint.Event{
				Customer: "c" + strconv.Itoa(c), Name: []string{"a", "b", "c"}[(c*k+k)%3], At: time.Unix(int64(60*k*(c+1)), 0),
				Channel: []touchpoint.Channel{"email", "web", ""}[(c+k*k)%3], Attrs: map[string]string{"plan": []string{"x", "y"}[(c+k)%2]},
			}
			all = append(all, e)
			if e.Channel == "email" {
				email = append(email, e)
			}
			if e.Attrs["plan"] == "x" {
				plan = append(plan, e)
			}
		}
	}
	keep := touchpoint.LogOptions{Attrs: []string{"plan"}}
	log, err := keep.LogOf(all...)
	require.NoError(t, err)
	said := func(log *touchpoint.Log, o mining.Options) (out []string) {
		graph, err := mining.DirectlyFollows(log, o)
		require.NoError(t, err)
		variants, err := mining.Variants(log, o)
		require.NoError(t, err)
		cases, err := mining.CasesOf(log, o)
		require.NoError(t, err)
		paths, err := mining.Paths(log, mining.PathOptions{Options: o, Gap: -1})
		require.NoError(t, err)
		for _, x := range []interface{ Rows() [][]string }{graph, variants, cases, paths} {
			b, err := mining.CSV(x)
			require.NoError(t, err)
			out = append(out, string(b))
		}
		return out
	}
	for name, c := range map[string]struct {
		match []touchpoint.Match
		only  []touchpoint.Event
	}{
		"channel":   {[]touchpoint.Match{{Channel: "email"}}, email},
		"attribute": {[]touchpoint.Match{{Where: []touchpoint.Condition{{Attr: "plan", Values: []string{"x"}}}}}, plan},
		"anything":  {[]touchpoint.Match{{}}, all},
	} {
		alone, err := keep.LogOf(c.only...)
		require.NoError(t, err)
		assert.Equal(t, said(alone, mining.Options{}), said(log, mining.Options{Match: c.match}), name)
	}
}

// A cycle that journeys end in, too few of them to call it a goal, becomes one:
// otherwise nothing could be reached from there, and the proposal would not
// define.
func TestDiscover_CycleWithoutAWayOut(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 200 {
		names := "in won"
		if i < 4 {
			names = "in x y x y"
		}
		if i == 3 {
			names = "in x y x"
		}
		all = append(all, seconds("c"+strconv.Itoa(i), names)...)
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	spec, report, err := mining.Discover(log, mining.DiscoverOptions{Name: "n", Support: 2})
	require.NoError(t, err)
	goals := map[journey.Stage]bool{}
	for _, s := range spec.Stages {
		goals[s.Name] = s.Goal
	}
	assert.Equal(t, map[journey.Stage]bool{"start": false, "in": false, "won": true, "x": false, "y": true}, goals, "three end in y, one in x")
	assert.Equal(t, "1", report.Accepted.String())
}

// Dates that no calendar of ours has are no due dates, however they are written.
func TestService_DueOutOfRange(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i, due := range []string{"3000-01-01T00:00:00Z", "3000-01-01", "soon", "", "2026-03-09T12:00:00+02:00", "2026-03-09"} {
		all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(i), Name: "asked", At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Attrs: map[string]string{"due": due}})
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"due"}}.LogOf(all...)
	require.NoError(t, err)
	r, err := mining.Service(log, mining.ServiceSpec{Begin: touchpoint.Named("asked"), Done: touchpoint.Named("done"), DueAttr: "due", Location: time.FixedZone("x", -3600)})
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 4}, []int64{r.All.Cases, r.NoDue})
	assert.Equal(t, time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC), r.Cases[0].Due)
	assert.Equal(t, time.Date(2026, 3, 10, 0, 59, 59, 999999999, time.UTC), r.Cases[1].Due)
}

// Journeys of one activity, and those of several at one instant, are in the
// sample of the slow ones, on the other side.
func TestSlow_ShortJourneysAreInTheSample(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(append(append(seconds("a", "v"), seconds("b", "v w")...), append(seconds("c", "v w w"),
		touchpoint.Event{Customer: "d", Name: "v", At: time.Unix(3, 0)}, touchpoint.Event{Customer: "d", Name: "w", At: time.Unix(3, 0)})...)...)
	require.NoError(t, err)
	slow, err := mining.Slow(log, mining.CauseOptions{Share: 0.5})
	require.NoError(t, err)
	assert.Equal(t, []int64{4, 2}, []int64{slow.Entered, slow.Converted})
	all, err := mining.Slow(log, mining.CauseOptions{Share: 0.99})
	require.NoError(t, err)
	assert.Equal(t, []int64{4, 2}, []int64{all.Entered, all.Converted}, "what took no time is not slow")
}

// A path is cut where nothing happened for longer than the gap, and not by as
// much.
func TestPaths_GapIsInclusive(t *testing.T) {
	t.Parallel()
	at := func(name string, s int64) touchpoint.Event {
		return touchpoint.Event{Customer: "c", Name: name, At: time.Unix(s, 0)}
	}
	log, err := touchpoint.LogOf(at("a", 0), at("b", 1800), at("c", 3601))
	require.NoError(t, err)
	table, err := mining.Paths(log, mining.PathOptions{})
	require.NoError(t, err)
	require.Len(t, table.Edges(), 1)
	assert.Equal(t, "a b", strings.Join([]string{table.Edges()[0].From, table.Edges()[0].To}, " "))
}

// An activity alone is written as among the others.
func TestActivity_JSON(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(seconds("c", "a b")...)
	require.NoError(t, err)
	cases, err := mining.CasesOf(log, mining.Options{})
	require.NoError(t, err)
	whole, err := json.Marshal(cases)
	require.NoError(t, err)
	one, err := json.Marshal(cases.Activities[1])
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"b","events":1,"customers":1,"rework":0,"first":0,"last":1,"mean_wait":"1s","median_wait":"1s"}`, string(one))
	assert.Contains(t, string(whole), string(one))
	none, err := mining.CasesOf(nil, mining.Options{})
	require.NoError(t, err)
	whole, err = json.Marshal(none)
	require.NoError(t, err)
	assert.Contains(t, string(whole), `"activities":[]`)
}
