package main

import (
	"bytes"
	"encoding/json"
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

type flags struct {
	in      string
	to      calendar.Month
	horizon int
	paths   int
	seed    uint64
	json    bool
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	fs := flag.NewFlagSet("forecast", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		say(stderr, "Usage: forecast [-in FILE] [-to MONTH] [-months N] [-paths N] [-seed N] [-json]\n\n"+
			"Prints how long customers stay, what they are worth, and what revenue may be.\n\n"+
			"FILE is CSV with the header\n  "+header+"\nwhere end_date is empty while a subscription runs. Months are written 2025-01.\n\n")
		fs.PrintDefaults()
	}
	fs.StringVar(&f.in, "in", "", "read subscription periods from `FILE`")
	fs.TextVar(&f.to, "to", calendar.Month{}, "last `MONTH` known (default: that of the last change)")
	fs.IntVar(&f.horizon, "months", 12, "`N` months ahead")
	fs.IntVar(&f.paths, "paths", 1000, "`N` futures drawn")
	fs.Uint64Var(&f.seed, "seed", 1, "seed `N` of the random numbers")
	fs.BoolVar(&f.json, "json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; a file is given with -in", fs.Arg(0))
		say(stderr, fmt.Sprintf("forecast: %v\n", err))
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
		say(stderr, "forecast: "+err.Error()+"\n")
		return exitInput
	}
	if _, err := stdout.Write(out.Bytes()); err != nil {
		say(stderr, fmt.Sprintf("forecast: %v\n", err))
		return exitInput
	}
	return 0
}

func write(out *bytes.Buffer, f flags) error {
	c, err := lanternfish()
	if f.in != "" {
		file, openErr := os.Open(f.in)
		if openErr != nil {
			return openErr
		}
		defer func() { _ = file.Close() }() // it is only read
		c, err = fromPeriods(file)
	}
	if err != nil {
		return err
	}
	r, err := look(c, f)
	if err != nil {
		return err
	}
	if !f.json {
		out.WriteString(r.text())
		return nil
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
