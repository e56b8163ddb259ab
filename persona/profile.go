package persona

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// Profile is what is known of one customer: traits by name. A trait that is
// not known is not in the map. It is a value and may be read by several
// goroutines as long as nobody changes Traits. The zero Profile has no
// customer and does not validate.
type Profile struct {
	Customer string           `json:"customer"`
	Traits   map[string]Value `json:"traits"`
}

// Validate reports every fault of the profile: an empty customer, more than
// MaxTraits traits, empty or too long names, values out of range. The faults
// are *RowErrors with Row 1 in a *BatchError.
func (p Profile) Validate() error {
	rows := p.check(1)
	if len(rows) == 0 {
		return nil
	}
	return &BatchError{Operation: "validate profile", Rows: rows}
}

func (p Profile) check(row int64) []*RowError {
	var rows []*RowError
	add := func(field, value string, err error) {
		rows = append(rows, &RowError{Row: row, Customer: clip(p.Customer), Field: field, Value: clip(value), Err: err})
	}
	if p.Customer == "" {
		add("Customer", `""`, fmt.Errorf("%w: no customer", ErrProfile))
	} else if fault := textFault(p.Customer); fault != "" {
		add("Customer", p.Customer, fmt.Errorf("%w: %s", ErrProfile, fault))
	}
	if len(p.Traits) > MaxTraits {
		add("Traits", "", fmt.Errorf("%w: at most %d traits, got %d", ErrProfile, MaxTraits, len(p.Traits)))
		return rows
	}
	for _, name := range slices.Sorted(maps.Keys(p.Traits)) {
		fault := textFault(name)
		if name == "" {
			fault = "no name"
		}
		if fault != "" {
			add("Traits", name, fmt.Errorf("%w: %s", ErrProfile, fault))
		}
		if err := p.Traits[name].Validate(); err != nil {
			add("Traits["+clip(name)+"]", p.Traits[name].String(), err)
		}
	}
	return rows
}

// textFault says what is wrong with a text, "" if nothing is.
func textFault(s string) string {
	if len(s) > MaxText {
		return fmt.Sprintf("at most %d bytes, got %d", MaxText, len(s))
	}
	if !utf8.ValidString(s) {
		return "not valid UTF-8"
	}
	return ""
}
