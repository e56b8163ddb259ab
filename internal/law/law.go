// Package law holds a property for random draws until the awkward cases it is
// about were drawn.
//
// A law that counts its awkward cases and then demands that each was met fails
// once in a while for no other reason than luck; one that does not count may
// never have met them. Check draws on, round after round, until all were met,
// and fails only where that many rounds did not meet one: then the generator
// cannot draw it, or hardly ever.
package law

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// rounds is how often a property is checked before a case that was not met
// counts as one that cannot be drawn. A case met once in a hundred draws is
// missed by this many short rounds once in 10^17 runs.
const rounds = 200

// A Case is what a law must have met: Counters, or Drawn.Need.
type Case interface {
	// missing names what was not met; it is empty once all was.
	missing() []string
}

// Check holds the property as rapid.Check does, and again until every case was
// met.
func Check(t *testing.T, property func(*rapid.T), cases ...Case) {
	t.Helper()
	Often(t, 1, property, cases...)
}

// Often is Check with more than one run of rapid a round, for a property that
// is cheap or whose cases are rare.
func Often(t *testing.T, runs int, property func(*rapid.T), cases ...Case) {
	t.Helper()
	fixed := seeded()
	until(t, runs, func(run int) {
		t.Helper()
		rapid.Check(t, func(t *rapid.T) {
			if fixed && run > 0 {
				rapid.SliceOfN(rapid.Uint64(), run, run).Draw(t, "passed over")
			}
			property(t)
		})
	}, cases...)
}

// seeded says that every run of rapid begins with one given seed (RAPID_SEED
// or -rapid.seed): a run then passes over some draws, or it would draw what
// the run before it drew.
func seeded() bool {
	f := flag.Lookup("rapid.seed")
	return f != nil && f.Value.String() != "0"
}

// until counts runs, so many a round, until one fails or, after a round, every
// case was met.
func until(t testing.TB, runs int, one func(run int), cases ...Case) {
	t.Helper()
	var missing []string
	for round := range rounds {
		for i := range runs {
			if one(round*runs + i); t.Failed() {
				return
			}
		}
		missing = missing[:0]
		for _, c := range cases {
			missing = append(missing, c.missing()...)
		}
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("%d rounds never drew %s", rounds, strings.Join(missing, ", "))
}

// Counters are the variables that a property counts its cases in, by name.
// Each must become positive.
type Counters map[string]*int

func (c Counters) missing() []string {
	var out []string
	for name, n := range c {
		if *n <= 0 {
			out = append(out, fmt.Sprintf("%q", name))
		}
	}
	slices.Sort(out)
	return out
}

// Drawn counts the cases that a property met, by name.
type Drawn map[string]int

// Need says that each of the cases is to be met.
func (d Drawn) Need(names ...string) Case { return need{d, 1, names} }

// NeedAtLeast is Need where meeting a case once is not enough.
func (d Drawn) NeedAtLeast(least int, names ...string) Case { return need{d, least, names} }

type need struct {
	drawn Drawn
	least int
	names []string
}

func (n need) missing() []string {
	var out []string
	for _, name := range n.names {
		if got := n.drawn[name]; got < n.least {
			out = append(out, fmt.Sprintf("%q (%d of %d)", name, got, n.least))
		}
	}
	return out
}
