package billing

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Finding is one thing about the input that a person should know: what was
// found, where, and what was done about it. Importers, Lint and Changes report
// them; none of them drops or repairs anything without one.
//
// A Finding is a value and safe everywhere.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Record is the source's id of the record, or its row ("line 12").
	Record string `json:"record,omitempty"`
	// Customer, Subscription and Item place it, where known.
	Customer     string `json:"customer,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Item         string `json:"item,omitempty"`
	// Field is the field at fault, in the source's own spelling for importers;
	// Value its content, shortened if very long.
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
	// Message says in words what is wrong and what was done.
	Message string `json:"message"`
}

// String is one line: "severity code record (customer, subscription, item)
// field value: message". Values are quoted, so that no input breaks the line.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", f.Severity, f.Code)
	if f.Record != "" {
		fmt.Fprintf(&b, " %q", text.Clip(f.Record))
	}
	var at []string
	for _, n := range []string{f.Customer, f.Subscription, f.Item} {
		if n != "" {
			at = append(at, fmt.Sprintf("%q", text.Clip(n)))
		}
	}
	if len(at) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(at, ", "))
	}
	if f.Field != "" {
		fmt.Fprintf(&b, " %s %q", f.Field, text.Clip(f.Value))
	}
	if f.Message != "" {
		b.WriteString(": " + f.Message)
	}
	return b.String()
}

// Severity says what a finding does to the result. The zero Severity is Notice.
type Severity uint8

const (
	// Notice: the result is what the policy says; worth knowing.
	Notice Severity = iota
	// Warning: the record counts, but may not mean what its source meant.
	Warning
	// Fault: the record could not be honoured and counts nothing.
	Fault
)

var severityNames = enum.New[Severity]("billing", "Severity", "notice", "warning", "fault")

// String is the name that MarshalText writes; "Severity(9)" for a value that is
// none.
func (s Severity) String() string { return severityNames.String(s) }

// MarshalText writes "notice", "warning" or "fault".
func (s Severity) MarshalText() ([]byte, error) { return severityNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(name []byte) error { return severityNames.Unmarshal(s, name) }

// Value is the name, for a column of text.
func (s Severity) Value() (driver.Value, error) { return severityNames.Value(s) }

// Scan reads a name from a column of text; NULL is the zero Severity.
func (s *Severity) Scan(src any) error { return severityNames.Scan(s, src) }

// Code names a kind of finding. Codes are stable; their messages are not. An
// importer may have codes of its own beside these.
type Code string

// Codes of records that cannot be read as they stand; importers use them too.
const (
	CodeMissingKey      Code = "missing-key"      // a version of nothing
	CodeMissingCustomer Code = "missing-customer" // no customer id
	CodeName            Code = "bad-name"         // an id too long or not text
	CodeMissingTime     Code = "missing-time"     // no From
	CodeTimeRange       Code = "time-range"       // an instant outside calendar's years
	CodeReversed        Code = "end-before-start" // To before From
	CodeAmountRange     Code = "amount-range"     // more digits than a number may have
	CodeNegative        Code = "negative-amount"  // an amount below zero
	CodeUnknownUnit     Code = "unknown-unit"     // a cycle nobody can be charged by
	CodeUnknownCurrency Code = "unknown-currency" // not in ISO 4217
	CodeUnknownValue    Code = "unknown-value"    // an enum's value that is none
	CodeBadDiscount     Code = "bad-discount"     // percent beyond 0 to 100, both kinds, bounds reversed
	CodeBadPrice        Code = "bad-price"        // a Price that does not validate
	CodeMissingPrice    Code = "missing-price"    // no amount, or one that needs a record not at hand
	CodeMissingTiers    Code = "missing-tiers"    // tiered, and the tiers are not in the export
	CodeNotExpanded     Code = "not-expanded"     // a reference whose record is not in the export
	CodeTruncated       Code = "truncated"        // a list that says it has more
	CodeMalformed       Code = "malformed"        // not the shape the source documents
	CodeUnsupported     Code = "unsupported"      // understood, and not expressible in these records
	CodeContradiction   Code = "contradiction"    // two fields that cannot both be true
)

// Codes of records that can be read, found by Lint and Read.
const (
	CodeMore         Code = "more"            // findings beyond what a list keeps
	CodeRestated     Code = "restated"        // a movement that a late record took back
	CodeTooLate      Code = "too-late"        // a record for what is settled
	CodeSuccessor    Code = "successor"       // another subscription ends what was paid for
	CodeTestMode     Code = "test-mode"       // a sandbox record
	CodeOverlap      Code = "overlap"         // spans of one item at one time
	CodeZeroLength   Code = "zero-length"     // From equals To
	CodeDuplicate    Code = "duplicate"       // the same span twice
	CodeDuplicateID  Code = "duplicate-id"    // one record id in two subscriptions
	CodeCurrency     Code = "currency-switch" // several currencies in one subscription
	CodeMissingRate  Code = "missing-rate"    // no exchange rate at a span's beginning
	CodeOpenEnd      Code = "open-end"        // cancelled or long unpaid, and never ended
	CodeOverDiscount Code = "over-discount"   // a discount larger than the charge
	CodeReplaces     Code = "replaces"        // carries on a subscription that is not there, or lives on
	CodePastEnd      Code = "past-end"        // a scheduled end that has passed before the span begins
	CodeNegativeSum  Code = "negative-sum"    // credits exceed what was charged for a period
	CodeNoInvoices   Code = "no-invoices"     // a policy of invoices, and none given
	CodeNoPeriod     Code = "no-period"       // a recurring invoice line without a service period
	CodePrecision    Code = "precision"       // a charge that had to be rounded to 12 places
)

// Codes of importers: what a source leaves unsaid or says in its own way.
const (
	CodeBackdated    Code = "start-not-created" // began at another time than it was made
	CodeAssumed      Code = "assumed"           // the source does not say; what was taken instead
	CodeZeroQuantity Code = "zero-quantity"     // nothing was bought
	CodeMetered      Code = "metered"           // billed by use, which the record does not tell
	CodeTaxInside    Code = "tax-inside"        // a price with tax in it
	CodeDeleted      Code = "deleted"           // deleted in the source
	CodePending      Code = "pending"           // agreed for later, without a date
	CodeMixed        Code = "mixed-input"       // events and objects of subscriptions in one input
)
