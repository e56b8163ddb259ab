package mining_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
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

func data(t *testing.T, parts ...string) string {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is not set: no reference data")
	}
	return filepath.Join(append([]string{dir, "journey"}, parts...)...)
}

// readLog reads a CSV with the named columns for case, activity and time.
func readLog(t *testing.T, file, caseCol, nameCol, timeCol string, comma rune) *touchpoint.Log {
	t.Helper()
	f, err := os.Open(data(t, "processmining", file))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = comma
	rows, err := r.ReadAll()
	require.NoError(t, err)
	at := map[string]int{}
	for i, name := range rows[0] {
		at[strings.TrimPrefix(name, "\ufeff")] = i
	}
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for _, row := range rows[1:] {
			when := parseTime(t, row[at[timeCol]])
			if !yield(touchpoint.Event{Customer: row[at[caseCol]], Name: row[at[nameCol]], At: when}) {
				return
			}
		}
	})
	require.NoError(t, err)
	return log
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02", "02-01-2006:15.04"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
	}
	require.Fail(t, "no time: "+s)
	return time.Time{}
}

type golden struct {
	Events      int `json:"events"`
	Cases       int `json:"cases"`
	Activities  int `json:"activities"`
	Variants    int `json:"variants"`
	TopVariants []struct {
		Count int64    `json:"count"`
		Path  []string `json:"path"`
	} `json:"top_variants"`
	Start  map[string]int64               `json:"start"`
	End    map[string]int64               `json:"end"`
	Length struct{ Mean, Median float64 } `json:"case_duration"`
	Rework map[string]int64               `json:"rework_cases_per_activity"`
	DFG    []struct {
		From, To               string
		N                      int64
		Mean, Median, Min, Max float64
	} `json:"dfg"`
}

// D1 to D3 and the road traffic traces: pm4py's counts exactly, its durations to
// the printed digit.
func TestPublished_Graphs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, caseCol, nameCol, timeCol string
		comma                                 rune
	}{
		{"running", "running-example.csv", "case:concept:name", "concept:name", "time:timestamp", ','},
		{"receipt", "receipt.csv", "case:concept:name", "concept:name", "time:timestamp", ','},
		{"roadtraffic100traces", "roadtraffic100traces.csv", "case:concept:name", "concept:name", "time:timestamp", ','},
		{"traffic_fines_10000", "traffic_fines_10000.csv", "case", "activity", "time", ','},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(data(t, "processmining", "golden_"+c.name+".json"))
			require.NoError(t, err)
			var want golden
			require.NoError(t, json.Unmarshal(b, &want))
			log := readLog(t, c.file, c.caseCol, c.nameCol, c.timeCol, c.comma)
			require.Equal(t, want.Events, log.Len())
			require.Equal(t, want.Cases, log.Customers())
			g, err := mining.DirectlyFollows(log, mining.Options{})
			require.NoError(t, err)
			assert.Len(t, g.Activities(), want.Activities)
			assert.Equal(t, want.Start, g.Starts())
			assert.Equal(t, want.End, g.Ends())
			edges := g.Edges()
			require.Len(t, edges, len(want.DFG))
			found := map[[2]string]mining.Edge{}
			for _, e := range edges {
				found[[2]string{e.From, e.To}] = e
			}
			for _, w := range want.DFG {
				e := found[[2]string{w.From, w.To}]
				assert.Equal(t, w.N, e.N, "%s -> %s", w.From, w.To)
				for what, pair := range map[string][2]float64{
					"mean": {w.Mean, e.Mean.Seconds()}, "median": {w.Median, e.Median.Seconds()}, "min": {w.Min, e.Min.Seconds()}, "max": {w.Max, e.Max.Seconds()},
				} {
					assert.InDelta(t, pair[0], pair[1], 2e-6*(1+pair[0]*1e-6), "%s -> %s: %s", w.From, w.To, what)
				}
			}
			variants, err := mining.Variants(log, mining.Options{})
			require.NoError(t, err)
			all := variants.All()
			require.Len(t, all, want.Variants)
			counts := map[string]int64{}
			for _, v := range all {
				counts[strings.Join(v.Activities, "|")] = v.N
			}
			for i, w := range want.TopVariants {
				assert.Equal(t, w.Count, counts[strings.Join(w.Path, "|")])
				assert.Equal(t, w.Count, all[i].N, "place %d", i)
			}
			cases, err := mining.CasesOf(log, mining.Options{})
			require.NoError(t, err)
			assert.InDelta(t, want.Length.Mean, cases.Mean.Seconds(), 1e-5)
			assert.InDelta(t, want.Length.Median, cases.Median.Seconds(), 1e-5)
			rework := map[string]int64{}
			for _, a := range cases.Activities {
				if a.Rework > 0 {
					rework[a.Name] = a.Rework
				}
			}
			assert.Equal(t, want.Rework, rework)
		})
	}
}

// machine is the one of the reference's conformance table.
func machine(t require.TestingT) *journey.Definition {
	spec := journey.Spec{Name: "eight stages", Initial: "visitor"}
	for _, s := range []journey.Stage{"visitor", "lead", "trial", "active", "expanded", "past_due", "paused", "churned"} {
		spec.Stages = append(spec.Stages, journey.StageSpec{Name: s, Goal: s == "active" || s == "expanded" || s == "churned"})
	}
	for _, line := range []string{
		"visitor sign_up lead", "visitor start_trial trial", "lead start_trial trial", "lead convert active", "trial convert active",
		"trial expire churned", "trial cancel churned", "active upgrade expanded", "active pay_fail past_due", "active pause paused", "active cancel churned",
		"expanded downgrade active", "expanded pay_fail past_due", "expanded cancel churned", "past_due pay_ok active", "past_due expire churned",
		"past_due cancel churned", "paused resume active", "paused cancel churned", "churned win_back active",
	} {
		w := strings.Fields(line)
		spec.Transitions = append(spec.Transitions, journey.Transition{From: journey.Stage(w[0]), On: journey.Trigger(w[1]), To: journey.Stage(w[2])})
	}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	return d
}

func triggers(text string) (out []journey.Trigger) {
	for w := range strings.FieldsSeq(text) {
		out = append(out, journey.Trigger(w))
	}
	return out
}

// The nine traces of the table, and 400 more: costs and fitness as pm4py's
// optimal alignments.
func TestPublished_Alignments(t *testing.T) {
	t.Parallel()
	d := machine(t)
	for text, want := range map[string]struct {
		cost    int
		fitness float64
	}{
		"sign_up start_trial convert upgrade cancel": {0, 1}, "start_trial convert upgrade upgrade": {1, .833333}, "sign_up upgrade": {1, .75},
		"convert": {1, .666667}, "sign_up convert pay_fail pay_fail pay_ok": {1, .857143}, "upgrade downgrade": {2, .5},
		"sign_up sign_up sign_up": {3, .4}, "start_trial": {1, .666667}, "start_trial convert cancel convert": {1, .833333},
	} {
		a, err := mining.Align(d, triggers(text)...)
		require.NoError(t, err)
		assert.Equal(t, want.cost, a.Cost, text)
		f, _ := a.Fitness.Float64()
		assert.InDelta(t, want.fitness, f, 5e-7, text)
	}
	f, err := os.Open(data(t, "conformance", "lifecycle_alignments_400.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	aligner, err := mining.NewAligner(d)
	require.NoError(t, err)
	for _, row := range rows[1:] {
		a, err := aligner.Align(triggers(row[0])...)
		require.NoError(t, err)
		assert.Equal(t, row[1], strconv.Itoa(a.Cost), row[0])
		fit, ok := a.Fitness.Decimal(9)
		assert.True(t, ok)
		assert.Equal(t, row[2], fit.StringFixed(9), row[0])
	}
	require.Len(t, rows, 401)
}

// P1: PostHog's test of its paths.
func TestPublished_Paths(t *testing.T) {
	t.Parallel()
	at := func(who, page, clock string) touchpoint.Event {
		when, err := time.Parse("15:04", clock)
		require.NoError(t, err)
		return touchpoint.Event{Customer: who, Name: page, At: when.AddDate(2021, 0, 0)}
	}
	log, err := touchpoint.LogOf(
		at("p1", "/", "03:21"), at("p1", "/about", "03:28"), at("p2", "/", "03:21"), at("p2", "/pricing", "03:28"), at("p2", "/about", "03:29"),
		at("p3", "/pricing", "03:21"), at("p3", "/", "03:28"), at("p4", "/", "03:21"), at("p4", "/pricing", "03:28"),
	)
	require.NoError(t, err)
	edges, err := mining.Paths(log, mining.PathOptions{})
	require.NoError(t, err)
	var got []string
	for _, e := range edges.Edges() {
		got = append(got, strings.Join([]string{strconv.Itoa(e.Position), e.From, e.To, strconv.FormatInt(e.N, 10)}, " "))
	}
	assert.Equal(t, []string{"1 / /pricing 2", "1 / /about 1", "1 /pricing / 1", "2 /pricing /about 1"}, got)
	edges, err = mining.Paths(log, mining.PathOptions{End: touchpoint.Named("/about"), Length: 2})
	require.NoError(t, err)
	assert.Len(t, edges.Edges(), 2, "/ -> /about and /pricing -> /about")
	edges, err = mining.Paths(log, mining.PathOptions{Start: touchpoint.Named("/pricing")})
	require.NoError(t, err)
	assert.Len(t, edges.Edges(), 2)
}

// A proposal on real logs is precise, takes most of what happened and allows
// nothing else.
func TestDiscover_RealLogs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, caseCol, nameCol, timeCol string
		accepted                        float64
	}{
		{"receipt.csv", "case:concept:name", "concept:name", "time:timestamp", 0.95},
		{"traffic_fines_10000.csv", "case", "activity", "time", 0.99},
	} {
		log := readLog(t, c.file, c.caseCol, c.nameCol, c.timeCol, ',')
		spec, report, err := mining.Discover(log, mining.DiscoverOptions{})
		require.NoError(t, err, c.file)
		precision, _ := report.Precision.Float64()
		assert.GreaterOrEqual(t, precision, 0.7, c.file)
		accepted, _ := report.Accepted.Float64()
		assert.GreaterOrEqual(t, accepted, c.accepted, c.file)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		replay, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
		require.NoError(t, err)
		assert.NotEmpty(t, replay.String())
		t.Log(c.file, report)
	}
}
