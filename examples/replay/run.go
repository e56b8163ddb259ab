package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Exit codes: bad input, and bad flags.
const (
	exitInput = 1
	exitUsage = 2
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
		say(stderr, "replay: "+err.Error()+"\n")
		return f, err
	}
	if group {
		f.by = journey.ByGroup
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
		say(stderr, "replay: "+err.Error()+"\n")
		return exitInput
	}
	if _, err := stdout.Write(out.Bytes()); err != nil {
		say(stderr, "replay: "+err.Error()+"\n")
		return exitInput
	}
	return 0
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
