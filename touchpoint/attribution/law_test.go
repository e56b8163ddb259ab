package attribution_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

func models() []attribution.Model {
	return []attribution.Model{
		attribution.First(), attribution.Last(), attribution.LastNonDirect(), attribution.Linear(), attribution.UShaped(), attribution.WShaped("B"),
		attribution.TimeDecay(24 * time.Hour), attribution.Markov(1), attribution.Markov(2), attribution.Markov(3), attribution.Markov(4),
		attribution.Shapley(), attribution.ShapleyRate(1, 0), attribution.DataDriven(attribution.DataDrivenOptions{}),
	}
}

func drawLog(t *rapid.T) ([]touchpoint.Event, *touchpoint.Log) {
	var all []touchpoint.Event
	for c := range rapid.IntRange(0, 6).Draw(t, "customers") {
		for range rapid.IntRange(0, 8).Draw(t, "events") {
			e := touchpoint.Event{
				Customer: "c" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"v", "v", "v", "paid"}).Draw(t, "name"),
				Channel: touchpoint.Channel(rapid.SampledFrom([]string{"", "A", "B", "ช่อง", "Direct"}).Draw(t, "channel")),
				At:      time.Unix(rapid.Int64Range(0, 50).Draw(t, "day")*86400, 0),
			}
			if e.Name == "paid" {
				e.Value = decimal.New(rapid.Int64Range(0, 99999).Draw(t, "value"), -2)
			}
			all = append(all, e)
		}
	}
	log, err := touchpoint.LogOptions{Value: true}.LogOf(all...)
	require.NoError(t, err)
	return all, log
}

// Under every model credits sum to the conversions, values to the value exactly;
// Markov gives back the observed rate; parts of customers, merged through the
// binary form in any order, give the same credits to the last bit.
func TestLaw_CreditsSumAndPartsAddUp(t *testing.T) {
	credited := 0
	property := func(t *rapid.T) {
		all, log := drawLog(t)
		o := attribution.Options{Conversion: touchpoint.Named("paid"), Lookback: 20 * 24 * time.Hour}
		if rapid.Bool().Draw(t, "sessions") {
			o.Session = 48 * time.Hour
		}
		whole, err := attribution.PathsOf(log, o)
		require.NoError(t, err)
		var sum *attribution.Paths
		for _, digit := range rapid.Permutation([]string{"0", "1", "2", "3", "4", "5"}).Draw(t, "order") {
			part, err := touchpoint.LogOptions{Value: true}.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return e.Customer != "c"+digit })...)
			require.NoError(t, err)
			p, err := attribution.PathsOf(part, o)
			require.NoError(t, err)
			b, err := p.MarshalBinary()
			require.NoError(t, err)
			var back attribution.Paths
			require.NoError(t, back.UnmarshalBinary(b))
			if sum == nil {
				sum = &back
			} else {
				require.NoError(t, sum.Merge(&back))
			}
		}
		want, err := whole.MarshalBinary()
		require.NoError(t, err)
		got, err := sum.MarshalBinary()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))
		conv, nulls, value := whole.Totals()
		untouched, lost := whole.Untouched()
		paid, worth := int64(0), decimal.Decimal{}
		for _, e := range all {
			if e.Name == "paid" {
				paid, worth = paid+1, worth.Add(e.Value)
			}
		}
		require.Equal(t, paid, conv+untouched, "every conversion is counted once")
		require.True(t, worth.Equal(value.Add(lost)))
		for _, m := range models() {
			c := credit(t, whole, m)
			again := credit(t, sum, m)
			total, money := 0.0, decimal.Decimal{}
			for _, key := range c.Keys() {
				require.Equal(t, math.Float64bits(c.Of(key).Conversions), math.Float64bits(again.Of(key).Conversions), "%s", m)
				require.True(t, c.Of(key).Value.Equal(again.Of(key).Value))
				total += c.Of(key).Conversions
				money = money.Add(c.Of(key).Value)
			}
			if conv > 0 && len(c.Keys()) > 0 {
				require.InDelta(t, float64(conv), total, 1e-9*float64(conv), "%s", m)
				require.True(t, value.Equal(money), "%s: %s of %s", m, money, value)
				credited++
			}
			if !math.IsNaN(c.Rate) {
				require.InDelta(t, float64(conv)/float64(conv+nulls), c.Rate, 1e-12)
			}
		}
		if len(whole.Keys()) > 0 {
			require.ErrorIs(t, sum.Merge(whole), attribution.ErrMerge)
		}
	}
	law.Often(t, 5, property, law.Counters{"credited": &credited})
}

// Removal effects against the textbook: build the whole matrix of states and
// solve it densely, with the states of a touch sent to nothing.
func TestLaw_MarkovEqualsTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.IntRange(1, 4).Draw(t, "order")
		type raw struct {
			touches     []string
			conv, nulls int64
		}
		var list []attribution.Path
		var raws []raw
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			r := raw{touches: rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "C"}), 1, 7).Draw(t, "touches"), conv: rapid.Int64Range(0, 3).Draw(t, "conv"), nulls: rapid.Int64Range(0, 3).Draw(t, "nulls")}
			raws = append(raws, r)
			list = append(list, attribution.Path{Touches: r.touches, Conversions: r.conv, Nulls: r.nulls})
		}
		p, err := attribution.NewPaths(slices.Values(list))
		require.NoError(t, err)
		conv, _, _ := p.Totals()
		if conv == 0 {
			return
		}
		// counts by state, as text
		number := map[string]int{}
		var states []string
		id := func(s string) int {
			if _, ok := number[s]; !ok {
				number[s] = len(states)
				states = append(states, s)
			}
			return number[s]
		}
		moves := map[[2]int]float64{}
		starts, ends, all := map[int]float64{}, map[int]float64{}, map[int]float64{}
		for _, r := range raws {
			n := float64(r.conv + r.nulls)
			if n == 0 {
				continue
			}
			touches := r.touches
			width := min(order, len(touches))
			at := id(fmt.Sprint(touches[:width]))
			starts[at] += n
			for i := 1; i+width <= len(touches); i++ {
				next := id(fmt.Sprint(touches[i : i+width]))
				if next != at {
					moves[[2]int{at, next}] += n
					all[at] += n
				}
				at = next
			}
			ends[at] += float64(r.conv)
			all[at] += n
		}
		total := 0.0
		for _, n := range starts {
			total += n
		}
		solve := func(without string) float64 {
			n := len(states)
			a, b := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
			gone := func(s int) bool { return without != "" && slices.Contains([]byte(states[s]), without[0]) }
			for s := range n {
				a.Set(s, s, 1)
				if gone(s) || all[s] == 0 {
					continue
				}
				b.SetVec(s, ends[s]/all[s])
				for to := range n {
					if !gone(to) {
						a.Set(s, to, a.At(s, to)-moves[[2]int{s, to}]/all[s])
					}
				}
			}
			var h mat.VecDense
			if h.SolveVec(a, b) != nil {
				t.Skip("singular: a loop without an end")
			}
			sum := 0.0
			for s, n := range starts {
				sum += n / total * h.AtVec(s)
			}
			return sum
		}
		c := credit(t, p, attribution.Markov(order))
		whole := solve("")
		require.InDelta(t, whole, c.Rate, 1e-10)
		for _, key := range p.Keys() {
			require.InDelta(t, 1-solve(key)/whole, c.Of(key).RemovalEffect, 1e-9, "%s of order %d in %v", key, order, raws)
		}
	})
}

// The equal split is the Shapley value of the game of sums; the game of rates,
// exact, is what drawing every order gives.
func TestLaw_ShapleyEqualsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := []string{"A", "B", "C", "D"}
		var list []attribution.Path
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			list = append(list, attribution.Path{Touches: rapid.SliceOfN(rapid.SampledFrom(keys), 1, 5).Draw(t, "touches"), Conversions: rapid.Int64Range(0, 4).Draw(t, "conv"), Nulls: rapid.Int64Range(0, 4).Draw(t, "nulls")})
		}
		p, err := attribution.NewPaths(slices.Values(list))
		require.NoError(t, err)
		conv, _, _ := p.Totals()
		if conv == 0 {
			return
		}
		worth := func(rate bool, in []string) float64 {
			c, all := 0.0, 0.0
			for _, r := range list {
				if !slices.ContainsFunc(r.Touches, func(k string) bool { return !slices.Contains(in, k) }) {
					c, all = c+float64(r.Conversions), all+float64(r.Conversions+r.Nulls)
				}
			}
			if rate && all > 0 {
				return c / all
			}
			return c
		}
		for _, rate := range []bool{false, true} {
			phi, orders := map[string]float64{}, 0.0
			var permute func(rest, taken []string)
			permute = func(rest, taken []string) {
				if len(rest) == 0 {
					orders++
					for i, k := range taken {
						phi[k] += worth(rate, taken[:i+1]) - worth(rate, taken[:i])
					}
				}
				for i, k := range rest {
					permute(slices.Delete(slices.Clone(rest), i, i+1), append(slices.Clone(taken), k))
				}
			}
			permute(p.Keys(), nil)
			sum := 0.0
			for _, k := range p.Keys() {
				sum += phi[k] / orders
			}
			m := attribution.Shapley()
			if rate {
				m = attribution.ShapleyRate(0, 0)
			}
			c := credit(t, p, m)
			for _, k := range p.Keys() {
				require.InDelta(t, phi[k]/orders/sum*float64(conv), c.Of(k).Conversions, 1e-9*float64(conv), "%v %s", rate, k)
			}
		}
	})
}

// Beyond twelve touches the game is sampled: the exact value lies within five of
// its standard errors, and the seed alone decides.
func TestShapleyRate_Sampled(t *testing.T) {
	t.Parallel()
	var list []attribution.Path
	for i := range 13 { // thirteen alike touches, each alone: equal shares by symmetry
		list = append(list, attribution.Path{Touches: []string{"k" + strconv.Itoa(i), "k" + strconv.Itoa((i+1)%13)}, Conversions: 2, Nulls: 3})
	}
	p, err := attribution.NewPaths(slices.Values(list))
	require.NoError(t, err)
	c := credit(t, p, attribution.ShapleyRate(7, 4000))
	for _, key := range c.Keys() {
		got := c.Of(key)
		require.Positive(t, got.Error)
		assert.InDelta(t, 2, got.Conversions, 5*got.Error, key)
	}
	again := credit(t, p, attribution.ShapleyRate(7, 4000))
	assert.Equal(t, c.Of("k3"), again.Of("k3"))
	other := credit(t, p, attribution.ShapleyRate(8, 4000))
	assert.NotEqual(t, c.Of("k3").Conversions, other.Of("k3").Conversions)
}

// A chain from which almost nobody leaves is solved by elimination.
func TestMarkov_SlowChain(t *testing.T) {
	t.Parallel()
	var touches []string
	for range 5000 {
		touches = append(touches, "A", "B")
	}
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: touches, Conversions: 1, Nulls: 1}, {Touches: []string{"C"}, Conversions: 1}}))
	require.NoError(t, err)
	c := credit(t, p, attribution.Markov(1))
	assert.InDelta(t, 2.0/3, c.Rate, 1e-12)
	assert.InDelta(t, 0.5, c.Of("A").RemovalEffect, 1e-9)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	_, err := attribution.NewPaths(slices.Values([]attribution.Path{
		{},
		{Touches: []string{"A", ""}},
		{Touches: []string{"A"}, Conversions: -1},
		{Touches: []string{"A"}, Nulls: -1},
		{Touches: []string{"A"}, Value: decimal.New(1, 0)},
		{Touches: []string{"A"}, Conversions: 1, Value: decimal.New(1, 1_000_000)},
		{Touches: []string{"A"}, Conversions: 1 << 60},
	}))
	require.ErrorIs(t, err, attribution.ErrPath)
	assert.EqualError(t, err, `attribution: new paths: 7 bad rows, nothing was taken; row 1: Touches: want at least one; row 2: Touches[1]: must not be empty; row 3: Conversions "-1": want zero or more; row 4: Nulls "-1": want zero or more; row 5: Value "1": a path without a conversion has no value; row 6: Value: want at most 60 digits, 40 of them behind the point; row 7: Conversions "1152921504606846976": all rows together have more than 2^53`)
	many := func(yield func(attribution.Path) bool) {
		for i := 0; ; i++ {
			if !yield(attribution.Path{Touches: []string{strconv.Itoa(i)}}) {
				return
			}
		}
	}
	_, err = attribution.NewPaths(many)
	require.ErrorIs(t, err, attribution.ErrPath, "a source without end, of ever new touches")
	p := rows(t, "A 1/1")
	for _, m := range []attribution.Model{{}, attribution.Markov(0), attribution.Markov(9), attribution.ShapleyRate(0, -1), attribution.DataDriven(attribution.DataDrivenOptions{Ridge: math.NaN()}), attribution.TimeDecay(-1)} {
		_, err := p.Credit(m)
		require.ErrorIs(t, err, attribution.ErrOptions, m)
	}
	_, err = p.Credit(attribution.TimeDecay(time.Hour))
	require.ErrorIs(t, err, attribution.ErrNeedsLog)
	for m, want := range map[attribution.Model]string{
		attribution.TimeDecay(0):                                                  "attribution: credit: half 0s: want more than zero",
		attribution.Markov(0):                                                     "attribution: credit: order 0: want 1 to 4",
		attribution.Markov(attribution.MaxOrder + 1):                              "attribution: credit: order 5: want 1 to 4",
		attribution.ShapleyRate(0, 10_000_001):                                    "attribution: credit: samples 10000001: want 0 to 10000000",
		attribution.DataDriven(attribution.DataDrivenOptions{Ridge: math.Inf(1)}): "attribution: credit: Ridge +Inf: want zero or more",
	} {
		_, err := p.Credit(m)
		require.EqualError(t, err, want)
	}
	// What is just within, and of no rows at all: those need no log.
	none, err := attribution.NewPaths(func(func(attribution.Path) bool) {})
	require.NoError(t, err)
	for _, m := range []attribution.Model{
		attribution.TimeDecay(1), attribution.Markov(1), attribution.Markov(attribution.MaxOrder), attribution.ShapleyRate(0, 0),
		attribution.ShapleyRate(0, 10_000_000), attribution.DataDriven(attribution.DataDrivenOptions{}),
	} {
		c, err := none.Credit(m)
		require.NoError(t, err, m)
		assert.Empty(t, c.Keys())
		assert.Zero(t, c.Conversions)
	}
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "c", Name: "v", At: time.Unix(0, 0)})
	require.NoError(t, err)
	for _, o := range []attribution.Options{{}, {Conversion: touchpoint.Named("v"), Lookback: -1}, {Conversion: touchpoint.Named("v"), Session: -1}, {Conversion: touchpoint.Named("v"), Key: 3}} {
		_, err := attribution.PathsOf(log, o)
		require.ErrorIs(t, err, attribution.ErrOptions)
	}
	_, err = attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("v"), Key: attribution.ByCampaign})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	empty, err := attribution.PathsOf(nil, attribution.Options{Conversion: touchpoint.Named("v")})
	require.NoError(t, err)
	for _, m := range models() {
		assert.Empty(t, credit(t, empty, m).Keys())
	}
}

func FuzzPaths_UnmarshalBinary(f *testing.F) {
	a := rows(f, "A>B 3/1", "A 0/2")
	b, err := a.MarshalBinary()
	require.NoError(f, err)
	f.Add(b)
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "c", Name: "v", Channel: "A", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "c", Name: "paid", At: time.Unix(9, 0)})
	require.NoError(f, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	require.NoError(f, err)
	b, err = p.MarshalBinary()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		var p attribution.Paths
		if err := p.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, attribution.ErrEncoding)
			return
		}
		again, err := p.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		_, err = p.Credit(attribution.Linear())
		require.NoError(t, err)
	})
}
