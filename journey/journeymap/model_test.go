package journeymap_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestSamples_HaveNoFaults(t *testing.T) {
	for _, m := range samples() {
		assert.NoError(t, m.Validate(), m.Name)
	}
	assert.Empty(t, sample.SaaS().UnknownMetrics(metrics.Catalog()))
}

func TestStandardSaaS_HasTheEightStagesOfTheCatalogue(t *testing.T) {
	var got []string
	for s := range sample.SaaS().Columns() {
		got = append(got, s.Name)
	}
	assert.Equal(t, []string{"awareness", "consideration", "decision", "onboarding", "adoption", "retention", "expansion", "advocacy"}, got)
	a, b := sample.SaaS(), sample.SaaS()
	a.Stages[0].Touchpoints[0].Name = "changed"
	assert.NotEqual(t, asJSON(t, a), asJSON(t, b), "each call gives an own one")
}

func TestLaw_JSONRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		m := randomMap(seed)
		text := asJSON(t, m)
		back, err := journeymap.Parse([]byte(text))
		require.NoError(t, err)
		require.Equal(t, text, asJSON(t, back))
	}
}

func TestParse_Refuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":                 `{`,
		"unknown field":           `{"name":"x","stages":[],"colour":"red"}`,
		"trailing data":           `{"name":"x","stages":[]} {}`,
		"unknown kind":            `{"kind":"treasure-map","stages":[]}`,
		"bad duration":            `{"handoffs":[{"level":"soon"}]}`,
		"wrong type":              `{"stages":{}}`,
		"bad evidence":            `{"stages":[{"name":"a","goal":[{"text":"x","evidence":"rumour"}]}]}`,
		"bad channel":             `{"stages":[{"touchpoints":[{"channel":1}]}]}`,
		"null in a list":          `{"stages":[1]}`,
		"given twice":             `{"stages":[],"stages":[]}`,
		"given twice, in a stage": `{"stages":[{"name":"a","name":"b"}]}`,
		"another case":            `{"Name":"x","stages":[]}`,
		"not UTF-8":               "{\"name\":\"\xff\",\"stages\":[]}",
	} {
		_, err := journeymap.Parse([]byte(text))
		assert.ErrorIs(t, err, journeymap.ErrDecode, name)
	}
	_, err := journeymap.Parse([]byte(`{"stages":[{"name":"a"},{"name":"b","parts":[{"name":"c","arc":"steep"}]}]}`))
	require.EqualError(t, err, "journeymap: parse: stages[1].parts[0].arc: a JSON string where a whole number should be")
	_, err = journeymap.Parse(make([]byte, 64<<20+1))
	assert.ErrorIs(t, err, journeymap.ErrDecode)
	m, err := journeymap.Parse([]byte(`{"stages":null}`))
	require.NoError(t, err)
	assert.Contains(t, asJSON(t, m), `"stages": []`)
}

func TestLimits(t *testing.T) {
	long := journeymap.Map{Stages: []journeymap.Stage{{Name: strings.Repeat("x", 4096+1)}}}
	invalid := journeymap.Map{Stages: []journeymap.Stage{{Touchpoints: []journeymap.Touchpoint{{Pains: journeymap.Notes("\xff")}}}}}
	many := journeymap.Map{Stages: make([]journeymap.Stage, 1000+1)}
	full := journeymap.Map{Comments: make([]journeymap.Comment, 100_000+1)}
	self := journeymap.Map{Stages: make([]journeymap.Stage, 1)}
	self.Stages[0].Parts = self.Stages
	for _, c := range []struct {
		m     journeymap.Map
		err   error
		field string
	}{
		{long, fault.ErrTooLong, "Stages[0].Name"},
		{invalid, fault.ErrText, "Stages[0].Touchpoints[0].Pains[0].Text"},
		{many, fault.ErrTooMany, "Stages"},
		{full, fault.ErrTooMany, "Comments"},
		{self, fault.ErrTooMany, "Stages[0].Parts"},
	} {
		_, err := c.m.SVG(journeymap.Options{})
		require.ErrorIs(t, err, c.err)
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		assert.True(t, strings.HasPrefix(e.Field, c.field), "%s", e.Field)
		assert.Error(t, c.m.Validate())
		_, err = c.m.JSON()
		require.Error(t, err)
		_, err = c.m.HTML(journeymap.Options{})
		require.Error(t, err)
	}
	edge := journeymap.Map{Stages: []journeymap.Stage{{Name: strings.Repeat("x", 4096)}}}
	_, err := edge.SVG(journeymap.Options{})
	assert.NoError(t, err)
}

func TestValidate_FindsEachFault(t *testing.T) {
	base := sample.SaaS
	for code, spoil := range map[fault.Code]func(*journeymap.Map){
		"name-missing":           func(m *journeymap.Map) { m.Stages[2].Name = "" },
		"duplicate":              func(m *journeymap.Map) { m.Stages[2].Name = "awareness" },
		"purpose-missing":        func(m *journeymap.Map) { m.Purpose = "" },
		"agreement-incomplete":   func(m *journeymap.Map) { m.Agreements[0].On = time.Time{} },
		"no-stages":              func(m *journeymap.Map) { *m = journeymap.Map{Name: "x", Purpose: "y"} },
		"content-on-parent":      func(m *journeymap.Map) { m.Stages[0].Parts = []journeymap.Stage{{Name: "part"}} },
		"too-deep":               func(m *journeymap.Map) { m.Stages = append(m.Stages, deep(17)) },
		"lane-refused":           func(m *journeymap.Map) { m.Stages[0].Time = "07:00" },
		"lane-missing":           func(m *journeymap.Map) { m.Kind = journeymap.DayInTheLife },
		"stage-no-touchpoints":   func(m *journeymap.Map) { m.Stages[7].Touchpoints = nil },
		"touchpoint-no-owner":    func(m *journeymap.Map) { m.Stages[0].Touchpoints[0].Owner = journeymap.Ownership{} },
		"two-accountable":        func(m *journeymap.Map) { m.Stages[0].Owner.Accountable = []string{"A", "B"} },
		"pain-no-initiative":     func(m *journeymap.Map) { m.Initiatives[1].State = journeymap.Dropped },
		"kpi-no-metric":          func(m *journeymap.Map) { m.Stages[0].KPIs[0].Metric = "" },
		"handoff-no-level":       func(m *journeymap.Map) { m.Handoffs[0].Level = 0 },
		"emotion-range":          func(m *journeymap.Map) { m.Stages[0].Emotion.Value = 2.01 },
		"arc-range":              func(m *journeymap.Map) { m.Stages[0].Arc = 6 },
		"dangling-link":          func(m *journeymap.Map) { m.Stages[0].Touchpoints[0].LeadsTo = []string{"Nowhere"} },
		"goal-no-date":           func(m *journeymap.Map) { m.Goals[0].By = m.Goals[0].Start },
		"goal-not-smart":         func(m *journeymap.Map) { m.Goals[0].How = "" },
		"pilot-range":            func(m *journeymap.Map) { m.Goals[1].Pilot.Share = decimal.New(101, -2) },
		"chance-range":           func(m *journeymap.Map) { m.Stages[1].Opportunities[0].Chance.Target = 1.01 },
		"opportunity-not-ranked": func(m *journeymap.Map) { m.Kind = journeymap.Opportunities },
		"variants":               func(m *journeymap.Map) { m.Kind = journeymap.MicroJourney },
		"subject-missing":        func(m *journeymap.Map) { m.Kind = journeymap.Onboarding },
		"no-waiting-time": func(m *journeymap.Map) {
			*m = sample.Blueprint("en")
			for i := range m.Stages {
				m.Stages[i].BackStage, m.Stages[i].Support = []journeymap.Process{{Text: "x"}}, []journeymap.Process{{Text: "y"}}
			}
		},
		"comment-incomplete": func(m *journeymap.Map) { m.Comments[1].ID = "c1" },
		"empty-text":         func(m *journeymap.Map) { m.Stages[0].Thoughts[0].Text = "" },
		"too-large":          func(m *journeymap.Map) { m.Stages[0].Thoughts[0].Text = "\xff" },
	} {
		m := base()
		spoil(&m)
		err := m.Validate()
		var d *fault.Design
		if assert.ErrorAs(t, err, &d, "%s", code) {
			assert.ErrorIs(t, err, journeymap.ErrMap)
			assert.True(t, d.Has(code), "%s not in %v", code, err)
			if code != "content-on-parent" && code != "lane-missing" && code != "no-stages" && code != "no-waiting-time" && code != "opportunity-not-ranked" && code != "name-missing" && code != "duplicate" && code != "too-deep" && code != "variants" {
				assert.Len(t, d.Faults, 1, "%s: one cause, one fault: %v", code, err)
			}
		}
	}
}

func TestValidate_AtTheEdges(t *testing.T) {
	m := sample.SaaS()
	m.Stages[0].Emotion.Value, m.Stages[1].Emotion.Value = 2, -2
	m.Stages[0].Arc, m.Stages[1].Arc = 1, 5
	m.Goals[1].Pilot.Share = decimal.NewFromInt(1)
	m.Stages[1].Opportunities[0].Chance.Target = 1
	assert.NoError(t, m.Validate())
	m.Stages[0].Emotion.Value = math.NaN()
	assert.Error(t, m.Validate())
	m = sample.SaaS()
	m.Initiatives[1].Touchpoint, m.Initiatives[1].Kind = "A new one", journeymap.NewTouchpoint
	err := m.Validate()
	var d *fault.Design
	require.ErrorAs(t, err, &d)
	assert.False(t, d.Has("dangling-link"), "an initiative may name a touchpoint that is yet to be")
	assert.True(t, d.Has("pain-no-initiative"))
}

func deep(n int) journeymap.Stage {
	s := journeymap.Stage{Name: "deep" + strings.Repeat("x", n)}
	if n > 1 {
		s.Parts = []journeymap.Stage{deep(n - 1)}
	}
	return s
}

func TestKinds_ExpectAndRefuse(t *testing.T) {
	for k := journeymap.CurrentState; k <= journeymap.MicroJourney; k++ {
		expected, refused := k.Lanes()
		assert.NotEmpty(t, expected, "%s", k)
		for _, l := range expected {
			assert.NotContains(t, refused, l, "%s", k)
		}
	}
	expected, refused := journeymap.Kind(99).Lanes()
	assert.Nil(t, expected)
	assert.Nil(t, refused)
}

// text is what every enumeration of the package can do.
type text interface {
	String() string
	MarshalText() ([]byte, error)
}

func TestEnums_ReadWhatTheyWrite(t *testing.T) {
	check := func(values int, at func(uint8) (text, func([]byte) error, func(any) error)) {
		t.Helper()
		seen := map[string]bool{}
		for i := range values {
			v, unmarshal, scan := at(uint8(i))
			data, err := v.MarshalText()
			require.NoError(t, err)
			assert.False(t, seen[string(data)], "%s twice", data)
			seen[string(data)] = true
			assert.Equal(t, v.String(), string(data))
			assert.NoError(t, unmarshal(data))
			assert.NoError(t, scan(string(data)))
		}
		v, unmarshal, _ := at(uint8(values))
		_, err := v.MarshalText()
		assert.ErrorIs(t, err, fault.ErrUnknown)
		assert.ErrorIs(t, unmarshal([]byte("no such word")), fault.ErrUnknown)
	}
	check(8, func(i uint8) (text, func([]byte) error, func(any) error) {
		v := journeymap.Kind(i)
		return v, v.UnmarshalText, v.Scan
	})
	check(19, func(i uint8) (text, func([]byte) error, func(any) error) {
		v := journeymap.Lane(i)
		return v, v.UnmarshalText, v.Scan
	})
	check(3, func(i uint8) (text, func([]byte) error, func(any) error) {
		v := journeymap.Evidence(i)
		return v, v.UnmarshalText, v.Scan
	})
	check(4, func(i uint8) (text, func([]byte) error, func(any) error) {
		v := journeymap.Basis(i)
		return v, v.UnmarshalText, v.Scan
	})
	check(5, func(i uint8) (text, func([]byte) error, func(any) error) {
		v := journeymap.InitiativeState(i)
		return v, v.UnmarshalText, v.Scan
	})
}

func TestWords_AreWholeInEveryLanguage(t *testing.T) {
	english := words.English()
	for _, w := range []words.Set{english, words.Arabic(), words.Thai()} {
		v, e := reflect.ValueOf(w), reflect.ValueOf(english)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name == "RTL" {
				continue
			}
			require.False(t, v.Field(i).IsZero(), "%s: %s is missing", w.Language, name)
			list, ok := v.Field(i).Interface().([]string)
			if !ok {
				continue
			}
			if name != "Days" && name != "Hours" && name != "Minutes" {
				require.Len(t, list, e.Field(i).Len(), "%s: %s", w.Language, name)
			}
			for k, word := range list {
				require.False(t, word == "" && !((name == "Lanes" || name == "Changes") && k == 0), "%s: %s[%d]", w.Language, name, k)
			}
		}
		for _, part := range []string{"{kind}", "{n}", "{first}", "{last}"} {
			assert.Contains(t, w.Summary, part)
		}
		seen := map[string]bool{}
		for i, q := range w.Questions {
			standard := persona.StandardQuestions()[i]
			assert.Equal(t, standard.ID, q.ID)
			assert.False(t, seen[q.Text])
			seen[q.Text] = true
			assert.Equal(t, w.Language == "en", q.Text == standard.Text, "%s in %s", q.ID, w.Language)
		}
	}
	assert.Len(t, english.Lanes, 19)
	w, ok := words.In("AR-eg")
	assert.True(t, ok)
	assert.True(t, w.RTL)
	w, ok = words.In("fr")
	assert.False(t, ok)
	assert.Equal(t, "en", w.Language)
}

func TestWords_OfTheCaller(t *testing.T) {
	m := sample.Of(journeymap.FutureState)
	page, err := m.CSV(journeymap.Options{Words: words.Set{Language: "de", Lanes: []string{"", "", "", "Ziel"}}})
	require.NoError(t, err)
	assert.Contains(t, string(page), "\nZiel,")
	assert.Contains(t, string(page), "\nactions,", "what is not translated has its name")
}

func TestDuration(t *testing.T) {
	for in, want := range map[string]string{"3d": "3d", "36h": "1d12h0m0s", "90m": "1h30m0s", "0s": "0s", "-2d": "-2d", "1d1h": "1d1h0m0s", "-1d12h": "-1d12h0m0s"} {
		var d journeymap.Duration
		require.NoError(t, d.UnmarshalText([]byte(in)), in)
		assert.Equal(t, want, d.String())
	}
	for _, bad := range []string{"", "d", "3", "1d-1h", "1d24h", "999999d", "1.5d", "1d1d", "106751d23h59m", "106752d", "--1d", "+-1d"} {
		d := journeymap.Days(5)
		assert.ErrorIs(t, d.UnmarshalText([]byte(bad)), journeymap.ErrDuration, bad)
		assert.Equal(t, journeymap.Days(5), d, "nothing is changed")
	}
}

func TestLaw_DurationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := journeymap.Duration(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-int64(100*time.Hour), int64(100*time.Hour))).Draw(t, "d"))
		var back journeymap.Duration
		text, err := d.MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text), "%s", text)
		require.Equal(t, d, back)
	})
}

// The worked figures are those of the project's reference on opportunity
// ranking, computed there by a program of its own.
func TestRank_WorkedFigures(t *testing.T) {
	ranked, err := journeymap.Rank(map[string]journeymap.Chance{
		"trial→active":  {Successes: 120, Trials: 1000, Target: 0.18, Value: 600},
		"onboard→adopt": {Successes: 260, Trials: 400, Target: 0.80, Value: 900},
		"expand":        {Successes: 9, Trials: 60, Target: 0.30, Value: 1500},
		"none":          {Target: 1, Value: 5},
		"all":           {Successes: 7, Trials: 7, Target: 0.5, Value: 5},
	}, 0)
	require.NoError(t, err)
	var names []string
	for i, r := range ranked {
		names = append(names, r.Name)
		assert.Equal(t, i+1, r.Rank)
	}
	assert.Equal(t, []string{"onboard→adopt", "trial→active", "expand", "all", "none"}, names)
	for i, want := range [][2]float64{{54_000, 37_758.83}, {36_000, 23_034.55}, {13_500, 3_496.87}, {0, 0}, {0, 0}} {
		assert.InDelta(t, want[0], ranked[i].Gain, 0.005)
		assert.InDelta(t, want[1], ranked[i].Safe, 0.005)
	}
	data, err := json.Marshal(ranked[4])
	require.NoError(t, err)
	assert.Contains(t, string(data), `"gain":0`)
	for _, bad := range []journeymap.Chance{{Successes: 2, Trials: 1}, {Successes: -1, Trials: 1}, {Target: 1.1}, {Target: -0.1}, {Value: -1}, {Value: math.Inf(1)}, {Target: math.NaN()}} {
		_, err := journeymap.Rank(map[string]journeymap.Chance{"x": bad}, 0)
		assert.ErrorIs(t, err, journeymap.ErrChance)
	}
}

func TestGoal_Progress(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	up := journeymap.Goal{ID: "up", Metric: "activation_rate", From: decimal.New(40, -2), To: decimal.New(60, -2), Start: day(1, 1), By: day(1, 11)}
	down := up
	down.From, down.To = up.To, up.From
	value := func(v, lo, hi float64) metrics.Estimate { return metrics.Estimate{Value: v, Lo: lo, Hi: hi, N: 100} }
	for _, c := range []struct {
		name           string
		g              journeymap.Goal
		at             time.Time
		v              metrics.Estimate
		expected, done float64
		track, sure    bool
	}{
		{"half way, exactly on the line", up, day(1, 6), value(0.5, 0.5, 0.6), 0.5, 0.5, true, true},
		{"half way, ahead for sure", up, day(1, 6), value(0.55, 0.51, 0.6), 0.5, 0.75, true, true},
		{"ahead, but within the error", up, day(1, 6), value(0.55, 0.49, 0.6), 0.5, 0.75, true, false},
		{"behind for sure", up, day(1, 6), value(0.42, 0.40, 0.44), 0.5, 0.1, false, true},
		{"worse than at the start", up, day(1, 6), value(0.36, 0.3, 0.55), 0.5, -0.2, false, false},
		{"at the start", up, day(1, 1), value(0.4, 0.4, 0.4), 0.4, 0, true, true},
		{"past the end the line stays", up, day(3, 1), value(0.59, 0.58, 0.595), 0.6, 0.95, false, true},
		{"downwards is better", down, day(1, 6), value(0.45, 0.4, 0.49), 0.5, 0.75, true, true},
		{"downwards behind", down, day(1, 6), value(0.55, 0.51, 0.6), 0.5, 0.25, false, true},
		{"no interval is never sure", up, day(1, 6), value(0.55, math.NaN(), math.NaN()), 0.5, 0.75, true, false},
	} {
		p, err := c.g.Progress(c.at, c.v)
		require.NoError(t, err, c.name)
		assert.InDelta(t, c.expected, p.Expected, 1e-12, c.name)
		assert.InDelta(t, c.done, p.Done, 1e-12, c.name)
		assert.Equal(t, c.track, p.OnTrack, c.name)
		assert.Equal(t, c.sure, p.Sure, c.name)
	}
	pilot := up
	pilot.Pilot = &journeymap.Pilot{Share: decimal.New(2, -1), From: day(1, 5), Until: day(1, 7)}
	p, err := pilot.Progress(day(1, 6), value(0.5, 0.4, 0.6))
	require.NoError(t, err)
	assert.InDelta(t, 0.5, p.Elapsed, 1e-12, "a pilot has a time of its own")

	flat := up
	flat.To = flat.From
	timeless := up
	timeless.Start = time.Time{}
	for _, c := range []struct {
		g  journeymap.Goal
		at time.Time
		v  metrics.Estimate
	}{{flat, day(1, 6), value(1, 1, 1)}, {timeless, day(1, 6), value(1, 1, 1)}, {up, day(1, 6), metrics.Estimate{}}, {up, time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC), value(1, 1, 1)}, {up, day(1, 6), value(math.Inf(1), 0, 0)}} {
		_, err := c.g.Progress(c.at, c.v)
		assert.ErrorIs(t, err, journeymap.ErrGoal)
	}
}

func TestAccountability(t *testing.T) {
	m := journeymap.Map{Stages: []journeymap.Stage{
		{Name: "a", Owner: journeymap.Owned("Sales", "Legal"), Touchpoints: []journeymap.Touchpoint{
			{Name: "call", Owner: journeymap.Ownership{Accountable: []string{"Sales", "Marketing"}}},
			{Name: "mail", Owner: journeymap.Ownership{Contributing: []string{"Sales"}}},
			{Name: "form", Owner: journeymap.Ownership{Accountable: []string{"Web", "Web"}, Contributing: []string{"Web"}}},
		}},
		{Name: "b"},
	}}
	x := m.Accountability()
	assert.Equal(t, []string{"Legal", "Marketing", "Sales", "Web"}, x.Teams)
	data, err := x.CSV()
	require.NoError(t, err)
	assert.Equal(t, "stage,touchpoint,Legal,Marketing,Sales,Web\na,,C,,A,\na,call,,A,A,\na,mail,,,C,\na,form,,,,A\nb,,,,,\n", string(data))
	var unclear []string
	for _, r := range x.Unclear() {
		unclear = append(unclear, r.Stage+"/"+r.Touchpoint)
	}
	assert.Equal(t, []string{"a/call", "a/mail", "b/"}, unclear)
	for i := range 1001 {
		m.Stages[1].Owner.Contributing = append(m.Stages[1].Owner.Contributing, strings.Repeat("x", i+1))
	}
	_, err = m.Accountability().CSV()
	assert.ErrorIs(t, err, fault.ErrTooMany)
}

func TestAudit(t *testing.T) {
	m := journeymap.Map{
		Persona: "lead",
		Stages: []journeymap.Stage{
			{Name: "a", Needs: journeymap.Notes("price?", "security?", "price?")},
			{Name: "b", Needs: journeymap.Notes("price?")},
		},
		Content: []journeymap.Content{
			{Title: "Prices", Questions: []string{"price?", "price?"}, Stages: []string{"a"}},
			{Title: "Paper", Questions: []string{"security?"}, Personas: []string{"buyer"}},
			{Title: "Story"},
		},
	}
	a := m.Audit("lead", "buyer")
	var got []string
	for _, c := range a.Cells {
		got = append(got, c.Stage+" "+c.Persona+" "+c.Question+" "+strings.Join(c.Items, "+"))
	}
	assert.Equal(t, []string{
		"a lead price? Prices", "a buyer price? Prices", "a lead security? ", "a buyer security? Paper", "b lead price? ", "b buyer price? ",
	}, got)
	assert.Equal(t, "3/6", a.Covered.Num().String()+"/"+a.Covered.Den().String())
	assert.Equal(t, []string{"Story"}, a.Idle)
	assert.Equal(t, []string{"Paper", "Story"}, m.Audit().Idle, "of the map's own persona")
	assert.False(t, journeymap.Map{}.Audit().Covered.Defined())
}

func TestContentUse(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "u1", Name: "read", At: at(1)}, touchpoint.Event{Customer: "u1", Name: "bought", At: at(2)},
		touchpoint.Event{Customer: "u2", Name: "bought", At: at(1)}, touchpoint.Event{Customer: "u2", Name: "read", At: at(2)}, touchpoint.Event{Customer: "u2", Name: "read", At: at(3)}, touchpoint.Event{Customer: "u2", Name: "shared", At: at(4)},
		touchpoint.Event{Customer: "u3", Name: "bought", At: at(1)},
		touchpoint.Event{Customer: "u4", Name: "other", At: at(1)},
	)
	require.NoError(t, err)
	m := journeymap.Map{Content: []journeymap.Content{{Title: "Guide", Consumed: touchpoint.Named("read"), Shared: touchpoint.Named("shared")}, {Title: "Unread", Consumed: touchpoint.Named("x")}}}
	use, err := m.ContentUse(log, touchpoint.Named("bought")...)
	require.NoError(t, err)
	require.Len(t, use, 2)
	g := use[0]
	assert.Equal(t, []int64{3, 2, 1, 1}, []int64{g.Consumed, g.Consumers, g.Shared, g.Sharers})
	assert.Equal(t, "1/2 1/2", g.Converted.Num().String()+"/"+g.Converted.Den().String()+" "+g.Others.Num().String()+"/"+g.Others.Den().String(), "who bought before reading was not won by it")
	assert.False(t, use[1].Converted.Defined())
	for range 40 { // more than one pass counts
		m.Content = append(m.Content, m.Content[1])
	}
	m.Content = append(m.Content, m.Content[0])
	use, err = m.ContentUse(log, touchpoint.Named("bought")...)
	require.NoError(t, err)
	assert.Len(t, use, 43)
	assert.Equal(t, g.Consumers, use[42].Consumers)
	assert.Equal(t, g.Sharers, use[42].Sharers)
	m.Content[0].Consumed[0].Campaign = "spring"
	_, err = m.ContentUse(log)
	assert.ErrorIs(t, err, touchpoint.ErrNotKept)
}

func TestCompareVariants(t *testing.T) {
	list, err := sample.Of(journeymap.MicroJourney).CompareVariants(0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	last := list[1]
	assert.Equal(t, "plan", last.Stage)
	// R's prop.test on 120/1000 and 150/1000, as the project's reference gives it.
	assert.InDelta(t, 0.0496403868654, last.First.P, 1e-9)
	assert.InDelta(t, 1.3782434204e-05, last.First.Difference.Lo, 1e-9)
	assert.InDelta(t, 0.0600082585701, last.First.Difference.Hi, 1e-9)
	assert.Equal(t, journeymap.Duration(5*time.Hour), last.Slower)
	require.NotNil(t, last.Satisfaction)
	assert.InDelta(t, -0.3, *last.Satisfaction, 1e-12)

	m := sample.Of(journeymap.MicroJourney)
	m.Variants[1].Steps[2].Customers = 711
	_, err = m.CompareVariants(0)
	assert.ErrorIs(t, err, journeymap.ErrMap, "more than came before")
	m.Variants[1].Steps = m.Variants[1].Steps[:2]
	_, err = m.CompareVariants(0)
	assert.ErrorIs(t, err, journeymap.ErrMap)
	m = sample.Of(journeymap.MicroJourney)
	m.Variants[1].Steps[0].Stage = "plan"
	_, err = m.CompareVariants(0)
	assert.ErrorIs(t, err, journeymap.ErrMap)
	none, err := journeymap.Map{}.CompareVariants(0)
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestMap_Find(t *testing.T) {
	m := journeymap.Map{
		Stages: []journeymap.Stage{{Name: "all", Parts: []journeymap.Stage{{Name: "part"}, {Name: "other"}}}, {Name: "last"}},
	}
	_, ok := m.Find("part")
	assert.True(t, ok)
	_, ok = m.Find("nowhere")
	assert.False(t, ok)
	var columns []string
	for s, within := range m.Columns() {
		name := s.Name
		for _, w := range within {
			name = w.Name + "/" + name
		}
		columns = append(columns, name)
	}
	assert.Equal(t, []string{"all/part", "all/other", "last"}, columns)
	for range m.Columns() {
		break
	}
}

func TestKPI_Short(t *testing.T) {
	half, third := metrics.NewCount(1, 2), metrics.NewCount(1, 3)
	for _, c := range []struct {
		k            journeymap.KPI
		short, known bool
	}{
		{journeymap.KPI{Value: third, Target: half, Direction: metrics.HigherIsBetter}, true, true},
		{journeymap.KPI{Value: half, Target: half, Direction: metrics.HigherIsBetter}, false, true},
		{journeymap.KPI{Value: third, Target: half, Direction: metrics.LowerIsBetter}, false, true},
		{journeymap.KPI{Value: half, Target: third, Direction: metrics.LowerIsBetter}, true, true},
		{journeymap.KPI{Value: third, Target: half}, false, false},
		{journeymap.KPI{Target: half, Direction: metrics.HigherIsBetter}, false, false},
	} {
		short, known := c.k.Short()
		assert.Equal(t, c.short, short)
		assert.Equal(t, c.known, known)
	}
}

func TestErrors_CarryTheirField(t *testing.T) {
	_, err := journeymap.Rank(map[string]journeymap.Chance{"x": {Target: 2}}, 0)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "x: target", e.Field)
	assert.Equal(t, "journeymap", e.Package)
}
