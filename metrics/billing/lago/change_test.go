package lago_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// left is a subscription to gold that was given up for silver, and taken one to
// silver that came from gold.
func left(id, at string) object {
	return aSub().With("lago_id", id).With("status", "terminated").With("terminated_at", at).With("next_plan_code", "silver")
}

func taken(id, at string) object {
	return aSub().With("lago_id", id).With("plan_code", "silver").With("previous_plan_code", "gold").With("started_at", at).
		With("created_at", at).With("plan", aPlan().With("code", "silver"))
}

// The end and the beginning of one change lie 48 hours apart at the most.
func TestChangeOfPlan_Apart(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
	for gap, want := range map[time.Duration]bool{0: true, 48 * time.Hour: true, -48 * time.Hour: true, 48*time.Hour + 1: false, -48*time.Hour - 1: false} {
		spans, found := read(t, left("ls_a", end.Format(time.RFC3339)), taken("ls_b", end.Add(gap).Format(time.RFC3339Nano)))
		if want {
			assert.Contains(t, spans[1], "replaces=ls_a", gap)
			assert.Empty(t, found, gap)
		} else {
			assert.NotContains(t, spans[1], "replaces", gap)
			assert.Equal(t, []string{"warning replaces previous_plan_code"}, found, gap)
		}
	}
}

// Which one a subscription carries on does not depend on the order of records.
func TestChangeOfPlan_InAnyOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   []object
		want []string
	}{
		"ended together: by id": {
			[]object{left("ls_a", "2026-03-15T00:00:00Z"), left("ls_b", "2026-03-15T00:00:00Z"), taken("ls_n", "2026-03-15T00:00:00Z")},
			[]string{"ls_a 0110-0315 19.99 EUR/P1M active replaced", "ls_b 0110-0315 19.99 EUR/P1M active replaced", "ls_n 0315-… 19.99 EUR/P1M active replaces=ls_a"},
		},
		"as far before as after: the earlier": {
			[]object{left("ls_b", "2026-03-14T00:00:00Z"), left("ls_a", "2026-03-16T00:00:00Z"), taken("ls_n", "2026-03-15T00:00:00Z")},
			[]string{"ls_b 0110-0314 19.99 EUR/P1M active replaced", "ls_a 0110-0316 19.99 EUR/P1M active replaced", "ls_n 0315-… 19.99 EUR/P1M active replaces=ls_b"},
		},
		"there, back and there again within two days": {
			[]object{
				left("ls_1", "2026-03-15T00:00:00Z"),
				taken("ls_2", "2026-03-15T00:00:00Z").With("status", "terminated").With("terminated_at", "2026-03-16T00:00:00Z").With("next_plan_code", "gold"),
				left("ls_3", "2026-03-17T00:00:00Z").With("previous_plan_code", "silver").With("started_at", "2026-03-16T00:00:00Z").With("created_at", "2026-03-16T00:00:00Z"),
				taken("ls_4", "2026-03-17T00:00:00Z"),
			},
			[]string{
				"ls_1 0110-0315 19.99 EUR/P1M active replaced",
				"ls_2 0315-0316 19.99 EUR/P1M active replaces=ls_1 replaced",
				"ls_3 0316-0317 19.99 EUR/P1M active replaces=ls_2 replaced",
				"ls_4 0317-… 19.99 EUR/P1M active replaces=ls_3",
			},
		},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			r.Shuffle(len(c.in), func(i, j int) { c.in[i], c.in[j] = c.in[j], c.in[i] })
			spans, found := read(t, c.in...)
			assert.ElementsMatch(t, c.want, spans, name)
			assert.Empty(t, found, name)
		}
	}
}
