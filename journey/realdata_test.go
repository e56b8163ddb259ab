package journey_test

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// dataFile returns a file of the reference data, or skips the test.
func dataFile(t *testing.T, path ...string) string {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// readCSV returns the rows of a file as maps from column to value.
func readCSV(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	out := make([]map[string]string, len(rows)-1)
	for i, r := range rows[1:] {
		out[i] = make(map[string]string, len(r))
		for k, v := range r {
			out[i][rows[0][k]] = v
		}
	}
	return out
}

// For every one of 400 random traces, replay with refusals skipped gives the
// final stage and the number of refused events that were computed beside the
// reference alignments (pm4py 2.7.14 on the same machine).
func TestReplay_ConformanceTraces(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	rows := readCSV(t, dataFile(t, "journey", "conformance", "lifecycle_alignments_400.csv"))
	require.Len(t, rows, 400)
	var all []journey.Event
	for i, row := range rows {
		var events []journey.Event
		for k, name := range strings.Fields(row["trace"]) {
			events = append(events, journey.Event{Customer: strconv.Itoa(i), Trigger: journey.Trigger(name), At: day(k)})
		}
		all = append(all, events...)
		r, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		refused, err := strconv.ParseInt(row["invalid_events"], 10, 64)
		require.NoError(t, err)
		if len(events) == 0 {
			continue
		}
		j, ok := r.Journey(strconv.Itoa(i))
		require.True(t, ok)
		require.Equal(t, row["final_stage_skip_invalid"], string(j.Stage()), row["trace"])
		require.Equal(t, refused, r.Counts().Refused, row["trace"])
	}
	r, err := d.Replay(slices.Values(shuffled(all, 1)))
	require.NoError(t, err)
	for who, stage := range r.Stages() {
		i, err := strconv.Atoi(who)
		require.NoError(t, err)
		require.Equal(t, rows[i]["final_stage_skip_invalid"], string(stage))
	}
}

// pm4pyLog is what pm4py 2.7.14 says about a log.
type pm4pyLog struct {
	Events, Cases int64
	Start, End    map[string]int64
	Durations     struct{ Mean, Min, Max float64 } `json:"case_duration"`
	DFG           []struct {
		From, To       string
		N              int64
		Mean, Min, Max float64
	}
}

// A definition made from a log's directly-follows graph (a stage per activity,
// entered on the trigger of that name) refuses nothing, and its transition
// counts, final stages and sojourn times are the graph's frequencies, the
// log's end activities and the graph's mean times, as pm4py computed them.
func TestReplay_ProcessMiningLogs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ golden, file, customer, name, at, layout string }{
		{"golden_receipt.json", "receipt.csv", "case:concept:name", "concept:name", "time:timestamp", "2006-01-02 15:04:05.999999Z07:00"},
		{"golden_traffic_fines_10000.json", "traffic_fines_10000.csv", "case", "activity", "time", time.RFC3339},
		{"golden_roadtraffic100traces.json", "roadtraffic100traces.csv", "case:concept:name", "concept:name", "time:timestamp", "2006-01-02 15:04:05Z07:00"},
		{"golden_running.json", "running-example.csv", "case:concept:name", "concept:name", "time:timestamp", "2006-01-02 15:04:05Z07:00"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(dataFile(t, "journey", "processmining", c.golden))
			require.NoError(t, err)
			var want pm4pyLog
			require.NoError(t, json.Unmarshal(data, &want))

			spec := journey.Spec{Name: c.file, Initial: "(start)"}
			for _, a := range slices.Sorted(maps.Keys(want.Start)) {
				spec.Transitions = append(spec.Transitions, journey.Transition{From: "(start)", On: journey.Trigger(a), To: journey.Stage(a)})
			}
			for _, e := range want.DFG {
				spec.Transitions = append(spec.Transitions, journey.Transition{From: journey.Stage(e.From), On: journey.Trigger(e.To), To: journey.Stage(e.To)})
			}
			d, err := journey.Define(spec)
			require.NoError(t, err)

			log := loadLog(t, dataFile(t, "journey", "processmining", c.file), c.customer, c.name, c.at, c.layout)
			r, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
			require.NoError(t, err)
			assert.Equal(t, want.Cases, r.Customers())
			assert.Equal(t, journey.Counts{Accepted: want.Events}, r.Counts())
			assert.Empty(t, r.Refusals(journey.ByStage))

			counts := map[[2]string]int64{}
			for _, tr := range r.Transitions(journey.ByStage) {
				counts[[2]string{tr.From, tr.To}] = tr.Count
			}
			seconds := map[string]float64{}
			for _, e := range want.DFG {
				assert.Equal(t, e.N, counts[[2]string{e.From, e.To}], "%s -> %s", e.From, e.To)
				seconds[e.From] += float64(e.N) * e.Mean
			}
			for a, n := range want.Start {
				assert.Equal(t, n, counts[[2]string{"(start)", a}], "start with %s", a)
			}
			for _, s := range r.Stages() {
				want.End[string(s)]--
			}
			for a, n := range want.End {
				assert.Zero(t, n, "end with %s", a)
			}
			for _, s := range r.Sojourns(journey.ByStage) {
				whole, nanos := s.Total.Seconds()
				assert.InDelta(t, seconds[s.Name], float64(whole)+float64(nanos)/1e9, 1e-3, s.Name)
			}
			whole, nanos := r.Observed().Seconds()
			assert.InDelta(t, want.Durations.Mean*float64(want.Cases), float64(whole)+float64(nanos)/1e9, 1e-3)
		})
	}
}

// The hospital-billing log against a definition of what billing is meant to do.
// Final stages and refusals are compared with a fold over maps.
func TestReplay_HospitalBilling(t *testing.T) {
	t.Parallel()
	log := loadLog(t, dataFile(t, "journey", "processmining", "hospital_billing_10000.csv"), "case", "activity", "time", time.RFC3339)
	spec, err := journey.ParseSpec(`
journey "hospital billing"
initial none
from none on NEW to NEW
from NEW on "CHANGE DIAGN" to = internal
from NEW on DELETE to DELETE
from NEW on FIN to FIN
from FIN on RELEASE to RELEASE
from RELEASE on "CODE OK" to "CODE OK"
from RELEASE on "CODE NOK" to "CODE NOK"
from "CODE NOK" on "CODE OK" to "CODE OK"
from "CODE OK" on BILLED to BILLED
from BILLED on STORNO to STORNO
from STORNO on REJECT to REJECT
from REJECT on BILLED to BILLED
from BILLED on REOPEN to NEW
`)
	require.NoError(t, err)
	d, err := journey.Define(spec)
	require.NoError(t, err)
	r, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)

	next := map[[2]string]string{}
	for _, tr := range spec.Transitions {
		to := tr.To
		if to == journey.Same {
			to = tr.From
		}
		next[[2]string{string(tr.From), string(tr.On)}] = string(to)
	}
	known := map[string]bool{}
	for _, tr := range d.Triggers() {
		known[string(tr)] = true
	}
	stages, refused := map[string]string{}, map[[2]string]int64{}
	for e := range log.Events() {
		s, ok := stages[e.Customer]
		if !ok {
			s = "none"
		}
		if to, ok := next[[2]string{s, e.Name}]; ok {
			s = to
		} else {
			refused[[2]string{s, e.Name}]++
		}
		stages[e.Customer] = s
	}
	require.Len(t, stages, 10_000)
	require.EqualValues(t, 10_000, r.Customers())
	for who, s := range r.Stages() {
		require.Equal(t, stages[who], string(s))
	}
	total := int64(0)
	for _, x := range r.Refusals(journey.ByStage) {
		k := [2]string{x.Stage, string(x.Trigger)}
		require.Equal(t, refused[k], x.Count, k)
		if known[string(x.Trigger)] {
			require.ErrorIs(t, x.Err, journey.ErrNotAllowed)
		} else {
			require.ErrorIs(t, x.Err, journey.ErrUnknownTrigger)
		}
		require.NotEmpty(t, x.Examples)
		delete(refused, k)
		total += x.Count
	}
	require.Empty(t, refused)
	require.Equal(t, total, r.Counts().Refused)
	require.EqualValues(t, log.Len(), r.Counts().Refused+r.Counts().Accepted)
}

// The property history that Fivetran exports from HubSpot, with the values as
// hashes: the caller says which property is the lifecycle stage and which hash
// is which value. The oracle needs no state machine: under "forward only" the
// stage is the highest seen, and an event below it is refused. The sample holds
// one row per contact; read by source system instead, it has long histories.
func TestReplay_HubSpotPropertyHistory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		customer string
		refuses  bool
	}{{"contact_id", false}, {"source", true}} {
		t.Run(c.customer, func(t *testing.T) {
			t.Parallel()
			rows := readCSV(t, dataFile(t, "eco", "fivetran-hubspot", "contact_property_history_data.csv"))
			require.Len(t, rows, 100)
			refused := replayHubSpot(t, rows, c.customer)
			assert.Equal(t, c.refuses, refused > 0)
		})
	}
}

func replayHubSpot(t *testing.T, rows []map[string]string, customer string) (refused int64) {
	t.Helper()
	const property = "8fUr1Wwn4ytZC91+JzXpyw=="
	var events []touchpoint.Event
	values := map[string]bool{}
	for _, row := range rows {
		at, err := time.Parse("2006-01-02 15:04:05.999", row["timestamp"])
		require.NoError(t, err)
		events = append(events, touchpoint.Event{
			Customer: row[customer], Name: "property " + row["name"], At: at, Attrs: map[string]string{"value": row["value"]},
		})
		if row["name"] == property {
			values[row["value"]] = true
		}
	}
	order := []journey.Trigger{
		"subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other",
	}
	stage := map[journey.Trigger]int{}
	for i, o := range order {
		stage[o] = i
	}
	var rules journey.Rules
	rank := map[string]int{}
	for i, v := range slices.Sorted(maps.Keys(values)) {
		rank[v] = i % len(order)
		rules = append(rules, journey.Rule{Name: "property " + property, Where: where("value", v), Trigger: order[i%len(order)]})
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"value"}}.LogOf(events...)
	require.NoError(t, err)
	d := preset.HubSpot()
	r, err := d.ReplayLog(log, rules, journey.ReplayOptions{Examples: 100})
	require.NoError(t, err)

	highest := map[string]int{}
	counted := int64(0)
	for e := range log.Events() {
		k, ok := rank[e.Attrs["value"]]
		if !ok || e.Name != "property "+property {
			continue
		}
		counted++
		if h, seen := highest[e.Customer]; seen && k < h {
			refused++
			continue
		}
		highest[e.Customer] = k
	}
	assert.Equal(t, journey.Counts{Accepted: counted - refused, Refused: refused, Ignored: 100 - counted}, r.Counts())
	assert.EqualValues(t, len(highest), r.Customers())
	for who, s := range r.Stages() {
		assert.Equal(t, order[highest[who]], journey.Trigger(s), who)
	}
	for _, x := range r.Refusals(journey.ByStage) {
		assert.Less(t, stage[x.Trigger], stage[journey.Trigger(x.Stage)], "%s in %s is a step back", x.Trigger, x.Stage)
		assert.NotContains(t, x.Allowed, x.Trigger)
		assert.Contains(t, x.Allowed, journey.Trigger("cleared"))
		assert.Len(t, x.Examples, int(x.Count))
	}

	// Without rules nothing is a lifecycle stage, and the replay says so.
	plain, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Refused: 100}, plain.Counts())
	for _, x := range plain.Refusals(journey.ByStage) {
		assert.Equal(t, "unset", x.Stage)
		require.ErrorIs(t, x.Err, journey.ErrUnknownTrigger)
	}
	return refused
}

// loadLog reads a CSV whose columns the caller names.
func loadLog(t *testing.T, file, customer, name, at, layout string) *touchpoint.Log {
	t.Helper()
	var events []touchpoint.Event
	for _, row := range readCSV(t, file) {
		when, err := time.Parse(layout, row[at])
		require.NoError(t, err)
		events = append(events, touchpoint.Event{Customer: row[customer], Name: row[name], At: when})
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	return log
}
