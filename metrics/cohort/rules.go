package cohort

import (
	"fmt"
	"slices"
)

// Base says what a cohort's retained revenue is measured against.
type Base uint8

const (
	// BaseInitial is the new business MRR of the cohort: what its customers paid
	// first. It is ChartMogul's denominator, "New Business MRR".
	BaseInitial Base = iota
	// BaseMonthEnd is the cohort's MRR at the end of its activation month.
	// Customers who are gone by then are not in the base, and what they pay if
	// they return is not counted against it. Their heads still are.
	BaseMonthEnd
)

var baseNames = []string{"initial", "month-end"}

// String returns the name, "initial" or "month-end".
func (b Base) String() string { return name(baseNames, uint8(b), "Base") }

// MarshalText returns the name.
func (b Base) MarshalText() ([]byte, error) { return marshal(baseNames, uint8(b), "base") }

// UnmarshalText reads a name as String writes it.
func (b *Base) UnmarshalText(text []byte) error {
	return unmarshal(baseNames, (*uint8)(b), text, "base")
}

// Month0 says what curves show at age 0, the activation month itself.
type Month0 uint8

const (
	// Month0Activation is the activation: everybody is there, with all of the
	// base, by definition. Who leaves within the month is missing from age 1 on.
	Month0Activation Month0 = iota
	// Month0End is the end of the activation month: who left within it is
	// missing from age 0 on. Baremetrics shows cohorts so.
	Month0End
)

var month0Names = []string{"activation", "month-end"}

// String returns the name, "activation" or "month-end".
func (m Month0) String() string { return name(month0Names, uint8(m), "Month0") }

// MarshalText returns the name.
func (m Month0) MarshalText() ([]byte, error) { return marshal(month0Names, uint8(m), "month0") }

// UnmarshalText reads a name as String writes it.
func (m *Month0) UnmarshalText(text []byte) error {
	return unmarshal(month0Names, (*uint8)(m), text, "month0")
}

func name(names []string, i uint8, kind string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

func marshal(names []string, i uint8, what string) ([]byte, error) {
	if int(i) >= len(names) {
		return nil, fmt.Errorf("cohort: marshal %s: %d is not one of 0 to %d", what, i, len(names)-1)
	}
	return []byte(names[i]), nil
}

func unmarshal(names []string, to *uint8, text []byte, what string) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("cohort: unmarshal %s: %.40q is not one of %q", what, text, names)
	}
	*to = uint8(i)
	return nil
}
