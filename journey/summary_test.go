package journey_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// crowd draws events of some customers under a random definition, refused and
// unknown ones among them, many at one instant.
func crowd(t *rapid.T, d *journey.Definition) []journey.Event {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "events"), 2))
	triggers := append(d.Triggers(), "nobody knows", "nor this")
	var events []journey.Event
	for c := range rapid.IntRange(0, 8).Draw(t, "customers") {
		at := journeytest.Origin()
		for range 1 + r.IntN(12) {
			at = at.Add(time.Duration(r.IntN(4)*r.IntN(200)) * time.Hour)
			events = append(events, journey.Event{Customer: fmt.Sprintf("c%d", c), Trigger: triggers[r.IntN(len(triggers))], At: at})
		}
	}
	return events
}

func bytesOf(t require.TestingT, m interface {
	AppendBinary(b []byte) ([]byte, error)
},
) []byte {
	b, err := m.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

// Any partition by customer adds up to one pass, byte for byte: summaries and
// milestone reports, by hand or by Key.
func TestLaw_PartsAddUpToTheWhole(t *testing.T) {
	t.Parallel()
	var empty, refused, unknown, bounded, miles int
	law.Check(t, func(t *rapid.T) {
		spec, err := journeytest.Spec(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "spec"), 1)), journeytest.SpecOptions{Awkward: rapid.Bool().Draw(t, "awkward")})
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		events := crowd(t, d)
		o := journey.ReplayOptions{Examples: rapid.IntRange(1, 4).Draw(t, "examples"), Goroutines: rapid.IntRange(1, 3).Draw(t, "goroutines"), Everyone: rapid.Bool().Draw(t, "everyone")}
		if rapid.Bool().Draw(t, "bounded") {
			o.Horizon = journeytest.Origin().Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "horizon")) * time.Hour)
			bounded++
		}
		n := rapid.IntRange(1, 9).Draw(t, "parts")
		part := func(customer string) int { return int(customer[1]-'0') * 7 % n }
		o.Key = func(customer string) string { return fmt.Sprint("part ", part(customer)) }
		replay := func(keep func(journey.Event) bool) *journey.Replay {
			log, err := journey.LogOf(slices.Values(slices.DeleteFunc(slices.Clone(events), func(e journey.Event) bool { return !keep(e) })))
			require.NoError(t, err)
			r, err := d.ReplayLog(log, nil, o)
			require.NoError(t, err)
			return r
		}
		whole := replay(func(journey.Event) bool { return true })
		refused += len(whole.Refusals(journey.ByStage))
		unknown += int(whole.Counts().Refused)
		parts := make([]*journey.Replay, n)
		for i := range parts {
			parts[i] = replay(func(e journey.Event) bool { return part(e.Customer) == i })
			if parts[i].Customers() == 0 {
				empty++
			}
		}
		rapid.Permutation(parts).Draw(t, "order")
		var sum journey.Summary
		for _, p := range parts {
			require.NoError(t, sum.Merge(&p.Summary))
		}
		want := bytesOf(t, &whole.Summary)
		require.Equal(t, want, bytesOf(t, &sum))
		require.Equal(t, whole.Counts(), sum.Counts())
		require.Equal(t, whole.Refusals(journey.ByStage), sum.Refusals(journey.ByStage))

		var keyed journey.Summary
		customers := int64(0)
		for key, p := range whole.Parts() {
			require.True(t, strings.HasPrefix(key, "part "))
			customers += p.Customers()
			for j := range p.Journeys() {
				require.Equal(t, key, o.Key(j.Customer()))
				same, _ := whole.Journey(j.Customer())
				require.Equal(t, same, j)
			}
			require.NoError(t, keyed.Merge(&p.Summary))
		}
		require.Equal(t, whole.Customers(), customers)
		if len(events) > 0 {
			require.Equal(t, want, bytesOf(t, &keyed))
		}

		var back journey.Summary
		require.NoError(t, back.UnmarshalBinary(want))
		require.Equal(t, want, bytesOf(t, &back))
		for _, by := range []journey.By{journey.ByStage, journey.ByGroup, journey.Level(9)} {
			require.Equal(t, whole.Rows(by), back.Rows(by))
			require.Equal(t, whole.Rows(by), sum.Rows(by))
			require.Equal(t, whole.Transitions(by), back.Transitions(by))
			require.Equal(t, whole.Events(by), back.Events(by))
			require.Equal(t, whole.Directions(by), back.Directions(by))
			require.Equal(t, whole.Mermaid(by), back.Mermaid(by))
		}
		if customers > 0 {
			require.ErrorIs(t, sum.Merge(&whole.Summary), journey.ErrMerge, "customers are in both")
			require.Equal(t, want, bytesOf(t, &sum), "and nothing has changed")
			require.ErrorIs(t, parts[0].Summary.Merge(&sum), journey.ErrMerge)
		}

		for _, m := range d.Milestones() {
			if !o.Horizon.IsZero() {
				miles++
				mo := journey.MilestoneOptions{Within: time.Duration(rapid.IntRange(0, 500).Draw(t, "within")) * time.Hour}
				one, err := whole.Milestone(m.Name, mo)
				require.NoError(t, err)
				var all journey.MilestoneReport
				for _, p := range parts {
					rep, err := p.Milestone(m.Name, mo)
					require.NoError(t, err)
					require.NoError(t, all.Merge(&rep))
				}
				want := bytesOf(t, &one)
				require.Equal(t, want, bytesOf(t, &all))
				var back journey.MilestoneReport
				require.NoError(t, back.UnmarshalBinary(want))
				require.Equal(t, want, bytesOf(t, &back))
				require.Equal(t, one.With, back.With)
				require.Equal(t, one.String(), back.String())
				require.Equal(t, one.Circular, back.Circular)
			}
		}
	}, law.Counters{"empty parts": &empty, "refusals": &refused, "unknown": &unknown, "horizons": &bounded, "milestones": &miles})
}

func TestSummary_MergeRefusesOtherQuestions(t *testing.T) {
	t.Parallel()
	d := product(t)
	replay := func(d *journey.Definition, who string, rules journey.Rules, o journey.ReplayOptions) *journey.Replay {
		log, err := journey.LogOf(slices.Values([]journey.Event{{Customer: who, Trigger: "open", At: day(1)}}))
		require.NoError(t, err)
		r, err := d.ReplayLog(log, rules, o)
		require.NoError(t, err)
		return r
	}
	var sum journey.Summary
	require.NoError(t, sum.Merge(&journey.Summary{}))
	require.NoError(t, sum.Merge(&replay(d, "a", nil, journey.ReplayOptions{Horizon: day(9)}).Summary))
	for what, r := range map[string]*journey.Replay{
		"definition": replay(cases.Lifecycle(t), "b", nil, journey.ReplayOptions{Horizon: day(9)}),
		"rules":      replay(d, "b", journey.Rules{{Name: "open"}}, journey.ReplayOptions{Horizon: day(9)}),
		"other rule": replay(d, "b", journey.Rules{{Name: "shut", Trigger: "open"}, {Name: "open"}}, journey.ReplayOptions{Horizon: day(9)}),
		"horizon":    replay(d, "b", nil, journey.ReplayOptions{Horizon: day(8)}),
		"none":       replay(d, "b", nil, journey.ReplayOptions{}),
		"everyone":   replay(d, "b", nil, journey.ReplayOptions{Horizon: day(9), Everyone: true}),
		"examples":   replay(d, "b", nil, journey.ReplayOptions{Horizon: day(9), Examples: 7}),
		"customer":   replay(d, "a", nil, journey.ReplayOptions{Horizon: day(9)}),
	} {
		before := bytesOf(t, &sum)
		require.ErrorIs(t, sum.Merge(&r.Summary), journey.ErrMerge, what)
		assert.Equal(t, before, bytesOf(t, &sum), what)
	}
	require.NoError(t, sum.Merge(&replay(d, "b", nil, journey.ReplayOptions{Horizon: day(9)}).Summary))
	assert.EqualValues(t, 2, sum.Customers())

	var ruled journey.Summary
	rules := func(name string) journey.Rules { return journey.Rules{{Name: name, Trigger: "open"}, {}} }
	require.NoError(t, ruled.Merge(&replay(d, "a", rules("x"), journey.ReplayOptions{}).Summary))
	require.ErrorIs(t, ruled.Merge(&replay(d, "b", rules("y"), journey.ReplayOptions{}).Summary), journey.ErrMerge)
	require.NoError(t, ruled.Merge(&replay(d, "b", rules("x"), journey.ReplayOptions{}).Summary))

	r := replay(d, "a", nil, journey.ReplayOptions{Horizon: day(9)})
	one, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, one.Merge(&one), journey.ErrMerge)
	other, err := replay(d, "b", nil, journey.ReplayOptions{Horizon: day(9)}).Milestone("activated", journey.MilestoneOptions{Within: time.Hour})
	require.NoError(t, err)
	require.ErrorIs(t, one.Merge(&other), journey.ErrMerge)
	require.NoError(t, one.Merge(&journey.MilestoneReport{}))
	_, err = new(journey.Summary).AppendBinary(nil)
	require.ErrorIs(t, err, journey.ErrUndefined)
	_, err = new(journey.MilestoneReport).AppendBinary(nil)
	require.ErrorIs(t, err, journey.ErrUndefined)
}

func TestSummary_DecodeRefusesWhatWasChanged(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	rep, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	for _, c := range []struct {
		data []byte
		into interface{ UnmarshalBinary([]byte) error }
	}{{bytesOf(t, &r.Summary), new(journey.Summary)}, {bytesOf(t, &rep), new(journey.MilestoneReport)}} {
		for i := range c.data {
			require.ErrorIs(t, c.into.UnmarshalBinary(c.data[:i]), journey.ErrEncoding)
			flipped := bytes.Clone(c.data)
			flipped[i] ^= 1 << (i % 8)
			require.ErrorIs(t, c.into.UnmarshalBinary(flipped), journey.ErrEncoding)
		}
		require.ErrorIs(t, c.into.UnmarshalBinary(append(bytes.Clone(c.data), 0)), journey.ErrEncoding)
		require.NoError(t, c.into.UnmarshalBinary(c.data))
	}
}

// Bytes with a right checksum that no replay could have counted.
func TestMilestoneReport_DecodeRefusesContradictions(t *testing.T) {
	t.Parallel()
	m, err := productReplay(t).Milestone("activated", journey.MilestoneOptions{Level: 0.5})
	require.NoError(t, err)
	data := bytesOf(t, &m)
	body := data[:len(data)-4]
	level := bytes.Index(body, []byte{0, 0, 0, 0, 0, 0, 0xe0, 0x3f}) // 0.5
	require.Positive(t, level)
	for what, bits := range map[string][]byte{
		"zero": {0, 0, 0, 0, 0, 0, 0, 0}, "one": {0, 0, 0, 0, 0, 0, 0xf0, 0x3f}, "two": {0, 0, 0, 0, 0, 0, 0, 0x40}, "NaN": {1, 0, 0, 0, 0, 0, 0xf8, 0x7f},
	} {
		changed := bytes.Clone(body)
		copy(changed[level:], bits)
		require.ErrorIs(t, new(journey.MilestoneReport).UnmarshalBinary(sealed(changed)), journey.ErrEncoding, what)
	}
	// mature, reached within, and two counts of each conversion, then 4 times
	counts := bytes.LastIndex(body, []byte{7, 2, 3, 2, 4, 1, 2, 1, 4, 1}) // 7 mature, 2 in time; 2 of 3 with, 1 of 4 without; 1 of 2, 1 of 4
	require.Positive(t, counts, "% x", body[len(body)-60:])
	for i, want := range map[int]byte{0: 8, 1: 5, 2: 4, 3: 4, 4: 5, 5: 5, 6: 9, 7: 3, 8: 6, 9: 5} {
		changed := bytes.Clone(body)
		changed[counts+i] = want
		require.ErrorIs(t, new(journey.MilestoneReport).UnmarshalBinary(sealed(changed)), journey.ErrEncoding, "count %d", i)
	}
}

// FuzzSummary_IsCanonical: whatever is accepted encodes to the very same bytes,
// and reading its reports does not fail.
func FuzzSummary_IsCanonical(f *testing.F) {
	r := productReplay(f)
	rep, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(f, err)
	f.Add(bytesOf(f, &r.Summary)[:len(bytesOf(f, &r.Summary))-4], true)
	f.Add(bytesOf(f, &rep)[:len(bytesOf(f, &rep))-4], false)
	f.Fuzz(func(t *testing.T, body []byte, summary bool) {
		data := sealed(slices.Clone(body))
		if !summary {
			var m journey.MilestoneReport
			if m.UnmarshalBinary(data) == nil {
				require.Equal(t, data, bytesOf(t, &m))
				_, err := json.Marshal(m)
				require.NoError(t, err)
			}
			return
		}
		var s journey.Summary
		if s.UnmarshalBinary(data) == nil {
			require.Equal(t, data, bytesOf(t, &s))
			_, err := json.Marshal(&s)
			require.NoError(t, err)
			_ = s.Rows(journey.ByGroup)
			_ = s.String()
			_ = s.DOT(journey.ByStage)
		}
	})
}

// A customer without an event that the rules speak of keeps the denominator.
func TestReplay_Everyone(t *testing.T) {
	t.Parallel()
	d := product(t)
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "ada", Name: "visit", At: day(0)}, touchpoint.Event{Customer: "ada", Name: "pay", At: day(2)},
		touchpoint.Event{Customer: "ada", Name: "visit", At: day(3)}, touchpoint.Event{Customer: "bob", Name: "visit", At: day(1)},
	)
	require.NoError(t, err)
	rules := journey.Rules{{Name: "pay"}}
	few, err := d.ReplayLog(log, rules, journey.ReplayOptions{})
	require.NoError(t, err)
	all, err := d.ReplayLog(log, rules, journey.ReplayOptions{Everyone: true})
	require.NoError(t, err)
	assert.EqualValues(t, 1, few.Customers())
	assert.EqualValues(t, 2, all.Customers())
	assert.Equal(t, few.Counts(), all.Counts())
	a, _ := arrivalOf(few, journey.ByStage, "active")
	b, _ := arrivalOf(all, journey.ByStage, "active")
	assert.Equal(t, "100.0%", a.Rate().Percent(1))
	assert.Equal(t, "50.0%", b.Rate().Percent(1))
	v := all.Visits("ada")
	assert.Equal(t, day(0), v[0].From, "from the first event of any kind")
	assert.Equal(t, day(3), v[len(v)-1].Until, "to the last")
	j, ok := all.Journey("bob")
	assert.True(t, ok)
	assert.Equal(t, journey.Stage("trial"), j.Stage())
}

func TestReplay_AtLastEvent(t *testing.T) {
	t.Parallel()
	d := product(t)
	log, err := journey.LogOf(slices.Values([]journey.Event{
		{Customer: "ada", Trigger: "open", At: day(0)}, {Customer: "bob", Trigger: "open", At: day(50)},
	}))
	require.NoError(t, err)
	own, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.EqualValues(t, 2, own.InStage("trial"), "who fell silent stays where they were")
	assert.Contains(t, own.String(), "each followed to the last own event, 2 still on their way")
	last, err := d.ReplayLog(log, nil, journey.ReplayOptions{AtLastEvent: true})
	require.NoError(t, err)
	assert.Equal(t, day(50), last.Horizon())
	assert.EqualValues(t, 1, last.InStage("trial"))
	assert.EqualValues(t, 1, last.InStage("gone"))
	assert.Contains(t, last.String(), "followed to 2026-02-20T00:00:00Z, 1 still on their way")
}

// Conversions of the seven customers of productEvents, counted by hand: all of
// them began in trial; ada, fay and gus came to setup, ada paid from there; bob
// and eve paid from trial.
func TestReplay_Conversions(t *testing.T) {
	t.Parallel()
	r := productReplay(t) // seen on day 12
	conv := func(from, to journey.Stage, within time.Duration) journey.Conversion {
		c, err := r.Conversion(from, to, within)
		require.NoError(t, err)
		return c
	}
	c := conv("trial", "active", 0)
	assert.Equal(t, [3]int64{7, 3, 0}, [3]int64{c.Customers, c.Converted, c.Running}, "ada 5, bob 6, eve 1 day")
	assert.Equal(t, "trial → active: 3 of 7, 42.9%", c.String())
	q, ok := c.Quantile(0.4)
	assert.True(t, ok)
	assert.Equal(t, days(6), q)
	_, ok = c.Quantile(0.5)
	assert.False(t, ok)
	c = conv("trial", "active", days(5))
	assert.Equal(t, [3]int64{5, 2, 2}, [3]int64{c.Customers, c.Converted, c.Running}, "dee and gus began on days 8 and 9")
	c = conv("setup", "active", 0)
	assert.Equal(t, [2]int64{3, 1}, [2]int64{c.Customers, c.Converted})
	c = conv("active", "trial", 0)
	assert.Equal(t, [2]int64{3, 0}, [2]int64{c.Customers, c.Converted})
	c = conv("new", "customer", 0)
	assert.Equal(t, [2]int64{7, 3}, [2]int64{c.Customers, c.Converted}, "groups convert too")
	steps, err := r.Steps(journey.ByStage, 0)
	require.NoError(t, err)
	require.Len(t, steps, 2)
	assert.Equal(t, "trial → setup: 5 of 7, 71.4%", steps[0].String(), "or past it")
	assert.Equal(t, "setup → active: 1 of 3, 33.3%", steps[1].String())
	// Seen on day 12, those who came to trial by day 7 and to setup by day 7 have
	// had 5 days: ada, bob, cyd, eve and fay; of setup ada and fay, gus has not.
	steps, err = r.Steps(journey.ByStage, days(5))
	require.NoError(t, err)
	assert.Equal(t, [3]int64{5, 3, 2}, [3]int64{steps[0].Customers, steps[0].Converted, steps[0].Running}, "bob took 6 days")
	assert.Equal(t, [3]int64{2, 1, 1}, [3]int64{steps[1].Customers, steps[1].Converted, steps[1].Running})
	steps, err = r.Steps(journey.ByStage, days(11))
	require.NoError(t, err)
	assert.Equal(t, [3]int64{3, 2, 4}, [3]int64{steps[0].Customers, steps[0].Converted, steps[0].Running}, "cyd has had just 11 days")
	assert.Equal(t, [3]int64{0, 0, 3}, [3]int64{steps[1].Customers, steps[1].Converted, steps[1].Running})
	_, err = r.Conversion("trial", "nowhere", 0)
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = r.Conversion("trial", "active", -1)
	require.Error(t, err)
	_, err = r.Steps(journey.ByStage, -1)
	require.Error(t, err)
	steps, err = r.Steps(journey.ByStage, 0)
	require.NoError(t, err)
	text, err := json.Marshal(steps[1])
	require.NoError(t, err)
	assert.Contains(t, string(text), `"from":"setup","to":"active","customers":3,"converted":1`)
}

// The landmark is day 3 of each customer. Mature by day 12: those who began by
// day 9, all seven. Eve paid on her day 1; of the others ada had imported by
// then, dee on her day 1; bob imported on his day 4.
func TestMilestone_LandmarkIsFair(t *testing.T) {
	t.Parallel()
	m, err := productReplay(t).Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	assert.Equal(t, "1 of 2, 50.0%", m.LandmarkWith.String(), "ada paid later, dee did not")
	assert.Equal(t, "1 of 4, 25.0%", m.LandmarkWithout.String(), "bob paid later; cyd, fay and gus did not")
	assert.False(t, m.Circular)
	assert.Equal(t, "activated: reached by 4 of 7, within 3d by 2 of 7, median 5d", m.String())
}

func TestMilestone_CircularIsSaid(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "a", Stages: []journey.StageSpec{{Name: "a"}, {Name: "b"}, {Name: "c", Goal: true, Terminal: true}},
		Transitions: []journey.Transition{{From: "a", On: "activated", To: "b"}, {From: "b", On: "renewed", To: "c"}},
		Milestones:  []journey.Milestone{{Name: "activation", Events: []journey.Trigger{"activated"}}, {Name: "renewal", Events: []journey.Trigger{"paid"}}},
	})
	require.NoError(t, err)
	r, err := d.Replay(nil)
	require.NoError(t, err)
	for name, want := range map[string]bool{"activation": true, "renewal": false} {
		m, err := r.Milestone(name, journey.MilestoneOptions{})
		require.NoError(t, err)
		assert.Equal(t, want, m.Circular, name)
	}
	saas, err := preset.SaaS().Replay(nil)
	require.NoError(t, err)
	m, err := saas.Milestone("activation", journey.MilestoneOptions{})
	require.NoError(t, err)
	assert.False(t, m.Circular)
}

func TestReplay_StuckInAStage(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	var got []string
	for s := range r.Stuck("new", days(3)) {
		got = append(got, fmt.Sprint(s.Customer, " in ", s.Stage))
	}
	assert.Equal(t, []string{"dee in trial", "fay in setup", "gus in setup"}, got)
	assert.Empty(t, slices.Collect(r.Stuck("new", days(9))))
	assert.Empty(t, slices.Collect(r.Stuck("nowhere", 0)))
}

func TestReplay_EventsPerStage(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	assert.Equal(t, []journey.EventCount{
		{Stage: "new", Trigger: "begin", Count: 4, Moved: 3, Refused: 1},
		{Stage: "new", Trigger: "import", Count: 3, Observed: 3},
		{Stage: "new", Trigger: "open", Count: 6, Moved: 6},
		{Stage: "new", Trigger: "pay", Count: 3, Moved: 3},
		{Stage: "customer", Trigger: "cancel", Count: 1, Moved: 1},
		{Stage: "customer", Trigger: "import", Count: 1, Observed: 1},
		{Stage: "customer", Trigger: "renew", Count: 1, Moved: 1},
	}, r.Events(journey.ByGroup))
	assert.Equal(t, []journey.DirectionCount{
		{Direction: journey.Forward, Count: 6, Triggers: []journey.TriggerCount{{Trigger: "begin", Count: 3}, {Trigger: "pay", Count: 3}}},
		{Direction: journey.Back, Triggers: []journey.TriggerCount{}},
		{Direction: journey.Sideways, Count: 2, Triggers: []journey.TriggerCount{{Trigger: "cancel", Count: 1}, {Trigger: "expire", Count: 1}}},
	}, r.Directions(journey.ByStage))
}

func TestReplay_Referrals(t *testing.T) {
	t.Parallel()
	d := product(t)
	refer := func(who, other string, n int) touchpoint.Event {
		return touchpoint.Event{Customer: who, Name: "referred", At: day(n), Attrs: map[string]string{"referred": other}}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"referred"}}.LogOf(
		touchpoint.Event{Customer: "ada", Name: "pay", At: day(0)}, refer("ada", "bob", 1), refer("ada", "bob", 2), refer("ada", "cyd", 3),
		refer("ada", "old", 4), touchpoint.Event{Customer: "ada", Name: "referred", At: day(5)},
		touchpoint.Event{Customer: "bob", Name: "open", At: day(2)}, touchpoint.Event{Customer: "bob", Name: "pay", At: day(3)},
		touchpoint.Event{Customer: "old", Name: "open", At: day(0)},
	)
	require.NoError(t, err)
	r, err := d.ReplayLog(log, journey.Rules{{Name: "pay"}, {Name: "open"}}, journey.ReplayOptions{})
	require.NoError(t, err)
	got, err := r.Referrals("referred", touchpoint.Named("referred")...)
	require.NoError(t, err)
	assert.Equal(t, []journey.Referral{
		{Referrer: "ada", Referred: "bob", At: day(1), From: "active", Joined: true, Stage: "active", Goal: true, After: true},
		{Referrer: "ada", Referred: "cyd", At: day(3), From: "active"},
		{Referrer: "ada", Referred: "old", At: day(4), From: "active", Joined: true, Stage: "trial"},
	}, got)
	_, err = r.Referrals("friend")
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
}

// Nothing marshals to {}; what people print is one line.
func TestResultsTravel(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	m, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	j, _ := r.Journey("ada")
	s, _ := sojournOf(r, journey.ByStage, "trial")
	a, _ := arrivalOf(r, journey.ByStage, "active")
	for _, c := range []struct {
		value any
		json  string
		line  string
	}{
		{r.Definition(), `"hash":"` + r.Definition().Hash(), "product: 4 stages, 7 transitions, 1 milestones (" + r.Definition().Hash()[:12] + ")"},
		{j, `{"definition":"product","customer":"ada","stage":"active","path":["customer","active"],"since":"2026-01-10T00:00:00Z"`, "ada in active since 2026-01-10T00:00:00Z"},
		{journey.Journey{}, "null", "no journey"},
		{s, `{"name":"trial","visits":7,"open":1,"total":"`, "trial: 7 visits, 1 open, "},
		{a, `{"name":"active","customers":7,"reached":3,"rate":{"num":"3","den":"7"`, "active: reached by 3 of 7"},
		{m, `{"milestone":"activated","within":"72h0m0s","customers":7,"reached":4,`, "activated: "},
		{r, `{"definition":"product","hash":"`, "product: 7 customers, followed to 2026-01-13T00:00:00Z, "},
		{r.Refusals(journey.ByStage)[0], `"stage":"setup","trigger":"begin","count":1,"allowed":["pay"]`, `1 × "begin" in "setup": not allowed in this stage`},
		{r.Visits("ada")[0], `{"stage":"trial","from":"2026-01-01T00:00:00Z","until":"2026-01-03T00:00:00Z"}`, ""},
		{s.Total, `"`, "d "},
		{journey.Forward, `"forward"`, "forward"},
		{r.Transitions(journey.ByStage)[0], `{"from":"trial","on":"begin","to":"setup","direction":"forward","count":3,"timers":0}`, ""},
		{new(journey.Summary), "null", "no replay"},
		{r.Rows(journey.ByStage)[0], `{"stage":"trial","customers":7,"reached":7,"here":1,"visits":7,"total":"`, ""},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err, "%T", c.value)
		assert.Contains(t, string(text), c.json, "%T", c.value)
		assert.NotEqual(t, "{}", string(text))
		if c.line != "" {
			line := fmt.Sprintln(c.value)
			assert.Contains(t, line, c.line)
			assert.Equal(t, 1, strings.Count(line, "\n"), "%T", c.value)
		}
	}
}
