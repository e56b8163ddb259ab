package journey

import (
	"fmt"
	"time"
)

// maxTimer keeps begin of visit + timer inside 64-bit nanoseconds for every
// accepted time.
const maxTimer = 50 * 365 * 24 * time.Hour

func (c *compiler) timers() {
	handled := map[[2]string]bool{}
	for i, e := range c.edges {
		handled[[2]string{string(c.spec.Stages[e.from].Name), string(c.on(i))}] = true
	}
	seen := map[Timer]int{}
	for i, t := range c.spec.After {
		path := fmt.Sprintf("After[%d]", i)
		known := c.stage(path+".Stage", t.Stage) >= 0
		named := c.name(path+".Trigger", "trigger", string(t.Trigger))
		if t.After <= 0 || t.After > maxTimer {
			c.fault(Fault{
				Code: FaultTimerDuration, Path: path + ".After", Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("duration %s, want more than 0 and at most %s", t.After, maxTimer),
			})
		}
		if known && named && !handled[[2]string{string(t.Stage), string(t.Trigger)}] {
			c.fault(Fault{
				Code: FaultTimerUnhandled, Path: path + ".Trigger", Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("stage %q has no transition on %q", t.Stage, t.Trigger),
			})
		}
		due := Timer{Stage: t.Stage, After: t.After}
		if first, dup := seen[due]; dup {
			c.fault(Fault{
				Code: FaultDuplicateTimer, Path: path, Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("falls due together with After[%d]", first),
			})
		} else {
			seen[due] = i
		}
	}
	c.timerCycles()
}

// timerCycles reports stages from which timers alone lead back.
func (c *compiler) timerCycles() {
	fires := map[[2]string]bool{}
	for _, t := range c.spec.After {
		fires[[2]string{string(t.Stage), string(t.Trigger)}] = true
	}
	next := make([][]int, len(c.spec.Stages))
	for i, e := range c.edges {
		if !c.spec.Transitions[e.line].Internal && fires[[2]string{string(c.spec.Stages[e.from].Name), string(c.on(i))}] {
			next[e.from] = append(next[e.from], e.to)
		}
	}
	for _, cycle := range cycles(next) {
		names := make([]string, len(cycle))
		for i, s := range cycle {
			names[i] = string(c.spec.Stages[s].Name)
		}
		c.fault(Fault{
			Code: FaultTimerCycle, Path: "After", Stage: Stage(names[0]),
			Detail: fmt.Sprintf("timers alone lead round %q and never rest", names),
		})
	}
}
