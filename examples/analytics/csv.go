package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// columns are those that every file has; all that follow are attributes.
var columns = []string{"customer", "event", "time", "channel", "campaign", "value", "cost"}

// maxFaults is how many bad values are listed; the others are counted.
const maxFaults = 1_000

// faults are everything wrong with a file. They are an error: of a file with
// any, nothing is used.
type faults struct {
	lines []string
	more  int
}

func (f *faults) add(line int, field, value, reason string) {
	if len(f.lines) == maxFaults {
		f.more++
		return
	}
	f.lines = append(f.lines, fmt.Sprintf("line %d: %s %s: %s", line, field, fault.Quote(value), reason))
}

func (f *faults) count() int { return len(f.lines) + f.more }

func (f *faults) Error() string {
	text := fmt.Sprintf("bad values: %d; nothing was read\n", f.count()) + strings.Join(f.lines, "\n")
	if f.more > 0 {
		text += fmt.Sprintf("\nand %d more", f.more)
	}
	return text
}

// readEvents reads a file of events, one a line, in any order, and gives the
// names of its attributes. Every bad value is reported with its line.
func readEvents(in io.Reader) ([]touchpoint.Event, []string, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	var bad faults
	var events []touchpoint.Event
	head, err := r.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("no header; want %s and any attributes", strings.Join(columns, ","))
		}
		return nil, nil, err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	if len(head) < len(columns) || !slices.Equal(head[:len(columns)], columns) {
		return nil, nil, fmt.Errorf("line 1: header %s, want %s and any attributes", fault.Quote(strings.Join(head, ",")), strings.Join(columns, ","))
	}
	attrs := head[len(columns):]
	if len(attrs) > touchpoint.MaxAttrs {
		return nil, nil, fmt.Errorf("line 1: %s", fault.AtMost(touchpoint.MaxAttrs, "attributes", int64(len(attrs))))
	}
	for {
		row, err := r.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if bad.count() > 0 {
				return nil, nil, &bad
			}
			return events, attrs, nil
		case errors.As(err, &parse):
			bad.add(parse.StartLine, "row", "", parse.Err.Error())
			continue
		case err != nil:
			return nil, nil, err
		}
		line, _ := r.FieldPos(0)
		if len(row) != len(head) {
			bad.add(line, "row", strings.Join(row, ","), fmt.Sprintf("%d fields, want %d", len(row), len(head)))
			continue
		}
		if e, ok := event(row, attrs, line, &bad); ok {
			events = append(events, e)
		}
	}
}

// event reads one row and reports everything wrong with it.
func event(row, attrs []string, line int, bad *faults) (touchpoint.Event, bool) {
	before := bad.count()
	e := touchpoint.Event{Customer: row[0], Name: row[1], Channel: touchpoint.Channel(row[3]), Campaign: row[4]}
	at, ok := parseTime(row[2])
	if !ok {
		bad.add(line, "time", row[2], "not a time, want 2026-01-05, 2026-01-05 10:30 or RFC 3339")
		at = time.Unix(0, 0) // stands in, so that the other fields are checked too
	}
	e.At = at
	amount := func(field, text string) decimal.Decimal {
		if text == "" {
			return decimal.Decimal{}
		}
		d, err := decimal.NewFromString(text)
		if err != nil || len(text) > 40 {
			bad.add(line, field, text, "not an amount")
			return decimal.Decimal{}
		}
		return d
	}
	e.Value, e.Cost = amount("value", row[5]), amount("cost", row[6])
	for i, key := range attrs {
		if v := row[len(columns)+i]; v != "" {
			if e.Attrs == nil {
				e.Attrs = map[string]string{}
			}
			e.Attrs[key] = v
		}
	}
	var batch *fault.Batch
	if errors.As(e.Validate(), &batch) {
		for _, row := range batch.Rows {
			bad.add(line, strings.ToLower(row.Field), row.Value, row.Err.Error())
		}
	}
	return e, bad.count() == before
}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.DateOnly, "2006-01-02 15:04", time.DateTime, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// attrsOf are the attributes that occur, by name.
func attrsOf(events []touchpoint.Event) []string {
	seen := map[string]bool{}
	for _, e := range events {
		for k := range e.Attrs {
			seen[k] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// writeEvents writes a log as readEvents reads it.
func writeEvents(out io.Writer, events []touchpoint.Event) error {
	w := csv.NewWriter(out)
	attrs := attrsOf(events)
	rows := [][]string{slices.Concat(columns, attrs)}
	amount := func(d decimal.Decimal) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	for _, e := range events {
		row := []string{e.Customer, e.Name, e.At.Format(time.RFC3339), string(e.Channel), e.Campaign, amount(e.Value), amount(e.Cost)}
		for _, k := range attrs {
			row = append(row, e.Attrs[k])
		}
		rows = append(rows, row)
	}
	return w.WriteAll(rows)
}
