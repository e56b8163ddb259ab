package stripe_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

func lineText(l *billing.InvoiceLine) string {
	text := fmt.Sprintf("%s/%s %s/%s %s-%s %s %s/%s %s %s", l.Invoice, l.ID, l.Subscription, l.Item, kittest.Date(l.From), kittest.Date(l.To), l.Amount, l.Currency, l.Cycle, l.Kind, l.Status)
	if l.Proration != billing.ProrationNone {
		text += " proration=" + l.Proration.String()
	}
	if !l.Discount.IsZero() {
		text += " discount=" + l.Discount.String()
	}
	if !l.Tax.IsZero() {
		text += " tax=" + l.Tax.String()
	}
	return text
}

func readLines(t testing.TB, imp *stripe.Importer, in string) (out []string) {
	t.Helper()
	lines, err := importer.Collect(imp.Lines(strings.NewReader(in)))
	require.NoError(t, err)
	for i := range lines {
		out = append(out, lineText(&lines[i]))
	}
	return out
}

func period(from, to string) object {
	return object{"start": kittest.Epoch(from), "end": kittest.Epoch(to)}
}

// oldLine is a line as before 2025-03-31, newLine as since.
func oldLine(amount string) object {
	return object{
		"id": "il_1", "object": "line_item", "type": "subscription", "amount": json.Number(amount), "currency": "usd", "quantity": 1,
		"period": period("2026-03-10", "2026-04-10"), "price": aPrice("2000"), "proration": false,
		"subscription": "sub_1", "subscription_item": "si_1", "discount_amounts": []any{}, "tax_amounts": []any{},
	}
}

func newLine(amount, kind string, proration bool) object {
	return object{
		"id": "il_1", "object": "line_item", "amount": json.Number(amount), "currency": "usd", "quantity": 1,
		"period": period("2026-03-10", "2026-04-10"), "discount_amounts": []any{}, "taxes": []any{},
		"pricing": object{"type": "price_details", "price_details": object{"price": "price_1", "product": "prod_1"}, "unit_amount_decimal": "2000"},
		"parent":  object{"type": kind, kind: object{"proration": proration, "subscription": "sub_1", "subscription_item": "si_1"}},
	}
}

func anInvoice(lines ...any) object {
	return object{
		"id": "in_1", "object": "invoice", "customer": "cus_1", "livemode": true, "status": "paid", "currency": "usd",
		"created": kittest.Epoch("2026-03-10"), "status_transitions": object{"finalized_at": kittest.Epoch("2026-03-11")}, "lines": list(lines...),
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	const plain = "in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring paid"
	for _, c := range []struct {
		name  string
		in    []object
		want  []string
		found []string
	}{
		{"before 2025-03-31", []object{anInvoice(oldLine("2000"))}, []string{plain}, nil},
		{"since, with the price at hand", []object{aPrice("2000"), anInvoice(newLine("2000", "subscription_item_details", false))}, []string{plain}, nil},
		{
			"since, with the cycle read from the period",
			[]object{anInvoice(newLine("2000", "subscription_item_details", false))},
			[]string{plain},
			[]string{"warning assumed lines.pricing.price_details.price"},
		},
		{
			"since, a period that is no cycle",
			[]object{anInvoice(newLine("2000", "subscription_item_details", false).With("period", object{"start": kittest.Epoch("2026-03-10"), "end": kittest.Epoch("2026-03-10 07:00:01")}))},
			nil,
			[]string{"fault not-expanded lines.pricing.price_details.price"},
		},
		{
			"13 a proration credits the old terms",
			[]object{anInvoice(oldLine("-1333").With("proration", true).With("type", "invoiceitem"))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 13.33 USD/P1M recurring paid proration=credit"},
			nil,
		},
		{
			"13 and charges the new ones",
			[]object{anInvoice(oldLine("4000").With("proration", true).With("type", "invoiceitem"))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 40 USD/P1M recurring paid proration=full"},
			nil,
		},
		{"nothing is no credit", []object{anInvoice(oldLine("0"))}, []string{"in_1/il_1 sub_1/si_1 0310-0410 0 USD/P1M recurring paid"}, nil},
		{
			"13 nor of a proration",
			[]object{anInvoice(oldLine("0").With("proration", true).With("type", "invoiceitem"))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 0 USD/P1M recurring paid proration=full"},
			nil,
		},
		{
			"13 since 2025-03-31 the flag is with the parent",
			[]object{aPrice("2000"), anInvoice(newLine("-1333", "invoice_item_details", true))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 13.33 USD/P1M recurring paid proration=credit"},
			nil,
		},
		{
			"13 a proration cannot be told its cycle by its period",
			[]object{anInvoice(newLine("-1333", "subscription_item_details", true))},
			nil,
			[]string{"fault not-expanded lines.pricing.price_details.price"},
		},
		{
			"16 five seats for the last half of a year: a charge of 60, and no 5 a month",
			[]object{
				anInvoice(oldLine("6000").With("proration", true).With("type", "invoiceitem").With("quantity", 5).With("price", yearly(aPrice("2400"))).With("period", period("2026-07-01", "2027-01-01"))),
			},
			[]string{"in_1/il_1 sub_1/si_1 0701-0101 60 USD/P1Y recurring paid proration=full"},
			nil,
		},
		{
			"8 usage",
			[]object{anInvoice(oldLine("777").With("price", aPrice("1").With("recurring", object{"interval": "month", "usage_type": "metered"})))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 7.77 USD/P1M usage paid"},
			nil,
		},
		{
			"an item of its own",
			[]object{anInvoice(oldLine("500").Without("subscription", "subscription_item").With("type", "invoiceitem"))},
			[]string{"in_1/il_1 / 0310-0410 5 USD/P1M one-off paid"},
			nil,
		},
		{
			"a credit",
			[]object{anInvoice(oldLine("-500").Without("subscription", "subscription_item").With("type", "invoiceitem"))},
			[]string{"in_1/il_1 / 0310-0410 5 USD/P1M credit paid"},
			nil,
		},
		{
			"discounts",
			[]object{anInvoice(oldLine("2000").With("discount_amounts", []any{object{"amount": 300}, object{"amount": 50}}))},
			[]string{plain + " discount=3.5"},
			nil,
		},
		{
			"tax inside",
			[]object{anInvoice(oldLine("2000").With("tax_amounts", []any{object{"amount": 261, "inclusive": true}}))},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 17.39 USD/P1M recurring paid tax=2.61"},
			nil,
		},
		{
			"tax on top, since 2025-03-31",
			[]object{aPrice("2000"), anInvoice(newLine("2000", "subscription_item_details", false).With("taxes", []any{object{"amount": 154, "tax_behavior": "exclusive"}}))},
			[]string{plain + " tax=1.54"},
			nil,
		},
		{"more lines elsewhere", []object{anInvoice(oldLine("2000")).With("lines", object{"data": []any{oldLine("2000")}, "has_more": true})}, []string{plain}, []string{"fault truncated lines.has_more"}},
		{"lines elsewhere", []object{anInvoice().Without("lines")}, nil, []string{"fault truncated lines"}},
		{"a draft", []object{anInvoice(oldLine("2000")).With("status", "draft")}, []string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring draft"}, nil},
		{"open", []object{anInvoice(oldLine("2000")).With("status", "open")}, []string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring open"}, nil},
		{"void", []object{anInvoice(oldLine("2000")).With("status", "void")}, []string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring void"}, nil},
		{"uncollectible", []object{anInvoice(oldLine("2000")).With("status", "uncollectible")}, []string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring uncollectible"}, nil},
		{"before there was a status", []object{anInvoice(oldLine("2000")).Without("status").With("paid", false)}, []string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring open"}, nil},
		{"before, paid", []object{anInvoice(oldLine("2000")).Without("status", "created", "status_transitions").With("paid", true).With("date", kittest.Epoch("2026-03-10"))}, []string{plain}, nil},
		{"a status nobody knows", []object{anInvoice(oldLine("2000")).With("status", "lost")}, nil, []string{"fault unknown-value status"}},
		{"no time", []object{anInvoice(oldLine("2000")).Without("created", "status_transitions")}, nil, []string{"fault missing-time created"}},
		{"no customer", []object{anInvoice(oldLine("2000")).With("customer", nil)}, nil, []string{"fault missing-customer customer"}},
		{"a preview", []object{anInvoice(oldLine("2000")).Without("id")}, nil, []string{"notice unsupported id"}},
		{"no amount", []object{anInvoice(oldLine("2000").With("amount", nil))}, nil, []string{"fault missing-price lines.amount"}},
		{"no currency", []object{anInvoice(oldLine("2000").With("currency", "xx"))}, nil, []string{"fault unknown-currency lines.currency"}},
		{
			"a period that ends before it starts",
			[]object{anInvoice(oldLine("2000").With("period", period("2026-04-10", "2026-03-10")))},
			nil,
			[]string{"fault end-before-start lines.period.end"},
		},
		{
			"a period that begins nowhere",
			[]object{anInvoice(oldLine("2000").With("period", object{"end": kittest.Epoch("2026-04-10")}))},
			[]string{"in_1/il_1 sub_1/si_1 …-… 20 USD/P1M recurring paid"},
			[]string{"warning missing-time lines.period.start"},
		},
		{"test mode", []object{anInvoice(oldLine("2000")).With("livemode", false)}, []string{plain}, []string{"notice test-mode livemode"}},
		{"subscriptions are for Spans", []object{aSub(), {"id": "po_1", "object": "payout"}}, nil, []string{"notice unsupported object", "notice unsupported object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			imp, err := stripe.New(stripe.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, readLines(t, imp, kittest.Joined(c.in...)))
			assert.Equal(t, c.found, kittest.Words(imp.Findings()))
		})
	}
}

// Of several events of one invoice the latest counts, whatever order they came in.
func TestLines_Events(t *testing.T) {
	t.Parallel()
	created := anEvent("evt_1", "invoice.created", "2026-03-10", anInvoice(oldLine("2000")).With("status", "draft"))
	finalized := anEvent("evt_2", "invoice.finalized", "2026-03-11", anInvoice(oldLine("2100")).With("status", "open"))
	paid := anEvent("evt_3", "invoice.paid", "2026-03-11", anInvoice(oldLine("2100")).With("status", "paid"))
	for _, in := range [][]object{{created, finalized, paid}, {paid, created, finalized}, {finalized, finalized, paid, paid, created}} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"in_1/il_1 sub_1/si_1 0310-0410 21 USD/P1M recurring paid"}, readLines(t, imp, kittest.Joined(in...)))
		assert.Empty(t, imp.Findings())
	}
	imp, err := stripe.New(stripe.Options{Limits: importer.Limits{Versions: 1}})
	require.NoError(t, err)
	other := anEvent("evt_9", "invoice.paid", "2026-03-11", anInvoice(oldLine("2100")).With("id", "in_2"))
	_, err = importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(paid, other))))
	require.ErrorIs(t, err, importer.ErrLimit)
}

func TestLines_Fields(t *testing.T) {
	t.Parallel()
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	lines, err := importer.Collect(imp.Lines(strings.NewReader(anInvoice(oldLine("2000").With("quantity", 3)).String())))
	require.NoError(t, err)
	require.Len(t, lines, 1)
	assert.Equal(t, "cus_1", lines[0].Customer)
	assert.Equal(t, "price_1", lines[0].Plan)
	assert.Equal(t, "3", lines[0].Quantity.String())
	assert.Equal(t, "0311", kittest.Date(lines[0].IssuedAt), "when it became final")
	for range imp.Lines(strings.NewReader(kittest.Joined(anInvoice(oldLine("1"), oldLine("2"))))) {
		break
	}
	assert.Equal(t, int64(2), imp.Progress().Yielded)
}
