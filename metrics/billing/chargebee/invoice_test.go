package chargebee_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
)

func lineTexts(ls []billing.InvoiceLine) (out []string) {
	for _, l := range ls {
		out = append(out, fmt.Sprintf("%s %s %s-%s %s-%s+%s %s/%s %s %s %s", l.Customer, l.Subscription, kittest.Date(l.From), kittest.Date(l.To), l.Amount, l.Discount, l.Tax, l.Currency, l.Cycle, l.Kind, l.Status, l.Proration))
	}
	return out
}

func aLine() object {
	return object{
		"id": "li_1", "subscription_id": "s_1", "entity_type": "plan_item_price", "entity_id": "basic-USD", "date_from": kittest.Epoch("2026-03-10"), "date_to": kittest.Epoch("2026-04-10"),
		"quantity": 3, "unit_amount": 1999, "amount": 5997, "discount_amount": 600, "tax_amount": 540,
	}
}

func anInvoice(lines ...any) object {
	return object{
		"id": "inv_1", "object": "invoice", "customer_id": "acme", "subscription_id": "s_1", "status": "paid", "date": kittest.Epoch("2026-03-10"), "currency_code": "USD",
		"price_type": "tax_exclusive", "line_items": lines, "deleted": false,
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	const plain = "acme s_1 0310-0410 59.97-6+5.4 USD/P1M recurring paid none"
	price := object{"id": "basic-USD", "object": "item_price", "period": 1, "period_unit": "month"}
	for _, c := range []struct {
		name  string
		in    []object
		want  []string
		found []string
	}{
		{"with its item price", []object{price, anInvoice(aLine())}, []string{plain}, nil},
		{"without", []object{anInvoice(aLine())}, []string{plain}, []string{"warning assumed line_items.entity_id"}},
		{"for part of a period", []object{price, anInvoice(aLine().With("date_from", kittest.Epoch("2026-03-25")))}, []string{"acme s_1 0325-0410 59.97-6+5.4 USD/P1M recurring paid full"}, nil},
		{"for a month in Berlin in which clocks change", []object{price, anInvoice(aLine().With("date_from", 1773097200).With("date_to", 1775772000))}, []string{"acme s_1 260309T230000-260409T220000 59.97-6+5.4 USD/P1M recurring paid none"}, nil},
		{"for no period", []object{anInvoice(aLine().With("date_from", nil).With("date_to", nil))}, nil, []string{"fault not-expanded line_items.entity_id"}},
		{"in decimals", []object{price, anInvoice(aLine().With("amount_in_decimal", "59.9712"))}, []string{"acme s_1 0310-0410 59.9712-6+5.4 USD/P1M recurring paid none"}, nil},
		{"tax inside", []object{price, anInvoice(aLine()).With("price_type", "tax_inclusive")}, []string{"acme s_1 0310-0410 54.57-6+5.4 USD/P1M recurring paid none"}, nil},
		{"metered", []object{price, anInvoice(aLine().With("metered", true))}, []string{"acme s_1 0310-0410 59.97-6+5.4 USD/P1M usage paid none"}, nil},
		{"a charge", []object{anInvoice(aLine().With("entity_type", "charge_item_price"))}, []string{"acme s_1 0310-0410 59.97-6+5.4 USD/P1M one-off paid none"}, nil},
		{"a credit", []object{anInvoice(aLine().With("amount", -100).With("discount_amount", 0).With("tax_amount", 0))}, []string{"acme s_1 0310-0410 1-0+0 USD/P1M credit paid none"}, nil},
		{"payment due", []object{price, anInvoice(aLine()).With("status", "payment_due")}, []string{strings.Replace(plain, "paid", "open", 1)}, nil},
		{"not paid", []object{price, anInvoice(aLine()).With("status", "not_paid")}, []string{strings.Replace(plain, "paid", "uncollectible", 1)}, nil},
		{"voided", []object{price, anInvoice(aLine()).With("status", "voided")}, []string{strings.Replace(plain, "paid", "void", 1)}, nil},
		{"pending", []object{price, anInvoice(aLine()).With("status", "pending")}, []string{strings.Replace(plain, "paid", "draft", 1)}, nil},
		{"a status nobody knows", []object{anInvoice(aLine()).With("status", "lost")}, nil, []string{"fault unknown-value status"}},
		{"deleted", []object{anInvoice(aLine()).With("deleted", true)}, nil, []string{"warning deleted deleted"}},
		{"no customer", []object{anInvoice(aLine()).With("customer_id", nil)}, nil, []string{"fault missing-customer customer_id"}},
		{"no currency", []object{anInvoice(aLine()).With("currency_code", nil)}, nil, []string{"fault unknown-currency currency_code"}},
		{"no date", []object{anInvoice(aLine()).With("date", nil)}, nil, []string{"fault missing-time date"}},
		{"no lines", []object{anInvoice()}, nil, []string{"fault truncated line_items"}},
		{"no amount", []object{anInvoice(aLine().With("amount", nil))}, nil, []string{"fault missing-price line_items.amount"}},
		{"ends before it starts", []object{anInvoice(aLine().With("date_to", kittest.Epoch("2026-01-10")))}, nil, []string{"fault end-before-start line_items.date_to"}},
		{"something else", []object{aSub(), {"customer": object{"id": "c"}}}, nil, []string{"notice unsupported object", "notice unsupported object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			imp, err := chargebee.New(chargebee.Options{})
			require.NoError(t, err)
			lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(c.in...))))
			require.NoError(t, err)
			assert.Equal(t, c.want, lineTexts(lines))
			assert.Equal(t, c.found, kittest.Words(imp.Findings()))
		})
	}
	generated := anEvent("ev_1", "invoice_generated", "2026-03-10", object{"invoice": anInvoice(aLine()).With("status", "payment_due")})
	paid := anEvent("ev_2", "payment_succeeded", "2026-03-12", object{"invoice": anInvoice(aLine()), "subscription": aSub(anItem())})
	imp, err := chargebee.New(chargebee.Options{})
	require.NoError(t, err)
	lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(paid, generated, paid))))
	require.NoError(t, err)
	assert.Equal(t, []string{plain}, lineTexts(lines), "of several events of one invoice the latest counts")
}
