package journey_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// lifecycleNames are the triggers of the lifecycle definition. Events drawn
// from them evenly are refused four times out of five: the hardest case for a
// branch predictor.
var lifecycleNames = []string{
	"sign_up", "start_trial", "convert", "expire", "cancel", "upgrade", "pay_fail",
	"pause", "downgrade", "pay_ok", "resume", "win_back",
}

// saasNames are the triggers of the SaaS preset, timers and observations among
// them.
var saasNames = func() []string {
	var names []string
	for _, t := range preset.SaaS().Triggers() {
		names = append(names, string(t))
	}
	return names
}()

func randomEvents(customers, each int, names []string) func(func(touchpoint.Event) bool) {
	return func(yield func(touchpoint.Event) bool) {
		rng := rand.New(rand.NewPCG(1, 2))
		for c := range customers {
			at := day0.Add(time.Duration(rng.IntN(1000)) * time.Hour)
			id := strconv.Itoa(10_000_000 + c)
			for range each {
				at = at.Add(time.Duration(1 + rng.Int64N(1_000_000_000_000)))
				if !yield(touchpoint.Event{Customer: id, Name: names[rng.IntN(len(names))], At: at}) {
					return
				}
			}
		}
	}
}

func randomLog(customers, each int, names []string) *touchpoint.Log {
	log, err := touchpoint.NewLog(randomEvents(customers, each, names))
	if err != nil {
		panic(err)
	}
	return log
}

// bigLog and bigSaaSLog have ten events for each of a million customers.
var (
	bigLog     = sync.OnceValue(func() *touchpoint.Log { return randomLog(1_000_000, 10, lifecycleNames) })
	bigSaaSLog = sync.OnceValue(func() *touchpoint.Log { return randomLog(1_000_000, 10, saasNames) })
)

func perEvent(b *testing.B, events int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
}

// The budget is 25 ns by name.
func BenchmarkNext_ByName(b *testing.B) {
	d := cases.Lifecycle(b)
	var stages [8]journey.Stage
	for i, st := range d.Stages() {
		stages[i] = st.Name
	}
	var triggers [16]journey.Trigger
	for i := range triggers {
		triggers[i] = journey.Trigger(lifecycleNames[i%len(lifecycleNames)])
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_, _ = d.Next(stages[i&7], triggers[i&15])
		i++
	}
}

// The budget is 5 ns by interned id in bulk.
func BenchmarkNext_ByIDInBulk(b *testing.B) {
	d := cases.Lifecycle(b)
	rng := rand.New(rand.NewPCG(3, 4))
	tab := d.Table()
	ids := make([]int, 1<<16)
	for i := range ids {
		ids[i] = rng.IntN(tab.Width)
	}
	b.ReportAllocs()
	s := tab.Initial
	for b.Loop() {
		for _, t := range ids {
			if n := tab.Next[s*tab.Width+t]; n != 0 {
				s = int(n) - 1
			}
		}
	}
	perEvent(b, len(ids))
}

// The budget is 60 ns and no allocation.
func BenchmarkStep(b *testing.B) {
	d := cases.Lifecycle(b)
	j := d.Start("acme", day(0))
	e := journey.Event{Customer: "acme", Trigger: "sign_up", At: day(1), ID: "evt_0123456789"}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = d.Step(j, e)
	}
}

// The same with a timer running and an event that reaches a milestone.
func BenchmarkStep_TimerAndMilestone(b *testing.B) {
	d := preset.SaaS()
	j, err := d.Step(d.Start("acme", day(0)), journey.Event{Trigger: "trial_started", At: day(1)})
	require.NoError(b, err)
	j, err = d.Step(j, journey.Event{Trigger: "subscribed", At: day(2)})
	require.NoError(b, err)
	e := journey.Event{Customer: "acme", Trigger: "activated", At: day(3), ID: "evt_0123456789"}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = d.Step(j, e)
	}
}

func BenchmarkStep_Refused(b *testing.B) {
	d := cases.Lifecycle(b)
	j := d.Start("acme", day(0))
	e := journey.Event{Customer: "acme", Trigger: "upgrade", At: day(1), ID: "evt_0123456789"}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = d.Step(j, e)
	}
}

func benchmarkLog(b *testing.B, d *journey.Definition, log *touchpoint.Log, o journey.ReplayOptions) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.ReplayLog(log, nil, o); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, log.Len())
}

// The budget is 60 ms for 10,000,000 events of 1,000,000 customers from a
// columnar log.
func BenchmarkReplay_Log10M(b *testing.B) {
	log := bigLog()
	benchmarkLog(b, cases.Lifecycle(b), log, journey.ReplayOptions{Goroutines: 2})
}

func BenchmarkReplay_Log10M_OneGoroutine(b *testing.B) {
	log := bigLog()
	benchmarkLog(b, cases.Lifecycle(b), log, journey.ReplayOptions{Goroutines: 1})
}

// The SaaS preset has a timer, four milestones and two observations.
func BenchmarkReplay_Log10M_SaaSWithHorizon(b *testing.B) {
	log := bigSaaSLog()
	benchmarkLog(b, preset.SaaS(), log, journey.ReplayOptions{Goroutines: 2, Horizon: day(365)})
}

// What a replay costs that is written with maps: the obvious way.
func BenchmarkReplay_Log10M_MapFold(b *testing.B) {
	d, log := cases.Lifecycle(b), bigLog()
	next := map[[2]string]string{}
	for _, e := range d.Edges() {
		next[[2]string{string(e.From), string(e.On)}] = string(e.To)
	}
	b.ReportAllocs()
	for b.Loop() {
		spent, taken, refused := map[string]time.Duration{}, map[[2]string]int{}, map[[2]string]int{}
		who, stage, since := "", "", time.Time{}
		for e := range log.Events() {
			if e.Customer != who {
				who, stage, since = e.Customer, string(d.Initial()), e.At
			}
			k := [2]string{stage, e.Name}
			to, ok := next[k]
			if !ok {
				refused[k]++
				continue
			}
			taken[k]++
			spent[stage] += e.At.Sub(since)
			stage, since = to, e.At
		}
	}
	perEvent(b, log.Len())
}

func BenchmarkReplay_Stream1M(b *testing.B) {
	d := cases.Lifecycle(b)
	var events []journey.Event
	for e := range randomEvents(100_000, 10, lifecycleNames) {
		events = append(events, journey.Event{Customer: e.Customer, Trigger: journey.Trigger(e.Name), At: e.At})
	}
	for name, in := range map[string][]journey.Event{"grouped": events, "shuffled": shuffled(events, 1)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Replay(slices.Values(in)); err != nil {
					b.Fatal(err)
				}
			}
			perEvent(b, len(in))
		})
	}
}

func BenchmarkReplay_Sojourns10M(b *testing.B) {
	d, log := cases.Lifecycle(b), bigLog()
	for b.Loop() {
		r, err := d.ReplayLog(log, nil, journey.ReplayOptions{Goroutines: 2})
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range r.Sojourns(journey.ByStage) {
			_, _ = s.Quantile(0.5)
		}
	}
	perEvent(b, log.Len())
}

func BenchmarkReplay_Milestone10M(b *testing.B) {
	d, log := preset.SaaS(), bigSaaSLog()
	r, err := d.ReplayLog(log, nil, journey.ReplayOptions{Goroutines: 2})
	require.NoError(b, err)
	for b.Loop() {
		if _, err := r.Milestone("activation", journey.MilestoneOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, log.Len())
}

func BenchmarkDefine(b *testing.B) {
	for name, d := range map[string]*journey.Definition{"SaaS": preset.SaaS(), "1000 stages": ring(b, 1000)} {
		s := d.Spec()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := journey.Define(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A definition of 100,000 stages has to be refused at once.
func BenchmarkDefine_TooLarge(b *testing.B) {
	s := journey.Spec{Initial: "0"}
	for i := range 100_000 {
		s.Transitions = append(s.Transitions, journey.Transition{From: journey.Stage(strconv.Itoa(i)), On: "x", To: journey.Stage(strconv.Itoa(i + 1))})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := journey.Define(s); err == nil {
			b.Fatal("was taken")
		}
	}
}

func TestBudget_NoAllocations(t *testing.T) {
	d, saas := cases.Lifecycle(t), preset.SaaS()
	j := saas.Start("acme", day(0))
	for i, tr := range []journey.Trigger{"trial_started", "subscribed"} {
		var err error
		j, err = saas.Step(j, journey.Event{Trigger: tr, At: day(i)})
		require.NoError(t, err)
	}
	trial, err := saas.Step(saas.Start("acme", day(0)), journey.Event{Trigger: "trial_started", At: day(0)})
	require.NoError(t, err)
	for name, f := range map[string]func(){
		"Next":                   func() { d.Next("trial", "convert") },
		"Start":                  func() { d.Start("acme", day0) },
		"Step to a milestone":    func() { _, _ = saas.Step(j, journey.Event{Trigger: "activated", At: day(5), ID: "evt_1"}) },
		"Step under a timer":     func() { _, _ = saas.Step(trial, journey.Event{Trigger: "subscribed", At: day(5)}) },
		"Step after a due timer": func() { _, _ = saas.Step(trial, journey.Event{Trigger: "subscribed", At: day(50)}) },
		"Advance":                func() { _, _ = saas.Advance(trial, day(50)) },
	} {
		assert.Zero(t, testing.AllocsPerRun(50, f), name)
	}
}

// A replay of a log keeps ten bytes a customer, eight more where there are
// milestones, and nothing per event.
func TestBudget_ReplayMemory(t *testing.T) {
	const customers = 200_000
	for name, c := range map[string]struct {
		d    *journey.Definition
		log  *touchpoint.Log
		most uint64
	}{
		"lifecycle": {cases.Lifecycle(t), randomLog(customers, 5, lifecycleNames), 11},
		"SaaS":      {preset.SaaS(), randomLog(customers, 5, saasNames), 19},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := c.d.ReplayLog(c.log, nil, journey.ReplayOptions{Goroutines: 2})
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		assert.LessOrEqual(t, after.HeapAlloc-before.HeapAlloc, c.most*customers, name)
		runtime.KeepAlive(r)
		runtime.KeepAlive(c.log)
	}
}

// Growth: adding one customer's shard must not cost more the more there are.
func BenchmarkSummary_MergeOfSingleCustomers(b *testing.B) {
	d := cases.Lifecycle(b)
	for _, n := range []int{500, 2_000, 8_000} {
		shards := make([]*journey.Summary, n)
		for i := range shards {
			log, err := journey.LogOf(slices.Values([]journey.Event{
				{Customer: strconv.Itoa(i * 7919 % n), Trigger: "sign_up", At: day(i % 50)}, {Customer: strconv.Itoa(i * 7919 % n), Trigger: "convert", At: day(60 + i%90)},
			}))
			require.NoError(b, err)
			r, err := d.ReplayLog(log, nil, journey.ReplayOptions{Goroutines: 1})
			require.NoError(b, err)
			shards[i] = new(journey.Summary)
			require.NoError(b, shards[i].Merge(&r.Summary))
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				var sum journey.Summary
				for _, s := range shards {
					if err := sum.Merge(s); err != nil {
						b.Fatal(err)
					}
				}
				if got := sum.Rows(journey.ByStage)[0].Reached; got != int64(n) {
					b.Fatal(got)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/shard")
		})
	}
}
