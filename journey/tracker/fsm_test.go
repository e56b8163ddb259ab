package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/looplab/fsm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// looplab builds a machine from the edges alone, knowing nothing of the table:
// one event per branch of a choice.
func looplab(d *journey.Definition) *fsm.FSM {
	var events []fsm.EventDesc
	for _, e := range d.Edges() {
		events = append(events, fsm.EventDesc{Name: branchName(e.On, e.Choice), Src: []string{string(e.From)}, Dst: string(e.To)})
	}
	return fsm.NewFSM(string(d.Initial()), events, nil)
}

func branchName(t journey.Trigger, choice int) string { return strconv.Itoa(choice) + "#" + string(t) }

// askLooplab sets the machine to a stage and fires: where it is then, and whether it
// accepted. A transition to the same state is reported as an error without one.
func askLooplab(t cases.TB, m *fsm.FSM, from journey.Stage, event string) (journey.Stage, bool) {
	m.SetState(string(from))
	err := m.Event(context.Background(), event)
	var stayed fsm.NoTransitionError
	var invalid fsm.InvalidEventError
	var unknown fsm.UnknownEventError
	switch {
	case err == nil, errors.As(err, &stayed) && stayed.Err == nil:
		return journey.Stage(m.Current()), true
	case errors.As(err, &invalid), errors.As(err, &unknown):
		return "", false
	}
	require.NoError(t, err)
	return "", false
}

// guardsByName replaces the guards of a definition: each allows the events that carry
// its name as their ID.
func guardsByName(t cases.TB, d *journey.Definition) *journey.Definition {
	spec := d.Spec()
	for i := range spec.Transitions {
		if g := &spec.Transitions[i].Guard; g.Name != "" {
			name := g.Name
			g.Allow = func(_ journey.Journey, e journey.Event) bool { return e.ID == name }
		}
	}
	out, err := journey.Define(spec)
	require.NoError(t, err)
	return out
}

// expectedBranch is which branch an event takes, read off the edges: the first whose
// conditions hold.
func expectedBranch(d *journey.Definition, s journey.Stage, on journey.Trigger, guard, reached string) (int, bool) {
	for _, e := range d.Edges() {
		if e.From == s && e.On == on && (e.Guard.Name == "" || e.Guard.Name == guard) && (e.Gate == "" || e.Gate == reached) {
			return e.Choice, true
		}
	}
	return 0, false
}

// equalToLooplab compares, for every stage, trigger, guard and gate, the table
// (Next, Step) and the Tracker with a looplab machine.
func equalToLooplab(t cases.TB, d *journey.Definition) (probes int) {
	ctx := context.Background()
	d = guardsByName(t, d)
	machine := looplab(d)
	store := tracker.NewMemStore(tracker.MemOptions{})
	live, err := tracker.New(d, store, tracker.Options{})
	require.NoError(t, err)
	guards, gates := []string{""}, []string{""}
	for _, e := range d.Edges() {
		if e.Guard.Name != "" && !slices.Contains(guards, e.Guard.Name) {
			guards = append(guards, e.Guard.Name)
		}
		if e.Gate != "" && !slices.Contains(gates, e.Gate) {
			gates = append(gates, e.Gate)
		}
	}
	for _, s := range d.Stages() {
		for _, on := range append(d.Triggers(), "no such trigger") {
			// Next is where the event leads when every condition refuses.
			to, ok := d.Next(s.Name, on)
			k, open := expectedBranch(d, s.Name, on, "", "")
			viaTo, viaOK := askLooplab(t, machine, s.Name, branchName(on, k))
			require.Equal(t, open && viaOK, ok, "%s on %s", s.Name, on)
			if ok {
				require.Equal(t, viaTo, to, "%s on %s", s.Name, on)
			}
			for _, guard := range guards {
				for _, gate := range gates {
					probes++
					customer := fmt.Sprintf("c%d", probes)
					snap := d.Start(customer, journeytest.Origin()).Snapshot()
					snap.Stage, snap.Due = s.Name, time.Time{}
					if gate != "" {
						snap.Reached = []string{gate}
					}
					require.NoError(t, store.Put(ctx, tracker.Commit{State: tracker.State{Snapshot: snap}, Expected: tracker.NotStored}))
					j, err := d.Restore(snap)
					require.NoError(t, err)
					event := journey.Event{Customer: customer, Trigger: on, At: journeytest.Origin(), ID: guard}
					stepped, stepErr := d.Step(j, event)
					out, fireErr := live.Fire(ctx, event)
					cases.Same(t, stepped, out.Journey)

					k, open := expectedBranch(d, s.Name, on, guard, gate)
					to, ok := askLooplab(t, machine, s.Name, branchName(on, k))
					switch {
					case open && ok:
						require.NoError(t, stepErr)
						require.NoError(t, fireErr)
						require.Equal(t, to, out.Journey.Stage(), "%s on %s", s.Name, on)
						require.Equal(t, k, out.Changes[0].Choice)
					case d.Observes(on):
						require.NoError(t, fireErr)
						require.Equal(t, s.Name, out.Journey.Stage())
					default:
						require.False(t, open)
						require.Error(t, stepErr)
						require.EqualError(t, fireErr, stepErr.Error())
						require.Equal(t, s.Name, out.Journey.Stage())
					}
				}
			}
		}
	}
	return probes
}

func TestTableAndLooplabAreEqual_Presets(t *testing.T) {
	t.Parallel()
	probes := 0
	for _, d := range preset.All() {
		probes += equalToLooplab(t, d)
	}
	probes += equalToLooplab(t, cases.Lifecycle(t))
	assert.Greater(t, probes, 500)
}

func TestLaw_TableAndLooplabAreEqual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := generatorOf(rapid.Uint64().Draw(t, "seed"))
		spec, err := journeytest.Spec(r, journeytest.SpecOptions{Awkward: r.IntN(2) == 0})
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		equalToLooplab(t, d)
	})
}

// Names that mean something to looplab, and names made to look like those of
// branches, mean nothing here.
func TestTableAndLooplabAreEqual_Names(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "state",
		Transitions: []journey.Transition{
			{From: "state", On: "event", To: "event"},
			{From: "state", On: "enter_state", To: "0#event"},
			{From: "event", On: "state", To: "state"},
			{From: "event", On: "0#state", To: "enter_state"},
			{From: "event", On: "1#state", To: "0#event"},
			{From: "event", On: "before_event", To: "state"},
			{From: "0#event", On: "leave_state", To: "state"},
			{From: "enter_state", On: "b", To: "b"},
			{From: "b", On: "enter_b", To: "state"},
		},
	})
	require.NoError(t, err)
	equalToLooplab(t, d)
}
