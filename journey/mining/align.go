package mining

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// MoveKind says what one move of an alignment is. The zero MoveKind is Sync.
type MoveKind uint8

const (
	// Sync: the event is what the definition allows there. It costs nothing.
	Sync MoveKind = iota
	// LogMove: the event happened where the definition has no place for it.
	LogMove
	// ModelMove: the definition asks for a trigger that did not happen; a timer's
	// trigger is in no log and so always one.
	ModelMove
)

var moveKinds = enum.New[MoveKind]("mining", "MoveKind", "sync", "log", "model")

// String is the name that MarshalText writes.
func (k MoveKind) String() string { return moveKinds.String(k) }

// MarshalText writes "sync", "log" or "model".
func (k MoveKind) MarshalText() ([]byte, error) { return moveKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes.
func (k *MoveKind) UnmarshalText(text []byte) error { return moveKinds.Unmarshal(k, text) }

// Value stores the name.
func (k MoveKind) Value() (driver.Value, error) { return moveKinds.Value(k) }

// Scan reads a name; NULL is Sync.
func (k *MoveKind) Scan(src any) error { return moveKinds.Scan(k, src) }

// Move is one step of an alignment: in stage From, with Trigger, to stage To.
type Move struct {
	Kind    MoveKind        `json:"kind"`
	Trigger journey.Trigger `json:"trigger"`
	From    journey.Stage   `json:"from"`
	To      journey.Stage   `json:"to"`
}

// Alignment is the cheapest way to bring a sequence of triggers and a definition
// together.
type Alignment struct {
	Cost    int           // log moves and model moves
	Fitness metrics.Ratio // 1 − cost / (events + shortest complete journey)
	Moves   []Move        // one of the cheapest ways; of equal ones that with the earliest agreement
}

// Align aligns the triggers of one customer, in order, with a definition, from
// its initial stage to a goal, or where the definition has no goals to a terminal
// stage. Guards and gates count as open, because the log does not say what they
// saw; what the definition only observes costs nothing and moves nobody.
//
// Errors: a trigger that the definition does not know (ErrTrigger), a definition
// in which nothing is complete (ErrNoGoal). For many customers see [NewAligner].
//
// Costs equal those of optimal alignments with a Petri net of the same machine
// (pm4py 2.7).
func Align(d *journey.Definition, triggers ...journey.Trigger) (Alignment, error) {
	a, err := NewAligner(d)
	if err != nil {
		return Alignment{}, err
	}
	return a.Align(triggers...)
}

// Aligner aligns many sequences with one definition. It keeps scratch memory:
// one goroutine at a time.
type Aligner struct {
	stages   []journey.StageSpec
	triggers []journey.Trigger
	number   map[journey.Trigger]int
	initial  int
	accepts  []bool
	shortest int32
	width    int
	// moves[stage*width+trigger] are where a trigger may lead; observed triggers
	// that nothing takes lead back to the stage.
	moves [][]int32
	into  [][]arrow // by stage: model moves that lead there
	out   [][]arrow // by stage: model moves from there
	costs []int32   // [event+1][stage]
	ids   []int32
}

// arrow is a model move between two stages, by the first trigger that makes it.
type arrow struct {
	stage   int32
	trigger int32
}

const far = math.MaxInt32 / 2

// maxCells bounds the table of one alignment: events times stages.
const maxCells = 200_000_000

// NewAligner prepares a definition for many alignments.
func NewAligner(d *journey.Definition) (*Aligner, error) {
	a := &Aligner{stages: d.Stages(), triggers: d.Triggers(), number: map[journey.Trigger]int{}}
	for i, t := range a.triggers {
		a.number[t] = i
	}
	place := map[journey.Stage]int{}
	goals := false
	for i, s := range a.stages {
		place[s.Name] = i
		goals = goals || s.Goal
	}
	complete := false
	for _, s := range a.stages {
		ok := s.Goal || !goals && s.Terminal
		a.accepts = append(a.accepts, ok)
		complete = complete || ok
	}
	if !complete {
		return nil, fmt.Errorf("mining: align: definition %s: %w", fault.Quote(d.Name()), ErrNoGoal)
	}
	a.initial, a.width = place[d.Initial()], len(a.triggers)
	a.moves = make([][]int32, len(a.stages)*a.width)
	a.into, a.out = make([][]arrow, len(a.stages)), make([][]arrow, len(a.stages))
	linked := map[[2]int]bool{}
	for _, e := range d.Edges() {
		from, to, on := place[e.From], place[e.To], a.number[e.On]
		cell := &a.moves[from*a.width+on]
		*cell = appendNew(*cell, int32(to))
		if from != to && !linked[[2]int{from, to}] {
			linked[[2]int{from, to}] = true
			a.into[to] = append(a.into[to], arrow{int32(from), int32(on)})
			a.out[from] = append(a.out[from], arrow{int32(to), int32(on)})
		}
	}
	for s := range a.stages {
		for t, name := range a.triggers {
			if cell := &a.moves[s*a.width+t]; len(*cell) == 0 && d.Observes(name) {
				*cell = []int32{int32(s)}
			}
		}
	}
	a.costs = make([]int32, len(a.stages))
	a.first()
	a.shortest = far
	for s, ok := range a.accepts {
		if ok {
			a.shortest = min(a.shortest, a.costs[s])
		}
	}
	if a.shortest >= far {
		return nil, fmt.Errorf("mining: align: definition %s: %w: none can be reached", fault.Quote(d.Name()), ErrNoGoal)
	}
	return a, nil
}

func appendNew(list []int32, v int32) []int32 {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// first fills the costs before any event: model moves from the initial stage.
func (a *Aligner) first() {
	row := a.costs[:len(a.stages)]
	for s := range row {
		row[s] = far
	}
	row[a.initial] = 0
	a.close(row)
}

// close spreads model moves inside one row: stages in order of cost, each a step
// dearer than the one before it.
func (a *Aligner) close(row []int32) {
	for changed := true; changed; {
		changed = false
		for s := range row {
			cost := row[s] + 1
			for _, to := range a.out[s] {
				if cost < row[to.stage] {
					row[to.stage], changed = cost, true
				}
			}
		}
	}
}

// Cost is the cost of the cheapest alignment, without its moves and without
// taking memory.
func (a *Aligner) Cost(triggers ...journey.Trigger) (int, error) {
	if err := a.fill(triggers); err != nil {
		return 0, err
	}
	cost, _ := a.best(len(triggers))
	return int(cost), nil
}

// Align is [Align] with the prepared definition.
func (a *Aligner) Align(triggers ...journey.Trigger) (Alignment, error) {
	if err := a.fill(triggers); err != nil {
		return Alignment{}, err
	}
	cost, end := a.best(len(triggers))
	return Alignment{Cost: int(cost), Fitness: a.fitness(len(triggers), int(cost)), Moves: a.trace(len(triggers), end, int(cost))}, nil
}

// fitness is exact; a journey of nothing that asks for nothing fits.
func (a *Aligner) fitness(events, cost int) metrics.Ratio {
	all := int64(events) + int64(a.shortest)
	if all == 0 {
		return metrics.NewCount(1, 1)
	}
	return metrics.NewCount(all-int64(cost), all)
}

func (a *Aligner) fill(triggers []journey.Trigger) error {
	n := len(a.stages)
	if (len(triggers)+1)*n > maxCells {
		return refuse("events × stages", itoa(len(triggers)*n), "at most "+itoa(maxCells))
	}
	a.ids = a.ids[:0]
	for i, t := range triggers {
		id, ok := a.number[t]
		if !ok {
			return fmt.Errorf("mining: align: event %d: %w %s", i+1, ErrTrigger, fault.Quote(string(t)))
		}
		a.ids = append(a.ids, int32(id))
	}
	a.row(len(triggers))
	a.first()
	for i, id := range a.ids {
		from, to := a.costs[i*n:(i+1)*n], a.costs[(i+1)*n:(i+2)*n]
		for s, c := range from {
			to[s] = c + 1 // the event is skipped
		}
		for s, c := range from {
			for _, d := range a.moves[s*a.width+int(id)] {
				to[d] = min(to[d], c)
			}
		}
		a.close(to)
	}
	return nil
}

func (a *Aligner) row(events int) {
	if need := (events + 1) * len(a.stages); cap(a.costs) < need {
		a.costs = make([]int32, need)
	} else {
		a.costs = a.costs[:need]
	}
}

func (a *Aligner) best(events int) (cost int32, stage int) {
	cost = far
	for s, ok := range a.accepts {
		if c := a.costs[events*len(a.stages)+s]; ok && c < cost {
			cost, stage = c, s
		}
	}
	return cost, stage
}

// trace walks back from the end: agreement before an event that is skipped,
// before a move that did not happen.
func (a *Aligner) trace(i, stage, cost int) []Move {
	n := len(a.stages)
	moves := make([]Move, i+cost) // as many as there can be
	at := len(moves)
	put := func(kind MoveKind, trigger int32, from, to int) {
		at--
		moves[at] = Move{kind, a.triggers[trigger], a.stages[from].Name, a.stages[to].Name}
	}
	for i > 0 || stage != a.initial || a.costs[stage] != 0 {
		c := a.costs[i*n+stage]
		if i > 0 {
			id, before := a.ids[i-1], a.costs[(i-1)*n:i*n]
			if s, ok := a.agreed(before, int(id), stage, c); ok {
				put(Sync, id, s, stage)
				i, stage = i-1, s
				continue
			}
			if before[stage]+1 == c {
				put(LogMove, id, stage, stage)
				i--
				continue
			}
		}
		for _, from := range a.into[stage] {
			if a.costs[i*n+int(from.stage)]+1 == c {
				put(ModelMove, from.trigger, int(from.stage), stage)
				stage = int(from.stage)
				break
			}
		}
	}
	return moves[at:]
}

// agreed finds a stage from which the event leads to stage at that cost.
func (a *Aligner) agreed(before []int32, id, stage int, cost int32) (int, bool) {
	for s, c := range before {
		if c != cost {
			continue
		}
		for _, d := range a.moves[s*a.width+id] {
			if int(d) == stage {
				return s, true
			}
		}
	}
	return 0, false
}

// String is the cost, the fitness and the moves that are no agreement.
func (a Alignment) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cost %d fitness %s", a.Cost, a.Fitness)
	for _, m := range a.Moves {
		if m.Kind != Sync {
			fmt.Fprintf(&b, "; %s move %s in %s", m.Kind, m.Trigger, m.From)
		}
	}
	return b.String()
}

// MarshalJSON writes cost, fitness and moves.
func (a Alignment) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Cost    int           `json:"cost"`
		Fitness metrics.Ratio `json:"fitness"`
		Moves   []Move        `json:"moves"`
	}{a.Cost, a.Fitness, append([]Move{}, a.Moves...)})
}
