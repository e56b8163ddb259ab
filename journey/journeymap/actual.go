package journeymap

import (
	"fmt"
	"math"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ActualOptions say how an actual map is counted. The zero value reads every
// event's name as its trigger, prunes nothing and counts hours in UTC.
type ActualOptions struct {
	PlanOptions
	// Rules map events to triggers, Replay says until when customers are
	// followed; see journey.Definition.ReplayLog.
	Rules  journey.Rules
	Replay journey.ReplayOptions
	// Prune leaves out touchpoints that fewer than this share of a stage's
	// customers met, 0 to 1; they are listed in Map.Pruned.
	Prune float64
	// Cover is the share of customers that Map.Paths are to cover; zero = 0.8.
	Cover float64
	// MaxPaths is the most paths listed; zero = 20.
	MaxPaths int
	// Location says where a customer is, for the hours of the day; nil = UTC.
	Location func(customer string) *time.Location
	// Answers are what customers said they felt.
	Answers []Answer
	// Worth is what a customer is worth, for the effect of milestones; nil =
	// not known.
	Worth func(customer string) decimal.Decimal
	// Level is that of intervals; zero = 0.95.
	Level float64
}

// Answer is how one customer felt, on -2 to +2, at an instant and, if it was
// asked there, about a touchpoint.
type Answer struct {
	Customer   string
	At         time.Time
	Touchpoint string
	Value      float64
}

// OnScale is an answer on a scale from lo to hi, such as that of a survey,
// brought to -2 to +2.
func OnScale(customer string, at time.Time, score, lo, hi int) Answer {
	return Answer{Customer: customer, At: at, Value: float64(score-lo)/float64(hi-lo)*4 - 2}
}

const (
	// maxCells bounds stages × touchpoints.
	maxCells = 1 << 20
	// maxSteps is the longest path listed in full.
	maxSteps = 60
)

func (o *ActualOptions) check() error {
	refuse := func(field, limit string) error {
		return &fault.Error{Package: "journeymap", Op: "actual", Field: field, Limit: limit, Err: ErrOptions}
	}
	if o.Cover == 0 {
		o.Cover = 0.8
	}
	if o.MaxPaths == 0 {
		o.MaxPaths = 20
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	switch {
	case !(o.Prune >= 0 && o.Prune <= 1):
		return refuse("Prune", "want 0 to 1")
	case !(o.Cover > 0 && o.Cover <= 1):
		return refuse("Cover", "want more than 0 and at most 1")
	case o.MaxPaths < 0 || o.MaxPaths > 1000:
		return refuse("MaxPaths", "want 1 to 1,000")
	case !(o.Level > 0 && o.Level < 1):
		return refuse("Level", "want more than 0 and less than 1")
	}
	for i, a := range o.Answers {
		if !(math.Abs(a.Value) <= 2) {
			return refuse(fmt.Sprintf("Answers[%d].Value", i), "want -2 to +2")
		}
	}
	return nil
}

// Actual is the map that a log shows: per stage who came, how many went on or
// dropped off and where to, how long they stayed, what moved them on and back
// and what was refused; the touchpoints in order of their first use with
// counts; the common paths, milestones and reported emotions; touchpoints whose
// customers did better or worse than the others.
//
// An event belongs to the stage its customer was in before it: what moves a
// customer belongs to the stage it moves out of. A catalogue's touchpoint is
// met by its events; an event of no touchpoint is one of its own name.
// Later stages are those the definition lists later, stages aside excepted.
//
// Cost is linear in events, n log n in the visits of a stage. Errors: options
// out of range, rules that do not fit, and more than 2^20 stages × touchpoints.
func Actual(d *journey.Definition, c touchpoint.Catalogue, log *touchpoint.Log, o ActualOptions) (Map, error) {
	if err := o.check(); err != nil {
		return Map{}, err
	}
	replay, err := d.ReplayLog(log, o.Rules, o.Replay)
	if err != nil {
		return Map{}, err
	}
	n, err := newCounter(d, c, log, replay, o)
	if err != nil {
		return Map{}, err
	}
	n.count()
	return n.build()
}
