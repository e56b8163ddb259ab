package simulate_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// Arrivals follow rate, trend and season, month by month.
func TestLaw_ArrivalsFollowTheRate(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := paying(t, seed)
		w.Personas, w.Moves, w.Habits, w.Billing = nil, nil, nil, simulate.Billing{}
		w.Arrivals = simulate.Arrivals{PerMonth: 300, Growth: 0.04, Season: [12]float64{1, 1, 2, 1, 1, 0, 1, 1, 1, 1, 1, 0.5}, Event: "subscribed", Until: date(2025, 9, 16)}
		n := map[calendar.Month]float64{}
		for one, err := range w.Each(simulate.Options{}) {
			require.NoError(t, err)
			n[calendar.MonthOf(one.Arrived, time.UTC)]++
		}
		for m := calendar.NewMonth(2024, 1); m.Before(calendar.NewMonth(2026, 1)); m = m.Add(1) {
			want := 0.0
			p := m.Period(time.UTC)
			for at := p.From; at.Before(p.To); at = at.Add(day) {
				if at.Before(w.Arrivals.Until) {
					months := at.Sub(w.From).Hours() / 24 / 30.4375
					want += 300 / 30.4375 * math.Pow(1.04, months) * w.Arrivals.Season[m.Month()-1]
				}
			}
			if want == 0 {
				require.Zero(t, n[m], m.String())
				continue
			}
			c.see(m.String(), seed, want-1.96*math.Sqrt(want), n[m], want+1.96*math.Sqrt(want))
		}
	}
	c.check(t)
}

// Exactly means exactly, also where there is no rate to spread them by.
func TestArrivals_Exactly(t *testing.T) {
	t.Parallel()
	w := paying(t, 1)
	for _, n := range []int{1, 7, 1234} {
		for _, rate := range []float64{0, 55} {
			w.Arrivals.Exactly, w.Arrivals.PerMonth = n, rate
			co := run(t, w)
			require.Len(t, co.Customers(), n)
			for _, c := range co.Customers() {
				require.False(t, c.Arrived.Before(w.From) || !c.Arrived.Before(w.Arrivals.Until))
			}
		}
	}
	w.Arrivals = simulate.Arrivals{Event: "subscribed"}
	assert.Empty(t, run(t, w).Customers())
}

// Nights and weekends lose the stated share of what falls there.
func TestLaw_DampingPutsOff(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	count := func(d simulate.Damping) (night, weekend, all float64) {
		w := paying(t, 3)
		w.Arrivals.Exactly, w.Personas, w.Damping = 400, nil, d
		w.Billing, w.Habits = simulate.Billing{}, []simulate.Habit{{Stage: "customer", Event: "call", Every: simulate.Exponential(9 * day)}}
		for e := range run(t, w).All() {
			if e.Name != "call" {
				continue
			}
			all++
			at := e.At.In(berlin)
			if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
				weekend++
			} else if at.Hour() < 7 || at.Hour() >= 22 {
				night++
			}
		}
		return night, weekend, all
	}
	night, weekend, all := count(simulate.Damping{Location: berlin})
	assert.InDelta(t, 5.0/7*9/24, night/all, 0.02)
	assert.InDelta(t, 2.0/7, weekend/all, 0.02)
	damped, off, total := count(simulate.Damping{Night: 0.8, Weekend: 0.5, Location: berlin})
	assert.InDelta(t, 0.2*night/all, damped/total, 0.02)
	assert.InDelta(t, 0.5*weekend/all, off/total, 0.03) // some nights are put off into Saturday
	damped, off, _ = count(simulate.Damping{Night: 1, Weekend: 1, Location: berlin})
	assert.Zero(t, damped)
	assert.LessOrEqual(t, off/total, 0.03)
}

// Records are late, repeated, swapped and lost at the stated rates, in order of
// their coming, and nothing else changes.
func TestLaw_DeliverAtTheStatedRates(t *testing.T) {
	t.Parallel()
	co := run(t, company(t, 9))
	events := co.Events()
	at := func(e *touchpoint.Event) time.Time { return e.At }
	who := func(e *touchpoint.Event) string { return e.Customer }
	same, err := simulate.Deliver(simulate.Delivery{}, events, at, who)
	require.NoError(t, err)
	require.Len(t, same, len(events))
	for i := range same {
		require.Equal(t, events[i], same[i].Record)
		require.Equal(t, events[i].At, same[i].At)
	}
	d := simulate.Delivery{Seed: 2, Late: 0.2, Twice: 0.1, Swap: 0.15, Lost: 0.05, Delay: simulate.Exponential(2 * day)}
	came, err := simulate.Deliver(d, events, at, who)
	require.NoError(t, err)
	var late, again, swapped float64
	ids := map[string]bool{}
	delay := 0.0
	for i, x := range came {
		require.False(t, i > 0 && x.At.Before(came[i-1].At))
		ids[x.Record.Customer+x.Record.ID] = true
		switch {
		case x.Again:
			again++
		case x.Late:
			late++
			delay += x.At.Sub(x.Record.At).Hours() / 24
		case x.Swapped:
			swapped++
			require.True(t, x.At.After(x.Record.At))
		default:
			require.Equal(t, x.Record.At, x.At)
		}
	}
	n := float64(len(events))
	assert.InDelta(t, 0.95, float64(len(ids))/n, 0.02)
	assert.InDelta(t, 0.95*0.2, late/n, 0.02)
	assert.InDelta(t, 0.95*0.1, again/n, 0.02)
	assert.Greater(t, swapped/n, 0.05)
	assert.InDelta(t, 2, delay/late, 0.3)
	repeat, err := simulate.Deliver(d, events, at, who)
	require.NoError(t, err)
	assert.Equal(t, came, repeat)
	for _, bad := range []simulate.Delivery{{Late: 1.5}, {Twice: -1}, {Lost: math.NaN()}, {Delay: simulate.Weibull(day, 0)}} {
		_, err = simulate.Deliver(bad, events, at, who)
		assert.ErrorIs(t, err, simulate.ErrWorld)
	}
}

// Everything wrong with a world has its code and its place.
func TestValidate_FindsEveryFault(t *testing.T) {
	t.Parallel()
	require.NoError(t, func() error { w := company(t, 1); return w.Validate() }())
	require.NoError(t, func() error { w := saas(1); return w.Validate() }())
	for path, c := range map[string]struct {
		code  fault.Code
		spoil func(*simulate.World)
	}{
		"Definition":                       {simulate.FaultMissing, func(w *simulate.World) { w.Definition = nil }},
		"From":                             {simulate.FaultMissing, func(w *simulate.World) { w.From = time.Time{} }},
		"To":                               {simulate.FaultRange, func(w *simulate.World) { w.To = w.From }},
		"Arrivals.PerMonth":                {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.PerMonth = math.NaN() }},
		"Arrivals.Growth":                  {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.Growth = -1 }},
		"Arrivals":                         {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.Growth = 10 }},
		"Arrivals.Season[3]":               {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.Season[3] = -1 }},
		"Arrivals.Exactly":                 {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.Exactly = -1 }},
		"Arrivals.Until":                   {simulate.FaultRange, func(w *simulate.World) { w.Arrivals.Until = w.From }},
		"Arrivals.Event":                   {simulate.FaultRefused, func(w *simulate.World) { w.Arrivals.Event = "cancelled" }},
		"Moves[0].P":                       {simulate.FaultProbability, func(w *simulate.World) { w.Moves[0].P = -0.1 }},
		"Moves":                            {simulate.FaultProbability, func(w *simulate.World) { w.Moves[0].P = 0.9 }},
		"Moves[0].Dwell.Shape":             {simulate.FaultRange, func(w *simulate.World) { w.Moves[0].Dwell.Shape = 0 }},
		"Moves[0].Dwell.Scale":             {simulate.FaultRange, func(w *simulate.World) { w.Moves[0].Dwell.Scale = -1 }},
		"Moves[0].Dwell.Family":            {simulate.FaultRange, func(w *simulate.World) { w.Moves[0].Dwell.Family = 9 }},
		"Moves[0].Dwell.Below":             {simulate.FaultRange, func(w *simulate.World) { w.Moves[0].Dwell.Below = time.Minute }},
		"Moves[0].From":                    {simulate.FaultUnknown, func(w *simulate.World) { w.Moves[0].From = "nowhere" }},
		"Moves[0].On":                      {simulate.FaultRefused, func(w *simulate.World) { w.Moves[0].On = "returned" }},
		"Moves[0].Does":                    {simulate.FaultUnknown, func(w *simulate.World) { w.Moves[0].Does = simulate.Refer }},
		"Moves[1]":                         {simulate.FaultDuplicate, func(w *simulate.World) { w.Moves[1] = w.Moves[0] }},
		"Personas[0].Share":                {simulate.FaultRange, func(w *simulate.World) { w.Personas[0].Share = math.Inf(1) }},
		"Personas[0].ID":                   {simulate.FaultRange, func(w *simulate.World) { w.Personas[0].ID = "\xff" }},
		"Personas[0].Seats":                {simulate.FaultRange, func(w *simulate.World) { w.Personas[0].Seats = [2]int{3, 2} }},
		"Personas[1].ID":                   {simulate.FaultDuplicate, func(w *simulate.World) { w.Personas[1].ID = "team" }},
		"Personas[0].Plans[0]":             {simulate.FaultUnknown, func(w *simulate.World) { w.Personas[0].Plans[0].Plan = "gold" }},
		"Personas[0].Plans[1].P":           {simulate.FaultProbability, func(w *simulate.World) { w.Personas[0].Plans[1].P = -1 }},
		"Personas[0].Plans":                {simulate.FaultProbability, func(w *simulate.World) { w.Personas[0].Plans = []simulate.Choice{{Plan: "pro"}} }},
		"Habits[0].Every":                  {simulate.FaultRange, func(w *simulate.World) { w.Habits[0].Every = simulate.Fixed(0) }},
		"Habits[0].Event":                  {simulate.FaultMoves, func(w *simulate.World) { w.Habits[0].Event = "declined" }},
		"Habits[1].Event":                  {simulate.FaultMissing, func(w *simulate.World) { w.Habits[1].Event = "" }},
		"Habits[2].Event":                  {simulate.FaultRefused, func(w *simulate.World) { w.Habits[2].Event = "returned" }},
		"Habits[0].Stage":                  {simulate.FaultUnknown, func(w *simulate.World) { w.Habits[0].Stage = "" }},
		"Habits[0].Does":                   {simulate.FaultUnknown, func(w *simulate.World) { w.Habits[0].Does = 77 }},
		"Habits[3].Resume":                 {simulate.FaultMissing, func(w *simulate.World) { w.Habits[3].Resume = "" }},
		"Habits[4].Cost":                   {simulate.FaultRange, func(w *simulate.World) { w.Habits[4].Cost = dec("-1") }},
		"Acquisition.Event":                {simulate.FaultMoves, func(w *simulate.World) { w.Acquisition.Event = "visited" }},
		"Acquisition.Channels":             {simulate.FaultProbability, func(w *simulate.World) { w.Acquisition.Channels = []simulate.Channel{{Channel: "x", Share: 1}} }},
		"Acquisition.Channels[0].Converts": {simulate.FaultProbability, func(w *simulate.World) { w.Acquisition.Channels[0].Converts = 2 }},
		"Acquisition.Channels[0]":          {simulate.FaultProbability, func(w *simulate.World) { w.Acquisition.Channels[0].Leaves = 0.7 }},
		"Acquisition.Channels[0].Channel":  {simulate.FaultMissing, func(w *simulate.World) { w.Acquisition.Channels[0].Channel = "" }},
		"Billing.Currency":                 {simulate.FaultUnknown, func(w *simulate.World) { w.Billing.Currency = "XXQ" }},
		"Billing.Plans":                    {simulate.FaultMissing, func(w *simulate.World) { w.Billing.Plans = nil; w.Personas[0].Plans = nil }},
		"Billing.Stages[0].Stage":          {simulate.FaultUnknown, func(w *simulate.World) { w.Billing.Stages[0].Stage = "x" }},
		"Billing.Stages[0].State":          {simulate.FaultUnknown, func(w *simulate.World) { w.Billing.Stages[0].State = billing.StateUnpaid }},
		"Billing.Stages[1]":                {simulate.FaultDuplicate, func(w *simulate.World) { w.Billing.Stages[1] = w.Billing.Stages[0] }},
		"Billing.Plans[1].Name":            {simulate.FaultDuplicate, func(w *simulate.World) { w.Billing.Plans[1].Name = "basic" }},
		"Billing.Plans[0].Cycle":           {simulate.FaultRange, func(w *simulate.World) { w.Billing.Plans[0].Cycle.N = -1 }},
		"Billing.Plans[0].Price":           {simulate.FaultRange, func(w *simulate.World) { w.Billing.Plans[0].Price = dec("1e13") }},
		"Billing.Payments.Fails":           {simulate.FaultProbability, func(w *simulate.World) { w.Billing.Payments.Fails = 2 }},
		"Billing.Payments.Failed":          {simulate.FaultMoves, func(w *simulate.World) { w.Billing.Payments.Failed = "cancelled" }},
		"Billing.Payments.Lapsed":          {simulate.FaultRefused, func(w *simulate.World) { w.Billing.Payments.Lapsed = "returned" }},
		"Surveys[0].Name":                  {simulate.FaultMissing, func(w *simulate.World) { w.Surveys[0].Name = "" }},
		"Surveys[0].Stage":                 {simulate.FaultUnknown, func(w *simulate.World) { w.Surveys[0].Stage = "" }},
		"Surveys[0].Kind":                  {simulate.FaultUnknown, func(w *simulate.World) { w.Surveys[0].Kind = survey.KindUnknown }},
		"Surveys[0].Answers":               {simulate.FaultProbability, func(w *simulate.World) { w.Surveys[0].Answers = 1.01 }},
		"Surveys[0]":                       {simulate.FaultRange, func(w *simulate.World) { w.Surveys[0].SD = -1 }},
		"Treatment.Share":                  {simulate.FaultProbability, func(w *simulate.World) { w.Treatment.Share = 3 }},
		"Treatment.Name":                   {simulate.FaultMissing, func(w *simulate.World) { w.Treatment.Name = "" }},
		"Treatment.From":                   {simulate.FaultUnknown, func(w *simulate.World) { w.Treatment.From = "x" }},
		"Treatment.On":                     {simulate.FaultUnknown, func(w *simulate.World) { w.Treatment.On = "returned" }},
		"Treatment.Effect":                 {simulate.FaultProbability, func(w *simulate.World) { w.Treatment.Effect = 0.9 }},
		"Damping.Night":                    {simulate.FaultProbability, func(w *simulate.World) { w.Damping.Night = -1 }},
		"Referrals.Joins":                  {simulate.FaultProbability, func(w *simulate.World) { w.Referrals.Joins = 2 }},
	} {
		w := company(t, 1)
		c.spoil(&w)
		err := w.Validate()
		require.ErrorIs(t, err, simulate.ErrWorld, path)
		var d *fault.Design
		require.ErrorAs(t, err, &d, path)
		found := false
		for _, f := range d.Faults {
			found = found || f.Path == path && f.Code == c.code
		}
		assert.True(t, found, "%s %s in %v", path, c.code, err)
		_, err = w.Run(simulate.Options{})
		assert.ErrorIs(t, err, simulate.ErrWorld)
	}
	_, err := func() (*simulate.Company, error) { w := company(t, 1); return w.Run(simulate.Options{Goroutines: -1}) }()
	require.ErrorIs(t, err, simulate.ErrWorld)
}

// What a careless parameter would make endless ends with an error.
func TestRun_Bounds(t *testing.T) {
	t.Parallel()
	w := paying(t, 1)
	w.Habits = []simulate.Habit{{Stage: "customer", Event: "tick", Every: simulate.Fixed(time.Second)}}
	_, err := w.Run(simulate.Options{})
	require.ErrorIs(t, err, simulate.ErrTooMany)

	w = paying(t, 1)
	w.Habits = []simulate.Habit{{Stage: "customer", Event: "told", Every: simulate.Exponential(day), Does: simulate.Refer}}
	w.Referrals = simulate.Referrals{Joins: 1}
	w.Moves[0].P = 0
	w.Arrivals.Exactly = 1
	w.Personas = nil
	_, err = w.Run(simulate.Options{})
	require.ErrorIs(t, err, simulate.ErrTooMany)
}

// A guard's panic is an error, and no panic.
func TestRun_GuardPanics(t *testing.T) {
	t.Parallel()
	w := paying(t, 1)
	spec := w.Definition.Spec()
	spec.Transitions[1].Guard = journey.Guard{Name: "mad", Allow: func(journey.Journey, journey.Event) bool { panic("mad") }}
	w.Definition = define(t, spec)
	_, err := w.Run(simulate.Options{})
	var g *journey.GuardError
	require.ErrorAs(t, err, &g)
}

// Results are JSON and text.
func TestResults_Travel(t *testing.T) {
	t.Parallel()
	w := settled(t, 1)
	co := run(t, w)
	truth, err := w.Truth()
	require.NoError(t, err)
	r, err := co.Replay()
	require.NoError(t, err)
	fit, err := simulate.Fit(r, booksOf(t, co), simulate.FitOptions{})
	require.NoError(t, err)
	credit, err := func() (*simulate.Credit, error) { w := company(t, 1); return w.Credit() }()
	require.NoError(t, err)
	revenue, err := func() (*simulate.Revenue, error) { w := paying(t, 1); return w.Revenue() }()
	require.NoError(t, err)
	for _, x := range []any{co, truth, fit, credit, revenue} {
		data, err := json.Marshal(x)
		require.NoError(t, err)
		assert.Greater(t, len(data), 2, "%T", x)
		assert.NotContains(t, string(data), "null,null", "%T", x)
	}
	assert.NotEmpty(t, truth.Rows())
	assert.NotEmpty(t, credit.Rows())
	spends := func() []simulate.Spend { return run(t, company(t, 1)).Spends() }()
	var names []string
	for _, s := range spends {
		names = append(names, string(s.Channel))
		assert.True(t, s.Cost.IsPositive() && s.Events > 0)
	}
	assert.Equal(t, []string{"Email", "Paid Search", "Phone"}, names)
	_, ok := co.Find("nobody")
	assert.False(t, ok)
	assert.Empty(t, co.Persona("nobody"))
}
