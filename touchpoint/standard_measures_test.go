package touchpoint_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The vocabulary is complete: every metric of the catalogue, in its order, has
// its numerator and denominator in the standard events or elsewhere by name.
func TestStandardMeasures_CoverTheCatalogueOfMetrics(t *testing.T) {
	t.Parallel()
	attrs := map[string]map[string]bool{}
	for _, e := range touchpoint.StandardEvents() {
		attrs[e.Name] = map[string]bool{}
		for _, a := range e.Attrs {
			attrs[e.Name][a] = true
		}
	}
	counted := map[string]bool{}
	i := 0
	all := touchpoint.StandardMeasures()
	for d := range metrics.Catalog().All() {
		require.Less(t, i, len(all), d.ID)
		m := all[i]
		i++
		assert.Equal(t, d.ID, m.Metric)
		assert.NotEqual(t, touchpoint.GroundNone, m.Numerator.From, d.ID)
		assert.Equal(t, d.Denominator == "", m.Denominator.From == touchpoint.GroundNone, "%s: %q", d.ID, d.Denominator)
		for _, p := range []touchpoint.Counted{m.Numerator, m.Denominator} {
			assert.Equal(t, p.From == touchpoint.GroundEvents, len(p.Events) > 0, d.ID)
			for _, e := range p.Events {
				require.Contains(t, attrs, e.Name, d.ID)
				counted[e.Name] = true
				for _, c := range e.Where {
					assert.True(t, attrs[e.Name][c.Attr], "%s: %s has no attribute %s", d.ID, e.Name, c.Attr)
				}
			}
		}
	}
	assert.Len(t, all, i)
	assert.Greater(t, len(counted), 25)
}

// A match of a measure selects from a log that keeps its attribute.
func ExampleStandardMeasures() {
	log, err := touchpoint.LogOptions{Attrs: []string{"type"}}.LogOf(
		touchpoint.Event{Customer: "acme", Name: "ticket_opened", At: at("2026-01-02"), Attrs: map[string]string{"type": "basic"}},
		touchpoint.Event{Customer: "acme", Name: "ticket_opened", At: at("2026-01-03"), Attrs: map[string]string{"type": "advanced"}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range touchpoint.StandardMeasures() {
		if m.Metric != "basic_ticket_share" {
			continue
		}
		s, err := log.Select(m.Numerator.Events, m.Denominator.Events)
		if err != nil {
			fmt.Println(err)
			return
		}
		var num, den int64
		for i := range log.Len() {
			num, den = num+int64(s.Mask(i)&1), den+int64(s.Mask(i)>>1&1)
		}
		fmt.Println(m.Metric, metrics.NewCount(num, den).Percent(0))
	}
	// Output: basic_ticket_share 50%
}

func TestGround_Text(t *testing.T) {
	t.Parallel()
	for g := range touchpoint.GroundOutside + 1 {
		data, err := json.Marshal(touchpoint.Counted{From: g})
		require.NoError(t, err)
		var back touchpoint.Counted
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, g, back.From)
		v, err := g.Value()
		require.NoError(t, err)
		require.NoError(t, back.From.Scan(v))
		assert.Equal(t, g, back.From)
	}
	var g touchpoint.Ground
	require.ErrorIs(t, g.UnmarshalText([]byte("moon")), fault.ErrUnknown)
}
