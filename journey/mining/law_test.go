package mining_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func drawEvents(t *rapid.T) (all []touchpoint.Event) {
	for c := range rapid.IntRange(0, 5).Draw(t, "customers") {
		for range rapid.IntRange(0, 7).Draw(t, "events") {
			all = append(all, touchpoint.Event{
				Customer: "c" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"a", "b", "ค", "x"}).Draw(t, "name"),
				At: time.Unix(rapid.Int64Range(0, 6).Draw(t, "at")*1000, 0),
			})
		}
	}
	return all
}

// Edges by maps, over selected events; parts of customers merged through the
// binary form, exact or as sketches, are the whole byte for byte.
func TestLaw_GraphsAndVariantsEqualMapsAndAddUp(t *testing.T) {
	edges, sketched := 0, 0
	property := func(t *rapid.T) {
		all := drawEvents(t)
		o := mining.Options{Sketch: rapid.Bool().Draw(t, "sketch")}
		if rapid.Bool().Draw(t, "selected") {
			o.Match = touchpoint.Named("a", "b", "ค")
		}
		if rapid.Bool().Draw(t, "period") {
			o.From, o.To = time.Unix(1000, 0), time.Unix(6000, 0)
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		g, err := mining.DirectlyFollows(log, o)
		require.NoError(t, err)
		v, err := mining.Variants(log, o)
		require.NoError(t, err)

		counts, gaps, starts, ends, seqs := map[string]int64{}, map[string][]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
		for _, events := range log.ByCustomer() {
			var names []string
			var before *touchpoint.Event
			for e := range events {
				if o.Match != nil && e.Name == "x" || !o.From.IsZero() && (e.At.Before(o.From) || !e.At.Before(o.To)) {
					continue
				}
				if before == nil {
					starts[e.Name]++
				} else {
					key := before.Name + " " + e.Name
					counts[key]++
					gaps[key] = append(gaps[key], int64(e.At.Sub(before.At)))
				}
				names = append(names, e.Name)
				before = &e
			}
			if before != nil {
				ends[before.Name]++
				seqs[strings.Join(names, " ")]++
			}
		}
		require.Equal(t, starts, g.Starts())
		require.Equal(t, ends, g.Ends())
		require.Len(t, g.Edges(), len(counts))
		for _, e := range g.Edges() {
			key := e.From + " " + e.To
			require.Equal(t, counts[key], e.N)
			require.Equal(t, counts[key], g.Count(e.From, e.To))
			list := gaps[key]
			slices.Sort(list)
			require.Equal(t, list[0], int64(e.Min))
			require.Equal(t, list[len(list)-1], int64(e.Max))
			sum := int64(0)
			for _, d := range list {
				sum += d
			}
			require.Equal(t, sum/int64(len(list)), int64(e.Mean))
			if o.Sketch {
				sketched++
				want := float64(list[(len(list)+1)/2-1])
				require.InDelta(t, want, float64(e.Median), want/60+1, "within a bucket")
			} else {
				edges++
				want := list[len(list)/2]
				if len(list)%2 == 0 {
					want = (list[len(list)/2-1] + want) / 2
				}
				require.Equal(t, want, int64(e.Median))
			}
		}
		require.Len(t, v.All(), len(seqs))
		for _, x := range v.All() {
			require.Equal(t, seqs[strings.Join(x.Activities, " ")], x.N)
		}

		var g2 *mining.Graph
		var v2 *mining.VariantTable
		for _, digit := range rapid.Permutation([]string{"0", "1", "2", "3", "4"}).Draw(t, "order") {
			part, err := touchpoint.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return e.Customer != "c"+digit })...)
			require.NoError(t, err)
			pg, err := mining.DirectlyFollows(part, o)
			require.NoError(t, err)
			b, err := pg.MarshalBinary()
			require.NoError(t, err)
			var bg mining.Graph
			require.NoError(t, bg.UnmarshalBinary(b))
			pv, err := mining.Variants(part, o)
			require.NoError(t, err)
			b, err = pv.MarshalBinary()
			require.NoError(t, err)
			var bv mining.VariantTable
			require.NoError(t, bv.UnmarshalBinary(b))
			if g2 == nil {
				g2, v2 = &bg, &bv
				continue
			}
			require.NoError(t, g2.Merge(&bg))
			require.NoError(t, v2.Merge(&bv))
		}
		for _, pair := range [][2]interface{ MarshalBinary() ([]byte, error) }{{g, g2}, {v, v2}} {
			want, err := pair[0].MarshalBinary()
			require.NoError(t, err)
			got, err := pair[1].MarshalBinary()
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got))
		}
		require.Equal(t, g.String(), g2.String())
		if v.Customers() > 0 {
			require.ErrorIs(t, g2.Merge(g), mining.ErrMerge)
			require.ErrorIs(t, v2.Merge(v), mining.ErrMerge)
		}
	}
	law.Often(t, 10, property, law.Counters{"edges": &edges, "sketched": &sketched})
}

// drawDefinition is a random machine of up to five stages with a goal that can
// be reached.
func drawDefinition(t *rapid.T) *journey.Definition {
	n := rapid.IntRange(2, 5).Draw(t, "stages")
	spec := journey.Spec{Initial: "s0"}
	for s := range n {
		spec.Stages = append(spec.Stages, journey.StageSpec{Name: journey.Stage("s" + strconv.Itoa(s)), Goal: s == n-1 || rapid.IntRange(0, 3).Draw(t, "goal") == 0})
	}
	used := map[string]bool{}
	add := func(from, on, to int) {
		key := fmt.Sprint(from, on)
		if !used[key] {
			used[key] = true
			spec.Transitions = append(spec.Transitions, journey.Transition{From: spec.Stages[from].Name, On: journey.Trigger("t" + strconv.Itoa(on)), To: spec.Stages[to].Name, Internal: from == to})
		}
	}
	for s := range n - 1 {
		add(s, rapid.IntRange(0, 3).Draw(t, "on"), s+1)
	}
	add(n-1, rapid.IntRange(0, 3).Draw(t, "back"), rapid.IntRange(0, n-2).Draw(t, "to"))
	for range rapid.IntRange(0, 8).Draw(t, "more") {
		add(rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, 3).Draw(t, "on"), rapid.IntRange(0, n-1).Draw(t, "to"))
	}
	d, err := journey.Define(spec)
	if err != nil {
		t.Skip(err)
	}
	return d
}

// The cost equals a search over everything that could be done, its moves are a
// way of that cost, and it is zero exactly where Step accepts all events and ends
// in a goal.
func TestLaw_AlignmentEqualsSearch(t *testing.T) {
	zero, dear, observed := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		d := drawDefinition(t)
		known := d.Triggers()
		events := rapid.SliceOfN(rapid.SampledFrom(known), 0, 6).Draw(t, "events")
		a, err := mining.Align(d, events...)
		require.NoError(t, err)
		goal := map[journey.Stage]bool{}
		for _, s := range d.Stages() {
			goal[s.Name] = s.Goal
		}
		// Dijkstra in units: states are (events consumed, stage).
		type state struct {
			i int
			s journey.Stage
		}
		best := map[state]int{{0, d.Initial()}: 0}
		front := []state{{0, d.Initial()}}
		for len(front) > 0 {
			slices.SortStableFunc(front, func(x, y state) int { return best[x] - best[y] })
			at := front[0]
			front = front[1:]
			try := func(to state, cost int) {
				if have, ok := best[to]; !ok || best[at]+cost < have {
					best[to] = best[at] + cost
					front = append(front, to)
				}
			}
			if at.i < len(events) {
				try(state{at.i + 1, at.s}, 1)
			}
			for _, e := range d.Edges() {
				if e.From != at.s {
					continue
				}
				try(state{at.i, e.To}, 1)
				if at.i < len(events) && events[at.i] == e.On {
					try(state{at.i + 1, e.To}, 0)
				}
			}
		}
		want := 1 << 30
		for s, c := range best {
			if s.i == len(events) && goal[s.s] {
				want = min(want, c)
			}
		}
		require.Equal(t, want, a.Cost)
		aligner, err := mining.NewAligner(d)
		require.NoError(t, err)
		cost, err := aligner.Cost(events...)
		require.NoError(t, err)
		require.Equal(t, want, cost)

		// The moves are a way: they chain, spell the events, cost what they say.
		stage, i, paid := d.Initial(), 0, 0
		for _, m := range a.Moves {
			require.Equal(t, stage, m.From)
			switch m.Kind {
			case mining.Sync, mining.LogMove:
				require.Equal(t, events[i], m.Trigger)
				i++
			case mining.ModelMove:
			}
			if m.Kind != mining.Sync {
				paid++
			}
			if m.Kind == mining.LogMove {
				require.Equal(t, m.From, m.To)
			} else {
				next, ok := d.Next(m.From, m.Trigger)
				require.True(t, ok)
				require.Equal(t, next, m.To)
			}
			stage = m.To
		}
		require.Equal(t, len(events), i)
		require.Equal(t, a.Cost, paid)
		require.True(t, goal[stage])

		j := d.Start("c", time.Unix(0, 0))
		accepted := true
		for k, on := range events {
			if j, err = d.Step(j, journey.Event{Customer: "c", Trigger: on, At: time.Unix(int64(k), 0)}); err != nil {
				accepted = false
				break
			}
		}
		require.Equal(t, accepted && goal[j.Stage()], a.Cost == 0)
		if a.Cost == 0 {
			zero++
		} else {
			dear++
		}
		observed++
	}, law.Counters{"zero": &zero, "dear": &dear, "observed": &observed})
}

// A log walked through the SaaS preset gives its transitions back, and none that
// it does not have.
func TestDiscover_FindsThePreset(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	stages := map[string]journey.Stage{}
	// Where a trigger always leads to one stage its event names that stage;
	// where it never moves anybody it names none.
	leads := map[journey.Trigger]map[journey.Stage]bool{}
	for _, e := range d.Edges() {
		if leads[e.On] == nil {
			leads[e.On] = map[journey.Stage]bool{}
		}
		if !e.Internal {
			leads[e.On][e.To] = true
		}
	}
	var usable []journey.Trigger
	for on, to := range leads {
		switch len(to) {
		case 0:
			stages[string(on)] = ""
		case 1:
			for s := range to {
				stages[string(on)] = s
			}
		default:
			continue
		}
		usable = append(usable, on)
	}
	slices.Sort(usable)
	random := rand.New(rand.NewPCG(3, 4))
	walked := map[string]int64{}
	var all []touchpoint.Event
	for c := range 4000 {
		stage := d.Initial()
		seen := map[string]bool{}
		for k := range 12 {
			var choices []journey.Trigger
			for _, on := range d.Allowed(stage) {
				next, ok := d.Next(stage, on)
				internal := ok && next == stage
				if _, mapped := stages[string(on)]; mapped && slices.Contains(usable, on) && ok && (!internal || stages[string(on)] == "" || stages[string(on)] == stage) {
					choices = append(choices, on)
				}
			}
			if len(choices) == 0 {
				break
			}
			on := choices[random.IntN(len(choices))]
			next, _ := d.Next(stage, on)
			all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(c), Name: string(on), At: time.Unix(int64(k)*3600, 0)})
			key := fmt.Sprint(stage, " ", on, " ", next)
			if !seen[key] {
				seen[key] = true
				walked[key]++
			}
			stage = next
		}
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	spec, report, err := mining.Discover(log, mining.DiscoverOptions{Stages: stages, Initial: d.Initial(), Support: 20})
	require.NoError(t, err)
	back, above := 0, 0
	proposed := map[string]bool{}
	for _, x := range spec.Transitions {
		key := fmt.Sprint(x.From, " ", x.On, " ", x.To)
		proposed[key] = true
		assert.Positive(t, walked[key], "invented: %s", key)
	}
	for key, n := range walked {
		if n >= 20 {
			above++
			if proposed[key] {
				back++
			}
		}
	}
	assert.Greater(t, above, 20)
	assert.GreaterOrEqual(t, float64(back)/float64(above), 0.95)
	assert.Equal(t, "1", report.Precision.String())
}

func TestConformance_CountsWhatDeviates(t *testing.T) {
	t.Parallel()
	event := func(who, name string, at int64) touchpoint.Event {
		return touchpoint.Event{Customer: who, Name: name, At: time.Unix(at, 0)}
	}
	log, err := touchpoint.LogOf(
		event("anna", "sign_up", 1), event("anna", "start_trial", 2), event("anna", "convert", 3),
		event("ben", "start_trial", 1), event("ben", "convert", 2), event("ben", "upgrade", 3), event("ben", "upgrade", 4),
		event("cleo", "sign_up", 1), event("cleo", "upgrade", 2), event("dora", "noise", 1),
	)
	require.NoError(t, err)
	r, err := mining.Conformance(machine(t), log, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(3), r.Customers)
	assert.Equal(t, "1/3", r.Fitting.Fraction())
	assert.Equal(t, int64(1), r.Unknown)
	assert.Equal(t, "13/15", r.LogFitness.Fraction(), "9 events, three times the shortest journey of 2, cost 2")
	assert.Equal(t, "2/3", r.Goals.Fraction(), "cleo stays a lead")
	require.Len(t, r.Deviations, 2)
	assert.Equal(t, []string{"ben"}, r.Deviations[0].Examples)
	assert.InDelta(t, (1+10.0/12+0.75)/3, r.MeanFitness.Value, 1e-3)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Stages: []journey.StageSpec{{Name: "a"}, {Name: "b"}}, Transitions: []journey.Transition{{From: "a", On: "x", To: "b"}, {From: "b", On: "y", To: "a"}}})
	require.NoError(t, err)
	_, err = mining.Align(d, "x")
	require.ErrorIs(t, err, mining.ErrNoGoal)
	_, err = mining.Conformance(d, nil, nil)
	require.ErrorIs(t, err, mining.ErrNoGoal)
	_, err = mining.Align(machine(t), "sign_up", "nonsense")
	require.ErrorIs(t, err, mining.ErrTrigger)
	assert.EqualError(t, err, `mining: align: event 2: unknown trigger "nonsense"`)
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "c", Name: "v", At: time.Unix(0, 0)})
	require.NoError(t, err)
	_, err = mining.DirectlyFollows(log, mining.Options{From: time.Unix(9, 0), To: time.Unix(8, 0)})
	require.ErrorIs(t, err, mining.ErrOptions)
	_, err = mining.Variants(log, mining.Options{Match: []touchpoint.Match{{Campaign: "x"}}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = mining.Paths(log, mining.PathOptions{Length: 1})
	require.ErrorIs(t, err, mining.ErrOptions)
	_, _, err = mining.Discover(nil, mining.DiscoverOptions{})
	require.ErrorIs(t, err, mining.ErrOptions)
	_, _, err = mining.Discover(log, mining.DiscoverOptions{Support: 2})
	require.ErrorIs(t, err, mining.ErrOptions)
	_, _, err = mining.Discover(log, mining.DiscoverOptions{Goals: []journey.Stage{"nowhere"}})
	require.ErrorIs(t, err, mining.ErrOptions)
}

func FuzzGraph_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log, sketch bool) (*mining.Graph, error) {
		return mining.DirectlyFollows(log, mining.Options{Sketch: sketch})
	})
}

func FuzzVariants_UnmarshalBinary(f *testing.F) {
	f.Add([]byte("LMVARI\x02\x1f{\"options\":{},\"filtered\":false}\x00\x02\x00\x01c\x00\x01d\x01\x02\x00----"))
	f.Add([]byte("LMVARI\x02\x1f{\"options\":{},\"filtered\":false}\x00\x00\x02\x00\x00\x00\x00----"))
	fuzzAggregate(f, func(log *touchpoint.Log, sketch bool) (*mining.VariantTable, error) {
		return mining.Variants(log, mining.Options{Sketch: sketch})
	})
}
