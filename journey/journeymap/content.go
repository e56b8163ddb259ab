package journeymap

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Content is an item that answers questions of customers: a page, a film, a
// guide.
type Content struct {
	Title   string `json:"title"`
	Format  string `json:"format,omitempty"`
	Address string `json:"address,omitempty"`
	// Stages, Personas and Questions say where, for whom and what it answers.
	// Empty stages or personas mean all; questions are texts of Stage.Needs.
	Stages    []string `json:"stages,omitempty"`
	Personas  []string `json:"personas,omitempty"`
	Questions []string `json:"questions,omitempty"`
	// Consumed and Shared select the events that show it was read and passed on.
	Consumed []touchpoint.Match `json:"consumed,omitempty"`
	Shared   []touchpoint.Match `json:"shared,omitempty"`
}

// Audit says which questions of which persona in which stage are answered.
type Audit struct {
	Cells   []AuditCell   `json:"cells"`
	Covered metrics.Ratio `json:"covered"`
	// Idle are items that answer no question of the map.
	Idle []string `json:"idle"`
}

// AuditCell is one question of one persona in one stage.
type AuditCell struct {
	Stage    string   `json:"stage"`
	Persona  string   `json:"persona,omitempty"`
	Question string   `json:"question"`
	Items    []string `json:"items"` // that answer it, in the map's order; empty: none does
}

// Audit compares the questions of the map's stages with its content, for each
// of the personas; without any, for the map's own.
func (m Map) Audit(personas ...string) Audit {
	if len(personas) == 0 {
		personas = []string{m.Persona}
	}
	answers := map[string][]int{}
	for i, c := range m.Content {
		for _, q := range c.Questions {
			if at := answers[q]; len(at) == 0 || at[len(at)-1] != i {
				answers[q] = append(at, i)
			}
		}
	}
	used := make([]bool, len(m.Content))
	out := Audit{Cells: []AuditCell{}, Idle: []string{}}
	covered := int64(0)
	for s := range m.Columns() {
		asked := map[string]bool{}
		for _, need := range s.Needs {
			if asked[need.Text] {
				continue
			}
			asked[need.Text] = true
			for _, p := range personas {
				cell := AuditCell{Stage: s.Name, Persona: p, Question: need.Text, Items: []string{}}
				for _, i := range answers[need.Text] {
					if c := m.Content[i]; meant(c.Stages, s.Name) && meant(c.Personas, p) {
						cell.Items = append(cell.Items, c.Title)
						used[i] = true
					}
				}
				if len(cell.Items) > 0 {
					covered++
				}
				out.Cells = append(out.Cells, cell)
			}
		}
	}
	out.Covered = metrics.NewCount(covered, int64(len(out.Cells)))
	for i, c := range m.Content {
		if !used[i] {
			out.Idle = append(out.Idle, c.Title)
		}
	}
	return out
}

func meant(list []string, name string) bool {
	return len(list) == 0 || slices.Contains(list, name)
}

// ContentUse is what a log says of one item.
type ContentUse struct {
	Title string `json:"title"`
	// Consumed and Shared count events, Consumers and Sharers customers.
	Consumed  int64 `json:"consumed"`
	Consumers int64 `json:"consumers"`
	Shared    int64 `json:"shared"`
	Sharers   int64 `json:"sharers"`
	// Converted is the share of consumers with a converting event at or after
	// their first consumption; Others that of the customers who never consumed.
	Converted metrics.Ratio `json:"converted"`
	Others    metrics.Ratio `json:"others"`
}

// ContentUse counts the map's content in a log, in the map's order; converts
// selects the events that count as conversion. The log must keep the
// attributes and campaigns that the matches ask for.
func (m Map) ContentUse(log *touchpoint.Log, converts ...touchpoint.Match) []ContentUse {
	out := make([]ContentUse, len(m.Content))
	won, others, wonOthers := make([]int64, len(out)), make([]int64, len(out)), make([]int64, len(out))
	for i, c := range m.Content {
		out[i].Title = c.Title
	}
	type state struct{ consumed, shared, converted bool }
	if log != nil {
		for _, events := range log.ByCustomer() {
			states := make([]state, len(out))
			ever := false
			for e := range events {
				converted := matches(converts, e)
				ever = ever || converted
				for i, c := range m.Content {
					if matches(c.Consumed, e) {
						out[i].Consumed++
						states[i].consumed = true
					}
					if matches(c.Shared, e) {
						out[i].Shared++
						states[i].shared = true
					}
					states[i].converted = states[i].converted || converted && states[i].consumed
				}
			}
			for i, s := range states {
				if s.shared {
					out[i].Sharers++
				}
				switch {
				case s.consumed:
					out[i].Consumers++
					if s.converted {
						won[i]++
					}
				default:
					others[i]++
					if ever {
						wonOthers[i]++
					}
				}
			}
		}
	}
	for i := range out {
		out[i].Converted = metrics.NewCount(won[i], out[i].Consumers)
		out[i].Others = metrics.NewCount(wonOthers[i], others[i])
	}
	return out
}

func matches(any []touchpoint.Match, e touchpoint.Event) bool {
	for _, m := range any {
		if m.Matches(e) {
			return true
		}
	}
	return false
}
