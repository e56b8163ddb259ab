package journey_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func yes(journey.Journey, journey.Event) bool { return true }
func no(journey.Journey, journey.Event) bool  { return false }

func guard(name string) journey.Guard { return journey.Guard{Name: name, Allow: yes} }

// codes defines the Spec and returns the codes of its faults, in order.
func codes(t *testing.T, s journey.Spec) []fault.Code {
	t.Helper()
	d, err := journey.Define(s)
	if err == nil {
		require.NotNil(t, d)
		return nil
	}
	require.Nil(t, d)
	require.ErrorIs(t, err, journey.ErrDefinition)
	var de *fault.Design
	require.ErrorAs(t, err, &de)
	var f fault.Fault
	require.ErrorAs(t, err, &f, "each fault is in the chain")
	var got []fault.Code
	for _, f := range de.Faults {
		assert.NotEmpty(t, f.Detail)
		assert.Contains(t, err.Error(), f.Error())
		assert.True(t, de.Has(f.Code))
		got = append(got, f.Code)
	}
	return got
}

func TestDefine_Faults(t *testing.T) {
	t.Parallel()
	ab := []journey.StageSpec{{Name: "a"}, {Name: "b", Terminal: true}}
	move := func(from journey.Stage, on journey.Trigger, to journey.Stage) journey.Transition {
		return journey.Transition{From: from, On: on, To: to}
	}
	line := []journey.Transition{move("a", "go", "b")}
	spec := func(stages []journey.StageSpec, ts ...journey.Transition) journey.Spec {
		return journey.Spec{Name: "x", Initial: "a", Stages: stages, Transitions: ts}
	}
	with := func(s journey.Spec, change func(*journey.Spec)) journey.Spec { change(&s); return s }
	base := spec(ab, line...)
	long := strings.Repeat("n", journey.MaxName+1)
	many := func(n int) []journey.Transition {
		out := make([]journey.Transition, n)
		for i := range out {
			out[i] = move("a", "go", journey.Stage(strconv.Itoa(i)))
		}
		return out
	}
	cases := map[string]struct {
		spec journey.Spec
		want []fault.Code
	}{
		"faultless":                  {base, nil},
		"stages left out":            {journey.Spec{Initial: "a", Transitions: line}, nil},
		"nothing at all":             {journey.Spec{}, []fault.Code{"no-stages"}},
		"missing initial":            {with(base, func(s *journey.Spec) { s.Initial = "" }), []fault.Code{"missing-initial"}},
		"unknown initial":            {with(base, func(s *journey.Spec) { s.Initial = "z" }), []fault.Code{"unknown-initial"}},
		"unknown initial, inferred":  {journey.Spec{Initial: "z", Transitions: line}, []fault.Code{"unknown-initial"}},
		"unknown stage":              {spec(ab, append(line, move("a", "jump", "c"))...), []fault.Code{"unknown-stage"}},
		"unknown source":             {spec(ab, append(line, move("c", "jump", "b"))...), []fault.Code{"unknown-stage"}},
		"duplicate stage":            {spec(append(ab[:2:2], journey.StageSpec{Name: "a"}), line...), []fault.Code{"duplicate-stage"}},
		"duplicate transition":       {spec(ab, append(line, move("a", "go", "b"))...), []fault.Code{"duplicate-transition"}},
		"unconditional before guard": {spec(ab, append(line, journey.Transition{From: "a", On: "go", To: "b", Guard: guard("g")})...), []fault.Code{"unconditional-not-last"}},
		"guard before unconditional": {spec(ab, append([]journey.Transition{{From: "a", On: "go", To: "b", Guard: guard("g")}}, line...)...), nil},
		"the same guard twice": {
			spec(ab, append([]journey.Transition{{From: "a", On: "go", To: "b", Guard: guard("g")}, {From: "a", On: "go", To: "a", Guard: guard("g")}}, line...)...),
			[]fault.Code{"duplicate-guard"},
		},
		"guard without a name":              {spec(ab, journey.Transition{From: "a", On: "go", To: "b", Guard: journey.Guard{Allow: yes}}), []fault.Code{"guard-unnamed"}},
		"guard without a function":          {spec(ab, journey.Transition{From: "a", On: "go", To: "b", Guard: journey.Guard{Name: "g"}}), []fault.Code{"guard-unbound"}},
		"unknown gate":                      {spec(ab, journey.Transition{From: "a", On: "go", To: "b", Gate: "m"}), []fault.Code{"unknown-gate"}},
		"internal that moves":               {spec(ab, append(line, journey.Transition{From: "a", On: "in", To: "b", Internal: true})...), []fault.Code{"internal-moves"}},
		"unreachable stage":                 {spec(append(ab[:2:2], journey.StageSpec{Name: "c"}), append(line, move("c", "go", "b"))...), []fault.Code{"unreachable-stage"}},
		"dead end":                          {spec([]journey.StageSpec{{Name: "a"}, {Name: "b"}}, line...), []fault.Code{"dead-end"}},
		"a stage that only turns on itself": {spec([]journey.StageSpec{{Name: "a"}, {Name: "b"}}, append(line, move("b", "turn", "b"))...), nil},
		"only internal is a dead end":       {spec([]journey.StageSpec{{Name: "a"}, {Name: "b"}}, append(line, journey.Transition{From: "b", On: "note", Internal: true})...), []fault.Code{"dead-end"}},
		"terminal with exit":                {spec(ab, append(line, move("b", "back", "a"))...), []fault.Code{"terminal-with-exit"}},
		"terminal may stay":                 {spec(ab, append(line, journey.Transition{From: "b", On: "note", Internal: true})...), nil},
		"no goal in reach":                  {spec([]journey.StageSpec{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "g", Goal: true, Terminal: true}}, move("a", "go", "b"), move("b", "on", "c"), move("c", "on", "b"), move("a", "win", "g")), []fault.Code{"no-way-to-goal", "no-way-to-goal"}},
		"no goal declared":                  {spec([]journey.StageSpec{{Name: "a"}, {Name: "b"}}, move("a", "go", "b"), move("b", "go", "a")), nil},
		"trigger never used":                {with(base, func(s *journey.Spec) { s.Triggers = []journey.Trigger{"go", "idle"} }), []fault.Code{"unused-trigger"}},
		"trigger not declared":              {with(base, func(s *journey.Spec) { s.Triggers = []journey.Trigger{"idle"} }), []fault.Code{"unused-trigger", "unknown-trigger"}},
		"declared twice, without name":      {with(base, func(s *journey.Spec) { s.Triggers = []journey.Trigger{"", "go", "go"} }), []fault.Code{"illegal-name", "duplicate-trigger"}},
		"observed twice, without name":      {with(base, func(s *journey.Spec) { s.Observe = []journey.Trigger{"", "seen", "seen"} }), []fault.Code{"illegal-name", "duplicate-trigger"}},
		"trigger declared twice":            {with(base, func(s *journey.Spec) { s.Triggers = []journey.Trigger{"go", "go"} }), []fault.Code{"duplicate-trigger"}},
		"wildcard meets explicit":           {spec(ab, append(line, move(journey.Any, "go", "b"))...), []fault.Code{"wildcard-overlap", "duplicate-transition"}},
		"wildcard excepting it":             {spec([]journey.StageSpec{{Name: "a"}, {Name: "c"}, {Name: "b", Terminal: true}}, append(line, move("a", "side", "c"), journey.Transition{From: journey.Any, On: "go", To: "b", Except: []journey.Stage{"a"}})...), nil},
		"wildcard for nobody":               {spec(ab, append(line, journey.Transition{From: journey.Any, On: "close", To: "b", Except: []journey.Stage{"a"}})...), []fault.Code{"empty-wildcard"}},
		"except without a wildcard":         {spec(ab, journey.Transition{From: "a", On: "go", To: "b", Except: []journey.Stage{"b"}}), []fault.Code{"empty-wildcard"}},
		"except names nobody":               {spec(ab, append(line, journey.Transition{From: journey.Any, On: "close", To: "b", Except: []journey.Stage{"q"}})...), []fault.Code{"unknown-stage"}},
		"unknown group":                     {spec(ab, append(line, move(journey.InGroup("q"), "close", "b"))...), []fault.Code{"unknown-group"}},
		"empty names":                       {spec([]journey.StageSpec{{Name: "a"}, {Name: ""}, {Name: "b", Terminal: true}}, move("a", "", "b")), []fault.Code{"illegal-name", "illegal-name", "unreachable-stage", "dead-end"}},
		"line break in a name":              {spec([]journey.StageSpec{{Name: "a"}, {Name: "b\nc", Terminal: true}}, move("a", "go", "b\nc")), []fault.Code{"illegal-name"}},
		"control character":                 {with(base, func(s *journey.Spec) { s.Name = "x\x1b[31m" }), []fault.Code{"illegal-name"}},
		"text direction override":           {with(base, func(s *journey.Spec) { s.Name = "x\u202ey" }), []fault.Code{"illegal-name"}},
		"bad UTF-8":                         {with(base, func(s *journey.Spec) { s.Name = "x\xff" }), []fault.Code{"illegal-name"}},
		"overlong name":                     {with(base, func(s *journey.Spec) { s.Name = long }), []fault.Code{"illegal-name"}},
		"blank around a name":               {with(base, func(s *journey.Spec) { s.Name = " x" }), []fault.Code{"illegal-name"}},
		"reserved stage name":               {spec([]journey.StageSpec{{Name: "a"}, {Name: "@b", Terminal: true}}, move("a", "go", "@b")), []fault.Code{"illegal-name"}},
		"timer of zero":                     {with(base, func(s *journey.Spec) { s.After = []journey.Timer{{Stage: "a", Trigger: "go"}} }), []fault.Code{"timer-duration"}},
		"negative timer":                    {with(base, func(s *journey.Spec) { s.After = []journey.Timer{{Stage: "a", After: -1, Trigger: "go"}} }), []fault.Code{"timer-duration"}},
		"timer of a century": {with(base, func(s *journey.Spec) {
			s.After = []journey.Timer{{Stage: "a", After: 100 * 365 * 24 * time.Hour, Trigger: "go"}}
		}), []fault.Code{"timer-duration"}},
		"timer nobody handles":      {with(base, func(s *journey.Spec) { s.After = []journey.Timer{{Stage: "a", After: 1, Trigger: "stop"}} }), []fault.Code{"timer-unhandled"}},
		"timer of an unknown stage": {with(base, func(s *journey.Spec) { s.After = []journey.Timer{{Stage: "q", After: 1, Trigger: "go"}} }), []fault.Code{"unknown-stage"}},
		"two timers at once": {with(base, func(s *journey.Spec) {
			s.After = []journey.Timer{{Stage: "a", After: 1, Trigger: "go"}, {Stage: "a", After: 1, Trigger: "go"}}
		}), []fault.Code{"duplicate-timer"}},
		"timers in a circle": {
			journey.Spec{
				Initial:     "a",
				Transitions: []journey.Transition{move("a", "go", "b"), move("b", "go", "a")},
				After:       []journey.Timer{{Stage: "a", After: 1, Trigger: "go"}, {Stage: "b", After: 1, Trigger: "go"}},
			},
			[]fault.Code{"timer-cycle"},
		},
		"a timer back to its own stage": {
			journey.Spec{
				Initial:     "a",
				Transitions: []journey.Transition{move("a", "go", "b"), move("a", "tick", journey.Same)},
				After:       []journey.Timer{{Stage: "a", After: 1, Trigger: "tick"}},
			},
			[]fault.Code{"timer-cycle"},
		},
		"a timer that stays": {
			journey.Spec{
				Initial:     "a",
				Transitions: []journey.Transition{move("a", "go", "b"), {From: "a", On: "tick", Internal: true}},
				After:       []journey.Timer{{Stage: "a", After: 1, Trigger: "tick"}},
			},
			nil,
		},
		"milestone without events": {with(base, func(s *journey.Spec) { s.Milestones = []journey.Milestone{{Name: "m"}} }), []fault.Code{"milestone-without-events"}},
		"duplicate milestone": {
			with(base, func(s *journey.Spec) {
				s.Milestones = []journey.Milestone{{Name: "m", Events: []journey.Trigger{"e"}}, {Name: "m", Events: []journey.Trigger{"f"}}}
			}),
			[]fault.Code{"duplicate-milestone"},
		},
		"milestone with an event twice": {
			with(base, func(s *journey.Spec) {
				s.Milestones = []journey.Milestone{{Name: "m", Events: []journey.Trigger{"e", "e"}}}
			}),
			[]fault.Code{"duplicate-event"},
		},
		"milestone counts wrong": {
			with(base, func(s *journey.Spec) {
				e := []journey.Trigger{"e", "f"}
				s.Milestones = []journey.Milestone{
					{Name: "any", Events: e, N: 2},
					{Name: "none", Events: e, Rule: journey.CountOf},
					{Name: "three of two", Events: e, Rule: journey.DistinctOf, N: 3},
					{Name: "window of many", Events: e, Rule: journey.CountOf, N: 101, Within: time.Hour},
					{Name: "what", Events: e, Rule: 9},
					{Name: "past", Events: e, Rule: journey.AllOf, Within: -1},
					{Name: "one in a window", Events: e, Within: 1},
					{Name: "late", Events: e, Deadline: -1},
				}
			}),
			[]fault.Code{
				"milestone-count", "milestone-count", "milestone-count", "milestone-count",
				"unknown-rule", "milestone-window", "milestone-window", "milestone-window",
			},
		},
		"100,000 stages": {
			with(base, func(s *journey.Spec) { s.Stages = make([]journey.StageSpec, 100_000) }),
			[]fault.Code{"too-large"},
		},
		"100,000 stages in transitions": {with(base, func(s *journey.Spec) { s.Stages, s.Transitions = nil, many(100_000) }), []fault.Code{"too-large"}},
		"1,002 stages in transitions":   {with(base, func(s *journey.Spec) { s.Stages, s.Transitions = nil, many(1_001) }), []fault.Code{"too-large"}},
		"100,000 milestones":            {with(base, func(s *journey.Spec) { s.Milestones = make([]journey.Milestone, 100_000) }), []fault.Code{"too-large"}},
		"several faults at once": {
			journey.Spec{
				Initial:     "a",
				Stages:      []journey.StageSpec{{Name: "a"}, {Name: "b"}, {Name: "c"}},
				Transitions: []journey.Transition{move("a", "go", "b"), move("a", "go", "b"), move("a", "go", "q")},
				Milestones:  []journey.Milestone{{Name: "m"}},
			},
			[]fault.Code{
				"milestone-without-events", "unknown-stage", "duplicate-transition", "dead-end",
				"unreachable-stage", "dead-end",
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, codes(t, c.spec))
		})
	}
}

func TestDefine_FaultsSayWhere(t *testing.T) {
	t.Parallel()
	_, err := journey.Define(journey.Spec{
		Name:    "x",
		Initial: "a",
		Stages:  []journey.StageSpec{{Name: "a"}, {Name: "b", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "a", On: "go", To: "b"},
			{From: "a", On: "leave", To: "c"},
		},
	})
	assert.EqualError(t, err, `journey: define "x": 1 fault`+"\n\t"+`Transitions[1].To ("c"): stage "c" is not declared [unknown-stage]`)
}

func TestDefine_TakesTheLargestSpec(t *testing.T) {
	t.Parallel()
	d := ring(t, 1000)
	next, ok := d.Next("999", "next")
	assert.True(t, ok)
	assert.Equal(t, journey.Stage("0"), next)
}

// 1,000 stages that 30 wildcards stand for make the largest table.
func TestDefine_TakesTheLargestTable(t *testing.T) {
	t.Parallel()
	spec := ring(t, 1000).Spec()
	wild := func(n int) journey.Spec {
		s := spec
		for i := range n {
			s.Transitions = append(s.Transitions[:len(s.Transitions):len(s.Transitions)], journey.Transition{From: journey.Any, On: journey.Trigger(strconv.Itoa(i)), To: journey.Same})
		}
		return s
	}
	d, err := journey.Define(wild(29))
	require.NoError(t, err)
	assert.Len(t, d.Edges(), 30_000)
	assert.Contains(t, codes(t, wild(30)), fault.Code("too-large"))
}

func TestDefine_WildcardsExpand(t *testing.T) {
	t.Parallel()
	d := rich(t)
	for _, s := range []journey.Stage{"setup", "active", "dormant", "lost"} {
		to, ok := d.Next(s, "close")
		assert.True(t, ok, s)
		assert.Equal(t, journey.Stage("closed"), to)
	}
	for _, s := range []journey.Stage{"trial", "closed", "no such stage"} {
		_, ok := d.Next(s, "close")
		assert.False(t, ok, s)
	}
	for _, s := range []journey.Stage{"trial", "setup"} {
		to, ok := d.Next(s, "touch")
		assert.True(t, ok)
		assert.Equal(t, s, to, "= is the source itself")
	}
	_, ok := d.Next("active", "touch")
	assert.False(t, ok)
}

func TestDefinition_Reads(t *testing.T) {
	t.Parallel()
	d := rich(t)
	assert.Equal(t, "rich", d.Name())
	assert.Equal(t, journey.Stage("trial"), d.Initial())
	assert.Equal(t, []journey.Trigger{"back", "close", "pay", "touch"}, d.Allowed("setup"))
	assert.Nil(t, d.Allowed("nowhere"))
	assert.Empty(t, d.Allowed("closed"))
	assert.Equal(t, "customer", d.Path("dormant")[0])
	assert.Equal(t, "lost", d.Path("lost")[0])
	assert.Empty(t, d.Path("nowhere"))
	assert.True(t, d.Observes("login"))
	assert.True(t, d.Observes("pay"), "a milestone waits for it")
	assert.False(t, d.Observes("nothing"))
	s, ok := d.Stage("active")
	assert.True(t, ok)
	assert.True(t, s.Goal)
	_, ok = d.Stage("nowhere")
	assert.False(t, ok)
	triggers := d.Triggers()
	assert.IsIncreasing(t, triggers)
	assert.Contains(t, triggers, journey.Trigger("login"))

	// Changing what a definition hands out does not change it.
	hash := d.Hash()
	d.Stages()[0].Name = "x"
	d.Allowed("setup")[0] = "x"
	d.Edges()[0].To = "x"
	d.Spec().Transitions[0].To = "x"
	d.Milestones()[0].Events[0] = "x"
	again, err := journey.Define(d.Spec())
	require.NoError(t, err)
	assert.Equal(t, hash, again.Hash())
	assert.Equal(t, []journey.Trigger{"back", "close", "pay", "touch"}, d.Allowed("setup"))

	// A guarded choice is answered by its unconditional branch.
	to, ok := d.Next("dormant", "wake")
	assert.True(t, ok)
	assert.Equal(t, journey.Stage("lost"), to)
	_, ok = d.Next("setup", "pay")
	assert.False(t, ok, "every branch has a condition")
	_, ok = d.Next("setup", "login")
	assert.False(t, ok, "an observation leads nowhere")
}

func TestDefinition_NextByNameAndByNumberAgree(t *testing.T) {
	t.Parallel()
	for _, d := range append(preset.All(), rich(t), cases.Lifecycle(t)) {
		tab := d.Table()
		require.Equal(t, len(d.Triggers()), tab.Width)
		require.Equal(t, d.Initial(), d.Stages()[tab.Initial].Name)
		for si, s := range d.Stages() {
			i, ok := tab.Stage(s.Name)
			require.True(t, ok)
			require.Equal(t, si, i)
			for ti, tr := range d.Triggers() {
				k, ok := tab.Trigger(tr)
				require.True(t, ok)
				require.Equal(t, ti, k)
				to, ok := d.Next(s.Name, tr)
				n := tab.Next[si*tab.Width+ti]
				require.Equal(t, ok, n != 0)
				if ok {
					require.Equal(t, to, d.Stages()[n-1].Name)
				}
			}
		}
		_, ok := tab.Stage("")
		assert.False(t, ok)
		_, ok = tab.Trigger("no such trigger")
		assert.False(t, ok)
	}
	var none journey.Table
	_, ok := none.Stage("a")
	assert.False(t, ok)
	_, ok = none.Trigger("a")
	assert.False(t, ok)
}

// The hash is part of what stores keep, so it must be the same everywhere and
// always. This value was computed by another program from the lines that
// canonicalHash describes, and is not to change.
func TestDefinition_HashIsStable(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "5ec2122806a5c86b1ecede97b590d71988c1f2a5bc5334542b430d1339dc3352", cases.Lifecycle(t).Hash())
}

func TestDefinition_HashCoversMeaningNotWording(t *testing.T) {
	t.Parallel()
	base := rich(t).Spec()
	same := map[string]func(*journey.Spec){
		"docs":               func(s *journey.Spec) { s.Doc, s.Stages[0].Doc, s.Milestones[0].Doc = "x", "y", "z" },
		"order of stages":    func(s *journey.Spec) { s.Stages[2], s.Stages[4] = s.Stages[4], s.Stages[2] },
		"order of lines":     func(s *journey.Spec) { s.Transitions[0], s.Transitions[5] = s.Transitions[5], s.Transitions[0] },
		"order of timers":    func(s *journey.Spec) { s.After[0], s.After[3] = s.After[3], s.After[0] },
		"order of miles":     func(s *journey.Spec) { s.Milestones[0], s.Milestones[3] = s.Milestones[3], s.Milestones[0] },
		"order of events":    func(s *journey.Spec) { e := s.Milestones[0].Events; e[0], e[1] = e[1], e[0] },
		"wildcard spelt out": func(s *journey.Spec) { spellOut(s) },
		"guard function":     func(s *journey.Spec) { s.Transitions[4].Guard.Allow = no },
	}
	for name, change := range same {
		s := rich(t).Spec()
		change(&s)
		d, err := journey.Define(s)
		require.NoError(t, err, name)
		assert.Equal(t, rich(t).Hash(), d.Hash(), name)
	}
	other := map[string]func(*journey.Spec){
		"name":            func(s *journey.Spec) { s.Name += "!" },
		"initial":         func(s *journey.Spec) { s.Initial = "setup" },
		"group":           func(s *journey.Spec) { s.Stages[4].Group = "gone" },
		"goal":            func(s *journey.Spec) { s.Stages[3].Goal = true },
		"entry hook":      func(s *journey.Spec) { s.Stages[0].Entry = "hook" },
		"exit hook":       func(s *journey.Spec) { s.Stages[0].Exit = "hook" },
		"destination":     func(s *journey.Spec) { s.Transitions[5].To = "lost" },
		"guard name":      func(s *journey.Spec) { s.Transitions[4].Guard.Name = "odd" },
		"gate":            func(s *journey.Spec) { s.Transitions[3].Gate = "habit" },
		"order of choice": func(s *journey.Spec) { s.Transitions[3], s.Transitions[4] = s.Transitions[4], s.Transitions[3] },
		"internal":        func(s *journey.Spec) { s.Transitions[6].Internal = true },
		"timer":           func(s *journey.Spec) { s.After[0].After++ },
		"milestone rule":  func(s *journey.Spec) { s.Milestones[0].Rule = journey.AnyOf },
		"milestone count": func(s *journey.Spec) { s.Milestones[2].N++ },
		"window":          func(s *journey.Spec) { s.Milestones[2].Within++ },
		"deadline":        func(s *journey.Spec) { s.Milestones[2].Deadline++ },
		"event":           func(s *journey.Spec) { s.Milestones[2].Events[0] = "logon" },
	}
	seen := map[string]string{rich(t).Hash(): "unchanged"}
	for name, change := range other {
		s := rich(t).Spec()
		change(&s)
		d, err := journey.Define(s)
		require.NoError(t, err, name)
		assert.Empty(t, seen[d.Hash()], "%s has the hash of another", name)
		seen[d.Hash()] = name
	}
	assert.Equal(t, base.Name, rich(t).Spec().Name)
}

// spellOut replaces the wildcard close by its lines.
func spellOut(s *journey.Spec) {
	for i, tr := range s.Transitions {
		if tr.From != journey.Any {
			continue
		}
		s.Transitions = append(s.Transitions[:i:i], s.Transitions[i+1:]...)
		for _, from := range []journey.Stage{"lost", "setup", "dormant", "active"} {
			s.Transitions = append(s.Transitions, journey.Transition{From: from, On: tr.On, To: tr.To})
		}
		return
	}
}

// ring is n stages, each leading to the next on the trigger next.
func ring(t testing.TB, n int) *journey.Definition {
	t.Helper()
	s := journey.Spec{Name: "ring", Initial: "0"}
	for i := range n {
		s.Transitions = append(s.Transitions, journey.Transition{
			From: journey.Stage(strconv.Itoa(i)), On: "next", To: journey.Stage(strconv.Itoa((i + 1) % n)),
		})
	}
	d, err := journey.Define(s)
	require.NoError(t, err)
	return d
}
