package funnel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Exposures are the arms of an experiment, read from a log.
type Exposures struct {
	Arms    []Arm     `json:"arms"` // ascending by variant
	Reports []*Report `json:"-"`    // of the arms: the exposure, then the steps
	// Several is how many saw more than one variant, Unnamed how many exposures
	// named none: those customers are in no arm.
	Several int64 `json:"several"`
	Unnamed int64 `json:"unnamed"`
}

// ArmsOf reads the arms of an experiment: what happened after a customer's first
// exposure, and nothing before it. variant is the property of the exposing event
// that names the variant; a customer exposed to several is in no arm, and counted.
// The funnel's steps follow the exposure, within its window from there.
//
// Errors: those of [Run]; no exposure, a variant that is no property of an event,
// an order in which the exposure cannot come first.
func ArmsOf(log *touchpoint.Log, exposure []touchpoint.Match, variant touchpoint.Breakdown, spec Spec) (*Exposures, error) {
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "funnel", Op: "arms", Field: field, Value: value, Limit: limit, Err: ErrSpec}
	}
	switch {
	case len(exposure) == 0:
		return nil, bad("exposure", "", "want a match")
	case variant.Customer != nil || variant.Label != touchpoint.EntryStep:
		return nil, bad("variant", variant.Label.String(), "want a property of the exposing event")
	case spec.Order != Ordered:
		return nil, bad("Order", spec.Order.String(), "want ordered: the exposure comes first")
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	spec.Steps = append([]Step{{Name: "exposed", Any: exposure}}, spec.Steps...)
	spec.Anchor = FirstEntry
	for i := range spec.Exclude {
		spec.Exclude = slices.Clone(spec.Exclude)
		spec.Exclude[i].After++
		spec.Exclude[i].Before++
	}
	p, err := spec.compile(log)
	if err != nil {
		return nil, err
	}
	labels, err := p.log.Labels(variant, nil)
	if err != nil {
		return nil, fmt.Errorf("funnel: arms: %w: %w", ErrSpec, err)
	}
	out := &Exposures{}
	seen := p.variants(labels)
	of := map[string]bool{}
	for actor, v := range seen {
		switch v {
		case several:
			out.Several++
		case 0:
			out.Unnamed++
		default:
			of[actor] = true
		}
	}
	about := spec.Customers
	spec.Customers = func(c string) bool { return of[c] && (about == nil || about(c)) }
	if out.Reports, err = RunBy(log, spec, variant); err != nil {
		return nil, err
	}
	for _, r := range out.Reports {
		out.Arms = append(out.Arms, ArmOf(r))
	}
	return out, nil
}

// several is the variant of who saw more than one.
const several = -1

// variants is the number of the variant that each exposed actor saw; 0 = one that
// has no name.
func (p *plan) variants(labels *touchpoint.Labels) map[string]int {
	out := map[string]int{}
	for c := range p.cols.Customers() {
		actor := touchpoint.Actor(p.log.Customer(c))
		if p.spec.Customers != nil && !p.spec.Customers(actor) {
			continue
		}
		from, to := p.cols.Range(c)
		for i := from; i < to; i++ {
			if t := p.cols.UnixNano[i]; t < p.from || t >= p.to || p.mask(i)&1 == 0 {
				continue
			}
			v := labels.Event(int32(i))
			if have, ok := out[actor]; ok && have != v {
				v = several
			}
			out[actor] = v
		}
	}
	return out
}

// String is a line for each arm, and who is in none.
func (e *Exposures) String() string {
	var s strings.Builder
	for _, a := range e.Arms {
		s.WriteString(a.Name + ": " + strconv.FormatInt(a.Converted, 10) + " of " + strconv.FormatInt(a.Exposed, 10) + "\n")
	}
	return s.String() + fmt.Sprintf("%d saw several variants, %d none that has a name\n", e.Several, e.Unnamed)
}

// Rows are the arms as cells of a table, titles first.
func (e *Exposures) Rows() [][]string {
	out := [][]string{{"variant", "exposed", "converted", "share"}}
	for _, a := range e.Arms {
		out = append(out, []string{a.Name, strconv.FormatInt(a.Exposed, 10), strconv.FormatInt(a.Converted, 10), metrics.NewCount(a.Converted, a.Exposed).Percent(2)})
	}
	return out
}
