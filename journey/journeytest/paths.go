package journeytest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// ErrTooManyPaths: the definition has more simple paths than were asked for.
// Their number can grow exponentially with the number of stages.
var ErrTooManyPaths = errors.New("too many paths")

// Leg is one step of a [Path].
type Leg struct {
	From, To journey.Stage
	On       journey.Trigger
	// Choice is the branch, as in journey.Edge; Guard and Gate are its
	// conditions, empty when there are none.
	Choice      int
	Guard, Gate string
	// After is the time in the stage after which a timer fires On; zero when On
	// is an event.
	After time.Duration
}

// String shows the leg: trial -pay-> active, or trial -(336h0m0s expire)-> lost.
func (l Leg) String() string { return string(l.From) + l.arrow() + string(l.To) }

func (l Leg) arrow() string {
	on := string(l.On)
	if l.After > 0 {
		on = fmt.Sprintf("(%s %s)", l.After, on)
	}
	if l.Guard != "" || l.Gate != "" {
		on += " [" + strings.Trim(l.Guard+" "+l.Gate, " ") + "]"
	}
	return " -" + on + "-> "
}

// Path is a way through a definition that is in no stage twice. An empty path
// stays where it begins.
type Path []Leg

// String shows all legs in a row.
func (p Path) String() string {
	var b strings.Builder
	for i, l := range p {
		if i == 0 {
			b.WriteString(string(l.From))
		}
		b.WriteString(l.arrow())
		b.WriteString(string(l.To))
	}
	return b.String()
}

// Conditional reports whether a guard or a gate stands on the path.
func (p Path) Conditional() bool {
	return slices.ContainsFunc(p, func(l Leg) bool { return l.Guard != "" || l.Gate != "" })
}

// PathOptions say which paths [Paths] lists. The zero value lists those from
// the initial stage to every goal, at most 10,000.
type PathOptions struct {
	// From is where paths begin; empty means the initial stage.
	From journey.Stage
	// To is where they end; empty means the stages marked as goals or, in a
	// definition without goals, the terminal ones.
	To []journey.Stage
	// Max is how many paths there may be; 0 means 10,000.
	Max int
}

// Paths lists every simple path: from one stage to others, in no stage twice,
// over events and over timers. A path may pass through one goal on its way to
// another. A timer that cannot fire because an earlier one of its stage surely
// moves the customer away is left out; guards and gates are shown and not
// judged. The order is that of the definition's edges, a trigger's event before
// its timers, shorter paths before those they begin.
//
// More than Max paths are [ErrTooManyPaths]. The work is bounded by the number
// of paths: none that leads nowhere is followed.
func Paths(d *journey.Definition, o PathOptions) ([]Path, error) {
	if o.Max < 0 {
		return nil, fmt.Errorf("journeytest: paths: Max is %d, want 0 or more", o.Max)
	}
	if o.Max == 0 {
		o.Max = 10_000
	}
	if o.From == "" {
		o.From = d.Initial()
	}
	f := pathFinder{max: o.Max, goals: map[journey.Stage]bool{}, legs: legsOf(d), on: map[journey.Stage]bool{}}
	for _, s := range append([]journey.Stage{o.From}, o.To...) {
		if _, ok := d.Stage(s); !ok {
			return nil, fmt.Errorf("journeytest: paths: %w %q", journey.ErrUnknownStage, s)
		}
	}
	for _, s := range o.To {
		f.goals[s] = true
	}
	if len(o.To) == 0 {
		f.goals = ends(d)
	}
	if err := f.find(o.From); err != nil {
		return nil, fmt.Errorf("journeytest: paths: %w: more than %d from %q", err, o.Max, o.From)
	}
	return f.found, nil
}

func ends(d *journey.Definition) map[journey.Stage]bool {
	goals, terminal := map[journey.Stage]bool{}, map[journey.Stage]bool{}
	for _, s := range d.Stages() {
		if s.Goal {
			goals[s.Name] = true
		}
		if s.Terminal {
			terminal[s.Name] = true
		}
	}
	if len(goals) == 0 {
		return terminal
	}
	return goals
}

// legsOf lists, by source, every move to another stage.
func legsOf(d *journey.Definition) map[journey.Stage][]Leg {
	timers := map[journey.Stage][]journey.Timer{}
	for _, t := range d.Spec().After {
		timers[t.Stage] = append(timers[t.Stage], t)
	}
	edges := d.Edges()
	for s, list := range timers {
		slices.SortFunc(list, func(a, b journey.Timer) int { return cmp.Compare(a.After, b.After) })
		for i, t := range list {
			if slices.ContainsFunc(edges, func(e journey.Edge) bool {
				return e.From == s && e.On == t.Trigger && !e.Conditional() && !e.Internal && e.Choice == 0
			}) {
				list = list[:i+1] // surely moves away
				break
			}
		}
		timers[s] = list
	}
	legs := map[journey.Stage][]Leg{}
	for _, e := range edges {
		if e.From == e.To {
			continue
		}
		l := Leg{From: e.From, To: e.To, On: e.On, Choice: e.Choice, Guard: e.Guard.Name, Gate: e.Gate}
		legs[e.From] = append(legs[e.From], l)
		for _, t := range timers[e.From] {
			if t.Trigger == e.On {
				l.After = t.After
				legs[e.From] = append(legs[e.From], l)
			}
		}
	}
	return legs
}

type pathFinder struct {
	max   int
	goals map[journey.Stage]bool
	legs  map[journey.Stage][]Leg
	on    map[journey.Stage]bool // on the path
	path  Path
	found []Path
}

// find extends the path from s. It goes as deep as there are stages.
func (f *pathFinder) find(s journey.Stage) error {
	if f.goals[s] {
		if len(f.found) == f.max {
			return ErrTooManyPaths
		}
		f.found = append(f.found, slices.Clone(f.path))
	}
	f.on[s] = true
	defer delete(f.on, s)
	for _, l := range f.legs[s] {
		if f.on[l.To] || !f.leads(l.To) {
			continue
		}
		f.path = append(f.path, l)
		if err := f.find(l.To); err != nil {
			return err
		}
		f.path = f.path[:len(f.path)-1]
	}
	return nil
}

// leads reports whether a goal can be reached from s beside the path.
func (f *pathFinder) leads(s journey.Stage) bool {
	seen := map[journey.Stage]bool{s: true}
	stack := []journey.Stage{s}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if f.goals[s] {
			return true
		}
		for _, l := range f.legs[s] {
			if !seen[l.To] && !f.on[l.To] {
				seen[l.To] = true
				stack = append(stack, l.To)
			}
		}
	}
	return false
}

// Play leads a customer along the path: events happen one after the other,
// within the shortest timer of their stage, and timers are waited for. It
// returns the journey at the end, and every event that happened. A guard or a
// gate that decides otherwise is an error that names the leg.
func (p Path) Play(d *journey.Definition, customer string, at time.Time) (journey.Journey, []journey.Event, error) {
	j, err := d.StartAt(d.Initial(), customer, at)
	if err != nil {
		return j, nil, err
	}
	var events []journey.Event
	for i, l := range p {
		if j.Stage() != l.From {
			return j, events, fmt.Errorf("journeytest: play: leg %d, %s: the customer is in %q", i, l, j.Stage())
		}
		if l.After > 0 {
			j, err = d.Advance(j, j.Since().Add(l.After))
		} else {
			gap := time.Hour
			if next, ok := d.NextTimer(j); ok {
				gap = min(gap, next.Sub(j.Since())/2)
			}
			e := journey.Event{Customer: customer, Trigger: l.On, At: j.Since().Add(gap)}
			events = append(events, e)
			j, err = d.Step(j, e)
		}
		if err != nil {
			return j, events, fmt.Errorf("journeytest: play: leg %d, %s: %w", i, l, err)
		}
		if j.Stage() != l.To {
			return j, events, fmt.Errorf("journeytest: play: leg %d, %s: it led to %q", i, l, j.Stage())
		}
	}
	return j, events, nil
}
