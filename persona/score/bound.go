package score

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Bound is a bound of a score: a lead's, the engagement's, the health of an
// account. When a score rises to the bound or falls below it, that is an event
// of its own, which the rules of a journey take for a trigger like any other.
type Bound struct {
	// Score is the score's name.
	Score string `json:"score"`
	// From is the lowest value that is not below the bound.
	From float64 `json:"from"`
	// Rising is the name of the event when the score comes to From or above,
	// Falling when it falls below; an empty one is no event.
	Rising  string `json:"rising,omitempty"`
	Falling string `json:"falling,omitempty"`
}

// Reading is the value of one score of one customer at one time.
type Reading struct {
	Customer string    `json:"customer"`
	Score    string    `json:"score"`
	Value    float64   `json:"value"`
	At       time.Time `json:"at"`
}

// Bounds are the bounds of any number of scores.
type Bounds []Bound

// Crossed returns the events of a score that went from before to after: rising
// ones from the lowest bound up, falling ones from the highest down. It is for
// live code. Before a first reading a score is below every bound: hand in the
// zero Reading. Events carry the score and its value as attributes, and an ID of
// customer, score, bound and time, so that a second delivery changes nothing. A
// value that is not a number crosses nothing.
func (bs Bounds) Crossed(before, after Reading) []touchpoint.Event {
	low, high := before.Value, after.Value
	if before == (Reading{}) {
		low = math.Inf(-1)
	}
	var list []Bound
	for _, g := range bs {
		if g.Score == after.Score && (low < g.From && high >= g.From && g.Rising != "" || low >= g.From && high < g.From && g.Falling != "") {
			list = append(list, g)
		}
	}
	rising := high >= low
	slices.SortStableFunc(list, func(a, b Bound) int {
		if rising {
			return cmp.Compare(a.From, b.From)
		}
		return cmp.Compare(b.From, a.From)
	})
	var out []touchpoint.Event
	for _, g := range list {
		t := g.Falling
		if rising {
			t = g.Rising
		}
		value := strconv.FormatFloat(after.Value, 'g', -1, 64)
		out = append(out, touchpoint.Event{
			Customer: after.Customer, Name: t, At: after.At,
			ID:    fmt.Sprintf("%s:%g:%s:%s", g.Score, g.From, t, after.At.UTC().Format(time.RFC3339Nano)),
			Attrs: map[string]string{"score": g.Score, "value": value},
		})
	}
	return out
}

// Events returns what Crossed says of every reading after the one before it of
// the same customer and score: in bulk what live code gets one by one. Readings
// may come in any order; those at one instant count in the order they come.
func (bs Bounds) Events(readings iter.Seq[Reading]) []touchpoint.Event {
	list := slices.Collect(readings)
	slices.SortStableFunc(list, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.At.Compare(b.At))
	})
	type key struct{ customer, score string }
	last := map[key]Reading{}
	var out []touchpoint.Event
	for _, r := range list {
		k := key{r.Customer, r.Score}
		out = append(out, bs.Crossed(last[k], r)...)
		if !math.IsNaN(r.Value) {
			last[k] = r
		}
	}
	return out
}
