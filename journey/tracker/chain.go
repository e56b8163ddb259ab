package tracker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// ChainError says which triggers hooks asked for, one in consequence of the
// other, until the limit was met. errors.Is finds [ErrChain]. The zero value is
// not useful.
type ChainError struct {
	Customer string
	Limit    int
	Chain    []journey.Trigger // the event's trigger first
	// Cycle is the part of Chain that repeats itself at its end; empty when
	// nothing does.
	Cycle []journey.Trigger
}

// Error shows the chain, or the cycle in it.
func (e *ChainError) Error() string {
	chain, word := e.Chain, "chain"
	if len(e.Cycle) > 0 {
		chain, word = append(slices.Clone(e.Cycle), e.Cycle[0]), "cycle"
	}
	if len(chain) > 10 {
		chain = append(slices.Clone(chain[:10]), "…")
	}
	names := make([]string, len(chain))
	for i, t := range chain {
		names[i] = string(t)
	}
	return fmt.Sprintf("tracker: customer %q: %v: limit %d, %s %s",
		text.Clip(e.Customer), ErrChain, e.Limit, word, strings.Join(names, " → "))
}

// Unwrap returns [ErrChain].
func (e *ChainError) Unwrap() error { return ErrChain }

// tooLong explains a chain that one more trigger would carry over the limit.
func (r *run) tooLong(changes []Occurrence, next journey.Trigger) error {
	var chain []journey.Trigger
	for _, o := range changes {
		if o.Origin != OriginStart {
			chain = append(chain, o.Trigger)
		}
	}
	return &ChainError{Customer: r.customer, Limit: r.t.o.MaxChain, Chain: append(chain, next), Cycle: repeating(changes)}
}

// repeating returns the triggers of the cycle in which the changes end: from
// one move to the last earlier one with the same source and trigger.
func repeating(changes []Occurrence) []journey.Trigger {
	last := len(changes) - 1
	for i := last - 1; i >= 0; i-- {
		if changes[i].From == changes[last].From && changes[i].Trigger == changes[last].Trigger {
			var cycle []journey.Trigger
			for _, o := range changes[i:last] {
				cycle = append(cycle, o.Trigger)
			}
			return cycle
		}
	}
	return nil
}
