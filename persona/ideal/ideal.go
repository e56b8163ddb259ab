package ideal

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// Errors that callers branch on with errors.Is.
var (
	// ErrNoProfiles is returned where there is nothing to compare.
	ErrNoProfiles = errors.New("no profiles")
	// ErrOptions is returned for options outside their range.
	ErrOptions = errors.New("options out of range")
)

// Options say how the best customers are compared with all. The zero value
// is the default.
type Options struct {
	// Level is the confidence level of the intervals; zero = 0.95.
	Level float64
	// Bins is into how many ranges of about equal size numbers and dates are
	// cut; zero = 4. Where there are no more different values than that, each
	// is compared by itself.
	Bins int
	// MinBest is how many of the best customers must have a trait known for it
	// to set anybody apart; zero = 5.
	MinBest int64
	// MaxTexts is how many different texts a trait may have to be compared;
	// zero = 50. Traits with more, such as names, are listed in Skipped.
	MaxTexts int
	// Same is from which correlation (phi) of two features on they say the same,
	// so that only the stronger counts; zero = 0.9, 1 = only where they never
	// differ.
	Same float64
	// MinReach is the share of the best whom Rule must still hold for; zero =
	// 0.25.
	MinReach float64
	// Folds is into how many parts customers are cut to see how precise Rule is
	// on customers it was not found from; zero = 5, 1 = it is not asked.
	Folds int
}

func (o Options) filled() (Options, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Bins == 0 {
		o.Bins = 4
	}
	if o.MinBest == 0 {
		o.MinBest = 5
	}
	if o.MaxTexts == 0 {
		o.MaxTexts = 50
	}
	if o.Same == 0 {
		o.Same = 0.9
	}
	if o.MinReach == 0 {
		o.MinReach = 0.25
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if !(o.Same > 0 && o.Same <= 1) || !(o.MinReach > 0 && o.MinReach <= 1) || o.Folds < 1 || o.Folds > 100 {
		return o, fmt.Errorf("ideal: find: %w: want same and min reach in (0, 1], folds 1 to 100, got %+v", ErrOptions, o)
	}
	if !(o.Level > 0 && o.Level < 1) || o.Bins < 1 || o.Bins > 100 || o.MinBest < 1 || o.MaxTexts < 1 || o.MaxTexts > 100_000 {
		return o, fmt.Errorf("ideal: find: %w: want level in (0, 1), bins 1 to 100, min best from 1, max texts 1 to 100000, got %+v", ErrOptions, o)
	}
	return o, nil
}

// Profile is the ideal customer profile: what sets the best customers apart from
// all. It never changes, so it is safe for any number of goroutines. Build it
// with Find; the zero Profile has no features and scores nobody.
type Profile struct {
	// Best and All count the customers compared; the best are among all.
	Best int64 `json:"best"`
	All  int64 `json:"all"`
	// Features are all that were compared: first those that set apart, by the
	// size of their points, then the others by trait and value.
	Features []Feature `json:"features"`
	// Skipped are traits that were not compared.
	Skipped []Skipped `json:"skipped"`
	// ByChance is how many of the features would be expected to stand apart at
	// this level if nothing did: (1 - level) × features. Where not many more
	// than that do, believe none.
	ByChance float64 `json:"by_chance"`
	// Found is the rule for customers like the best and what it is worth.
	Found Found `json:"found"`

	traits []idealTrait // those with a feature that counts, by name
	scale  float64      // points per bit; 0 = no score
	base   float64      // score of a customer of whom nothing telling is known
}

// Found is a rule with its reach and its precision.
type Found struct {
	// Rule holds for customers like the best; the zero Rule where nothing sets
	// them apart.
	Rule persona.Rule `json:"rule,omitzero"`
	// Reach is for how many of all it holds, Recall for how many of the best.
	Reach  metrics.Ratio `json:"reach"`
	Recall metrics.Ratio `json:"recall"`
	// Precision is how many of those for whom it holds are among the best, to
	// be compared with Best of All; it flatters, as the rule was found from them.
	Precision metrics.Ratio `json:"precision"`
	// Fresh is the precision of rules found from the others on customers who
	// were held back, part by part (Options.Folds). Undefined where it was not
	// asked, or no rule held for anybody.
	Fresh metrics.Ratio `json:"fresh"`
}

// Verdict says whether a feature sets the best customers apart. The zero value
// is that it does not.
type Verdict uint8

// The verdicts.
const (
	None Verdict = iota // the share among the best may well be that among all
	More                // the best have it more often than all
	Less                // the best have it less often than all
)

var verdicts = enum.New[Verdict]("ideal", "Verdict", "none", "more", "less")

// String returns "more", "less" or "none".
func (v Verdict) String() string { return verdicts.String(v) }

// MarshalText returns the name of the verdict.
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.Marshal(v) }

// UnmarshalText reads the name of a verdict.
func (v *Verdict) UnmarshalText(text []byte) error { return verdicts.Unmarshal(v, text) }

// Scan reads the name of a verdict from an SQL column; NULL is none.
func (v *Verdict) Scan(src any) error { return verdicts.Scan(v, src) }

// Value returns the name of the verdict for an SQL column.
func (v Verdict) Value() (driver.Value, error) { return verdicts.Value(v) }

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

// Find compares the best customers with all, trait by trait: best says who
// is among the best, for example the top tenth by lifetime value.
//
// A feature sets apart when the share among all lies outside Wilson's interval
// of the share among the best (E. B. Wilson, JASA 22 (1927) 209–212). Its
// weight is log2 of the ratio of the two shares, each with half a customer added
// to the count and one to the total so that a count of zero stays finite, as a
// naive Bayes classifier weighs evidence. Of features that nearly always occur
// together only the strongest counts, so that one fact is not counted six times.
// Points are scaled so that the worst possible customer scores 0 and the best 100.
//
// Faulty profiles and customers given twice are all reported in a *[fault.Batch].
// Without best customers, or without others, the error is ErrNoProfiles.
func Find(all iter.Seq[persona.Profile], best func(customer string) bool, o Options) (*Profile, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	if all == nil || best == nil {
		return nil, fmt.Errorf("ideal: find: %w", ErrNoProfiles)
	}
	c, err := collect(all, best)
	if err != nil {
		return nil, err
	}
	out, err := c.find(o, nil)
	if err != nil {
		return nil, err
	}
	if o.Folds > 1 {
		out.Found.Fresh = c.fresh(o)
	}
	return out, nil
}

// customers are the profiles in order of their ids.
type customers struct {
	profiles []persona.Profile
	best     []bool
}

func collect(all iter.Seq[persona.Profile], best func(string) bool) (*customers, error) {
	bad := fault.Batch{Package: "ideal", Op: "find"}
	c := &customers{}
	seen := map[string]struct{}{}
	row := int64(0)
	for p := range all {
		row++
		if !p.Check(row, &bad) {
			continue
		}
		if _, twice := seen[p.Customer]; twice {
			bad.Add(fault.Row{
				Row: row, Customer: p.Customer, Field: "Customer", Value: p.Customer,
				Limit: "the customer has a profile already", Err: persona.ErrProfile,
			})
			continue
		}
		seen[p.Customer] = struct{}{}
		c.profiles = append(c.profiles, p)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(c.profiles, func(a, b persona.Profile) int { return cmp.Compare(a.Customer, b.Customer) })
	for _, p := range c.profiles {
		c.best = append(c.best, best(p.Customer))
	}
	return c, nil
}

// find compares the customers whom held does not hold back; nil = all.
func (c *customers) find(o Options, held func(i int) bool) (*Profile, error) {
	out := &Profile{Features: []Feature{}, Skipped: []Skipped{}}
	traits := map[string][]observed{}
	for i, p := range c.profiles {
		if held != nil && held(i) {
			continue
		}
		out.All++
		if c.best[i] {
			out.Best++
		}
		for name, v := range p.Traits {
			traits[name] = append(traits[name], observed{v, c.best[i], i})
		}
	}
	if out.Best == 0 || out.Best == out.All {
		return nil, fmt.Errorf("ideal: find: %w: want some best customers and some others, got %d of %d", ErrNoProfiles, out.Best, out.All)
	}
	for _, name := range slices.Sorted(maps.Keys(traits)) {
		if err := out.compare(name, traits[name], len(c.profiles), o); err != nil {
			return nil, err
		}
	}
	out.ByChance = float64(1-o.Level) * float64(len(out.Features))
	out.redundant(o.Same, int(out.All))
	out.weigh()
	out.rule(c, o, held)
	for i := range out.Features {
		out.Features[i].has = nil
	}
	return out, nil
}

// fresh finds rules without each part of the customers in turn and counts for
// whom of that part they hold.
func (c *customers) fresh(o Options) metrics.Ratio {
	var hit, held int64
	for part := range o.Folds {
		out := func(i int) bool { return i%o.Folds == part }
		d, err := c.find(o, out)
		if err != nil || !d.Defined() {
			continue // the others hold no best customer, or nothing sets them apart
		}
		for i, p := range c.profiles {
			if out(i) && d.holds(p) {
				held++
				if c.best[i] {
					hit++
				}
			}
		}
	}
	return metrics.NewCount(hit, held)
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
