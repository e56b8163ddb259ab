package persona

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
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
// MaxTraits traits, empty or too long names, values out of range. They are the
// rows, all numbered 1, of a *[fault.Batch].
func (p Profile) Validate() error {
	b := fault.Batch{Package: "persona", Op: "validate profile"}
	p.Check(1, &b)
	return b.Err()
}

// Check adds the faults of the profile to a batch, as those of its row, and
// reports whether there were none.
func (p Profile) Check(row int64, b *fault.Batch) bool {
	before := b.Count()
	add := func(field, value, limit string, err error) {
		b.Add(fault.Row{Row: row, Customer: p.Customer, Field: field, Value: value, Limit: limit, Err: err})
	}
	if p.Customer == "" {
		add("Customer", "", "must not be empty", ErrProfile)
	} else if limit, err := fault.CheckText(p.Customer, MaxText); err != nil {
		add("Customer", p.Customer, limit, ErrProfile)
	}
	if len(p.Traits) > MaxTraits {
		add("Traits", "", fault.AtMost(MaxTraits, "traits", int64(len(p.Traits))), ErrProfile)
		return false
	}
	if !p.sound() {
		for _, name := range slices.Sorted(maps.Keys(p.Traits)) {
			if name == "" {
				add("Traits", name, "a trait must have a name", ErrProfile)
			} else if limit, err := fault.CheckText(name, MaxText); err != nil {
				add("Traits", name, limit, ErrProfile)
			}
			if err := p.Traits[name].Validate(); err != nil {
				add("Traits["+text.Clip(name)+"]", p.Traits[name].String(), "", err)
			}
		}
	}
	return b.Count() == before
}

// sound reports that no trait has a fault, without saying which.
func (p Profile) sound() bool {
	for name, v := range p.Traits {
		if name == "" || len(name) > MaxText || !utf8.ValidString(name) || !v.valid() {
			return false
		}
	}
	return true
}
