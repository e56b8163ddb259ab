package journeytest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// SpecOptions say what a random definition is like. The zero value has two to
// eight stages and every feature.
type SpecOptions struct {
	// Stages is how many there are; 0 draws 2 to 8. At most 200.
	Stages int
	// Plain leaves out guards, gates, internal and self-transitions, wildcards,
	// timers and milestones: what remains is a table of stage and trigger.
	Plain bool
	// Awkward gives stages and triggers names with quotes, spaces, arrows,
	// hashes and letters from elsewhere, all of them legal.
	Awkward bool
}

// Spec returns a random definition which journey.Define accepts: every stage
// can be reached, every stage that is not terminal has a way to a goal, and
// timers do not go round in circles. Its guards are pure functions of the
// journey and the event. Options out of bounds give an error.
func Spec(r *rand.Rand, o SpecOptions) (journey.Spec, error) {
	const most = 200
	if o.Stages < 0 || o.Stages == 1 || o.Stages > most {
		return journey.Spec{}, fmt.Errorf("journeytest: spec: %d stages, want 0 or 2 to %d", o.Stages, most)
	}
	if o.Stages == 0 {
		o.Stages = 2 + r.IntN(7)
	}
	g := specMaker{r: r, o: o, taken: map[cell]bool{}}
	g.stages()
	g.tree()
	g.extra()
	if !o.Plain {
		g.choices()
		g.milestones()
		g.wildcard()
		g.timers()
	}
	return g.spec, nil
}

type cell struct {
	from journey.Stage
	on   journey.Trigger
}

type specMaker struct {
	r     *rand.Rand
	o     SpecOptions
	spec  journey.Spec
	open  int // stages before this one are not terminal
	taken map[cell]bool
}

func (g *specMaker) name(kind string, i int) string {
	if !g.o.Awkward {
		return fmt.Sprintf("%s%d", kind, i)
	}
	forms := [...]string{`"%s" %d`, `%s->%d`, `#%s:%d;`, `%s é世 %d`, `%s\n%d`, `{%s|%d}`, `%s_%d`, `<%s>&%d`}
	return fmt.Sprintf(forms[i%len(forms)], kind, i)
}

func (g *specMaker) stage(i int) journey.Stage     { return journey.Stage(g.name("s", i)) }
func (g *specMaker) trigger(i int) journey.Trigger { return journey.Trigger(g.name("t", i)) }

// stages: the last ones, at least one, are terminal goals.
func (g *specMaker) stages() {
	n := g.o.Stages
	g.open = n - 1 - g.r.IntN((n+2)/3)
	for i := range n {
		s := journey.StageSpec{Name: g.stage(i), Terminal: i >= g.open, Goal: i >= g.open}
		if !g.o.Plain && g.r.IntN(2) == 0 {
			s.Group = fmt.Sprintf("g%d", g.r.IntN(3))
		}
		g.spec.Stages = append(g.spec.Stages, s)
	}
	g.spec.Name = "random"
	g.spec.Initial = g.stage(0)
}

// add appends a transition unless its source has one on the trigger.
func (g *specMaker) add(from, on, to int) bool {
	c := cell{g.stage(from), g.trigger(on)}
	if g.taken[c] {
		return false
	}
	g.taken[c] = true
	g.spec.Transitions = append(g.spec.Transitions, journey.Transition{From: c.from, On: c.on, To: g.stage(to)})
	return true
}

// force adds a transition on the first trigger that is free.
func (g *specMaker) force(from, to int) {
	for on := g.r.IntN(4); !g.add(from, on, to); on++ {
	}
}

// tree makes every stage reachable, and leads every open stage to a later one,
// so that the end can be reached from everywhere.
func (g *specMaker) tree() {
	leaves := make([]bool, g.open)
	for to := 1; to < g.o.Stages; to++ {
		from := g.r.IntN(min(to, g.open))
		g.force(from, to)
		leaves[from] = true
	}
	for from, has := range leaves {
		if !has {
			g.force(from, from+1+g.r.IntN(g.o.Stages-from-1))
		}
	}
}

func (g *specMaker) extra() {
	for range g.r.IntN(2 * g.o.Stages) {
		from, to := g.r.IntN(g.open), g.r.IntN(g.o.Stages)
		if from != to {
			g.add(from, g.r.IntN(6), to)
		}
	}
	if g.o.Plain {
		return
	}
	for range g.r.IntN(3) { // self-transitions, half of them internal
		from := g.r.IntN(g.open)
		if g.add(from, g.r.IntN(6), from) {
			g.spec.Transitions[len(g.spec.Transitions)-1].Internal = g.r.IntN(2) == 0
		}
	}
}

// choices puts guarded branches before some transitions.
func (g *specMaker) choices() {
	var out []journey.Transition
	for _, t := range g.spec.Transitions {
		if g.r.IntN(5) == 0 {
			branch := t
			branch.To, branch.Internal = g.stage(g.r.IntN(g.o.Stages)), false
			branch.Guard = randomGuard(g.r)
			out = append(out, branch)
			if g.r.IntN(2) == 0 { // a second condition instead of an open branch
				t.Guard = journey.Guard{Name: "not " + branch.Guard.Name, Allow: not(branch.Guard.Allow)}
			}
		}
		out = append(out, t)
	}
	g.spec.Transitions = out
}

func randomGuard(r *rand.Rand) journey.Guard {
	n := 2 + r.Int64N(3)
	if r.IntN(2) == 0 {
		return journey.Guard{
			Name:  fmt.Sprintf("seq divides by %d", n),
			Allow: func(j journey.Journey, _ journey.Event) bool { return j.Seq()%n == 0 },
		}
	}
	return journey.Guard{
		Name:  fmt.Sprintf("hour divides by %d", n),
		Allow: func(_ journey.Journey, e journey.Event) bool { return e.At.Unix()/3600%n == 0 },
	}
}

func not(f func(journey.Journey, journey.Event) bool) func(journey.Journey, journey.Event) bool {
	return func(j journey.Journey, e journey.Event) bool { return !f(j, e) }
}

// milestones of every rule, over observations and triggers, some of which gate
// a branch.
func (g *specMaker) milestones() {
	events := []journey.Trigger{"seen 1", "seen 2", "seen 3"}
	for _, t := range g.spec.Transitions[:min(3, len(g.spec.Transitions))] {
		if !slices.Contains(events, t.On) {
			events = append(events, t.On)
		}
	}
	for i := range g.r.IntN(4) {
		m := journey.Milestone{Name: g.name("m", i), Rule: journey.MilestoneRule(g.r.IntN(4))}
		g.r.Shuffle(len(events), func(a, b int) { events[a], events[b] = events[b], events[a] })
		m.Events = slices.Clone(events[:1+g.r.IntN(len(events))])
		switch m.Rule {
		case journey.CountOf:
			m.N = 1 + g.r.IntN(4)
		case journey.DistinctOf:
			m.N = 1 + g.r.IntN(len(m.Events))
		default: // takes no count
		}
		if m.Rule != journey.AnyOf && g.r.IntN(2) == 0 {
			m.Within = time.Duration(1+g.r.IntN(96)) * time.Hour
		}
		g.spec.Milestones = append(g.spec.Milestones, m)
		if k := g.r.IntN(len(g.spec.Transitions)); g.spec.Transitions[k].Guard.Name != "" {
			g.spec.Transitions[k].Gate = m.Name
		}
	}
}

// wildcard gives every open stage a way to the last one.
func (g *specMaker) wildcard() {
	if g.r.IntN(2) == 0 {
		g.spec.Transitions = append(g.spec.Transitions, journey.Transition{
			From: journey.Any, On: "leave for good", To: g.stage(g.o.Stages - 1),
		})
	}
}

// timers run on triggers that only lead to later stages, or stay, so that
// timers alone end.
func (g *specMaker) timers() {
	number := map[journey.Stage]int{}
	for i, s := range g.spec.Stages {
		number[s.Name] = i
	}
	forward := map[cell]bool{}
	var order []cell
	for _, t := range g.spec.Transitions {
		if t.From == journey.Any {
			continue
		}
		c := cell{t.From, t.On}
		ok, known := forward[c]
		if !known {
			order, ok = append(order, c), true
		}
		forward[c] = ok && (number[t.To] > number[t.From] || t.Internal)
	}
	used := map[journey.Timer]bool{}
	for _, c := range order {
		if !forward[c] || g.r.IntN(3) > 0 {
			continue
		}
		t := journey.Timer{Stage: c.from, After: time.Duration(1+g.r.IntN(200)) * time.Hour}
		if !used[t] {
			used[t] = true
			t.Trigger = c.on
			g.spec.After = append(g.spec.After, t)
		}
	}
}
