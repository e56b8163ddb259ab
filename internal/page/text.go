package page

import (
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/internal/text"
)

// The narrowest text a table is set in, and what stands between its columns.
const (
	narrowest = 20
	between   = 2
)

// TextTable sets a table in plain text no line of which is wider than width
// columns of a terminal (0 = 80, at least 20): the first column keys the rows,
// and where the others do not fit beside each other they follow in blocks
// below, each with the key again. A cell wider than a line ends in an ellipsis.
// What would move the cursor is written as an escape.
func TextTable(head []string, rows [][]string, numeric []bool, width int) string {
	if width == 0 {
		width = 80
	}
	width = max(width, narrowest)
	if len(head) == 0 {
		return ""
	}
	t := textTable{width: width, wide: make([]int, len(head)), numeric: numeric}
	t.add(head)
	for _, row := range rows {
		t.add(row)
	}
	t.fit()
	var b strings.Builder
	for from := 1; ; {
		to := t.block(from)
		if from > 1 {
			b.WriteByte('\n')
		}
		for _, row := range t.rows {
			t.line(&b, row, from, to)
		}
		if to >= len(head) {
			return b.String()
		}
		from = to
	}
}

type textTable struct {
	width   int
	wide    []int // of the columns
	numeric []bool
	rows    [][]string
}

func (t *textTable) add(cells []string) {
	row := make([]string, len(t.wide))
	for i := range row {
		if i < len(cells) {
			row[i] = text.Printable(strings.ReplaceAll(strings.ReplaceAll(cells[i], "\r\n", "\n"), "\n", "; "))
			t.wide[i] = max(t.wide[i], svg.Cells(row[i]))
		}
	}
	t.rows = append(t.rows, row)
}

// fit narrows columns that no line could hold.
func (t *textTable) fit() {
	if len(t.wide) == 1 {
		t.wide[0] = min(t.wide[0], t.width)
		return
	}
	t.wide[0] = min(t.wide[0], t.width/2)
	for i := range t.wide[1:] {
		t.wide[i+1] = min(t.wide[i+1], t.width-t.wide[0]-between)
	}
}

// block is where the columns that fit beside the key from column from on end.
func (t *textTable) block(from int) int {
	used, to := t.wide[0], from
	for to < len(t.wide) && (to == from || used+between+t.wide[to] <= t.width) {
		used += between + t.wide[to]
		to++
	}
	return to
}

func (t *textTable) line(b *strings.Builder, row []string, from, to int) {
	var line strings.Builder
	t.cell(&line, row, 0)
	for i := from; i < to; i++ {
		line.WriteString(strings.Repeat(" ", between))
		t.cell(&line, row, i)
	}
	b.WriteString(strings.TrimRight(line.String(), " "))
	b.WriteByte('\n')
}

func (t *textTable) cell(b *strings.Builder, row []string, i int) {
	s := svg.Cut(row[i], t.wide[i])
	pad := strings.Repeat(" ", max(0, t.wide[i]-svg.Cells(s)))
	if i < len(t.numeric) && t.numeric[i] {
		b.WriteString(pad + s)
		return
	}
	b.WriteString(s + pad)
}

// Fill breaks a text at its spaces into lines of at most so many columns of a
// terminal; a word wider than that ends in an ellipsis. A text of nothing has
// no lines.
func Fill(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text.Printable(strings.ReplaceAll(s, "\n", " "))) {
		word = svg.Cut(word, width)
		switch {
		case line == "":
			line = word
		case svg.Cells(line)+1+svg.Cells(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
