package ideal

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

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
