package kit

import "github.com/shopspring/decimal"

// TakeTaxOut splits an amount with tax in it: tax is amount × percent /
// (100 + percent), rounded half up to digits places as invoices round it, and
// net the rest, so that the two sum to the amount. percent must not be
// negative.
func TakeTaxOut(amount, percent decimal.Decimal, digits int32) (net, tax decimal.Decimal) {
	hundred := decimal.NewFromInt(100)
	tax = amount.Mul(percent).DivRound(hundred.Add(percent), digits)
	return amount.Sub(tax), tax
}
