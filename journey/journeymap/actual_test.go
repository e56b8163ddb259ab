package journeymap_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func data(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	return filepath.Join(root, "journey", "processmining", name)
}

// readLog reads a process log: case, activity and time by the names of their
// columns.
func readLog(t *testing.T, name, customer, activity, at string) *touchpoint.Log {
	t.Helper()
	f, err := os.Open(data(t, name))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	c, a, when := slices.Index(rows[0], customer), slices.Index(rows[0], activity), slices.Index(rows[0], at)
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for _, r := range rows[1:] {
			instant, err := time.Parse(time.RFC3339Nano, strings.Replace(r[when], " ", "T", 1))
			require.NoError(t, err)
			if !yield(touchpoint.Event{Customer: r[c], Name: r[a], At: instant}) {
				return
			}
		}
	})
	require.NoError(t, err)
	return log
}

// perActivity has a stage for each activity and moves to it whenever it
// happens, so that a visit is the time from one activity to the next.
func perActivity(t *testing.T, log *touchpoint.Log) *journey.Definition {
	t.Helper()
	spec := journey.Spec{Name: "activities", Initial: "begin", Stages: []journey.StageSpec{{Name: "begin"}}}
	for _, name := range log.Names() {
		spec.Stages = append(spec.Stages, journey.StageSpec{Name: journey.Stage(name), Goal: true})
	}
	for _, from := range spec.Stages {
		for _, name := range log.Names() {
			spec.Transitions = append(spec.Transitions, journey.Transition{From: from.Name, On: journey.Trigger(name), To: journey.Stage(name)})
		}
	}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	return d
}

func TestActual_AgreesWithTheGoldens(t *testing.T) {
	for _, c := range []struct{ file, golden, customer, activity, at string }{
		{"receipt.csv", "golden_receipt.json", "case:concept:name", "concept:name", "time:timestamp"},
		{"traffic_fines_10000.csv", "golden_traffic_fines_10000.json", "case", "activity", "time"},
	} {
		t.Run(c.file, func(t *testing.T) {
			log := readLog(t, c.file, c.customer, c.activity, c.at)
			raw, err := os.ReadFile(data(t, c.golden))
			require.NoError(t, err)
			var golden struct {
				Cases    int64
				Variants int
				Top      []struct {
					Count int64
					Path  []string
				} `json:"top_variants"`
				Start, End map[string]int64
				DFG        []struct {
					From, To string
					N        int64
					Median   float64
				}
			}
			require.NoError(t, json.Unmarshal(raw, &golden))
			m, err := journeymap.Actual(perActivity(t, log), touchpoint.Catalogue{}, log, journeymap.ActualOptions{Cover: 1, MaxPaths: 1000})
			require.NoError(t, err)
			assert.Equal(t, golden.Cases, m.Customers)
			assert.Len(t, m.Paths, golden.Variants)
			var counts []int64
			for i, top := range golden.Top {
				counts = append(counts, m.Paths[i].N)
				k := slices.IndexFunc(m.Paths, func(p journeymap.Pathway) bool { return slices.Equal(p.Steps, top.Path) })
				require.GreaterOrEqual(t, k, 0)
				assert.Equal(t, top.Count, m.Paths[k].N)
			}
			for i, top := range golden.Top {
				assert.Equal(t, top.Count, counts[i], "most frequent first")
			}
			edges := 0
			odd := 0
			for s := range m.Columns() {
				if s.Name != "begin" {
					assert.Equal(t, golden.End[s.Name], s.Figures.Here, "%s ends", s.Name)
				}
				for _, f := range s.Figures.To {
					if s.Name == "begin" {
						assert.Equal(t, golden.Start[f.To], f.N)
						continue
					}
					edges++
					k := slices.IndexFunc(golden.DFG, func(e struct {
						From, To string
						N        int64
						Median   float64
					},
					) bool {
						return e.From == s.Name && e.To == f.To
					})
					require.GreaterOrEqual(t, k, 0, "%s to %s", s.Name, f.To)
					want := golden.DFG[k]
					assert.Equal(t, want.N, f.N)
					got := time.Duration(f.Median).Seconds()
					if want.N%2 == 1 {
						odd++
						assert.InDelta(t, want.Median, got, 1e-6, "%s to %s", s.Name, f.To)
					} else { // theirs is the mean of the two in the middle, ours the lower
						assert.LessOrEqual(t, got, want.Median+1e-6)
					}
				}
			}
			assert.Len(t, golden.DFG, edges)
			assert.Greater(t, odd, 10)
		})
	}
}

// slow counts a log one customer at a time with maps, as a person would.
func TestActual_AgreesWithASlowCount(t *testing.T) {
	log := readLog(t, "hospital_billing_10000.csv", "case", "activity", "time")
	spec := journey.Spec{
		Name: "billing", Initial: "open",
		Stages: []journey.StageSpec{{Name: "open"}, {Name: "finished"}, {Name: "released"}, {Name: "coded"}, {Name: "billed", Goal: true}, {Name: "deleted", Aside: true}},
		Transitions: []journey.Transition{
			{From: journey.Any, On: "FIN", To: "finished"},
			{From: journey.Any, On: "RELEASE", To: "released"},
			{From: journey.Any, On: "CODE OK", To: "coded"},
			{From: journey.Any, On: "BILLED", To: "billed"},
			{From: journey.Any, On: "DELETE", To: "deleted"},
			{From: journey.Any, On: "REOPEN", To: "open"},
		},
	}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	order := map[string]int{"open": 0, "finished": 1, "released": 2, "coded": 3, "billed": 4, "deleted": 5}
	rules := journey.Rules{}
	for _, tr := range []journey.Trigger{"FIN", "RELEASE", "CODE OK", "BILLED", "DELETE", "REOPEN"} {
		rules = append(rules, journey.Rule{Name: string(tr), Trigger: tr})
	}
	o := journeymap.ActualOptions{Rules: rules, Replay: journey.ReplayOptions{Everyone: true}}
	m, err := journeymap.Actual(d, touchpoint.Catalogue{}, log, o)
	require.NoError(t, err)

	to := map[string]string{"FIN": "finished", "RELEASE": "released", "CODE OK": "coded", "BILLED": "billed", "DELETE": "deleted", "REOPEN": "open"}
	type key [2]string
	entered, onward, dropped, here, visits := map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	events, met, moves, spent := map[key]int64{}, map[key]int64{}, map[key]int64{}, map[string][]int64{}
	for _, list := range log.ByCustomer() {
		type stay struct {
			stage string
			from  time.Time
		}
		var path []stay
		seen := map[key]bool{}
		for e := range list {
			if len(path) == 0 {
				path = append(path, stay{"open", e.At})
			}
			now := path[len(path)-1]
			// An event at the instant of a move belongs to the stage that was left first at that instant.
			at := len(path) - 1
			for at > 0 && path[at].from.Equal(e.At) {
				at--
			}
			k := key{path[at].stage, e.Name}
			events[k]++
			if !seen[k] {
				seen[k] = true
				met[k]++
			}
			if next, ok := to[e.Name]; ok && next != now.stage { // a wildcard is no way to where one is
				spent[now.stage] = append(spent[now.stage], int64(e.At.Sub(now.from)))
				moves[key{now.stage, next}]++
				path = append(path, stay{next, e.At})
			}
		}
		last := path[len(path)-1].stage
		here[last]++
		was := map[string]bool{}
		for i, p := range path {
			visits[p.stage]++
			if was[p.stage] {
				continue
			}
			was[p.stage] = true
			entered[p.stage]++
			later := slices.ContainsFunc(path[i+1:], func(q stay) bool {
				return q.stage != "deleted" && (p.stage == "deleted" || order[q.stage] > order[p.stage])
			})
			if later {
				onward[p.stage]++
			} else if last != p.stage {
				dropped[p.stage]++
			}
		}
	}
	checked := 0
	for s := range m.Columns() {
		f := s.Figures
		assert.Equal(t, []int64{entered[s.Name], visits[s.Name], here[s.Name]}, []int64{f.Entered, f.Visits, f.Here}, s.Name)
		assert.Equal(t, dropped[s.Name], f.Dropped.Num().IntPart(), s.Name)
		if s.Name != "billed" {
			assert.Equal(t, onward[s.Name], f.Onward.Num().IntPart(), s.Name)
		} else {
			assert.False(t, f.Onward.Defined(), "there is nothing to move on to")
		}
		slices.Sort(spent[s.Name])
		if n := len(spent[s.Name]); n > 0 {
			assert.Equal(t, spent[s.Name][(n+1)/2-1], int64(f.Median), s.Name)
			assert.Equal(t, spent[s.Name][(9*n+9)/10-1], int64(f.P90), s.Name)
			assert.LessOrEqual(t, f.MedianLo, f.Median)
			assert.GreaterOrEqual(t, f.MedianHi, f.Median)
		}
		for _, x := range f.To {
			assert.Equal(t, moves[key{s.Name, x.To}], x.N)
		}
		for _, x := range s.Touchpoints {
			k := key{s.Name, x.Name}
			assert.Equal(t, []int64{events[k], met[k]}, []int64{x.Events, x.Customers}, "%v", k)
			checked++
		}
	}
	assert.Len(t, events, checked, "none is missing")
	assert.Greater(t, checked, 40)
}

var small = func() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "Small", Initial: "look",
		Stages: []journey.StageSpec{{Name: "look", Group: "before", Doc: "Looks around."}, {Name: "try", Group: "before"}, {Name: "use", Goal: true}, {Name: "gone", Aside: true}},
		Transitions: []journey.Transition{
			{From: "look", On: "signed up", To: "try"}, {From: "try", On: "paid", To: "use"}, {From: journey.Any, On: "left", To: "gone", Except: []journey.Stage{"gone"}}, {From: "gone", On: "came back", To: "try"},
		},
		Milestones: []journey.Milestone{{Name: "first plan", Events: []journey.Trigger{"plan made"}}},
	})
	if err != nil {
		panic(err)
	}
	return d
}()

func catalogue() touchpoint.Catalogue {
	return touchpoint.Catalogue{Name: "Small", Touchpoints: []touchpoint.Touchpoint{
		{Name: "Site", Channel: touchpoint.Website, Owner: "Marketing", Stages: []string{"look"}, Events: []string{"page"}, LeadsTo: []string{"Form"}, CustomerActions: []string{"Reads"}, CompanyActions: []string{"Writes"}, Feeling: touchpoint.Happy, DecisionEffect: "Knows it"},
		{Name: "Form", Channel: touchpoint.Website, Owner: "Sales", Teams: []string{"Legal"}, PainPoints: []string{"Nine fields"}, DecisionEffect: "Signs up", CustomerOutcome: "Has an account", Stages: []string{"look"}, Events: []string{"signed up"}, LeadsTo: []string{"Plan"}},
		{Name: "Plan", Channel: touchpoint.InApp, Owner: "Product", Stages: []string{"before"}, Events: []string{"plan made"}, LeadsTo: []string{"Invoice"}},
		{Name: "Invoice", Channel: touchpoint.Email, Owner: "Finance", Stages: []string{"try"}, Events: []string{"paid"}},
	}}
}

func events(t *testing.T, text string) *touchpoint.Log {
	t.Helper()
	var list []touchpoint.Event
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		customer, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for e := range strings.SplitSeq(rest, ", ") {
			var hour int
			name, at, _ := strings.Cut(e, "@")
			_, err := fmt.Sscan(at, &hour)
			require.NoError(t, err)
			list = append(list, touchpoint.Event{Customer: customer, Name: name, At: time.Date(2026, 1, 5, hour, 0, 0, 0, time.UTC)})
		}
	}
	log, err := touchpoint.LogOf(list...)
	require.NoError(t, err)
	return log
}

const fewEvents = `
	a: page@0, signed up@10, plan made@11, paid@34
	b: signed up@2, page@3, left@5
	c: page@1, page@2, help@3
	d: page@1, signed up@4, paid@5, left@30, came back@40
	e: plan made@1, refused@2`

func TestActual_ByHand(t *testing.T) {
	riyadh := time.FixedZone("Riyadh", 3*3600)
	m, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), journeymap.ActualOptions{
		Location: func(string) *time.Location { return riyadh },
		Worth:    func(customer string) decimal.Decimal { return decimal.NewFromInt(int64(customer[0] - 'a')) },
		Answers: []journeymap.Answer{
			journeymap.OnScale("a", time.Date(2026, 1, 5, 5, 0, 0, 0, time.UTC), 5, 1, 5),
			{Customer: "b", At: time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC), Value: -1},
			{Customer: "nobody", At: time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC), Value: -2},
			{Customer: "c", At: time.Date(2026, 1, 5, 0, 30, 0, 0, time.UTC), Value: -2},
		},
		Replay: journey.ReplayOptions{Everyone: true},
	})
	require.NoError(t, err)
	assert.Equal(t, int64(5), m.Customers)
	assert.Equal(t, journeymap.Actuals, m.Basis)
	require.Len(t, m.Stages, 3)
	assert.Equal(t, "before", m.Stages[0].Name)
	look, _ := m.Find("look")
	try, _ := m.Find("try")
	use, _ := m.Find("use")
	gone, _ := m.Find("gone")

	f := look.Figures
	assert.Equal(t, []int64{5, 5, 2}, []int64{f.Entered, f.Visits, f.Here})
	assert.Equal(t, "3/5", f.Onward.Num().String()+"/"+f.Onward.Den().String())
	assert.Equal(t, "0/5", f.Dropped.Num().String()+"/"+f.Dropped.Den().String(), "c and e are still there")
	assert.Equal(t, []journeymap.Flow{{To: "try", N: 3, Median: journeymap.Duration(3 * time.Hour)}}, f.To, "10, 0 and 3 hours")
	assert.Equal(t, []journeymap.Flow{{Trigger: "signed up", To: "try", N: 3}}, f.On)
	assert.Equal(t, []journeymap.Flow{{Trigger: "help", N: 1}, {Trigger: "page", N: 4}, {Trigger: "refused", N: 1}}, sortedByTrigger(f.Blocked), "b's page came when b was trying")
	assert.Equal(t, "Looks around.", look.Goal[0].Text)

	var got []string
	for _, p := range look.Touchpoints {
		got = append(got, fmt.Sprintf("%s %d %d %s", p.Name, p.Events, p.Customers, p.Share.Percent(0)))
	}
	// Places of first use: Site 0, 0, 0 (a, c, d); Plan 0 (e); Form 1, 0, 1 (a, b, d); help 1 (c); refused 1 (e).
	assert.Equal(t, []string{"Site 4 3 60%", "Plan 1 1 20%", "Form 3 3 60%", "help 1 1 20%", "refused 1 1 20%"}, got)
	assert.Equal(t, touchpoint.Website, look.Touchpoints[0].Channel)
	assert.Equal(t, journeymap.Observed, look.Touchpoints[0].Evidence)
	assert.Equal(t, int64(1), f.Use.Hours[3], "a's page at 00 UTC")
	assert.Equal(t, int64(10), f.Use.Days[time.Monday])
	day, hour, ok := f.Use.Peak()
	assert.True(t, ok)
	assert.Equal(t, time.Monday, day)
	assert.Equal(t, 4, hour, "three events at 01 UTC")

	assert.InDelta(t, 0.5, look.Emotion.Value, 1e-12, "a +2 and b -1; c's came before c did")
	assert.Equal(t, int64(2), look.Emotion.N)
	assert.Equal(t, journeymap.Reported, look.Emotion.Evidence)

	f = try.Figures
	assert.Equal(t, []int64{3, 4, 1}, []int64{f.Entered, f.Visits, f.Here}, "d came twice")
	assert.Equal(t, int64(2), f.Onward.Num().IntPart())
	assert.Equal(t, int64(1), f.Dropped.Num().IntPart(), "b")
	assert.Equal(t, []journeymap.Flow{{Trigger: "left", To: "gone", N: 1}}, f.Back)
	assert.False(t, use.Figures.Onward.Defined())
	assert.Equal(t, int64(1), gone.Figures.Onward.Num().IntPart(), "d came back")
	assert.Equal(t, []journeymap.Flow{{Trigger: "came back", To: "try", N: 1}}, gone.Figures.On)

	require.Len(t, look.Milestones, 1)
	ms := look.Milestones[0]
	assert.Equal(t, "2/5", ms.Reached.Num().String()+"/"+ms.Reached.Den().String())
	assert.Equal(t, "4/2 6/3", ms.ValueWith.Num().String()+"/"+ms.ValueWith.Den().String()+" "+ms.ValueWithout.Num().String()+"/"+ms.ValueWithout.Den().String())

	page, err := m.Markdown(journeymap.Options{})
	require.NoError(t, err)
	assert.Contains(t, page, "| first plan | look | 40\u00a0% | 0\u00a0min | 50\u00a0% | 33\u00a0% | 2 | 2 |", "e began with it, a reached it after 11 hours: the lower median; a of the two paid, d of the other three")

	require.NotEmpty(t, m.Paths)
	for _, p := range m.Paths {
		assert.Equal(t, int64(1), p.N)
	}
	ways := make([]string, len(m.Paths))
	for i, p := range m.Paths {
		ways[i] = strings.Join(p.Steps, " ")
	}
	assert.Contains(t, ways, "Site Form Plan Invoice")
	assert.True(t, slices.IsSorted(ways), "of equal ones by their steps: %q", ways)
	assert.Len(t, m.Paths, 4, "four of five cover 80 %")
}

func sortedByTrigger(list []journeymap.Flow) []journeymap.Flow {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b journeymap.Flow) int { return strings.Compare(a.Trigger, b.Trigger) })
	return out
}

func TestActual_PrunesWhatIsRare(t *testing.T) {
	o := journeymap.ActualOptions{Replay: journey.ReplayOptions{Everyone: true}, Cover: 1}
	whole, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), o)
	require.NoError(t, err)
	assert.Empty(t, whole.Pruned, "share 0 prunes nothing")
	o.Prune = 0.2 // exactly one of five stays
	same, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), o)
	require.NoError(t, err)
	look, _ := same.Find("look")
	assert.Len(t, look.Touchpoints, 5)
	o.Prune = 0.21
	less, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), o)
	require.NoError(t, err)
	look, _ = less.Find("look")
	assert.Len(t, look.Touchpoints, 2)
	require.Len(t, less.Pruned, 3)
	assert.Equal(t, journeymap.Pruned{Stage: "look", Name: "Plan", Events: 1, Customers: 1}, less.Pruned[0])
	for _, p := range less.Paths {
		assert.NotContains(t, p.Steps, "help")
	}
}

func TestActual_RefusesOptions(t *testing.T) {
	for _, o := range []journeymap.ActualOptions{
		{Prune: -0.1}, {Prune: 1.1}, {Cover: 1.1}, {Cover: -1}, {MaxPaths: -1}, {MaxPaths: 1001}, {Level: 1}, {Level: -1}, {Answers: []journeymap.Answer{{Value: 2.1}}},
	} {
		_, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), o)
		assert.ErrorIs(t, err, journeymap.ErrOptions)
	}
	_, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), journeymap.ActualOptions{Rules: journey.Rules{{Name: "x", Trigger: "never"}}})
	assert.Error(t, err)
	m, err := journeymap.Actual(small, catalogue(), &touchpoint.Log{}, journeymap.ActualOptions{})
	require.NoError(t, err)
	assert.Zero(t, m.Customers)
	_, err = m.SVG(journeymap.Options{})
	assert.NoError(t, err)
}

func TestLaw_PersonaMapsSumToTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	stream, err := journeytest.Population(r, small, 60, journeytest.StreamOptions{N: 12})
	require.NoError(t, err)
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for _, e := range stream {
			if !yield(touchpoint.Event{Customer: e.Customer, Name: string(e.Trigger), At: e.At}) {
				return
			}
		}
	})
	require.NoError(t, err)
	o := journeymap.ActualOptions{PlanOptions: journeymap.PlanOptions{Name: "All"}, Replay: journey.ReplayOptions{AtLastEvent: true}}
	whole, err := journeymap.Actual(small, catalogue(), log, o)
	require.NoError(t, err)
	parts, err := journeymap.ActualBy(small, catalogue(), log, func(customer string) string { return []string{"lead", "", "lead"}[len(customer)%2] }, o)
	require.NoError(t, err)
	require.Len(t, parts, 2)
	assert.Equal(t, []string{"", "lead"}, []string{parts[0].Persona, parts[1].Persona})
	assert.Equal(t, "All: lead", parts[1].Name)
	assert.Equal(t, whole.Customers, parts[0].Customers+parts[1].Customers)
	for s := range whole.Columns() {
		var sum [6]int64
		points := map[string]int64{}
		for _, p := range parts {
			x, _ := p.Find(s.Name)
			for i, n := range []int64{x.Figures.Entered, x.Figures.Visits, x.Figures.Here, x.Figures.Dropped.Num().IntPart(), x.Figures.Onward.Num().IntPart()} {
				sum[i] += n
			}
			for _, tp := range x.Touchpoints {
				points[tp.Name] += tp.Events
			}
		}
		f := s.Figures
		assert.Equal(t, []int64{f.Entered, f.Visits, f.Here, f.Dropped.Num().IntPart(), f.Onward.Num().IntPart()}, sum[:5], s.Name)
		for _, tp := range s.Touchpoints {
			assert.Equal(t, points[tp.Name], tp.Events)
		}
	}
	changes, err := journeymap.Compare(parts[0], parts[1], 0)
	require.NoError(t, err)
	assert.NotEmpty(t, changes)
}

func TestPlanned_ByHand(t *testing.T) {
	m := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{Purpose: "x", KPIs: func(stage string) []journeymap.KPI { return []journeymap.KPI{{Metric: "m-" + stage}} }})
	assert.Equal(t, "Small", m.Name)
	assert.Equal(t, journeymap.Plan, m.Basis)
	require.Len(t, m.Stages, 3)
	look := m.Stages[0].Parts[0]
	assert.Equal(t, "look", look.Name)
	assert.Equal(t, "Looks around.", look.Goal[0].Text)
	assert.Equal(t, []string{"Site", "Form", "Plan"}, []string{look.Touchpoints[0].Name, look.Touchpoints[1].Name, look.Touchpoints[2].Name}, "Plan belongs to all of before")
	assert.Equal(t, "Knows it", look.Touchpoints[0].Decision)
	assert.Equal(t, "Signs up", look.Touchpoints[1].Decision)
	assert.Equal(t, journeymap.Owned("Sales", "Legal"), look.Touchpoints[1].Owner)
	assert.Equal(t, journeymap.Notes("Nine fields"), look.Touchpoints[1].Pains)
	assert.InDelta(t, 1.0/3, look.Emotion.Value, 1e-12)
	assert.Equal(t, journeymap.Assumed, look.Emotion.Evidence)
	assert.Equal(t, "Reads", look.Actions[0].Text)
	assert.Equal(t, journeymap.Process{Text: "Writes", Owner: "Marketing"}, look.BackStage[0])
	assert.Equal(t, []string{"Marketing"}, look.Owner.Accountable)
	assert.Equal(t, []string{"Sales", "Product"}, look.Owner.Contributing)
	assert.Equal(t, "first plan", look.Milestones[0].Name, "where Plan is met first")
	assert.True(t, m.Stages[2].Aside)
	assert.Equal(t, "m-gone", m.Stages[2].KPIs[0].Metric)
	assert.Nil(t, m.Stages[1].Emotion)
}

func TestGap_ByHand(t *testing.T) {
	planned := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{KPIs: func(stage string) []journeymap.KPI {
		if stage != "use" {
			return nil
		}
		return []journeymap.KPI{{Metric: "nps", Target: metrics.NewCount(50, 100)}, {Metric: "customer_churn_rate", Target: metrics.NewCount(2, 100)}}
	}})
	log := events(t, `
		a: signed up@10, page@11, plan made@12, paid@34
		b: signed up@2, page@3, left@5
		c: page@1, help@3, left@4`)
	actual, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{PlanOptions: journeymap.PlanOptions{KPIs: func(stage string) []journeymap.KPI {
		return []journeymap.KPI{{Metric: "nps", Value: metrics.NewCount(40, 100)}, {Metric: "customer_churn_rate", Value: metrics.NewCount(2, 100)}}
	}}})
	require.NoError(t, err)
	goal := journeymap.Progress{Goal: "g", Stage: "look", Value: metrics.Estimate{Value: 0.1, N: 1}, Expected: 0.2}
	g, err := journeymap.GapOf(planned, actual, journeymap.GapOptions{
		Targets: map[string]float64{"look": 0.9}, Values: map[string]float64{"look": 100, "try": 10},
		Progress: []journeymap.Progress{goal, {Goal: "fine", Stage: "look", OnTrack: true}},
		Levels:   []journeymap.HandoffReport{{Handoff: journeymap.Handoff{From: "look", To: "try", Level: journeymap.Days(1)}, Owner: "Marketing", Late: metrics.NewCount(1, 4)}, {Handoff: journeymap.Handoff{From: "look"}, Late: metrics.NewCount(0, 4)}},
	})
	require.NoError(t, err)
	var got []string
	for _, f := range g.Findings {
		got = append(got, strings.ReplaceAll(f.Stage+" | "+f.Text, "\u00a0", " "))
	}
	// c is in look with its page and its help; a and b sign up at their first event.
	assert.Equal(t, []string{
		"look | Plan: skipped · 0 %",
		"look | help: not planned · 33 % (n = 1)",
		"look | left: not planned · 33 % (n = 1)",
		"look | g: behind · 0.1 (Expected 0.2)",
		"look | look → try: Late 25 % (Service level 1 d)",
		"try | Site: not planned · 100 % (n = 2)",
		"try | left: not planned · 50 % (n = 1)",
		"use | Net promoter score: 40 % (target 50 %)",
	}, got)
	assert.Equal(t, "1 skipped, 4 not planned, 0 out of order, 3 others", g.String())
	require.Len(t, g.Ranked, 1, "try has no target")
	assert.Equal(t, "look", g.Ranked[0].Stage)
	assert.Equal(t, int64(2), g.Ranked[0].Successes)
	assert.InDelta(t, 3*(0.9-2.0/3)*100, g.Ranked[0].Gain, 1e-9)
	assert.Equal(t, journeymap.Gaps, g.Map.Basis)
	look, _ := g.Map.Find("look")
	assert.Len(t, look.Gap, 5)
	assert.Equal(t, journeymap.Skipped, look.Touchpoints[2].Deviation)
	before, _ := planned.Find("look")
	assert.Equal(t, journeymap.Deviation(""), before.Touchpoints[2].Deviation, "the plan is left alone")

	page, err := journeymap.Page{Maps: []journeymap.Map{planned, actual}, Gap: &g}.HTML()
	require.NoError(t, err)
	assert.Contains(t, string(page), ">help: not planned")
	data, err := json.Marshal(g)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"deviation":"skipped"`)
}

func TestGap_OrderAndStages(t *testing.T) {
	planned := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{})
	log := events(t, `
		a: plan made@1, page@2, signed up@3, paid@4
		b: plan made@1, page@2, signed up@3, plan made@4, paid@5, left@6`)
	actual, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{})
	require.NoError(t, err)
	planned.Stages = planned.Stages[:2] // without gone
	planned.Stages = append(planned.Stages, journeymap.Stage{Name: "cheer"})
	g, err := journeymap.GapOf(planned, actual, journeymap.GapOptions{})
	require.NoError(t, err)
	var got []string
	for _, f := range g.Findings {
		got = append(got, f.Stage+" "+f.Name+" "+string(f.Deviation))
	}
	assert.Equal(t, []string{"look Plan out-of-order", "use left unplanned", "cheer cheer skipped", "gone gone unplanned"}, got, "Form leads to Plan, and Plan came first")
	for _, o := range []journeymap.GapOptions{{Skip: 1.1}, {Late: -1}, {Level: 1}} {
		_, err = journeymap.GapOf(planned, actual, o)
		assert.ErrorIs(t, err, journeymap.ErrOptions)
	}
}

// A stage without a target takes what its best segment surely reaches.
func TestGap_TargetsOfTheBestSegment(t *testing.T) {
	part := func(k, n int64) journeymap.Map {
		return journeymap.Map{Stages: []journeymap.Stage{{Name: "look", Figures: &journeymap.Figures{Entered: n, Onward: metrics.NewCount(k, n)}}}}
	}
	g, err := journeymap.GapOf(journeymap.Map{Stages: []journeymap.Stage{{Name: "look"}}}, part(150, 1000), journeymap.GapOptions{
		Segments: []journeymap.Map{part(30, 100), part(5, 5), part(1, 100)}, Values: map[string]float64{"look": 2},
	})
	require.NoError(t, err)
	best, err := metrics.Wilson(5, 5, 0.95)
	require.NoError(t, err)
	require.Len(t, g.Ranked, 1)
	assert.InDelta(t, best.Lo, g.Ranked[0].Target, 1e-12)
}

// Whoever walks every path of a definition, meeting a touchpoint at each step,
// leaves no gap to the plan of just that.
func TestLaw_AWalkOfTheDefinitionHasNoGap(t *testing.T) {
	walked, found := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		spec, err := journeytest.Spec(r, journeytest.SpecOptions{Plain: true})
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err)
		paths, err := journeytest.Paths(d, journeytest.PathOptions{Max: 500})
		if err != nil {
			continue
		}
		var cat touchpoint.Catalogue
		add := map[string]int{}
		stages := map[string]bool{}
		var list []touchpoint.Event
		for i, p := range paths {
			customer := fmt.Sprintf("c%04d", i)
			at := journeytest.Origin()
			for _, leg := range p {
				at = at.Add(time.Hour)
				list = append(list, touchpoint.Event{Customer: customer, Name: string(leg.On), At: at})
				stages[string(leg.From)] = true
				k, ok := add[string(leg.On)]
				if !ok {
					k = len(cat.Touchpoints)
					add[string(leg.On)] = k
					cat.Touchpoints = append(cat.Touchpoints, touchpoint.Touchpoint{Name: string(leg.On), Events: []string{string(leg.On)}})
				}
				if t := &cat.Touchpoints[k]; !slices.Contains(t.Stages, string(leg.From)) {
					t.Stages = append(t.Stages, string(leg.From))
				}
				stages[string(leg.To)] = true
			}
		}
		if len(list) == 0 {
			continue
		}
		log, err := touchpoint.LogOf(list...)
		require.NoError(t, err)
		planned := journeymap.Planned(d, cat, journeymap.PlanOptions{})
		actual, err := journeymap.Actual(d, cat, log, journeymap.ActualOptions{})
		require.NoError(t, err)
		g, err := journeymap.GapOf(planned, actual, journeymap.GapOptions{Skip: 1e-9})
		require.NoError(t, err)
		var missed []string
		for s := range planned.Columns() {
			if !stages[s.Name] {
				if s.Aside {
					continue
				}
				missed = append(missed, s.Name) // on no simple path to a goal
			}
		}
		require.Len(t, g.Findings, len(missed), "seed %d: %s", seed, g)
		for _, f := range g.Findings {
			require.Contains(t, missed, f.Stage)
		}
		walked++
		cat.Touchpoints[0].Name += " (renamed)" // a plan that is not followed is seen
		worse, err := journeymap.GapOf(journeymap.Planned(d, cat, journeymap.PlanOptions{}), actual, journeymap.GapOptions{Skip: 1e-9})
		require.NoError(t, err)
		if len(worse.Findings) > len(g.Findings) {
			found++
		}
	}
	assert.Greater(t, walked, 30)
	assert.Equal(t, walked, found)
}

func TestServiceLevels(t *testing.T) {
	log := events(t, `
		a: page@0, signed up@10, paid@34
		b: page@2, signed up@3, left@5
		c: page@1, signed up@11, plan made@59
		d: page@1, page@30`)
	r, err := small.ReplayLog(log, journey.Rules{{Name: "page", Trigger: "plan made"}, {}}, journey.ReplayOptions{})
	require.NoError(t, err)
	m := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{})
	m.Handoffs = []journeymap.Handoff{
		{From: "look", To: "try", Level: journeymap.Duration(10 * time.Hour)}, // a 10 h, b 1 h, c 10 h: in time; d is there 29 h
		{From: "look", To: "try", Giver: "Sales", Level: journeymap.Duration(10*time.Hour - 1)},
		{From: "try", To: "use", Level: journeymap.Days(1)}, // a 24 h; b left; c is there 48 h
		{From: "nowhere", To: "use", Level: journeymap.Days(1)},
	}
	reports, owners := m.ServiceLevels(r)
	var got []string
	for _, h := range reports {
		got = append(got, fmt.Sprintf("%s %s/%s %d %s", h.Owner, h.Late.Num(), h.Late.Den(), h.Overdue, h.Median))
	}
	assert.Equal(t, []string{"Marketing 0/3 1 10h0m0s", "Sales 2/3 1 10h0m0s", "Product 0/1 1 1d", " 0/0 0 0s"}, got)
	got = nil
	for _, o := range owners {
		got = append(got, fmt.Sprintf("%s %s/%s %d", o.Owner, o.Late.Num(), o.Late.Den(), o.Overdue))
	}
	assert.Equal(t, []string{" 0/0 0", "Marketing 0/3 1", "Product 0/1 1", "Sales 2/3 1"}, got)
	none, _ := m.ServiceLevels(nil)
	assert.Len(t, none, 4)
}

func TestCompare_ByHand(t *testing.T) {
	stage := func(k, n int64, lo, mid, hi int, share metrics.Ratio) journeymap.Map {
		return journeymap.Map{Customers: n, Stages: []journeymap.Stage{{
			Name: "s", Figures: &journeymap.Figures{Entered: n, Onward: metrics.NewCount(k, n), Median: journeymap.Days(mid), MedianLo: journeymap.Days(lo), MedianHi: journeymap.Days(hi)},
			Emotion: &journeymap.Emotion{Value: 0.5, N: 9}, Touchpoints: []journeymap.Touchpoint{{Name: "t", Share: share}},
		}}}
	}
	// 56/70 and 48/80: Newcombe (1998) gives the difference .2 with .0524 to .3339.
	list, err := journeymap.Compare(stage(48, 80, 4, 7, 9, metrics.NewCount(1, 2)), stage(56, 70, 9, 12, 16, metrics.Ratio{}), 0)
	require.NoError(t, err)
	require.Len(t, list, 3, "a share that one lacks and an emotion without interval are left out")
	assert.Equal(t, journeymap.FigureReached, list[0].Figure)
	assert.Equal(t, journeymap.FigureOnward, list[1].Figure)
	assert.InDelta(t, 0.0524, list[1].Change.Lo, 0.00005)
	assert.InDelta(t, 0.3339, list[1].Change.Hi, 0.00005)
	assert.True(t, list[1].Sure)
	assert.Equal(t, journeymap.FigureMedian, list[2].Figure)
	assert.InDelta(t, 5-3.605551275, list[2].Change.Lo, 1e-6, "√(3² + 2²)")
	assert.InDelta(t, 5+5, list[2].Change.Hi, 1e-6, "√(4² + 3²)")
	page, err := journeymap.Page{Changes: list}.Markdown()
	require.NoError(t, err)
	assert.Contains(t, page, "| s | moved on | 60\u00a0% | 80\u00a0% | &#43;20\u00a0% &#91;+5.2\u00a0%; +33.4\u00a0%&#93; |")
}

func TestMoments(t *testing.T) {
	// Of 40 who met the guide 36 paid, of 40 who did not 8 did.
	var list []touchpoint.Event
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var answers []journeymap.Answer
	for i := range 80 {
		customer := fmt.Sprintf("c%02d", i)
		begin := at.Add(time.Duration(i) * time.Hour)
		list = append(list, touchpoint.Event{Customer: customer, Name: "signed up", At: begin})
		guided := i%2 == 0
		if guided {
			list = append(list, touchpoint.Event{Customer: customer, Name: "guide", At: begin.Add(time.Minute)})
		}
		if guided && i%20 != 0 || !guided && i%10 == 1 {
			list = append(list, touchpoint.Event{Customer: customer, Name: "paid", At: begin.Add(time.Hour)})
		}
		a := journeymap.Answer{Customer: customer, At: begin.Add(2 * time.Minute), Value: float64(i%3) - 1}
		if guided {
			a.Touchpoint, a.Value = "guide", a.Value+1
		}
		answers = append(answers, a)
	}
	log, err := touchpoint.LogOf(list...)
	require.NoError(t, err)
	m, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{Answers: answers})
	require.NoError(t, err)
	try, _ := m.Find("try")
	var guide []journeymap.Moment
	for _, mo := range try.Figures.Moments {
		if mo.Touchpoint == "guide" {
			guide = append(guide, mo)
		}
	}
	require.Len(t, guide, 2)
	assert.True(t, guide[0].Delight)
	assert.Equal(t, "36/40 8/40", fmt.Sprintf("%s/%s %s/%s", guide[0].Met.Num(), guide[0].Met.Den(), guide[0].Others.Num(), guide[0].Others.Den()))
	assert.InDelta(t, 0.7, guide[0].Difference.Value, 1e-12)
	require.NotNil(t, guide[0].Trend)
	assert.InDelta(t, 0, guide[0].Trend.Value, 1e-12, "two of twenty in either half did not pay")
	assert.True(t, guide[1].Felt)
	assert.True(t, guide[1].Delight)
}

// million is a log of n events of five a customer.
func million(tb testing.TB, n int) *touchpoint.Log {
	tb.Helper()
	names := []string{"page", "signed up", "plan made", "paid", "help", "left"}
	r := rand.New(rand.NewPCG(1, 1))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for i := range n {
			if i%5 == 0 {
				at = at.Add(time.Minute)
			}
			if !yield(touchpoint.Event{Customer: fmt.Sprintf("c%07d", i/5), Name: names[min(i%5, 3)+r.IntN(3)], At: at.Add(time.Duration(i%5) * time.Hour)}) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return log
}

func BenchmarkActual(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} { // nanoseconds per event stay level
		log := million(b, n)
		b.Run(fmt.Sprint("events-", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
	}
}

// The five customers went five ways; no more are listed than asked for, and none
// when those listed cover enough.
func TestActual_AsManyPathsAsAskedFor(t *testing.T) {
	for _, c := range []struct {
		most  int
		cover float64
		want  int
	}{{1, 1, 1}, {3, 1, 3}, {5, 1, 5}, {9, 1, 5}, {5, 0.6, 3}, {5, 0.61, 4}, {2, 0.6, 2}} {
		m, err := journeymap.Actual(small, catalogue(), events(t, fewEvents), journeymap.ActualOptions{Replay: journey.ReplayOptions{Everyone: true}, Cover: c.cover, MaxPaths: c.most})
		require.NoError(t, err)
		assert.Len(t, m.Paths, c.want, "%+v", c)
	}
}
