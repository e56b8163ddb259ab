package journeymap

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

var (
	one  = decimal.NewFromInt(1)
	most = decimal.NewFromInt(1 << 53) // counts beyond it are no counts of customers
)

// Variant is one way through the stages of a micro-journey.
type Variant struct {
	Name  string `json:"name"`
	Steps []Step `json:"steps"`
}

// Step is how a variant did in one stage.
type Step struct {
	Stage string `json:"stage"`
	// Customers is how many came here, no more than came to the step before.
	Customers int64 `json:"customers"`
	// Median is the time spent, Satisfaction the mean or share of answers.
	Median       Duration      `json:"median,omitempty"`
	Satisfaction metrics.Ratio `json:"satisfaction,omitzero"`
}

// VariantOf is a funnel as a variant: a step for each of the funnel's, in the
// stages given, or else in stages of their names. The time spent in a step is the
// median until the next one was taken. Satisfaction is the caller's to add.
func VariantOf(name string, r *funnel.Report, stages ...string) (Variant, error) {
	list := r.Steps()
	if len(stages) > 0 && len(stages) != len(list) {
		return Variant{}, &fault.Error{Package: "journeymap", Op: "variant of a funnel", Field: name, Limit: fmt.Sprintf("want %d stages, got %d", len(list), len(stages)), Err: ErrMap}
	}
	v := Variant{Name: name}
	for i, s := range list {
		step := Step{Stage: s.Name, Customers: s.Customers}
		if len(stages) > 0 {
			step.Stage = stages[i]
		}
		if i+1 < len(list) {
			step.Median = Duration(list[i+1].Time.Median)
		}
		v.Steps = append(v.Steps, step)
	}
	return v, nil
}

// StepComparison compares one step of a variant with the same of the control.
type StepComparison struct {
	Stage   string `json:"stage"`
	Variant string `json:"variant"`
	// Previous compares the shares of those in the step before who came here,
	// First of those in the first step: A is the control, B the variant.
	Previous metrics.Comparison `json:"previous"`
	First    metrics.Comparison `json:"first"`
	// Slower is the variant's median less the control's; Satisfaction likewise,
	// where both were asked.
	Slower       Duration `json:"slower"`
	Satisfaction *float64 `json:"satisfaction,omitempty"`
}

// CompareVariants compares every variant of a micro-journey with the first,
// the control: per variant, step by step from the second on, at a level such
// as 0.95 (0 = 0.95), by the two-proportion test of metrics.CompareShares.
// Variants must go through the control's stages in its order.
func (m Map) CompareVariants(level float64) ([]StepComparison, error) {
	if level == 0 {
		level = 0.95
	}
	out := []StepComparison{}
	if len(m.Variants) == 0 {
		return out, nil
	}
	control := m.Variants[0].Steps
	for _, v := range m.Variants[1:] {
		refuse := func(format string, args ...any) ([]StepComparison, error) {
			return nil, &fault.Error{Package: "journeymap", Op: "compare variants", Field: v.Name, Limit: fmt.Sprintf(format, args...), Err: ErrMap}
		}
		if len(v.Steps) != len(control) {
			return refuse("want the %d steps of %s, got %d", len(control), fault.Quote(m.Variants[0].Name), len(v.Steps))
		}
		for i := range control {
			a, b := control[i], v.Steps[i]
			if a.Stage != b.Stage {
				return refuse("want step %d in stage %s, got %s", i+1, fault.Quote(a.Stage), fault.Quote(b.Stage))
			}
			if i == 0 {
				continue
			}
			c := StepComparison{Stage: a.Stage, Variant: v.Name, Slower: b.Median - a.Median}
			var err error
			if c.Previous, err = metrics.CompareShares(a.Customers, control[i-1].Customers, b.Customers, v.Steps[i-1].Customers, level); err != nil {
				return refuse("%v", err)
			}
			if c.First, err = metrics.CompareShares(a.Customers, control[0].Customers, b.Customers, v.Steps[0].Customers, level); err != nil {
				return refuse("%v", err)
			}
			if x, ok := a.Satisfaction.Float64(); ok {
				if y, ok := b.Satisfaction.Float64(); ok {
					d := y - x
					c.Satisfaction = &d
				}
			}
			out = append(out, c)
		}
	}
	return out, nil
}
