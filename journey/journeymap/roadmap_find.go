package journeymap

import (
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// roadBuilder collects the steps between two maps.
type roadBuilder struct {
	gains       map[string][2]float64
	initiatives map[[2]string]Initiative
	columns     map[string]int // of the future map, then those that go
	steps       []RoadStep
	unbacked    []Promise
	taker       map[int]string   // of a hand-off: the stage that takes
	owners      map[string]int   // step that names a stage's owner
	leads       map[int][]string // of a touchpoint's step: what it leads to
}

func (b *roadBuilder) compare(current, future Map) {
	b.taker, b.owners, b.leads = map[int]string{}, map[string]int{}, map[int][]string{}
	old, gone := map[string]Stage{}, []Stage{}
	for s := range current.Columns() {
		first(old, s.Name, s)
	}
	for s := range future.Columns() {
		first(b.columns, s.Name, len(b.columns))
	}
	for s := range current.Columns() {
		if _, ok := b.columns[s.Name]; !ok {
			b.columns[s.Name] = len(b.columns)
			gone = append(gone, s)
		}
	}
	seen := map[string]bool{}
	for s := range future.Columns() {
		if seen[s.Name] { // of several of one name, which validation refuses, the first counts
			continue
		}
		seen[s.Name] = true
		was, ok := old[s.Name]
		if !ok {
			b.add(s, RoadStep{Kind: Added, Item: s.Label(), phase: phaseStage}, nil)
		}
		before := len(b.steps)
		b.stage(was, s)
		if ok && len(b.steps) == before {
			b.promises(was, s)
		}
	}
	b.handoffs(current, future)
	for _, s := range gone {
		b.add(s, RoadStep{Kind: Removed, Item: s.Label(), phase: phaseStageGone}, nil)
	}
}

// first sets what is not set yet.
func first[K comparable, V any](m map[K]V, k K, v V) {
	if _, ok := m[k]; !ok {
		m[k] = v
	}
}

// add notes a step of a stage of the future map; owner is that of the item.
func (b *roadBuilder) add(s Stage, r RoadStep, owner []string) int {
	r.Stage, r.column, r.After = s.Name, b.columns[s.Name], []int{}
	if len(owner) == 0 {
		owner = s.Owner.Accountable
	}
	if len(owner) > 0 {
		r.Owner = owner[0]
	}
	g := b.gains[s.Name]
	r.Gain, r.Safe = g[0], g[1]
	switch r.Lane {
	case LaneTouchpoints:
		r.Work = NewTouchpoint
	case LaneBackStage, LaneSupport:
		r.Work = ProcessChange
	default:
	}
	at := ""
	if r.Lane == LaneTouchpoints {
		at = r.Item
	}
	if i, ok := b.initiatives[[2]string{s.Name, at}]; ok {
		r.Initiative, r.Due, r.State = i.Name, i.Due, i.State
		if i.Kind != "" {
			r.Work = i.Kind
		}
		if i.Owner != "" {
			r.Owner = i.Owner
		}
	}
	b.steps = append(b.steps, r)
	return len(b.steps) - 1
}

func (b *roadBuilder) stage(was, s Stage) {
	if a, z := owners1(was.Owner), owners1(s.Owner); a != z && z != "" {
		kind, from := Changed, a
		if a == "" {
			kind = Added
		}
		b.owners[s.Name] = b.add(s, RoadStep{Lane: LaneOwner, Kind: kind, Item: z, From: from, To: toOf(from, z), phase: phaseOwner}, nil)
	}
	measured := map[string]KPI{}
	for _, k := range was.KPIs {
		first(measured, k.Metric, k)
	}
	seen := map[string]bool{}
	for _, k := range s.KPIs {
		if seen[k.Metric] {
			continue
		}
		seen[k.Metric] = true
		v := view{w: words.English(), names: metrics.Catalog()}
		full := v.complete(k)
		old, ok := measured[k.Metric]
		switch c, same := old.Target.Cmp(k.Target); {
		case !ok:
			b.add(s, RoadStep{Lane: LaneKPIs, Kind: Added, Item: v.title(full), phase: phaseKPI}, nil)
		case k.Target.Defined() && (!same || c != 0):
			b.add(s, RoadStep{Lane: LaneKPIs, Kind: Changed, Item: v.title(full), From: figure(old.Target, full.Unit), To: figure(k.Target, full.Unit), phase: phaseKPI}, nil)
		}
	}
	b.processes(s, LaneBackStage, was.BackStage, s.BackStage)
	b.processes(s, LaneSupport, was.Support, s.Support)
	b.touchpoints(was, s)
}

func owners1(o Ownership) string { return strings.Join(o.Accountable, ", ") }

// toOf is what to show behind the arrow: nothing where there was nothing.
func toOf(from, to string) string {
	if from == "" {
		return ""
	}
	return to
}

func (b *roadBuilder) processes(s Stage, lane Lane, was, now []Process) {
	old := map[string]Process{}
	for _, p := range was {
		first(old, p.Text, p)
	}
	kept := map[string]bool{}
	for _, p := range now {
		if kept[p.Text] {
			continue
		}
		kept[p.Text] = true
		var owner []string
		if p.Owner != "" {
			owner = []string{p.Owner}
		}
		r := RoadStep{Lane: lane, Item: p.Text, phase: phaseProcess}
		o, ok := old[p.Text]
		switch {
		case !ok:
			r.Kind = Added
		case o.Owner != p.Owner && p.Owner != "":
			r.Kind, r.From, r.To = Changed, o.Owner, p.Owner
		case o.Wait != p.Wait:
			r.Kind, r.From, r.To = Changed, spoken(words.English(), o.Wait), spoken(words.English(), p.Wait)
		case o.Approval != p.Approval:
			r.Kind, r.From, r.To = Changed, o.Approval, p.Approval
		default:
			continue
		}
		b.add(s, r, owner)
	}
	for _, p := range was {
		if !kept[p.Text] {
			kept[p.Text] = true
			b.add(s, RoadStep{Lane: lane, Kind: Removed, Item: p.Text, phase: phaseRemoval}, nil)
		}
	}
}

func (b *roadBuilder) touchpoints(was, s Stage) {
	old := map[string]Touchpoint{}
	for _, t := range was.Touchpoints {
		first(old, t.Name, t)
	}
	kept := map[string]bool{}
	for _, t := range s.Touchpoints {
		if kept[t.Name] {
			continue
		}
		kept[t.Name] = true
		r := RoadStep{Lane: LaneTouchpoints, Item: t.Name, phase: phaseTouchpoint}
		o, ok := old[t.Name]
		switch {
		case !ok:
			r.Kind = Added
		case o.Channel != t.Channel && t.Channel != "":
			r.Kind, r.From, r.To = Changed, string(o.Channel), string(t.Channel)
		case owners1(o.Owner) != owners1(t.Owner) && !t.Owner.IsZero():
			r.Kind, r.From, r.To = Changed, owners1(o.Owner), owners1(t.Owner)
		case !sameSet(o.LeadsTo, t.LeadsTo) && len(t.LeadsTo) > 0:
			r.Kind, r.From, r.To = Changed, strings.Join(o.LeadsTo, ", "), strings.Join(t.LeadsTo, ", ")
		default:
			continue
		}
		b.leads[b.add(s, r, t.Owner.Accountable)] = t.LeadsTo
	}
	for _, t := range was.Touchpoints {
		if !kept[t.Name] {
			kept[t.Name] = true
			b.add(s, RoadStep{Lane: LaneTouchpoints, Kind: Removed, Item: t.Name, phase: phaseRemoval}, t.Owner.Accountable)
		}
	}
}

func sameSet(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(slices.Compact(x), slices.Compact(y))
}

// promises are the pain points that are gone though nothing changes.
func (b *roadBuilder) promises(was, s Stage) {
	left := map[string]bool{}
	for _, n := range s.Pains {
		left[n.Text] = true
	}
	for _, t := range s.Touchpoints {
		for _, n := range t.Pains {
			left[n.Text] = true
		}
	}
	note := func(list []Note) {
		for _, n := range list {
			if !left[n.Text] {
				left[n.Text] = true
				b.unbacked = append(b.unbacked, Promise{s.Name, n.Text})
			}
		}
	}
	note(was.Pains)
	for _, t := range was.Touchpoints {
		note(t.Pains)
	}
}

func (b *roadBuilder) handoffs(current, future Map) {
	type way struct{ from, to string }
	old := map[way]Handoff{}
	for _, h := range current.Handoffs {
		first(old, way{h.From, h.To}, h)
	}
	seen := map[way]bool{}
	for _, h := range future.Handoffs {
		if seen[way{h.From, h.To}] {
			continue
		}
		seen[way{h.From, h.To}] = true
		s, ok := future.Find(h.From)
		if !ok {
			continue // validation says so
		}
		r := RoadStep{Item: h.From + " → " + h.To, phase: phaseHandoff}
		o, had := old[way{h.From, h.To}]
		switch {
		case !had:
			r.Kind = Added
		case o.Level != h.Level:
			r.Kind, r.From, r.To = Changed, spoken(words.English(), o.Level), spoken(words.English(), h.Level)
		default:
			continue
		}
		var owner []string
		if giver := future.giver(h); giver != "" {
			owner = []string{giver}
		}
		b.taker[b.add(s, r, owner)] = h.To
	}
}
