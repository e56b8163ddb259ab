package ledger

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Cause says why a subscription's charge changed. It informs and never decides:
// the kind of a movement follows from the amounts alone.
type Cause uint8

// The causes a change may carry. Mixed is only ever reported, by a movement
// whose changes had different causes.
const (
	CauseUnknown Cause = iota
	CauseStart
	CausePrice
	CauseQuantity
	CausePlan
	CauseAddOn
	CauseDiscount
	CauseUsage
	CauseTrial
	CausePause
	CauseResume
	CauseCancel
	CauseNonPayment
	CauseCurrency
	CauseCorrection
	CauseMixed

	causes
)

var causeNames = enum.New[Cause]("ledger", "Cause",
	"unknown", "start", "price", "quantity", "plan", "add-on", "discount", "usage",
	"trial", "pause", "resume", "cancel", "non-payment", "currency", "correction", "mixed")

// String returns the lower-case name.
func (c Cause) String() string { return causeNames.String(c) }

// MarshalText returns the name.
func (c Cause) MarshalText() ([]byte, error) { return causeNames.Marshal(c) }

// UnmarshalText reads a name as String writes it.
func (c *Cause) UnmarshalText(text []byte) error { return causeNames.Unmarshal(c, text) }

// Value is the name, for a column of text.
func (c Cause) Value() (driver.Value, error) { return causeNames.Value(c) }

// Scan reads a name from a column of text.
func (c *Cause) Scan(src any) error { return causeNames.Scan(c, src) }
