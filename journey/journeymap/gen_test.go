package journeymap_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// awkward are texts that break pictures and markup.
var awkward = []string{
	"", " ", "x", "Reads the pricing page and compares three plans with a colleague", "Wohnungsbaugesellschaftsvorstandssitzung",
	"answers come in 1 d, 41 % of all", "<script>alert('x')</script>", `"quoted" & 'apostrophes' | pipes ; # hash: colon, comma`,
	"=HYPERLINK(\"x\")", "-1+2", "@sum", "يقارن العميل بين ثلاث باقات ويسأل زميله 41 %", "عميل", "ลูกค้าเปรียบเทียบสามแพ็กเกจและถามเพื่อนร่วมงาน",
	"顧客は三つのプランを比べる。「これでいい？」", "고객이 요금제를 비교합니다", "e\u0301\u0301\u0301\u0301", "👩‍💻🇸🇦🏳️‍🌈", "a\nb\r\nc", "\u202eevil\u202c", "\u200b\u00ad", "\x00\x1b[31m",
	"mixed عربي and ไทย and 中文 in one", "]]>", "*bold* _it_ [l](u) `c` ![i](x) https://example.org",
}

func pickText(r *rand.Rand) string { return awkward[r.IntN(len(awkward))] }

func randomNotes(r *rand.Rand) []journeymap.Note {
	var out []journeymap.Note
	for range r.IntN(4) {
		out = append(out, journeymap.Note{Text: pickText(r), Evidence: journeymap.Evidence(r.IntN(3)), N: int64(r.IntN(3)) * 1234567})
	}
	return out
}

func randomOwner(r *rand.Rand) journeymap.Ownership {
	var o journeymap.Ownership
	for range r.IntN(3) {
		o.Accountable = append(o.Accountable, pickText(r))
	}
	for range r.IntN(2) {
		o.Contributing = append(o.Contributing, pickText(r))
	}
	return o
}

func randomRatio(r *rand.Rand) metrics.Ratio {
	if r.IntN(3) == 0 {
		return metrics.Ratio{}
	}
	return metrics.NewCount(int64(r.IntN(100)), int64(r.IntN(3)*50))
}

func randomStage(r *rand.Rand, name string, depth int) journeymap.Stage {
	s := journeymap.Stage{Name: name, Title: pickText(r)}
	if depth > 0 && r.IntN(3) == 0 {
		for i := range 1 + r.IntN(3) {
			s.Parts = append(s.Parts, randomStage(r, name+"."+strconv.Itoa(i), depth-1))
		}
		return s
	}
	s.Goal, s.Actions, s.Decisions, s.Needs, s.Thoughts, s.Pains, s.Gap = randomNotes(r), randomNotes(r), randomNotes(r), randomNotes(r), randomNotes(r), randomNotes(r), randomNotes(r)
	for range r.IntN(4) {
		s.Touchpoints = append(s.Touchpoints, journeymap.Touchpoint{
			Name: pickText(r), Channel: touchpoint.Channel(pickText(r)), Sender: pickText(r), Receiver: pickText(r), Evidence: journeymap.Evidence(r.IntN(3)),
			LeadsTo: []string{pickText(r)}, Decision: pickText(r), Feeling: touchpoint.Feeling(r.IntN(7) - 3), Moment: r.IntN(2) == 0, Owner: randomOwner(r), Pains: randomNotes(r),
			Events: int64(r.IntN(50)), Customers: int64(r.IntN(50)), Share: randomRatio(r), Deviation: deviations[r.IntN(len(deviations))],
		})
	}
	if r.IntN(3) > 0 {
		s.Emotion = &journeymap.Emotion{Value: r.Float64()*5 - 2.5, Evidence: journeymap.Evidence(r.IntN(3)), N: int64(r.IntN(2) * 99), Lo: -1, Hi: 1}
	}
	s.Arc = r.IntN(7)
	s.Time, s.Context = pickText(r), pickText(r)
	for range r.IntN(3) {
		p := journeymap.Process{Text: pickText(r), Owner: pickText(r), Wait: journeymap.Duration(r.Int64N(int64(90 * 24 * time.Hour))), Approval: pickText(r)}
		s.BackStage, s.Support = append(s.BackStage, p), append(s.Support, p)
		s.Milestones = append(s.Milestones, journeymap.Milestone{Name: pickText(r), Reached: randomRatio(r), Median: p.Wait})
		s.KPIs = append(s.KPIs, journeymap.KPI{Metric: []string{"nps", "churn", "", "activation_rate"}[r.IntN(4)], Title: pickText(r), Value: randomRatio(r), Target: randomRatio(r), Trend: []metrics.Ratio{randomRatio(r), randomRatio(r)}})
		o := journeymap.Opportunity{Text: pickText(r)}
		if r.IntN(2) == 0 {
			o.Chance = &journeymap.Chance{Successes: int64(r.IntN(10)), Trials: int64(r.IntN(20)), Target: r.Float64() * 1.1, Value: 10}
		}
		s.Opportunities = append(s.Opportunities, o)
	}
	s.Owner = randomOwner(r)
	if r.IntN(2) == 0 {
		s.Figures = &journeymap.Figures{Entered: 12, Visits: 13, Onward: randomRatio(r), Median: journeymap.Days(r.IntN(40)), To: []journeymap.Flow{{To: name, N: 3}, {To: "nowhere", N: 1}}, Use: &journeymap.Use{Hours: [24]int64{9: 4}, Days: [7]int64{2: 4}}, Moments: []journeymap.Moment{{Touchpoint: pickText(r), Delight: true}}}
	}
	return s
}

// randomMap is a map with everything in it, most of it faulty. Equal seeds
// give equal maps.
func randomMap(seed uint64) journeymap.Map {
	r := rand.New(rand.NewPCG(seed, 11))
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	m := journeymap.Map{
		Name: pickText(r), Kind: journeymap.Kind(r.IntN(8)), Basis: journeymap.Basis(r.IntN(4)), Language: []string{"en", "ar", "th", "", "de", "ar-EG"}[r.IntN(6)],
		Purpose: pickText(r), Persona: pickText(r), Segment: pickText(r), From: at, Customers: int64(r.IntN(2000)),
		Agreements: []journeymap.Agreement{{Department: pickText(r), On: at}},
	}
	for i := range r.IntN(12) {
		m.Stages = append(m.Stages, randomStage(r, "s"+strconv.Itoa(i), 2))
	}
	for i := range r.IntN(3) {
		stage := "s" + strconv.Itoa(i)
		m.Variants = append(m.Variants, journeymap.Variant{Name: pickText(r), Steps: []journeymap.Step{{Stage: stage, Customers: 10}, {Stage: pickText(r), Customers: int64(r.IntN(11)), Satisfaction: randomRatio(r)}}})
		m.Goals = append(m.Goals, journeymap.Goal{ID: pickText(r), Text: pickText(r), Metric: "nps", From: decimal.New(int64(r.IntN(9)), -1), To: decimal.New(8, -1), By: at.AddDate(0, r.IntN(9), 0), How: pickText(r)})
		m.Handoffs = append(m.Handoffs, journeymap.Handoff{From: stage, To: pickText(r), Level: journeymap.Days(r.IntN(3))})
		m.Initiatives = append(m.Initiatives, journeymap.Initiative{Name: pickText(r), Kind: works[r.IntN(len(works))], Stage: stage, State: journeymap.InitiativeState(r.IntN(5))})
		m.Content = append(m.Content, journeymap.Content{Title: pickText(r), Questions: []string{pickText(r)}, Stages: []string{stage}})
		m.Comments = append(m.Comments, journeymap.Comment{ID: pickText(r), Author: pickText(r), Stage: stage, Lane: journeymap.Lane(r.IntN(5)), Text: pickText(r), Resolved: r.IntN(2) == 0, Answer: pickText(r)})
		m.Paths = append(m.Paths, journeymap.Pathway{Steps: []string{pickText(r), pickText(r)}, N: 4, Share: randomRatio(r)})
		m.Pruned = append(m.Pruned, journeymap.Pruned{Stage: stage, Name: pickText(r), Events: 1})
	}
	return m
}

func wellFormed(t require.TestingT, document []byte) {
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func samples() []journeymap.Map {
	out := []journeymap.Map{sample.SaaS(), sample.Blueprint("ar"), sample.Blueprint("th")}
	for k := journeymap.CurrentState; k <= journeymap.MicroJourney; k++ {
		out = append(out, sample.Of(k))
	}
	return out
}

func asJSON(t testing.TB, m journeymap.Map) string {
	t.Helper()
	data, err := m.JSON()
	require.NoError(t, err)
	return string(data)
}

//nolint:gochecknoglobals // never changed
var (
	works      = []journeymap.InitiativeKind{"", journeymap.Technology, journeymap.ProcessChange, journeymap.Feature, journeymap.NewTouchpoint}
	deviations = []journeymap.Deviation{"", journeymap.Skipped, journeymap.Unplanned, journeymap.OutOfOrder}
)
