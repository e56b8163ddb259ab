package attribution_test

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// Parts by a property sum to the whole: conversions, value, paths without one and
// what no touch preceded; each path's part is that of the event a plain look
// finds.
func TestLaw_PathsByPropertySumUp(t *testing.T) {
	untouched, several := 0, 0
	law.Check(t, func(t *rapid.T) {
		events, log := drawLog(t)
		o := attribution.Options{Conversion: touchpoint.Named("paid"), Lookback: 20 * 24 * time.Hour}
		if rapid.Bool().Draw(t, "filtered") {
			o.Customers = func(c string) bool { return !strings.HasSuffix(c, "1") }
		}
		whole, err := attribution.PathsOf(log, o)
		require.NoError(t, err)
		conv, nulls, value := whole.Totals()
		lost, lostValue := whole.Untouched()
		for _, by := range []touchpoint.Breakdown{
			{Channel: true},
			{Channel: true, Label: touchpoint.FirstTouch},
			{Channel: true, Label: touchpoint.LastTouch},
			{Customer: func(c string) string { return c[len(c)-1:] }},
		} {
			parts, err := attribution.PathsBy(log, o, by)
			require.NoError(t, err)
			var c, n, l int64
			var v, lv decimal.Decimal
			for i, p := range parts {
				pc, pn, pv := p.Totals()
				pl, plv := p.Untouched()
				c, n, l, v, lv = c+pc, n+pn, l+pl, v.Add(pv), lv.Add(plv)
				require.True(t, i == 0 || parts[i-1].Key() < p.Key())
				if by.Channel && by.Label == touchpoint.EntryStep && pc+pn > 0 {
					for path := range p.All() {
						require.Equal(t, p.Key(), path.Touches[0], "the first touch's channel")
					}
				}
				b, err := p.MarshalBinary()
				require.NoError(t, err)
				var back attribution.Paths
				require.NoError(t, back.UnmarshalBinary(b))
				require.Equal(t, p.Key(), back.Key())
				if i > 0 {
					require.ErrorIs(t, back.Merge(parts[0]), attribution.ErrMerge, "another part")
				}
			}
			require.Equal(t, []int64{conv, nulls, lost}, []int64{c, n, l})
			require.True(t, value.Equal(v) && lostValue.Equal(lv))
			if len(parts) > 1 {
				several++
			}
		}
		untouched += int(lost)
		_ = events
	}, law.Counters{"untouched": &untouched, "several": &several})
}

// Credits, CAC and return by channel and group under several models: the groups
// sum to the channels, exactly in money.
func TestPaths_Compare(t *testing.T) {
	t.Parallel()
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{
		{Touches: []string{"Paid Search", "Email"}, Conversions: 3, Nulls: 1, Value: decimal.New(300, 0)},
		{Touches: []string{"Organic Search", "Email", "Fair"}, Conversions: 1, Value: decimal.New(100, 0)},
		{Touches: []string{"Paid Search"}, Nulls: 5},
	}))
	require.NoError(t, err)
	o := attribution.CompareOptions{
		Spend:  map[string]decimal.Decimal{"Paid Search": decimal.New(150, 0), "Display": decimal.New(80, 0)},
		Groups: attribution.OrganicAndPaid(),
	}
	c, err := p.Compare(o, attribution.First(), attribution.Last(), attribution.Linear(), attribution.Markov(1), attribution.Shapley())
	require.NoError(t, err)
	var keys, groups []string
	for _, l := range c.Keys {
		keys = append(keys, l.Key)
	}
	for _, l := range c.Groups {
		groups = append(groups, l.Key)
	}
	assert.Equal(t, []string{"Display", "Email", "Fair", "Organic Search", "Paid Search"}, keys, "spend without a credit is shown")
	assert.Equal(t, []string{"(none)", "organic", "own", "paid"}, groups)
	paid := c.Groups[3]
	assert.Equal(t, "230", paid.Spend.String())
	assert.Equal(t, "76.6667", paid.Costs[0].CAC.String(), "230 / 3 under first touch")
	assert.False(t, paid.Costs[1].CAC.Defined(), "no credit under last touch")
	assert.Equal(t, "1.3043", paid.Costs[0].Return.String())
	for m := range c.Models {
		heads, value := 0.0, decimal.Decimal{}
		for _, g := range c.Groups {
			heads += g.Costs[m].Conversions
			value = value.Add(g.Costs[m].Value)
		}
		assert.InDelta(t, 4, heads, 1e-9)
		assert.True(t, decimal.New(400, 0).Equal(value), c.Models[m].String())
	}
	assert.Contains(t, c.String(), "Paid Search                       3.00 at 50.00")
	rows := c.Rows()
	assert.Len(t, rows, 1+5*9)
	assert.Equal(t, []string{"touch", "Paid Search", "paid", "first touch", "3.000000", "300", "150", "50.00", "2.0000"}, rows[1+4*5])
	b, err := json.Marshal(c)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"cac":`)
	assert.Contains(t, string(b), `"models":["first touch"`)
	for says, run := range map[string]func() error{
		"attribution: compare: models 0: want at least one": func() error { _, err := p.Compare(o); return err },
		`attribution: compare: Spend "": a touch must not be empty`: func() error {
			_, err := p.Compare(attribution.CompareOptions{Spend: map[string]decimal.Decimal{"": {}}}, attribution.Last())
			return err
		},
		`attribution: compare: Groups "a" in "": touch and group must not be empty`: func() error {
			_, err := p.Compare(attribution.CompareOptions{Groups: map[string]string{"a": ""}}, attribution.Last())
			return err
		},
		"attribution: credit: time decay by halves in 1h0m0s: the model needs paths made from a log": func() error { _, err := p.Compare(o, attribution.TimeDecay(time.Hour)); return err },
	} {
		require.EqualError(t, run(), says)
	}
}

func many(t require.TestingT, customers int) *attribution.Paths {
	var events []touchpoint.Event
	for i := range customers {
		c, channel := "c"+strconv.Itoa(10_000+i), touchpoint.Email
		if i%4 == 0 {
			channel = touchpoint.PaidSearch
		}
		events = append(events, touchpoint.Event{Customer: c, Name: "v", Channel: channel, At: time.Unix(int64(i), 0)})
		if i%2 == 0 {
			events = append(events, touchpoint.Event{Customer: c, Name: "paid", At: time.Unix(int64(i+10), 0), Value: decimal.New(10, 0)})
		}
	}
	log, err := touchpoint.LogOptions{Value: true}.LogOf(events...)
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	require.NoError(t, err)
	return p
}

// Of 400 customers 200 convert, half of them by each channel. A channel's credit
// is then the count of 400 draws that hit its 100 converters: binomial with
// variance 75, so that the interval is near 100 ± 1.96 × 8.66.
func TestBootstrap_IsTheBinomial(t *testing.T) {
	t.Parallel()
	p := many(t, 400)
	v, err := p.Bootstrap(attribution.Last(), attribution.BootstrapOptions{Seed: 7, Samples: 4000})
	require.NoError(t, err)
	require.Len(t, v.Credits, 2)
	for _, c := range v.Credits {
		assert.InDelta(t, 100, c.Conversions.Value, 0)
		assert.InDelta(t, 100-1.96*math.Sqrt(75), c.Conversions.Lo, 1.5)
		assert.InDelta(t, 100+1.96*math.Sqrt(75), c.Conversions.Hi, 1.5)
		assert.InDelta(t, 10*c.Conversions.Lo, c.Value.Lo, 1e-9, "ten each")
		assert.Equal(t, int64(400), c.Conversions.N)
	}
	again, err := p.Bootstrap(attribution.Last(), attribution.BootstrapOptions{Seed: 7, Samples: 4000})
	require.NoError(t, err)
	assert.Equal(t, v, again)
	other, err := p.Bootstrap(attribution.Last(), attribution.BootstrapOptions{Seed: 8, Samples: 4000})
	require.NoError(t, err)
	assert.NotEqual(t, v.Rows(), other.Rows())
	assert.Contains(t, v.String(), "last touch, 4000 samples")
	b, err := json.Marshal(v)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"conversions":{"value":100`)
}

// Every model can be drawn again, and one processor gives what two do.
func TestBootstrap_EveryModel(t *testing.T) {
	p := many(t, 60)
	for _, m := range models() {
		v, err := p.Bootstrap(m, attribution.BootstrapOptions{Seed: 1, Samples: 40, Level: 0.8})
		require.NoError(t, err, m.String())
		before := runtime.GOMAXPROCS(1)
		one, err := p.Bootstrap(m, attribution.BootstrapOptions{Seed: 1, Samples: 40, Level: 0.8})
		runtime.GOMAXPROCS(before)
		require.NoError(t, err)
		require.Equal(t, v, one, m.String())
		for _, c := range v.Credits {
			require.LessOrEqual(t, c.Conversions.Lo, c.Conversions.Hi, m.String())
		}
	}
	rowsOnly, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"a"}, Conversions: 1}}))
	require.NoError(t, err)
	_, err = rowsOnly.Bootstrap(attribution.Last(), attribution.BootstrapOptions{})
	require.ErrorIs(t, err, attribution.ErrNeedsLog)
	for says, o := range map[string]attribution.BootstrapOptions{
		"attribution: bootstrap: Samples 19: want 20 to 100000":             {Samples: 19},
		"attribution: bootstrap: Level 1: want more than 0 and less than 1": {Level: 1},
	} {
		_, err := p.Bootstrap(attribution.Last(), o)
		require.EqualError(t, err, says)
	}
	_, err = p.Bootstrap(attribution.Markov(9), attribution.BootstrapOptions{})
	require.ErrorIs(t, err, attribution.ErrOptions)
}

// Orders by hand: A>B converts twice, A ends twice. Order 0 sees A 4, B 2, end
// with a conversion 2, without 2, of 10 steps; order 1 sees A first always, then
// B or an end alike, then always a conversion.
func TestOrders_ByHand(t *testing.T) {
	t.Parallel()
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"A", "B"}, Conversions: 2}, {Touches: []string{"A"}, Nulls: 2}}))
	require.NoError(t, err)
	o, err := p.Orders(attribution.OrderOptions{Folds: 2, Most: 2})
	require.NoError(t, err)
	assert.Equal(t, int64(10), o.Steps)
	assert.InDelta(t, 4*math.Log(.4)+6*math.Log(.2), o.Scores[0].LogLikelihood, 1e-12)
	assert.InDelta(t, 4*math.Log(.5), o.Scores[1].LogLikelihood, 1e-12)
	assert.Equal(t, []int64{1, 3, 3, 1}, []int64{o.Scores[0].Contexts, o.Scores[0].Parameters, o.Scores[1].Contexts, o.Scores[1].Parameters})
	assert.InDelta(t, 2-8*math.Log(.5), o.Scores[1].AIC, 1e-12)
	assert.InDelta(t, math.Log(10)-8*math.Log(.5), o.Scores[1].BIC, 1e-12)
	// Each fold holds one of each and is told from the other: order 0 has A 2, B,
	// both ends 1, four kinds over four outcomes alike; order 1 begins with A 2, and
	// after A has B and an end 1, after B a conversion 1.
	mix := func(n, total, kinds, before float64) float64 { return (n + kinds*before) / (total + kinds) }
	a, other := mix(2, 5, 4, .25), mix(1, 5, 4, .25)
	begin, then, last := mix(2, 2, 1, a), mix(1, 2, 2, other), mix(1, 1, 1, other)
	assert.InDelta(t, 2*(math.Log(begin)+math.Log(then)+math.Log(last)+math.Log(begin)+math.Log(then))/10, o.Scores[1].HeldOut, 1e-12)
	assert.Contains(t, o.String(), " *\n")
	assert.Len(t, o.Rows(), 4)
	for says, bad := range map[string]attribution.OrderOptions{
		"attribution: orders: Folds 1: want 2 to 100":                   {Folds: 1},
		"attribution: orders: Most 9: want 1 to 4":                      {Most: 9},
		"attribution: orders: paths 4: want at least one for each fold": {Folds: 5},
	} {
		_, err := p.Orders(bad)
		require.ErrorIs(t, err, attribution.ErrOptions)
		require.EqualError(t, err, says)
	}
}

// Paths that remember one touch choose one, paths that remember two choose two,
// and the likelihood never falls with the order.
func TestOrders_FindsTheMemory(t *testing.T) {
	t.Parallel()
	for memory := 1; memory <= 2; memory++ {
		var list []attribution.Path
		x := uint64(88172645463325252)
		random := func(n uint64) uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x % n }
		for range 4000 {
			path := attribution.Path{Touches: []string{strconv.Itoa(int(random(3)))}}
			if memory == 2 {
				path.Touches = append(path.Touches, strconv.Itoa(int(random(3))))
			}
			for random(6) > 0 {
				n := len(path.Touches)
				back := path.Touches[n-memory]
				next := back
				if random(4) == 0 {
					next = strconv.Itoa(int(random(3)))
				}
				path.Touches = append(path.Touches, next)
			}
			path.Conversions = int64(random(2))
			path.Nulls = 1 - path.Conversions
			list = append(list, path)
		}
		p, err := attribution.NewPaths(slices.Values(list))
		require.NoError(t, err)
		o, err := p.Orders(attribution.OrderOptions{Seed: 3})
		require.NoError(t, err)
		assert.Equal(t, memory, o.Best, "%s", o)
		for k := 1; k < len(o.Scores); k++ {
			assert.GreaterOrEqual(t, o.Scores[k].LogLikelihood, o.Scores[k-1].LogLikelihood)
		}
		byLog, err := many(t, 50).Orders(attribution.OrderOptions{})
		require.NoError(t, err)
		assert.Equal(t, 1, byLog.Best, "single touches remember nothing; 1 is the least")
	}
}

// On PathData the R package's choose_order names 4, and so does what was held out:
// it falls with every order left out.
func TestPublished_PathDataOrder(t *testing.T) {
	t.Parallel()
	o, err := pathData(t).Orders(attribution.OrderOptions{Seed: 1})
	require.NoError(t, err)
	t.Log(o)
	assert.Equal(t, 4, o.Best)
}

// Hostile sizes are refused before they cost anything.
func TestRefused_Sizes(t *testing.T) {
	t.Parallel()
	_, err := attribution.NewPaths(func(yield func(attribution.Path) bool) {
		for i := range 1_000_000 {
			if !yield(attribution.Path{Touches: []string{strconv.Itoa(i)}, Conversions: 1}) {
				return
			}
		}
	})
	require.ErrorIs(t, err, attribution.ErrPath)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	assert.Equal(t, "at most 10000 different touches", batch.Rows[0].Limit)
	assert.Equal(t, int64(10_001), batch.Rows[0].Row)
	var events []touchpoint.Event
	for i := range 10_001 {
		events = append(events, touchpoint.Event{Customer: "c", Name: "v", Campaign: strconv.Itoa(i), At: time.Unix(int64(i), 0)})
	}
	log, err := touchpoint.LogOptions{Campaign: true}.LogOf(append(events, touchpoint.Event{Customer: "c", Name: "paid", At: time.Unix(20_000, 0)})...)
	require.NoError(t, err)
	_, err = attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid"), Key: attribution.ByCampaign})
	require.NoError(t, err, "the last ten thousand touches of a path are kept")
	other := touchpoint.Event{Customer: "d", Name: "v", Campaign: "0", At: time.Unix(1, 0)}
	log, err = touchpoint.LogOptions{Campaign: true}.LogOf(append(events, other)...)
	require.NoError(t, err)
	_, err = attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid"), Key: attribution.ByCampaign})
	require.EqualError(t, err, "attribution: paths of a log: Key 10001 different campaigns: at most 10000")
	_, err = many(t, 4).Credit(attribution.Markov(9))
	require.EqualError(t, err, "attribution: credit: order 9: want 1 to 4")
	_, err = attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"a"}, Conversions: -1}}))
	require.ErrorContains(t, err, "Conversions")
	_, err = attribution.PathsBy(log, attribution.Options{Conversion: touchpoint.Named("paid")}, touchpoint.Breakdown{})
	require.ErrorIs(t, err, attribution.ErrOptions)
	units, err := log.Per(touchpoint.Units{Session: time.Hour})
	require.NoError(t, err)
	p, err := attribution.PathsOf(units, attribution.Options{Conversion: touchpoint.Named("none"), Key: attribution.ByName, Customers: func(c string) bool { return c == "d" }})
	require.NoError(t, err)
	_, nulls, _ := p.Totals()
	assert.Equal(t, int64(1), nulls, "a filter is asked about the actor")
}
