package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
)

// Exit codes: bad input, and bad flags.
const (
	exitInput = 1
	exitUsage = 2
)

//go:embed data/events.csv
var embedded []byte

// flags are what the user asked for.
type flags struct {
	out, events, plan string
	rtl               bool
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	fs := flag.NewFlagSet("journeymap", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&f.out, "out", ".", "write the maps into `DIR`, which is made if it is not there")
	fs.StringVar(&f.events, "events", "", "read events from `FILE`, CSV with the header "+header)
	fs.StringVar(&f.plan, "map", "", "read the planned map from `FILE`, JSON as map.json has it")
	fs.BoolVar(&f.rtl, "rtl", false, "in Arabic, from right to left")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; a file is given with -events or -map", fs.Arg(0))
		say(stderr, "journeymap: "+err.Error()+"\n")
		return f, err
	}
	return f, nil
}

// say writes to the user; where even that fails there is nobody left to tell.
func say(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// run is the program. It writes all files or none, and says which.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	}
	files, summary, err := produce(f)
	if err == nil {
		err = write(f.out, files)
	}
	if err != nil {
		say(stderr, "journeymap: "+err.Error()+"\n")
		return exitInput
	}
	for _, file := range files {
		summary += "wrote " + filepath.Join(f.out, file.name) + "\n"
	}
	say(stdout, summary)
	return 0
}

// file is one output.
type file struct {
	name string
	data []byte
}

func write(dir string, files []file) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// produce is the way of the data: rows to a log, the log to maps, maps to
// files.
func produce(f flags) ([]file, string, error) {
	raw := embedded
	if f.events != "" {
		data, err := os.ReadFile(f.events)
		if err != nil {
			return nil, "", err
		}
		raw = data
	}
	log, personas, err := readEvents(bytes.NewReader(raw))
	if err != nil {
		return nil, "", err
	}
	var plan *journeymap.Map
	if f.plan != "" {
		data, err := os.ReadFile(f.plan)
		if err != nil {
			return nil, "", err
		}
		m, err := journeymap.Parse(data)
		if err != nil {
			return nil, "", err
		}
		plan = &m
	}
	m, err := compute(log, personas, plan, f.rtl)
	if err != nil {
		return nil, "", err
	}
	files, err := m.files()
	return files, m.summary(), err
}
