// Package score turns what customers do into scores that explain themselves:
// engagement, the grades of a lead, and health.
//
// Begin with [Engagement], [LeadRules] and [Health]:
//
//	scorer, err := score.Engagement{
//		HalfLife: 14 * 24 * time.Hour,
//		Weights:  []score.Weight{{Event: "demo_requested", Points: 60}},
//	}.Scorer(log)
//	s, err := scorer.Score("acme", now)
//	for c := range rules.Changes(scorer.Timeline("acme")) { … } // lead, mql, sql
//
//	h, err := health.Score("acme", "retention", now, values) // components, coverage, level
//
//	touchpoint.Log ─▶ Scorer ─▶ Score with its contributions ─▶ LeadRules ─▶ Grade
//
// Nothing here reads the clock. A Scorer is immutable and safe for any number
// of goroutines.
package score
