package page

import (
	"bytes"
	"encoding/csv"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// CSV writes rows of texts as RFC 4180 has it, lines ended by a line feed.
// Cells that a spreadsheet would take for a formula are disarmed with an
// apostrophe, but not those that number says are numbers; a nil number means
// that none is.
func CSV(rows [][]string, number func(row, column int) bool) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for r, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = cell
			if number == nil || !number(r, i) {
				safe[i] = text.Disarm(cell)
			}
		}
		if err := w.Write(safe); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
