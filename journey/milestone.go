package journey

import (
	"math/bits"
	"time"
)

// Milestone is something a customer achieves once: first value, a team of
// three, ten projects in a week. It stays reached for the rest of the journey.
//
// Milestones observe: an event counts whether or not a transition takes it, so
// that what is reached never depends on where the customer stood. One that no
// transition takes here, because there is none or because guards refuse it, is
// an observation: it is accepted, moves nobody and only counts.
type Milestone struct {
	// Name is unique in the definition.
	Name string
	// Doc describes it. It is not part of the hash.
	Doc string
	// Events are the triggers that count towards it, at most 63.
	Events []Trigger
	// Rule says how they count; the zero rule is AnyOf.
	Rule MilestoneRule
	// N is the number CountOf and DistinctOf ask for; zero elsewhere.
	N int
	// Within, when positive, is the longest time between the first and the last
	// of the events that count together, both included. It needs a rule that
	// counts more than one event.
	Within time.Duration
	// Deadline is the time from the journey's start within which customers are
	// expected to reach it: the window reports use unless told otherwise. Zero
	// means no deadline. Reaching it later still counts as reached.
	Deadline time.Duration
}

// MilestoneRule says how the events of a [Milestone] count.
type MilestoneRule uint8

// The rules of a milestone.
const (
	AnyOf      MilestoneRule = iota // one of the events, once
	AllOf                           // every one of the events
	CountOf                         // N events of the list, repeats included
	DistinctOf                      // N different events of the list
)

// Limits of a milestone's rule.
const (
	maxMilestoneEvents = 63
	maxWindowCount     = 100       // N of a CountOf within a window: that many times are kept
	maxCount           = 1_000_000 // N without a window
)

// watch is one place where a trigger counts towards a milestone: event number
// pos of milestone m.
type watch struct {
	m, pos uint16
}

// progressSlots is the number of 64-bit counters the milestone needs.
// A slot that is zero means "nothing yet" for every rule.
func (m *Milestone) progressSlots() int {
	switch {
	case m.Rule == AnyOf:
		return 0
	case m.Within == 0:
		return 1
	case m.Rule == CountOf:
		return m.N - 1
	default:
		return len(m.Events)
	}
}

// stamp stores a time so that zero stays "nothing yet".
func stamp(at int64) uint64 { return uint64(at) ^ 1<<63 }

// observe counts one accepted event and reports whether the milestone is
// reached by it. slots are the milestone's own counters.
//
// Events that arrive late within a visit are counted too, beside the latest
// times seen so far.
func (m *Milestone) observe(slots []uint64, pos uint16, at int64) bool {
	switch {
	case m.Rule == AnyOf:
		return true
	case m.Within > 0 && m.Rule == CountOf:
		return m.observeCount(slots, stamp(at))
	case m.Within > 0:
		return m.observeDistinct(slots, pos, stamp(at))
	case m.Rule == CountOf:
		slots[0]++
		return slots[0] >= uint64(m.N)
	default:
		slots[0] |= 1 << pos
		return bits.OnesCount64(slots[0]) >= m.need()
	}
}

func (m *Milestone) need() int {
	if m.Rule == AllOf {
		return len(m.Events)
	}
	return m.N
}

// observeCount keeps the N-1 latest times, ascending. stamp keeps the order of
// times, so stamps compare and subtract as times do.
func (m *Milestone) observeCount(slots []uint64, t uint64) bool {
	first, last := t, t
	full := true
	for _, s := range slots {
		full = full && s != 0
		first, last = min(first, s), max(last, s)
	}
	if full && last-first <= uint64(m.Within) {
		return true
	}
	if len(slots) == 0 || t <= slots[0] {
		return len(slots) == 0
	}
	i := 0
	for ; i+1 < len(slots) && slots[i+1] < t; i++ {
		slots[i] = slots[i+1]
	}
	slots[i] = t
	return false
}

// observeDistinct keeps the latest time of each event and asks whether enough
// of them lie in a window that ends or begins with this one.
func (m *Milestone) observeDistinct(slots []uint64, pos uint16, t uint64) bool {
	slots[pos] = max(slots[pos], t)
	need := m.need()
	for _, lo := range slots {
		if lo == 0 {
			continue
		}
		n := 0
		for _, s := range slots {
			if s >= lo && s-lo <= uint64(m.Within) {
				n++
			}
		}
		if n >= need {
			return true
		}
	}
	return false
}
