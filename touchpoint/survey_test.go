package touchpoint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func answers(scores ...int) []touchpoint.Answer {
	var out []touchpoint.Answer
	for _, s := range scores {
		out = append(out, touchpoint.Answer{Score: s})
	}
	return out
}

// The bands are Reichheld's: 9 and 10 promote, 7 and 8 are passive, 0 to 6
// detract.
func TestSurvey_NPSBands(t *testing.T) {
	t.Parallel()
	r, err := touchpoint.Survey{Kind: touchpoint.SurveyNPS}.Result(slices.Values(answers(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), 44)
	require.NoError(t, err)
	assert.EqualValues(t, 2, r.Promoters)
	assert.EqualValues(t, 2, r.Passives)
	assert.EqualValues(t, 7, r.Detractors)
	assert.Equal(t, "-45.45%", r.Score.Percent(2)) // (2-7)/11
	assert.Equal(t, "25.00%", r.Response.Percent(2))
	assert.Equal(t, []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, r.Distribution)
}

func TestSurvey_CSATAndCES(t *testing.T) {
	t.Parallel()
	csat, err := touchpoint.CSAT(5, 4, 4, 3, 1)
	require.NoError(t, err)
	assert.Equal(t, "60.00%", csat.Percent(2))
	ces, err := touchpoint.CES(7, 6, 5, 6)
	require.NoError(t, err)
	mean, ok := ces.Decimal(2)
	assert.True(t, ok)
	assert.Equal(t, "6", mean.String())
	seven, err := touchpoint.Survey{Kind: touchpoint.SurveyCSAT, Lo: 1, Hi: 7, Satisfied: 5}.Result(slices.Values(answers(4, 5, 7)), 0)
	require.NoError(t, err)
	assert.EqualValues(t, 2, seven.Satisfied)
	assert.False(t, seven.Response.Defined())
	none, err := touchpoint.NPS()
	require.NoError(t, err)
	assert.False(t, none.Defined(), "no answers are no score, not a score of 0")
}

func TestSurvey_ReportsEveryAnswerOutOfScale(t *testing.T) {
	t.Parallel()
	for kind, bad := range map[touchpoint.SurveyKind][]int{
		touchpoint.SurveyNPS: {11, -1}, touchpoint.SurveyCSAT: {0, 6}, touchpoint.SurveyCES: {0, 8},
	} {
		s := touchpoint.Survey{Kind: kind}
		_, err := s.Result(slices.Values(answers(5, bad[0], 5, bad[1])), 0)
		var batch *touchpoint.BatchError
		require.ErrorAs(t, err, &batch)
		require.ErrorIs(t, err, touchpoint.ErrScale)
		require.Len(t, batch.Rows, 2)
		assert.EqualValues(t, 2, batch.Rows[0].Row)
		assert.EqualValues(t, 4, batch.Rows[1].Row)
		_, err = s.ResultBy(slices.Values(answers(5, bad[0])), func(touchpoint.Answer) string { return "" })
		require.ErrorIs(t, err, touchpoint.ErrScale)
	}
	_, err := touchpoint.NPS(9, 11)
	assert.EqualError(t, err, `touchpoint: nps: 1 faults; row 2: Score "11": answer out of scale: want 0 to 10`)
	_, err = touchpoint.Survey{Kind: touchpoint.SurveyNPS}.Result(slices.Values([]touchpoint.Answer{{Customer: strings.Repeat("x", 2000)}}), 0)
	require.ErrorIs(t, err, touchpoint.ErrTooLong)
}

func TestSurvey_CountsPeopleForTheResponseRate(t *testing.T) {
	t.Parallel()
	in := []touchpoint.Answer{{Customer: "a", Score: 9}, {Customer: "a", Score: 2}, {Customer: "b", Score: 8}, {Score: 8}}
	s := touchpoint.Survey{Kind: touchpoint.SurveyNPS}
	r, err := s.Result(slices.Values(in), 12)
	require.NoError(t, err)
	assert.EqualValues(t, 4, r.Answers)
	assert.EqualValues(t, 3, r.Respondents)
	assert.Equal(t, "25%", r.Response.Percent(0))
	_, err = s.Result(slices.Values(in), 2)
	require.ErrorIs(t, err, touchpoint.ErrAsked)
	_, err = s.Result(slices.Values(in), -1)
	require.ErrorIs(t, err, touchpoint.ErrAsked)
}

func TestSurvey_RefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for _, s := range []touchpoint.Survey{
		{},
		{Kind: 9},
		{Kind: touchpoint.SurveyNPS, Lo: 1, Hi: 5},
		{Kind: touchpoint.SurveyNPS, Satisfied: 4},
		{Kind: touchpoint.SurveyCSAT, Lo: 5, Hi: 1},
		{Kind: touchpoint.SurveyCSAT, Satisfied: 6},
		{Kind: touchpoint.SurveyCES, Lo: 1, Hi: 1000},
	} {
		_, err := s.Result(nil, 0)
		require.ErrorIs(t, err, touchpoint.ErrSurvey, "%+v", s)
	}
}

func TestLaw_SurveySegmentsPoolToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := touchpoint.Survey{Kind: rapid.SampledFrom([]touchpoint.SurveyKind{touchpoint.SurveyNPS, touchpoint.SurveyCSAT, touchpoint.SurveyCES}).Draw(t, "kind")}
		in := rapid.SliceOf(rapid.Custom(func(t *rapid.T) touchpoint.Answer {
			return touchpoint.Answer{Customer: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "customer"), Score: rapid.IntRange(1, 5).Draw(t, "score")}
		})).Draw(t, "answers")
		whole, err := s.Result(slices.Values(in), 0)
		require.NoError(t, err)
		parts, err := s.ResultBy(slices.Values(in), func(a touchpoint.Answer) string { return a.Customer })
		require.NoError(t, err)
		var pooled metrics.Ratio
		for i, p := range parts {
			pooled = pooled.Pool(p.Result.Score)
			require.True(t, i == 0 || parts[i-1].Key < p.Key)
		}
		require.Equal(t, whole.Score.Defined(), pooled.Defined())
		if whole.Score.Defined() {
			require.True(t, whole.Score.Num().Equal(pooled.Num()) && whole.Score.Den().Equal(pooled.Den()))
		}
	})
}

func TestSurveyKind_Text(t *testing.T) {
	t.Parallel()
	for _, k := range []touchpoint.SurveyKind{0, 1, 2, 3} {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back touchpoint.SurveyKind
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, k, back)
	}
	var k touchpoint.SurveyKind
	require.Error(t, k.UnmarshalText([]byte("mood")))
}
