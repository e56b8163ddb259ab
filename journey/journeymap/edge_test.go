package journeymap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestGap_SegmentsWithoutFigures(t *testing.T) {
	figures := func(k, n int64) journeymap.Map {
		return journeymap.Map{Stages: []journeymap.Stage{{Name: "a"}, {Name: "b", Figures: &journeymap.Figures{Entered: n}}, {Name: "look", Figures: &journeymap.Figures{Entered: n, Onward: metrics.NewCount(k, n)}}}}
	}
	g, err := journeymap.GapOf(figures(0, 9), figures(1, 9), journeymap.GapOptions{Segments: []journeymap.Map{figures(9, 9)}, Values: map[string]float64{"a": 1, "b": 1, "look": 1}})
	require.NoError(t, err)
	require.Len(t, g.Ranked, 1)
	assert.Equal(t, "look", g.Ranked[0].Stage)
}

// A trend needs customers in both halves of the time.
func TestMoments_OfOneHalfHaveNoTrend(t *testing.T) {
	var list []touchpoint.Event
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 40 {
		customer := fmt.Sprintf("c%02d", i)
		begin := at.Add(time.Duration(i) * time.Hour)
		list = append(list, touchpoint.Event{Customer: customer, Name: "signed up", At: begin})
		if i >= 25 {
			list = append(list, touchpoint.Event{Customer: customer, Name: "guide", At: begin.Add(time.Minute)}, touchpoint.Event{Customer: customer, Name: "paid", At: begin.Add(2 * time.Minute)})
		}
	}
	log, err := touchpoint.LogOf(list...)
	require.NoError(t, err)
	m, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{})
	require.NoError(t, err)
	try, _ := m.Find("try")
	found := false
	for _, mo := range try.Figures.Moments {
		if mo.Touchpoint == "guide" {
			found = true
			assert.Nil(t, mo.Trend)
		}
	}
	assert.True(t, found)
}

func TestActual_AnswersUpToTheHorizon(t *testing.T) {
	log := events(t, "a: page@0, signed up@10")
	horizon := time.Date(2026, 1, 5, 20, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{horizon: true, horizon.Add(1): false} {
		m, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{
			Replay: journey.ReplayOptions{Horizon: horizon, Everyone: true}, Answers: []journeymap.Answer{{Customer: "a", At: at, Value: 2}},
		})
		require.NoError(t, err)
		assert.Equal(t, horizon, m.Until)
		try, _ := m.Find("try")
		assert.Equal(t, want, try.Emotion != nil, "%s", at)
		if want {
			assert.Equal(t, 2.0, try.Emotion.Hi, "one answer has no interval")
		}
	}
}

func TestPlanned_MilestonesWithoutTouchpoints(t *testing.T) {
	spec := small.Spec()
	spec.Milestones = []journey.Milestone{{Name: "bought", Events: []journey.Trigger{"paid"}}, {Name: "either", Events: []journey.Trigger{"left", "paid"}}, {Name: "elsewhere", Events: []journey.Trigger{"danced"}}}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	m := journeymap.Planned(d, touchpoint.Catalogue{}, journeymap.PlanOptions{})
	where := map[string]string{}
	for s := range m.Columns() {
		for _, ms := range s.Milestones {
			where[ms.Name] = s.Name
		}
	}
	assert.Equal(t, map[string]string{"bought": "try", "either": "look", "elsewhere": "look"}, where)
}

func TestValidate_GoesOnBehindAStageWithParts(t *testing.T) {
	m := sample.SaaS()
	m.Stages = append([]journeymap.Stage{{Name: "all", Parts: m.Stages[:2]}}, m.Stages[2:]...)
	require.NoError(t, m.Validate())
	m.Stages[1].Arc = 9
	var d *fault.Design
	require.ErrorAs(t, m.Validate(), &d)
	assert.Equal(t, "Stages[1].Arc", d.Faults[0].Path)
	m.Stages[1].Arc = 1
	m.Stages[1].Emotion = &journeymap.Emotion{Value: -1, Hi: 1}
	require.ErrorAs(t, m.Validate(), &d)
	assert.Equal(t, fault.Code("emotion-range"), d.Faults[0].Code, "0 to 1 is not around -1")
	m.Stages[1].Emotion = &journeymap.Emotion{Value: -1, Lo: -1}
	assert.NoError(t, m.Validate(), "-1 to 0 is")
}

func TestSVG_TheCurveStopsWhereNothingIsKnown(t *testing.T) {
	m := sample.SaaS()
	m.Stages[0].Emotion, m.Stages[3].Emotion = nil, nil
	picture, err := m.SVG(journeymap.Options{Lanes: []journeymap.Lane{journeymap.LaneEmotion}})
	require.NoError(t, err)
	s := string(picture)
	assert.Equal(t, 6, strings.Count(s, `r="6"`))
	_, curve, _ := strings.Cut(s, `<path class="c" d="`)
	curve, _, _ = strings.Cut(curve, `"`)
	assert.Equal(t, 2, strings.Count(curve, "M"))
	assert.Equal(t, 4, strings.Count(curve, "C"), "from the second to the third, and from the fifth to the eighth")
}

func TestTexts_AreAbsentWhereNothingIsKnown(t *testing.T) {
	m := journeymap.Map{
		Name: "n", Stages: []journeymap.Stage{{Name: "s", Milestones: []journeymap.Milestone{{Name: "reached"}, {Name: "timed", Median: journeymap.Duration(90 * time.Minute)}}, BackStage: []journeymap.Process{{Text: "work"}}}},
		Content: []journeymap.Content{{Title: "guide"}},
	}
	var got []string
	for r := range m.Rows() {
		got = append(got, strings.ReplaceAll(r.Text, "\u00a0", " "))
	}
	assert.Equal(t, []string{"work", "reached", "timed · 1.5 h"}, got)
	page, err := m.HTML(journeymap.Options{})
	require.NoError(t, err)
	assert.NotContains(t, string(page), "answered:", "nothing was asked")
	m.Stages[0].Needs = journeymap.Notes("why?")
	page, err = m.HTML(journeymap.Options{})
	require.NoError(t, err)
	assert.Contains(t, string(page), "answered: 0\u00a0%")
}

func TestNumbers_InWords(t *testing.T) {
	for _, c := range []struct {
		language string
		d        time.Duration
		want     string
	}{
		{"en", 0, ""},
		{"en", 30 * time.Minute, "30 min"},
		{"en", 59 * time.Minute, "59 min"},
		{"en", time.Hour, "1 h"},
		{"en", 23*time.Hour + 30*time.Minute, "24 h"},
		{"en", 24 * time.Hour, "1 d"},
		{"en", 36 * time.Hour, "1.5 d"},
		{"en", 239 * time.Hour, "10 d"},
		{"th", 48 * time.Hour, "2 วัน"},
		{"ar", 24 * time.Hour, "1 يوم"},
		{"ar", 48 * time.Hour, "2 يوم"},
		{"ar", 72 * time.Hour, "3 أيام"},
		{"ar", 240 * time.Hour, "10 أيام"},
		{"ar", 264 * time.Hour, "11 يومًا"},
		{"ar", 2400 * time.Hour, "100 يوم"},
		{"ar", 36 * time.Hour, "1.5 يوم"},
		{"ar", 2472 * time.Hour, "103 أيام"},
	} {
		m := journeymap.Map{Language: c.language, Stages: []journeymap.Stage{{Name: "s", Milestones: []journeymap.Milestone{{Name: "m", Median: journeymap.Duration(c.d)}}}}}
		for r := range m.Rows() {
			want := "m"
			if c.want != "" {
				want += "\u00a0· " + strings.ReplaceAll(c.want, " ", "\u00a0")
			}
			assert.Equal(t, want, r.Text, "%s in %s", c.d, c.language)
		}
	}
}

// Words of the caller that are longer than the picture is wide are cut where its
// margin begins, with a mark before them too.
func TestSVG_LegendKeepsTheMargin(t *testing.T) {
	t.Parallel()
	const margin = 16
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{{Name: "a"}}}
	long := strings.Repeat("evidence of the caller, ", 20)
	texts, size, err := m.Texts(journeymap.Options{Words: words.Set{Language: "en", Evidence: []string{long, long, long}}})
	require.NoError(t, err)
	cut := 0
	for _, x := range texts {
		require.LessOrEqual(t, x.Box.X+max(x.Box.W, x.Max), size.W-margin+1e-6, "%q", x.Text)
		if strings.HasPrefix(x.Text, "evidence of") && strings.HasSuffix(x.Text, "…") {
			cut++
		}
	}
	assert.Equal(t, 2, cut)
}
