package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// header is the one header that is read.
const header = "customer,name,channel,at"

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
	f.lines = append(f.lines, fmt.Sprintf("line %d: %s %s: %s", line, field, quote(value), reason))
}

func (f *faults) Error() string {
	n := len(f.lines) + f.more
	text := fmt.Sprintf("%d bad values; nothing was replayed\n", n)
	if n == 1 {
		text = "1 bad value; nothing was replayed\n"
	}
	text += strings.Join(f.lines, "\n")
	if f.more > 0 {
		text += fmt.Sprintf("\nand %d more", f.more)
	}
	return text
}

// quote shows a value, shortened where it would fill the screen.
func quote(s string) string {
	if len(s) > 64 {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(s[:64], ""), len(s))
	}
	return fmt.Sprintf("%q", s)
}

// readEvents reads a file of events, one a line, in any order. Every bad value
// is reported with its line.
func readEvents(in io.Reader) ([]touchpoint.Event, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var bad faults
	var events []touchpoint.Event
	for first := true; ; first = false {
		row, err := r.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if first {
				return nil, fmt.Errorf("no header; want %s", header)
			}
			if len(bad.lines) > 0 {
				return nil, &bad
			}
			return events, nil
		case errors.As(err, &parse):
			bad.add(parse.StartLine, "row", "", parse.Err.Error())
			continue
		case err != nil:
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if first {
			if got := strings.TrimPrefix(strings.Join(row, ","), "\ufeff"); got != header {
				return nil, fmt.Errorf("line %d: header %s, want %s", line, quote(got), header)
			}
			continue
		}
		if len(row) != 4 {
			bad.add(line, "row", strings.Join(row, ","), fmt.Sprintf("%d fields, want 4", len(row)))
			continue
		}
		if e, ok := event(row, line, &bad); ok {
			events = append(events, e)
		}
	}
}

// event reads one row and reports everything wrong with it.
func event(row []string, line int, bad *faults) (touchpoint.Event, bool) {
	before := len(bad.lines) + bad.more
	e := touchpoint.Event{
		Customer: strings.Clone(row[0]), Name: strings.Clone(row[1]), Channel: touchpoint.Channel(strings.Clone(row[2])),
	}
	at, ok := parseTime(row[3])
	if !ok {
		bad.add(line, "at", row[3], "not a time, want 2026-01-05, 2026-01-05 10:30 or RFC 3339")
		at = time.Unix(0, 0) // stands in, so that the other fields are checked too
	}
	e.At = at
	var batch *fault.Batch
	if errors.As(e.Validate(), &batch) {
		for _, row := range batch.Rows {
			bad.add(line, strings.ToLower(row.Field), row.Value, row.Err.Error())
		}
	}
	return e, len(bad.lines)+bad.more == before
}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.DateOnly, "2006-01-02 15:04", time.DateTime, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
