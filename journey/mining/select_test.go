package mining_test

import (
	"encoding/json"
	"fmt"
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
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// slowFilter decides from the words of Filter.
func slowFilter(f mining.Filter, events []touchpoint.Event) bool {
	is := func(e touchpoint.Event, either []touchpoint.Match) bool {
		return slices.ContainsFunc(either, func(m touchpoint.Match) bool { return m.Matches(e) })
	}
	n := 0
	for _, e := range events {
		if is(e, f.Has) {
			n++
		}
	}
	first, last := events[0], events[len(events)-1]
	length := last.At.Sub(first.At)
	ok := (len(f.Has) == 0 || n >= max(1, f.Times)) &&
		(len(f.Starts) == 0 || is(first, f.Starts)) && (len(f.Ends) == 0 || is(last, f.Ends)) &&
		length >= f.Least && (f.Most == 0 || length <= f.Most) && len(events) >= f.LeastEvents && (f.MostEvents == 0 || len(events) <= f.MostEvents)
	if w := f.Follows; w != nil {
		found := false
		for i, a := range events {
			for j := i + 1; j < len(events); j++ {
				gap := events[j].At.Sub(a.At)
				if is(a, w.First) && is(events[j], w.Then) && (!w.Directly || j == i+1) && gap >= w.AtLeast && (w.Within == 0 || gap <= w.Within) {
					found = true
				}
			}
		}
		ok = ok && found
	}
	if len(f.Variants) > 0 {
		var names []string
		for _, e := range events {
			names = append(names, e.Name)
		}
		ok = ok && slices.ContainsFunc(f.Variants, func(v []string) bool { return slices.Equal(v, names) })
	}
	if !f.From.IsZero() {
		in := func(t time.Time) bool { return !t.Before(f.From) && t.Before(f.To) }
		switch f.Frame {
		case mining.Contained:
			ok = ok && in(first.At) && in(last.At)
		case mining.Starting:
			ok = ok && in(first.At)
		case mining.Ending:
			ok = ok && in(last.At)
		case mining.Intersecting:
			touches := false
			for at := first.At; !at.After(last.At); at = at.Add(500 * time.Second) {
				touches = touches || in(at)
			}
			ok = ok && touches
		}
	}
	for _, p := range f.And {
		ok = ok && slowFilter(p, events)
	}
	if len(f.Or) > 0 {
		ok = ok && slices.ContainsFunc(f.Or, func(p mining.Filter) bool { return slowFilter(p, events) })
	}
	return ok && (f.Not == nil || !slowFilter(*f.Not, events))
}

func drawFilter(t *rapid.T, depth int) (f mining.Filter) {
	some := func(label string) []touchpoint.Match {
		return touchpoint.Named(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "ค"}), 1, 2).Draw(t, label)...)
	}
	for range rapid.IntRange(1, 2).Draw(t, "fields") {
		switch rapid.IntRange(0, 8).Draw(t, "field") {
		case 0:
			f.Has, f.Times = some("has"), rapid.IntRange(0, 3).Draw(t, "times")
		case 1:
			f.Starts = some("starts")
		case 2:
			f.Ends = some("ends")
		case 3:
			f.Follows = &mining.Follows{First: some("first"), Then: some("then"), Directly: rapid.Bool().Draw(t, "directly"), AtLeast: time.Duration(rapid.IntRange(0, 2).Draw(t, "at least")) * 1000 * time.Second}
			if rapid.Bool().Draw(t, "within") {
				f.Follows.Within = f.Follows.AtLeast + time.Duration(rapid.IntRange(1, 2).Draw(t, "by"))*1000*time.Second
			}
		case 4:
			f.Variants = [][]string{{"a"}, {"a", "b"}, {"b", "x"}}
		case 5:
			f.From, f.To, f.Frame = time.Unix(1500, 0), time.Unix(4500, 0), mining.Frame(rapid.IntRange(0, 3).Draw(t, "frame"))
		case 6:
			f.Most = 0
			f.Least = time.Duration(rapid.IntRange(0, 2).Draw(t, "least")) * 1000 * time.Second
			if rapid.Bool().Draw(t, "has most") {
				f.Most = f.Least + time.Duration(rapid.IntRange(1, 2).Draw(t, "most"))*1000*time.Second
			}
		case 7:
			f.MostEvents = 0
			f.LeastEvents = rapid.IntRange(0, 3).Draw(t, "least events")
			if rapid.Bool().Draw(t, "has most events") {
				f.MostEvents = max(1, f.LeastEvents+rapid.IntRange(0, 1).Draw(t, "most events"))
			}
		case 8:
			if depth > 0 {
				part := drawFilter(t, depth-1)
				switch rapid.IntRange(0, 2).Draw(t, "compose") {
				case 0:
					f.And = append(f.And, part, drawFilter(t, depth-1))
				case 1:
					f.Or = append(f.Or, part, drawFilter(t, depth-1))
				case 2:
					f.Not = &part
				}
			}
		}
	}
	return f
}

// A filter takes the journeys that a plain reading of it takes, whatever it is
// composed of, and survives its JSON.
func TestLaw_FiltersEqualAPlainReading(t *testing.T) {
	took, left, composed := 0, 0, 0
	property := func(t *rapid.T) {
		log, err := touchpoint.LogOf(drawEvents(t)...)
		require.NoError(t, err)
		f := drawFilter(t, 2)
		b, err := json.Marshal(f)
		require.NoError(t, err)
		var back mining.Filter
		require.NoError(t, json.Unmarshal(b, &back))
		o, err := mining.Select(log, mining.Options{}, back)
		require.NoError(t, err)
		variants, err := mining.Variants(log, o)
		require.NoError(t, err)
		got := map[string]int64{}
		for _, v := range variants.All() {
			got[strings.Join(v.Activities, ">")] = v.N
		}
		want := map[string]int64{}
		for _, events := range log.ByCustomer() {
			list := slices.Collect(events)
			if !slowFilter(f, list) {
				left++
				continue
			}
			took++
			var names []string
			for _, e := range list {
				names = append(names, e.Name)
			}
			want[strings.Join(names, ">")]++
		}
		require.Equal(t, want, got, "%s", b)
		composed += len(f.And) + len(f.Or)
	}
	law.Often(t, 10, property, law.Counters{"took": &took, "left": &left, "composed": &composed})
}

// The parts of every analysis are those of a log that holds only their customers,
// and sum to the whole.
func TestLaw_ByEqualsSeparateLogs(t *testing.T) {
	parts, none := 0, 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		for _, e := range drawEvents(t) {
			e.Channel = touchpoint.Channel(rapid.SampledFrom([]string{"", "email", "web"}).Draw(t, "channel"))
			all = append(all, e)
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		o := mining.Options{Customers: func(c string) bool { return c != "c4" }}
		label := touchpoint.Label(rapid.IntRange(0, 2).Draw(t, "label"))
		graphs, err := mining.By(log, o, touchpoint.Breakdown{Channel: true, Label: label}, mining.DirectlyFollows)
		require.NoError(t, err)
		whole, err := mining.DirectlyFollows(log, o)
		require.NoError(t, err)
		sums := map[string]int64{}
		for i, p := range graphs {
			for _, e := range p.Result.Edges() {
				sums[e.From+">"+e.To] += e.N
			}
			require.True(t, i == 0 || graphs[i-1].Key < p.Key)
			parts++
			if p.Key == touchpoint.None {
				none++
			}
		}
		for _, e := range whole.Edges() {
			require.Equal(t, e.N, sums[e.From+">"+e.To])
			delete(sums, e.From+">"+e.To)
		}
		require.Empty(t, sums)
		byCustomer, err := mining.By(log, o, touchpoint.Breakdown{Customer: func(c string) string { return c }}, mining.CasesOf)
		require.NoError(t, err)
		for _, p := range byCustomer {
			own, err := touchpoint.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return e.Customer != p.Key })...)
			require.NoError(t, err)
			cases, err := mining.CasesOf(own, mining.Options{})
			require.NoError(t, err)
			require.Equal(t, cases.Rows(), p.Result.Rows())
			require.Equal(t, cases.String(), p.Result.String())
			require.NotEqual(t, "c4", p.Key)
		}
	}, law.Counters{"parts": &parts, "none": &none})
}

// After and Until cut a journey to the part between.
func TestOptions_Between(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(slices.Concat(seconds("c1", "x a x b x a b"), seconds("c2", "b a x"), seconds("c3", "a b"), seconds("c4", "x"))...)
	require.NoError(t, err)
	for _, c := range []struct {
		o    mining.Options
		want string
	}{
		{mining.Options{After: touchpoint.Named("a"), Until: touchpoint.Named("b")}, "1 a > b; 1 a > x > b"},
		{mining.Options{After: touchpoint.Named("a")}, "1 a > b; 1 a > x; 1 a > x > b > x > a > b"},
		{mining.Options{Until: touchpoint.Named("b")}, "1 a > b; 1 b; 1 x > a > x > b"},
		{mining.Options{After: touchpoint.Named("a"), Until: touchpoint.Named("a")}, "1 a > x > b > x > a"},
	} {
		v, err := mining.Variants(log, c.o)
		require.NoError(t, err)
		var got []string
		for _, x := range v.All() {
			got = append(got, fmt.Sprint(x.N, " ", strings.Join(x.Activities, " > ")))
		}
		assert.Equal(t, c.want, strings.Join(got, "; "))
		assert.Len(t, v.Top(99), v.Len())
	}
	_, err = mining.Variants(log, mining.Options{After: []touchpoint.Match{{Campaign: "x"}}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
}

func TestSelect_Refuses(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(seconds("c", "a b")...)
	require.NoError(t, err)
	for says, f := range map[string]mining.Filter{
		"mining: options: Filter.Times 1: want zero or more, beside Has":                              {Times: 1},
		"mining: options: Filter.Most 1ns: want zero or more, and no less than Least 2ns":             {Least: 2, Most: 1},
		"mining: options: Filter.MostEvents 1: want zero or more, and no less than LeastEvents 2":     {LeastEvents: 2, MostEvents: 1},
		"mining: options: Filter.MostEvents 0: want zero or more, and no less than LeastEvents -1":    {LeastEvents: -1},
		"mining: options: Filter.MostEvents -1: want zero or more, and no less than LeastEvents 0":    {MostEvents: -1},
		"mining: options: Filter.Frame Frame(9): want a known frame":                                  {Frame: 9},
		"mining: options: Filter.Follows: want a match in First and in Then":                          {Follows: &mining.Follows{}},
		"mining: options: Filter.Follows.Within 0s: want zero or more, and no less than AtLeast -1ns": {Follows: &mining.Follows{First: touchpoint.Named("a"), Then: touchpoint.Named("b"), AtLeast: -1}},
		"mining: options: Filter.Follows.Within -1ns: want zero or more, and no less than AtLeast 0s": {Follows: &mining.Follows{First: touchpoint.Named("a"), Then: touchpoint.Named("b"), Within: -1}},
		"mining: options: Filter.Follows.Within 1ns: want zero or more, and no less than AtLeast 2ns": {Follows: &mining.Follows{First: touchpoint.Named("a"), Then: touchpoint.Named("b"), AtLeast: 2, Within: 1}},
		"mining: options: Filter.And[1].Not.Times -1: want zero or more, beside Has":                  {And: []mining.Filter{{}, {Not: &mining.Filter{Times: -1}}}},
		"mining: options: Filter.To 1970-01-01T00:00:01Z: before From 1970-01-01T00:00:02Z":           {From: time.Unix(2, 0).UTC(), To: time.Unix(1, 0).UTC()},
	} {
		_, err := mining.Select(log, mining.Options{}, f)
		require.ErrorIs(t, err, mining.ErrOptions)
		require.EqualError(t, err, says)
	}
	o, err := mining.Select(log, mining.Options{}, mining.Filter{Has: touchpoint.Named("a")})
	require.NoError(t, err)
	other, err := touchpoint.LogOf(seconds("d", "a")...)
	require.NoError(t, err)
	_, err = mining.Variants(other, o)
	require.EqualError(t, err, "mining: options: Customers a selection: was made of another log")
	_, err = mining.Select(log, mining.Options{}, mining.Filter{Or: []mining.Filter{{Has: []touchpoint.Match{{Campaign: "x"}}}}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = mining.By(log, mining.Options{}, touchpoint.Breakdown{}, mining.Variants)
	require.ErrorIs(t, err, mining.ErrOptions)
	_, err = mining.By(log, mining.Options{}, touchpoint.Breakdown{Channel: true}, func(l *touchpoint.Log, o mining.Options) (*mining.PathTable, error) {
		return mining.Paths(l, mining.PathOptions{Options: o, Length: 1})
	})
	require.ErrorContains(t, err, `mining: part "(none)": mining: options: Length 1`)
	var frame mining.Frame
	require.NoError(t, frame.UnmarshalText([]byte("ending")))
	assert.Equal(t, mining.Ending, frame)
}

// Sessions and accounts as journeys; a filter is asked about the actor.
func TestUnits_AreJourneys(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for k := range 3 {
		for i := range 2 {
			all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(k), Name: []string{"a", "b"}[i], At: time.Unix(int64(1000*k+i), 0)}, touchpoint.Event{Customer: "c" + strconv.Itoa(k), Name: "a", At: time.Unix(int64(9000+i), 0)})
		}
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	sessions, err := log.Per(touchpoint.Units{Session: time.Minute})
	require.NoError(t, err)
	v, err := mining.Variants(sessions, mining.Options{Customers: func(c string) bool { return c != "c0" }})
	require.NoError(t, err)
	assert.Equal(t, int64(4), v.Customers())
	account, err := log.Per(touchpoint.Units{Account: func(string) string { return "all" }})
	require.NoError(t, err)
	cases, err := mining.CasesOf(account, mining.Options{})
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 12}, []int64{cases.Customers, cases.Events}, "event counts are the users'")
}

// Whatever the log, the proposal defines without faults and takes on its own log
// the share that the report says.
func TestLaw_ProposalsDefine(t *testing.T) {
	loops, replayed := 0, 0
	law.Check(t, func(t *rapid.T) {
		log, err := touchpoint.LogOf(drawEvents(t)...)
		require.NoError(t, err)
		spec, report, err := mining.Discover(log, mining.DiscoverOptions{Name: "p", Support: 1})
		if log.Len() == 0 {
			require.ErrorIs(t, err, mining.ErrOptions)
			return
		}
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		for _, f := range report.Kept {
			if f.From == f.To {
				loops++
			}
		}
		r, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
		require.NoError(t, err)
		require.Equal(t, report.Accepted.Num().IntPart(), r.Counts().Accepted)
		require.Equal(t, "1", report.Accepted.String(), "everything has support")
		require.Equal(t, "1", report.Whole.String())
		replayed++
	}, law.Counters{"loops": &loops, "replayed": &replayed})
}

// A log so large that processors share it gives what its halves give together.
func TestLargeLog_PartsAddUp(t *testing.T) {
	t.Parallel()
	var halves [2][]touchpoint.Event
	for i := range 50_000 {
		c := 10_000 + i/10
		e := touchpoint.Event{Customer: strconv.Itoa(c), Name: string('a' + rune(i*i%7)), At: time.Unix(int64(i%10*(1+i%13)), 0)}
		halves[c%2] = append(halves[c%2], e)
	}
	log := func(events []touchpoint.Event) *touchpoint.Log {
		l, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		return l
	}
	whole, a, b := log(slices.Concat(halves[0], halves[1])), log(halves[0]), log(halves[1])
	for _, o := range []mining.Options{{}, {Sketch: true}, {Match: touchpoint.Named("a", "b", "c")}, {From: time.Unix(3, 0)}} {
		graphs, variants := [3]*mining.Graph{}, [3]*mining.VariantTable{}
		for i, l := range []*touchpoint.Log{whole, a, b} {
			var err error
			graphs[i], err = mining.DirectlyFollows(l, o)
			require.NoError(t, err)
			variants[i], err = mining.Variants(l, o)
			require.NoError(t, err)
		}
		require.NoError(t, graphs[1].Merge(graphs[2]))
		require.NoError(t, variants[1].Merge(variants[2]))
		want, err := graphs[0].MarshalBinary()
		require.NoError(t, err)
		got, err := graphs[1].MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, graphs[0].Edges(), graphs[1].Edges())
		want, err = variants[0].MarshalBinary()
		require.NoError(t, err)
		got, err = variants[1].MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// Sequences that are alike for longer than a word holds are told apart and stand
// in order; a single duration has no spread; paths are cut at their beginning.
func TestEdges(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a b ", 40)
	log, err := touchpoint.LogOf(slices.Concat(seconds("c1", long+"b"), seconds("c2", long+"a"), seconds("c3", long), seconds("c4", long+"a b"))...)
	require.NoError(t, err)
	v, err := mining.Variants(log, mining.Options{})
	require.NoError(t, err)
	all := v.All()
	require.Len(t, all, 4)
	assert.True(t, slices.IsSortedFunc(all, func(a, b mining.Variant) int { return slices.Compare(a.Activities, b.Activities) }))
	assert.Equal(t, []int{80, 81, 82, 81}, []int{len(all[0].Activities), len(all[1].Activities), len(all[2].Activities), len(all[3].Activities)})
	two, err := touchpoint.LogOf(seconds("c", "a b")...)
	require.NoError(t, err)
	for _, sketch := range []bool{false, true} {
		g, err := mining.DirectlyFollows(two, mining.Options{Sketch: sketch})
		require.NoError(t, err)
		assert.Equal(t, mining.Edge{From: "a", To: "b", N: 1, Mean: time.Second, Median: g.Edges()[0].Median, Min: time.Second, Max: time.Second}, g.Edges()[0])
	}
	// Of sequences that are alike for as long as a word holds the more frequent is first.
	log, err = touchpoint.LogOf(slices.Concat(seconds("c1", long+"b"), seconds("c2", long+"c"), seconds("c3", long+"c"))...)
	require.NoError(t, err)
	v, err = mining.Variants(log, mining.Options{})
	require.NoError(t, err)
	assert.Equal(t, "c", v.All()[0].Activities[80])
	// Two gaps of 10 and 20 seconds: the deviation of a sample is 10/√2.
	log, err = touchpoint.LogOf(
		touchpoint.Event{Customer: "a", Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "a", Name: "b", At: time.Unix(10, 0)},
		touchpoint.Event{Customer: "b", Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "b", Name: "b", At: time.Unix(20, 0)},
	)
	require.NoError(t, err)
	g, err := mining.DirectlyFollows(log, mining.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 7.0710678, g.Edges()[0].StdDev.Seconds(), 1e-6)
	six, err := touchpoint.LogOf(seconds("c", "a b c d e f")...)
	require.NoError(t, err)
	first, err := mining.Paths(six, mining.PathOptions{Length: 2})
	require.NoError(t, err)
	assert.Equal(t, "a", first.Edges()[0].From)
	last, err := mining.Paths(six, mining.PathOptions{Length: 2, Options: mining.Options{}, End: touchpoint.Named("f")})
	require.NoError(t, err)
	assert.Equal(t, "e", last.Edges()[0].From)
	o, err := mining.Select(two, mining.Options{}, mining.Filter{})
	require.NoError(t, err)
	selected, err := mining.DirectlyFollows(two, o)
	require.NoError(t, err)
	others, err := touchpoint.LogOf(seconds("another customer", "a b")...) // who else would be in both
	require.NoError(t, err)
	everybody, err := mining.DirectlyFollows(others, mining.Options{Customers: nil})
	require.NoError(t, err)
	require.ErrorIs(t, selected.Merge(everybody), mining.ErrMerge, "a selection has no text that could be compared")
	asked, err := mining.DirectlyFollows(two, mining.Options{Customers: func(string) bool { return true }})
	require.NoError(t, err)
	require.ErrorIs(t, asked.Merge(everybody), mining.ErrMerge, "nor has a function")
	plain, err := mining.DirectlyFollows(two, mining.Options{})
	require.NoError(t, err)
	require.NoError(t, plain.Merge(everybody))
}

// Customers without an activity are passed over, wherever they stand.
func TestDiscover_PassesOver(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(slices.Concat(seconds("a", "x"), seconds("b", "in out"), seconds("c", "x"), seconds("d", "in out"))...)
	require.NoError(t, err)
	_, r, err := mining.Discover(log, mining.DiscoverOptions{Options: mining.Options{Match: touchpoint.Named("in", "out")}})
	require.NoError(t, err)
	assert.Equal(t, []string{"4/4", "2/2"}, []string{r.Accepted.Fraction(), r.Whole.Fraction()})
	cases, err := mining.CasesOf(log, mining.Options{Match: touchpoint.Named("in", "out")})
	require.NoError(t, err)
	assert.Equal(t, int64(2), cases.Customers)
}

// A sketch is exact below 128 and off by at most half of a 64th of the size from
// there: a bucket says its middle.
func TestSketch_Buckets(t *testing.T) {
	t.Parallel()
	for _, d := range []int64{0, 1, 127, 128, 129, 255, 256, 257, 259, 4095, 1 << 20, 1<<20 + 1<<14 - 1, 1<<40 + 12345} {
		log, err := touchpoint.LogOf(
			touchpoint.Event{Customer: "a", Name: "x", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "a", Name: "y", At: time.Unix(0, d)},
			touchpoint.Event{Customer: "b", Name: "x", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "b", Name: "y", At: time.Unix(0, d)},
			touchpoint.Event{Customer: "c", Name: "x", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "c", Name: "y", At: time.Unix(0, 2*d+9)},
			touchpoint.Event{Customer: "d", Name: "x", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "d", Name: "y", At: time.Unix(0, d/2)},
		)
		require.NoError(t, err)
		g, err := mining.DirectlyFollows(log, mining.Options{Sketch: true})
		require.NoError(t, err)
		e := g.Edges()[0]
		off := int64(e.Median) - d
		if d < 128 {
			assert.Zero(t, off, d)
		} else {
			assert.LessOrEqual(t, max(off, -off), d/128, "%d is said to be %d", d, e.Median)
		}
		assert.Equal(t, []time.Duration{time.Duration(d / 2), time.Duration(2*d + 9)}, []time.Duration{e.Min, e.Max})
	}
}
