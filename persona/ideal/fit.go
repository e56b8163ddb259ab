package ideal

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// idealTrait is a trait of which some feature sets apart.
type idealTrait struct {
	name     string
	features []int   // places in Profile.Features
	most     float64 // points of the best feature, 0 if all of them speak against
}

// Fit is how well a customer matches the ideal one.
type Fit struct {
	Customer string
	// Score is the sum of the points of the contributions, in their order: 100
	// for the best possible customer, 0 for one of whom nothing telling is
	// known, negative for one who is like those that the best are not.
	Score float64
	// Reachable is the highest score a customer with the same gaps could have:
	// 100 when every telling trait is known.
	Reachable float64
	// Contributions explain the score, largest first by size.
	Contributions []Contribution
	// Unknown are the telling traits that the profile does not have.
	Unknown []string
}

// Contribution is what one trait of a customer adds.
type Contribution struct {
	Trait  string
	Actual persona.Value
	Rule   persona.Rule // of the feature
	Lift   metrics.Ratio
	Points float64
}

// String returns the contribution in words.
func (c Contribution) String() string {
	lift, _ := c.Lift.Decimal(2)
	return fmt.Sprintf("%+.1f %s = %s (%s, lift %s)", c.Points, c.Trait, c.Actual, c.Rule, lift)
}

// Defined reports whether there is a score at all: whether some feature makes
// the best customers stand out.
func (d *Profile) Defined() bool { return d.scale > 0 }

// Fit scores a customer. A faulty profile is an error, and so is an ideal in
// which nothing sets the best apart, as ErrNoProfiles.
func (d *Profile) Fit(p persona.Profile) (Fit, error) {
	bad := fault.Batch{Package: "ideal", Op: "fit"}
	if !p.Check(1, &bad) {
		return Fit{}, bad.Err()
	}
	if !d.Defined() {
		return Fit{}, fmt.Errorf("ideal: fit: %w in which anything sets the best customers apart", ErrNoProfiles)
	}
	out := Fit{Customer: p.Customer}
	for i := range d.traits {
		t := &d.traits[i]
		v, ok := p.Traits[t.name]
		if !ok {
			out.Unknown = append(out.Unknown, t.name)
			continue
		}
		out.Reachable += t.most
		for _, at := range t.features {
			f := &d.Features[at]
			if f.Rule.Holds(p) {
				out.Contributions = append(out.Contributions, Contribution{t.name, v, f.Rule, f.Lift, f.Points})
				break
			}
		}
	}
	slices.SortFunc(out.Contributions, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)), cmp.Compare(a.Trait, b.Trait))
	})
	for _, c := range out.Contributions {
		out.Score += c.Points
	}
	return out, nil
}

// Rule returns a rule for customers like the best: for every trait with
// features that the best have more often, one of these features. It is what to
// begin a persona with. ok is false when there is no such feature.
func (d *Profile) Rule() (rule persona.Rule, ok bool) {
	var all []persona.Rule
	for i := range d.traits {
		var either []persona.Rule
		for _, at := range d.traits[i].features {
			if f := &d.Features[at]; f.Verdict == More {
				either = append(either, f.Rule.Clone())
			}
		}
		switch len(either) {
		case 0:
		case 1:
			all = append(all, either[0])
		default:
			all = append(all, persona.Any(either...))
		}
	}
	switch len(all) {
	case 0:
		return persona.Rule{}, false
	case 1:
		return all[0], true
	default:
		return persona.All(all...), true
	}
}
