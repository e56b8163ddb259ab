package report

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Kind says what a figure shows. The zero Kind is a picture from elsewhere.
type Kind uint8

// The kinds, in the order of a page.
const (
	Embedded           Kind = iota // a picture from elsewhere, such as a journey map
	BridgeKind                     // what was added to recurring revenue and what was lost
	StatementKind                  // one month, line by line
	SegmentsKind                   // recurring revenue by plan or segment
	LayerCakeKind                  // recurring revenue by cohort
	CohortsKind                    // retention by cohort and age
	SurvivalKind                   // the share that stays, by tenure
	TenureKind                     // churn by month of tenure
	ForecastKind                   // recurring revenue of months to come
	FunnelKind                     // how far customers get
	RetentionKind                  // who comes back
	FlowKind                       // how customers move between stages
	AttributionKind                // which touch earned conversions
	ChannelsKind                   // what customers are worth and cost by channel
	ReconciliationKind             // two policies over the same records
	RestatementsKind               // what became known after a month was closed
	TimelineKind                   // one customer
	SparkKind                      // the course of one number
	kinds
)

var kindNames = enum.New[Kind]("report", "Kind",
	"embedded", "bridge", "statement", "segments", "layer-cake", "cohorts", "survival", "tenure", "forecast", "funnel", "retention",
	"flow", "attribution", "channels", "reconciliation", "restatements", "timeline", "spark")

// String returns the name of the kind.
func (k Kind) String() string { return kindNames.String(k) }

// MarshalText returns the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.Marshal(k) }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames.Unmarshal(k, text) }

// Value returns the name of the kind for an SQL column.
func (k Kind) Value() (driver.Value, error) { return kindNames.Value(k) }

// Scan reads the name of a kind from an SQL column.
func (k *Kind) Scan(src any) error { return kindNames.Scan(k, src) }

// Basis says what a row or column of a table is about: what happened in a
// period, or what there is at its end. The zero Basis says nothing.
type Basis uint8

// The bases.
const (
	NoBasis  Basis = iota
	Activity       // of the period
	Balance        // at its end
	bases
)

var basisNames = enum.New[Basis]("report", "Basis", "none", "activity", "balance")

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
