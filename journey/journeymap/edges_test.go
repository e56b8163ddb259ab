package journeymap_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// An emotion that only one of two maps has is no change.
func TestCompare_NeedsBothEmotions(t *testing.T) {
	t.Parallel()
	with := journeymap.Map{Stages: []journeymap.Stage{{Name: "a", Emotion: &journeymap.Emotion{Value: 1, Lo: 0.5, Hi: 1.5, N: 9}}}}
	without := journeymap.Map{Stages: []journeymap.Stage{{Name: "a"}}}
	for _, pair := range [][2]journeymap.Map{{with, without}, {without, with}} {
		changes, err := journeymap.Compare(pair[0], pair[1], 0)
		require.NoError(t, err)
		assert.Empty(t, changes)
	}
	changes, err := journeymap.Compare(with, with, 0)
	require.NoError(t, err)
	assert.Len(t, changes, 1)
}

// Sixteen teams have columns of their own, seventeen are named in two.
func TestMatrix_UpToSixteenTeams(t *testing.T) {
	t.Parallel()
	page := func(teams int) string {
		m := journeymap.Map{Name: "m"}
		for i := range teams {
			m.Stages = append(m.Stages, journeymap.Stage{Name: fmt.Sprint("s", i), Owner: journeymap.Owned(fmt.Sprintf("team%02d", i))})
		}
		text, err := m.Markdown(journeymap.Options{})
		require.NoError(t, err)
		return text
	}
	assert.Contains(t, page(16), "| team00 | team01 |")
	assert.NotContains(t, page(17), "| team00 | team01 |")
	assert.Contains(t, page(17), "| accountable | contributing |")
}

// The whole text of a cell that was cut begins with its first entry.
func TestSVG_TooltipHoldsTheWholeCell(t *testing.T) {
	t.Parallel()
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{{Name: "a", Actions: journeymap.Notes("first thing", "second thing", "third thing")}}}
	data, err := m.SVG(journeymap.Options{Lines: 1})
	require.NoError(t, err)
	assert.Contains(t, string(data), ">first thing\nsecond thing\nthird thing<")
}

// The difference of two feelings is one less the other, whatever both are.
func TestMoments_FeltDifference(t *testing.T) {
	t.Parallel()
	var list []touchpoint.Event
	var answers []journeymap.Answer
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 40 {
		customer := fmt.Sprintf("c%02d", i)
		list = append(list, touchpoint.Event{Customer: customer, Name: "signed up", At: at}, touchpoint.Event{Customer: customer, Name: "guide", At: at.Add(time.Minute)}, touchpoint.Event{Customer: customer, Name: "plan made", At: at.Add(time.Hour)})
		a := journeymap.Answer{Customer: customer, At: at.Add(2 * time.Minute), Value: -1.25 + float64(i%4)/2}
		if i%8 < 4 { // whole rounds of four
			a.Touchpoint, a.Value = "guide", a.Value+1 // 0.5 on average, the others −0.5
		}
		answers = append(answers, a)
	}
	log, err := touchpoint.LogOf(list...)
	require.NoError(t, err)
	m, err := journeymap.Actual(small, catalogue(), log, journeymap.ActualOptions{Answers: answers})
	require.NoError(t, err)
	try, _ := m.Find("try")
	require.Len(t, try.Figures.Moments, 1)
	mo := try.Figures.Moments[0]
	assert.True(t, mo.Felt && mo.Delight)
	assert.InDelta(t, 1, mo.Difference.Value, 1e-12)
	assert.Less(t, mo.Difference.Lo, 1.0)
	assert.Greater(t, mo.Difference.Hi, 1.0)
}

// A touchpoint that nobody met does not hide that a later one is out of order.
func TestGap_OrderBehindASkippedTouchpoint(t *testing.T) {
	t.Parallel()
	point := func(name string, place float64, to ...string) journeymap.Touchpoint {
		return journeymap.Touchpoint{Name: name, LeadsTo: to, Place: place, Customers: 9, Events: 9}
	}
	plan := journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Touchpoints: []journeymap.Touchpoint{{Name: "none", LeadsTo: []string{"b"}}, point("a", 0, "b"), point("b", 0)}}}}
	actual := journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Figures: &journeymap.Figures{Entered: 10}, Touchpoints: []journeymap.Touchpoint{point("b", 1), point("a", 2)}}}}
	gap, err := journeymap.GapOf(plan, actual, journeymap.GapOptions{})
	require.NoError(t, err)
	var kinds []string
	for _, f := range gap.Findings {
		kinds = append(kinds, f.Name+" "+string(f.Deviation))
	}
	assert.Equal(t, []string{"none skipped", "b out-of-order"}, kinds)
}

// A funnel of two variants is a micro-journey's steps.
func TestVariantOf_AFunnel(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20 {
		variant := []string{"A", "B"}[i%2]
		add := func(name string, after time.Duration) {
			events = append(events, touchpoint.Event{Customer: fmt.Sprintf("c%02d", i), Name: name, At: at.Add(after), Attrs: map[string]string{"variant": variant}})
		}
		add("form", 0)
		if i%2 == 1 || i < 10 {
			add("confirm", time.Duration(1+i%2)*time.Hour)
		}
		if i < 4 {
			add("plan", 5*time.Hour)
		}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"variant"}}.LogOf(events...)
	require.NoError(t, err)
	spec := funnel.Spec{}
	for _, s := range []string{"form", "confirm", "plan"} {
		spec.Steps = append(spec.Steps, funnel.Step{Any: touchpoint.Named(s)})
	}
	reports, err := funnel.RunBy(log, spec, touchpoint.Breakdown{Attr: "variant"})
	require.NoError(t, err)
	m := journeymap.Map{Kind: journeymap.MicroJourney}
	for _, r := range reports {
		v, err := journeymap.VariantOf(r.Key(), r)
		require.NoError(t, err)
		m.Variants = append(m.Variants, v)
	}
	assert.Equal(t, []journeymap.Step{
		{Stage: "form", Customers: 10, Median: journeymap.Duration(time.Hour)},
		{Stage: "confirm", Customers: 5, Median: journeymap.Duration(4 * time.Hour)},
		{Stage: "plan", Customers: 2},
	}, m.Variants[0].Steps)
	compared, err := m.CompareVariants(0)
	require.NoError(t, err)
	assert.Equal(t, "5/10 10/10", compared[0].First.A.Fraction()+" "+compared[0].First.B.Fraction())
	assert.Equal(t, journeymap.Duration(-time.Hour), compared[0].Slower)
	v, err := journeymap.VariantOf("A", reports[0], "x", "y", "z")
	require.NoError(t, err)
	assert.Equal(t, "z", v.Steps[2].Stage)
	_, err = journeymap.VariantOf("A", reports[0], "x")
	require.ErrorIs(t, err, journeymap.ErrMap)
	assert.True(t, strings.HasPrefix(err.Error(), "journeymap: variant of a funnel"))
}

// What a touchpoint changes stands below it, no further left than its name.
func TestSVG_DecisionStandsBelowItsTouchpoint(t *testing.T) {
	t.Parallel()
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{{Name: "a", Touchpoints: []journeymap.Touchpoint{{Name: "Site", Channel: touchpoint.Website, Decision: "stays"}}}}}
	texts, _, err := m.Texts(journeymap.Options{})
	require.NoError(t, err)
	x := map[string]float64{}
	for _, b := range texts {
		x[strings.TrimSpace(b.Text)] = b.Box.X
	}
	require.Contains(t, x, "Site")
	require.Contains(t, x, "→\u00a0stays")
	assert.InDelta(t, x["Site"], x["→\u00a0stays"], 1e-9)
}

// The lines of the emotion lane end where the cells do; the legend tells what is
// assumed from what was said or seen.
func TestSVG_LinesEndWithTheCells(t *testing.T) {
	t.Parallel()
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{{Name: "a", Actions: journeymap.Notes("x"), Emotion: &journeymap.Emotion{Value: 1}}, {Name: "b", Actions: journeymap.Notes("y")}}}
	data, err := m.SVG(journeymap.Options{Form: journeymap.Wide})
	require.NoError(t, err)
	number := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return f
	}
	cells, lines := 0.0, 0.0
	for _, r := range regexp.MustCompile(`<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"[^>]*rx=`).FindAllStringSubmatch(string(data), -1) {
		cells = max(cells, number(r[1])+number(r[2]))
	}
	for _, l := range regexp.MustCompile(`<line[^>]* x2="([\d.]+)"`).FindAllStringSubmatch(string(data), -1) {
		lines = max(lines, number(l[1]))
	}
	require.Positive(t, cells)
	assert.InDelta(t, cells, lines, 1e-9)
	texts, _, err := m.Texts(journeymap.Options{})
	require.NoError(t, err)
	var all []string
	for _, x := range texts {
		all = append(all, x.Text)
	}
	assert.Contains(t, all, "assumed")
	assert.Contains(t, all, "reported / observed")
}

// A touchpoint that was listed without a count stands at its place in the list.
func TestGap_ListedTouchpointsHavePlaces(t *testing.T) {
	t.Parallel()
	plan := journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Touchpoints: []journeymap.Touchpoint{{Name: "a", LeadsTo: []string{"b"}}, {Name: "b"}}}}}
	actual := journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Figures: &journeymap.Figures{Entered: 10}, Touchpoints: []journeymap.Touchpoint{
		{Name: "b", Place: 1, Customers: 9}, {Name: "a", Customers: 9},
	}}}}
	gap, err := journeymap.GapOf(plan, actual, journeymap.GapOptions{})
	require.NoError(t, err)
	require.Len(t, gap.Findings, 1)
	assert.Equal(t, "b out-of-order", gap.Findings[0].Name+" "+string(gap.Findings[0].Deviation))
}

// An interval of a median may begin at zero; one that is zero at both ends is
// none.
func TestCompare_IntervalsFromZero(t *testing.T) {
	t.Parallel()
	stage := func(lo, hi int) journeymap.Map {
		return journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Figures: &journeymap.Figures{Median: journeymap.Days(1), MedianLo: journeymap.Days(lo), MedianHi: journeymap.Days(hi)}}}}
	}
	medians := func(a, b journeymap.Map) int {
		changes, err := journeymap.Compare(a, b, 0)
		require.NoError(t, err)
		n := 0
		for _, c := range changes {
			if c.Figure == journeymap.FigureMedian {
				n++
			}
		}
		return n
	}
	assert.Equal(t, 1, medians(stage(0, 2), stage(0, 2)))
	assert.Equal(t, 0, medians(stage(0, 0), stage(0, 2)))
}

// A stage without figures leaves those of the stages after it in the table.
func TestMarkdown_FiguresBehindAStageWithoutAny(t *testing.T) {
	t.Parallel()
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{
		{Name: "first"}, {Name: "second", Figures: &journeymap.Figures{Entered: 417, Visits: 500}}, {Name: "third"}, {Name: "fourth", Figures: &journeymap.Figures{Entered: 93, Visits: 95}},
	}}
	text, err := m.Markdown(journeymap.Options{})
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^\| second \| 417 \|`, text)
	assert.Regexp(t, `(?m)^\| fourth \| 93 \|`, text)
	assert.NotRegexp(t, `(?m)^\| first \| \d`, text)
}

// The first of the ranked opportunities is bold, and no other.
func TestSVG_TheBestOpportunityIsBold(t *testing.T) {
	t.Parallel()
	chance := func(went int64) *journeymap.Chance {
		return &journeymap.Chance{Successes: went, Trials: 1000, Target: 0.9, Value: 100}
	}
	m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{
		{Name: "a", Opportunities: []journeymap.Opportunity{{Text: "better", Chance: chance(600)}}},
		{Name: "b", Opportunities: []journeymap.Opportunity{{Text: "best", Chance: chance(100)}}},
		{Name: "c", Opportunities: []journeymap.Opportunity{{Text: "unranked"}}},
	}}
	picture, err := m.SVG(journeymap.Options{})
	require.NoError(t, err)
	for text, want := range map[string]bool{"#1 best": true, "#2 better": false, "unranked": false} {
		tag := regexp.MustCompile(`<text[^>]*>(<tspan[^>]*>)?` + text).FindString(string(picture))
		require.NotEmpty(t, tag, text)
		assert.Equal(t, want, strings.Contains(tag, `font-weight="600"`), tag)
	}
}

// What reorders text does not reach Mermaid and DOT; its neighbours do.
func TestDiagrams_DropWhatReordersText(t *testing.T) {
	t.Parallel()
	for r, kept := range map[rune]bool{
		'\u2027': true, '\u2028': false, '\u202a': false, '\u202e': false, '\u202f': true,
		'\u2065': true, '\u2066': false, '\u2069': false, '\u206a': true, '\u0007': false, '\ufffd': false,
	} {
		m := journeymap.Map{Name: "m", Stages: []journeymap.Stage{{Name: "a" + string(r) + "b"}}}
		for what, draw := range map[string]func() (string, error){
			"Mermaid": func() (string, error) { return m.Mermaid(journeymap.StateDiagram, journeymap.Options{}) },
			"DOT":     func() (string, error) { return m.DOT(journeymap.Options{}) },
		} {
			text, err := draw()
			require.NoError(t, err)
			if r == '\u202f' && what == "Mermaid" {
				assert.Contains(t, text, "a b", "a space like any other")
				continue
			}
			want := "ab"
			if kept {
				want = "a" + string(r) + "b"
			}
			assert.Contains(t, text, want, "%s %U", what, r)
		}
	}
}
