package journey

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"
)

// Grade is a bound of a score: a lead's, the engagement's, the health of an
// account. When a score rises to the bound or falls below it, that is an event
// that a transition can take.
type Grade struct {
	// Score is the score's name.
	Score string `json:"score"`
	// From is the lowest value of the grade.
	From float64 `json:"from"`
	// Rising is the trigger when the score comes to From or above, Falling when
	// it falls below; an empty one is no event.
	Rising  Trigger `json:"rising,omitempty"`
	Falling Trigger `json:"falling,omitempty"`
}

// Reading is the value of one score of one customer at one time.
type Reading struct {
	Customer string    `json:"customer"`
	Score    string    `json:"score"`
	Value    float64   `json:"value"`
	At       time.Time `json:"at"`
}

// Grades are the bounds of any number of scores.
type Grades []Grade

// Crossed returns the events of a score that went from before to after: rising
// ones from the lowest bound up, falling ones from the highest down. It is for
// live code. Before a first reading a score is below every bound: hand in the
// zero Reading. Events carry the score and its value as attributes, and an ID of
// customer, score, bound and time, so that a second delivery changes nothing. A
// value that is not a number crosses nothing.
func (gs Grades) Crossed(before, after Reading) []Event {
	low, high := before.Value, after.Value
	if before == (Reading{}) {
		low = math.Inf(-1)
	}
	var list []Grade
	for _, g := range gs {
		if g.Score == after.Score && (low < g.From && high >= g.From && g.Rising != "" || low >= g.From && high < g.From && g.Falling != "") {
			list = append(list, g)
		}
	}
	rising := high >= low
	slices.SortStableFunc(list, func(a, b Grade) int {
		if rising {
			return cmp.Compare(a.From, b.From)
		}
		return cmp.Compare(b.From, a.From)
	})
	var out []Event
	for _, g := range list {
		t := g.Falling
		if rising {
			t = g.Rising
		}
		value := strconv.FormatFloat(after.Value, 'g', -1, 64)
		out = append(out, Event{
			Customer: after.Customer, Trigger: t, At: after.At,
			ID:    fmt.Sprintf("%s:%g:%s:%s", g.Score, g.From, t, after.At.UTC().Format(time.RFC3339Nano)),
			Attrs: map[string]string{"score": g.Score, "value": value},
		})
	}
	return out
}

// Events returns what Crossed says of every reading after the one before it of
// the same customer and score: in bulk what live code gets one by one. Readings
// may come in any order; those at one instant count in the order they come.
func (gs Grades) Events(readings iter.Seq[Reading]) []Event {
	list := slices.Collect(readings)
	slices.SortStableFunc(list, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.At.Compare(b.At))
	})
	type key struct{ customer, score string }
	last := map[key]Reading{}
	var out []Event
	for _, r := range list {
		k := key{r.Customer, r.Score}
		out = append(out, gs.Crossed(last[k], r)...)
		if !math.IsNaN(r.Value) {
			last[k] = r
		}
	}
	return out
}
