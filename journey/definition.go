package journey

import (
	"fmt"
	"slices"
)

// Definition is a compiled [Spec]: checked, immutable, safe for concurrent use.
// [Define] makes one; the zero Definition has no stages, starts nobody and
// replays nothing.
type Definition struct {
	spec Spec // with Stages filled in; guards bound
	hash string

	stages   []StageSpec
	triggers []Trigger // sorted
	stageIx  index
	trigIx   index
	mileIx   index

	// cells is the dense table [stage][trigger]: 0 = refused, n = moves to
	// stage n-1, choiceBit|n = see choices[n].
	cells   []uint16
	next    []uint16 // what Next says, as stage+1; 0 = nowhere
	width   int
	choices []choice
	edges   []Edge   // by source, trigger, order of choice
	gates   []uint64 // by edge: the milestone bit it needs, or 0
	from    []uint16 // by edge
	on      []uint16 // by edge
	dest    []uint16 // by edge
	edgeAt  []uint16 // by cell: its first edge, where it has one
	scope   []uint8  // by edge: depth of the stages it was written for
	clocks  [][]tick // by edge: clocks it sets and stops
	allowed [][]Trigger

	nodes    []node // the tree of stages
	nodeAt   map[string]int
	leafNode []int
	off      []bool // by stage: it stands aside

	timers   [][]timer   // by stage, by duration
	watches  [][]watch   // by trigger
	observed []bool      // by trigger: accepted where no transition takes it
	offsets  []int       // by milestone: where its counters begin
	slots    int         // counters of all milestones, and clocks
	timed    []int       // nodes with parts that have timers
	clockAt  map[int]int // by node: where its clock is among the slots
	outer    []bool      // by stage: it has a timer of a stage it is part of
	initial  uint16
	guarded  bool // some edge has a guard
}

// choiceBit marks a cell that needs more than the table: a guard, a gate, an
// internal transition or an observation.
const choiceBit = 1 << 15

// choice is the run edges[lo:hi] of one cell; an empty run is an observation.
type choice struct{ lo, hi uint16 }

// Edge is one transition after wildcards have been expanded.
type Edge struct {
	From     Stage
	On       Trigger
	To       Stage
	Guard    Guard
	Gate     string
	Internal bool
	// Choice is the position among the edges of the same source and trigger,
	// from zero, in the order they are asked.
	Choice int
	// Direction is where it leads in the order of the stages.
	Direction Direction
}

// Conditional reports whether a guard or a gate stands before the edge.
func (e Edge) Conditional() bool { return !e.Guard.isZero() || e.Gate != "" }

// Name returns the definition's name.
func (d *Definition) Name() string { return d.spec.Name }

// Hash returns the SHA-256 of what the definition means, as 64 hexadecimal
// digits: stages, expanded transitions with the names of guards and hooks,
// timers and milestones, each in canonical order. It is the same on every
// machine and in every run, and does not depend on Doc or on the order in which
// the Spec lists independent things.
func (d *Definition) Hash() string { return d.hash }

// Spec returns a copy of the Spec, with Stages filled in.
func (d *Definition) Spec() Spec { return d.spec.clone() }

// Initial returns the stage where journeys start.
func (d *Definition) Initial() Stage {
	if len(d.stages) == 0 {
		return ""
	}
	return d.stages[d.initial].Name
}

// defined refuses the zero Definition.
func (d *Definition) defined(op string) error {
	if len(d.stages) == 0 {
		return fmt.Errorf("journey: %s: %w: it was not made by Define", op, ErrUndefined)
	}
	return nil
}

// Stages returns the stages customers can be in, in the order of the Spec, with
// what they have from the stages they are part of; the slice is the caller's.
func (d *Definition) Stages() []StageSpec { return slices.Clone(d.stages) }

// Triggers returns every trigger of transitions, observations and milestones,
// sorted; the slice is the caller's.
func (d *Definition) Triggers() []Trigger { return slices.Clone(d.triggers) }

// Edges returns the transitions with wildcards expanded, ordered by source as
// in Stages, then trigger, then order of choice; the slice is the caller's.
func (d *Definition) Edges() []Edge { return slices.Clone(d.edges) }

// Milestones returns the milestones in the order of the Spec; the slice is the
// caller's.
func (d *Definition) Milestones() []Milestone { return d.spec.clone().Milestones }

// Stage returns the description of a stage, one with parts included, and
// whether there is one.
func (d *Definition) Stage(s Stage) (StageSpec, bool) {
	i, ok := d.nodeAt[string(s)]
	if !ok || d.nodes[i].spec < 0 {
		return StageSpec{}, false
	}
	if leaf := d.nodes[i].leaf; leaf >= 0 {
		return d.stages[leaf], true
	}
	return d.spec.Stages[d.nodes[i].spec], true
}

// Allowed returns the triggers for which the stage has a transition, sorted; a
// guard or gate may still refuse them. What is only observed there is not among
// them. Nil for an unknown stage; the slice is the caller's.
func (d *Definition) Allowed(s Stage) []Trigger {
	i, ok := d.stageIx.find(string(s))
	if !ok {
		return nil
	}
	return slices.Clone(d.allowed[i])
}

// Observes reports whether an event of the trigger is accepted where no
// transition takes it: the Spec lists it in Observe, or a milestone waits for it.
func (d *Definition) Observes(t Trigger) bool {
	i, ok := d.trigIx.find(string(t))
	return ok && d.observed[i]
}

func (d *Definition) observes(cell uint16) bool {
	if cell&choiceBit == 0 {
		return false
	}
	ch := d.choices[cell&^choiceBit]
	return ch.lo == ch.hi
}

// Next looks up where trigger t leads from stage s when every guard and gate
// refuses, which for a plain transition is its destination and for a guarded
// choice its unconditional branch. It reports false when that is nowhere:
// nothing on t leaves s, only guarded branches do, t is an observation, or s or
// t is unknown. [Definition.Edges] lists the branches.
func (d *Definition) Next(s Stage, t Trigger) (Stage, bool) {
	si, ok := d.stageIx.find(string(s))
	if !ok {
		return "", false
	}
	ti, ok := d.trigIx.find(string(t))
	if !ok {
		return "", false
	}
	n := d.next[int(si)*d.width+int(ti)]
	if n == 0 {
		return "", false
	}
	return Stage(d.stageIx.names[n-1]), true
}

// fallback is the unconditional branch of a cell as stage+1; 0 when it has none.
func (d *Definition) fallback(c uint16) uint16 {
	if c&choiceBit == 0 {
		return c
	}
	ch := d.choices[c&^choiceBit]
	if ch.lo == ch.hi || d.edges[ch.hi-1].Conditional() {
		return 0
	}
	return d.dest[ch.hi-1] + 1
}
