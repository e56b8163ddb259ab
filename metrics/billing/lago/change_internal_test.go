package lago

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// Nothing replaces itself, also where it ended first of those at one instant, and
// with others before.
func TestCarriesOn_NotItself(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return time.Date(2026, 3, 1, hours, 0, 0, 0, time.UTC) }
	h := half{id: "c", began: at(10)}
	for want, ended := range map[string][]half{
		"":  {{id: "c", ended: at(10)}},
		"a": {{id: "a", ended: at(5)}, {id: "c", ended: at(9)}},
		"b": {{id: "b", ended: at(5)}, {id: "c", ended: at(10)}, {id: "a", ended: at(20)}},
		"d": {{id: "a", ended: at(5)}, {id: "c", ended: at(9)}, {id: "d", ended: at(9)}},
		"e": {{id: "a", ended: at(5)}, {id: "c", ended: at(11)}, {id: "e", ended: at(11)}},
	} {
		require.Equal(t, want, h.carriesOn(sortEnded(ended)))
	}
}

// TestLaw_NearestEnded: the search finds what looking at every subscription
// finds, whatever their order.
func TestLaw_NearestEnded(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		day := func(name string) time.Time {
			return time.Date(2026, 3, 1, 12*rapid.IntRange(0, 5).Draw(t, name), 0, 0, 0, time.UTC)
		}
		h := half{id: "c", began: day("began")}
		byID := map[string]half{}
		var list []half
		for range rapid.IntRange(0, 5).Draw(t, "ended") {
			c := half{id: rapid.SampledFrom([]string{"a", "b", "c", "c", "d", "e"}).Draw(t, "id"), ended: day("end")}
			if o, ok := byID[c.id]; ok {
				drawn["twice"]++
				if o.ended.After(c.ended) {
					list = append(list, c)
					continue
				}
			}
			byID[c.id] = c
			list = append(list, c)
		}
		var best *half
		order := func(a, b *half) int {
			gap := func(x *half) time.Duration { return h.began.Sub(x.ended).Abs() }
			return cmp.Or(cmp.Compare(gap(a), gap(b)), a.ended.Compare(b.ended), cmp.Compare(a.id, b.id))
		}
		for _, id := range slices.Sorted(maps.Keys(byID)) {
			c := byID[id]
			switch {
			case c.id == h.id:
				drawn["itself"]++
			case h.began.Sub(c.ended).Abs() > apart:
				drawn["too far"]++
			case best == nil || order(&c, best) < 0:
				best = &c
			default:
				if c.ended.Equal(best.ended) {
					drawn["ended together"]++
				} else if c.ended.Sub(h.began) == h.began.Sub(best.ended) {
					drawn["before and after alike"]++
				}
			}
		}
		want := ""
		if best != nil {
			want = best.id
		}
		if self, ok := byID[h.id]; ok && best != nil && self.ended.Equal(best.ended) {
			drawn["itself at the instant of another"]++
		}
		got := h.carriesOn(sortEnded(slices.Clone(list)))
		require.Equal(t, want, got, fmt.Sprint(list))
	}, drawn.Need("twice", "itself", "itself at the instant of another", "too far", "ended together", "before and after alike"))
}
