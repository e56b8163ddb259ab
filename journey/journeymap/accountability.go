package journeymap

import (
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Handoff is a stage that one team leaves to another, and how long that may
// take.
type Handoff struct {
	From string `json:"from"` // stage
	To   string `json:"to"`   // stage
	// Giver and Taker are the teams; empty = those accountable for the stages.
	Giver string `json:"giver,omitempty"`
	Taker string `json:"taker,omitempty"`
	// Level is the service level: the longest time in From before To.
	Level Duration `json:"level,omitempty"`
}

// HandoffReport is a hand-off as it was.
type HandoffReport struct {
	Handoff
	// Owner is the giver.
	Owner string `json:"owner,omitempty"`
	// Late is the share of visits to From which To followed that were longer
	// than the level.
	Late metrics.Ratio `json:"late"`
	// Overdue counts customers who are in From now, already longer.
	Overdue int64 `json:"overdue"`
	// Median and P90 are of the visits which To followed.
	Median Duration `json:"median"`
	P90    Duration `json:"p90"`
}

// OwnerReport sums the hand-offs of one owner.
type OwnerReport struct {
	Owner   string        `json:"owner"`
	Late    metrics.Ratio `json:"late"`
	Overdue int64         `json:"overdue"`
}

// ServiceLevels measures the map's hand-offs on a replay, whose stages must be
// those of the map. Hand-offs stand in the map's order, owners in that of
// their names. Time in a stage exactly as long as the level is in time.
func (m Map) ServiceLevels(r *journey.Replay) ([]HandoffReport, []OwnerReport) {
	reports := make([]HandoffReport, len(m.Handoffs))
	times := make([][]int64, len(m.Handoffs))
	late := make([]int64, len(m.Handoffs))
	from := map[string][]int{}
	for i, h := range m.Handoffs {
		reports[i] = HandoffReport{Handoff: h, Owner: m.giver(h)}
		from[h.From] = append(from[h.From], i)
	}
	if r == nil || len(from) == 0 {
		return reports, owners(reports)
	}
	for _, visits := range r.AllVisits() {
		for k, v := range visits {
			for _, i := range from[string(v.Stage)] {
				spent, level := v.Duration(), m.Handoffs[i].Level
				switch {
				case v.Open && int64(spent) > int64(level):
					reports[i].Overdue++
				case !v.Open && k+1 < len(visits) && string(visits[k+1].Stage) == m.Handoffs[i].To:
					times[i] = append(times[i], int64(spent))
					if int64(spent) > int64(level) {
						late[i]++
					}
				}
			}
		}
	}
	for i := range reports {
		reports[i].Late = metrics.NewCount(late[i], int64(len(times[i])))
		reports[i].Median, reports[i].P90 = quantile(times[i], 0.5), quantile(times[i], 0.9)
	}
	return reports, owners(reports)
}

// giver is who hands over: as stated, or who is accountable for the stage.
func (m Map) giver(h Handoff) string {
	if h.Giver != "" {
		return h.Giver
	}
	if s, ok := m.Find(h.From); ok && len(s.Owner.Accountable) > 0 {
		return s.Owner.Accountable[0]
	}
	return ""
}

func owners(reports []HandoffReport) []OwnerReport {
	byName := map[string]OwnerReport{}
	for _, h := range reports {
		o := byName[h.Owner]
		o.Owner = h.Owner
		o.Late = o.Late.Pool(h.Late)
		o.Overdue += h.Overdue
		byName[h.Owner] = o
	}
	out := make([]OwnerReport, 0, len(byName))
	for _, o := range byName {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b OwnerReport) int { return cmp.Compare(a.Owner, b.Owner) })
	return out
}

// quantile is the smallest time that a share q of the times does not exceed;
// 0 for none. It sorts the times.
func quantile(times []int64, q float64) Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	k := int(float64(len(times)) * q)
	if float64(k) < float64(len(times))*q {
		k++
	}
	return Duration(times[min(max(k, 1), len(times))-1])
}

// Matrix says which team answers for what: stages and touchpoints in rows,
// teams in columns.
type Matrix struct {
	Teams []string    `json:"teams"` // in order of their names
	Rows  []MatrixRow `json:"rows"`
}

// MatrixRow is a stage, or a touchpoint in it, with the teams that answer for
// it, each once and in order of their names.
type MatrixRow struct {
	Stage        string   `json:"stage"`
	Touchpoint   string   `json:"touchpoint,omitempty"` // empty: the stage itself
	Accountable  []string `json:"accountable"`          // one is right
	Contributing []string `json:"contributing"`
}

// role is "A" for a team that is accountable, "C" for one that contributes, ""
// for others.
func (r MatrixRow) role(team string) string {
	if _, ok := slices.BinarySearch(r.Accountable, team); ok {
		return "A"
	}
	if _, ok := slices.BinarySearch(r.Contributing, team); ok {
		return "C"
	}
	return ""
}

// Accountability returns the matrix of the map.
func (m Map) Accountability() Matrix {
	out := Matrix{Teams: []string{}, Rows: []MatrixRow{}}
	add := func(stage, point string, o Ownership) {
		r := MatrixRow{Stage: stage, Touchpoint: point, Accountable: names(o.Accountable), Contributing: names(o.Contributing)}
		out.Rows = append(out.Rows, r)
		out.Teams = append(append(out.Teams, r.Accountable...), r.Contributing...)
	}
	for s := range m.Columns() {
		add(s.Name, "", s.Owner)
		for _, t := range s.Touchpoints {
			add(s.Name, t.Name, t.Owner)
		}
	}
	out.Teams = names(out.Teams)
	return out
}

// names are sorted, each once.
func names(list []string) []string {
	out := slices.Concat([]string{}, list)
	slices.Sort(out)
	return slices.Compact(out)
}

// Unclear returns the rows for which nobody is accountable, or several.
func (x Matrix) Unclear() []MatrixRow {
	var out []MatrixRow
	for _, r := range x.Rows {
		if len(r.Accountable) != 1 {
			out = append(out, r)
		}
	}
	return out
}
