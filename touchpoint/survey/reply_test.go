package survey_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

var form = survey.Questionnaire{ID: "q", Name: "Q", Questions: []survey.Question{
	{ID: "nps", Text: "Recommend?", Form: survey.FormScale, Lo: 0, Hi: 10, Survey: survey.KindNPS, Required: true},
	{ID: "scale", Text: "How?", Form: survey.FormScale, Lo: -2, Hi: 2},
	{ID: "one", Text: "Which?", Form: survey.FormOne, Options: []string{"a", "b", "ü"}},
	{ID: "several", Text: "What?", Form: survey.FormSeveral, Options: []string{"x", "y", "z"}},
	{ID: "number", Text: "How many?", Form: survey.FormNumber},
	{ID: "text", Text: "Why?", Form: survey.FormText, Required: true},
}}

func at(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }

func replies(t *rapid.T) []survey.Reply {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) survey.Reply {
		r := survey.Reply{Customer: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "customer"), At: at(rapid.IntRange(1, 3).Draw(t, "day")), Answers: map[string][]string{}}
		maybe := func(id string, answer func() []string) {
			if rapid.IntRange(0, 3).Draw(t, id+" answered") > 0 {
				r.Answers[id] = answer()
			}
		}
		maybe("nps", func() []string { return []string{strconv.Itoa(rapid.IntRange(0, 10).Draw(t, "nps"))} })
		maybe("scale", func() []string { return []string{strconv.Itoa(rapid.IntRange(-2, 2).Draw(t, "scale"))} })
		maybe("one", func() []string { return []string{rapid.SampledFrom([]string{"a", "b", "ü"}).Draw(t, "one")} })
		maybe("several", func() []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "y", "z"}), 0, 3, rapid.ID[string]).Draw(t, "several")
		})
		maybe("number", func() []string {
			return []string{decimal.New(rapid.Int64Range(-50, 50).Draw(t, "number"), -1).String()}
		})
		maybe("text", func() []string { return []string{rapid.SampledFrom([]string{"", "because"}).Draw(t, "text")} })
		return r
	}), 0, 12).Draw(t, "replies")
}

func TestLaw_SummaryCountsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := replies(t)
		s, err := form.Summarize(slices.Values(in))
		require.NoError(t, err)
		require.EqualValues(t, len(in), s.Replies)
		complete := int64(0)
		for _, r := range in {
			if r.Answers["nps"] != nil && r.Answers["text"] != nil {
				complete++
			}
		}
		require.Equal(t, complete, s.Complete)
		for _, c := range s.Questions {
			answered, chosen := int64(0), map[string]int64{}
			sum, n := decimal.Decimal{}, int64(0)
			var sorted []decimal.Decimal
			for _, r := range in {
				a, ok := r.Answers[c.Question.ID]
				if !ok {
					continue
				}
				answered++
				for _, o := range a {
					chosen[o]++
					if c.Question.Form == survey.FormNumber || c.Question.Form == survey.FormScale {
						d := decimal.RequireFromString(o)
						sum, n, sorted = sum.Add(d), n+1, append(sorted, d)
					}
				}
			}
			require.Equal(t, answered, c.Answers)
			require.Equal(t, s.Replies, c.Answers+c.Skipped)
			for _, o := range c.Options {
				require.Equal(t, chosen[o.Option], o.N)
			}
			require.Equal(t, n > 0, c.Mean.Defined())
			require.Equal(t, n > 0, c.Median != nil)
			if n > 0 {
				require.True(t, c.Mean.Num().Equal(sum))
				below, above := 0, 0
				for _, d := range sorted {
					if d.Cmp(*c.Median) <= 0 {
						below++
					}
					if d.Cmp(*c.Median) >= 0 {
						above++
					}
					require.True(t, d.Cmp(*c.Min) >= 0 && d.Cmp(*c.Max) <= 0)
				}
				require.GreaterOrEqual(t, 2*below, len(sorted))
				require.GreaterOrEqual(t, 2*above, len(sorted))
			}
		}
		nps, _ := s.Question("nps")
		require.Equal(t, nps.Answers, nps.Result.Answers)
		parts, err := form.SummarizeBy(slices.Values(in), func(customer string) string { return customer })
		require.NoError(t, err)
		total := int64(0)
		counted := map[string]int64{}
		for i, p := range parts {
			total += p.Summary.Replies
			require.True(t, i == 0 || parts[i-1].Key < p.Key)
			for r := range p.Summary.Rows() {
				counted[r.Question+" "+r.Option] += r.N
			}
		}
		require.Equal(t, s.Replies, total)
		for r := range s.Rows() {
			require.Equal(t, r.N, counted[r.Question+" "+r.Option], "parts sum to the whole")
		}
		_, err = json.Marshal(s)
		require.NoError(t, err)
	})
}

func TestSummarize_ReportsEveryAnswerThatDoesNotFit(t *testing.T) {
	t.Parallel()
	one := func(id string, answer ...string) survey.Reply {
		return survey.Reply{Answers: map[string][]string{id: answer}}
	}
	in := []survey.Reply{
		one("nps", "11"), one("nps", "7.5"), one("nps", "07"), one("nps", "1", "2"), one("scale", "-3"), one("one", "c"), one("one"),
		one("several", "x", "x"), one("several", "w"), one("number", "1e40"), one("number", "many"), one("text", "\xff"),
		one("text", strings.Repeat("x", 1<<15)), one("other", "x"),
		{Customer: "\xff"},
		one("several"), one("nps", "10"),
	}
	_, err := form.Summarize(slices.Values(in))
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	var rows []int64
	for _, r := range batch.Rows {
		rows = append(rows, r.Row)
	}
	assert.Equal(t, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, rows)
	_, err = form.SummarizeBy(slices.Values(in), func(string) string { return "" })
	require.ErrorAs(t, err, &batch)
	_, err = form.SummarizeBy(nil, nil)
	require.ErrorIs(t, err, survey.ErrForm)
	none, err := form.Summarize(nil)
	require.NoError(t, err)
	assert.False(t, none.Questions[0].Mean.Defined(), "no answers are no mean, not a mean of 0")
}

func TestQuestionnaire_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, form.Validate())
	require.NoError(t, survey.AfterMilestone("onboarding").Validate())
	bad := survey.Questionnaire{Questions: []survey.Question{
		{},
		{ID: "a", Text: "x", Form: survey.FormScale, Lo: 5, Hi: 1},
		{ID: "a", Text: "x", Form: survey.FormScale, Lo: 1, Hi: 10, Survey: survey.KindNPS},
		{ID: "b", Text: "x", Form: survey.FormText, Lo: 1, Hi: 2, Options: []string{"p", "q"}},
		{ID: "c", Text: "\xff", Form: survey.FormOne, Options: []string{"p"}},
		{ID: "d", Text: "x", Form: survey.FormSeveral, Options: []string{"p", "p", ""}},
	}}
	err := bad.Validate()
	require.ErrorIs(t, err, survey.ErrForm)
	var d *fault.Design
	require.ErrorAs(t, err, &d)
	var got []string
	for _, f := range d.Faults {
		got = append(got, f.Path+" "+string(f.Code))
	}
	assert.Equal(t, []string{
		"Questions[0].ID bad-id", "Questions[0].Text bad-text", "Questions[0].Form bad-form",
		"Questions[1].Lo bad-scale",
		"Questions[2].ID bad-id", "Questions[2].Survey bad-scale",
		"Questions[3].Lo bad-scale", "Questions[3].Options bad-options",
		"Questions[4].Text bad-text", "Questions[4].Options bad-options",
		"Questions[5].Options[1] bad-options", "Questions[5].Options[2] bad-options",
	}, got)
	require.Error(t, survey.Questionnaire{}.Validate())
	_, err = survey.Questionnaire{}.Summarize(nil)
	require.ErrorIs(t, err, survey.ErrForm)
}

func TestForm_Text(t *testing.T) {
	t.Parallel()
	for f := range survey.FormText + 1 {
		v, err := f.Value()
		require.NoError(t, err)
		var back survey.Form
		require.NoError(t, back.Scan(v))
		assert.Equal(t, f, back)
	}
	var f survey.Form
	require.ErrorIs(t, f.UnmarshalText([]byte("mood")), fault.ErrUnknown)
}

func FuzzParseQuestionnaire(f *testing.F) {
	data, err := json.Marshal(form)
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := survey.ParseQuestionnaire(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(q)
		require.NoError(t, err)
		back, err := survey.ParseQuestionnaire(again)
		require.NoError(t, err)
		third, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(again), string(third))
		_, err = q.Summarize(nil)
		require.NoError(t, err)
	})
}

// Answers join a log by customer, as events.
func ExampleQuestionnaire_Events() {
	q := survey.AfterMilestone("onboarding")
	log, err := touchpoint.LogOptions{Attrs: []string{"survey", "satisfied"}}.NewLog(q.Events(slices.Values([]survey.Reply{
		{Customer: "acme", At: at(9), Answers: map[string][]string{"satisfied": {"4"}, "missing": {"A German manual."}}},
	})))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Events() {
		fmt.Println(e.Customer, e.Name, e.Attrs)
	}
	// Output: acme survey_answered map[satisfied:4 survey:after onboarding]
}

func ExampleQuestionnaire_Summarize() {
	q := survey.AfterMilestone("onboarding")
	s, err := q.Summarize(slices.Values([]survey.Reply{
		{Customer: "acme", At: at(9), Answers: map[string][]string{"satisfied": {"4"}, "go-on": {"9"}, "helped": {"support", "guides and videos"}}},
		{Customer: "beta", At: at(9), Answers: map[string][]string{"satisfied": {"2"}, "missing": {"A German manual."}}},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	satisfied, _ := s.Question("satisfied")
	fmt.Println(satisfied.Result)
	helped, _ := s.Question("helped")
	for _, o := range helped.Options {
		if o.N > 0 {
			fmt.Println(o.Option, o.Share.Percent(0))
		}
	}
	missing, _ := s.Question("missing")
	fmt.Println(missing.Texts[0].Customer, missing.Texts[0].Text)
	fmt.Println(s.Replies, s.Complete)
	// Output:
	// csat 50% of 2 answers
	// guides and videos 100%
	// support 100%
	// beta A German manual.
	// 2 1
}

func TestQuestion_EdgesAreTaken(t *testing.T) {
	t.Parallel()
	question := func(lo, hi int, kind survey.Kind) survey.Questionnaire {
		return survey.Questionnaire{ID: form.ID, Questions: []survey.Question{{ID: "a", Text: "x", Form: survey.FormScale, Lo: lo, Hi: hi, Survey: kind}}}
	}
	for _, ends := range [][2]int{{1, 0}, {0, 1}} {
		bad := survey.Questionnaire{ID: form.ID, Questions: []survey.Question{{ID: "a", Text: "x", Form: survey.FormText, Lo: ends[0], Hi: ends[1]}}}
		require.ErrorIs(t, bad.Validate(), survey.ErrForm, "words have no ends")
	}
	require.NoError(t, question(-100, 100, survey.KindUnknown).Validate())
	require.NoError(t, question(0, 10, survey.KindNPS).Validate())
	require.NoError(t, question(2, 4, survey.KindCSAT).Validate())
	for _, bad := range []survey.Questionnaire{
		question(-101, 100, survey.KindUnknown), question(-100, 101, survey.KindUnknown), question(3, 3, survey.KindUnknown),
		question(0, 9, survey.KindNPS), question(1, 10, survey.KindNPS), question(0, 0, survey.KindNPS), question(1, 2, survey.KindCSAT),
	} {
		require.ErrorIs(t, bad.Validate(), survey.ErrForm, "%+v", bad)
	}
	number := survey.Questionnaire{ID: form.ID, Questions: []survey.Question{{ID: "a", Text: "x", Form: survey.FormNumber}}}
	reply := func(s string) []survey.Reply { return []survey.Reply{{Answers: map[string][]string{"a": {s}}}} }
	s, err := number.Summarize(slices.Values(reply("1." + strings.Repeat("0", 62))))
	require.NoError(t, err, "64 bytes")
	assert.Equal(t, "1", s.Questions[0].Mean.String())
	_, err = number.Summarize(slices.Values(reply("1." + strings.Repeat("0", 63))))
	require.ErrorIs(t, err, survey.ErrScale)

	// A row of SummarizeBy is told by its place, however many went before.
	_, err = number.SummarizeBy(slices.Values(append(reply("1"), reply("many")...)), func(string) string { return "" })
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	assert.EqualValues(t, 2, batch.Rows[0].Row)
}

// An answer to no question, and a reply of nobody, end neither the reading of
// the reply nor that of the others.
func TestReplies_GoOnAfterWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	_, err := form.Summarize(slices.Values([]survey.Reply{{Answers: map[string][]string{"nobody asked": {"x"}, "nps": {"11"}}}}))
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Rows, 2)
	assert.Equal(t, "nobody asked", batch.Rows[0].Value)
	assert.Equal(t, "11", batch.Rows[1].Value)
	var got []string
	for e := range form.Events(slices.Values([]survey.Reply{{Answers: map[string][]string{"nps": {"1"}}}, {Customer: "a", At: at(1), Answers: map[string][]string{"nps": {"2"}}}})) {
		got = append(got, e.Customer+" "+e.Attrs["nps"])
	}
	assert.Equal(t, []string{"a 2"}, got)
}
