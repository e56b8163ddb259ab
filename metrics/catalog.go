package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// Definitions is an immutable list of metrics with distinct IDs, in a fixed
// order. The zero Definitions is empty. It is safe for concurrent use.
type Definitions struct{ list []Definition }

// Catalog is the catalogue of this library: every metric of the customer
// journey, by stage, as data. It is a function so that nobody can change what
// the others see; extend it with [Definitions.With].
func Catalog() Definitions { return Definitions{list: catalog} }

// catalog is never written to.
var catalog = slices.Concat(
	awarenessMetrics, considerationMetrics, decisionMetrics, onboardingMetrics,
	adoptionMetrics, retentionMetrics, expansionMetrics, advocacyMetrics,
)

// Len is the number of metrics.
func (d Definitions) Len() int { return len(d.list) }

// All yields every metric, by stage and in the order of the catalogue; those
// that were added come last.
func (d Definitions) All() iter.Seq[Definition] { return slices.Values(d.list) }

// ByID finds a metric.
func (d Definitions) ByID(id string) (Definition, bool) {
	for i := range d.list {
		if d.list[i].ID == id {
			return d.list[i], true
		}
	}
	return Definition{}, false
}

// OfPhase yields the metrics of one phase, in order.
func (d Definitions) OfPhase(phase Phase) iter.Seq[Definition] {
	return func(yield func(Definition) bool) {
		for i := range d.list {
			if d.list[i].Stage == phase && !yield(d.list[i]) {
				return
			}
		}
	}
}

// With is the list with metrics of the caller's own at its end. Every one
// that Definition.Validate refuses, and every ID that is already there, is
// reported with its position, joined; then there is no list.
func (d Definitions) With(more ...Definition) (Definitions, error) {
	var errs []error
	seen := make(map[string]bool, len(d.list)+len(more))
	for i := range d.list {
		seen[d.list[i].ID] = true
	}
	for i, m := range more {
		if err := m.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("metrics: Definitions.With: row %d: %w", i, err))
		}
		if seen[m.ID] {
			errs = append(errs, refuse("Definitions.With", "row "+strconv.Itoa(i)+" ID", quote(m.ID), "already in the list", CodeExceeds))
		}
		seen[m.ID] = true
	}
	if err := errors.Join(errs...); err != nil {
		return Definitions{}, err
	}
	return Definitions{list: slices.Concat(d.list, more)}, nil
}

// MarshalJSON writes the list as an array of definitions.
func (d Definitions) MarshalJSON() ([]byte, error) {
	if d.list == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(d.list)
}
