package journeymap_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
)

var forms = []journeymap.Form{journeymap.Wide, journeymap.Narrow}

// overlaps are the pairs of texts that share a place, found line by line so
// that large pictures cost little.
func overlaps(texts []svg.TextBox) []string {
	sort.Slice(texts, func(i, k int) bool { return texts[i].Box.Y < texts[k].Box.Y })
	var out []string
	for i, a := range texts {
		for _, b := range texts[i+1:] {
			if b.Box.Y >= a.Box.Y+a.Box.H {
				break
			}
			if a.Box.Overlaps(b.Box) {
				out = append(out, fmt.Sprintf("%q at %v and %q at %v", a.Text, a.Box, b.Text, b.Box))
			}
		}
	}
	return out
}

func TestLaw_NoTextOverlapsOrLeavesItsPlace(t *testing.T) {
	n := uint64(300)
	if testing.Short() {
		n = 20
	}
	maps := samples()
	for seed := range n {
		maps = append(maps, randomMap(seed))
	}
	cut, guarded := 0, 0
	for i, m := range maps {
		for _, form := range forms {
			for _, lines := range []int{0, 1, 3} {
				o := journeymap.Options{Form: form, Lines: lines}
				texts, size, err := m.Texts(o)
				require.NoError(t, err)
				for _, x := range texts {
					require.True(t, x.Box.Inside(size), "map %d: %q at %v leaves the picture %v", i, x.Text, x.Box, size)
					if x.Max > 0 {
						require.LessOrEqual(t, x.Box.W, x.Max+1e-6, "map %d: %q", i, x.Text)
						if svg.Bound(x.Text, 12) > x.Max {
							guarded++
						}
					}
					if strings.HasSuffix(x.Text, "…") {
						cut++
					}
				}
				require.Empty(t, overlaps(texts), "map %d, form %d", i, form)
			}
		}
	}
	assert.Positive(t, cut, "texts too long are drawn")
	assert.Positive(t, guarded, "texts near their width are drawn")
}

func TestLaw_EveryPictureIsXMLAndEqualTwice(t *testing.T) {
	for seed := range uint64(40) {
		for _, form := range forms {
			o := journeymap.Options{Form: form}
			a, err := randomMap(seed).SVG(o)
			require.NoError(t, err)
			b, err := randomMap(seed).SVG(o)
			require.NoError(t, err)
			require.True(t, bytes.Equal(a, b))
			wellFormed(t, a)
			require.NotContains(t, string(a), "<script")
		}
	}
}

func TestLaw_EveryOutputIsEqualTwiceAndHarmless(t *testing.T) {
	for seed := range uint64(40) {
		m, again := randomMap(seed), randomMap(seed)
		page, err := m.HTML(journeymap.Options{})
		require.NoError(t, err)
		page2, err := again.HTML(journeymap.Options{})
		require.NoError(t, err)
		require.True(t, bytes.Equal(page, page2))
		for _, banned := range []string{"<script", "javascript:", "src=", "@import", "url(", "http-equiv=\"refresh"} {
			require.NotContains(t, string(page), banned)
		}
		md, err := m.Markdown(journeymap.Options{})
		require.NoError(t, err)
		for _, banned := range []string{"<script", "](", "https://"} {
			require.NotContains(t, md, banned)
		}
		for line := range strings.SplitSeq(md, "\n") { // every row of a table has as many cells as its head
			if strings.HasPrefix(line, "|---") {
				require.NotContains(t, line, "---||")
			}
		}
		table, err := m.CSV(journeymap.Options{})
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		require.NoError(t, err, "as many cells in each row")
		for _, row := range rows {
			for _, cell := range row {
				require.False(t, cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])), "%q", cell)
			}
		}
		for d := journeymap.JourneyDiagram; d <= journeymap.StateDiagram; d++ {
			_, err = m.Mermaid(d, journeymap.Options{})
			require.NoError(t, err)
		}
		_, err = m.DOT(journeymap.Options{})
		require.NoError(t, err)
	}
}

func TestSVG_KeepsToItsSize(t *testing.T) {
	eight := []journeymap.Lane{
		journeymap.LaneGoal, journeymap.LaneActions, journeymap.LaneTouchpoints, journeymap.LaneThoughts,
		journeymap.LaneEmotion, journeymap.LanePains, journeymap.LaneOpportunities, journeymap.LaneOwner,
	}
	picture, err := sample.SaaS().SVG(journeymap.Options{Lanes: eight})
	require.NoError(t, err)
	assert.LessOrEqual(t, len(picture), 40_000, "8 stages × 8 lanes in English")
	for _, language := range []string{"ar", "th"} {
		m := sample.Blueprint(language)
		base := m.Stages
		for i := range 4 { // a full one has eight stages
			s := base[i]
			s.Name += " 2"
			m.Stages = append(m.Stages, s)
		}
		picture, err := m.SVG(journeymap.Options{})
		require.NoError(t, err)
		assert.LessOrEqual(t, len(picture), 150_000, language)
	}
}

func TestSVG_SaysWhatItShows(t *testing.T) {
	m := sample.SaaS()
	picture, err := m.SVG(journeymap.Options{})
	require.NoError(t, err)
	s := string(picture)
	assert.Contains(t, s, ">Tidewise: from first hearing to recommending</title>")
	assert.Contains(t, s, ">Current state: 8 stages from Awareness to Advocacy. Decide which three obstacles")
	assert.Equal(t, 8, strings.Count(s, `<path class="h"`), "a chevron per stage")
	assert.Equal(t, 8, strings.Count(s, `r="6"`), "a mark per emotion")
	assert.Contains(t, s, ">Line of visibility<")
	assert.NotContains(t, s, "Plans and prices", "content is no lane")

	m.Stages[0].Emotion.Evidence = journeymap.Reported
	again, err := m.SVG(journeymap.Options{})
	require.NoError(t, err)
	assert.Equal(t, strings.Count(s, `<circle class="l"`)-1, strings.Count(string(again), `<circle class="l"`), "reported is filled")

	none, err := journeymap.Map{}.SVG(journeymap.Options{})
	require.NoError(t, err)
	wellFormed(t, none)
}

func TestSVG_HidesAndChoosesLanes(t *testing.T) {
	m := sample.SaaS()
	picture, err := m.SVG(journeymap.Options{Hide: []journeymap.Lane{journeymap.LaneEmotion, journeymap.LaneBackStage, journeymap.LaneSupport}})
	require.NoError(t, err)
	assert.NotContains(t, string(picture), ">Emotion<")
	assert.NotContains(t, string(picture), "Line of visibility", "nothing is behind it")
	table, err := m.CSV(journeymap.Options{Lanes: []journeymap.Lane{journeymap.LaneGoal}})
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	require.NoError(t, err)
	assert.Len(t, rows, 2)
	assert.Equal(t, "Goal", rows[1][0])
	assert.Equal(t, "Awareness", rows[0][1])
}

func TestSVG_RightToLeftMirrors(t *testing.T) {
	m := sample.Blueprint("ar")
	texts, size, err := m.Texts(journeymap.Options{})
	require.NoError(t, err)
	first := slices.IndexFunc(texts, func(x svg.TextBox) bool { return x.Text == "السؤال" })
	last := slices.IndexFunc(texts, func(x svg.TextBox) bool { return x.Text == "الإغلاق" })
	require.NotEqual(t, -1, first)
	assert.Greater(t, texts[first].Box.X, texts[last].Box.X, "stages run from right to left")
	label := slices.IndexFunc(texts, func(x svg.TextBox) bool { return x.Text == "الهدف" })
	assert.InDelta(t, size.W-16, texts[label].Box.X+texts[label].Box.W, 1e-6, "labels stand at the right")
	picture, err := m.SVG(journeymap.Options{})
	require.NoError(t, err)
	assert.True(t, bytes.Contains(picture, []byte("\u206641 %\u2069")), "numbers keep their order")
	m.Stages[0].Pains = journeymap.Notes("مرة ثانية خلال 6 d")
	picture, err = m.SVG(journeymap.Options{})
	require.NoError(t, err)
	assert.True(t, bytes.Contains(picture, []byte("\u20666\u00a0d\u2069")) || bytes.Contains(picture, []byte("\u20666 d\u2069")), "a unit stays behind its number")
}

func TestAutoForm(t *testing.T) {
	var m journeymap.Map
	for i := range 11 {
		m.Stages = append(m.Stages, journeymap.Stage{Name: fmt.Sprint("stage ", i), Actions: journeymap.Notes("x")})
	}
	_, size, err := m.Texts(journeymap.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 390, size.W, 1e-9, "above ten stages stand below each other")
	m.Stages = m.Stages[:10]
	_, size, err = m.Texts(journeymap.Options{})
	require.NoError(t, err)
	assert.Greater(t, size.W, 1900.0)
}

func TestMermaid_EscapesAndScores(t *testing.T) {
	m := journeymap.Map{Name: "a: b", Persona: "A, B", Stages: []journeymap.Stage{
		{Name: "x#1", Emotion: &journeymap.Emotion{Value: 1.4}, Touchpoints: []journeymap.Touchpoint{{Name: "Pay: now: 5: Me", Receiver: "Shop", Feeling: 1}, {Name: "title deed"}}},
		{Name: "y", Actions: journeymap.Notes("Reads a very long page about prices and everything else that there is"), Emotion: &journeymap.Emotion{Value: -7}},
		{Name: "z"},
	}}
	got, err := m.Mermaid(journeymap.JourneyDiagram, journeymap.Options{})
	require.NoError(t, err)
	assert.Equal(t, `journey
    title a#colon; b
    section x#35;1
      Pay#colon; now#colon; 5#colon; Me: 5: A#44; B, Shop
      #116;itle deed: 4: A#44; B
    section y
      Reads a very long page about prices and…: 1: A#44; B
    section z
      z: 3: A#44; B
`, got)
	got, err = m.Mermaid(journeymap.TimelineDiagram, journeymap.Options{})
	require.NoError(t, err)
	assert.Equal(t, "timeline\n    title a#colon; b\n    x#35;1 : Pay#colon; now#colon; 5#colon; Me : #116;itle deed\n    y : Reads a very long page about prices and…\n    z : z\n", got)
	m.Stages[0].Figures = &journeymap.Figures{To: []journeymap.Flow{{To: "z", N: 12345}, {To: "gone", N: 1}}}
	got, err = m.Mermaid(journeymap.StateDiagram, journeymap.Options{})
	require.NoError(t, err)
	assert.Equal(t, "stateDiagram-v2\n    direction LR\n    s1 : x#35;1\n    s2 : y\n    s3 : z\n    s1 --> s3 : 12 345\n", got)
}

func TestDOT(t *testing.T) {
	m := journeymap.Map{Name: `a "b" \`, Stages: []journeymap.Stage{
		{Name: "x", Touchpoints: []journeymap.Touchpoint{{Name: "p", LeadsTo: []string{"q", "nowhere"}, Deviation: journeymap.Skipped}}},
		{Name: "y", Touchpoints: []journeymap.Touchpoint{{Name: "q", LeadsTo: []string{"p"}}}},
		{Name: "z", Touchpoints: []journeymap.Touchpoint{{Name: "q", Deviation: journeymap.Unplanned}}},
	}}
	got, err := m.DOT(journeymap.Options{})
	require.NoError(t, err)
	assert.Contains(t, got, `digraph "a \"b\" \\" {`)
	assert.Contains(t, got, `t1_1 [label="p", style="rounded,dashed"];`)
	assert.Contains(t, got, "  t1_1 -> t2_1;\n  t2_1 -> t1_1;\n", "to where it is met next, or was met last")
	assert.NotContains(t, got, "t1_1 -> t3_1")
}

func TestHTML_StandsAlone(t *testing.T) {
	m := sample.SaaS()
	m.Stages[0].Thoughts = journeymap.Notes(`<script>alert("x")</script>`)
	page, err := m.HTML(journeymap.Options{})
	require.NoError(t, err)
	s := string(page)
	assert.True(t, strings.HasPrefix(s, "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">"))
	assert.Contains(t, s, "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
	assert.Equal(t, 1, strings.Count(s, "<h1"))
	assert.Equal(t, 2, strings.Count(s, "<svg "), "for a desk and for a phone")
	assert.Contains(t, s, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;")
	for _, title := range []string{"Touchpoints", "Goals", "Hand-offs", "Responsibilities", "Opportunities", "Initiatives", "Content audit", "Comments"} {
		assert.Contains(t, s, ">"+title+"</h3>")
	}
	ids := map[string]bool{}
	for _, part := range strings.Split(s, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		assert.False(t, ids[id], "id %s twice", id)
		ids[id] = true
	}
	rtl, err := sample.Blueprint("ar").HTML(journeymap.Options{})
	require.NoError(t, err)
	assert.Contains(t, string(rtl), `<html lang="ar" dir="rtl">`)
}

func TestPage_OfTwoMapsOfOneName(t *testing.T) {
	m := sample.Of(journeymap.FutureState)
	page, err := journeymap.Page{Title: "Both", Maps: []journeymap.Map{m, m}}.HTML()
	require.NoError(t, err)
	assert.Contains(t, string(page), "<h1>Both</h1>")
	assert.Contains(t, string(page), m.Name+" (2)</h2>")
	none, err := journeymap.Page{}.HTML()
	require.NoError(t, err)
	assert.Contains(t, string(none), "<main")
}

func TestMarkdown(t *testing.T) {
	m := journeymap.Map{Name: "# *Map*", Kind: journeymap.FutureState, Purpose: "1. <b>decide</b>", Stages: []journeymap.Stage{
		{Name: "a|b", Actions: []journeymap.Note{{Text: "reads https://x.example"}, {Text: "asks", Evidence: journeymap.Reported, N: 4}}},
	}}
	got, err := m.Markdown(journeymap.Options{})
	require.NoError(t, err)
	assert.Equal(t, "# &#35; &#42;Map&#42;\n\n## &#35; &#42;Map&#42;\n\nFuture state\n\nPurpose: 1. &lt;b&gt;decide&lt;/b&gt;\n\n### The map as a table\n\n| Stage | Customer actions |\n|---|---|\n| a&#124;b | ○ reads https&#58;//x.example<br>● asks (n\u00a0=\u00a04) |\n", got)
}

func TestRows(t *testing.T) {
	rows := slices.Collect(sample.Of(journeymap.Opportunities).Rows())
	require.Len(t, rows, 6)
	assert.Equal(t, journeymap.Row{Stage: "trial", Lane: journeymap.LanePains, Text: "An empty screen to begin with"}, rows[0])
	assert.Equal(t, "#2 Sample project\u00a0· Safe gain\u00a023\u202f035", rows[1].Text)
	for range sample.SaaS().Rows() {
		break
	}
}

func FuzzParse_AnyMapIsDrawn(f *testing.F) {
	for _, k := range []journeymap.Kind{journeymap.MicroJourney, journeymap.Opportunities} { // small ones: the engine changes a byte at a time
		data, err := json.Marshal(sample.Of(k))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`{"name":"n","kind":"service-blueprint","language":"ar","stages":[{"name":"a","parts":[{"name":"b","touchpoints":[{"name":"t","channel":"Email","share":{"num":"1","den":"3"},"moment":true,"leads_to":["t"]}],"back_stage":[{"text":"x","wait":"1d2h0m0s","evidence":"reported"}]}]}],"goals":[{"id":"g","from":"0.1","to":"1e3","by":"2026-01-02T00:00:00Z"}]}`))
	f.Add([]byte(`{"stages":[{"name":"a","emotion":{"value":1e300},"arc":-1,"figures":{"median":"-3d"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := journeymap.Parse(data)
		if err != nil {
			return
		}
		for _, form := range forms {
			picture, err := m.SVG(journeymap.Options{Form: form})
			require.NoError(t, err)
			wellFormed(t, picture)
		}
		_, err = m.HTML(journeymap.Options{})
		require.NoError(t, err)
		_, err = m.Markdown(journeymap.Options{})
		require.NoError(t, err)
		_ = m.Validate()
		again, err := m.JSON()
		require.NoError(t, err)
		back, err := journeymap.Parse(again)
		require.NoError(t, err)
		require.Equal(t, string(again), asJSON(t, back))
	})
}

func BenchmarkSVG(b *testing.B) {
	m := sample.SaaS()
	eight := journeymap.Options{Lanes: []journeymap.Lane{
		journeymap.LaneGoal, journeymap.LaneActions, journeymap.LaneTouchpoints, journeymap.LaneThoughts,
		journeymap.LaneEmotion, journeymap.LanePains, journeymap.LaneOpportunities, journeymap.LaneOwner,
	}}
	b.Run("8x8", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.SVG(eight); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, n := range []int{10, 100, 1000} { // nanoseconds per touchpoint stay level
		b.Run(fmt.Sprint("touchpoints-", n), func(b *testing.B) {
			var m journeymap.Map
			for i := range n {
				m.Stages = append(m.Stages, journeymap.Stage{Name: fmt.Sprint(i), Touchpoints: []journeymap.Touchpoint{{Name: "Pricing page", LeadsTo: []string{"Pricing page"}}}})
			}
			for b.Loop() {
				if _, err := m.SVG(journeymap.Options{Form: journeymap.Wide}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/touchpoint")
		})
	}
}
