package journey_test

import (
	"errors"
	"fmt"
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
)

func TestStart_BoundsAreStated(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	for _, c := range []struct {
		customer string
		at       time.Time
		want     error
	}{
		{"", day0, journey.ErrCustomer},
		{strings.Repeat("c", 1_024+1), day0, journey.ErrCustomer},
		{"acme", time.Time{}, journey.ErrOutOfRange},
		{"acme", time.Date(1899, 12, 31, 23, 59, 59, 0, time.UTC), journey.ErrOutOfRange},
		{"acme", time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC), journey.ErrOutOfRange},
		{"acme", time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), nil},
		{"acme", time.Date(2200, 12, 31, 23, 59, 59, 999_999_999, time.UTC), nil},
	} {
		j, err := d.StartAt(d.Initial(), c.customer, c.at)
		require.ErrorIs(t, err, c.want)
		if c.want == nil {
			assert.Equal(t, c.at, j.Since())
			continue
		}
		assert.Empty(t, d.Start(c.customer, c.at).Stage())
		_, err = d.Step(d.Start(c.customer, c.at), journey.Event{Trigger: "sign_up", At: day0})
		require.ErrorIs(t, err, journey.ErrNotStarted)
		require.ErrorIs(t, err, c.want, "Step repeats why Start did not")
	}
	j, err := d.StartAt("no such stage", "acme", day0)
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = d.Step(j, journey.Event{Trigger: "sign_up", At: day0})
	require.ErrorIs(t, err, journey.ErrNotStarted)
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	j, err = d.StartAt("churned", "acme", day0)
	require.NoError(t, err)
	j, err = d.Step(j, journey.Event{Trigger: "win_back", At: day(1)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), j.Stage())
}

func TestJourney_ZeroValue(t *testing.T) {
	t.Parallel()
	var j journey.Journey
	assert.Empty(t, j.Customer())
	assert.Empty(t, j.Stage())
	assert.True(t, j.Since().IsZero())
	assert.True(t, j.Last().IsZero())
	assert.Zero(t, j.Seq())
	assert.False(t, j.Reached("x"))
	assert.Nil(t, j.Milestones())
	assert.Nil(t, j.Definition())
	d := cases.Lifecycle(t)
	_, err := d.Advance(j, day0)
	require.ErrorIs(t, err, journey.ErrNotStarted)
	_, _, err = d.Move(j, journey.Event{})
	require.ErrorIs(t, err, journey.ErrNotStarted)
	_, ok := d.Due(j, day0)
	assert.False(t, ok)
	_, ok = d.NextTimer(j)
	assert.False(t, ok)
}

func TestStep_Refusals(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	j := d.Start("acme", day(5))
	for _, c := range []struct {
		event journey.Event
		want  error
		text  string
	}{
		{journey.Event{Trigger: "upgrade", At: day(6)}, journey.ErrNotAllowed, `journey: step: customer "acme" in stage "visitor" on "upgrade" at 2026-01-07T00:00:00Z: not allowed in this stage; allowed: ["sign_up" "start_trial"]`},
		{journey.Event{Trigger: "fly", At: day(6)}, journey.ErrUnknownTrigger, `customer "acme" in stage "visitor" on "fly" at 2026-01-07T00:00:00Z: unknown trigger; allowed: ["sign_up" "start_trial"]`},
		{journey.Event{At: day(6)}, journey.ErrUnknownTrigger, `on "" at`},
		{journey.Event{Trigger: "sign_up", At: day(4)}, journey.ErrOutOfOrder, `at 2026-01-05T00:00:00Z: event before the current visit, which began 2026-01-06T00:00:00Z`},
		{journey.Event{Trigger: "sign_up"}, journey.ErrOutOfRange, `at 0001-01-01T00:00:00Z: time outside the years 1900 to 2200`},
		{journey.Event{Customer: "bob", Trigger: "sign_up", At: day(6)}, journey.ErrCustomer, `customer "bob"`},
	} {
		got, err := d.Step(j, c.event)
		require.ErrorIs(t, err, c.want)
		require.ErrorContains(t, err, c.text)
		assert.Equal(t, j, got)
		moved, change, err := d.Move(j, c.event)
		require.ErrorIs(t, err, c.want)
		assert.Equal(t, j, moved)
		assert.Equal(t, journey.Change{}, change)
	}
	_, err := d.Step(preset.SaaS().Start("acme", day0), journey.Event{Trigger: "sign_up", At: day0})
	require.ErrorIs(t, err, journey.ErrForeign)
}

func TestStep_AtTheInstantOfSince(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	j := d.Start("acme", day0)
	for _, tr := range []journey.Trigger{"sign_up", "start_trial", "convert"} {
		var err error
		j, err = d.Step(j, journey.Event{Trigger: tr, At: day0})
		require.NoError(t, err)
	}
	assert.Equal(t, journey.Stage("active"), j.Stage())
	assert.EqualValues(t, 3, j.Seq())
}

func TestStep_RepeatsByID(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	j := d.Start("acme", day0)
	j, err := d.Step(j, journey.Event{Trigger: "sign_up", At: day(1), ID: "1"})
	require.NoError(t, err)
	again, err := d.Step(j, journey.Event{Trigger: "convert", At: day(9), ID: "1"})
	require.NoError(t, err)
	assert.Equal(t, j, again, "the last id, whatever else the event says")
	without, err := d.Step(j, journey.Event{Trigger: "start_trial", At: day(2)})
	require.NoError(t, err)
	_, err = d.Step(without, journey.Event{Trigger: "sign_up", At: day(1), ID: "1"})
	require.NoError(t, err, "an event without id does not push the last id out")
	next, err := d.Step(j, journey.Event{Trigger: "start_trial", At: day(2), ID: "2"})
	require.NoError(t, err)
	_, err = d.Step(next, journey.Event{Trigger: "sign_up", At: day(1), ID: "1"})
	require.ErrorIs(t, err, journey.ErrOutOfOrder, "an older repeat lies before Since")
	refused, err := d.Step(next, journey.Event{Trigger: "sign_up", At: day(3), ID: "3"})
	require.Error(t, err)
	_, err = d.Step(refused, journey.Event{Trigger: "sign_up", At: day(3), ID: "3"})
	require.ErrorIs(t, err, journey.ErrNotAllowed, "a refused event is not remembered")
}

func TestStep_SelfAndInternalTransitions(t *testing.T) {
	t.Parallel()
	d := rich(t)
	j := d.Start("acme", day0)
	in, c, err := d.Move(j, journey.Event{Trigger: "touch", At: day0.Add(time.Hour)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stayed, c.Kind)
	assert.Equal(t, j.Since(), in.Since())
	assert.EqualValues(t, 1, in.Seq())

	ring := func() journey.Journey {
		d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{
			{From: "a", On: "again", To: "a"}, {From: "a", On: "go", To: "b"},
		}})
		require.NoError(t, err)
		self, c, err := d.Move(d.Start("acme", day0), journey.Event{Trigger: "again", At: day(1)})
		require.NoError(t, err)
		assert.Equal(t, journey.Moved, c.Kind)
		assert.Equal(t, c.From, c.To)
		return self
	}()
	assert.Equal(t, day(1), ring.Since(), "a self-transition begins a new visit")
}

func TestStep_GuardedChoice(t *testing.T) {
	t.Parallel()
	asked := []string{}
	ask := func(name string, answer bool) journey.Guard {
		return journey.Guard{Name: name, Allow: func(j journey.Journey, e journey.Event) bool {
			asked = append(asked, fmt.Sprintf("%s:%s:%s", name, j.Stage(), e.Trigger))
			return answer
		}}
	}
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{
		{From: "a", On: "go", To: "b", Guard: ask("first", false)},
		{From: "a", On: "go", To: "c", Guard: ask("second", true)},
		{From: "a", On: "go", To: "d"},
		{From: "a", On: "stop", To: "b", Guard: ask("third", false)},
		{From: "a", On: "fail", To: "b", Guard: journey.Guard{Name: "fourth", Allow: func(journey.Journey, journey.Event) bool { panic("boom") }}},
	}})
	require.NoError(t, err)
	j := d.Start("acme", day0)
	got, c, err := d.Move(j, journey.Event{Trigger: "go", At: day(1)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("c"), got.Stage())
	assert.Equal(t, 1, c.Choice)
	assert.Equal(t, []string{"first:a:go", "second:a:go"}, asked, "the first satisfied wins; the rest are not asked")

	_, err = d.Step(j, journey.Event{Trigger: "stop", At: day(1)})
	var te *journey.TransitionError
	require.ErrorAs(t, err, &te)
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Equal(t, []string{"third"}, te.Guards)
	assert.Equal(t, []journey.Trigger{"fail", "go", "stop"}, te.Allowed)

	same, err := d.Step(j, journey.Event{Trigger: "fail", At: day(1)})
	var ge *journey.GuardError
	require.ErrorAs(t, err, &ge)
	assert.Equal(t, "fourth", ge.Guard)
	assert.Equal(t, "boom", ge.Panic)
	require.ErrorContains(t, err, `journey: guard "fourth" panicked: boom`)
	assert.Equal(t, j, same)

	_, err = d.Replay(slices.Values([]journey.Event{{Customer: "acme", Trigger: "fail", At: day(1)}}))
	require.ErrorAs(t, err, &ge, "a panic does not leave a replay either")
}

func TestStep_TimersFireFirst(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Transitions: []journey.Transition{
			{From: "trial", On: "expire", To: "expired"},
			{From: "trial", On: "convert", To: "active"},
			{From: "trial", On: "remind", Internal: true},
			{From: "expired", On: "purge", To: "gone"},
			{From: "expired", On: "convert", To: "active"},
		},
		After: []journey.Timer{
			{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expire"},
			{Stage: "trial", After: 10 * 24 * time.Hour, Trigger: "remind"},
			{Stage: "expired", After: 30 * 24 * time.Hour, Trigger: "purge"},
		},
	})
	require.NoError(t, err)
	j := d.Start("acme", day(0))
	when, ok := d.NextTimer(j)
	require.True(t, ok)
	assert.Equal(t, day(10), when)

	in, err := d.Step(j, journey.Event{Trigger: "convert", At: day(13)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), in.Stage())
	assert.EqualValues(t, 2, in.Seq(), "the reminder and the conversion")

	late, err := d.Step(j, journey.Event{Trigger: "convert", At: day(20)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), late.Stage(), "from expired")
	assert.EqualValues(t, 3, late.Seq())

	atDue, err := d.Step(j, journey.Event{Trigger: "convert", At: day(14)})
	require.NoError(t, err)
	assert.EqualValues(t, 3, atDue.Seq(), "a timer due at the very time of the event fires before it")

	after, err := d.Step(j, journey.Event{Trigger: "convert", At: day(44)})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Equal(t, journey.Stage("gone"), after.Stage(), "the timers did fire")
	assert.Equal(t, day(44), after.Since())
	var te *journey.TransitionError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, journey.Stage("gone"), te.Stage)

	// Due and Move, one at a time.
	var got []string
	k := j
	for {
		e, ok := d.Due(k, day(100))
		if !ok {
			break
		}
		var c journey.Change
		k, c, err = d.Move(k, e)
		require.NoError(t, err)
		got = append(got, fmt.Sprintf("%s %s %s->%s", c.At.Format("01-02"), c.Trigger, c.From, c.To))
	}
	assert.Equal(t, []string{"01-11 remind trial->trial", "01-15 expire trial->expired", "02-14 purge expired->gone"}, got)
	all, err := d.Advance(j, day(100))
	require.NoError(t, err)
	assert.Equal(t, k, all)
	_, ok = d.NextTimer(all)
	assert.False(t, ok)
	_, err = d.Advance(j, time.Time{})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	_, ok = d.Due(j, time.Time{})
	assert.False(t, ok)
}

// A timer that its guard refuses is passed over and does not fire afterwards,
// however the guard answers then.
func TestStep_TimerRefusedWhenDueDoesNotFireLater(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Transitions: []journey.Transition{
			{From: "trial", On: "reward", To: "rewarded", Gate: "keen"},
			{From: "trial", On: "leave", To: "gone"},
		},
		After:      []journey.Timer{{Stage: "trial", After: 24 * time.Hour, Trigger: "reward"}},
		Milestones: []journey.Milestone{{Name: "keen", Events: []journey.Trigger{"login"}}},
	})
	require.NoError(t, err)
	j := d.Start("acme", day(0))
	j, err = d.Step(j, journey.Event{Trigger: "login", At: day(2)})
	require.NoError(t, err)
	assert.True(t, j.Reached("keen"))
	j, err = d.Advance(j, day(9))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("trial"), j.Stage())

	r, err := replayWith(d, func(yield func(journey.Event) bool) {
		_ = yield(journey.Event{Customer: "acme", Trigger: "login", At: day(0)}) &&
			yield(journey.Event{Customer: "bob", Trigger: "login", At: day(0)}) &&
			yield(journey.Event{Customer: "bob", Trigger: "login", At: day(2)})
	}, journey.ReplayOptions{Horizon: day(9)})
	require.NoError(t, err)
	for who, s := range r.Stages() {
		assert.Equal(t, journey.Stage("rewarded"), s, who)
	}
	assert.EqualValues(t, 2, r.Counts().Timers)
}

// Within a visit events may come late. They count, and time does not run
// backwards: a timer that has had its turn does not get another.
func TestStep_LateEventsWithinAVisit(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "a",
		Transitions: []journey.Transition{
			{From: "a", On: "remind", Internal: true},
			{From: "a", On: "leave", To: "b"},
		},
		After:      []journey.Timer{{Stage: "a", After: 4 * 24 * time.Hour, Trigger: "remind"}},
		Milestones: []journey.Milestone{{Name: "m", Events: []journey.Trigger{"x", "y"}, Rule: journey.AllOf}},
	})
	require.NoError(t, err)
	j := d.Start("acme", day(0))
	j, err = d.Step(j, journey.Event{Trigger: "x", At: day(5)})
	require.NoError(t, err)
	assert.EqualValues(t, 2, j.Seq(), "the reminder and x")
	j, err = d.Step(j, journey.Event{Trigger: "y", At: day(3)})
	require.NoError(t, err)
	assert.True(t, j.Reached("m"))
	assert.Equal(t, day(5), j.Last())
	j, err = d.Advance(j, day(9))
	require.NoError(t, err)
	assert.EqualValues(t, 3, j.Seq(), "no second reminder")
	j, err = d.Step(j, journey.Event{Trigger: "leave", At: day(4)})
	require.NoError(t, err)
	assert.Equal(t, day(4), j.Since())
	assert.Equal(t, day(5), j.Last(), "the latest of all, also where a late event moves")
}

// Step is Due and Move in turn, in whatever order events come.
func TestLaw_StepIsDueAndMove(t *testing.T) {
	t.Parallel()
	moved := 0
	law.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		for i := range draws { // some change places with one up to eight further
			if k := i + r.IntN(8); r.IntN(2) == 0 && k < len(draws) {
				draws[i], draws[k] = draws[k], draws[i]
			}
		}
		j := d.Start("customer", journeytest.Origin())
		for _, draw := range draws {
			e := draw.Event
			got, err := d.Step(j, e)
			want, c, wantErr := d.Move(j, e)
			early := errors.Is(wantErr, journey.ErrCustomer) || errors.Is(wantErr, journey.ErrOutOfRange) || errors.Is(wantErr, journey.ErrOutOfOrder)
			if repeat := wantErr == nil && c.Kind == journey.NoChange; !repeat && !early { // which come before timers
				want = j
				for timer, ok := d.Due(want, e.At); ok; timer, ok = d.Due(want, e.At) {
					want, _, wantErr = d.Move(want, timer)
					require.NoError(t, wantErr)
				}
				want, c, wantErr = d.Move(want, e)
			}
			if c.Kind == journey.Moved && e.At.Before(j.Last()) {
				moved++
			}
			if wantErr != nil {
				require.EqualError(t, err, wantErr.Error())
			} else {
				require.NoError(t, err)
			}
			cases.Same(t, want, got)
			j = got
		}
	}, law.Counters{"moved": &moved})
}

// Definitions with equal hashes are one definition, however they are written.
func TestLaw_JourneysMoveBetweenEqualDefinitions(t *testing.T) {
	t.Parallel()
	a := rich(t)
	s := a.Spec()
	s.Stages[1], s.Stages[4] = s.Stages[4], s.Stages[1]
	s.Milestones[0], s.Milestones[3] = s.Milestones[3], s.Milestones[0]
	for i := range s.Milestones {
		e := s.Milestones[i].Events
		for k := range len(e) / 2 {
			e[k], e[len(e)-1-k] = e[len(e)-1-k], e[k]
		}
	}
	b, err := journey.Define(s)
	require.NoError(t, err)
	require.Equal(t, a.Hash(), b.Hash())
	rapid.Check(t, func(t *rapid.T) {
		straight, zigzag := a.Start("c", day0), a.Start("c", day0)
		for i, e := range drawEvents(t, 40) {
			e.Customer = ""
			straight, _ = a.Step(straight, e)
			if i%2 == 0 {
				zigzag, _ = b.Step(zigzag, e)
			} else {
				zigzag, _ = a.Step(zigzag, e)
			}
			require.Equal(t, straight.Stage(), zigzag.Stage())
			require.ElementsMatch(t, straight.Milestones(), zigzag.Milestones())
		}
		back, err := a.Advance(zigzag, zigzag.Last())
		require.NoError(t, err)
		require.Equal(t, straight, back)
	})
}

func TestIDHash_DistinguishesIDs(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Initial: "a", Transitions: []journey.Transition{
		{From: "a", On: "go", To: "a"}, {From: "a", On: "end", To: "b"},
	}})
	require.NoError(t, err)
	// Neighbours in every length, so that each byte of an id is seen to count.
	j := d.Start("c", day0)
	for n := range 40 {
		for i := range n {
			id := []byte(strings.Repeat("x", n))
			id[i] = 'y'
			was := j.Seq()
			j, err = d.Step(j, journey.Event{Trigger: "go", At: day0, ID: string(id)})
			require.NoError(t, err)
			require.Equal(t, was+1, j.Seq())
			j, err = d.Step(j, journey.Event{Trigger: "go", At: day0, ID: string(id)})
			require.NoError(t, err)
			require.Equal(t, was+1, j.Seq())
		}
	}
}
