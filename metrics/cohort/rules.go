package cohort

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
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

var baseNames = enum.New[Base]("cohort", "Base", "initial", "month-end")

// String returns the name, "initial" or "month-end".
func (b Base) String() string { return baseNames.String(b) }

// MarshalText returns the name.
func (b Base) MarshalText() ([]byte, error) { return baseNames.Marshal(b) }

// UnmarshalText reads a name as String writes it.
func (b *Base) UnmarshalText(text []byte) error { return baseNames.Unmarshal(b, text) }

// Value is the name, for a column of text.
func (b Base) Value() (driver.Value, error) { return baseNames.Value(b) }

// Scan reads a name from a column of text.
func (b *Base) Scan(src any) error { return baseNames.Scan(b, src) }

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

var month0Names = enum.New[Month0]("cohort", "Month0", "activation", "month-end")

// String returns the name, "activation" or "month-end".
func (m Month0) String() string { return month0Names.String(m) }

// MarshalText returns the name.
func (m Month0) MarshalText() ([]byte, error) { return month0Names.Marshal(m) }

// UnmarshalText reads a name as String writes it.
func (m *Month0) UnmarshalText(text []byte) error { return month0Names.Unmarshal(m, text) }

// Value is the name, for a column of text.
func (m Month0) Value() (driver.Value, error) { return month0Names.Value(m) }

// Scan reads a name from a column of text.
func (m *Month0) Scan(src any) error { return month0Names.Scan(m, src) }
