// Command bench runs this library beside its peers, alternately, and prints one
// table: what each piece of work takes in time on the clock, in processor time,
// in bytes and in allocations.
//
//	go run -C internal/bench . [-rounds 5] [-npm DIR] [-postgres URL] [-only WORDS]
//
// -npm names a folder in which "npm install xstate @duckdb/node-api" was run;
// -postgres a server that may be written to. Python and R are asked for their
// modules and packages. What is not there is named as missing.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each is run; the median counts")
	npm := flag.String("npm", "", "folder with node_modules of xstate and @duckdb/node-api")
	postgres := flag.String("postgres", "", "address of a Postgres that may be written to")
	only := flag.String("only", "", "run only the work whose name has these words")
	scale := flag.Int("scale", 1_000_000, "rows of the large work")
	flag.Parse()
	if flag.NArg() > 0 || *rounds < 1 || *scale < 1000 {
		flag.Usage()
		os.Exit(2) //nolint:forbidigo // a program
	}
	if err := run(os.Stdout, options{*rounds, *npm, *postgres, *only, *scale}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:forbidigo // a program
	}
}

type options struct {
	rounds        int
	npm, postgres string
	only          string
	scale         int
}

// run measures everything and prints the table.
func run(out io.Writer, o options) error {
	today := time.Now() //nolint:forbidigo // figures have a date
	say(out, "%s, %s, %s, %d processors, median of %d rounds, alternately\n\n", today.Format(time.DateOnly), runtime.Version(), machine(), runtime.GOMAXPROCS(0), o.rounds)
	say(out, "| work | who | a unit takes | processor | bytes | allocations | beside ours |\n|---|---|---|---|---|---|---|\n")
	for _, w := range []func(options) (work, error){events, sums, lines, statements, graphs, curves} {
		job, err := w(o)
		if err != nil {
			return err
		}
		if strings.Contains(job.name, o.only) {
			if err := job.measure(out, o.rounds); err != nil {
				return fmt.Errorf("%s: %w", job.name, err)
			}
		}
	}
	return nil
}

func say(out io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) }

// machine is what the processor calls itself.
func machine() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
			}
		}
	}
	return runtime.GOARCH
}

// work is one piece of work, done by several; the first is this library.
type work struct {
	name, unit string
	units      int // in one run
	who        []contender
}

// contender does the work once. One that is a process of its own says itself
// how long the work took in it.
type contender struct {
	name    string
	missing string // why it is not here
	run     func() error
	outside func() (time.Duration, error)
}

// measure runs all contenders in turn, round by round.
func (w work) measure(out io.Writer, rounds int) error {
	all := make([][]sample, len(w.who))
	for round := range rounds + 1 {
		for i, c := range w.who {
			if c.missing != "" {
				continue
			}
			s, err := c.sample()
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if round > 0 { // the first warms up
				all[i] = append(all[i], s)
			}
		}
	}
	var ours time.Duration
	for i, c := range w.who {
		if c.missing != "" {
			say(out, "| %s | %s | missing: %s | | | | |\n", w.name, c.name, c.missing)
			continue
		}
		m := median(all[i])
		if i == 0 {
			ours = m.wall
		}
		n := float64(w.units)
		inside := fmt.Sprintf("%s | %.0f | %.1f", each(m.user, w.units), float64(m.bytes)/n, float64(m.allocations)/n)
		if c.outside != nil {
			inside = " | |"
		}
		say(out, "| %s | %s | %s per %s | %s | %.2f × |\n", w.name, c.name, each(m.wall, w.units), w.unit, inside, float64(m.wall)/float64(ours))
	}
	return nil
}

func each(d time.Duration, units int) string {
	ns := float64(d.Nanoseconds()) / float64(units)
	switch {
	case ns < 1000:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	default:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
}

func (c contender) sample() (s sample, err error) {
	if c.outside != nil {
		s.wall, err = c.outside()
		return s, err
	}
	runtime.GC()
	debug.FreeOSMemory()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	user, begin := processor(), time.Now() //nolint:forbidigo // it measures
	err = c.run()
	s.wall, s.user = time.Since(begin), processor()-user //nolint:forbidigo // it measures
	runtime.ReadMemStats(&after)
	s.bytes, s.allocations = after.TotalAlloc-before.TotalAlloc, after.Mallocs-before.Mallocs
	return s, err
}
