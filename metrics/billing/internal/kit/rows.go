package kit

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"math/bits"
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
	columns map[string]int
	// cells as encoding/csv cut them; nil for a plain line, which is text, and starts
	// where each of its cells begins, with one more behind the end.
	cells  []string
	text   string
	starts []int32
	names  lineNames
}

// Text is the cell of a column, "" where the table has no such column.
func (r *Row) Text(column string) Text {
	if i, ok := r.columns[column]; ok {
		return r.Cell(i)
	}
	return ""
}

// Cell is the cell at a place, counted from 0; "" where i is negative.
func (r *Row) Cell(i int) Text {
	if i < 0 {
		return ""
	}
	if r.cells != nil {
		return Text(r.cells[i])
	}
	return Text(r.text[r.starts[i] : r.starts[i+1]-1])
}

func (r *Row) width() int {
	if r.cells != nil {
		return len(r.cells)
	}
	return len(r.starts) - 1
}

// Name is what the row is called in findings: "line 12".
func (r *Row) Name() string { return r.names.of(r.Line) }

// lineNames are the names of some lines on end, made at once.
type lineNames struct {
	text  string
	first int64
	each  int // bytes of a name; all have as many digits
}

// linesNamed is how many: a name that is kept keeps the others.
const linesNamed = 16

func (n *lineNames) of(line int64) string {
	if at := line - n.first; n.each == 0 || at < 0 || at >= int64(len(n.text)/n.each) {
		var room [linesNamed * 32]byte
		b := strconv.AppendInt(append(room[:0], "line "...), line, 10)
		n.each = len(b)
		for next := line + 1; len(b) < linesNamed*n.each; next++ {
			before := len(b)
			if b = strconv.AppendInt(append(b, "line "...), next, 10); len(b)-before != n.each {
				b = b[:before]
				break
			}
		}
		n.text, n.first = string(b), line
	}
	at := int(line-n.first) * n.each
	return n.text[at : at+n.each]
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
	buf   *bufio.Reader // that csv reads from too, and nothing ahead of what it gives
	csv   *csv.Reader
	count counter
	used  int64
	row   Row
	sane  bool // the row's cells are as they must be, one by one
	// starts are those of the row, where it is a plain line.
	starts []int32
	// What plain lines had that csv has not seen.
	bytes int64
	lines int64
	ended int64 // the line on which the row before did
}

func (t *table) all(header func([]string) ([]string, error), yield func(*Row, error) bool) error {
	t.in.reset()
	buffered := bufio.NewReaderSize(&t.in, 1<<15)
	if head, _ := buffered.Peek(len(bom)); bytes.Equal(head, bom) {
		if _, err := buffered.Discard(len(bom)); err != nil {
			return t.fail(err)
		}
	}
	t.buf, t.csv = buffered, csv.NewReader(buffered)
	t.csv.Comma = separator(buffered)
	t.csv.FieldsPerRecord = -1
	names, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return &importer.Error{Importer: t.s.name, Line: 1, Reason: "no header", Err: importer.ErrHeader}
	}
	if err != nil {
		return t.fail(err)
	}
	t.begins(names)
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
		if t.sane, err = t.plain(); err != nil {
			return t.fail(err)
		}
		if !t.sane {
			cells, err := t.csv.Read()
			if err != nil && errors.Is(err, io.EOF) {
				t.advance()
				t.count.end()
				return nil
			}
			if err != nil {
				t.advance()
				return t.fail(err)
			}
			t.row.cells, t.row.Line = cells, t.begins(cells)
		}
		t.advance()
		t.s.progress.Records++
		t.row.N++
		if t.sound(len(names)) && !yield(&t.row, nil) {
			return errStop
		}
	}
}

// begins is the line on which the row begins that csv just read, and notes the one
// on which it ends.
func (t *table) begins(cells []string) int64 {
	at, _ := t.csv.FieldPos(0)
	line := int64(at) + t.lines
	t.ended = line
	for _, c := range cells {
		t.ended += int64(strings.Count(c, "\n"))
	}
	return line
}

// advance counts what was read.
func (t *table) advance() {
	at := t.offset()
	t.count.used(at - t.used)
	t.used = at
}

func (t *table) offset() int64 { return t.csv.InputOffset() + t.bytes }

// plain reads a row of what nearly all files are made of: a line that lies whole
// in the buffer, is UTF-8 and has no quotes. It cuts the line as encoding/csv
// does, which reads all others.
func (t *table) plain() (ok bool, err error) {
	ahead, _ := t.buf.Peek(t.buf.Buffered())
	n := bytes.IndexByte(ahead, '\n')
	if n < 0 { // read once more
		if _, err = t.buf.Peek(min(len(ahead)+1, t.buf.Size())); err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		ahead, _ = t.buf.Peek(t.buf.Buffered())
		if n = bytes.IndexByte(ahead, '\n'); n < 0 {
			return false, nil
		}
	}
	line := ahead[:n]
	if n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if len(line) == 0 || len(line) > t.s.opts.Limits.StringBytes || int64(n) >= t.in.limit || !t.cut(line) {
		return false, nil
	}
	t.row.cells, t.row.text, t.row.starts = nil, string(line), t.starts
	if _, err = t.buf.Discard(n + 1); err != nil { // it lies in the buffer
		return false, err
	}
	t.lines++
	t.bytes += int64(n + 1)
	t.ended++
	t.row.Line = t.ended
	return true, nil
}

// cut finds where the cells of a line begin, eight bytes at a time, unless it has
// quotes or is not UTF-8.
func (t *table) cut(line []byte) bool {
	const each, low, high = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f, 0x8080808080808080
	comma := byte(t.csv.Comma)
	commas, quotes := each*uint64(comma), each*uint64('"')
	// zeros has the high bit of each byte of x that is zero.
	zeros := func(x uint64) uint64 { return ^(x&low + low | x | low) }
	starts := t.starts[:0]
	starts = append(starts, 0)
	quoted, wide, i := uint64(0), uint64(0), 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:])
		quoted |= zeros(x ^ quotes)
		wide |= x & high
		for at := zeros(x ^ commas); at != 0; at &= at - 1 {
			starts = append(starts, int32(i+bits.TrailingZeros64(at)>>3+1))
		}
	}
	for ; i < len(line); i++ {
		switch c := line[i]; {
		case c == comma:
			starts = append(starts, int32(i+1))
		case c == '"':
			return false
		case c >= utf8.RuneSelf:
			wide = high
		}
	}
	starts = append(starts, int32(len(line)+1))
	t.starts = starts
	return quoted == 0 && (wide == 0 || utf8.Valid(line))
}

// sound checks a row as such.
func (t *table) sound(columns int) bool {
	if t.sane && t.row.width() == columns {
		return true
	}
	n := t.s.Note(t.row.Name())
	if have := t.row.width(); have != columns {
		n.Fault(billing.CodeMalformed, "", "", "%d cells under %d columns; the row is left out", have, columns)
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
		e.Offset = t.offset()
	}
	switch {
	case errors.As(err, &parse) && errors.Is(parse.Err, errTooLong), errors.Is(err, errTooLong):
		e.Err, e.Reason = importer.ErrLimit, "a row longer than "+strconv.FormatInt(t.in.limit, 10)+" bytes"
	case errors.As(err, &parse):
		line = parse.Line + int(t.lines)
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
