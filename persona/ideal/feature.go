package ideal

import (
	"fmt"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// Feature is a value, or range of values, of a trait, and how often the best
// and all have it. Customers whose trait is not known are left out of both.
type Feature struct {
	Trait string `json:"trait"`
	// Rule holds for the customers who have the feature.
	Rule persona.Rule `json:"rule"`
	// Support is the share of the best who have it, with its counts.
	Support metrics.Ratio `json:"support"`
	// Interval is Wilson's score interval of Support.
	Interval metrics.Estimate `json:"interval"`
	// Base is the share of all who have it.
	Base metrics.Ratio `json:"base"`
	// Lift is Support over Base: 2 = twice as often as all. Exact.
	Lift metrics.Ratio `json:"lift"`
	// Verdict compares the interval with Base: more or less only where Base
	// lies outside it.
	Verdict Verdict `json:"verdict"`
	// SameAs is the feature, in words, that says the same and stands for both;
	// empty where the feature stands for itself.
	SameAs string `json:"same_as,omitempty"`
	// Points is what it adds to the fit score; 0 without verdict, or where
	// another feature says the same.
	Points float64 `json:"points"`

	has []uint64 // one bit per customer
}

// String returns the feature in words.
func (f Feature) String() string {
	lift, _ := f.Lift.Decimal(2)
	return fmt.Sprintf("%s: %s of the best, %s of all, lift %s, %s", f.Rule, f.Support.Percent(1), f.Base.Percent(1), lift, f.Verdict)
}

// Skipped is a trait that was not compared.
type Skipped struct {
	Trait string `json:"trait"`
	// Texts is how many different texts it has.
	Texts int `json:"texts"`
	// Known is how many of the best have it known.
	Known int64 `json:"known"`
	// Reason is "too many texts" or "too few of the best".
	Reason string `json:"reason"`
}

// observed is one known value of a trait.
type observed struct {
	value persona.Value
	best  bool
	who   int
}

// compare adds the features of one trait.
func (d *Profile) compare(name string, seen []observed, customers int, o Options) error {
	slices.SortFunc(seen, func(a, b observed) int { return a.value.Order(b.value) })
	known, texts := int64(0), 0
	for i, s := range seen {
		if s.best {
			known++
		}
		if s.value.Kind() == persona.KindString && (i == 0 || seen[i-1].value != s.value) {
			texts++
		}
	}
	skip := Skipped{Trait: name, Texts: texts, Known: known}
	switch {
	case texts > o.MaxTexts:
		skip.Reason = "too many texts"
	case known < o.MinBest:
		skip.Reason = "too few of the best"
	}
	if skip.Reason != "" {
		d.Skipped = append(d.Skipped, skip)
		return nil
	}
	for _, rule := range cut(name, seen, o.Bins) {
		has, bestHas := int64(0), int64(0)
		bits := make([]uint64, (customers+63)/64)
		for _, s := range seen {
			if rule.Holds(persona.Profile{Traits: map[string]persona.Value{name: s.value}}) {
				has++
				bits[s.who/64] |= 1 << (s.who % 64)
				if s.best {
					bestHas++
				}
			}
		}
		f := Feature{
			Trait: name, Rule: rule, Support: metrics.NewCount(bestHas, known), Base: metrics.NewCount(has, int64(len(seen))),
			Lift: metrics.NewRatio(product(bestHas, int64(len(seen))), product(known, has)), has: bits,
		}
		var err error
		if f.Interval, err = metrics.Wilson(bestHas, known, o.Level); err != nil {
			return fmt.Errorf("ideal: find: %s: %w", fault.Quote(name), err)
		}
		base := float64(has) / float64(len(seen))
		switch {
		case base < f.Interval.Lo:
			f.Verdict = More
		case base > f.Interval.Hi:
			f.Verdict = Less
		}
		// Half a customer more or less never turns a verdict round; with a very
		// low level it might, and then the feature has no weight.
		switch bits := math.Log2(share(bestHas, known) / share(has, int64(len(seen)))); f.Verdict {
		case More:
			f.Points = max(bits, 0)
		case Less:
			f.Points = min(bits, 0)
		case None:
		}
		d.Features = append(d.Features, f)
	}
	return nil
}

func product(a, b int64) decimal.Decimal { return decimal.New(a, 0).Mul(decimal.New(b, 0)) }

// share is a proportion that stays off 0 and 1.
func share(n, of int64) float64 { return (float64(n) + 0.5) / (float64(of) + 1) }

// cut returns rules of which exactly one holds for each of the sorted values.
func cut(name string, seen []observed, bins int) []persona.Rule {
	var out []persona.Rule
	for len(seen) > 0 {
		kind := seen[0].value.Kind()
		n := 1
		different := []persona.Value{seen[0].value}
		for n < len(seen) && seen[n].value.Kind() == kind {
			if seen[n].value != different[len(different)-1] {
				different = append(different, seen[n].value)
			}
			n++
		}
		ordered := kind == persona.KindNumber || kind == persona.KindDate
		if !ordered || len(different) <= bins {
			for _, v := range different {
				out = append(out, persona.Is(name, v))
			}
		} else {
			out = append(out, ranges(name, seen[:n], bins)...)
		}
		seen = seen[n:]
	}
	return out
}

// ranges cuts sorted values of one ordered kind at their quantiles.
func ranges(name string, seen []observed, bins int) []persona.Rule {
	edges := []persona.Value{}
	for i := 1; i < bins; i++ {
		v := seen[len(seen)*i/bins].value
		if v != seen[0].value && (len(edges) == 0 || edges[len(edges)-1] != v) {
			edges = append(edges, v)
		}
	}
	// Half of the values may be the lowest one; then the next edge is the first
	// value above it, so that the rest is told from it.
	if len(edges) == 0 {
		i := slices.IndexFunc(seen, func(s observed) bool { return s.value != seen[0].value })
		edges = append(edges, seen[i].value)
	}
	out := []persona.Rule{persona.Less(name, edges[0])}
	for i := 1; i < len(edges); i++ {
		out = append(out, persona.All(persona.AtLeast(name, edges[i-1]), persona.Less(name, edges[i])))
	}
	// Values of the other ordered kind are not above the last edge.
	return append(out, persona.AtLeast(name, edges[len(edges)-1]))
}
