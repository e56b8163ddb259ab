// Package scorecard computes the metrics of a catalogue from what a company
// has: the log of events, the journeys in it, the books, answers to surveys,
// and numbers from outside.
//
//	Data + []Binding ─▶ Evaluate       ─▶ Report: a Series a metric and key, a Point a month
//	                    EvaluateAround ─▶ BeforeAfter: the months before and after a date
//	Data ─▶ FindWorks, FindContent, FindFeatures, SplitByFit: what works, and for whom
//	     ─▶ Worklists: whom to look after, and why
//
// The three names to know are [Standard], [Evaluate] and [Report.OfStage]:
//
//	report, err := scorecard.Evaluate(
//		scorecard.Data{Log: log, Journeys: replay, Books: books},
//		scorecard.Standard(),
//		scorecard.Options{By: []scorecard.By{{Dimension: scorecard.ByChannel}}},
//	)
//	for s := range report.OfStage("onboarding") {
//		p, _ := s.Last()
//		fmt.Println(s.Metric.Name, p.Month, scorecard.Show(s.Metric.Unit, p.Value), s.Trend())
//	}
//
// What a metric means is a value, the [Binding]: which events, lines of the
// books or numbers are its halves, and the [Rule] by which events count.
// [Standard] binds every entry of metrics.Catalog to the events of
// touchpoint.StandardEvents; change an entry to count otherwise. Stages are the
// definition's own.
//
// A value is a ratio that keeps its numerator and denominator; shares of counts
// have Wilson's interval. What the data lack leaves a metric undefined, with the
// reason in [Point.Note]; it is never zero. Results do not depend on the number
// of processors. Nothing here reads a clock.
package scorecard
