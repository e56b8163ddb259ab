package journey

import (
	"container/heap"
	"fmt"
	"time"
)

// maxTimer keeps begin of visit + timer inside 64-bit nanoseconds for every
// accepted time.
const maxTimer = 50 * 365 * 24 * time.Hour

// minTurn is the shortest way round stages that timers alone lead through. It
// bounds the work of following a customer who is silent for centuries.
const minTurn = 24 * time.Hour

func (c *compiler) timers() {
	handled := map[cellKey]bool{}
	for i, e := range c.edges {
		handled[cellKey{e.from, c.on(i)}] = true
	}
	seen := map[Timer]int{}
	timed := map[int]bool{} // stages with parts that have a timer
	for i, t := range c.spec.After {
		path := fmt.Sprintf("After[%d]", i)
		n := c.stage(path+".Stage", t.Stage)
		named := c.name(path+".Trigger", "trigger", string(t.Trigger))
		if t.After <= 0 || t.After > maxTimer {
			c.fault(faultTimerDuration, path+".After", t.Stage, t.Trigger, "duration %s, want more than 0 and at most %s", t.After, maxTimer)
		}
		if n >= 0 && c.nodes[n].leaf < 0 {
			timed[n] = true
		}
		if n >= 0 && named {
			for _, leaf := range c.nodes[n].leaves {
				if !handled[cellKey{leaf, t.Trigger}] {
					c.fault(faultTimerUnhandled, path+".Trigger", t.Stage, t.Trigger, "stage %q has no transition on %q", c.leaves[leaf].Name, t.Trigger)
				}
			}
		}
		due := Timer{Stage: t.Stage, After: t.After}
		if first, dup := seen[due]; dup {
			c.fault(faultDuplicateTimer, path, t.Stage, t.Trigger, "falls due together with After[%d]", first)
		} else {
			seen[due] = i
		}
	}
	if n := len(timed) + len(c.spec.Milestones); len(timed) > 0 && n > MaxMilestones {
		c.fault(faultTooLarge, "After", "", "", "%d milestones and stages with parts and timers, at most %d together", n, MaxMilestones)
	}
	c.timerCycles()
}

type cellKey struct {
	stage int
	on    Trigger
}

// turn is a move that a timer makes, and how long it waits before.
type turn struct {
	to    int
	after time.Duration
}

// timerCycles reports stages that timers alone lead round in less than minTurn.
// A timer of a stage with parts counts where it ends the visit to it; else it
// fires once and is no part of a circle.
func (c *compiler) timerCycles() {
	type wait struct {
		after time.Duration
		depth int
	}
	fires := map[cellKey][]wait{}
	for _, t := range c.spec.After {
		n := c.declared(t.Stage)
		if n < 0 {
			continue
		}
		for _, leaf := range c.nodes[n].leaves {
			k := cellKey{leaf, t.Trigger}
			fires[k] = append(fires[k], wait{t.After, c.nodes[n].depth})
		}
	}
	next := make([][]turn, len(c.leaves))
	for i, e := range c.edges {
		if c.spec.Transitions[e.line].Internal {
			continue
		}
		for _, w := range fires[cellKey{e.from, c.on(i)}] {
			if e.scope <= w.depth || !c.within(e.to, c.ancestor(e.from, w.depth)) {
				next[e.from] = append(next[e.from], turn{e.to, w.after})
			}
		}
	}
	steps := make([][]int, len(next))
	for i, list := range next {
		for _, t := range list {
			steps[i] = append(steps[i], t.to)
		}
	}
	for _, cycle := range cycles(steps) {
		for _, s := range cycle {
			if d, short := shortestTurn(next, s); short {
				names := make([]string, len(cycle))
				for i, s := range cycle {
					names[i] = string(c.leaves[s].Name)
				}
				c.fault(faultTimerCycle, "After", Stage(names[0]), "", "timers alone lead round %q in %s, want at least %s", names, d, minTurn)
				break
			}
		}
	}
}

// ancestor is the node at a depth that leaf is, or is part of.
func (c *compiler) ancestor(leaf, depth int) int {
	at := c.leafNode[leaf]
	for c.nodes[at].depth > depth {
		at = c.nodes[at].parent
	}
	return at
}

// turns is a heap, the soonest first.
type turns []turn

func (q turns) Len() int           { return len(q) }
func (q turns) Less(i, k int) bool { return q[i].after < q[k].after }
func (q turns) Swap(i, k int)      { q[i], q[k] = q[k], q[i] }
func (q *turns) Push(t any)        { *q = append(*q, t.(turn)) }
func (q *turns) Pop() any {
	old := *q
	t := old[len(old)-1]
	*q = old[:len(old)-1]
	return t
}

// shortestTurn is the time in which timers lead from a stage back to it, when
// that is less than minTurn (Dijkstra 1959, cut off there).
func shortestTurn(next [][]turn, from int) (time.Duration, bool) {
	best := map[int]time.Duration{}
	var queue turns
	push := func(t turn) {
		if t.after >= minTurn {
			return
		}
		if b, ok := best[t.to]; !ok || t.after < b {
			best[t.to] = t.after
			heap.Push(&queue, t)
		}
	}
	for _, t := range next[from] {
		push(t)
	}
	for len(queue) > 0 {
		t := heap.Pop(&queue).(turn)
		if t.after > best[t.to] {
			continue
		}
		if t.to == from {
			return t.after, true
		}
		for _, u := range next[t.to] {
			push(turn{u.to, t.after + u.after})
		}
	}
	return 0, false
}
