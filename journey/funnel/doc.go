// Package funnel counts how far customers get through steps, and says where they
// are lost.
//
//	touchpoint.Log + Spec ─▶ Run ─▶ Report: Steps, Level, Who, Instead, Time
//	                        RunBy ─▶ one Report a key
//	journey.Replay             ─▶ OfReplay ─▶ Report of stages
//
// The three names to know are [Spec], [Run] and [Report.Steps]:
//
//	report, err := funnel.Run(log, funnel.Spec{Steps: []funnel.Step{
//		{Any: touchpoint.Named("visited")},
//		{Any: touchpoint.Named("signed_up")},
//		{Any: touchpoint.Named("paid"), Within: 7 * 24 * time.Hour},
//	}})
//	for _, s := range report.Steps() {
//		fmt.Println(s.Name, s.Customers, s.FromPrevious.Percent(1), s.Time.Median)
//	}
//
// What a funnel means is a value. Vendors differ on nearly every part of it: how
// steps may stand to each other ([Order]), from which entry the window counts
// ([Anchor]), whether a window's bound belongs to it (here it does), what spoils
// an attempt ([Exclusion]). The zero value of each is the rule on which
// ClickHouse and PostHog agree.
//
// Ratios carry their counts; durations are nanoseconds; results do not depend on
// the number of processors.
package funnel
