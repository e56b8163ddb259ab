package source

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// columns of the documented CSV, and keys of the documented JSON lines.
var documented = Mapping{
	Customer: "customer", Event: "event", At: "at", Channel: "channel", ID: []string{"id"}, Source: "source",
	Campaign: "campaign", Cost: "cost", Value: "value", Currency: "currency", Referrer: "referrer",
}

// attrPrefix marks a column that is an attribute: attr.plan.
const attrPrefix = "attr."

// CSV reads events from comma-separated values (RFC 4180) whose first row names
// the columns:
//
//	customer,event,at,channel,id,source,campaign,cost,value,currency,referrer,attr.plan
//
// customer, event and at are required, the others may be left out; an attribute
// is a column named attr. and its name. Columns in any order. A file with other
// names is read by a Mapping.
func CSV(in io.Reader, o Options) *Reader {
	return newReader("csv", o, documented, func(r *Reader, each func(*draft) bool) error { return r.walkCSV(in, each) })
}

// walkCSV drafts every row of a file.
func (r *Reader) walkCSV(in io.Reader, each func(*draft) bool) error {
	b := &budget{in: in, left: int64(r.o.MaxRecord), size: int64(r.o.MaxRecord)}
	c := csv.NewReader(b)
	c.ReuseRecord = true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return r.broken(1, errors.New("no header row"))
	}
	if err != nil {
		return r.broken(1, err)
	}
	columns, err := r.header(header)
	if err != nil {
		return err
	}
	var row []string
	d := draft{field: func(name string) (string, bool) {
		i, ok := columns[name]
		if !ok || i >= len(row) || row[i] == "" {
			return "", false
		}
		return row[i], true
	}}
	field := d.field
	for {
		b.left = b.size
		row, err = c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line := 0
		if len(row) > 0 {
			line, _ = c.FieldPos(0)
		}
		d = draft{row: int64(line), field: field}
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			d.row = int64(syntax.Line)
			d.bad = r.refuse(&d, "", "", syntax.Err.Error())
			if !errors.Is(err, csv.ErrFieldCount) {
				// What follows a broken quote cannot be told apart any more.
				each(&d)
				return nil
			}
		case err != nil:
			return r.broken(int64(line), err)
		default:
			r.valid(&d, row)
		}
		if !each(&d) {
			return nil
		}
	}
}

// valid refuses a row with a field that is not UTF-8.
func (r *Reader) valid(d *draft, row []string) {
	for _, s := range row {
		if !utf8.ValidString(s) {
			d.bad = r.refuse(d, "row", s, fault.ErrText.Error())
			return
		}
	}
}

// header takes the row of names.
func (r *Reader) header(row []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range row {
		name = strings.Clone(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if _, twice := columns[name]; twice {
			return nil, &fault.Row{Row: 1, Field: "header", Value: name, Limit: "two columns of this name", Err: ErrRecord}
		}
		columns[name] = i
	}
	m := &r.o.Mapping
	used := map[string]bool{}
	for _, f := range []struct {
		field    string
		required bool
	}{
		{m.Customer, true},
		{m.Event, true},
		{m.At, true},
		{m.Channel, false},
		{m.Source, false},
		{m.Campaign, false},
		{m.Cost, false},
		{m.Value, false},
		{m.Currency, false},
		{m.Referrer, false},
	} {
		if _, ok := columns[f.field]; f.required && f.field != "" && !ok {
			return nil, &fault.Row{Row: 1, Field: "header", Value: f.field, Limit: "there is no such column, only " + fault.Quote(strings.Join(row, ",")), Err: ErrRecord}
		}
		used[f.field] = true
	}
	for _, f := range slices.Concat(m.ID, r.where, r.reads) {
		used[f] = true
	}
	for _, a := range r.attrs {
		used[m.Attrs[a]] = true
	}
	attrs := map[string]string{}
	for _, name := range row {
		name = strings.Clone(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if attr, ok := strings.CutPrefix(name, attrPrefix); ok && attr != "" && m.Attrs == nil {
			attrs[attr] = name
			continue
		}
		if !used[name] {
			r.findings.add(Finding{Code: FoundColumn, Row: 1, Field: "column", Value: name, Message: "is not read"})
		}
	}
	if len(attrs) > 0 {
		m.Attrs, r.attrs = attrs, sortedKeys(attrs)
	}
	return columns, nil
}

// budget bounds what one record may take from a reader.
type budget struct {
	in         io.Reader
	left, size int64
}

var errLong = errors.New("a record is longer than Options.MaxRecord")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= -1<<16 { // what the reader before reads ahead
		return 0, errLong
	}
	n, err := b.in.Read(p)
	b.left -= int64(n)
	return n, err
}
