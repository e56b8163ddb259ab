package journeymap

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Evidence says what stands behind a statement of a map. The zero Evidence is
// an assumption.
type Evidence uint8

// The kinds of evidence.
const (
	Assumed  Evidence = iota // somebody believes it
	Reported                 // customers said so
	Observed                 // data shows it
)

var evidenceNames = enum.New[Evidence]("journeymap", "Evidence", "assumed", "reported", "observed")

// String returns the name of the evidence.
func (e Evidence) String() string { return evidenceNames.String(e) }

// MarshalText returns the name of the evidence.
func (e Evidence) MarshalText() ([]byte, error) { return evidenceNames.Marshal(e) }

// UnmarshalText reads the name of a kind of evidence.
func (e *Evidence) UnmarshalText(text []byte) error { return evidenceNames.Unmarshal(e, text) }

// Value returns the name of the evidence for an SQL column.
func (e Evidence) Value() (driver.Value, error) { return evidenceNames.Value(e) }

// Scan reads the name of a kind of evidence from an SQL column.
func (e *Evidence) Scan(src any) error { return evidenceNames.Scan(e, src) }

// Basis says where a map comes from. The zero Basis is drawn by people.
type Basis uint8

// The bases.
const (
	Drawn   Basis = iota // by people
	Plan                 // from a definition and a catalogue
	Actuals              // from a log
	Gaps                 // plan against actuals
)

var basisNames = enum.New[Basis]("journeymap", "Basis", "drawn", "planned", "actual", "gap")

// String returns the name of the basis.
func (b Basis) String() string { return basisNames.String(b) }

// MarshalText returns the name of the basis.
func (b Basis) MarshalText() ([]byte, error) { return basisNames.Marshal(b) }

// UnmarshalText reads the name of a basis.
func (b *Basis) UnmarshalText(text []byte) error { return basisNames.Unmarshal(b, text) }

// Value returns the name of the basis for an SQL column.
func (b Basis) Value() (driver.Value, error) { return basisNames.Value(b) }

// Scan reads the name of a basis from an SQL column.
func (b *Basis) Scan(src any) error { return basisNames.Scan(b, src) }

// Deviation says how an actual touchpoint differs from the plan; "" is not at
// all: it was met as planned, or nobody compared.
type Deviation string

// The deviations.
const (
	Skipped    Deviation = "skipped"      // planned and hardly ever met
	Unplanned  Deviation = "unplanned"    // met and not planned
	OutOfOrder Deviation = "out-of-order" // met before what was planned to come first
)

var deviations = enum.OfTexts("journeymap", "Deviation", "", Skipped, Unplanned, OutOfOrder)

// UnmarshalText reads a deviation.
func (d *Deviation) UnmarshalText(text []byte) error { return deviations.Unmarshal(d, text) }
