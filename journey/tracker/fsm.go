package tracker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/looplab/fsm"

	"github.com/lifecycle-go/lifecycle/journey"
)

// ErrExecutor: the machine that executes live transitions did not do what the
// definition says. It is a defect of this library, never of its input.
var ErrExecutor = errors.New("the state machine and the definition disagree")

// machines executes transitions on looplab/fsm. What has to be known about
// v1.0.3, and how it is met here:
//
//   - a machine costs two kilobytes and microseconds, and its definition is
//     copied into each: machines are pooled, set to a stage, used, given back;
//   - SetState, Event and Current together are not atomic, and concurrent
//     Events on one machine race: a machine has one user at a time;
//   - a cancelled context wedges a machine for good: it gets a context that
//     cannot be cancelled, and the caller's is asked before and handed to hooks;
//   - a panic in a callback wedges it: callbacks here do not panic, and a
//     machine is given back only after an outcome known to leave it whole;
//   - callback keys are looked up by spelling: only the four generic ones are
//     used, and hooks are found by stage and trigger that Define has checked;
//   - one event has one destination per source: each branch of a guarded
//     choice is an event of its own, and the guard decides before;
//   - a transition to the same state skips the leave and enter callbacks and
//     is reported as an error: a self-transition runs them from the two it gets;
//   - an error set without Cancel does not stop the transition: errors cancel;
//   - Event, Can and SetState inside a callback hang or run in the wrong order:
//     hooks do not see the machine;
//   - metadata stays when the state is set: none is used.
type machines struct {
	pool    sync.Pool
	initial string
	events  []fsm.EventDesc
	names   []string // event of each edge
}

// machine is one looplab machine and what it is executing.
type machine struct {
	fsm    *fsm.FSM
	moving phases
	self   bool  // a visit of the same stage begins
	err    error // what enter or after returned, where looplab cannot cancel
}

// phases are the hooks of one transition. They must not panic.
type phases interface {
	phase(Phase) error
}

// newMachines prepares the executor of a definition. Each edge is an event
// whose name begins with the number of its branch: digits and # keep names
// apart whatever a trigger is called.
func newMachines(d *journey.Definition) *machines {
	p := &machines{initial: string(d.Initial())}
	for _, e := range d.Edges() {
		name := strconv.Itoa(e.Choice) + "#" + string(e.On)
		p.names = append(p.names, name)
		p.events = append(p.events, fsm.EventDesc{Name: name, Src: []string{string(e.From)}, Dst: string(e.To)})
	}
	p.pool.New = func() any { return p.machine() }
	return p
}

func (p *machines) machine() *machine {
	m := &machine{}
	m.fsm = fsm.NewFSM(p.initial, p.events, fsm.Callbacks{
		"before_event": func(_ context.Context, e *fsm.Event) {
			err := m.moving.phase(PhaseBefore)
			if err == nil && m.self {
				err = m.moving.phase(PhaseLeave)
			}
			if err != nil {
				e.Cancel(err)
			}
		},
		"leave_state": func(_ context.Context, e *fsm.Event) {
			if err := m.moving.phase(PhaseLeave); err != nil {
				e.Cancel(err)
			}
		},
		"enter_state": func(context.Context, *fsm.Event) {
			m.err = m.moving.phase(PhaseEnter)
		},
		"after_event": func(context.Context, *fsm.Event) {
			if m.self {
				m.err = m.moving.phase(PhaseEnter)
			}
			if m.err == nil {
				m.err = m.moving.phase(PhaseAfter)
			}
		},
	})
	return m
}

// execute runs one edge with its hooks: before, leave, enter, after; leave and
// enter only where a visit ends and begins. It returns what a hook returned, or
// an ErrExecutor.
func (p *machines) execute(ctx context.Context, edge int, from, to journey.Stage, kind journey.ChangeKind, hooks phases) error {
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	m := p.pool.Get().(*machine)
	err := m.event(ctx, p.names[edge], from, hooks, kind == journey.Moved && from == to)
	if err != nil && errors.As(err, new(fsm.InTransitionError)) { // wedged, and no hook has run yet
		m = p.machine()
		err = m.event(ctx, p.names[edge], from, hooks, kind == journey.Moved && from == to)
	}
	whole, err := m.outcome(err, from == to)
	if err == nil && m.fsm.Current() != string(to) {
		whole, err = false, fmt.Errorf("%w: it is in %q", ErrExecutor, m.fsm.Current())
	}
	if errors.Is(err, ErrExecutor) {
		err = fmt.Errorf("tracker: from %q by %q to %q: %w", from, p.names[edge], to, err)
	}
	m.moving = nil
	if whole {
		p.pool.Put(m)
	}
	return err
}

func (m *machine) event(ctx context.Context, name string, from journey.Stage, hooks phases, self bool) error {
	m.moving, m.self, m.err = hooks, self, nil
	m.fsm.SetState(string(from))
	return m.fsm.Event(ctx, name)
}

// outcome reads what Event returned. The machine is whole when it may be used
// again; in doubt it is left to the garbage collector.
func (m *machine) outcome(err error, same bool) (whole bool, _ error) {
	if err == nil {
		return !panicked(m.err), m.err
	}
	var stayed fsm.NoTransitionError
	var cancelled fsm.CanceledError
	switch {
	case errors.As(err, &cancelled):
		return !panicked(cancelled.Err), cancelled.Err
	case errors.As(err, &stayed) && stayed.Err == nil && same:
		return !panicked(m.err), m.err
	}
	return false, fmt.Errorf("%w: %w", ErrExecutor, err)
}
