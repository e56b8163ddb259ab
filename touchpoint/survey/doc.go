// Package survey counts what customers answered: questionnaires of scales,
// options, numbers and own words, and net promoter score (NPS), satisfaction
// (CSAT) and effort (CES) as exact ratios with their counts.
//
// Begin with [Questionnaire], [Reply] and [Survey]:
//
//	q := survey.AfterMilestone("onboarding")
//	s, err := q.Summarize(replies)            // distributions per option
//	parts, err := q.SummarizeBy(replies, key) // by persona, stage or plan
//
//	nps := survey.Survey{Kind: survey.KindNPS}
//	r, err := nps.Result(answers, asked)
//	fmt.Println(r.Score.Percent(0), r.Response.Percent(0))
//
//	Reply ─▶ Summary, by customer: Questionnaire.Events ─▶ touchpoint.Log; Of ─▶ persona.Answer
//
// Answers outside the scale are all reported; then there is no result. Where
// there are no answers there is no score, which differs from a score of 0.
// Scores for counts in hand are metrics.NPS, metrics.CSAT and metrics.CES.
package survey
