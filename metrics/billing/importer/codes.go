package importer

import "github.com/lifecycle-go/lifecycle/metrics/billing"

// Codes that importers find beside those of package billing.
const (
	CodeBackdated    billing.Code = "start-not-created" // began at another time than it was made
	CodeAssumed      billing.Code = "assumed"           // the source does not say; what was taken instead
	CodeZeroQuantity billing.Code = "zero-quantity"     // nothing was bought
	CodeMetered      billing.Code = "metered"           // billed by use, which the record does not tell
	CodeTaxInside    billing.Code = "tax-inside"        // a price with tax in it
	CodeDeleted      billing.Code = "deleted"           // deleted in the source
	CodePending      billing.Code = "pending"           // agreed for later, without a date
	CodeMixed        billing.Code = "mixed-input"       // events and objects of subscriptions in one input
)
