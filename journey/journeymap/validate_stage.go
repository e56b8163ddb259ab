package journeymap

import (
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func (v *validator) stages(stages []Stage, path string) {
	for i, s := range stages {
		here := at(path, i)
		filled := s.lanes()
		if len(s.Parts) > 0 {
			for l, has := range filled {
				if has {
					v.d.Addf(faultParent, here, s.Name, "%s belongs to one of its parts", Lane(l))
				}
			}
			v.stages(s.Parts, here+".Parts")
			continue
		}
		for l, has := range filled {
			v.filled[l] = v.filled[l] || has
			if has && slices.Contains(v.refused, Lane(l)) {
				v.d.Addf(faultLane, here, s.Name, "%s has no place in a map of kind %s", Lane(l), v.m.Kind)
			}
		}
		v.stage(s, here)
	}
}

// lanes says in which lanes a stage has something.
func (s Stage) lanes() [lanes]bool {
	return [lanes]bool{
		LaneTime: s.Time != "", LaneContext: s.Context != "", LaneGoal: len(s.Goal) > 0, LaneActions: len(s.Actions) > 0,
		LaneDecisions: len(s.Decisions) > 0, LaneNeeds: len(s.Needs) > 0, LaneTouchpoints: len(s.Touchpoints) > 0,
		LaneThoughts: len(s.Thoughts) > 0, LaneEmotion: s.Emotion != nil, LaneArc: s.Arc != 0, LanePains: len(s.Pains) > 0 || s.hasPains(),
		LaneBackStage: len(s.BackStage) > 0, LaneSupport: len(s.Support) > 0, LaneOpportunities: len(s.Opportunities) > 0,
		LaneMilestones: len(s.Milestones) > 0, LaneKPIs: len(s.KPIs) > 0, LaneOwner: !s.Owner.IsZero(), LaneGap: len(s.Gap) > 0,
	}
}

// hasPains reports that a touchpoint of the stage hurts.
func (s Stage) hasPains() bool {
	return slices.ContainsFunc(s.Touchpoints, func(t Touchpoint) bool { return len(t.Pains) > 0 })
}

func (v *validator) stage(s Stage, path string) {
	v.notes(s, path)
	if v.expects(LaneTouchpoints) && len(s.Touchpoints) == 0 {
		v.d.Addf(faultTouchpoints, path+".Touchpoints", s.Name, "want at least one touchpoint")
	}
	v.owners(s.Owner, path+".Owner", s.Name)
	v.touchpoints(s, path)
	if s.Emotion != nil {
		v.emotion(s.Emotion.Value, path+".Emotion.Value", s.Name)
		if e := s.Emotion; (e.Lo != 0 || e.Hi != 0) && !(e.Lo <= e.Value && e.Value <= e.Hi && e.Lo >= -2 && e.Hi <= 2) {
			v.d.Addf(faultEmotion, path+".Emotion", s.Name, "want an interval around the value, within -2 to +2")
		}
	}
	if s.Arc < 0 || s.Arc > 5 {
		v.d.Addf(faultArc, path+".Arc", s.Name, "want 1 to 5, or 0 for not stated; got %d", s.Arc)
	}
	for i, k := range s.KPIs {
		if k.Metric == "" {
			v.d.Addf(faultMetric, at(path+".KPIs", i), k.Title, "want the id of a metric")
		}
	}
	for i, o := range s.Opportunities {
		here := at(path+".Opportunities", i)
		if o.Chance == nil {
			v.unranked = append(v.unranked, here)
			continue
		}
		if _, err := rank([]Ranked{{Name: o.Text, Chance: *o.Chance}}, 0); err != nil {
			v.d.Addf(faultChance, here+".Chance", o.Text, "%v", err)
		}
	}
	for _, p := range slices.Concat(s.BackStage, s.Support) {
		v.waits = v.waits || p.Wait > 0 || p.Approval != ""
	}
}

func (v *validator) notes(s Stage, path string) {
	for _, lane := range []struct {
		field string
		notes []Note
	}{{"Goal", s.Goal}, {"Actions", s.Actions}, {"Decisions", s.Decisions}, {"Needs", s.Needs}, {"Thoughts", s.Thoughts}, {"Pains", s.Pains}, {"Gap", s.Gap}} {
		for i, n := range lane.notes {
			if n.Text == "" || n.N < 0 {
				v.d.Addf(faultText, at(path+"."+lane.field, i), s.Name, "want a text, and no negative count behind it")
			}
		}
	}
	for i, p := range s.BackStage {
		if p.Text == "" || p.Wait < 0 {
			v.d.Addf(faultText, at(path+".BackStage", i), s.Name, "want a text, and no negative wait")
		}
	}
	for i, p := range s.Support {
		if p.Text == "" || p.Wait < 0 {
			v.d.Addf(faultText, at(path+".Support", i), s.Name, "want a text, and no negative wait")
		}
	}
	for i, p := range s.Milestones {
		if p.Name == "" {
			v.d.Addf(faultText, at(path+".Milestones", i), s.Name, "want a name")
		}
	}
	for i, p := range s.Opportunities {
		if p.Text == "" {
			v.d.Addf(faultText, at(path+".Opportunities", i), s.Name, "want a text")
		}
	}
}

func (v *validator) touchpoints(s Stage, path string) {
	seen := map[string]bool{}
	for i, t := range s.Touchpoints {
		here := at(path+".Touchpoints", i)
		switch {
		case t.Name == "":
			v.d.Addf(faultName, here+".Name", s.Name, "want a name")
		case seen[t.Name]:
			v.d.Addf(faultDuplicate, here+".Name", t.Name, "want each touchpoint once in a stage")
		}
		seen[t.Name] = true
		if len(t.Owner.Accountable) == 0 {
			v.d.Addf(faultOwner, here+".Owner", t.Name, "want somebody accountable")
		}
		v.owners(t.Owner, here+".Owner", t.Name)
		v.emotion(float64(t.Feeling), here+".Feeling", t.Name)
		for k, to := range t.LeadsTo {
			if !v.points[to] {
				v.d.Addf(faultLink, at(here+".LeadsTo", k), t.Name, "there is no touchpoint %s", fault.Quote(to))
			}
		}
		if len(t.Pains) > 0 && !v.tackled[[2]string{s.Name, t.Name}] && !v.tackled[[2]string{"", t.Name}] {
			v.d.Addf(faultInitiative, here+".Pains", t.Name, "it hurts in stage %s and no initiative names it", s.Name)
		}
	}
}

func (v *validator) owners(o Ownership, path, about string) {
	if len(o.Accountable) > 1 {
		v.d.Addf(faultOwners, path+".Accountable", about, "want one, got %d", len(o.Accountable))
	}
}

func (v *validator) emotion(value float64, path, about string) {
	if !(math.Abs(value) <= 2) {
		v.d.Addf(faultEmotion, path, about, "want -2 to +2, got %v", value)
	}
}
