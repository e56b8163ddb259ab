package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// flags are what the user asked for.
type flags struct {
	in, definition string
	steps          []string
	width          int
	json, csv      bool
}

const usual = "visited,trial_started,activated,subscribed"

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	var steps string
	fs := flag.NewFlagSet("analytics", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&f.in, "in", "", "read events from `FILE`, CSV with the header "+strings.Join(columns, ",")+" and any attributes")
	fs.StringVar(&f.definition, "definition", "", "read the journey from `FILE`; event names are its triggers")
	fs.StringVar(&steps, "steps", usual, "the `EVENTS` of the funnel; the last one is the conversion")
	fs.IntVar(&f.width, "width", 80, "how many `COLUMNS` wide to print, 80 to 200")
	fs.BoolVar(&f.json, "json", false, "print JSON")
	fs.BoolVar(&f.csv, "csv", false, "print the events themselves, as -in reads them")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	f.steps = strings.Split(steps, ",")
	var err error
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q; a file is given with -in", fs.Arg(0))
	case len(f.steps) < 2:
		err = fmt.Errorf("-steps %s: want at least two events", steps)
	case f.width < 80 || f.width > 200:
		err = fmt.Errorf("-width %d: want 80 to 200", f.width)
	case f.json && f.csv:
		err = errors.New("-json and -csv: want one of them")
	}
	return f, cli.Refuse(stderr, "analytics", err)
}

// run is the program.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("analytics", err, stdout, stderr, func(out *bytes.Buffer) error { return write(out, f) })
}

func write(out *bytes.Buffer, f flags) error {
	events, attrs, err := load(f.in)
	if err != nil {
		return err
	}
	if f.csv {
		return writeEvents(out, events)
	}
	definition, err := define(f.definition)
	if err != nil {
		return err
	}
	log, err := touchpoint.LogOptions{Campaign: true, Value: true, Cost: true, Attrs: attrs}.LogOf(events...)
	if err != nil {
		return err
	}
	a, err := analyse(log, definition, f.steps)
	if err != nil {
		return err
	}
	if f.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(a)
	}
	report(out, a, f.width)
	return nil
}

func define(file string) (*journey.Definition, error) {
	text := plan
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		text = string(data)
	}
	spec, err := journey.ParseSpec(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return journey.Define(spec)
}

func load(file string) ([]touchpoint.Event, []string, error) {
	if file == "" {
		events := story()
		return events, attrsOf(events), nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	events, attrs, err := readEvents(in)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return events, attrs, nil
}
