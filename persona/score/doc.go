// Package score turns what customers do into scores that explain themselves:
// engagement, and the grades of a lead.
//
// Begin with [Engagement], [Scorer] and [LeadRules]:
//
//	scorer, err := score.Engagement{
//		HalfLife: 14 * 24 * time.Hour,
//		Weights:  []score.Weight{{Event: "demo_requested", Points: 60}},
//	}.Scorer(log)
//	s, err := scorer.Score("acme", now)
//	for c := range rules.Changes(scorer.Timeline("acme")) { … } // lead, mql, sql
//
//	touchpoint.Log ─▶ Scorer ─▶ Score with its contributions ─▶ LeadRules ─▶ Grade
//
// Nothing here reads the clock. A Scorer is immutable and safe for any number
// of goroutines.
package score
