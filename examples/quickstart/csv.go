package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// header is the one header that -in accepts.
const header = "subscription_id,customer_id,start_date,end_date,monthly_amount"

// longest is how many bytes of a value are looked at or shown, longestLine how
// many a line may have.
const (
	longest     = 64
	longestLine = 1 << 20
)

// fault is one thing wrong with a line of input.
type fault struct {
	line                 int
	field, value, reason string
}

// faults are everything wrong with a file. They are an error: of a file with
// any, nothing is used.
type faults []fault

func (f faults) Error() string {
	lines := make([]string, 0, len(f)+1)
	lines = append(lines, fmt.Sprintf("%d bad values; nothing was computed", len(f)))
	if len(f) == 1 {
		lines[0] = "1 bad value; nothing was computed"
	}
	for _, x := range f {
		lines = append(lines, fmt.Sprintf("line %d: %s %s: %s", x.line, x.field, quote(x.value), x.reason))
	}
	return strings.Join(lines, "\n")
}

// sorted puts faults in the order of their lines.
func (f faults) sorted() faults {
	slices.SortStableFunc(f, func(a, b fault) int { return a.line - b.line })
	return f
}

// quote shows a value, shortened where it would fill the screen.
func quote(s string) string {
	if len(s) > longest {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(s[:longest], ""), len(s))
	}
	return fmt.Sprintf("%q", s)
}

// period is one row: a subscription charges amount a month from start until
// end, the first instant it no longer does. A zero end is none yet.
type period struct {
	line                   int
	subscription, customer string
	start, end             time.Time
	amount                 decimal.Decimal
	broken                 bool // some fields are stand-ins for what could not be read
}

// empty reports whether the period ends as it begins and so charges nothing.
func (p *period) empty() bool { return p.end.Equal(p.start) }

// readPeriods reads a file of periods, one a line. It returns all rows, and what
// is wrong with some of them; the error is one of reading.
func readPeriods(in io.Reader) (out []period, bad faults, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	n := 0
	for lines.Scan() {
		n++
		text := lines.Text()
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff") // spreadsheets begin their files with it
			row, wrong := split(text)
			if bad = checkHeader(row, wrong); len(bad) > 0 {
				return nil, bad, nil
			}
			continue
		}
		if text == "" {
			continue
		}
		p, wrong := parsePeriod(n, text)
		out, bad = append(out, p), append(bad, wrong...)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, append(bad, fault{n + 1, "line", "", fmt.Sprintf("longer than %d bytes; reading stopped here", longestLine)}), nil
	case err != nil:
		return nil, nil, err
	case n == 0:
		return nil, faults{{1, "header", "", "the file is empty; expected " + header}}, nil
	case len(out) == 0:
		return nil, faults{{1, "header", header, "there are no rows below it"}}, nil
	}
	return out, bad, nil
}

// split parses one line of CSV. Fields here never hold line breaks, so a quote
// that is not closed spoils its own line and no other.
func split(line string) (fields []string, wrong string) {
	if !strings.Contains(line, `"`) {
		return strings.Split(line, ","), ""
	}
	fields, err := csv.NewReader(strings.NewReader(line)).Read()
	var syntax *csv.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Sprintf("column %d: %v", syntax.Column, syntax.Err)
	case err != nil:
		return nil, err.Error()
	}
	return fields, ""
}

func checkHeader(row []string, wrong string) (bad faults) {
	if wrong != "" {
		return faults{{1, "header", "", wrong}}
	}
	want := strings.Split(header, ",")
	for i := range max(len(want), len(row)) {
		switch {
		case i >= len(row):
			bad = append(bad, fault{1, "header", "", fmt.Sprintf("column %d is missing; expected %s", i+1, want[i])})
		case i >= len(want):
			bad = append(bad, fault{1, "header", row[i], fmt.Sprintf("column %d is one too many; expected %s", i+1, header)})
		case row[i] != want[i]:
			bad = append(bad, fault{1, "header", row[i], fmt.Sprintf("column %d: expected %s", i+1, want[i])})
		}
	}
	return bad
}

// parsePeriod reads one row and names every field that cannot be read.
func parsePeriod(line int, text string) (p period, bad faults) {
	// What cannot be read is stood in for, so that the rest is checked too.
	p = period{line: line, customer: "?", start: time.Unix(0, 0).UTC(), broken: true}
	row, wrong := split(text)
	if wrong != "" {
		return p, faults{{line, "row", text, wrong}}
	}
	fields := strings.Split(header, ",")
	if len(row) != len(fields) {
		return p, faults{{line, "row", text, fmt.Sprintf("%d columns; expected %d: %s", len(row), len(fields), header)}}
	}
	check := func(field int, reason string) bool {
		if reason != "" {
			bad = append(bad, fault{line, fields[field], row[field], reason})
		}
		return reason == ""
	}
	if row[0] == "" {
		check(0, "must not be empty")
	}
	p.subscription = row[0]
	if row[1] == "" {
		check(1, "must not be empty")
	} else {
		p.customer = row[1]
	}
	start, reason := parseDay(row[2])
	if check(2, reason) {
		p.start = start
	}
	if row[3] != "" {
		end, reason := parseDay(row[3])
		if reason == "" && end.Before(start) {
			reason = "before start_date " + row[2]
		}
		if check(3, reason) {
			p.end = end
		}
	}
	amount, reason := parseAmount(row[4])
	if check(4, reason) {
		p.amount = amount
	}
	p.broken = len(bad) > 0
	return p, bad
}

func parseDay(s string) (day time.Time, wrong string) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, "not a date like 2025-01-31"
	}
	if err := calendar.CheckTime(day); err != nil {
		return time.Time{}, fmt.Sprintf("the year is outside %d to %d", calendar.MinYear, calendar.MaxYear)
	}
	return day, ""
}

// parseAmount reads a monthly amount. How many digits it may have is for the
// ledger to say.
func parseAmount(s string) (amount decimal.Decimal, wrong string) {
	if len(s) > longest {
		return amount, fmt.Sprintf("longer than %d bytes", longest)
	}
	amount, err := decimal.NewFromString(s)
	switch {
	case err != nil:
		return amount, "not a decimal number like 49.90, or far out of range"
	case amount.IsNegative():
		return amount, "negative; the least is 0"
	}
	return amount, ""
}
