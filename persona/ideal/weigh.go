package ideal

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/persona"
)

// redundant finds features of different traits that occur together, strongest
// first, and takes their points from all but the strongest.
func (d *Profile) redundant(same float64, customers int) {
	var telling []*Feature
	for i := range d.Features {
		if d.Features[i].Verdict != None {
			telling = append(telling, &d.Features[i])
		}
	}
	slices.SortStableFunc(telling, func(a, b *Feature) int { return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)) })
	var kept []*Feature
	for _, f := range telling {
		for _, k := range kept {
			if k.Trait != f.Trait && phi(k.has, f.has, customers) >= same-1e-12 {
				f.SameAs, f.Points = k.Rule.String(), 0
				break
			}
		}
		if f.SameAs == "" {
			kept = append(kept, f)
		}
	}
}

// phi is the correlation of two features among n customers.
func phi(a, b []uint64, n int) float64 {
	var both, onlyA, onlyB int
	for i := range a {
		both += bits.OnesCount64(a[i] & b[i])
		onlyA += bits.OnesCount64(a[i] &^ b[i])
		onlyB += bits.OnesCount64(b[i] &^ a[i])
	}
	inA, inB, none := float64(both+onlyA), float64(both+onlyB), float64(n-both-onlyA-onlyB)
	outA, outB := float64(n)-inA, float64(n)-inB
	if inA == 0 || inB == 0 || outA == 0 || outB == 0 {
		return 0
	}
	return (float64(float64(both)*none) - float64(float64(onlyA)*float64(onlyB))) / math.Sqrt(float64(inA*outA)*float64(inB*outB))
}

// weigh turns weights into points and orders the features.
func (d *Profile) weigh() {
	byTrait := map[string]*idealTrait{}
	for i := range d.Features {
		f := &d.Features[i]
		if f.Verdict == None || f.SameAs != "" {
			continue
		}
		t := byTrait[f.Trait]
		if t == nil {
			t = &idealTrait{name: f.Trait}
			byTrait[f.Trait] = t
		}
		t.most, t.least = max(t.most, f.Points), min(t.least, f.Points)
	}
	most, least := 0.0, 0.0
	names := slices.Sorted(maps.Keys(byTrait))
	for _, name := range names {
		most += byTrait[name].most
		least += byTrait[name].least
	}
	if most > 0 {
		d.scale = 100 / (most - least)
		d.base = -least * d.scale
	}
	for i := range d.Features {
		d.Features[i].Points *= d.scale
	}
	slices.SortStableFunc(d.Features, func(a, b Feature) int {
		return cmp.Or(
			cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)),
			cmp.Compare(a.Trait, b.Trait),
		)
	})
	for i, f := range d.Features {
		if t := byTrait[f.Trait]; f.Verdict != None && f.SameAs == "" {
			t.features = append(t.features, i)
		}
	}
	for _, name := range names {
		t := byTrait[name]
		t.most *= d.scale
		t.least *= d.scale
		d.traits = append(d.traits, *t)
	}
}

// rule puts traits together, the most telling first, as long as enough of the
// best still meet all of them.
func (d *Profile) rule(c *customers, o Options, held func(int) bool) {
	order := slices.Clone(d.traits)
	slices.SortStableFunc(order, func(a, b idealTrait) int { return cmp.Compare(b.most, a.most) })
	asked := make([]bool, len(c.profiles)) // those for whom the rule holds so far
	for i := range asked {
		asked[i] = held == nil || !held(i)
	}
	least := int64(math.Ceil(o.MinReach * float64(d.Best)))
	var rules []persona.Rule
	for _, t := range order {
		var either []persona.Rule
		for _, at := range t.features {
			if f := &d.Features[at]; f.Verdict == More && f.Points > 0 {
				either = append(either, f.Rule.Clone())
			}
		}
		if len(either) == 0 {
			continue
		}
		next := either[0]
		if len(either) > 1 {
			next = persona.Any(either...)
		}
		narrower, best := slices.Clone(asked), int64(0)
		for i, p := range c.profiles {
			if narrower[i] = asked[i] && next.Holds(p); narrower[i] && c.best[i] {
				best++
			}
		}
		if best >= max(least, 1) {
			asked, rules = narrower, append(rules, next)
		}
	}
	switch len(rules) {
	case 0:
		return
	case 1:
		d.Found.Rule = rules[0]
	default:
		d.Found.Rule = persona.All(rules...)
	}
	reach, best := int64(0), int64(0)
	for i, in := range asked {
		if in {
			reach++
			if c.best[i] {
				best++
			}
		}
	}
	d.Found.Reach, d.Found.Recall, d.Found.Precision = metrics.NewCount(reach, d.All), metrics.NewCount(best, d.Best), metrics.NewCount(best, reach)
}

func (d *Profile) holds(p persona.Profile) bool {
	_, ok := d.Rule()
	return ok && d.Found.Rule.Holds(p)
}
