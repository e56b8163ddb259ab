package simulate_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// fines are 10,000 cases of the road traffic fines log (M. de Leoni and
// F. Mannhardt, 4TU.ResearchData, 2015), from the reference data.
func fines(t *testing.T) *touchpoint.Log {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	f, err := os.Open(filepath.Join(root, "journey", "processmining", "traffic_fines_10000.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	col := func(name string) int { return slices.Index(rows[0], name) }
	id, name, at := col("case"), col("activity"), col("time")
	var events []touchpoint.Event
	for _, row := range rows[1:] {
		var when time.Time
		for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05", time.DateOnly} {
			if when, err = time.Parse(layout, row[at]); err == nil {
				break
			}
		}
		require.NoError(t, err)
		events = append(events, touchpoint.Event{Customer: row[id], Name: row[name], At: when})
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	return log
}

// A fitted real log, simulated, ends with the same shares in its stages.
func TestFit_RealLog(t *testing.T) {
	t.Parallel()
	log := fines(t)
	spec, _, err := mining.Discover(log, mining.DiscoverOptions{})
	require.NoError(t, err)
	d, err := journey.Define(spec)
	require.NoError(t, err)
	r, err := d.ReplayLog(log, nil, journey.ReplayOptions{AtLastEvent: true})
	require.NoError(t, err)
	f, err := simulate.Fit(r, nil, simulate.FitOptions{Empirical: true})
	require.NoError(t, err)
	t.Log(f)
	w := f.World(1)
	co := run(t, w)
	again, err := co.Replay()
	require.NoError(t, err)
	require.Empty(t, again.Refusals(0))
	for _, s := range d.Stages() {
		c, err := metrics.CompareShares(r.InStage(s.Name), r.Customers(), again.InStage(s.Name), again.Customers(), 0.999)
		require.NoError(t, err)
		assert.True(t, c.Difference.Lo <= 0 && 0 <= c.Difference.Hi, "%s: %d of %d, simulated %d of %d: %v", s.Name, r.InStage(s.Name), r.Customers(), again.InStage(s.Name), again.Customers(), c)
	}
}
