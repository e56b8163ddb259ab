package journeymap

import (
	"fmt"
	"iter"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Row is one entry of a map, for a table or a database.
type Row struct {
	Stage    string   `json:"stage"`
	Lane     Lane     `json:"lane"`
	Text     string   `json:"text"`
	Evidence Evidence `json:"evidence"`
}

// Rows yields every entry of the map, stage by stage and lane by lane, as
// pictures show it in the map's language.
func (m Map) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		v, err := m.see(Options{})
		if err != nil {
			return
		}
		for _, s := range v.columns {
			for _, l := range v.lanes {
				for _, i := range v.cell(s, l) {
					if !yield(Row{Stage: s.Name, Lane: l, Text: i.text, Evidence: i.evidence}) {
						return
					}
				}
			}
		}
	}
}

// CSV writes the map as a table: lanes in rows, stages in columns, the entries
// of a cell below each other. Cells that a spreadsheet would take for a formula
// are disarmed with an apostrophe.
func (m Map) CSV(o Options) ([]byte, error) {
	v, err := m.see(o)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{""}}
	for _, s := range v.columns {
		rows[0] = append(rows[0], s.Label())
	}
	for _, l := range v.lanes {
		row := []string{v.lane(l)}
		for _, s := range v.columns {
			var cell strings.Builder
			for k, i := range v.cell(s, l) {
				if k > 0 {
					cell.WriteString("\n")
				}
				cell.WriteString(i.text)
			}
			row = append(row, cell.String())
		}
		rows = append(rows, row)
	}
	return page.CSV(rows, nil)
}

// maxTeams bounds the columns of a matrix on paper.
const maxTeams = 1000

// CSV writes the matrix as a table: stages and touchpoints in rows, teams in
// columns, "A" for accountable and "C" for contributing. More than 1,000 teams
// are an error.
func (x Matrix) CSV() ([]byte, error) {
	if len(x.Teams) > maxTeams {
		return nil, &fault.Error{Package: "journeymap", Op: "matrix", Field: "teams", Limit: fmt.Sprintf("want at most %d, got %d", maxTeams, len(x.Teams)), Err: fault.ErrTooMany}
	}
	rows := [][]string{append([]string{"stage", "touchpoint"}, x.Teams...)}
	for _, r := range x.Rows {
		row := []string{r.Stage, r.Touchpoint}
		for _, t := range x.Teams {
			row = append(row, r.role(t))
		}
		rows = append(rows, row)
	}
	return page.CSV(rows, nil)
}
