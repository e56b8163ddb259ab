package survey_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

func answers(scores ...int) []survey.Answer {
	var out []survey.Answer
	for _, s := range scores {
		out = append(out, survey.Answer{Score: s})
	}
	return out
}

func of(kind survey.Kind, scores ...int) (metrics.Ratio, error) {
	r, err := survey.Survey{Kind: kind}.Result(slices.Values(answers(scores...)), 0)
	return r.Score, err
}

// The bands are Reichheld's: 9 and 10 promote, 7 and 8 are passive, 0 to 6
// detract.
func TestSurvey_NPSBands(t *testing.T) {
	t.Parallel()
	r, err := survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(answers(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), 44)
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
	csat, err := of(survey.KindCSAT, 5, 4, 4, 3, 1)
	require.NoError(t, err)
	assert.Equal(t, "60.00%", csat.Percent(2))
	ces, err := of(survey.KindCES, 7, 6, 5, 6)
	require.NoError(t, err)
	mean, ok := ces.Decimal(2)
	assert.True(t, ok)
	assert.Equal(t, "6", mean.String())
	seven, err := survey.Survey{Kind: survey.KindCSAT, Lo: 1, Hi: 7, Satisfied: 5}.Result(slices.Values(answers(4, 5, 7)), 0)
	require.NoError(t, err)
	assert.EqualValues(t, 2, seven.Satisfied)
	assert.False(t, seven.Response.Defined())
	none, err := of(survey.KindNPS)
	require.NoError(t, err)
	assert.False(t, none.Defined(), "no answers are no score, not a score of 0")
}

func TestSurvey_ReportsEveryAnswerOutOfScale(t *testing.T) {
	t.Parallel()
	for kind, bad := range map[survey.Kind][]int{
		survey.KindNPS: {11, -1}, survey.KindCSAT: {0, 6}, survey.KindCES: {0, 8},
	} {
		s := survey.Survey{Kind: kind}
		_, err := s.Result(slices.Values(answers(5, bad[0], 5, bad[1])), 0)
		var batch *fault.Batch
		require.ErrorAs(t, err, &batch)
		require.ErrorIs(t, err, survey.ErrScale)
		require.Len(t, batch.Rows, 2)
		assert.EqualValues(t, 2, batch.Rows[0].Row)
		assert.EqualValues(t, 4, batch.Rows[1].Row)
		_, err = s.ResultBy(slices.Values(answers(5, bad[0])), func(survey.Answer) string { return "" })
		require.ErrorIs(t, err, survey.ErrScale)
	}
	_, err := of(survey.KindNPS, 9, 11)
	assert.EqualError(t, err, `survey: nps: 1 bad row, nothing was taken; row 2: Score "11": want 0 to 10`)
	_, err = survey.Survey{Kind: survey.KindNPS}.Result(slices.Values([]survey.Answer{{Customer: strings.Repeat("x", 2000)}}), 0)
	require.ErrorIs(t, err, fault.ErrTooLong)
}

func TestSurvey_CountsPeopleForTheResponseRate(t *testing.T) {
	t.Parallel()
	in := []survey.Answer{{Customer: "a", Score: 9}, {Customer: "a", Score: 2}, {Customer: "b", Score: 8}, {Score: 8}}
	s := survey.Survey{Kind: survey.KindNPS}
	r, err := s.Result(slices.Values(in), 12)
	require.NoError(t, err)
	assert.EqualValues(t, 4, r.Answers)
	assert.EqualValues(t, 3, r.Respondents)
	assert.Equal(t, "25%", r.Response.Percent(0))
	_, err = s.Result(slices.Values(in), 2)
	require.ErrorIs(t, err, survey.ErrAsked)
	_, err = s.Result(slices.Values(in), -1)
	require.ErrorIs(t, err, survey.ErrAsked)
}

func TestSurvey_RefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for _, s := range []survey.Survey{
		{},
		{Kind: 9},
		{Kind: survey.KindNPS, Lo: 1, Hi: 5},
		{Kind: survey.KindNPS, Satisfied: 4},
		{Kind: survey.KindCSAT, Lo: 5, Hi: 1},
		{Kind: survey.KindCSAT, Satisfied: 6},
		{Kind: survey.KindCES, Lo: 1, Hi: 1000},
	} {
		_, err := s.Result(nil, 0)
		require.ErrorIs(t, err, survey.ErrSurvey, "%+v", s)
	}
}

func TestLaw_SurveySegmentsPoolToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := survey.Survey{Kind: rapid.SampledFrom([]survey.Kind{survey.KindNPS, survey.KindCSAT, survey.KindCES}).Draw(t, "kind")}
		in := rapid.SliceOf(rapid.Custom(func(t *rapid.T) survey.Answer {
			return survey.Answer{Customer: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "customer"), Score: rapid.IntRange(1, 5).Draw(t, "score")}
		})).Draw(t, "answers")
		whole, err := s.Result(slices.Values(in), 0)
		require.NoError(t, err)
		parts, err := s.ResultBy(slices.Values(in), func(a survey.Answer) string { return a.Customer })
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
	for _, k := range []survey.Kind{0, 1, 2, 3} {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back survey.Kind
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, k, back)
	}
	var k survey.Kind
	require.Error(t, k.UnmarshalText([]byte("mood")))
}

// What lies on an edge is taken, and what lies beyond is not.
func TestSurvey_EdgesAreTaken(t *testing.T) {
	t.Parallel()
	for _, s := range []survey.Survey{
		{Kind: survey.KindNPS, Lo: 0, Hi: 10},
		{Kind: survey.KindCSAT, Lo: -100, Hi: 100},
		{Kind: survey.KindCSAT, Lo: 1, Hi: 2},
		{Kind: survey.KindCSAT, Lo: 1, Hi: 5, Satisfied: 2},
		{Kind: survey.KindCSAT, Lo: 1, Hi: 5, Satisfied: 5},
		{Kind: survey.KindCES, Lo: -100, Hi: 100},
		{Kind: survey.KindCES, Lo: 0, Hi: 1},
	} {
		_, err := s.Result(nil, 0)
		if s.Hi-s.Lo == 1 && s.Kind == survey.KindCSAT {
			require.ErrorIs(t, err, survey.ErrSurvey, "satisfied from 1 is everybody")
			continue
		}
		require.NoError(t, err, "%+v", s)
	}
	for _, s := range []survey.Survey{
		{Kind: survey.KindCSAT, Lo: -101, Hi: 100},
		{Kind: survey.KindCES, Lo: -100, Hi: 101},
		{Kind: survey.KindCES, Lo: 3, Hi: 3},
		{Kind: survey.KindCES, Lo: 4, Hi: 3},
		{Kind: survey.KindNPS, Lo: 0, Hi: 9},
		{Kind: survey.KindNPS, Lo: 1, Hi: 10},
		{Kind: survey.KindCSAT, Lo: 1, Hi: 5, Satisfied: 1},
	} {
		_, err := s.Result(nil, 0)
		require.ErrorIs(t, err, survey.ErrSurvey, "%+v", s)
	}

	// As many asked as answered is a response of 100 %; unknown is none.
	in := answers(9, 8)
	r, err := survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(in), int64(len(in)))
	require.NoError(t, err)
	assert.Equal(t, "100%", r.Response.Percent(0))
	r, err = survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(in), 0)
	require.NoError(t, err)
	assert.Zero(t, r.Response, "nobody knows how many were asked")
}
