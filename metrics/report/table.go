package report

import (
	"encoding/json"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
)

// Table is a result in rows: what a figure shows, exact, in the words of a
// language. It is a value, safe everywhere while nobody writes to its slices.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]Cell
	// Notes say what the rows are about and how they are rounded.
	Notes []string
	// Language and RTL are of the words.
	Language string
	RTL      bool
}

// Column is a column of a table. Basis says whether its numbers are of what
// happened in the period or of what there is at its end.
type Column struct {
	Title  string
	Basis  Basis
	Number bool
}

// Cell is one value: as a person reads it, and as a program does. The zero
// Cell is empty.
type Cell struct {
	Text  string
	Plain string // digits without groups, empty where there is no number; "" = Text
	// Number says that Plain is a number.
	Number bool
}

func (c Cell) plain() string {
	if c.Number || c.Plain != "" {
		return c.Plain
	}
	return c.Text
}

// maxRows bounds a table, as spreadsheets do.
const maxRows = 1_048_576

func (t Table) head(bases bool) []string {
	head := make([]string, len(t.Columns))
	w, _ := WordsIn(t.Language)
	for i, c := range t.Columns {
		head[i] = c.Title
		if bases && c.Basis != NoBasis {
			head[i] += " (" + pick(w.Bases, c.Basis) + ")"
		}
	}
	return head
}

func (t Table) numeric() []bool {
	n := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		n[i] = c.Number
	}
	return n
}

// texts are the rows as people read them, each as long as the head.
func (t Table) texts() [][]string {
	rows := make([][]string, len(t.Rows))
	flat := make([]string, len(t.Rows)*len(t.Columns))
	for r, row := range t.Rows {
		rows[r], flat = flat[:len(t.Columns):len(t.Columns)], flat[len(t.Columns):]
		for i, c := range row[:min(len(row), len(t.Columns))] {
			rows[r][i] = c.Text
		}
	}
	return rows
}

// CSV writes the table with its titles, each with the basis of its column, and
// plain numbers: digits, a point, a minus; shares as fractions. Texts that a
// spreadsheet would take for a formula are disarmed with an apostrophe; a
// number stays a number.
func (t Table) CSV() ([]byte, error) {
	rows := make([][]string, 0, len(t.Rows)+1)
	rows = append(rows, t.head(true))
	for _, row := range t.Rows {
		cells := make([]string, len(t.Columns))
		for i, c := range row[:min(len(row), len(t.Columns))] {
			cells[i] = c.plain()
		}
		rows = append(rows, cells)
	}
	return page.CSV(rows, func(r, c int) bool {
		return r > 0 && c < len(t.Rows[r-1]) && t.Rows[r-1][c].Number && isNumber(t.Rows[r-1][c].Plain)
	})
}

// isNumber reports plain digits, as no formula is.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && strings.Trim(s, "0123456789.") == ""
}

// Markdown writes the table as GitHub reads it, with its title and notes.
func (t Table) Markdown() string {
	var b strings.Builder
	t.markdown(&b, "##")
	return b.String()
}

func (t Table) markdown(b *strings.Builder, level string) {
	if t.Title != "" {
		b.WriteString(level + " " + page.Markdown(t.Title, t.RTL) + "\n\n")
	}
	page.MarkdownTable(b, t.head(false), t.texts(), t.numeric(), t.RTL)
	for _, n := range t.Notes {
		b.WriteString("\n" + page.Markdown(n, t.RTL) + "\n")
	}
}

// Text sets the table in plain text no line of which is wider than width
// columns of a terminal (0 = 80, at least 20): columns that do not fit follow
// in blocks below. Notes are wrapped.
func (t Table) Text(width int) string {
	if width == 0 {
		width = 80
	}
	width = max(width, 20)
	var b strings.Builder
	for _, line := range page.Fill(t.Title, width) {
		b.WriteString(line + "\n")
	}
	b.WriteString(page.TextTable(t.head(false), t.texts(), t.numeric(), width))
	for _, n := range t.Notes {
		for _, line := range page.Fill(n, width) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// String is the table in 80 columns of a terminal.
func (t Table) String() string { return t.Text(80) }

// HTML writes the table as an element of a page, with its caption and the
// heads of its rows and columns, and the notes below it.
func (t Table) HTML() []byte {
	h := page.NewFragment(page.Options{Language: t.Language, RTL: t.RTL})
	t.html(h, false)
	return h.Bytes()
}

func (t Table) html(h *page.HTML, folded bool) {
	title := t.Title
	if folded {
		w, _ := WordsIn(t.Language)
		title += ", " + w.AsTable
	}
	h.Table(title, t.head(false), t.texts(), t.numeric(), t.Notes, folded)
}

// MarshalJSON writes title, columns with their bases, rows as plain values
// (numbers as text, so that none is rounded; what is undefined is null) and
// notes. It is a view.
func (t Table) MarshalJSON() ([]byte, error) {
	type column struct {
		Title string `json:"title"`
		Basis Basis  `json:"basis"`
	}
	v := struct {
		Title   string      `json:"title"`
		Columns []column    `json:"columns"`
		Rows    [][]*string `json:"rows"`
		Notes   []string    `json:"notes"`
	}{Title: t.Title, Columns: []column{}, Rows: [][]*string{}, Notes: append([]string{}, t.Notes...)}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, column{c.Title, c.Basis})
	}
	for _, row := range t.Rows {
		cells := make([]*string, len(t.Columns))
		for i, c := range row[:min(len(row), len(t.Columns))] {
			if s := c.plain(); s != "" || !c.Number {
				cells[i] = &s
			}
		}
		v.Rows = append(v.Rows, cells)
	}
	return json.Marshal(v)
}
