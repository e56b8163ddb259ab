package scorecard

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// FeatureSpec says which use is counted. The zero value counts the attribute
// feature of feature_used, of everybody, over the whole log.
type FeatureSpec struct {
	Used []touchpoint.Match // nil = feature_used
	Attr string             // of Used; empty = feature
	// Active are the events that make a customer active; nil = active_day,
	// logged_in and feature_used.
	Active []touchpoint.Match
	// By breaks down: ByStage, or BySegment for personas and plans.
	By By
	// From and To bound what is seen, [From, To); zero is no bound.
	From, To time.Time
	Location *time.Location // where days begin; nil = UTC
	Level    float64        // of intervals; zero = 0.95
}

// Features is the use of every feature.
type Features struct {
	By    By            `json:"by"`
	Lines []FeatureLine `json:"lines"`
}

// FeatureLine is one feature for one key.
type FeatureLine struct {
	Feature string `json:"feature"`
	Key     string `json:"key"`
	Users   int64  `json:"users"`
	Uses    int64  `json:"uses"`
	// Adoption is Users over the active customers of the key, with its interval.
	Adoption metrics.Ratio    `json:"adoption"`
	Interval metrics.Estimate `json:"interval"`
	// PerUser is uses a user, Days the days of use a user.
	PerUser metrics.Ratio `json:"per_user"`
	Days    metrics.Ratio `json:"days"`
}

// FindFeatures counts who uses which feature, and how often: by stage, persona
// or plan, as By says. A customer who was in two stages counts in both. Lines
// are by feature and key. Errors: a dimension that the data do not have, an
// attribute that the log does not keep, more than MaxKeys features.
func FindFeatures(d Data, s FeatureSpec) (*Features, error) {
	if d.Log == nil {
		return nil, refuse("features", "Log", "none", "want a log", ErrData)
	}
	if s.Used == nil {
		s.Used = touchpoint.Named("feature_used")
	}
	if s.Attr == "" {
		s.Attr = "feature"
	}
	if s.Active == nil {
		s.Active = touchpoint.Named("active_day", "logged_in", "feature_used")
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	if s.Location == nil {
		s.Location = time.UTC
	}
	attr := By{Dimension: ByAttr, Attr: s.Attr}
	for _, by := range []By{s.By, attr} {
		if err := by.check(d); err != nil {
			return nil, fmt.Errorf("scorecard: features: %w", err)
		}
	}
	sel, err := d.Log.Select(s.Used, s.Active)
	if err != nil {
		return nil, fmt.Errorf("scorecard: features: %w", err)
	}
	x, err := newIndex(Data{Log: d.Log, Journeys: d.Journeys, Segment: d.Segment}, Options{}, nil, []By{s.By, attr})
	if err != nil {
		return nil, err
	}
	if n := len(x.keys[0].names) * len(x.keys[1].names); n > MaxCells {
		return nil, refuse("features", "By", fmt.Sprint(n), fmt.Sprintf("want at most %d features × keys", MaxCells), ErrOptions)
	}
	return x.features(s, sel)
}

func (x *index) features(s FeatureSpec, sel *touchpoint.Selector) (*Features, error) {
	key, feature := x.keys[0], x.keys[1]
	n := len(key.names)
	type use struct{ users, uses, days int64 }
	uses, active := make([]use, n*len(feature.names)), make([]int64, n)
	from, to := int64(-1<<63), int64(1<<63-1)
	if !s.From.IsZero() {
		from = nano(s.From)
	}
	if !s.To.IsZero() {
		to = nano(s.To)
	}
	var seen, users, days stamps
	for c := range x.cols.Customers() {
		seen.reset()
		users.reset()
		today := int64(-1 << 62)
		first, last := x.cols.Range(c)
		for i := first; i < last; i++ {
			mask, at := sel.Mask(i), x.cols.UnixNano[i]
			if mask == 0 || at < from || at >= to {
				continue
			}
			k := key.event(c, i)
			if mask&2 != 0 && seen.first(k) {
				active[k]++
			}
			if mask&1 == 0 || feature.column[feature.campus[i]] == 0 {
				continue
			}
			if d := dayOf(at, s.Location); d != today {
				today = d
				days.reset()
			}
			cell := feature.own(i)*int32(n) + k
			u := &uses[cell]
			u.uses++
			if users.first(cell) {
				u.users++
			}
			if days.first(cell) {
				u.days++
			}
		}
	}
	out := &Features{By: s.By, Lines: []FeatureLine{}}
	for f := range feature.names {
		for k := range n {
			u := uses[f*n+k]
			if u.uses == 0 {
				continue
			}
			l := FeatureLine{
				Feature: feature.names[f], Key: key.names[k], Users: u.users, Uses: u.uses,
				Adoption: metrics.NewCount(u.users, active[k]), PerUser: metrics.NewCount(u.uses, u.users), Days: metrics.NewCount(u.days, u.users),
			}
			if u.users <= active[k] {
				var err error
				if l.Interval, err = metrics.Wilson(u.users, active[k], s.Level); err != nil {
					return nil, err
				}
			}
			out.Lines = append(out.Lines, l)
		}
	}
	slices.SortFunc(out.Lines, func(a, b FeatureLine) int {
		if a.Feature != b.Feature {
			return strings.Compare(a.Feature, b.Feature)
		}
		return compareKeys(a.Key, b.Key)
	})
	return out, nil
}

// Rows yields the lines.
func (f *Features) Rows() iter.Seq[FeatureLine] { return slices.Values(f.Lines) }

// String is a line for each feature and key.
func (f *Features) String() string {
	var b strings.Builder
	for _, l := range f.Lines {
		fmt.Fprintf(&b, "%s\n", l)
	}
	return b.String()
}

// String is the line in words.
func (l FeatureLine) String() string {
	s := l.Feature
	if l.Key != "" {
		s += ", " + l.Key
	}
	return fmt.Sprintf("%s: %d users, %s of the active, %s uses and %s days each", s, l.Users, l.Adoption.Percent(1),
		Show(metrics.UnitMean, l.PerUser), Show(metrics.UnitMean, l.Days))
}
