package mining_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Conformance under rules is that of the log in which every event is called what
// the first rule that takes it says, and has no others: of few rules and of more
// than a selector holds, by name, channel and attribute.
func TestLaw_RulesRenameEvents(t *testing.T) {
	t.Parallel()
	d := machine(t)
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var rules journey.Rules
		for k := range rapid.SampledFrom([]int{0, 0, 63, 64, 65, 130}).Draw(t, "of no use") {
			rules = append(rules, journey.Rule{Name: "never" + strconv.Itoa(k), Trigger: "convert"})
		}
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			r := rapid.SampledFrom([]journey.Rule{
				{Name: "sign_up"},
				{Name: "x", Trigger: "start_trial"},
				{Channel: "email", Trigger: "convert"},
				{Where: []touchpoint.Condition{{Attr: "plan", Values: []string{"p"}}}, Trigger: "upgrade"},
				{Name: "x", Channel: "web", Trigger: "sign_up"},
				{},
			}).Draw(t, "rule")
			rules = slices.Insert(rules, rapid.IntRange(0, len(rules)).Draw(t, "at"), r)
		}
		if rules.Validate(d) != nil { // one that another leaves nothing for
			return
		}
		var all, renamed []touchpoint.Event
		ignored := int64(0)
		for c := range rapid.IntRange(1, 5).Draw(t, "customers") {
			for k := range rapid.IntRange(1, 6).Draw(t, "events") {
				e := touchpoint.Event{
					Customer: "c" + strconv.Itoa(c), At: time.Unix(int64(k), 0), Name: rapid.SampledFrom([]string{"sign_up", "x", "cancel", "y"}).Draw(t, "name"),
					Channel: touchpoint.Channel(rapid.SampledFrom([]string{"email", "web", ""}).Draw(t, "channel")), Attrs: map[string]string{"plan": rapid.SampledFrom([]string{"p", "q"}).Draw(t, "plan")},
				}
				all = append(all, e)
				which := slices.IndexFunc(rules, func(r journey.Rule) bool {
					return (touchpoint.Match{Name: r.Name, Channel: r.Channel, Where: r.Where}).Matches(e)
				})
				switch {
				case which < 0:
					ignored++
					continue
				case rules[which].Trigger != "":
					e.Name = string(rules[which].Trigger)
					met["renamed"]++
				}
				if which >= touchpoint.MaxSets {
					met["by a later selector"]++
				}
				renamed = append(renamed, e)
			}
		}
		keep := touchpoint.LogOptions{Attrs: []string{"plan"}}
		log, err := keep.LogOf(all...)
		require.NoError(t, err)
		plain, err := keep.LogOf(renamed...)
		require.NoError(t, err)
		got, err := mining.Conformance(d, log, rules)
		require.NoError(t, err)
		want, err := mining.Conformance(d, plain, nil)
		require.NoError(t, err)
		require.Equal(t, ignored, got.Ignored)
		require.Zero(t, want.Ignored)
		want.Ignored = ignored
		a, err := json.Marshal(want)
		require.NoError(t, err)
		b, err := json.Marshal(got)
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
		met["ignored"] += int(ignored)
		met["unknown"] += int(got.Unknown)
	}, met.Need("renamed", "by a later selector", "ignored", "unknown"))
}

// Of two goals that are as near, the definition's first is taken.
func TestAlign_FirstOfEqualGoals(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Name: "n", Initial: "s", Stages: []journey.StageSpec{{Name: "s"}, {Name: "z", Terminal: true, Goal: true}, {Name: "a", Terminal: true, Goal: true}},
		Transitions: []journey.Transition{{From: "s", On: "q", To: "a"}, {From: "s", On: "p", To: "z"}},
	})
	require.NoError(t, err)
	a, err := mining.Align(d)
	require.NoError(t, err)
	assert.Equal(t, 1, a.Cost)
	assert.Equal(t, []mining.Move{{Kind: mining.ModelMove, Trigger: "p", From: "s", To: "z"}}, a.Moves)
}

// As old as Idle is not yet over, neither when learnt nor when tested.
func TestNext_IdleIsNotYetOver(t *testing.T) {
	t.Parallel()
	at := func(c, name string, s int64) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: name, At: time.Unix(s, 0)}
	}
	for age, steps := range map[int64]int64{10: 2, 11: 3} { // a > b, and x > x; and that a > b is over
		log, err := touchpoint.LogOf(at("c", "a", 0), at("c", "b", 1), at("end", "x", age), at("end", "x", age+1))
		require.NoError(t, err)
		m, err := mining.Next(log, mining.NextOptions{Idle: 10 * time.Second})
		require.NoError(t, err)
		b, err := json.Marshal(m)
		require.NoError(t, err)
		assert.Contains(t, string(b), `"steps":`+strconv.FormatInt(steps, 10)+",", "%d", age)
		c, err := mining.Calibrate(log, mining.NextOptions{Idle: 10 * time.Second}, time.Unix(2, 0))
		require.NoError(t, err)
		assert.Equal(t, steps-1, c.Tested, "%d", age)
	}
}

// Support without a word: one below twenty customers, else two.
func TestDiscover_SupportOfFew(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int64{1: 1, 19: 1, 20: 2, 400: 2, 600: 3} {
		var all []touchpoint.Event
		for i := range n {
			all = append(all, seconds("c"+strconv.Itoa(i), "a b")...)
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		_, report, err := mining.Discover(log, mining.DiscoverOptions{Name: "n"})
		require.NoError(t, err)
		assert.Equal(t, want, report.Support, "%d customers", n)
	}
}

// Of encoded cases with any one byte changed and a checksum that fits, what is
// read says nothing that cannot be.
func TestCases_OneByteOff(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(append(seconds("a", "v w v"), seconds("b", "w")...)...)
	require.NoError(t, err)
	for _, sketch := range []bool{false, true} {
		cases, err := mining.CasesOf(log, mining.Options{Sketch: sketch})
		require.NoError(t, err)
		whole, err := cases.MarshalBinary()
		require.NoError(t, err)
		whole = whole[:len(whole)-4]
		read := 0
		for off, bad := range law.OneByteOff(whole) {
			var back mining.Cases
			if back.UnmarshalBinary(pack.Frame(bad, 0)) != nil {
				continue
			}
			read++
			first, last := int64(0), int64(0)
			for _, a := range back.Activities {
				require.Positive(t, a.Customers, "%+v", off)
				require.LessOrEqual(t, a.Customers, back.Customers)
				require.LessOrEqual(t, max(a.Rework, a.First, a.Last), a.Customers)
				require.GreaterOrEqual(t, a.Events, a.Customers+a.Rework)
				first, last = first+a.First, last+a.Last
			}
			require.Equal(t, []int64{back.Customers, back.Customers}, []int64{first, last})
		}
		assert.Positive(t, read)
	}
}
