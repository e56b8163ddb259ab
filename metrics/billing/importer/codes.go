package importer

import "github.com/lifecycle-go/lifecycle/metrics/billing"

// Codes that importers find beside those of package billing.
const (
	CodeTest         billing.Code = "test-mode"         // a record of a sandbox
	CodeBackdated    billing.Code = "start-not-created" // began at another time than it was made
	CodeAssumed      billing.Code = "assumed"           // the source does not say; what was taken instead
	CodeZeroLength   billing.Code = "zero-length"       // ended at or before it began
	CodeZeroQuantity billing.Code = "zero-quantity"     // nothing was bought
	CodeMetered      billing.Code = "metered"           // billed by use, which the record does not tell
	CodeTaxInside    billing.Code = "tax-inside"        // a price with tax in it
	CodeDeleted      billing.Code = "deleted"           // deleted in the source
	CodePending      billing.Code = "pending"           // agreed for later, without a date
	CodeRepeated     billing.Code = "repeated"          // the same event more than once
	CodeMixed        billing.Code = "mixed-input"       // events and objects of subscriptions in one input
	CodeSuccessor    billing.Code = "missing-successor" // one side of a plan change is not in the export
)
