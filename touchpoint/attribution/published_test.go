package attribution_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// rows reads "A>B>C 3/1": conversions and nulls; worth three each.
func rows(t require.TestingT, text ...string) *attribution.Paths {
	var list []attribution.Path
	for _, s := range text {
		touches, counts, _ := strings.Cut(s, " ")
		conv, nulls, _ := strings.Cut(counts, "/")
		c, err := strconv.ParseInt(conv, 10, 64)
		require.NoError(t, err)
		n, err := strconv.ParseInt(nulls, 10, 64)
		require.NoError(t, err)
		list = append(list, attribution.Path{Touches: strings.Split(touches, ">"), Conversions: c, Nulls: n, Value: decimal.NewFromInt(3 * c)})
	}
	p, err := attribution.NewPaths(slices.Values(list))
	require.NoError(t, err)
	return p
}

func credit(t require.TestingT, p *attribution.Paths, m attribution.Model) attribution.Credits {
	c, err := p.Credit(m)
	require.NoError(t, err, m)
	return c
}

func check(t *testing.T, c attribution.Credits, want map[string]float64, tolerance float64) {
	t.Helper()
	for key, w := range want {
		assert.InDelta(t, w, c.Of(key).Conversions, tolerance, "%s: %s", c.Model, key)
	}
}

// The published suite of the package MAM: nine paths worth three each, by value.
func TestPublished_MAM(t *testing.T) {
	t.Parallel()
	p := rows(t, "A 1/0", "A>B 1/0", "A>B>C 1/0", "B 1/0", "B>A 1/0", "B>C>A 1/0", "C 1/0", "C>A 1/0", "C>B>A 1/0")
	for _, c := range []struct {
		model   attribution.Model
		a, b, c float64
	}{
		{attribution.First(), 9, 9, 9},
		{attribution.Last(), 15, 6, 6},
		{attribution.Linear(), 10.5, 9, 7.5},
		{attribution.UShaped(), 11.1, 8.4, 7.5},
		{attribution.Markov(1), 10.643154, 8.514523, 7.842324},
	} {
		got := credit(t, p, c.model)
		for key, want := range map[string]float64{"A": c.a, "B": c.b, "C": c.c} {
			v, _ := got.Of(key).Value.Float64()
			assert.InDelta(t, want, v, 6e-7, "%s %s", c.model, key)
		}
	}
	m := credit(t, p, attribution.Markov(1))
	assert.InDelta(t, 2.0/3, m.Of("A").RemovalEffect, 1e-12)
	assert.InDelta(t, 8.0/15, m.Of("B").RemovalEffect, 1e-12)
	assert.InDelta(t, 0.491228070, m.Of("C").RemovalEffect, 1e-9)
}

// M1 and M2 of the reference, by hand.
func TestPublished_MarkovByHand(t *testing.T) {
	t.Parallel()
	m1 := rows(t, "A>B 1/0", "A 0/1", "B>A 1/1")
	c := credit(t, m1, attribution.Markov(1))
	assert.InDelta(t, 0.5, c.Rate, 1e-15)
	check(t, c, map[string]float64{"A": 0.941176471, "B": 1.058823529}, 1e-9)
	c = credit(t, m1, attribution.Markov(2))
	check(t, c, map[string]float64{"A": 1, "B": 1}, 1e-12)
	m2 := rows(t, "A>B>C 3/1", "A>C 1/4", "B>C>B 2/2", "C 1/6", "B 0/5")
	c = credit(t, m2, attribution.Markov(1))
	assert.InDelta(t, 0.28, c.Rate, 1e-15)
	check(t, c, map[string]float64{"A": 1.484356379, "B": 2.329588610, "C": 3.186055011}, 1e-8)
	assert.InDelta(t, .364100185529, c.Of("A").RemovalEffect, 1e-12)
	c = credit(t, m2, attribution.Markov(2))
	check(t, c, map[string]float64{"A": 1.580645161, "B": 2.258064516, "C": 3.161290323}, 1e-8)
	assert.InDelta(t, .714285714286, c.Of("B").RemovalEffect, 1e-12)
}

func pathData(t *testing.T) *attribution.Paths {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is not set: no reference data")
	}
	f, err := os.Open(filepath.Join(dir, "journey", "attribution", "PathData.tsv.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	r := csv.NewReader(z)
	r.Comma = '\t'
	lines, err := r.ReadAll()
	require.NoError(t, err)
	var list []attribution.Path
	for _, l := range lines[1:] {
		conv, err := strconv.ParseInt(l[1], 10, 64)
		require.NoError(t, err)
		nulls, err := strconv.ParseInt(l[3], 10, 64)
		require.NoError(t, err)
		value, err := decimal.NewFromString(l[2])
		require.NoError(t, err)
		list = append(list, attribution.Path{Touches: strings.Split(l[0], " > "), Conversions: conv, Nulls: nulls, Value: value})
	}
	p, err := attribution.NewPaths(slices.Values(list))
	require.NoError(t, err)
	return p
}

// M3: the package ChannelAttribution's data, by the exact chain of the reference.
func TestPublished_PathDataMarkov(t *testing.T) {
	t.Parallel()
	p := pathData(t)
	conv, nulls, value := p.Totals()
	assert.Equal(t, "19785 68602 74802.97", strings.Join([]string{strconv.FormatInt(conv, 10), strconv.FormatInt(nulls, 10), value.Round(2).String()}, " "))
	b, err := os.ReadFile(filepath.Join(os.Getenv("LIFECYCLE_DATA"), "journey", "attribution", "pathdata_markov_exact_order1_2.json"))
	require.NoError(t, err)
	var want map[string]struct {
		Channels []struct {
			Channel                                         string
			RemovalEffect, Conversions, RemovalValue, Value float64
		}
		P float64 `json:"p_conversion"`
	}
	require.NoError(t, json.Unmarshal(b, &want))
	for order, name := range []string{1: "order1", 2: "order2"} {
		if order == 0 {
			continue
		}
		c := credit(t, p, attribution.Markov(order))
		assert.InDelta(t, want[name].P, c.Rate, 1e-14)
		require.Len(t, want[name].Channels, 12)
		for _, w := range want[name].Channels {
			got := c.Of(w.Channel)
			assert.InEpsilon(t, w.RemovalEffect, got.RemovalEffect, 1e-10, w.Channel)
			assert.InEpsilon(t, w.Conversions, got.Conversions, 1e-10, w.Channel)
			v, _ := got.Value.Float64()
			assert.InEpsilon(t, w.Value, v, 1e-10, w.Channel)
		}
	}
	for order := 3; order <= attribution.MaxOrder; order++ {
		assert.InDelta(t, 19785.0/88387, credit(t, p, attribution.Markov(order)).Rate, 1e-13, "the rate holds in every order")
	}
}

// M4: the package's heuristics.
func TestPublished_PathDataHeuristics(t *testing.T) {
	t.Parallel()
	p := pathData(t)
	check(t, credit(t, p, attribution.First()), map[string]float64{"eta": 3164, "iota": 4606, "alpha": 6308, "beta": 2831, "theta": 1606, "lambda": 902}, 0)
	check(t, credit(t, p, attribution.Last()), map[string]float64{"eta": 4167, "iota": 3355, "alpha": 8447, "beta": 989, "theta": 653, "lambda": 1207}, 0)
	check(t, credit(t, p, attribution.Linear()), map[string]float64{
		"eta": 3539.95115710057, "iota": 3857.09622101776, "alpha": 7574.71859375117, "beta": 2083.50014458908, "theta": 1022.80139390422, "lambda": 1035.25757228553,
	}, 1e-8)
}

func TestPublished_Shapley(t *testing.T) {
	t.Parallel()
	p := rows(t, "A 10/0", "B 5/0", "C 2/0", "A>B 42/0", "A>C 9/0", "B>C 6/0", "A>B>C 40/0")
	check(t, credit(t, p, attribution.Shapley()), map[string]float64{"A": 48.8333333333, "B": 42.3333333333, "C": 22.8333333333}, 1e-9)
}

// Shares of single paths: W about the third of five, decay by halves.
func TestPublished_Shares(t *testing.T) {
	t.Parallel()
	w := credit(t, rows(t, "a>b>lead>d>e 1/0"), attribution.WShaped("lead"))
	check(t, w, map[string]float64{"a": .3, "b": .05, "lead": .3, "d": .05, "e": .3}, 1e-15)
	check(t, credit(t, rows(t, "a>lead>c 1/0"), attribution.WShaped("lead")), map[string]float64{"a": 1.0 / 3, "lead": 1.0 / 3}, 1e-15)
	for _, path := range []string{"lead>b>c 1/0", "a>b>lead 1/0", "a>b>c 1/0"} {
		touches := strings.Split(strings.TrimSuffix(path, " 1/0"), ">")
		check(t, credit(t, rows(t, path), attribution.WShaped("lead")), map[string]float64{touches[0]: .4, touches[1]: .2, touches[2]: .4}, 1e-15)
	}
	check(t, credit(t, rows(t, "A>B>A 1/0"), attribution.UShaped()), map[string]float64{"A": .8, "B": .2}, 1e-15)

	age := func(channel touchpoint.Channel, days int) touchpoint.Event {
		return touchpoint.Event{Customer: "c", Name: "visit", Channel: channel, At: time.Unix(int64(86400*(40-days)), 0)}
	}
	paid := touchpoint.Event{Customer: "c", Name: "paid", At: time.Unix(86400*40, 0)}
	log, err := touchpoint.LogOf(age("A", 14), age("B", 7), age("C", 0), paid)
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	require.NoError(t, err)
	check(t, credit(t, p, attribution.TimeDecay(7*24*time.Hour)), map[string]float64{"A": 0.142857143, "B": 0.285714286, "C": 0.571428571}, 1e-9)
	log, err = touchpoint.LogOf(age("A", 30), age("B", 2), paid)
	require.NoError(t, err)
	p, err = attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	require.NoError(t, err)
	check(t, credit(t, p, attribution.TimeDecay(7*24*time.Hour)), map[string]float64{"A": 0.058823529, "B": 0.941176471}, 1e-9)
}

// Last non-direct: a path of direct visits alone keeps them.
func TestPublished_LastNonDirect(t *testing.T) {
	t.Parallel()
	check(t, credit(t, rows(t, "Email>Direct>Direct 3/0", "Direct>Direct 2/0"), attribution.LastNonDirect()), map[string]float64{"Email": 3, "Direct": 2}, 0)
}

// The lookback is inclusive, to the nanosecond.
func TestPathsOf_LookbackIsInclusive(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "in", Name: "v", Channel: "A", At: at.Add(-time.Hour)}, touchpoint.Event{Customer: "in", Name: "paid", At: at},
		touchpoint.Event{Customer: "out", Name: "v", Channel: "B", At: at.Add(-time.Hour - 1)}, touchpoint.Event{Customer: "out", Name: "paid", At: at},
	)
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid"), Lookback: time.Hour})
	require.NoError(t, err)
	assert.Equal(t, []string{"A"}, p.Keys())
	n, _ := p.Untouched()
	assert.Equal(t, int64(1), n)
}

// Acquisitions have a look-back of their own, to the nanosecond, as in Google
// Analytics; other conversions keep theirs.
func TestPathsOf_AcquisitionLookback(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration, name string, c touchpoint.Channel) touchpoint.Event {
		return touchpoint.Event{Customer: "c", Name: name, Channel: c, At: time.Unix(0, 0).Add(d)}
	}
	const day = 24 * time.Hour
	log, err := touchpoint.LogOf(
		at(0, "v", touchpoint.Email), at(day, "v", touchpoint.Direct), at(31*day, "signed_up", ""), // email is a day too old
		at(40*day, "v", touchpoint.Referral), at(130*day, "paid", ""), at(131*day, "v", touchpoint.Email), at(221*day+1, "paid", ""),
	)
	require.NoError(t, err)
	o := attribution.Options{Conversion: touchpoint.Named("signed_up", "paid"), Touches: touchpoint.Named("v"), Lookback: 90 * day, Acquisition: touchpoint.Named("signed_up")}
	of := func(o attribution.Options) string {
		p, err := attribution.PathsOf(log, o)
		require.NoError(t, err)
		var out []string
		for path := range p.All() {
			out = append(out, strings.Join(path.Touches, "+"))
		}
		return strings.Join(out, " ")
	}
	assert.Equal(t, "Direct Referral", of(o), "30 days, inclusive, and 90, inclusive; a path of direct alone keeps it")
	o.AcquisitionLookback = 30*day - 1
	assert.Equal(t, "Referral", of(o))
	o.AcquisitionLookback = 31 * day
	assert.Equal(t, "Email+Direct Referral", of(o))
	o.Acquisition, o.AcquisitionLookback = nil, 0
	assert.Equal(t, "Email+Direct Referral", of(o), "none is an acquisition")
	a, err := attribution.PathsOf(log, o)
	require.NoError(t, err)
	o.Acquisition = touchpoint.Named("x")
	b, err := attribution.PathsOf(nil, o)
	require.NoError(t, err)
	require.ErrorIs(t, a.Merge(b), attribution.ErrMerge, "not asked alike")
	for want, o := range map[string]attribution.Options{
		"attribution: paths of a log: AcquisitionLookback -1ns: want zero or more":                    {Conversion: touchpoint.Named("v"), Acquisition: touchpoint.Named("v"), AcquisitionLookback: -1},
		"attribution: paths of a log: AcquisitionLookback 1ns: want a match in Acquisition beside it": {Conversion: touchpoint.Named("v"), AcquisitionLookback: 1},
	} {
		_, err := attribution.PathsOf(log, o)
		require.EqualError(t, err, want)
	}
}
