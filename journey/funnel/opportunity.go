package funnel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Opportunity is a step that could do better.
type Opportunity struct {
	Name      string  `json:"name"`
	Converted int64   `json:"converted"` // of Entered
	Entered   int64   `json:"entered"`
	Target    float64 `json:"target"` // the rate wanted: a goal, or what the best segment does for sure
	Worth     float64 `json:"worth"`  // of one more conversion: a lifetime value, or later rates times it
	// Gain is what reaching the target would bring, Safe what is missing for sure:
	// the same from the upper bound of the rate's 95 % Wilson interval. Rank sets
	// both.
	Gain float64 `json:"gain"`
	Safe float64 `json:"safe"`
}

// Rank puts opportunities in order: by what is missing for sure, then by the
// gain, then by name. Gain = Entered · max(0, Target − rate) · Worth.
//
// Errors: counts that cannot be, a target outside 0 to 1, a worth that is negative
// or no number.
func Rank(list ...Opportunity) ([]Opportunity, error) {
	out := slices.Clone(list)
	for i := range out {
		o := &out[i]
		bad := func(field string, value any, limit string) error {
			return &fault.Error{Package: "funnel", Op: "rank", Field: "opportunity " + fault.Quote(o.Name) + ": " + field, Value: fmt.Sprint(value), Limit: limit, Err: ErrSpec}
		}
		switch {
		case o.Entered < 0 || o.Converted < 0 || o.Converted > o.Entered:
			return nil, bad("Converted", fmt.Sprintf("%d of %d", o.Converted, o.Entered), "want counts, the first no more than the second")
		case !(o.Target >= 0 && o.Target <= 1):
			return nil, bad("Target", o.Target, "want 0 to 1")
		case !(o.Worth >= 0) || math.IsInf(o.Worth, 0):
			return nil, bad("Worth", o.Worth, "want zero or more")
		}
		o.Gain, o.Safe = 0, 0
		if o.Entered == 0 {
			continue
		}
		rate, err := metrics.Wilson(o.Converted, o.Entered, 0.95)
		if err != nil {
			return nil, fmt.Errorf("funnel: rank: %w", err)
		}
		n := float64(o.Entered)
		o.Gain = n * max(0, o.Target-rate.Value) * o.Worth
		o.Safe = n * max(0, o.Target-rate.Hi) * o.Worth
	}
	slices.SortStableFunc(out, func(a, b Opportunity) int {
		return cmp.Or(cmp.Compare(b.Safe, a.Safe), cmp.Compare(b.Gain, a.Gain), strings.Compare(a.Name, b.Name))
	})
	return out, nil
}
