package survival

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Subject is one stretch of observation: from Entry, at whose end, Exit, the
// event came or observation ended. Times are in whatever unit the caller
// keeps to; [OfLedger] uses months. A subject is at risk at a time t with
// Entry < t <= Exit.
//
// Several subjects with one Cluster may be one person: stretches with other
// covariates, or repeated events.
type Subject struct {
	// Entry is when observation began, where that is later than the beginning
	// of time at 0 (left truncation). Zero means none: at risk from the start,
	// at time 0 too.
	Entry float64
	// Exit is when the event came or observation ended. Zero is legal.
	Exit float64
	// Event is whether the event came; false is censored.
	Event bool
	// Cause of the event, for CumulativeIncidence. Read only where Event is set.
	Cause string
	// Group to compare, and Stratum with a baseline of its own.
	Group, Stratum string
	// Cluster of subjects that are not independent; when any is named, the
	// standard errors of Cox are robust.
	Cluster string
	// Weight of the subject: how many alike it stands for. Zero means 1.
	Weight float64
	// Offset is added to the log hazard as it is.
	Offset float64
	// X are the covariates, of one length for all subjects.
	X []float64
}

// OfValues yields subjects who are observed from time 0: times, and whether
// each ended with the event. The slices are of one length; the rest of the
// longer is not read.
func OfValues(times []float64, events []bool) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		for i, t := range times[:min(len(times), len(events))] {
			if !yield(Subject{Exit: t, Event: events[i]}) {
				return
			}
		}
	}
}

// bad says what is wrong with a subject's times, weight and offset, if
// anything.
func (s *Subject) bad() (field string, value float64, limit string) {
	switch {
	case !(s.Exit >= 0) || s.Exit > math.MaxFloat64:
		return "Exit", s.Exit, "want a time of 0 or more"
	case !(s.Entry >= 0) || s.Entry > math.MaxFloat64:
		return "Entry", s.Entry, "want a time of 0 or more"
	case s.Entry > 0 && s.Entry >= s.Exit:
		return "Entry", s.Entry, "want a time before the exit at " + float(s.Exit)
	case !(s.Weight >= 0) || s.Weight > 1e15:
		return "Weight", s.Weight, "want a number above 0, at most 1e15"
	case !(math.Abs(s.Offset) <= 1e3):
		return "Offset", s.Offset, "want a number from -1000 to 1000"
	}
	return "", 0, ""
}

// refuse adds the row to the batch.
func refuse(b *fault.Batch, row int, field string, value float64, limit string) {
	b.Add(fault.Row{Row: int64(row) + 1, Field: field, Value: float(value), Limit: limit, Err: ErrInput})
}

// labels numbers texts in the order they come. Runs of one text, as sorted
// input has them, cost a comparison.
type labels struct {
	number map[string]uint32
	names  []string
	last   string
	lastID uint32
}

func (l *labels) of(name string) uint32 {
	if len(l.names) > 0 && name == l.last {
		return l.lastID
	}
	id, ok := l.number[name]
	if !ok {
		if l.number == nil {
			l.number = make(map[string]uint32)
		}
		id = uint32(len(l.names))
		l.number[name] = id
		l.names = append(l.names, name)
	}
	l.last, l.lastID = name, id
	return id
}

// shown is a name as text for people shows it.
func shown(name string) string {
	if name == "" {
		return `""`
	}
	return text.Printable(text.ClipTo(name, 32))
}
