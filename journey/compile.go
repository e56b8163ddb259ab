package journey

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// build turns a faultless Spec into tables.
func (c *compiler) build() *Definition {
	d := &Definition{spec: c.spec, stages: c.leaves, nodes: c.nodes, nodeAt: c.nodeAt, leafNode: c.leafNode}
	d.triggers = slices.Sorted(maps.Keys(c.trigAt))
	for i, t := range d.triggers {
		c.trigAt[t] = i
	}
	d.stageIx = newIndex(namesOf(d.stages, func(s StageSpec) string { return string(s.Name) }))
	d.trigIx = newIndex(namesOf(d.triggers, func(t Trigger) string { return string(t) }))
	d.mileIx = newIndex(namesOf(c.spec.Milestones, func(m Milestone) string { return m.Name }))
	hasGoal := slices.ContainsFunc(d.stages, func(s StageSpec) bool { return s.Goal })
	for _, s := range d.stages {
		d.off = append(d.off, s.Aside || hasGoal && s.Terminal && !s.Goal)
	}
	d.initial = uint16(c.nodes[c.declared(c.spec.Initial)].first)
	d.width = len(d.triggers)
	d.cells = make([]uint16, len(d.stages)*d.width)
	d.edgeAt = make([]uint16, len(d.cells))
	d.allowed = make([][]Trigger, len(d.stages))
	c.buildMilestones(d)
	c.buildTimers(d)
	c.buildEdges(d)
	d.hash = canonicalHash(d)
	return d
}

func namesOf[T any](list []T, name func(T) string) []string {
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = name(v)
	}
	return names
}

func (c *compiler) buildEdges(d *Definition) {
	for _, e := range c.edges {
		t := c.spec.Transitions[e.line]
		d.edges = append(d.edges, Edge{
			From: d.stages[e.from].Name, On: t.On, To: d.stages[e.to].Name,
			Guard: t.Guard, Gate: t.Gate, Internal: t.Internal, Choice: e.choice,
			Direction: directionOf(e.from, e.to, d.off[e.from] || d.off[e.to]),
		})
		d.scope = append(d.scope, uint8(e.scope))
		d.clocks = append(d.clocks, c.clocks(d, e, t.Internal))
		d.from = append(d.from, uint16(e.from))
		d.on = append(d.on, uint16(c.trigAt[t.On]))
		d.dest = append(d.dest, uint16(e.to))
		d.guarded = d.guarded || t.Guard.Allow != nil
		gate := uint64(0)
		if t.Gate != "" {
			gate = 1 << c.mileAt[t.Gate]
		}
		d.gates = append(d.gates, gate)
	}
	for lo := 0; lo < len(d.edges); {
		hi := lo + 1
		for hi < len(d.edges) && d.edges[hi].Choice > 0 {
			hi++
		}
		from, on := c.edges[lo].from, c.trigAt[d.edges[lo].On]
		cell := &d.cells[from*d.width+on]
		d.edgeAt[from*d.width+on] = uint16(lo)
		if hi-lo == 1 && !d.edges[lo].Conditional() && !d.edges[lo].Internal && d.clocks[lo] == nil {
			*cell = d.dest[lo] + 1
		} else {
			*cell = choiceBit | uint16(len(d.choices))
			d.choices = append(d.choices, choice{uint16(lo), uint16(hi)})
		}
		d.allowed[from] = append(d.allowed[from], d.triggers[on])
		lo = hi
	}
	// What is observed, or milestones wait for, is accepted where no transition
	// takes it.
	for on, observed := range d.observed {
		if !observed {
			continue
		}
		for from := range d.stages {
			if cell := &d.cells[from*d.width+on]; *cell == 0 {
				*cell = choiceBit | uint16(len(d.choices))
			}
		}
	}
	d.choices = append(d.choices, choice{})
	d.next = make([]uint16, len(d.cells))
	for i, cell := range d.cells {
		d.next[i] = d.fallback(cell)
	}
}

func (c *compiler) buildMilestones(d *Definition) {
	d.watches, d.observed = make([][]watch, d.width), make([]bool, d.width)
	for _, t := range c.spec.Observe {
		d.observed[c.trigAt[t]] = true
	}
	for i := range c.spec.Milestones {
		m := &c.spec.Milestones[i]
		d.offsets = append(d.offsets, d.slots)
		d.slots += m.progressSlots()
		for k, t := range m.Events {
			on := c.trigAt[t]
			d.watches[on] = append(d.watches[on], watch{uint16(i), uint16(k)})
			d.observed[on] = true
		}
	}
}

func (c *compiler) buildTimers(d *Definition) {
	d.timers = make([][]timer, len(d.stages))
	d.clockAt = map[int]int{}
	for _, t := range c.spec.After {
		n := c.declared(t.Stage)
		clock := ownClock
		if c.nodes[n].leaf < 0 {
			k, ok := d.clockAt[n]
			if !ok {
				k = d.slots
				d.slots++
				d.clockAt[n] = k
				d.timed = append(d.timed, n)
			}
			clock = k
		}
		for _, leaf := range c.nodes[n].leaves {
			d.timers[leaf] = append(d.timers[leaf], timer{int64(t.After), uint16(c.trigAt[t.Trigger]), clock})
		}
	}
	d.outer = make([]bool, len(d.stages))
	for s, ts := range d.timers {
		slices.SortStableFunc(ts, func(a, b timer) int { return cmp.Compare(a.after, b.after) })
		d.outer[s] = slices.ContainsFunc(ts, func(t timer) bool { return t.clock != ownClock })
	}
}

// clocks says what an edge does to the visits of stages with parts that have
// timers: which begin, and which end.
func (c *compiler) clocks(d *Definition, e rawEdge, internal bool) []tick {
	if internal {
		return nil
	}
	var list []tick
	for _, n := range d.timed {
		from, to := c.within(e.from, n), c.within(e.to, n)
		switch {
		case to && (!from || e.scope <= c.nodes[n].depth):
			list = append(list, tick{d.clockAt[n], true})
		case from && !to:
			list = append(list, tick{d.clockAt[n], false})
		}
	}
	return list
}

// canonicalHash writes what the definition means, one fact per line in sorted
// order, and digests it. Changing it changes every stored hash.
func canonicalHash(d *Definition) string {
	var lines []string
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	line("name %+q", d.spec.Name)
	line("initial %+q", d.stages[d.initial].Name)
	for _, s := range d.spec.Stages {
		line("stage %+q group %+q goal %t terminal %t aside %t entry %+q exit %+q", s.Name, s.Group, s.Goal, s.Terminal, s.Aside, s.Entry, s.Exit)
	}
	for i, e := range d.edges {
		line("edge %+q %+q %05d %+q guard %+q gate %+q internal %t scope %d", e.From, e.On, e.Choice, e.To, e.Guard.Name, e.Gate, e.Internal, d.scope[i])
	}
	for _, t := range d.spec.Observe {
		line("observe %+q", t)
	}
	for _, t := range d.spec.After {
		line("after %+q %d %+q", t.Stage, int64(t.After), t.Trigger)
	}
	for _, m := range d.spec.Milestones {
		events := slices.Sorted(slices.Values(m.Events))
		line("milestone %+q %s %d within %d deadline %d events %+q", m.Name, m.Rule, m.N, int64(m.Within), int64(m.Deadline), events)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte("journey definition 2\n" + strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}
