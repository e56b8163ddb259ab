package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/report"
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
	return f, cli.Refuse(stderr, "board", err)
}

// run is the program. It writes all files or none, and says which.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("board", err, stdout, stderr, func(out *bytes.Buffer) error {
		b, files, err := produce(f)
		if err != nil {
			return err
		}
		out.WriteString(b.summary())
		return cli.WriteFiles(out, f.out, files)
	})
}

// produce is the way of the data: records and events to figures, figures to a
// page and pictures.
func produce(f flags) (*board, []cli.File, error) {
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
	files := []cli.File{{Name: "board.html", Data: page}}
	seen := map[string]int{}
	for _, fig := range b.page.Figures {
		name := fig.Kind().String()
		if fig.Kind() == report.Embedded {
			name = "map"
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, seen[name])
		}
		files = append(files, cli.File{Name: name + ".svg", Data: fig.SVG()})
		if len(fig.Table().Columns) > 0 {
			data, err := fig.Table().CSV()
			if err != nil {
				return nil, nil, err
			}
			files = append(files, cli.File{Name: name + ".csv", Data: data})
		}
	}
	return b, files, nil
}
