package mining_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// seconds reads "a b c" as events a second apart.
func seconds(customer, names string) (out []touchpoint.Event) {
	for i, name := range strings.Fields(names) {
		out = append(out, touchpoint.Event{Customer: customer, Name: name, At: time.Unix(int64(i), 0)})
	}
	return out
}

func chance(list []mining.Chance, activity string) mining.Chance {
	for _, c := range list {
		if c.Activity == activity {
			return c
		}
	}
	return mining.Chance{}
}

// Witten and Bell's method C by hand: after "a b a b a c" at order 1. Without a
// context b 2, a 2, c 1, three kinds over four outcomes alike; after a: b 2, c 1.
func TestNext_ByHand(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(seconds("one", "a b a b a c")...)
	require.NoError(t, err)
	m, err := mining.Next(log, mining.NextOptions{Order: 1})
	require.NoError(t, err)
	for activity, want := range map[string]float64{"b": 0.34375, "a": 0.34375, "c": 0.21875, mining.Nothing: 0.09375} {
		assert.InDelta(t, want, chance(m.After(""), activity).P, 1e-15, activity)
	}
	after := m.After("", "c", "a")
	assert.Equal(t, "b", after[0].Activity)
	for activity, want := range map[string]float64{"b": 0.5375, "a": 0.1375, "c": 0.2875, mining.Nothing: 0.0375} {
		assert.InDelta(t, want, chance(after, activity).P, 1e-15, activity)
	}
	assert.Equal(t, time.Second, chance(after, "b").Median.Round(20*time.Millisecond))
	assert.Zero(t, chance(after, "a").Median, "never seen")
	assert.Equal(t, m.After(""), m.After("", "unknown"), "what it does not know is passed over")
	assert.Equal(t, m.After("", "b", "a", "c"), m.Of("one"))
	assert.Nil(t, m.Of("nobody"))
	b, err := json.Marshal(m)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"steps":5`)
}

// That a journey is over is learnt once it has been idle, and not of the young.
func TestNext_Over(t *testing.T) {
	t.Parallel()
	day := func(c, name string, d int) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: name, At: time.Unix(int64(d)*86400, 0)}
	}
	log, err := touchpoint.LogOf(day("old", "a", 0), day("old", "b", 1), day("young", "a", 70), day("young", "b", 90))
	require.NoError(t, err)
	m, err := mining.Next(log, mining.NextOptions{Order: 1})
	require.NoError(t, err)
	assert.Equal(t, mining.Nothing, m.After("", "b")[0].Activity, "old was over after b; young may go on")
	none, err := mining.Next(log, mining.NextOptions{Order: 1, Idle: 100 * 24 * time.Hour})
	require.NoError(t, err)
	assert.NotEqual(t, mining.Nothing, none.After("", "b")[0].Activity)
}

func TestNext_Persona(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 10 {
		all = append(all, seconds("p"+strconv.Itoa(i), "a b")...)
		all = append(all, seconds("q"+strconv.Itoa(i), "a c")...)
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	m, err := mining.Next(log, mining.NextOptions{Persona: func(c string) string { return c[:1] }})
	require.NoError(t, err)
	p, q, unknown := chance(m.After("p", "a"), "b").P, chance(m.After("q", "a"), "b").P, chance(m.After("z", "a"), "b").P
	assert.Greater(t, p, 0.9)
	assert.Less(t, q, 0.1)
	assert.InDelta(t, 0.5, unknown, 0.05)
}

// Every distribution sums to one and leaves nothing impossible, whatever the
// order of customers; the calibration equals one that is computed step by step
// from the words of its definition.
func TestLaw_NextIsADistributionAndCalibrates(t *testing.T) {
	tested, over, personas := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		for c := range rapid.IntRange(1, 6).Draw(t, "customers") {
			at := rapid.Int64Range(0, 20).Draw(t, "start")
			for range rapid.IntRange(1, 7).Draw(t, "events") {
				all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"a", "b", "ค"}).Draw(t, "name"), At: time.Unix(at, 0)})
				at += rapid.Int64Range(0, 9).Draw(t, "gap")
			}
		}
		end := time.Unix(rapid.Int64Range(100, 106).Draw(t, "end"), 0)
		all = append(all,
			touchpoint.Event{Customer: "y", Name: "a", At: time.Unix(95, 0)}, touchpoint.Event{Customer: "y", Name: "ค", At: time.Unix(96, 0)},
			touchpoint.Event{Customer: "z", Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "z", Name: "b", At: time.Unix(1, 0)}, touchpoint.Event{Customer: "z", Name: "b", At: end},
		)
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		o := mining.NextOptions{Order: rapid.IntRange(1, 3).Draw(t, "order"), Idle: 8 * time.Second}
		if rapid.Bool().Draw(t, "persona") {
			o.Persona = func(c string) string { return string('p' + c[len(c)-1]%2) }
			personas++
		}
		split := time.Unix(rapid.Int64Range(2, 40).Draw(t, "split"), 0)
		past := o
		past.To = split
		m, err := mining.Next(log, past)
		require.NoError(t, err)
		key := func(c string) string {
			if o.Persona == nil {
				return ""
			}
			return o.Persona(c)
		}
		loss, brier, base, baseBrier, hits, baseHits, n := 0.0, 0.0, 0.0, 0.0, int64(0), int64(0), int64(0)
		squares := func(list []mining.Chance, happened string) (sum float64) {
			for _, x := range list {
				did := 0.0
				if x.Activity == happened {
					did = 1
				}
				sum += (x.P - did) * (x.P - did)
			}
			return sum
		}
		hit := func(list []mining.Chance, happened string) int64 { // of those alike, the first by name
			if list[0].Activity == happened {
				return 1
			}
			return 0
		}
		step := func(c string, recent []string, happened string) {
			list, sum := m.After(key(c), recent...), 0.0
			for _, x := range list {
				require.Positive(t, x.P)
				sum += x.P
			}
			brier += squares(list, happened)
			baseBrier += squares(m.After("none of them"), happened)
			hits += hit(list, happened)
			baseHits += hit(m.After("none of them"), happened)
			require.InDelta(t, 1, sum, 1e-9)
			loss -= math.Log(chance(list, happened).P)
			base -= math.Log(chance(m.After("none of them"), happened).P)
			n++
		}
		for c, events := range log.ByCustomer() {
			var recent []string
			var last time.Time
			for e := range events {
				if len(recent) > 0 && !e.At.Before(split) {
					step(c, recent, e.Name)
				}
				recent, last = append(recent, e.Name), e.At
			}
			if end.Sub(last) > o.Idle && split.Sub(last) <= o.Idle {
				step(c, recent, mining.Nothing)
				over++
			}
		}
		got, err := mining.Calibrate(log, o, split)
		require.NoError(t, err)
		require.Equal(t, n, got.Tested)
		require.InDelta(t, loss/float64(n), got.LogLoss, 1e-9)
		require.InDelta(t, brier/float64(n), got.Brier, 1e-9)
		require.InDelta(t, base/float64(n), got.BaseLogLoss, 1e-9)
		require.InDelta(t, baseBrier/float64(n), got.BaseBrier, 1e-9)
		require.Equal(t, []string{frac(hits, n), frac(baseHits, n)}, []string{got.Hits.Fraction(), got.BaseHits.Fraction()})
		require.Equal(t, got.LogLoss < got.BaseLogLoss, got.Better())
		predictions, happened := int64(0), int64(0)
		for _, b := range got.Reliability {
			predictions += b.N
			happened += b.Happened.Num().IntPart()
			if b.N > 0 {
				require.True(t, b.Mean >= b.From-1e-9 && b.Mean <= b.To+1e-9)
			}
		}
		require.Equal(t, []int64{n * int64(len(m.After(""))), n}, []int64{predictions, happened})
		tested += int(n)
	}, law.Counters{"tested": &tested, "over": &over, "personas": &personas})
}

// On four real logs, learnt from the first two thirds of their time, what comes
// next is told better than by the base rate.
func TestCalibrate_RealLogs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, caseCol, nameCol, timeCol string }{
		{"receipt.csv", "case:concept:name", "concept:name", "time:timestamp"},
		{"traffic_fines_10000.csv", "case", "activity", "time"},
		{"hospital_billing_10000.csv", "case", "activity", "time"},
		{"sepsis_full_1050.csv", "case", "activity", "time"},
	} {
		log := readLog(t, c.file, c.caseCol, c.nameCol, c.timeCol, ',')
		first, last, _ := log.Span()
		got, err := mining.Calibrate(log, mining.NextOptions{}, first.Add(2*last.Sub(first)/3))
		require.NoError(t, err)
		t.Logf("%s: %s", c.file, got)
		assert.True(t, got.Better(), c.file)
		assert.Less(t, got.Brier, got.BaseBrier, c.file)
		// Reliability: what was said and what happened, over all bins.
		off, n := 0.0, 0.0
		for _, b := range got.Reliability {
			if share, ok := b.Happened.Float64(); ok {
				off += math.Abs(share-b.Mean) * float64(b.N)
				n += float64(b.N)
			}
		}
		assert.Less(t, off/n, 0.03, c.file)
	}
}

func TestNext_Refuses(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(seconds("c", "a b")...)
	require.NoError(t, err)
	for says, o := range map[string]mining.NextOptions{
		"mining: options: Order 9: want 1 to 8":                                                   {Order: 9},
		"mining: options: Idle -1ns: want more than zero":                                         {Idle: -1},
		"mining: options: log no activity: want one that another or the end of a journey follows": {Options: mining.Options{Match: touchpoint.Named("x")}},
	} {
		_, err := mining.Next(log, o)
		require.ErrorIs(t, err, mining.ErrOptions)
		require.EqualError(t, err, says)
	}
	_, err = mining.Calibrate(log, mining.NextOptions{}, time.Time{})
	require.ErrorIs(t, err, mining.ErrOptions)
	_, err = mining.Calibrate(log, mining.NextOptions{}, time.Unix(100, 0))
	require.ErrorContains(t, err, "nothing comes after it")
}

// What is learnt equals counting the words of every context as text, mixed as
// Witten and Bell say, from the shortest to the longest and the persona's last.
func TestLaw_NextEqualsCountingTexts(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		order := rapid.IntRange(1, 8).Draw(t, "order")
		o := mining.NextOptions{Order: order, Idle: 10 * time.Second}
		if rapid.Bool().Draw(t, "persona") {
			o.Persona = func(c string) string { return c[:1] }
		}
		if rapid.Bool().Draw(t, "selected") {
			o.Match = touchpoint.Named("a", "b", "ค")
		}
		letters := []string{"a", "b", "ค", "x"}
		var all []touchpoint.Event
		counts := map[string]map[string]float64{} // by persona, bar, and the names of the context
		add := func(context, outcome string) {
			if counts[context] == nil {
				counts[context] = map[string]float64{}
			}
			counts[context][outcome]++
		}
		for c := range rapid.IntRange(1, 5).Draw(t, "customers") {
			who := rapid.SampledFrom([]string{"p", "q"}).Draw(t, "who") + strconv.Itoa(c)
			names := rapid.SliceOfN(rapid.SampledFrom(letters), 1, 12).Draw(t, "names")
			all = append(all, seconds(who, strings.Join(names, " "))...)
			if o.Match != nil {
				names = slices.DeleteFunc(names, func(s string) bool { return s == "x" })
			}
			if len(names) > 0 {
				names = append(names, mining.Nothing)
			}
			for k := 1; k < len(names); k++ {
				for width := range min(order, k) + 1 {
					add("|"+strings.Join(names[k-width:k], " "), names[k])
				}
				if o.Persona != nil {
					add("own "+who[:1]+"|"+strings.Join(names[k-min(order, k):k], " "), names[k])
				}
			}
		}
		all = append(all, touchpoint.Event{Customer: "z", Name: "a", At: time.Unix(100, 0)})
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		m, err := mining.Next(log, o)
		if len(counts) == 0 {
			require.ErrorIs(t, err, mining.ErrOptions)
			return
		}
		require.NoError(t, err)
		contexts := 0
		for range counts {
			contexts++
		}
		require.Contains(t, m.String(), fmt.Sprintf(" in %d contexts", contexts))
		recent := rapid.SliceOfN(rapid.SampledFrom(letters), 0, 10).Draw(t, "recent")
		persona := rapid.SampledFrom([]string{"p", "q", "", "other"}).Draw(t, "asked")
		known := slices.DeleteFunc(slices.Clone(recent), func(s string) bool { return !slices.Contains(log.Names(), s) })
		known = known[max(0, len(known)-order):]
		want := map[string]float64{}
		outcomes := append(log.Names(), mining.Nothing)
		for _, name := range outcomes {
			want[name] = 1 / float64(len(outcomes))
		}
		mix := func(context string) {
			c := counts[context]
			if c == nil {
				met["unknown context"]++
				return
			}
			total := 0.0
			for _, n := range c {
				total += n
			}
			for _, name := range outcomes {
				want[name] = (c[name] + float64(len(c))*want[name]) / (total + float64(len(c)))
			}
		}
		for width := range len(known) + 1 {
			mix("|" + strings.Join(known[len(known)-width:], " "))
		}
		if o.Persona != nil {
			if counts["own "+persona+"|"+strings.Join(known, " ")] != nil {
				met["persona's own"]++
			}
			mix("own " + persona + "|" + strings.Join(known, " "))
		}
		for _, name := range outcomes {
			require.InDelta(t, want[name], chance(m.After(persona, recent...), name).P, 1e-12, name)
		}
		if len(known) == order && order > 3 {
			met["long context"]++
		}
	}, met.Need("unknown context", "persona's own", "long context"))
}

// Learning takes memory for what is different, and none for an event.
func TestNext_AllocatesForContexts(t *testing.T) {
	log := synthetic(t, 20_000)
	few := testing.AllocsPerRun(2, func() { _, _ = mining.Next(log, mining.NextOptions{Order: 1}) })
	assert.Less(t, few, 1500.0, "a sketch and its pages for each of 100 pairs")
}
