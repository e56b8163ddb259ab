package journey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// nested is a definition three levels deep:
//
//	evaluation  visitor  aware, curious
//	            lead
//	customer    active, paused
//	gone        (terminal)
func nested(t testing.TB) *journey.Definition {
	t.Helper()
	spec, err := journey.ParseSpec(`
journey nested
initial evaluation
stage evaluation
stage visitor group evaluation entry greet
stage aware group visitor
stage curious group visitor entry inform
stage lead group evaluation
stage customer goal exit settle
stage active group customer
stage paused group customer aside
stage gone terminal
from aware on look to curious
from visitor on ask to lead
from evaluation on buy to customer
from evaluation on leave to gone
from lead on leave to visitor
from evaluation on touch to =
from visitor on return to visitor
from active on pause to paused
from paused on resume to active
from customer on leave to gone
after visitor 240h fires leave
after evaluation 720h fires leave
after aware 24h fires look
`)
	require.NoError(t, err)
	d, err := journey.Define(spec)
	require.NoError(t, err)
	return d
}

func TestNest_StagesAndPaths(t *testing.T) {
	t.Parallel()
	d := nested(t)
	var names []journey.Stage
	for _, s := range d.Stages() {
		names = append(names, s.Name)
	}
	assert.Equal(t, []journey.Stage{"aware", "curious", "lead", "active", "paused", "gone"}, names)
	assert.Equal(t, journey.Stage("aware"), d.Initial())
	assert.Equal(t, []string{"evaluation", "visitor", "aware"}, d.Path("aware"))
	assert.Equal(t, []string{"evaluation", "visitor"}, d.Path("visitor"))
	assert.Nil(t, d.Path("nowhere"))
	assert.Equal(t, "evaluation", d.Path("curious")[0])
	aware, _ := d.Stage("aware")
	assert.Equal(t, "greet", aware.Entry, "a part has the hooks of what it is part of")
	curious, _ := d.Stage("curious")
	assert.Equal(t, "inform", curious.Entry, "unless it has its own")
	active, _ := d.Stage("active")
	assert.True(t, active.Goal)
	assert.Equal(t, "settle", active.Exit)
	whole, ok := d.Stage("evaluation")
	assert.True(t, ok)
	assert.Equal(t, journey.Stage("evaluation"), whole.Name)
	_, ok = d.Stage("nowhere")
	assert.False(t, ok)
}

func TestNest_ChildOverParent(t *testing.T) {
	t.Parallel()
	d := nested(t)
	for _, c := range []struct {
		from journey.Stage
		on   journey.Trigger
		to   journey.Stage
	}{
		{"aware", "ask", "lead"},
		{"curious", "ask", "lead"},
		{"lead", "ask", ""},
		{"aware", "buy", "active"}, // the first part of customer
		{"lead", "buy", "active"},
		{"aware", "leave", "gone"},
		{"lead", "leave", "aware"}, // its own, into the first part of visitor
		{"curious", "touch", "curious"},
		{"curious", "return", "aware"},
		{"paused", "leave", "gone"},
	} {
		to, ok := d.Next(c.from, c.on)
		assert.Equal(t, c.to != "", ok, "%s on %s", c.from, c.on)
		assert.Equal(t, c.to, to, "%s on %s", c.from, c.on)
	}
	again, err := journey.Define(d.Spec())
	require.NoError(t, err)
	assert.Equal(t, d.Hash(), again.Hash())
}

// Timers of a stage with parts count from the beginning of the visit to it,
// whatever happens inside.
func TestNest_TimersOfAStageWithParts(t *testing.T) {
	t.Parallel()
	d := nested(t)
	step := func(j journey.Journey, on journey.Trigger, n int) journey.Journey {
		j, err := d.Step(j, journey.Event{Trigger: on, At: day(n)})
		require.NoError(t, err)
		return j
	}
	next := func(j journey.Journey, want time.Time) {
		at, ok := d.NextTimer(j)
		require.True(t, ok)
		assert.Equal(t, want, at)
		back, err := d.Restore(j.Snapshot())
		require.NoError(t, err)
		assert.Equal(t, j, back, "a snapshot keeps the clocks")
		assert.Equal(t, want, j.Snapshot().Due)
	}
	j := d.Start("acme", day(0))
	next(j, day(1))
	j = step(j, "look", 0)
	next(j, day(10)) // visitor began on day 0
	j = step(j, "touch", 4)
	next(j, day(14)) // written for evaluation: both visits begin anew
	j = step(j, "return", 5)
	next(j, day(6)) // aware begins, visitor begins, evaluation goes on
	j = step(j, "look", 5)
	next(j, day(15))
	j = step(j, "ask", 6)
	next(j, day(34)) // in lead only evaluation has a timer
	back := step(j, "leave", 7)
	assert.Equal(t, journey.Stage("aware"), back.Stage())
	next(back, day(8))
	late, err := d.Advance(j, day(40))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("curious"), late.Stage(), "on day 34 lead's own leave led to visitor")
	assert.Equal(t, day(35), late.Since())
	late, err = d.Advance(late, day(50))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("gone"), late.Stage())
	assert.Equal(t, day(44), late.Since())
}

// A snapshot of a stage with a running clock has that clock.
func TestNest_SnapshotWithoutClocks(t *testing.T) {
	t.Parallel()
	d := nested(t)
	s := d.Start("acme", day(0)).Snapshot()
	require.NotEmpty(t, s.Progress)
	var clocks []string
	for _, p := range s.Progress {
		clocks = append(clocks, p.Milestone)
	}
	s.Progress = nil
	_, err := d.Restore(s)
	var re *journey.RestoreError
	require.ErrorAs(t, err, &re)
	assert.Equal(t, clocks, re.Progress)
}

func TestNest_Faults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"initial a\nstage a group b\nstage b group a\nfrom a on x to b":                                        {"stage-in-itself"},
		"initial a\nstage a\nstage p terminal\nstage q group p\nfrom a on x to p\nfrom p on y to a":            {"terminal-with-exit"},
		"initial a\nstage a\nstage p\nstage q group p\nstage r group p\nfrom a on x to p\nfrom p on y to a":    {"unreachable-stage"},
		"initial a\nstage a\nstage p\nstage q group p\nfrom a on x to p\nfrom p on y to a\nafter p 1h fires x": {"timer-unhandled"},
		"initial a\nstage a group g\nstage b terminal\nfrom g on x to b":                                       {"unknown-stage", "dead-end", "unreachable-stage"},
		"initial a\nstage a\nstage b terminal\nfrom a on x to b\nfrom @a on y to b":                            {"unknown-group"},
		"initial a\nstage a\nstage b terminal\nfrom a on x to b\nobserve y y":                                  {"duplicate-trigger"},
		"initial a\nstage a\nstage b terminal\nfrom a on x to b\ntrigger x\nobserve y":                         {"unknown-trigger"},
	} {
		spec, err := journey.ParseSpec(text)
		require.NoError(t, err, text)
		var got []string
		for _, c := range codes(t, spec) {
			if !slices.Contains(got, string(c)) {
				got = append(got, string(c))
			}
		}
		assert.Equal(t, want, got, text)
	}
	deep := journey.Spec{Initial: "s0", Transitions: []journey.Transition{{From: "s0", On: "x", To: "end"}}, Stages: []journey.StageSpec{{Name: "end", Terminal: true}}}
	for i := range 18 {
		deep.Stages = append(deep.Stages, journey.StageSpec{Name: journey.Stage(fmt.Sprintf("s%d", i)), Group: fmt.Sprintf("s%d", i+1)})
	}
	assert.Contains(t, codes(t, deep), fault.Code("too-large"))
}

// A ring of timers is legal when each turn takes a day; then it is followed
// turn by turn.
func TestTimers_ARingThatTakesTime(t *testing.T) {
	t.Parallel()
	ring := func(a, b time.Duration) journey.Spec {
		return journey.Spec{
			Initial: "month",
			Transitions: []journey.Transition{
				{From: "month", On: "due", To: "grace"}, {From: "grace", On: "due", To: "month"}, {From: "month", On: "end", To: "over"},
			},
			After: []journey.Timer{{Stage: "month", After: a, Trigger: "due"}, {Stage: "grace", After: b, Trigger: "due"}},
		}
	}
	for _, c := range []struct{ a, b time.Duration }{{1, 1}, {23 * time.Hour, 59 * time.Minute}, {1, 24*time.Hour - 2}} {
		assert.Contains(t, codes(t, ring(c.a, c.b)), fault.Code("timer-cycle"), "%s and %s", c.a, c.b)
	}
	d, err := journey.Define(ring(1, 24*time.Hour-1))
	require.NoError(t, err)
	j, err := d.Advance(d.Start("acme", day(0)), day(30))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("month"), j.Stage())
	assert.Equal(t, day(30), j.Since())
	assert.EqualValues(t, 60, j.Seq())
	renewal, err := journey.Define(journey.Spec{
		Initial:     "paying",
		Transitions: []journey.Transition{{From: "paying", On: "renew", To: journey.Same}, {From: "paying", On: "cancel", To: "gone"}},
		After:       []journey.Timer{{Stage: "paying", After: 30 * 24 * time.Hour, Trigger: "renew"}},
	})
	require.NoError(t, err)
	log, err := journey.LogOf(slices.Values([]journey.Event{{Customer: "acme", Trigger: "cancel", At: day(100)}}))
	require.NoError(t, err)
	r, err := renewal.ReplayLog(log, nil, journey.ReplayOptions{Horizon: day(400)})
	require.NoError(t, err)
	assert.Zero(t, r.Counts().Timers, "who cancelled at once renews nothing")
	old, err := renewal.Advance(renewal.Start("acme", time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)), time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.EqualValues(t, 3664, old.Seq(), "301 years of 30 days")
}

func TestOrdered_OnlyForward(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: journey.Ordered("a", "b", "c")})
	require.NoError(t, err)
	for _, c := range []struct {
		from journey.Stage
		on   journey.Trigger
		to   journey.Stage
	}{{"a", "c", "c"}, {"a", "b", "b"}, {"b", "c", "c"}, {"b", "b", "b"}, {"b", "a", ""}, {"c", "a", ""}} {
		to, _ := d.Next(c.from, c.on)
		assert.Equal(t, c.to, to)
	}
	assert.Empty(t, journey.Ordered())
}

func TestEdges_SayWhereTheyLead(t *testing.T) {
	t.Parallel()
	want := map[string]journey.Direction{
		"trial subscribed onboarding": journey.Forward, "decision declined consideration": journey.Back,
		"expansion renewed retention": journey.Back, "retention renewed retention": journey.Sideways,
		"adoption cancelled churned": journey.Sideways, "churned won_back onboarding": journey.Sideways,
	}
	for _, e := range preset.SaaS().Edges() {
		if d, ok := want[fmt.Sprint(e.From, " ", e.On, " ", e.To)]; ok {
			assert.Equal(t, d, e.Direction, "%s on %s", e.From, e.On)
			delete(want, fmt.Sprint(e.From, " ", e.On, " ", e.To))
		}
	}
	assert.Empty(t, want)
}

func TestRefine_Refuses(t *testing.T) {
	t.Parallel()
	s := preset.SaaS().Spec()
	_, err := s.Refine("nowhere", journey.StageSpec{Name: "x"})
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = s.Refine("trial")
	require.ErrorIs(t, err, journey.ErrDefinition)
	s, err = s.Refine("trial", journey.StageSpec{Name: "setting up"}, journey.StageSpec{Name: "trying"})
	require.NoError(t, err)
	_, err = s.Refine("trial", journey.StageSpec{Name: "x"})
	require.ErrorIs(t, err, journey.ErrDefinition)
	_, err = journey.Define(s)
	require.ErrorIs(t, err, journey.ErrDefinition, "nothing leads to the second part")
	s.Transitions = append(s.Transitions, journey.Transition{From: "setting up", On: "data_imported", To: "trying"})
	d, err := journey.Define(s)
	require.NoError(t, err)
	assert.Equal(t, []string{"acquisition", "trial", "trying"}, d.Path("trying"))
	plain, err := journey.Spec{Initial: "a", Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}}}.Refine("a", journey.StageSpec{Name: "a1"})
	require.NoError(t, err)
	d, err = journey.Define(plain)
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("a1"), d.Initial())
}

// Refine keeps every report of the level above: what the parts add is seen only
// when they are looked at.
func TestLaw_RefineKeepsTheReportsOfTheStage(t *testing.T) {
	t.Parallel()
	var timers, selves, inner, initials, grouped int
	law.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		spec, err := journeytest.Spec(r, journeytest.SpecOptions{Plain: rapid.IntRange(0, 3).Draw(t, "plain") == 0})
		require.NoError(t, err)
		by := journey.ByGroup
		group := rapid.Bool().Draw(t, "group")
		if group {
			by = journey.Level(2)
			grouped++
		}
		for i := range spec.Stages {
			spec.Stages[i].Group = ""
			if group {
				spec.Stages[i].Group = fmt.Sprint("group ", i%2)
			}
		}
		conditional := map[journey.Trigger]bool{}
		for i := range spec.Transitions {
			g := &spec.Transitions[i].Guard
			if g.Name != "" { // as random as before, without asking for Seq
				n := int64(len(g.Name))
				g.Allow = func(_ journey.Journey, e journey.Event) bool { return e.At.Unix()/3600%n < n/2 }
				conditional[spec.Transitions[i].On] = true
			}
		}
		// A timer that was refused is asked again until something is accepted.
		spec.After = slices.DeleteFunc(spec.After, func(t journey.Timer) bool { return conditional[t.Trigger] })
		plain, err := journey.Define(spec)
		require.NoError(t, err)
		open := slices.DeleteFunc(slices.Clone(plain.Stages()), func(s journey.StageSpec) bool { return s.Terminal })
		stage := open[r.IntN(len(open))].Name
		refined, err := spec.Refine(stage, journey.StageSpec{Name: "p0"}, journey.StageSpec{Name: "p1"}, journey.StageSpec{Name: "p2"})
		require.NoError(t, err)
		refined.Transitions = append(refined.Transitions,
			journey.Transition{From: "p0", On: "inner 1", To: "p1"}, journey.Transition{From: "p1", On: "inner 2", To: "p2"},
			journey.Transition{From: "p2", On: "inner 1", To: "p0"}, journey.Transition{From: "p1", On: "inner 1", To: "p1"})
		fine, err := journey.Define(refined)
		require.NoError(t, err)
		if stage == spec.Initial {
			initials++
		}

		triggers := append(plain.Triggers(), "inner 1", "inner 2", "inner 1", "inner 2")
		var events []journey.Event
		at := journeytest.Origin()
		for i := range rapid.IntRange(1, 60).Draw(t, "events") {
			at = at.Add(time.Duration(r.IntN(40)) * time.Hour)
			events = append(events, journey.Event{Customer: fmt.Sprint("c", i%3), Trigger: triggers[r.IntN(len(triggers))], At: at})
		}
		log, err := journey.LogOf(slices.Values(events))
		require.NoError(t, err)
		o := journey.ReplayOptions{Horizon: at.Add(time.Duration(r.IntN(1000)) * time.Hour), Everyone: true, Examples: -1}
		var named journey.Rules
		for _, tr := range plain.Triggers() {
			named = append(named, journey.Rule{Name: string(tr)})
		}
		a, err := plain.ReplayLog(log, named, o)
		require.NoError(t, err)
		b, err := fine.ReplayLog(log, nil, o)
		require.NoError(t, err)

		of := journey.ByStage
		require.Equal(t, a.Observed(), b.Observed())
		require.Equal(t, a.Counts().Timers, b.Counts().Timers)
		timers += int(a.Counts().Timers)
		sa, sb := a.Sojourns(of), b.Sojourns(by)
		aa, ab := a.Arrivals(of), b.Arrivals(by)
		require.Len(t, sb, len(sa))
		lines := map[string]int{}
		for i := range sb {
			lines[sb[i].Name] = i
		}
		for i := range sa {
			k, ok := lines[sa[i].Name]
			require.True(t, ok)
			require.Equal(t, sa[i].Visits, sb[k].Visits, "visits to %s", sa[i].Name)
			require.Equal(t, sa[i].Open, sb[k].Open)
			require.Equal(t, sa[i].Total, sb[k].Total)
			require.Equal(t, aa[i].Reached, ab[k].Reached)
			for _, q := range []float64{0, 0.3, 0.5, 1} {
				want, wok := sa[i].Quantile(q)
				got, gok := sb[k].Quantile(q)
				require.Equal(t, wok, gok)
				require.Equal(t, want, got, "quantile %g of %s", q, sa[i].Name)
				want, wok = aa[i].Quantile(q)
				got, gok = ab[k].Quantile(q)
				require.Equal(t, wok, gok)
				require.Equal(t, want, got)
			}
		}
		own := func(tr journey.Trigger) bool { return tr != "inner 1" && tr != "inner 2" }
		type line struct {
			from, to string
			on       journey.Trigger
		}
		counts := func(list []journey.TransitionCount) map[line][2]int64 {
			m := map[line][2]int64{}
			for _, c := range list {
				if own(c.On) {
					m[line{c.From, c.To, c.On}] = [2]int64{c.Count, c.Timers}
					if c.From == c.To && c.Count+c.Timers > 0 {
						selves++
					}
				} else {
					inner += int(c.Count)
				}
			}
			return m
		}
		require.Equal(t, counts(a.Transitions(of)), counts(b.Transitions(by)))
		refusals := map[line]int64{}
		for _, f := range b.Refusals(by) {
			if own(f.Trigger) {
				refusals[line{from: f.Stage, on: f.Trigger}] = f.Count
			}
		}
		for _, f := range a.Refusals(of) {
			require.Equal(t, f.Count, refusals[line{from: f.Stage, on: f.Trigger}])
			delete(refusals, line{from: f.Stage, on: f.Trigger})
		}
		require.Empty(t, refusals)
		for j := range a.Journeys() {
			k, ok := b.Journey(j.Customer())
			require.True(t, ok)
			require.Contains(t, fine.Path(k.Stage()), string(j.Stage()))
			require.Equal(t, j.Milestones(), k.Milestones())
			back, err := fine.Restore(k.Snapshot())
			require.NoError(t, err)
			require.Equal(t, k, back)
		}
	}, law.Counters{"timers": &timers, "self-transitions": &selves, "inner moves": &inner, "initial stages": &initials, "groups": &grouped})
}

// The fold of single steps and the replay agree on stages that nest.
func TestLaw_NestedReplayIsTheFold(t *testing.T) {
	t.Parallel()
	d := nested(t)
	moved := 0
	law.Check(t, func(t *rapid.T) {
		at := day0
		var events []journey.Event
		j := d.Start("acme", at)
		for i := range rapid.IntRange(1, 30).Draw(t, "n") {
			if i > 0 {
				at = at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			}
			e := journey.Event{Customer: "acme", Trigger: rapid.SampledFrom(d.Triggers()).Draw(t, "on"), At: at}
			events = append(events, e)
			j, _ = d.Step(j, e)
		}
		log, err := journey.LogOf(slices.Values(events))
		require.NoError(t, err)
		horizon := at.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "after")) * time.Hour)
		r, err := d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: horizon})
		require.NoError(t, err)
		j, err = d.Advance(j, horizon)
		require.NoError(t, err)
		got, ok := r.Journey("acme")
		require.True(t, ok)
		require.Equal(t, j, got)
		for _, by := range []journey.By{journey.ByStage, journey.ByGroup, journey.Level(2), journey.Level(3)} {
			var total calendar.Elapsed
			for _, s := range r.Sojourns(by) {
				total = total.Add(s.Total)
			}
			require.Equal(t, r.Observed(), total, by)
		}
		_, last := lastVisit(r.Visits("acme"))
		require.Equal(t, j.Stage(), last)
		moved += int(j.Seq())
	}, law.Counters{"moved": &moved})
}

func lastVisit(list []journey.Visit) (time.Time, journey.Stage) {
	v := list[len(list)-1]
	return v.From, v.Stage
}

// A log's attributes reach the guards of a replay as an event's do those of a
// step.
func TestGuardsSeeAttributes(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "large", Guard: journey.Guard{Name: "pro", Allow: func(_ journey.Journey, e journey.Event) bool { return e.Attrs["plan"] == "pro" }}},
			{From: "trial", On: "pay", To: "small"},
		},
	})
	require.NoError(t, err)
	events := []journey.Event{
		{Customer: "a", Trigger: "pay", At: day(1), Attrs: map[string]string{"plan": "pro"}},
		{Customer: "b", Trigger: "pay", At: day(1), Attrs: map[string]string{"plan": "basic", "seats": "3"}},
		{Customer: "c", Trigger: "pay", At: day(1)},
	}
	r, err := d.Replay(slices.Values(events))
	require.NoError(t, err)
	for _, e := range events {
		j, err := d.Step(d.Start(e.Customer, day(1)), e)
		require.NoError(t, err)
		got, _ := r.Journey(e.Customer)
		assert.Equal(t, j, got)
	}
	j, _ := r.Journey("a")
	assert.Equal(t, journey.Stage("large"), j.Stage())
	log, err := journey.LogOf(slices.Values(events), "plan")
	require.NoError(t, err)
	r, err = d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.EqualValues(t, 1, r.InStage("large"))
	var kept []string
	for e := range log.Of("b") {
		assert.Equal(t, map[string]string{"plan": "basic"}, e.Attrs)
		kept = append(kept, e.Name)
	}
	assert.Equal(t, []string{"pay"}, kept)
	_, err = journey.LogOf(slices.Values([]journey.Event{{Customer: "a", Trigger: "x", At: day0, Attrs: map[string]string{"": "x"}}}))
	require.ErrorContains(t, err, "Attrs")
}

// A guard that panics, or ends its goroutine, is an error that names customer
// and row; a short result never is.
func TestReplay_GuardsThatPanicOrExit(t *testing.T) {
	t.Parallel()
	fail := func(how func()) *journey.Definition {
		d, err := journey.Define(journey.Spec{
			Initial: "a",
			Transitions: []journey.Transition{
				{From: "a", On: "go", To: "b", Guard: journey.Guard{Name: "bad", Allow: func(j journey.Journey, _ journey.Event) bool {
					if j.Customer() == "c0500" {
						how()
					}
					return true
				}}},
				{From: "b", On: "go", To: "a"},
			},
		})
		require.NoError(t, err)
		return d
	}
	var events []journey.Event
	for i := range 1000 {
		for range 3 {
			events = append(events, journey.Event{Customer: fmt.Sprintf("c%04d", i), Trigger: "go", At: day(1)})
		}
	}
	for exited, how := range map[bool]func(){false: func() { panic("boom") }, true: func() { (&testing.T{}).SkipNow() }} {
		_, err := fail(how).Replay(slices.Values(events))
		var g *journey.GuardError
		require.ErrorAs(t, err, &g)
		assert.Equal(t, "bad", g.Guard)
		assert.Equal(t, exited, g.Exited)
		assert.Equal(t, "c0500", g.Customer)
		assert.EqualValues(t, 1, g.Row)
		assert.Contains(t, err.Error(), `replay: customer "c0500", event 1: guard "bad"`)
	}
}
