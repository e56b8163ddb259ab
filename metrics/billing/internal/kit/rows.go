package kit

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Row is one line of a table, or several where a quoted field has line breaks.
type Row struct {
	// N counts rows from 1, without the header; Line is where it begins, from 1.
	N, Line int64
	cells   []string
	columns map[string]int
}

// Text is the cell of a column, "" where the table has no such column.
func (r *Row) Text(column string) Text {
	if i, ok := r.columns[column]; ok {
		return Text(r.cells[i])
	}
	return ""
}

// Cell is the cell at a place, counted from 0; "" where i is negative.
func (r *Row) Cell(i int) Text {
	if i < 0 {
		return ""
	}
	return Text(r.cells[i])
}

// Name is what the row is called in findings: "line 12".
func (r *Row) Name() string {
	var room [32]byte
	return string(strconv.AppendInt(append(room[:0], "line "...), r.Line, 10))
}

// Rows yields the rows of a CSV file (RFC 4180) after its header, which header
// checks and may give other names; its errors end the import. The separator is
// the comma, or else the semicolon or tab of the header. A byte order mark is
// skipped. A row is overwritten by the next one, its texts are not.
//
// A row with too many or too few cells, or that is not UTF-8, is found as a Fault
// and left out. What is no CSV, such as a stray quote, ends the import. The
// error, if any, is the last thing yielded. It can be ranged over once.
func (s *Session) Rows(r io.Reader, header func(names []string) ([]string, error)) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		t := table{s: s, in: bounded{r: r, limit: int64(s.opts.Limits.RecordBytes)}, count: counter{s: s, last: s.progress.Bytes}}
		if err := t.all(header, yield); err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

type table struct {
	s     *Session
	in    bounded
	csv   *csv.Reader
	count counter
	used  int64
	row   Row
}

func (t *table) all(header func([]string) ([]string, error), yield func(*Row, error) bool) error {
	t.in.reset()
	buffered := bufio.NewReader(&t.in)
	if head, _ := buffered.Peek(len(bom)); bytes.Equal(head, bom) {
		if _, err := buffered.Discard(len(bom)); err != nil {
			return t.fail(err)
		}
	}
	t.csv = csv.NewReader(buffered)
	t.csv.Comma = separator(buffered)
	t.csv.FieldsPerRecord = -1
	names, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return &importer.Error{Importer: t.s.name, Line: 1, Reason: "no header", Err: importer.ErrHeader}
	}
	if err != nil {
		return t.fail(err)
	}
	if names, err = header(names); err != nil {
		return err
	}
	t.row.columns = map[string]int{}
	for i, n := range names {
		t.row.columns[n] = i
	}
	t.row.Line = 1
	t.csv.ReuseRecord = true
	for {
		t.in.reset()
		cells, err := t.csv.Read()
		t.count.used(t.csv.InputOffset() - t.used)
		t.used = t.csv.InputOffset()
		if errors.Is(err, io.EOF) {
			t.count.end()
			return nil
		}
		if err != nil {
			return t.fail(err)
		}
		t.s.progress.Records++
		line, _ := t.csv.FieldPos(0)
		t.row.N++
		t.row.Line, t.row.cells = int64(line), cells
		if t.sound(len(names)) && !yield(&t.row, nil) {
			return errStop
		}
	}
}

// sound checks a row as such.
func (t *table) sound(columns int) bool {
	n := t.s.Note(t.row.Name())
	if len(t.row.cells) != columns {
		n.Fault(billing.CodeMalformed, "", "", "%d cells under %d columns; the row is left out", len(t.row.cells), columns)
		return false
	}
	for i, cell := range t.row.cells {
		switch {
		case len(cell) > t.s.opts.Limits.StringBytes:
			n.Fault(billing.CodeMalformed, t.column(i), cell, "%d bytes, the limit is %d; the row is left out", len(cell), t.s.opts.Limits.StringBytes)
			return false
		case !utf8.ValidString(cell):
			n.Fault(billing.CodeMalformed, t.column(i), "", "not UTF-8; the row is left out")
			return false
		}
	}
	return true
}

func (t *table) column(i int) string {
	for name, at := range t.row.columns {
		if at == i {
			return name
		}
	}
	return ""
}

// fail places an error of the reader.
func (t *table) fail(err error) error {
	line := int(t.row.Line) + 1
	var parse *csv.ParseError
	e := &importer.Error{Importer: t.s.name, Err: err}
	if t.csv != nil {
		e.Offset = t.csv.InputOffset()
	}
	switch {
	case errors.As(err, &parse) && errors.Is(parse.Err, errTooLong), errors.Is(err, errTooLong):
		e.Err, e.Reason = importer.ErrLimit, "a row longer than "+strconv.FormatInt(t.in.limit, 10)+" bytes"
	case errors.As(err, &parse):
		line = parse.Line
		e.Err, e.Reason = importer.ErrSyntax, strings.TrimPrefix(parse.Err.Error(), "csv: ")
	default:
		e.Reason = "read: " + err.Error()
	}
	e.Line, e.Record = int64(line), t.row.N+1
	return e
}

// separator is the comma unless the header has none but one of the others.
func separator(r *bufio.Reader) rune {
	head, _ := r.Peek(r.Size())
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	for _, c := range ",;\t" {
		if bytes.ContainsRune(head, c) {
			return c
		}
	}
	return ','
}

// bounded is a reader that gives up when one row takes too much of it.
type bounded struct {
	r     io.Reader
	limit int64
	left  int64
}

func (b *bounded) reset() { b.left = b.limit }

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := read(b.r, p)
	b.left -= int64(n)
	return n, err
}
