package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// Exit codes: bad input, and bad flags.
const (
	exitInput = 1
	exitUsage = 2
)

// flags are what the user asked for.
type flags struct {
	out, stripe, events, name, language string
	month                               calendar.Month
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	fs := flag.NewFlagSet("board", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&f.out, "out", ".", "write the page and the pictures into `DIR`, which is made if it is not there")
	fs.StringVar(&f.stripe, "stripe", "", "read subscriptions from `FILE`, JSON as Stripe writes it")
	fs.StringVar(&f.events, "events", "", "read events from `FILE`, CSV with the columns customer,event,at and others of touchpoint/source; events are named as in preset.SaaS")
	fs.StringVar(&f.name, "name", "Board", "the company's `NAME`")
	fs.StringVar(&f.language, "language", "en", "the words: en, ar or th")
	fs.TextVar(&f.month, "month", calendar.Month{}, "the `MONTH` the page is about, such as 2026-06; without it the last of the data")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	var err error
	if fs.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q; a file is given with -stripe or -events", fs.Arg(0))
	}
	if _, ok := report.WordsIn(f.language); !ok {
		err = fmt.Errorf("no words in %q, there are en, ar and th", f.language)
	}
	if err != nil {
		say(stderr, "board: "+err.Error()+"\n")
	}
	return f, err
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
	b, files, err := produce(f)
	if err == nil {
		err = write(f.out, files)
	}
	if err != nil {
		say(stderr, "board: "+err.Error()+"\n")
		return exitInput
	}
	var out strings.Builder
	out.WriteString(b.summary())
	for _, file := range files {
		out.WriteString("wrote " + filepath.Join(f.out, file.name) + "\n")
	}
	say(stdout, out.String())
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

// produce is the way of the data: records and events to figures, figures to a
// page and pictures.
func produce(f flags) (*board, []file, error) {
	c, err := read(f)
	if err != nil {
		return nil, nil, err
	}
	b := &board{company: c, month: f.month, o: report.Options{Language: f.language}}
	if len(c.spans) > 0 {
		if err := b.ledger(); err != nil {
			return nil, nil, err
		}
	}
	if c.log != nil {
		if err := b.journeys(); err != nil {
			return nil, nil, err
		}
	}
	b.page.Title = c.name
	if !b.month.IsZero() {
		b.page.Title += ", " + b.month.String()
	}
	b.page.Figures = append(b.page.Figures, b.figures...)
	page, err := b.page.HTML(b.o)
	if err != nil {
		return nil, nil, err
	}
	files := []file{{"board.html", page}}
	seen := map[string]int{}
	for _, fig := range b.page.Figures {
		name := fig.Kind().String()
		if fig.Kind() == report.Embedded {
			name = "map"
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, seen[name])
		}
		files = append(files, file{name + ".svg", fig.SVG()})
		if len(fig.Table().Columns) > 0 {
			data, err := fig.Table().CSV()
			if err != nil {
				return nil, nil, err
			}
			files = append(files, file{name + ".csv", data})
		}
	}
	return b, files, nil
}
