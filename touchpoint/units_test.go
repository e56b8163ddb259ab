package touchpoint_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// slowUnits groups events into units from the words of Units.
func slowUnits(events []touchpoint.Event, u touchpoint.Units) map[string][]touchpoint.Event {
	out := map[string][]touchpoint.Event{}
	byActor := map[string][]touchpoint.Event{}
	for _, e := range events {
		if u.Account != nil {
			e.Customer = u.Account(e.Customer)
		}
		byActor[e.Customer] = append(byActor[e.Customer], e)
	}
	for actor, list := range byActor {
		slices.SortStableFunc(list, func(a, b touchpoint.Event) int { return a.At.Compare(b.At) })
		n, last := 0, time.Time{}
		for k, e := range list {
			var unit string
			switch {
			case u.Session > 0:
				if k == 0 || e.At.Sub(last) > u.Session {
					n++
				}
				last = e.At
				unit = strconv.Itoa(n)
			case len(u.Attempt) > 0:
				if slices.ContainsFunc(u.Attempt, func(m touchpoint.Match) bool { return m.Matches(e) }) {
					n++
				}
				if n == 0 {
					continue
				}
				unit = strconv.Itoa(n)
			case u.Hold != "":
				v, ok := e.Attrs[u.Hold]
				if !ok {
					continue
				}
				unit = v
			default:
				out[actor] = append(out[actor], e)
				continue
			}
			if u.Hold == "" {
				unit = strings.Repeat("0", 6-len(unit)) + unit
			}
			out[actor+"␟"+unit] = append(out[actor+"␟"+unit], e)
		}
	}
	return out
}

// A log in units holds the events that a slow grouping gives each, survives its
// binary form, and merges from parts.
func TestLaw_UnitsEqualASlowGrouping(t *testing.T) {
	t.Parallel()
	split, none, prefix := 0, 0, 0
	property := func(t *rapid.T) {
		var events []touchpoint.Event
		at := map[string]int64{}
		for range rapid.IntRange(0, 14).Draw(t, "n") {
			c := rapid.SampledFrom([]string{"a", "ab", "é", "a0"}).Draw(t, "customer")
			at[c] += rapid.Int64Range(0, 3).Draw(t, "gap")
			e := touchpoint.Event{Customer: c, Name: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "name"), At: time.Unix(at[c], 0), Channel: "web", Attrs: map[string]string{}}
			if rapid.IntRange(0, 2).Draw(t, "has") > 0 {
				e.Attrs["cart"] = rapid.SampledFrom([]string{"", "1", "2", "ü"}).Draw(t, "cart")
			}
			events = append(events, e)
		}
		u := touchpoint.Units{}
		if rapid.IntRange(0, 3).Draw(t, "accounts") == 0 {
			u.Account = func(c string) string { return "corp" + strconv.Itoa(len(c)) }
			// One instant, two customers of one account: their order is that of the log.
			slices.SortStableFunc(events, func(a, b touchpoint.Event) int { return strings.Compare(a.Customer, b.Customer) })
		}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			u.Session = time.Duration(rapid.IntRange(1, 2).Draw(t, "session")) * time.Second
		case 1:
			u.Attempt = touchpoint.Named("x")
		case 2:
			u.Hold = "cart"
		}
		log, err := touchpoint.LogOptions{Attrs: []string{"cart"}}.LogOf(events...)
		require.NoError(t, err)
		units, err := log.Per(u)
		require.NoError(t, err)
		want := slowUnits(events, u)
		var ids []string
		seen := 0
		for id, list := range units.ByCustomer() {
			ids = append(ids, id)
			var got []string
			for e := range list {
				got = append(got, e.Name+e.At.String()+e.Attrs["cart"])
				seen++
			}
			var expected []string
			for _, e := range want[id] {
				expected = append(expected, e.Name+e.At.String()+e.Attrs["cart"])
			}
			require.Equal(t, expected, got, id)
			place, ok := units.Find(id)
			require.True(t, ok)
			require.Equal(t, id, units.Customer(place))
			if len(ids) > 1 && strings.HasPrefix(touchpoint.Actor(id), touchpoint.Actor(ids[len(ids)-2])) {
				prefix++
			}
		}
		require.True(t, slices.IsSorted(ids))
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), ids)
		split += max(0, len(want)-log.Customers())
		none += len(events) - seen
		b, err := units.MarshalBinary()
		require.NoError(t, err)
		var back touchpoint.Log
		require.NoError(t, back.UnmarshalBinary(b))
		again, err := back.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, b, again)
	}
	law.Often(t, 5, property, law.Counters{"split": &split, "none": &none, "prefix": &prefix})
}

func TestPer_Refuses(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "x", At: time.Unix(1, 0)})
	require.NoError(t, err)
	for _, c := range []struct {
		units touchpoint.Units
		is    error
		says  string
	}{
		{touchpoint.Units{Session: 1, Hold: "cart"}, touchpoint.ErrUnits, "touchpoint: units: Units 2 kinds: want one of Session, Attempt and Hold"},
		{touchpoint.Units{Session: -1}, touchpoint.ErrUnits, "touchpoint: units: Session -1ns: want more than zero"},
		{touchpoint.Units{Hold: "cart"}, touchpoint.ErrNotKept, `touchpoint: units: Hold "cart": want an attribute that the log keeps`},
		{touchpoint.Units{Account: func(string) string { return "" }}, fault.ErrEmpty, ""},
		{touchpoint.Units{Attempt: []touchpoint.Match{{Campaign: "c"}}}, touchpoint.ErrNotKept, ""},
	} {
		_, err := log.Per(c.units)
		require.ErrorIs(t, err, c.is)
		if c.says != "" {
			require.EqualError(t, err, c.says)
		}
	}
	units, err := log.Per(touchpoint.Units{Session: time.Minute})
	require.NoError(t, err)
	_, err = units.Per(touchpoint.Units{Session: time.Minute})
	require.ErrorIs(t, err, touchpoint.ErrUnits, "units of units")
	assert.True(t, units.InUnits())
	assert.False(t, log.InUnits())
	empty, err := (*touchpoint.Log)(nil).Per(touchpoint.Units{Hold: "cart"})
	require.NoError(t, err)
	assert.Zero(t, empty.Customers())
	assert.Equal(t, []string{"a", "000001", "a", ""}, []string{touchpoint.Actor(units.Customer(0)), touchpoint.UnitValue(units.Customer(0)), touchpoint.Actor("a"), touchpoint.UnitValue("a")})
}

// The chain 1a{x} 2b{} 3c{y} of the reference under every label, and one whose
// first value is absent.
func TestLabels_Chain(t *testing.T) {
	t.Parallel()
	event := func(at int64, v string) touchpoint.Event {
		e := touchpoint.Event{Customer: "c", Name: "n", At: time.Unix(at, 0), Channel: touchpoint.Channel(v), Campaign: v}
		if v != "" {
			e.Attrs = map[string]string{"p": v}
		}
		return e
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"p"}, Campaign: true}.LogOf(event(1, "x"), event(2, ""), event(3, "y"), event(4, "y"))
	require.NoError(t, err)
	for _, c := range []struct {
		by    touchpoint.Breakdown
		chain []int32
		want  string
	}{
		{touchpoint.Breakdown{}, []int32{0, 1, 2}, "x"},
		{touchpoint.Breakdown{}, []int32{1, 2}, "(none)"},
		{touchpoint.Breakdown{Label: touchpoint.FirstTouch}, []int32{1, 2}, "y"},
		{touchpoint.Breakdown{Label: touchpoint.FirstTouch}, []int32{1}, "(none)"},
		{touchpoint.Breakdown{Label: touchpoint.LastTouch}, []int32{0, 1}, "x"},
		{touchpoint.Breakdown{Label: touchpoint.LastTouch}, []int32{0, 1, 2}, "y"},
		{touchpoint.Breakdown{Label: touchpoint.LastTouch}, []int32{1}, "(none)"},
		{touchpoint.Breakdown{Label: touchpoint.LabelStep, Step: 2}, []int32{0, 1, 2}, "(none)"},
		{touchpoint.Breakdown{Label: touchpoint.LabelStep, Step: 3}, []int32{0, 1, 2}, "y"},
		{touchpoint.Breakdown{Label: touchpoint.LabelStep, Step: 4}, []int32{0, 1, 2}, ""},
		{touchpoint.Breakdown{Label: touchpoint.AllSteps}, []int32{0, 1, 2}, ""},
		{touchpoint.Breakdown{Label: touchpoint.AllSteps}, []int32{2, 3}, "y"},
		{touchpoint.Breakdown{}, nil, ""},
	} {
		for _, set := range []func(*touchpoint.Breakdown){
			func(b *touchpoint.Breakdown) { b.Attr = "p" },
			func(b *touchpoint.Breakdown) { b.Channel = true },
			func(b *touchpoint.Breakdown) { b.Campaign = true },
		} {
			set(&c.by)
			labels, err := log.Labels(c.by, nil)
			require.NoError(t, err)
			assert.False(t, labels.ByCustomer())
			got := ""
			if g := labels.Of(0, c.chain); g != touchpoint.NoGroup {
				got = labels.Keys()[g]
			}
			assert.Equal(t, c.want, got, "%+v %v", c.by, c.chain)
			c.by.Attr, c.by.Channel, c.by.Campaign = "", false, false
		}
	}
	for _, bad := range []touchpoint.Breakdown{{}, {Attr: "p", Channel: true}, {Channel: true, Label: 9}, {Channel: true, Label: touchpoint.LabelStep}} {
		_, err := log.Labels(bad, nil)
		require.ErrorIs(t, err, touchpoint.ErrUnits)
	}
	_, err = log.Labels(touchpoint.Breakdown{Attr: "q"}, nil)
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	units, err := log.Per(touchpoint.Units{Hold: "p"})
	require.NoError(t, err)
	asked := []string{}
	labels, err := units.Labels(touchpoint.Breakdown{Customer: func(c string) string { asked = append(asked, c); return "k" }}, func(c int) bool { return c == 1 })
	require.NoError(t, err)
	assert.Equal(t, []string{"c"}, asked, "keys are asked about actors, and only those it is about")
	assert.Equal(t, []int{touchpoint.NoGroup, 0}, []int{labels.Of(0, []int32{0}), labels.Of(1, nil)})
	var l touchpoint.Label
	require.NoError(t, l.UnmarshalText([]byte("all-steps")))
	assert.Equal(t, touchpoint.AllSteps, l)
}
