package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
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
		cli.Say(stderr, "Usage: forecast [-in FILE] [-to MONTH] [-months N] [-paths N] [-seed N] [-json]\n\n"+
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
		return f, cli.Refuse(stderr, "forecast", err)
	}
	return f, nil
}

// run is the program.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("forecast", err, stdout, stderr, func(out *bytes.Buffer) error { return write(out, f) })
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
