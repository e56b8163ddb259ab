package kit

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// PriceFaults finds each fault of billing.Price.Amount; field is the source's
// name of the price.
func (n *Note) PriceFaults(field string, err error) {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			n.PriceFaults(field, e)
		}
		return
	}
	code := billing.CodeBadPrice
	var fault *billing.PriceError
	if errors.As(err, &fault) {
		switch fault.Code {
		case billing.PriceRange:
			code = billing.CodeAmountRange
		case billing.PriceNegative:
			code = billing.CodeNegative
		default:
		}
		n.Fault(code, field+"."+fault.Field, fault.Value, "%s; it is left out", fault.Reason)
		return
	}
	n.Fault(code, field, "", "%s; it is left out", err)
}
