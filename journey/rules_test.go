package journey_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func where(attr string, values ...string) []touchpoint.Condition {
	return []touchpoint.Condition{{Attr: attr, Values: values}}
}

func TestRules_MapEvents(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	event := func(n int, name string, c touchpoint.Channel, attrs map[string]string) touchpoint.Event {
		return touchpoint.Event{Customer: "acme", Name: name, Channel: c, At: day(n), Attrs: attrs}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"plan"}}.LogOf(
		event(0, "page", "ads", nil),
		event(1, "Signed Up", "web", nil),
		event(2, "page", "web", nil),
		event(3, "invoice", "billing", map[string]string{"plan": "free"}),
		event(4, "invoice", "billing", map[string]string{"plan": "pro"}),
		event(5, "invoice", "billing", nil),
		event(6, "cancel", "mail", nil),
		event(7, "page", "web", nil),
	)
	require.NoError(t, err)
	rules := journey.Rules{
		{Name: "Signed Up", Trigger: "sign_up"},
		{Name: "invoice", Where: where("plan", "free"), Trigger: "start_trial"},
		{Name: "invoice", Where: where("plan"), Trigger: "convert"},
		{Name: "cancel"},
		{Channel: "nowhere", Trigger: "upgrade"},
		{Where: where("plan", "never seen"), Trigger: "upgrade"},
	}
	r, err := d.ReplayLog(log, rules, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 4, Ignored: 4}, r.Counts())
	visits := r.Visits("acme")
	var stages []journey.Stage
	for _, v := range visits {
		stages = append(stages, v.Stage)
	}
	assert.Equal(t, []journey.Stage{"visitor", "lead", "trial", "active", "churned"}, stages)
	assert.Equal(t, day(1), visits[0].From, "an ignored event does not begin a journey")
	assert.Equal(t, day(6), visits[4].Until, "nor prolong one")

	byName, err := d.ReplayLog(log, journey.Rules{{Name: "Signed Up", Trigger: "sign_up"}, {Name: "cancel"}}, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 1, Refused: 1, Ignored: 6}, byName.Counts())

	all, err := d.ReplayLog(log, journey.Rules{{}}, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Refused: 8}, all.Counts())
}

func TestRules_Faults(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	rules := journey.Rules{
		{Name: "a", Trigger: "fly"},
		{Name: "b", Where: where(""), Trigger: "convert"},
		{Name: "c", Trigger: "convert"},
		{Name: "c", Channel: "web", Trigger: "cancel"},
		{Name: "c", Where: where("plan", "pro"), Trigger: "cancel"},
		{},
		{Name: "d"},
	}
	err := rules.Validate(d)
	require.ErrorIs(t, err, journey.ErrUnknownTrigger)
	require.ErrorIs(t, err, touchpoint.ErrMatch)
	assert.EqualError(t, err, `journey: rules[0]: unknown trigger: "fly"
journey: rules[1]: match cannot be decided: a condition without attribute
journey: rules[3]: rule has no effect: rules[2] matches all it matches
journey: rules[4]: rule has no effect: rules[2] matches all it matches
journey: rules[6]: rule has no effect: rules[5] matches all it matches`)
	require.ErrorIs(t, make(journey.Rules, 10_001).Validate(d), fault.ErrTooMany)

	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "x", At: day0})
	require.NoError(t, err)
	_, err = d.ReplayLog(log, rules, journey.ReplayOptions{})
	require.ErrorIs(t, err, touchpoint.ErrMatch)
	_, err = d.ReplayLog(log, journey.Rules{{Where: where("plan"), Trigger: "convert"}}, journey.ReplayOptions{})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	require.NoError(t, journey.Rules(nil).Validate(d))
}

// The compiled rules say what reading the list from the top says.
func TestLaw_RulesAreFirstMatch(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	triggers := d.Triggers()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
		var rules journey.Rules
		for range rapid.IntRange(1, 6).Draw(t, "rules") {
			r := journey.Rule{
				Name: pick("name", "", "n1", "n2", "cancel"), Channel: touchpoint.Channel(pick("channel", "", "c1", "c2")),
				Trigger: rapid.SampledFrom(append(triggers, "")).Draw(t, "trigger"),
			}
			for _, a := range []string{"a1", "a2"} {
				if rapid.Bool().Draw(t, "where") {
					values := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"v1", "v2", "v4"}), 0, 2, rapid.ID[string]).Draw(t, "values")
					r.Where = append(r.Where, where(a, values...)...)
				}
			}
			rules = append(rules, r)
			if rules.Validate(d) != nil {
				rules = rules[:len(rules)-1]
			}
		}
		if len(rules) == 0 {
			return
		}
		var touches []touchpoint.Event
		var events []journey.Event
		for i := range rapid.IntRange(0, 20).Draw(t, "events") {
			e := touchpoint.Event{
				Customer: pick("customer", "x", "y"), Name: pick("name", "n1", "n2", "n3", "cancel"),
				Channel: touchpoint.Channel(pick("channel", "c1", "c2", "c3")), At: day(i), Attrs: map[string]string{},
			}
			for _, a := range []string{"a1", "a2"} {
				if v := pick(a, "", "v1", "v2", "v3"); v != "" {
					e.Attrs[a] = v
				}
			}
			touches = append(touches, e)
			live, matched := rules.Event(e)
			for _, r := range rules {
				if r.Name != "" && r.Name != e.Name || r.Channel != "" && r.Channel != e.Channel {
					continue
				}
				if slices.ContainsFunc(r.Where, func(c touchpoint.Condition) bool {
					v, has := e.Attrs[c.Attr]
					return !has || len(c.Values) > 0 && !slices.Contains(c.Values, v)
				}) {
					continue
				}
				trigger := r.Trigger
				if trigger == "" {
					trigger = journey.Trigger(e.Name)
				}
				events = append(events, journey.Event{Customer: e.Customer, Trigger: trigger, At: e.At})
				require.True(t, matched)
				require.Equal(t, trigger, live.Trigger, "live as in bulk")
				matched = false
				break
			}
			require.False(t, matched)
		}
		log, err := touchpoint.LogOptions{Attrs: []string{"a1", "a2"}}.LogOf(touches...)
		require.NoError(t, err)
		got, err := d.ReplayLog(log, rules, journey.ReplayOptions{})
		require.NoError(t, err)
		want, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		c := got.Counts()
		require.EqualValues(t, len(touches)-len(events), c.Ignored)
		c.Ignored = 0
		require.Equal(t, want.Counts(), c)
		require.Equal(t, want.Refusals(journey.ByStage), got.Refusals(journey.ByStage))
		require.Equal(t, want.Transitions(journey.ByStage), got.Transitions(journey.ByStage))
		require.Equal(t, want.Observed(), got.Observed())
	})
}
