package journey

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Journey is where one customer is: a small immutable value that Step turns
// into the next one. Two journeys under one definition are equal exactly when
// == says so.
//
// It remembers the current visit only; past visits live in a Replay or a Store.
// Of the events it accepted it remembers the ID of the last one that had an ID,
// as a 64-bit hash: enough to make the usual second delivery a no-op. An older
// repeat lies before Since and is refused as out of order, or, when it belongs
// to the current visit, is judged like any other event. A Replay and a Log drop
// every repeat.
//
// The zero Journey has not started; Step refuses it.
type Journey struct {
	def      *Definition
	customer string
	progress string // milestone counters, 8 bytes each; empty = all zero
	since    int64  // begin of the visit, Unix nanoseconds
	last     int64  // latest accepted event: timers due up to here have had their turn
	lastID   uint64 // hash of that of the last accepted event that had an ID
	reached  uint64 // milestones, by position
	seq      int64
	stage    uint16
}

// Customer returns the customer's id.
func (j Journey) Customer() string { return j.customer }

// Definition returns the definition the journey was started under; nil for a
// journey that has not started.
func (j Journey) Definition() *Definition { return j.def }

// Stage returns the current stage; empty for a journey that has not started.
func (j Journey) Stage() Stage {
	if j.def == nil {
		return ""
	}
	return j.def.stages[j.stage].Name
}

// Since returns when the current visit to the stage began, in UTC; the zero
// time for a journey that has not started.
func (j Journey) Since() time.Time {
	if j.def == nil {
		return time.Time{}
	}
	return instant(j.since)
}

// Last returns the time of the latest accepted event, timers included, in UTC;
// the start until there is one.
func (j Journey) Last() time.Time {
	if j.def == nil {
		return time.Time{}
	}
	return instant(j.last)
}

// Seq returns how many events have been accepted, timers and observations
// included. Every change of a journey raises it by one, so that it can be the
// version of an optimistic store.
func (j Journey) Seq() int64 { return j.seq }

// Reached reports whether the milestone has been reached; false for a name the
// definition does not know.
func (j Journey) Reached(milestone string) bool {
	if j.def == nil {
		return false
	}
	i, ok := j.def.mileIx.find(milestone)
	return ok && j.reached>>i&1 != 0
}

// Milestones returns the names of the milestones reached, in definition order.
func (j Journey) Milestones() []string {
	if j.def == nil {
		return nil
	}
	return j.def.milestoneNames(j.reached)
}

func (d *Definition) milestoneNames(set uint64) []string {
	if set == 0 {
		return nil
	}
	names := make([]string, 0, bits.OnesCount64(set))
	for ; set != 0; set &= set - 1 {
		names = append(names, d.spec.Milestones[bits.TrailingZeros64(set)].Name)
	}
	return names
}

// Start begins a journey in the initial stage at the given time. A customer or
// time that is out of bounds gives a journey that has not started, which Step
// refuses with an ErrNotStarted that says why.
func (d *Definition) Start(customer string, at time.Time) Journey {
	j, _ := d.StartAt(d.Initial(), customer, at)
	return j
}

// StartAt begins a journey in any stage, for customers who were there before
// the program knew them: the import of a billing system starts its payers in a
// paying stage. A stage with parts begins with the first of them. Timers of the
// stage count from at. Errors are ErrCustomer for an
// empty or overlong customer, ErrOutOfRange for a time outside the years 1900
// to 2200, ErrUnknownStage, and ErrUndefined for the zero Definition; the
// journey has then not started, and Step repeats the reason.
func (d *Definition) StartAt(stage Stage, customer string, at time.Time) (Journey, error) {
	fail := func(why unstarted, err error) (Journey, error) { return Journey{stage: uint16(why)}, err }
	if err := d.defined("start"); err != nil {
		return fail(unstartedUndefined, err)
	}
	if err := checkCustomer(customer); err != nil {
		if customer == "" {
			return fail(unstartedNobody, err)
		}
		return fail(unstartedLong, err)
	}
	t, ok := nanos(at)
	if !ok {
		return fail(unstartedTime, rangeError("start", at))
	}
	i, ok := d.enter(stage)
	if !ok {
		return fail(unstartedStage, fmt.Errorf("journey: start: customer %s: %w: %s", fault.Quote(customer), ErrUnknownStage, fault.Quote(string(stage))))
	}
	return d.begin(customer, i, t), nil
}

func (d *Definition) begin(customer string, stage uint16, at int64) Journey {
	j := Journey{def: d, customer: customer, since: at, last: at, stage: stage}
	if d.timed != nil {
		j.progress = d.wind("", d.startClocks(stage), at)
	}
	return j
}

// enter is the stage where a visit to s begins: s itself, or its first part.
func (d *Definition) enter(s Stage) (uint16, bool) {
	if i, ok := d.stageIx.find(string(s)); ok {
		return i, true
	}
	n, ok := d.nodeAt[string(s)]
	if !ok || d.nodes[n].spec < 0 {
		return 0, false
	}
	return uint16(d.nodes[n].first), true
}

// unstarted is why a journey has not started: what Start and StartAt leave in
// the stage of a journey without a definition, so that Step can say it.
type unstarted uint16

const (
	unstartedZero unstarted = iota
	unstartedUndefined
	unstartedNobody
	unstartedLong
	unstartedTime
	unstartedStage
)

// notStarted is the error of a journey that has not started.
func (j Journey) notStarted() error {
	var why error
	switch unstarted(j.stage) {
	case unstartedUndefined:
		why = ErrUndefined
	case unstartedNobody:
		why = fmt.Errorf("%w: it is empty", ErrCustomer)
	case unstartedLong:
		why = fmt.Errorf("%w: more than %d bytes", ErrCustomer, id.MaxCustomer)
	case unstartedTime:
		why = ErrOutOfRange
	case unstartedStage:
		why = ErrUnknownStage
	default:
		return fmt.Errorf("journey: %w", ErrNotStarted)
	}
	return fmt.Errorf("journey: %w: %w", ErrNotStarted, why)
}
