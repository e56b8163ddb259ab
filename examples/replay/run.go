package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

//go:embed data/events.csv
var embedded []byte

// rules say what the events of the invented company mean in preset.SaaS. An
// event that no rule names is its own trigger.
func rules() journey.Rules {
	return journey.Rules{
		{Name: "signed_up", Trigger: "trial_started"},
		{Name: "logged_in", Trigger: "active_day"},
		{Name: "clicked", Channel: "Email", Trigger: "engaged"},
		{Name: "webinar_joined", Trigger: "engaged"},
		{},
	}
}

// flags are what the user asked for.
type flags struct {
	in, definition string
	by             journey.By
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	group := false
	fs := flag.NewFlagSet("replay", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&f.in, "in", "", "read events from `FILE`, CSV with the header "+header)
	fs.StringVar(&f.definition, "definition", "", "read the journey from `FILE`; event names are its triggers")
	fs.BoolVar(&group, "group", false, "report by group of stages")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; a file is given with -in", fs.Arg(0))
		return f, cli.Refuse(stderr, "replay", err)
	}
	if group {
		f.by = journey.ByGroup
	}
	return f, nil
}

// run is the program.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("replay", err, stdout, stderr, func(out *bytes.Buffer) error { return write(out, f) })
}

// write is the way of the data: rows to events, events to a log, the log
// through the definition, the replay to text.
func write(out *bytes.Buffer, f flags) error {
	d, rs, err := definition(f.definition)
	if err != nil {
		return err
	}
	events, err := load(f.in)
	if err != nil {
		return err
	}
	log, err := touchpoint.LogOf(events...)
	if err != nil {
		return err
	}
	var o journey.ReplayOptions
	if _, last, ok := log.Span(); ok {
		o.Horizon = last // everybody is looked at on the day of the last event
	}
	r, err := d.ReplayLog(log, rs, o)
	if err != nil {
		return err
	}
	report(out, log, r, f.by)
	return nil
}

func definition(file string) (*journey.Definition, journey.Rules, error) {
	if file == "" {
		return preset.SaaS(), rules(), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	spec, err := journey.ParseSpec(string(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	d, err := journey.Define(spec)
	return d, nil, err
}

func load(file string) ([]touchpoint.Event, error) {
	if file == "" {
		return readEvents(bytes.NewReader(embedded))
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	events, err := readEvents(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return events, nil
}
