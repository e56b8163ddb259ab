// Package survey counts what customers answered: net promoter score (NPS),
// satisfaction (CSAT) and effort (CES) as exact ratios with their counts.
//
// Begin with [Survey] and [Answer]:
//
//	nps := survey.Survey{Kind: survey.KindNPS}
//	r, err := nps.Result(answers, asked)
//	fmt.Println(r.Score.Percent(0), r.Response.Percent(0))
//
// Answers outside the scale are all reported; then there is no result. Where
// there are no answers there is no score, which differs from a score of 0.
// Scores for counts in hand are metrics.NPS, metrics.CSAT and metrics.CES.
package survey
