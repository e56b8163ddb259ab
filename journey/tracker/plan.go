package tracker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// plan is how the customers of one definition are moved: the definition, the
// machines that execute it, and the hooks of each of its transitions.
type plan struct {
	d        *journey.Definition
	exec     *machines
	edges    []edgeHooks                    // by journey.Change.Edge
	observed map[journey.Trigger]*edgeHooks // of observations
	enter    map[string][]boundHook         // by stage, for where journeys begin
	reached  map[string][]boundHook         // by milestone
	initial  journey.Stage
}

// edgeHooks are the hooks of one transition, by phase from PhaseBefore on.
type edgeHooks [4][]boundHook

func (h *edgeHooks) of(p Phase) []boundHook { return h[p-PhaseBefore] }

func (h *edgeHooks) any() bool { return len(h[0])+len(h[1])+len(h[2])+len(h[3]) > 0 }

// newPlan binds the hooks to a definition. A hook that the definition has no use
// for is not its business: see checkHooks.
func newPlan(d *journey.Definition, h Hooks) (*plan, error) {
	var b hookBinder
	var stages, triggers, miles []string
	exits, entries := map[string]string{}, map[string]string{}
	for _, s := range d.Stages() {
		name := string(s.Name)
		stages = append(stages, name)
		exits[name], entries[name] = s.Exit, s.Entry
	}
	for _, t := range d.Triggers() {
		triggers = append(triggers, string(t))
	}
	for _, m := range d.Milestones() {
		miles = append(miles, m.Name)
	}
	before := bindPhase(&b, h, "trigger", triggers, h.Before, nil, h.BeforeEach)
	leave := bindPhase(&b, h, "stage", stages, h.Leave, exits, h.LeaveEach)
	enter := bindPhase(&b, h, "stage", stages, h.Enter, entries, h.EnterEach)
	after := bindPhase(&b, h, "trigger", triggers, h.After, nil, h.AfterEach)
	p := &plan{
		d: d, exec: newMachines(d), initial: d.Start("anybody", time.Unix(0, 0)).Stage(), enter: enter, observed: map[journey.Trigger]*edgeHooks{},
		reached: bindPhase(&b, h, "milestone", miles, h.Reached, nil, h.ReachedEach),
	}
	for _, e := range d.Edges() {
		hooks := edgeHooks{before[string(e.On)], nil, nil, after[string(e.On)]}
		if !e.Internal {
			hooks[PhaseLeave-PhaseBefore], hooks[PhaseEnter-PhaseBefore] = leave[string(e.From)], enter[string(e.To)]
		}
		p.edges = append(p.edges, hooks)
	}
	for _, t := range d.Triggers() {
		p.observed[t] = &edgeHooks{before[string(t)], nil, nil, after[string(t)]}
	}
	return p, errors.Join(b.errs...)
}

// checkHooks reports every hook that none of the definitions has a use for, and
// every one without a function.
func checkHooks(defs []*journey.Definition, h Hooks) error {
	stages, triggers, miles, named := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, d := range defs {
		for _, s := range d.Stages() {
			stages[string(s.Name)], named[s.Exit], named[s.Entry] = true, true, true
		}
		for _, t := range d.Triggers() {
			triggers[string(t)] = true
		}
		for _, m := range d.Milestones() {
			miles[m.Name] = true
		}
	}
	var b hookBinder
	checkPhase(&b, "Before", "trigger", h.Before, triggers, journey.ErrUnknownTrigger)
	checkPhase(&b, "Leave", "stage", h.Leave, stages, journey.ErrUnknownStage)
	checkPhase(&b, "Enter", "stage", h.Enter, stages, journey.ErrUnknownStage)
	checkPhase(&b, "After", "trigger", h.After, triggers, journey.ErrUnknownTrigger)
	checkPhase(&b, "Reached", "milestone", h.Reached, miles, journey.ErrUnknownMilestone)
	for _, name := range slices.Sorted(maps.Keys(h.Named)) {
		if !named[name] {
			b.fault("Named: %w: no stage names %q", ErrUnknownHook, name)
		}
	}
	return errors.Join(b.errs...)
}

func checkPhase[K ~string](b *hookBinder, phase, kind string, byKey map[K]Hook, names map[string]bool, unknown error) {
	for _, k := range slices.Sorted(maps.Keys(byKey)) {
		switch {
		case !names[string(k)]:
			b.fault("%s: %w %q", phase, unknown, text.Clip(string(k)))
		case byKey[k] == nil:
			b.fault("%s: %s %q has no function", phase, kind, k)
		}
	}
}

type hookBinder struct{ errs []error }

func (b *hookBinder) fault(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("tracker: new: hooks: "+format, args...))
}

// bindPhase lists the hooks of one phase for each of names: the one registered
// for it, the one the definition names, the one for each.
func bindPhase[K ~string](
	b *hookBinder, h Hooks, kind string, names []string,
	byKey map[K]Hook, named map[string]string, each Hook,
) map[string][]boundHook {
	var table map[string][]boundHook
	for _, name := range names {
		var list []boundHook
		if f := byKey[K(name)]; f != nil {
			list = append(list, boundHook{fmt.Sprintf("%s %q", kind, name), f})
		}
		if n := named[name]; n != "" {
			if f := h.Named[n]; f != nil {
				list = append(list, boundHook{fmt.Sprintf("%s %q, named %q", kind, name, n), f})
			} else {
				b.fault("Named: %w: stage %q names %q, which has no function", ErrUnknownHook, name, n)
			}
		}
		if each != nil {
			list = append(list, boundHook{"each", each})
		}
		if len(list) > 0 {
			if table == nil {
				table = map[string][]boundHook{}
			}
			table[name] = list
		}
	}
	return table
}

// told wraps a hook that asks for nothing.
func told(f func(context.Context, Occurrence) error) boundHook {
	if f == nil {
		return boundHook{}
	}
	return boundHook{"each", func(ctx context.Context, o Occurrence) (journey.Trigger, error) { return "", f(ctx, o) }}
}
