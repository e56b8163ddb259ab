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
	d := &Definition{spec: c.spec, stages: c.spec.Stages}
	d.triggers = slices.Sorted(maps.Keys(c.trigAt))
	for i, t := range d.triggers {
		c.trigAt[t] = i
	}
	d.stageIx = newIndex(namesOf(d.stages, func(s StageSpec) string { return string(s.Name) }))
	d.trigIx = newIndex(namesOf(d.triggers, func(t Trigger) string { return string(t) }))
	d.mileIx = newIndex(namesOf(c.spec.Milestones, func(m Milestone) string { return m.Name }))
	d.initial = uint16(c.stageAt[c.spec.Initial])
	d.groups = namesOf(d.stages, func(s StageSpec) string { return cmp.Or(s.Group, string(s.Name)) })
	d.width = len(d.triggers)
	d.cells = make([]uint16, len(d.stages)*d.width)
	d.edgeAt = make([]uint16, len(d.cells))
	d.allowed = make([][]Trigger, len(d.stages))
	c.buildEdges(d)
	c.buildMilestones(d)
	c.buildTimers(d)
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
		})
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
	used := make([]bool, d.width)
	for lo := 0; lo < len(d.edges); {
		hi := lo + 1
		for hi < len(d.edges) && d.edges[hi].Choice > 0 {
			hi++
		}
		from, on := c.edges[lo].from, c.trigAt[d.edges[lo].On]
		cell := &d.cells[from*d.width+on]
		d.edgeAt[from*d.width+on] = uint16(lo)
		if hi-lo == 1 && !d.edges[lo].Conditional() && !d.edges[lo].Internal {
			*cell = d.dest[lo] + 1
		} else {
			*cell = choiceBit | uint16(len(d.choices))
			d.choices = append(d.choices, choice{uint16(lo), uint16(hi)})
		}
		d.allowed[from] = append(d.allowed[from], d.triggers[on])
		used[on] = true
		lo = hi
	}
	for on, u := range used {
		if u {
			continue
		}
		for from := range d.stages {
			d.cells[from*d.width+on] = choiceBit | uint16(len(d.choices))
		}
		d.choices = append(d.choices, choice{})
	}
	d.next = make([]uint16, len(d.cells))
	for i, cell := range d.cells {
		d.next[i] = d.fallback(cell)
	}
}

func (c *compiler) buildMilestones(d *Definition) {
	d.watches = make([][]watch, d.width)
	for i := range c.spec.Milestones {
		m := &c.spec.Milestones[i]
		d.offsets = append(d.offsets, d.slots)
		d.slots += m.progressSlots()
		for k, t := range m.Events {
			on := c.trigAt[t]
			d.watches[on] = append(d.watches[on], watch{uint16(i), uint16(k)})
		}
	}
}

func (c *compiler) buildTimers(d *Definition) {
	d.timers = make([][]timer, len(d.stages))
	for _, t := range c.spec.After {
		s := c.stageAt[t.Stage]
		d.timers[s] = append(d.timers[s], timer{int64(t.After), uint16(c.trigAt[t.Trigger])})
	}
	for _, ts := range d.timers {
		slices.SortFunc(ts, func(a, b timer) int { return cmp.Compare(a.after, b.after) })
	}
}

// canonicalHash writes what the definition means, one fact per line in sorted
// order, and digests it. Changing it changes every stored hash.
func canonicalHash(d *Definition) string {
	var lines []string
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	line("name %+q", d.spec.Name)
	line("initial %+q", d.stages[d.initial].Name)
	for _, s := range d.stages {
		line("stage %+q group %+q goal %t terminal %t entry %+q exit %+q", s.Name, s.Group, s.Goal, s.Terminal, s.Entry, s.Exit)
	}
	for _, e := range d.edges {
		line("edge %+q %+q %05d %+q guard %+q gate %+q internal %t", e.From, e.On, e.Choice, e.To, e.Guard.Name, e.Gate, e.Internal)
	}
	for _, t := range d.spec.After {
		line("after %+q %d %+q", t.Stage, int64(t.After), t.Trigger)
	}
	for _, m := range d.spec.Milestones {
		events := slices.Sorted(slices.Values(m.Events))
		line("milestone %+q %s %d within %d deadline %d events %+q", m.Name, m.Rule, m.N, int64(m.Within), int64(m.Deadline), events)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte("journey definition 1\n" + strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}
