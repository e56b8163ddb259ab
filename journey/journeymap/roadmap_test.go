package journeymap_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

func ExampleBetween() {
	now := journeymap.Map{Stages: []journeymap.Stage{{
		Name: "trial", Owner: journeymap.Owned("sales"),
		Touchpoints: []journeymap.Touchpoint{{Name: "long form"}, {Name: "demo call"}},
		Pains:       journeymap.Notes("nobody answers"),
	}}}
	later := journeymap.Map{Stages: []journeymap.Stage{{
		Name: "trial", Owner: journeymap.Owned("growth"),
		Touchpoints: []journeymap.Touchpoint{
			{Name: "guided tour", Channel: "In-app", LeadsTo: []string{"demo call"}},
			{Name: "demo call", Channel: "Meeting"},
		},
		BackStage: []journeymap.Process{{Text: "watch who is stuck", Owner: "support"}},
	}}}
	road, err := journeymap.Between(now, later, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(road)
	// Output:
	// 1. trial: change (Owner): growth: sales → growth, by growth
	// 2. trial: introduce (Back stage): watch who is stuck, by support, after 1
	// 3. trial: introduce (Touchpoints): guided tour, by growth, after 2
	// 4. trial: change (Touchpoints): demo call:  → Meeting, by growth, after 2, 3
	// 5. trial: stop (Touchpoints): long form, by growth, after 4
}

// By hand: the stage with the larger safe gain first, what is due first among
// equals, stages that come and go, KPIs before what moves them, a hand-off after
// both owners, and a promise that nothing keeps.
func TestBetween_ByHand(t *testing.T) {
	t.Parallel()
	chance := func(safe int64) []journeymap.Opportunity {
		return []journeymap.Opportunity{{Text: fmt.Sprint(safe), Chance: &journeymap.Chance{Successes: 1, Trials: safe, Target: 0.9, Value: 10}}}
	}
	now := journeymap.Map{
		Stages: []journeymap.Stage{
			{Name: "a", Opportunities: chance(100), Touchpoints: []journeymap.Touchpoint{{Name: "x"}}},
			{Name: "b", Opportunities: chance(1000), KPIs: []journeymap.KPI{{Metric: "nps", Target: metrics.NewCount(1, 2)}}, Support: []journeymap.Process{{Text: "tool"}}},
			{Name: "c", Pains: journeymap.Notes("slow", "dear")},
			{Name: "old", Touchpoints: []journeymap.Touchpoint{{Name: "fax"}}},
		},
		Handoffs: []journeymap.Handoff{{From: "a", To: "b", Level: journeymap.Duration(48 * time.Hour)}},
	}
	later := journeymap.Map{
		Stages: []journeymap.Stage{
			{Name: "a", Touchpoints: []journeymap.Touchpoint{{Name: "x", LeadsTo: []string{"y", "z"}}, {Name: "z"}, {Name: "w"}}},
			{Name: "b", Owner: journeymap.Owned("bea"), KPIs: []journeymap.KPI{{Metric: "nps", Target: metrics.NewCount(3, 5)}, {Metric: "csat"}}, Touchpoints: []journeymap.Touchpoint{{Name: "y", LeadsTo: []string{"x"}}}},
			{Name: "c", Pains: journeymap.Notes("dear")},
			{Name: "new", Owner: journeymap.Owned("nan")},
		},
		Handoffs: []journeymap.Handoff{{From: "a", To: "b", Level: journeymap.Duration(24 * time.Hour)}},
		Initiatives: []journeymap.Initiative{
			{Name: "big", Stage: "a", Touchpoint: "w", Kind: journeymap.Feature, Owner: "wim", Due: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), State: journeymap.Running},
			{Name: "late", Stage: "a", Touchpoint: "w"},
		},
	}
	road, err := journeymap.Between(now, later, 0)
	require.NoError(t, err)
	assert.Equal(t, strings.TrimLeft(`
1. b: introduce (Owner): bea, by bea
2. b: change (KPIs): Net promoter score: 50 % → 60 %, by bea, after 1
3. b: introduce (KPIs): Customer satisfaction, by bea, after 1
4. a: introduce (Touchpoints): w, by wim
5. a: change (Touchpoints): x:  → y, z
6. b: introduce (Touchpoints): y, by bea, after 3, 5
7. b: stop (Support processes): tool, by bea, after 6
8. a: introduce (Touchpoints): z, after 5
9. a: change (Hand-offs): a → b: 2 d → 1 d, after 1, 8
10. new: introduce (Stage): new, by nan
11. new: introduce (Owner): nan, by nan, after 10
12. old: stop (Stage): old
c: no step for "slow"
`, "\n"), strings.ReplaceAll(road.String(), "\u00a0", " "))
	w := road.Steps[3]
	assert.Equal(t, "big feature running", w.Initiative+" "+string(w.Work)+" "+w.State.String())
	assert.Greater(t, road.Steps[0].Safe, w.Safe)
	assert.Positive(t, w.Safe)
	data, err := json.Marshal(road)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "null")

	page := journeymap.Page{Maps: []journeymap.Map{now}, Roadmap: &road}
	text, err := page.Markdown()
	require.NoError(t, err)
	assert.Contains(t, text, "| Rank | Stage | Steps | Kind |")
	assert.Contains(t, text, "introduce (Owner): bea")
	for _, language := range []string{"ar", "th"} {
		page.Options.Words, _ = words.In(language)
		data, err := page.HTML()
		require.NoError(t, err)
		assert.NotContains(t, string(data), "introduce")
	}

	none, err := journeymap.Between(later, later, 0)
	require.NoError(t, err)
	assert.Empty(t, none.Steps)
	assert.Empty(t, none.Unbacked)
	now.Stages[0].Opportunities[0].Chance.Target = 2
	_, err = journeymap.Between(now, later, 0)
	require.ErrorIs(t, err, journeymap.ErrChance)
}

// Every step stands once, behind all that it is after; what is taken away comes
// behind what is new in its stage.
func TestLaw_BetweenKeepsWhatMustComeFirst(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		a := randomMap(r.Uint64())
		b := a
		if rapid.Bool().Draw(t, "edited") {
			for range 1 + r.IntN(8) {
				b = edited(b, r)
			}
		} else {
			b = randomMap(r.Uint64())
		}
		for _, m := range []journeymap.Map{a, b} {
			if _, err := m.Ranked(0); err != nil {
				t.Skip("a chance that cannot be")
			}
		}
		road, err := journeymap.Between(a, b, 0)
		require.NoError(t, err)
		again, err := journeymap.Between(a, b, 0)
		require.NoError(t, err)
		assert.Equal(t, road, again)
		last := map[string]int{}
		gone := map[string]bool{}
		for i, s := range road.Steps {
			assert.Equal(t, i+1, s.Nr)
			for _, n := range s.After {
				assert.Less(t, n, s.Nr)
				seen["after"]++
			}
			if s.Kind != journeymap.Removed && s.Lane == journeymap.LaneTouchpoints {
				last[s.Stage] = s.Nr
				assert.False(t, gone[s.Stage], "%s", road)
			}
			if s.Kind == journeymap.Removed && s.Lane == journeymap.LaneTouchpoints {
				gone[s.Stage] = true
				seen["removed"]++
			}
			seen[string(s.Kind)]++
		}
		back, err := journeymap.Between(b, b, 0)
		require.NoError(t, err)
		assert.Empty(t, back.Steps)
	}, seen.Need("after", "added", "removed", "changed"))
}
