package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Exit codes: bad input or an impossible calculation, and bad flags.
const (
	exitInput = 1
	exitUsage = 2
)

// flags are what the user asked for. Zero months are for the input to decide.
type flags struct {
	in       string
	from, to calendar.Month
	why      calendar.Month
	json     bool
}

const usage = `Usage: quickstart [-in FILE] [-from MONTH] [-to MONTH] [-why MONTH] [-json]

Prints MRR movements, rates, cohorts and the reasons behind one month.

FILE is CSV with the header
  %s
where end_date is the first day no longer paid for, and empty while the
subscription runs. Months are written 2025-01. Without -in the changes of an
invented company are read.

`

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	fs := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		say(stderr, fmt.Sprintf(usage, header))
		fs.PrintDefaults()
	}
	fs.StringVar(&f.in, "in", "", "read subscription periods from `FILE`")
	fs.TextVar(&f.from, "from", calendar.Month{}, "first `MONTH` of the statements (default: of the first change)")
	fs.TextVar(&f.to, "to", calendar.Month{}, "last `MONTH`, of the cohorts too (default: of the last change)")
	fs.TextVar(&f.why, "why", calendar.Month{}, "`MONTH` to explain (default: the one with the highest loss)")
	fs.BoolVar(&f.json, "json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; a file is given with -in", fs.Arg(0))
		say(stderr, fmt.Sprintf("quickstart: %v\n", err))
		return f, err
	}
	return f, nil
}

// say writes to the user; where even that fails there is nobody left to tell.
func say(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// run is the program. It prints a result to stdout, whole, or none and the
// reason to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	}
	var out bytes.Buffer
	if err := write(&out, f); err != nil {
		say(stderr, err.Error()+"\n")
		return exitInput
	}
	if _, err := out.WriteTo(stdout); err != nil {
		say(stderr, fmt.Sprintf("quickstart: %v\n", err))
		return exitInput
	}
	return 0
}

func write(out *bytes.Buffer, f flags) error {
	c, err := open(f.in)
	if err != nil {
		return err
	}
	r, err := newReport(c, f)
	if err != nil {
		return fmt.Errorf("quickstart: %w", err)
	}
	if f.json {
		return r.json(out)
	}
	return r.text(out)
}

// open reads the company to report on: the embedded one without a file.
func open(file string) (*company, error) {
	if file == "" {
		return lanternfish()
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("quickstart: %w", err)
	}
	defer func() { _ = in.Close() }() // it was only read
	c, err := fromPeriods(in)
	if err != nil {
		return nil, fmt.Errorf("quickstart: %s: %w", file, err)
	}
	c.name = file
	return c, nil
}
