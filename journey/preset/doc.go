// Package preset holds journey definitions to start from: stage vocabularies
// that companies know, each with its triggers, timers and milestones, compiled
// and ready to step and to replay.
//
//	d := preset.SaaS()
//	j := d.Start("acme", monday)
//	j, err := d.Step(j, journey.Event{Trigger: "trial_started", At: tuesday})
//
// A preset is a value like any other definition: its text, which
// d.Spec().MarshalText returns, is the best start for one of your own.
package preset
