package ideal

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// idealTrait is a trait of which some feature sets apart.
type idealTrait struct {
	name     string
	features []int   // places in Profile.Features
	most     float64 // points of the best feature, 0 if all of them speak against
	least    float64 // points of the worst, 0 if none speaks against
}

// Fit is how well a customer matches the ideal one, on a scale from 0, the worst
// possible, to 100, the best possible customer.
type Fit struct {
	Customer string `json:"customer"`
	// Score is Base and the points of the contributions, summed in their order.
	Score float64 `json:"score"`
	// Base is the score of a customer of whom nothing telling is known.
	Base float64 `json:"base"`
	// Reachable is the highest score a customer with the same gaps could have:
	// 100 when every telling trait is known.
	Reachable float64 `json:"reachable"`
	// Contributions explain the score, largest first by size.
	Contributions []Contribution `json:"contributions"`
	// Unknown are the telling traits that the profile does not have.
	Unknown []string `json:"unknown"`
}

// String is the fit in words.
func (f Fit) String() string {
	return fmt.Sprintf("%s: %.1f of at most %.1f", f.Customer, f.Score, f.Reachable)
}

// Contribution is what one trait of a customer adds.
type Contribution struct {
	Trait  string        `json:"trait"`
	Actual persona.Value `json:"actual"`
	Rule   persona.Rule  `json:"rule"` // of the feature
	Lift   metrics.Ratio `json:"lift"`
	Points float64       `json:"points"`
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
	out := Fit{Customer: p.Customer, Base: d.base, Reachable: d.base, Score: d.base, Contributions: []Contribution{}, Unknown: []string{}}
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

// Rule returns Found.Rule: what to begin a persona with. ok is false when
// nothing sets the best apart.
func (d *Profile) Rule() (rule persona.Rule, ok bool) {
	return d.Found.Rule.Clone(), d.Found.Reach.Defined()
}

// String is the features that count, and the rule with its worth.
func (d *Profile) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d customers are the best\n", d.Best, d.All)
	for _, f := range d.Features {
		if f.Points != 0 {
			fmt.Fprintf(&b, "%+.1f %s\n", f.Points, f)
		}
	}
	if d.Found.Reach.Defined() {
		fmt.Fprintf(&b, "%s: reach %s, precision %s, on customers held back %s\n", d.Found.Rule, d.Found.Reach.Percent(1), d.Found.Precision.Percent(1), d.Found.Fresh.Percent(1))
	}
	return b.String()
}
