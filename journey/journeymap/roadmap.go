package journeymap

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
)

// Roadmap is the way from the current state to the future one: the steps
// between two maps, in an order in which they can be done.
type Roadmap struct {
	Steps []RoadStep `json:"steps"`
	// Unbacked are the pain points that the future map no longer has in a stage
	// where nothing changes: promises that no step keeps.
	Unbacked []Promise `json:"unbacked"`
}

// RoadStep is one thing to begin, change or stop.
type RoadStep struct {
	// Nr counts from 1.
	Nr    int    `json:"nr"`
	Stage string `json:"stage"`
	Lane  Lane   `json:"lane"` // NoLane: the stage itself, or a hand-off out of it
	// Kind is Added for what is new, Changed, or Removed.
	Kind ChangeKind `json:"kind"`
	Item string     `json:"item"`
	// From and To say of a change what is to be another.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// After are the numbers of steps to be done before, as far as they are of
	// touchpoints that lead here, or the last of what the stage needs first.
	After []int `json:"after"`
	// Owner is accountable in the future map: for the item, or else the stage.
	Owner string `json:"owner,omitempty"`
	// Initiative is the future map's that is about it, with its kind, day and
	// state; without one the kind follows from the lane.
	Initiative string          `json:"initiative,omitempty"`
	Work       InitiativeKind  `json:"work"`
	Due        time.Time       `json:"due,omitzero"`
	State      InitiativeState `json:"state"`
	// Gain and Safe are what the opportunities of the stage in the current map
	// are worth together, see Rank.
	Gain float64 `json:"gain"`
	Safe float64 `json:"safe"`

	phase, column int
}

// Promise is a pain point that is to be gone.
type Promise struct {
	Stage string `json:"stage"`
	Text  string `json:"text"`
}

// The phases of a stage: each waits for those before it. What is new stands
// before what it replaces is taken away, and what is to be measured is measured
// before anything changes.
const (
	phaseStage = iota
	phaseOwner
	phaseKPI
	phaseProcess
	phaseTouchpoint
	phaseHandoff
	phaseRemoval
	phaseStageGone
	phases
)

// Between finds the steps from a current map to a future one: stages, owners,
// KPIs, processes behind the line of visibility, touchpoints and hand-offs that
// are new, different or gone. What customers do, think and feel follows from
// them and is no step.
//
// The order keeps what must come first: of a stage the stage itself, its owner,
// its KPIs, its processes, then its touchpoints, and last what is taken away; a
// touchpoint before a later one that it leads to; owners before a hand-off
// between them. Where there is a choice, the stage with the largest safe gain in
// the current map comes first, then what is due first, then the future map's
// order. level is that of the intervals of gains, 0 for 0.95.
//
// Cost is n log n in entries. Errors: maps beyond the limits, chances that
// cannot be.
func Between(current, future Map, level float64) (Roadmap, error) {
	for _, m := range []Map{current, future} {
		if err := m.bounded(); err != nil {
			return Roadmap{}, err
		}
	}
	ranked, err := current.Ranked(level)
	if err != nil {
		return Roadmap{}, err
	}
	b := roadBuilder{gains: map[string][2]float64{}, initiatives: map[[2]string]Initiative{}, columns: map[string]int{}}
	for _, r := range ranked {
		g := b.gains[r.Stage]
		b.gains[r.Stage] = [2]float64{g[0] + r.Gain, g[1] + r.Safe}
	}
	for _, i := range slices.Backward(future.Initiatives) { // the first of several counts
		b.initiatives[[2]string{i.Stage, i.Touchpoint}] = i
	}
	b.compare(current, future)
	out := Roadmap{Steps: b.order(), Unbacked: b.unbacked}
	if out.Unbacked == nil {
		out.Unbacked = []Promise{}
	}
	return out, nil
}

// Rows yields the steps.
func (r Roadmap) Rows() iter.Seq[RoadStep] { return slices.Values(r.Steps) }

// String is a line for each step.
func (r Roadmap) String() string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s\n", s)
	}
	for _, p := range r.Unbacked {
		fmt.Fprintf(&b, "%s: no step for %q\n", p.Stage, p.Text)
	}
	return b.String()
}

// String is the step in English.
func (s RoadStep) String() string {
	text := fmt.Sprintf("%d. %s: %s", s.Nr, s.Stage, s.text(words.English()))
	if s.Owner != "" {
		text += ", by " + s.Owner
	}
	if len(s.After) > 0 {
		text += fmt.Sprintf(", after %s", numbers(s.After))
	}
	return text
}

func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}

// text says what to do, without where.
func (s RoadStep) text(w words.Set) string {
	what := w.Stage
	if s.Lane != NoLane {
		what = pick(w.Lanes, s.Lane)
	} else if s.phase == phaseHandoff {
		what = w.Handoffs
	}
	t := named(w.Changes, changeKinds, s.Kind) + " (" + what + "): " + s.Item
	if s.From != "" || s.To != "" {
		t += ": " + s.From + " " + arrow(w) + " " + s.To
	}
	return t
}

// section lists the steps.
func (r Roadmap) section(w words.Set, label labels) section {
	t := section{level: 3, title: w.Steps, head: []string{w.Rank, w.Stage, w.Steps, w.Kind, w.Owner, w.After, w.Initiatives, w.Due, w.State, w.Safe}}
	for _, s := range r.Steps {
		state, gain := "", ""
		if s.Initiative != "" {
			state = pick(w.States, s.State)
		}
		if s.Safe > 0 {
			gain = page.Decimal(s.Safe, 0)
		}
		t.rows = append(t.rows, []string{
			page.Count(int64(s.Nr)), label.of(s.Stage), s.text(w), named(w.InitiativeKinds, initiativeKinds, s.Work), s.Owner, numbers(s.After), s.Initiative, page.Date(s.Due), state, gain,
		})
	}
	for _, p := range r.Unbacked {
		t.lines = append(t.lines, label.of(p.Stage)+": "+w.Missing+": "+p.Text)
	}
	return t
}
