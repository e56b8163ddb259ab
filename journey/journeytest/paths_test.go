package journeytest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

func lines(paths []journeytest.Path) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = p.String()
	}
	return out
}

func TestPaths_ListsEventsAndTimers(t *testing.T) {
	t.Parallel()
	d := product(t)
	paths, err := journeytest.Paths(d, journeytest.PathOptions{To: []journey.Stage{"closed"}})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"trial -expire-> expired -purge-> closed",
		"trial -expire-> expired -(2160h0m0s purge)-> closed",
		"trial -(336h0m0s expire)-> expired -purge-> closed",
		"trial -(336h0m0s expire)-> expired -(2160h0m0s purge)-> closed",
		"trial -pay [activated]-> active -cancel-> closed",
	}, lines(paths))
	paths, err = journeytest.Paths(d, journeytest.PathOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"trial -pay [activated]-> active"}, lines(paths), "the goals of the definition")
	paths, err = journeytest.Paths(d, journeytest.PathOptions{From: "active"})
	require.NoError(t, err)
	assert.Equal(t, []string{""}, lines(paths), "already there")
	_, err = journeytest.Paths(d, journeytest.PathOptions{From: "nowhere"})
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = journeytest.Paths(d, journeytest.PathOptions{To: []journey.Stage{"nowhere"}})
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = journeytest.Paths(d, journeytest.PathOptions{Max: -1})
	require.Error(t, err)
}

// A complete graph of n stages has sum over k of (n-2)!/(n-2-k)! simple paths
// from the first to the last: for n = 8 these are 1957 (OEIS A000522).
func TestPaths_CompleteGraph(t *testing.T) {
	t.Parallel()
	complete := func(n int) *journey.Definition {
		spec := journey.Spec{Initial: "s0"}
		for i := range n {
			spec.Stages = append(spec.Stages, journey.StageSpec{Name: journey.Stage(fmt.Sprintf("s%d", i)), Goal: i == n-1})
			for k := range n {
				if i != k {
					spec.Transitions = append(spec.Transitions, journey.Transition{
						From: journey.Stage(fmt.Sprintf("s%d", i)), On: journey.Trigger(fmt.Sprintf("t%d", k)), To: journey.Stage(fmt.Sprintf("s%d", k)),
					})
				}
			}
		}
		d, err := journey.Define(spec)
		require.NoError(t, err)
		return d
	}
	paths, err := journeytest.Paths(complete(8), journeytest.PathOptions{})
	require.NoError(t, err)
	assert.Len(t, paths, 1957)
	_, err = journeytest.Paths(complete(8), journeytest.PathOptions{Max: 1956})
	require.ErrorIs(t, err, journeytest.ErrTooManyPaths)
	require.ErrorContains(t, err, `more than 1956 from "s0"`)
	_, err = journeytest.Paths(complete(60), journeytest.PathOptions{})
	require.ErrorIs(t, err, journeytest.ErrTooManyPaths)
}

// Every path without conditions can be played, and replaying its events gives
// the same journey. The paths are those that a search without pruning finds.
func TestLaw_PathsCanBePlayed(t *testing.T) {
	t.Parallel()
	played, timers := 0, 0
	law.Check(t, func(t *rapid.T) {
		r := generator(rapid.Uint64().Draw(t, "seed"))
		spec, err := journeytest.Spec(r, journeytest.SpecOptions{})
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		paths, err := journeytest.Paths(d, journeytest.PathOptions{})
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		assert.Equal(t, naiveCount(d), withoutTimers(paths))
		for _, p := range paths {
			j, events, err := p.Play(d, "acme", journeytest.Origin())
			if err != nil {
				require.True(t, mayDivert(d, p), "%s: %v", p, err)
				continue
			}
			played++
			require.Equal(t, p[len(p)-1].To, j.Stage())
			again := d.Start("acme", journeytest.Origin())
			for _, e := range events {
				again, err = d.Step(again, e)
				require.NoError(t, err)
			}
			again, err = d.Advance(again, j.Last())
			require.NoError(t, err)
			require.Equal(t, j.Stage(), again.Stage())
			for _, l := range p {
				if l.After > 0 {
					timers++
				}
			}
		}
	}, law.Counters{"played": &played, "timers": &timers})
}

// mayDivert: some guard or gate stands at a stage of the path, on its trigger
// or on that of a timer that may fire first.
func mayDivert(d *journey.Definition, p journeytest.Path) bool {
	stages := map[journey.Stage]bool{}
	for _, l := range p {
		stages[l.From] = true
	}
	return slices.ContainsFunc(d.Edges(), func(e journey.Edge) bool { return stages[e.From] && e.Conditional() })
}

func withoutTimers(paths []journeytest.Path) int {
	n := 0
	for _, p := range paths {
		if !slices.ContainsFunc(p, func(l journeytest.Leg) bool { return l.After > 0 }) {
			n++
		}
	}
	return n
}

// naiveCount counts simple paths over edges, by brute force.
func naiveCount(d *journey.Definition) int {
	var count func(at journey.Stage, on []journey.Stage) int
	count = func(at journey.Stage, on []journey.Stage) int {
		n := 0
		if s, _ := d.Stage(at); s.Goal {
			n++
		}
		on = append(on[:len(on):len(on)], at)
		for _, e := range d.Edges() {
			if e.From == at && !slices.Contains(on, e.To) {
				n += count(e.To, on)
			}
		}
		return n
	}
	return count(d.Initial(), nil)
}
