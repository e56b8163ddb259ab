package mining

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Part is an analysis of the journeys of one key.
type Part[T any] struct {
	Key    string `json:"key"`
	Result T      `json:"result"`
}

// By is any analysis of this package for each part of a breakdown, sorted by key:
//
//	parts, err := mining.By(log, options, touchpoint.Breakdown{Channel: true}, mining.Variants)
//
// A property is that of a journey's activities, in order of time; the journey as
// a whole is in the part, so that parts sum to the whole under every label but
// LabelStep and AllSteps. Parts nobody is in are left out. The result of a part
// merges with that of other customers of the same key.
//
// Errors: those of the analysis, of options, and of a breakdown that names no key
// or several, or a column that the log does not keep.
func By[T any](log *touchpoint.Log, o Options, by touchpoint.Breakdown, analyse func(*touchpoint.Log, Options) (T, error)) ([]Part[T], error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	groups, keys, err := v.groups(by)
	if err != nil {
		return nil, err
	}
	var out []Part[T]
	for _, g := range groups {
		own := o
		own.Customers, own.among = nil, &selection{v.log, g.places}
		result, err := analyse(v.log, own)
		if err != nil {
			return nil, fmt.Errorf("mining: part %q: %w", keys[g.key], err)
		}
		out = append(out, Part[T]{keys[g.key], result})
	}
	return out, nil
}

type group struct {
	key    int
	places []int32
}

// groups are the customers of each key with somebody in it, ascending by key.
func (v *view) groups(by touchpoint.Breakdown) ([]group, []string, error) {
	about := make([]bool, v.cols.Customers())
	for k := range v.len() {
		about[v.at(k)] = true
	}
	labels, err := v.log.Labels(by, func(c int) bool { return about[c] })
	if err != nil {
		return nil, nil, fmt.Errorf("mining: %w: %w", ErrOptions, err)
	}
	keys := labels.Keys()
	all := make([]group, len(keys))
	var buf []int32
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) == 0 {
			continue
		}
		if g := labels.Of(c, buf); g != touchpoint.NoGroup {
			all[g].key, all[g].places = g, append(all[g].places, int32(c))
		}
	}
	all = slices.DeleteFunc(all, func(g group) bool { return len(g.places) == 0 })
	slices.SortFunc(all, func(a, b group) int { return strings.Compare(keys[a.key], keys[b.key]) })
	return all, keys, nil
}
