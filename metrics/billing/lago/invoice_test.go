package lago_test

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
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

func lineTexts(ls []billing.InvoiceLine) (out []string) {
	for _, l := range ls {
		out = append(out, fmt.Sprintf("%s %s-%s %s-%s+%s %s/%s %s %s", l.Customer, kittest.Date(l.From), kittest.Date(l.To), l.Amount, l.Discount, l.Tax, l.Currency, l.Cycle, l.Kind, l.Status))
		if l.Proration != billing.ProrationNone {
			out[len(out)-1] += " " + l.Proration.String()
		}
	}
	return out
}

func aFee(kind string) object {
	return object{
		"lago_id": "f_1", "lago_subscription_id": "ls_1", "item": object{"type": kind, "code": "seats"}, "amount_cents": 1999, "amount_currency": "EUR",
		"precise_coupons_amount_cents": "199.9", "taxes_amount_cents": 360, "units": "1.0",
	}
}

func anInvoice(fees ...any) object {
	return object{
		"lago_id": "in_1", "status": "finalized", "payment_status": "succeeded", "issuing_date": "2026-03-10", "currency": "EUR",
		"customer": object{"lago_id": "lc_1", "external_id": "acme"}, "subscriptions": []any{aSub()}, "fees": fees,
		"billing_periods": []any{object{
			"lago_subscription_id": "ls_1", "subscription_from_datetime": "2026-03-10T00:00:00Z", "subscription_to_datetime": "2026-04-09T23:59:59Z",
			"charges_from_datetime": "2026-02-10T00:00:00Z", "charges_to_datetime": "2026-03-09T23:59:59Z",
		}},
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	const plain = "acme 0310-0410 19.99-1.999+3.6 EUR/P1M recurring paid"
	plan := wrapped("plan", aPlan())
	for _, c := range []struct {
		name  string
		in    []object
		want  []string
		found []string
	}{
		{"a fee of the plan", []object{plan, wrapped("invoice", anInvoice(aFee("subscription")))}, []string{plain}, nil},
		{"a page", []object{plan, {"invoices": []any{anInvoice(aFee("subscription"))}}}, []string{plain}, nil},
		{"without its plan", []object{wrapped("invoice", anInvoice(aFee("subscription")))}, []string{plain}, []string{"warning assumed subscriptions.plan_code"}},
		{"without its plan, for no cycle", []object{wrapped("invoice", anInvoice(aFee("subscription")).With("billing_periods", nil))}, nil, []string{"fault not-expanded subscriptions.plan_code"}},
		{"a charge, of the period before", []object{plan, wrapped("invoice", anInvoice(aFee("charge")))}, []string{"acme 0210-0310 19.99-1.999+3.6 EUR/P1M usage paid"}, nil},
		{"a commitment", []object{plan, wrapped("invoice", anInvoice(aFee("commitment")))}, []string{plain}, nil},
		{"an add-on", []object{wrapped("invoice", anInvoice(aFee("add_on")))}, []string{"acme 0310-0410 19.99-1.999+3.6 EUR/P1M one-off paid"}, nil},
		{"a fee for part of a month", []object{plan, wrapped("invoice", anInvoice(aFee("subscription").With("from_date", "2026-03-15").With("to_date", "2026-03-31T23:59:59Z")))}, []string{"acme 0315-0401 19.99-1.999+3.6 EUR/P1M recurring paid full"}, nil},
		{"a fee with its own dates", []object{plan, wrapped("invoice", anInvoice(aFee("subscription").With("from_date", "2026-03-15").With("to_date", "2026-04-14T23:59:59Z")))}, []string{"acme 0315-0415 19.99-1.999+3.6 EUR/P1M recurring paid"}, nil},
		{"a fee that is none, beside one that is", []object{plan, wrapped("invoice", anInvoice(aFee("subscription").With("amount_cents", "x"), aFee("subscription")))}, []string{plain}, []string{"fault malformed fees.amount_cents"}},
		{"a fee beyond all, beside one that is not", []object{plan, wrapped("invoice", anInvoice(aFee("subscription").With("amount_cents", json.Number("1e30")), aFee("subscription")))}, []string{plain}, []string{"fault amount-range fees.amount_cents"}},
		{"a period of another subscription before its own", []object{plan, wrapped("invoice", anInvoice(aFee("subscription")).With("billing_periods", []any{
			object{"lago_subscription_id": "ls_9", "subscription_from_datetime": "2026-01-01T00:00:00Z", "subscription_to_datetime": "2026-01-31T23:59:59Z"},
			object{"lago_subscription_id": "ls_1", "subscription_from_datetime": "2026-03-10T00:00:00Z", "subscription_to_datetime": "2026-04-09T23:59:59Z"},
		}))}, []string{plain}, nil},
		{"a fee of nothing known", []object{wrapped("invoice", anInvoice(aFee("gift")))}, nil, []string{"fault unknown-value fees.item.type"}},
		{"less than nothing", []object{plan, wrapped("invoice", anInvoice(aFee("subscription").With("amount_cents", -500).With("precise_coupons_amount_cents", nil).With("taxes_amount_cents", 0)))}, []string{"acme 0310-0410 5-0+0 EUR/P1M credit paid"}, nil},
		{"not paid", []object{plan, wrapped("invoice", anInvoice(aFee("subscription")).With("payment_status", "failed"))}, []string{strings.Replace(plain, "paid", "open", 1)}, nil},
		{"a draft", []object{plan, wrapped("invoice", anInvoice(aFee("subscription")).With("status", "draft"))}, []string{strings.Replace(plain, "paid", "draft", 1)}, nil},
		{"voided", []object{plan, wrapped("invoice", anInvoice(aFee("subscription")).With("status", "voided"))}, []string{strings.Replace(plain, "paid", "void", 1)}, nil},
		{"failed", []object{wrapped("invoice", anInvoice(aFee("subscription")).With("status", "failed"))}, nil, []string{"notice unsupported status"}},
		{"a status nobody knows", []object{wrapped("invoice", anInvoice(aFee("subscription")).With("status", "lost"))}, nil, []string{"fault unknown-value status"}},
		{"a fee by itself", []object{plan, wrapped("fee", aFee("add_on").With("external_customer_id", "acme").With("created_at", "2026-03-10T00:00:00Z").With("payment_status", "succeeded"))}, []string{"acme …-… 19.99-1.999+3.6 EUR/P1M one-off paid"}, nil},
		{"nobody's", []object{wrapped("fee", aFee("subscription"))}, nil, []string{"fault missing-customer customer.external_id"}},
		{"no time", []object{wrapped("invoice", anInvoice(aFee("subscription")).With("issuing_date", nil))}, nil, []string{"fault missing-time issuing_date"}},
		{"no amount", []object{wrapped("invoice", anInvoice(aFee("subscription").With("amount_cents", nil)))}, nil, []string{"fault missing-price fees.amount_cents"}},
		{"no currency", []object{wrapped("invoice", anInvoice(aFee("subscription").With("amount_currency", nil)).With("currency", nil))}, nil, []string{"fault unknown-currency fees.amount_currency"}},
		{"ends before it starts", []object{wrapped("invoice", anInvoice(aFee("subscription").With("from_date", "2026-05-01").With("to_date", "2026-04-14")))}, nil, []string{"fault end-before-start fees.to_date"}},
		{"something else", []object{aSub()}, nil, []string{"notice unsupported object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			imp, err := lago.New(lago.Options{})
			require.NoError(t, err)
			lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(c.in...))))
			require.NoError(t, err)
			assert.Equal(t, c.want, lineTexts(lines))
			assert.Equal(t, c.found, kittest.Words(imp.Findings()))
		})
	}
	imp, err := lago.New(lago.Options{})
	require.NoError(t, err)
	for range imp.Lines(strings.NewReader(wrapped("invoice", anInvoice(aFee("add_on"), aFee("add_on"))).String())) {
		break
	}
	assert.Equal(t, int64(1), imp.Progress().Yielded)
}
