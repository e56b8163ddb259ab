package tracker

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
)

type noHooks struct{}

func (noHooks) phase(Phase) error { return nil }

// A machine that came back wedged in spite of everything is not used.
func TestMachines_WedgedMachineIsReplaced(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}, {From: "b", On: "go", To: "a"}}})
	require.NoError(t, err)
	p := newMachines(d)
	for range 100 {
		m := p.machine()
		m.moving = noHooks{}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, m.fsm.Event(gone, p.names[0]))
		require.False(t, m.fsm.Can(p.names[0]), "wedged")
		p.pool.Put(m)
		require.NoError(t, p.execute(t.Context(), 0, "a", "b", journey.Moved, noHooks{}))
	}
}

// A machine and a definition that disagree are noticed, and the machine is not
// used again.
func TestMachines_DisagreementIsAnError(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}, {From: "b", On: "go", To: "a"}}})
	require.NoError(t, err)
	p := newMachines(d)
	require.ErrorIs(t, p.execute(t.Context(), 0, "a", "a", journey.Moved, noHooks{}), ErrExecutor)
	require.ErrorIs(t, p.execute(t.Context(), 0, "nonsense", "b", journey.Moved, noHooks{}), ErrExecutor)
	require.NoError(t, p.execute(t.Context(), 0, "a", "b", journey.Moved, noHooks{}))
}

type panicHooks struct{ in Phase }

func (h panicHooks) phase(p Phase) error {
	if p == h.in {
		return errors.Join(ErrHookPanic)
	}
	return nil
}

func TestMachines_PanickedMachineIsDropped(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{
		{From: "a", On: "go", To: "b"}, {From: "b", On: "go", To: "a"}, {From: "b", On: "stay", To: journey.Same},
	}})
	require.NoError(t, err)
	for _, in := range []Phase{PhaseBefore, PhaseLeave, PhaseEnter, PhaseAfter} {
		p := newMachines(d)
		made := 0
		p.pool.New = func() any { made++; return p.machine() }
		for range 10 {
			require.ErrorIs(t, p.execute(t.Context(), 0, "a", "b", journey.Moved, panicHooks{in}), ErrHookPanic)
			require.ErrorIs(t, p.execute(t.Context(), 2, "b", "b", journey.Moved, panicHooks{in}), ErrHookPanic)
		}
		require.Equal(t, 20, made, in)
	}
}
