package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
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
		return f, cli.Refuse(stderr, "journeymap", err)
	}
	return f, nil
}

// run is the program. It writes all files or none, and says which.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("journeymap", err, stdout, stderr, func(out *bytes.Buffer) error {
		files, summary, err := produce(f)
		if err != nil {
			return err
		}
		out.WriteString(summary)
		return cli.WriteFiles(out, f.out, files)
	})
}

// produce is the way of the data: rows to a log, the log to maps, maps to
// files.
func produce(f flags) ([]cli.File, string, error) {
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
