package journeymap

import (
	"math/bits"
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

// itemsAtOnce is how many items one pass over a log counts: two sets each and
// one for conversions.
const itemsAtOnce = 31

// ContentUse counts the map's content in a log, in the map's order; converts
// selects the events that count as conversion. The log must keep what the
// matches ask for, or the error wraps touchpoint.ErrNotKept.
func (m Map) ContentUse(log *touchpoint.Log, converts ...touchpoint.Match) ([]ContentUse, error) {
	out := make([]ContentUse, 0, len(m.Content))
	for at := 0; at < len(m.Content); at += itemsAtOnce {
		part, err := contentPass(log, m.Content[at:min(at+itemsAtOnce, len(m.Content))], converts)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

func contentPass(log *touchpoint.Log, items []Content, converts []touchpoint.Match) ([]ContentUse, error) {
	sets := [][]touchpoint.Match{converts}
	for _, c := range items {
		sets = append(sets, c.Consumed, c.Shared)
	}
	selected, err := log.Select(sets...)
	if err != nil {
		return nil, err
	}
	out := make([]ContentUse, len(items))
	won, wonOthers := make([]int64, len(items)), make([]int64, len(items))
	cols := log.Columns()
	for c := range cols.Customers() {
		from, to := cols.Range(c)
		var met, late uint64 // what happened, and of it what a conversion came at or after
		for i := from; i < to; i++ {
			mask := selected.Mask(i)
			met |= mask
			if mask&1 != 0 {
				late |= met
			}
			for rest := mask &^ 1; rest != 0; rest &= rest - 1 {
				k := bits.TrailingZeros64(rest) - 1
				if k%2 == 0 {
					out[k/2].Consumed++
				} else {
					out[k/2].Shared++
				}
			}
		}
		for k := range items {
			consumed, shared := uint64(1)<<(1+2*k), uint64(1)<<(2+2*k)
			if met&shared != 0 {
				out[k].Sharers++
			}
			switch {
			case met&consumed == 0:
				wonOthers[k] += int64(met & 1)
			default:
				out[k].Consumers++
				if late&consumed != 0 {
					won[k]++
				}
			}
		}
	}
	for k := range out {
		u := &out[k]
		u.Title = items[k].Title
		u.Converted = metrics.NewCount(won[k], u.Consumers)
		u.Others = metrics.NewCount(wonOthers[k], int64(cols.Customers())-u.Consumers)
	}
	return out, nil
}
