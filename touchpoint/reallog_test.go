package touchpoint_test

import (
	"encoding/csv"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// csvEvents reads an event log whose columns the caller names.
func csvEvents(t *testing.T, file, customer, name, at, layout, channel string) iter.Seq2[touchpoint.Event, error] {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, h := range rows[0] {
		column[h] = i
	}
	return func(yield func(touchpoint.Event, error) bool) {
		for _, r := range rows[1:] {
			e := touchpoint.Event{Customer: r[column[customer]], Name: r[column[name]]}
			if channel != "" {
				e.Channel = touchpoint.Channel(r[column[channel]])
			}
			var err error
			e.At, err = time.Parse(layout, r[column[at]])
			if !yield(e, err) {
				return
			}
		}
	}
}

// Counts of the three logs: receipt and traffic fines as in the reference
// figures made with pm4py beside the files; hospital billing counted from the
// file with an independent program.
func TestLog_LoadsRealLogs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		file, customer, name, at, layout, channel string
		events, customers, names, channels        int
		golden                                    string
	}{
		{
			"receipt.csv", "case:concept:name", "concept:name", "time:timestamp", "2006-01-02 15:04:05.999999-07:00",
			"case:channel", 8577, 1434, 27, 5, "golden_receipt.json",
		},
		{
			"traffic_fines_10000.csv", "case", "activity", "time", time.RFC3339, "",
			34724, 10000, 11, 1, "golden_traffic_fines_10000.json",
		},
		{"hospital_billing_10000.csv", "case", "activity", "time", time.RFC3339, "", 49951, 10000, 16, 1, ""},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			path := dataFile(t, "journey", "processmining", tc.file)
			log, err := touchpoint.LogOptions{}.Read(csvEvents(t, path, tc.customer, tc.name, tc.at, tc.layout, tc.channel))
			require.NoError(t, err)
			assert.Equal(t, tc.events, log.Len())
			assert.Equal(t, tc.customers, log.Customers())
			assert.Len(t, log.Names(), tc.names)
			assert.Len(t, log.Channels(), tc.channels)
			assert.Zero(t, log.Duplicates())
			var back touchpoint.Log
			require.NoError(t, back.UnmarshalBinary(encoded(t, log)))
			assert.Equal(t, encoded(t, log), encoded(t, &back))
			if tc.golden != "" {
				directlyFollows(t, log, dataFile(t, "journey", "processmining", tc.golden))
			}
		})
	}
}

// directlyFollows counts from the columns which event follows which and for
// how long, and compares with the reference: order and times are right only if
// the ordering is.
func directlyFollows(t *testing.T, log *touchpoint.Log, golden string) {
	t.Helper()
	data, err := os.ReadFile(golden)
	require.NoError(t, err)
	var want struct {
		Start, End map[string]int
		DFG        []struct {
			From, To string
			N        int
			Mean     float64
		}
	}
	require.NoError(t, json.Unmarshal(data, &want))
	type edge struct{ from, to string }
	type weight struct {
		n     int
		nanos int64
	}
	edges, start, end := map[edge]weight{}, map[string]int{}, map[string]int{}
	cols, names := log.Columns(), log.Names()
	for c := range cols.Customers() {
		from, to := cols.Range(c)
		start[names[cols.Name[from]]]++
		end[names[cols.Name[to-1]]]++
		for i := from + 1; i < to; i++ {
			e := edge{names[cols.Name[i-1]], names[cols.Name[i]]}
			w := edges[e]
			w.n++
			w.nanos += (cols.UnixNano[i] - cols.UnixNano[i-1]) / 1000 // micros: sums stay in range
			edges[e] = w
		}
	}
	assert.Equal(t, want.Start, start)
	assert.Equal(t, want.End, end)
	assert.Len(t, edges, len(want.DFG))
	for _, w := range want.DFG {
		got := edges[edge{w.From, w.To}]
		assert.Equal(t, w.N, got.n, "%s -> %s", w.From, w.To)
		assert.InDelta(t, w.Mean, float64(got.nanos)/1e6/float64(got.n), 1e-3, "%s -> %s", w.From, w.To)
	}
}
