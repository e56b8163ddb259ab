package journey

import (
	"cmp"
	"slices"
)

// tally is the counts. Those by cell are [stage*width+trigger].
type tally struct {
	seen       int64 // customers
	beyond     int64 // events after the horizon
	duplicates int64
	ignored    int64
	latest     int64 // time of the last event that counts
	met        []int64
	refused    []int64 // of those, refused though there is a transition
	noted      []int64 // of those, observed because guards refused the move
	branches   []int64 // by edge: taken by an event
	fired      []int64 // by edge: taken by a timer
	here       []int64 // by stage: customers there at the end
	sojourn    []wide  // by stage
	observed   wide
	unknown    []unknownCount // sorted by stage, then name
	examples   [][]Event      // by cell: of what was refused
}

type unknownCount struct {
	stage    uint16
	name     Trigger
	count    int64
	examples []Event
}

func newTally(d *Definition) tally {
	cells, edges := len(d.stages)*d.width, len(d.edges)
	return tally{
		met: make([]int64, cells), refused: make([]int64, cells), noted: make([]int64, cells), examples: make([][]Event, cells),
		branches: make([]int64, edges), fired: make([]int64, edges),
		here: make([]int64, len(d.stages)), sojourn: make([]wide, len(d.stages)),
	}
}

func (t *tally) merge(o *tally, keep int64) {
	t.seen += o.seen
	t.beyond += o.beyond
	t.duplicates += o.duplicates
	t.ignored += o.ignored
	t.latest = max(t.latest, o.latest)
	t.observed.merge(o.observed)
	for _, pair := range [][2][]int64{
		{t.met, o.met}, {t.refused, o.refused}, {t.noted, o.noted}, {t.branches, o.branches}, {t.fired, o.fired}, {t.here, o.here},
	} {
		for i, n := range pair[1] {
			pair[0][i] += n
		}
	}
	for i := range t.sojourn {
		t.sojourn[i].merge(o.sojourn[i])
	}
	for i := range t.examples {
		if len(o.examples[i]) > 0 {
			t.examples[i] = firstEvents(t.examples[i], o.examples[i], keep)
		}
	}
	t.unknown = slices.Concat(t.unknown, o.unknown)
	slices.SortStableFunc(t.unknown, compareUnknown)
	t.unknown = joinUnknown(t.unknown, keep)
}

func compareUnknown(a, b unknownCount) int {
	return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.name, b.name))
}

// joinUnknown adds up equal neighbours: several rules may give one name.
func joinUnknown(list []unknownCount, keep int64) []unknownCount {
	out := list[:0]
	for _, u := range list {
		if n := len(out); n > 0 && compareUnknown(out[n-1], u) == 0 {
			out[n-1].count += u.count
			out[n-1].examples = firstEvents(out[n-1].examples, u.examples, keep)
			continue
		}
		out = append(out, u)
	}
	return out
}

// firstEvents are the first of two lists by customer and time.
func firstEvents(a, b []Event, keep int64) []Event {
	a = append(slices.Clone(a), b...)
	slices.SortStableFunc(a, compareExamples)
	return a[:min(int64(len(a)), keep)]
}

func compareExamples(a, b Event) int {
	return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.At.Compare(b.At))
}
