package mining

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// CauseOptions say whose journeys are looked at, and what is tried to tell the
// slow or non-conforming ones apart.
type CauseOptions struct {
	Options
	Try funnel.CorrelateOptions
	// Share is the part of the journeys that counts as slow, the slowest; zero is
	// a quarter.
	Share float64
}

// Slow says which activities and properties go with journeys that take long: the
// slowest quarter, from their first activity to their last. Journeys of a single
// activity take no time and are in the sample. It is association, not cause.
func Slow(log *touchpoint.Log, o CauseOptions) (*funnel.Correlations, error) {
	if o.Share == 0 {
		o.Share = 0.25
	}
	if !(o.Share > 0 && o.Share < 1) {
		return nil, refuse("Share", fmt.Sprint(o.Share), "want more than 0 and less than 1")
	}
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	lasts := make([]int64, v.cols.Customers())
	var sorted []int64
	var buf []int32
	for c := range lasts {
		lasts[c] = -1
	}
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			lasts[c] = since(v.cols.UnixNano[buf[len(buf)-1]], v.cols.UnixNano[buf[0]])
			sorted = append(sorted, lasts[c])
		}
	}
	slices.Sort(sorted)
	limit := int64(0)
	if n := len(sorted); n > 0 {
		limit = sorted[min(n-1, int((1-o.Share)*float64(n)))]
	}
	return v.cause(o, func(c int) (in, won bool) { return lasts[c] >= 0, lasts[c] >= limit && lasts[c] > 0 })
}

// NonConforming says which activities and properties go with journeys that leave
// the definition, under rules as [Conformance] takes them. Customers whose events
// no rule takes are not in the sample.
func NonConforming(d *journey.Definition, log *touchpoint.Log, rules journey.Rules, o CauseOptions) (*funnel.Correlations, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	costs := make([]int, v.cols.Customers())
	for c := range costs {
		costs[c] = -1
	}
	check, err := newChecker(d, v, rules)
	if err != nil {
		return nil, err
	}
	for k := range v.len() {
		c := v.at(k)
		found, err := check.customer(c)
		if err != nil {
			return nil, err
		}
		if found != nil {
			costs[c] = found.cost
		}
	}
	return v.cause(o, func(c int) (in, won bool) { return costs[c] >= 0, costs[c] > 0 })
}

func (v *view) cause(o CauseOptions, of func(c int) (in, won bool)) (*funnel.Correlations, error) {
	found, err := funnel.CorrelateOutcome(v.log, o.Try, func(c int) funnel.Outcome {
		in, won := of(c)
		if !in {
			return funnel.Outcome{}
		}
		from, to := v.cols.Range(c)
		for from < to && v.cols.UnixNano[from] < v.from {
			from++
		}
		for to > from && v.cols.UnixNano[to-1] >= v.to {
			to--
		}
		return funnel.Outcome{In: true, Won: won, From: from, To: to}
	})
	if err != nil {
		return nil, fmt.Errorf("mining: cause: %w", err)
	}
	return found, nil
}
