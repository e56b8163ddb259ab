package retention

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// EffectBy is [EffectOf] for each part of a breakdown that somebody began in,
// ascending by key. A property is that of the event that begins a customer's time,
// so that the groups of all parts sum to those of EffectOf.
//
// Errors: those of EffectOf, a Breakdown that names no key or several, or another
// step than the first.
func EffectBy(log *touchpoint.Log, spec EffectSpec, by touchpoint.Breakdown) ([]*Effect, error) {
	f, err := spec.follower(log)
	if err != nil {
		return nil, err
	}
	if by.Label == touchpoint.LabelStep && by.Step > 1 {
		return nil, &fault.Error{Package: "retention", Op: "effect", Field: "Step", Value: strconv.Itoa(by.Step), Limit: "want 1, the event that begins a customer's time", Err: ErrSpec}
	}
	labels, err := f.log.Labels(by, func(c int) bool { return f.skip == nil || !f.skip[c] })
	if err != nil {
		return nil, fmt.Errorf("retention: effect: %w: %w", ErrSpec, err)
	}
	parts := make([]*follower, len(labels.Keys()))
	f.begun(func(c, start int) {
		g := labels.Of(c, []int32{int32(start)})
		if parts[g] == nil {
			part := *f
			part.ages, part.out = make([]age, len(f.ages)), &Effect{Key: labels.Keys()[g], Warnings: []error{ErrAssociation}}
			parts[g] = &part
		}
		parts[g].customer(c, start)
	})
	var out []*Effect
	for _, part := range parts {
		if part == nil {
			continue
		}
		e, err := part.result()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b *Effect) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}
