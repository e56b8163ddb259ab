package report

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// FromRows makes a table of cells with titles first, as the Rows and Cells of
// the library's results are: a column whose cells are all numbers, or empty,
// counts as one of numbers. A row longer than the titles, and more than
// 1,048,576 rows, are an error.
func FromRows(title string, rows [][]string, o Options) (Table, error) {
	w := o.words()
	t := Table{Title: title, Language: w.Language, RTL: w.RTL}
	if len(rows) == 0 {
		return t, nil
	}
	if len(rows) > maxRows {
		return Table{}, tooMany("from rows", "rows", maxRows, len(rows))
	}
	for _, head := range rows[0] {
		t.Columns = append(t.Columns, Column{Title: head, Number: true})
	}
	for r, row := range rows[1:] {
		if len(row) > len(t.Columns) {
			return Table{}, &fault.Error{Package: "report", Op: "from rows", Field: fmt.Sprintf("row %d", r+2), Limit: fmt.Sprintf("want %d cells, got %d", len(t.Columns), len(row)), Err: ErrInput}
		}
		cells := make([]Cell, len(t.Columns))
		for i, s := range row {
			cells[i] = Cell{Text: s}
			if s != "" && !isNumber(strings.TrimSuffix(s, "%")) {
				t.Columns[i].Number = false
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, row := range t.Rows {
		for i := range row {
			if t.Columns[i].Number && isNumber(row[i].Text) {
				row[i].Plain, row[i].Number = row[i].Text, true
			}
		}
	}
	return t, nil
}
