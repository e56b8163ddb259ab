package journey

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// The names of the enumerations.
var (
	changes = enum.New[ChangeKind]("journey", "ChangeKind", "none", "moved", "stayed", "observed")
	rules   = enum.New[MilestoneRule]("journey", "MilestoneRule", ruleNames[:]...)
)

var ruleNames = [...]string{"any", "all", "count", "distinct"}

// String returns none, moved, stayed or observed.
func (k ChangeKind) String() string { return changes.String(k) }

// MarshalText returns the kind's name.
func (k ChangeKind) MarshalText() ([]byte, error) { return changes.Marshal(k) }

// UnmarshalText reads a kind's name.
func (k *ChangeKind) UnmarshalText(text []byte) error { return changes.Unmarshal(k, text) }

// Value returns the kind's name for SQL.
func (k ChangeKind) Value() (driver.Value, error) { return changes.Value(k) }

// Scan reads a kind's name from SQL.
func (k *ChangeKind) Scan(src any) error { return changes.Scan(k, src) }

// String returns any, all, count or distinct.
func (r MilestoneRule) String() string { return rules.String(r) }

// MarshalText returns the rule's name; an unknown rule is an error.
func (r MilestoneRule) MarshalText() ([]byte, error) { return rules.Marshal(r) }

// UnmarshalText reads a rule's name.
func (r *MilestoneRule) UnmarshalText(text []byte) error { return rules.Unmarshal(r, text) }

// Value returns the rule's name for SQL.
func (r MilestoneRule) Value() (driver.Value, error) { return rules.Value(r) }

// Scan reads a rule's name from SQL.
func (r *MilestoneRule) Scan(src any) error { return rules.Scan(r, src) }
