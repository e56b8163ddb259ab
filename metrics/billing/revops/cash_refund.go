package revops

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// gross is what a line comes to.
func gross(l *billing.InvoiceLine) decimal.Decimal { return l.Amount.Sub(l.Discount).Add(l.Tax) }

// refundsOf finds the lines that are refunds themselves, by name. One that is there
// twice is one: the one that succeeded, if either did.
func refundsOf(lines []billing.InvoiceLine, found *billing.Findings) map[string]*billing.InvoiceLine {
	out := map[string]*billing.InvoiceLine{}
	for i := range lines {
		l := &lines[i]
		if l.Kind != billing.LineRefund || l.Refund == "" || l.ID != l.Refund || l.Test || l.IssuedAt.IsZero() || !l.Check(nil) {
			continue
		}
		old := out[l.Refund]
		if old != nil {
			found.Add(billing.Finding{
				Code: billing.CodeDuplicate, Severity: billing.Warning, Record: text.Clip(l.Record()), Customer: text.Clip(l.Customer),
				Field: "Refund", Value: text.Clip(l.Refund), Message: "the refund is there twice; counted once",
			})
		}
		if old == nil || compareRefunds(l, old) < 0 {
			out[l.Refund] = l
		}
	}
	return out
}

// compareRefunds orders lines of one refund, so that none is chosen for its place.
func compareRefunds(a, b *billing.InvoiceLine) int {
	return cmp.Or(cmp.Compare(a.Status, b.Status), a.IssuedAt.Compare(b.IssuedAt), a.PaidAt.Compare(b.PaidAt), gross(a).Cmp(gross(b)), cmp.Compare(a.Currency, b.Currency))
}

// refund takes in a line of which the refund is known: itself, else it waits.
func (f *flow) refund(l *billing.InvoiceLine, amount decimal.Decimal) error {
	if l.ID != l.Refund {
		f.notes = append(f.notes, l)
		return nil
	}
	if l != f.refunds[l.Refund] || l.Status != billing.LinePaid {
		return nil
	}
	return f.back(l, amount)
}

// settle counts what credit notes say of refunds beyond what those gave back.
func (f *flow) settle() (*billing.InvoiceLine, error) {
	slices.SortFunc(f.notes, func(a, b *billing.InvoiceLine) int {
		return cmp.Or(strings.Compare(a.Refund, b.Refund), a.IssuedAt.Compare(b.IssuedAt), strings.Compare(a.Invoice, b.Invoice), strings.Compare(a.ID, b.ID), gross(a).Cmp(gross(b)))
	})
	var left decimal.Decimal
	for i, l := range f.notes {
		of := f.refunds[l.Refund]
		if i == 0 || f.notes[i-1].Refund != l.Refund {
			if left = gross(of); of.Status != billing.LinePaid {
				left = decimal.Decimal{}
			}
		}
		amount := gross(l)
		if l.Currency == of.Currency {
			if amount.Cmp(left) <= 0 {
				left = left.Sub(amount)
				continue
			}
			amount, left = amount.Sub(left), decimal.Decimal{}
		} else if of.Status == billing.LinePaid {
			f.found.Add(billing.Finding{
				Code: billing.CodeContradiction, Severity: billing.Warning, Record: text.Clip(l.Record()), Customer: text.Clip(l.Customer),
				Field: "Currency", Value: text.Clip(string(l.Currency)),
				Message: "not that of its refund, " + string(of.Currency) + ": all of it is taken to be what the refund gave back",
			})
			continue
		}
		credit := *l
		credit.Kind = billing.LineCredit
		if err := f.back(&credit, amount); err != nil {
			return l, err
		}
	}
	return nil, nil
}
