package attribution

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Tracks counted under any weights are the chain of the paths so often, to the
// bit, and so are the credits.
func TestLaw_TracksAreTheChain(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p := &Paths{fromLog: true, keys: []string{"a", "b", "c"}}
		for c := range rapid.IntRange(1, 5).Draw(t, "customers") {
			p.customers = append(p.customers, strconv.Itoa(c))
			for range rapid.IntRange(0, 3).Draw(t, "paths") {
				r := row{touches: rapid.SliceOfN(rapid.Uint32Range(0, 2), 1, 7).Draw(t, "touches"), customer: uint32(c), age: len(p.ages)}
				p.ages = append(p.ages, make([]int64, len(r.touches))...)
				switch rapid.IntRange(0, 3).Draw(t, "end") {
				case 0:
					r.nulls = 1
				case 1:
					met["nothing came of it, nor did not"]++
				default:
					r.conv, r.value = 1, decimal.New(rapid.Int64Range(-999, 999).Draw(t, "value"), rapid.Int32Range(-3, 2).Draw(t, "exponent"))
				}
				p.rows = append(p.rows, r)
			}
		}
		order := rapid.IntRange(1, MaxOrder).Draw(t, "order")
		tracks, err := p.tracks(order)
		require.NoError(t, err)
		times := make([]int64, len(p.customers))
		for c := range times {
			times[c] = rapid.Int64Range(0, 3).Draw(t, "times")
		}
		drawn := p.weighted(times)
		require.Equal(t, slowChain(p, order), tracks.count(nil))
		require.Equal(t, slowChain(drawn, order), tracks.count(times))
		want, err := drawn.Credit(Markov(order))
		require.NoError(t, err)
		got, err := tracks.credits(Markov(order), p.keys, times)
		require.NoError(t, err)
		require.Equal(t, math.Float64bits(want.Rate), math.Float64bits(got.Rate))
		want.Rate, got.Rate = 0, 0
		require.True(t, want.Value.Equal(got.Value))
		want.Value, got.Value = decimal.Decimal{}, decimal.Decimal{}
		require.Equal(t, want, got)
		if len(tracks.states) > len(tracks.count(times).edges) {
			met["a state that was not drawn"]++
		}
		if got.Conversions == 0 {
			met["no conversion"]++
		}
		if slices.Max(times) > 1 && got.Conversions > 1 {
			met["more than once"]++
		}
	}, met.Need("a state that was not drawn", "no conversion", "more than once", "nothing came of it, nor did not"))
}

// slowChain counts the transitions of all paths by texts.
func slowChain(p *Paths, order int) *chain {
	type state struct {
		touches  []uint32
		edges    map[string]int64
		conv     int64
		all      int64
		value    num.Sum
		starting int64
	}
	states := map[string]*state{}
	rows := p.merged()
	var starts int64
	var buf []byte
	name := func(touches []uint32) string {
		buf = buf[:0]
		for _, t := range touches {
			buf = binary.BigEndian.AppendUint32(buf, t)
		}
		return string(buf)
	}
	get := func(touches []uint32) (*state, string) {
		key := name(touches)
		s, ok := states[key]
		if !ok {
			s = &state{touches: touches, edges: map[string]int64{}}
			states[key] = s
		}
		return s, key
	}
	for i := range rows {
		r := &rows[i]
		n := r.conv + r.nulls
		if n == 0 {
			continue
		}
		starts += n
		width := min(order, len(r.touches))
		s, key := get(r.touches[:width])
		s.starting += n
		for at := 1; at+width <= len(r.touches); at++ {
			to, toKey := get(r.touches[at : at+width])
			if toKey != key {
				s.edges[toKey] += n
				s.all += n
				s, key = to, toKey
			}
		}
		s.conv += r.conv
		s.all += n
		s.value.Add(r.value)
	}
	keys := slices.Sorted(maps.Keys(states))
	place := map[string]int{}
	for i, key := range keys {
		place[key] = i
	}
	g := &chain{
		start: make([]float64, len(keys)), edges: make([][]edge, len(keys)), conv: make([]float64, len(keys)),
		value: make([]float64, len(keys)), with: make([][]int, len(p.keys)),
	}
	for i, key := range keys {
		s := states[key]
		g.start[i] = float64(s.starting) / float64(starts)
		g.conv[i] = float64(s.conv) / float64(s.all)
		value, _ := s.value.Decimal().Rat().Float64()
		g.value[i] = value / float64(s.all)
		g.edges[i] = []edge{}
		for _, to := range sortedKeys(s.edges) {
			g.edges[i] = append(g.edges[i], edge{place[to], float64(s.edges[to]) / float64(s.all)})
		}
		for j, t := range s.touches {
			if !slices.Contains(s.touches[:j], t) {
				g.with[t] = append(g.with[t], i)
			}
		}
	}
	g.sweepOrder()
	return g
}
