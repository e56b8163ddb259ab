package journeymap

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Opportunity is what could be better in a stage, and what it would be worth.
type Opportunity struct {
	Text     string   `json:"text"`
	Evidence Evidence `json:"evidence"`
	// Chance is the count behind it, if there is one; Rank orders the
	// opportunities of the whole map.
	Chance *Chance `json:"chance,omitempty"`
}

// Chance is a step at which customers are lost: of Trials customers Successes
// went on, Target is the share that should, Value what one more who goes on is
// worth downstream.
type Chance struct {
	Successes int64   `json:"successes"`
	Trials    int64   `json:"trials"`
	Target    float64 `json:"target"`
	Value     float64 `json:"value"`
}

// Ranked is a chance with what it would bring.
type Ranked struct {
	Stage string `json:"stage,omitempty"`
	Name  string `json:"name"`
	Chance
	// Rate is the share that went on, with Wilson's interval.
	Rate metrics.Estimate `json:"rate"`
	// Gain is trials × what is missing to the target × value; Safe the same
	// from the upper end of the interval: what is missing for sure.
	Gain float64 `json:"gain"`
	Safe float64 `json:"safe"`
	// Rank counts from 1.
	Rank int `json:"rank"`
}

// String says rank, name and what it would bring.
func (r Ranked) String() string {
	return fmt.Sprintf("%d. %s: %d of %d, gain %.0f, for sure %.0f", r.Rank, r.Name, r.Successes, r.Trials, r.Gain, r.Safe)
}

// Rank orders chances by what they would bring for sure, then by what they
// would bring, then by name:
//
//	gain = trials × max(0, target − rate) × value
//	safe = trials × max(0, target − upper end of the interval) × value
//
// Names are those of steps, in any order; level is that of the interval, 0 for
// 0.95. A chance without trials gains nothing. Errors are of counts that cannot
// be, and of targets and values that are not finite or out of range.
func Rank(chances map[string]Chance, level float64) ([]Ranked, error) {
	out := make([]Ranked, 0, len(chances))
	for name, c := range chances {
		out = append(out, Ranked{Name: name, Chance: c})
	}
	return rank(out, level)
}

// Ranked orders the opportunities of all stages that have a chance.
func (m Map) Ranked(level float64) ([]Ranked, error) {
	var out []Ranked
	for s := range m.Columns() {
		for _, o := range s.Opportunities {
			if o.Chance != nil {
				out = append(out, Ranked{Stage: s.Name, Name: o.Text, Chance: *o.Chance})
			}
		}
	}
	return rank(out, level)
}

func rank(list []Ranked, level float64) ([]Ranked, error) {
	if level == 0 {
		level = 0.95
	}
	slices.SortFunc(list, func(a, b Ranked) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Stage, b.Stage)) })
	for i := range list {
		r := &list[i]
		if err := r.validate(); err != nil {
			return nil, err
		}
		rate, err := metrics.Wilson(r.Successes, r.Trials, level)
		if err != nil {
			return nil, &fault.Error{Package: "journeymap", Op: "rank", Field: r.Name, Limit: err.Error(), Err: ErrChance}
		}
		r.Rate = rate
		if r.Trials == 0 {
			continue
		}
		r.Gain = float64(r.Trials) * math.Max(0, r.Target-rate.Value) * r.Value
		r.Safe = float64(r.Trials) * math.Max(0, r.Target-rate.Hi) * r.Value
	}
	slices.SortStableFunc(list, func(a, b Ranked) int { return cmp.Or(cmp.Compare(b.Safe, a.Safe), cmp.Compare(b.Gain, a.Gain)) })
	for i := range list {
		list[i].Rank = i + 1
	}
	return list, nil
}

func (r Ranked) validate() error {
	switch {
	case !(r.Target >= 0 && r.Target <= 1):
		return &fault.Error{Package: "journeymap", Op: "rank", Field: r.Name + ": target", Limit: "want a share from 0 to 1", Err: ErrChance}
	case !(r.Value >= 0 && r.Value <= 1e15):
		return &fault.Error{Package: "journeymap", Op: "rank", Field: r.Name + ": value", Limit: "want 0 to 1e15", Err: ErrChance}
	}
	return nil
}
