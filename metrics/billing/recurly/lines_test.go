package recurly_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

func aLine() object {
	return object{
		"id": "li_1", "object": "line_item", "type": "charge", "state": "invoiced", "origin": "plan", "account": object{"id": "a_1", "code": "acme"},
		"subscription_id": "s_1", "plan_id": "pl_1", "plan_code": "gold", "invoice_id": "in_1", "currency": "USD", "quantity": 3, "unit_amount": 20, "subtotal": 60, "discount": 6, "tax": 5.4,
		"start_date": "2026-03-10T00:00:00Z", "end_date": "2026-04-10T00:00:00Z", "created_at": "2026-03-10T00:00:00Z",
	}
}

func anInvoice(lines ...any) object {
	return object{
		"id": "in_1", "object": "invoice", "account": object{"id": "a_1", "code": "acme"}, "state": "paid", "created_at": "2026-03-10T00:00:00Z",
		"line_items": object{"object": "list", "has_more": false, "data": lines},
	}
}

func readLines(t testing.TB, objects ...object) (lines, found []string) {
	t.Helper()
	imp, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	got, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(objects...))))
	require.NoError(t, err)
	for _, l := range got {
		lines = append(lines, fmt.Sprintf("%s %s %s-%s %s-%s+%s %s/%s %s %s %s", l.Customer, l.Subscription, kittest.Date(l.From), kittest.Date(l.To), l.Amount, l.Discount, l.Tax, l.Currency, l.Cycle, l.Kind, l.Status, l.Proration))
	}
	return lines, kittest.Words(imp.Findings())
}

func TestLines(t *testing.T) {
	t.Parallel()
	const plain = "acme s_1 0310-0410 60-6+5.4 USD/P1M recurring paid none"
	for _, c := range []struct {
		name  string
		in    []object
		want  []string
		found []string
	}{
		{"an invoice", []object{monthly(), anInvoice(aLine())}, []string{plain}, nil},
		{"its plan by the id alone", []object{monthly(), anInvoice(aLine().Without("plan_code"))}, []string{plain}, nil},
		{"its plan by the code alone", []object{monthly(), anInvoice(aLine().Without("plan_id"))}, []string{plain}, nil},
		{"without its plan", []object{anInvoice(aLine())}, []string{plain}, []string{"warning assumed plan_id"}},
		{"an end that cannot be read, beside one that can", []object{monthly(), anInvoice(aLine().With("end_date", "soon"), aLine())}, []string{plain}, []string{"fault malformed end_date"}},
		{"an amount that is none, beside one that is", []object{monthly(), anInvoice(aLine().With("subtotal", "x"), aLine())}, []string{plain}, []string{"fault malformed subtotal"}},
		{"a currency that is none, beside one that is", []object{monthly(), anInvoice(aLine().With("currency", "?"), aLine())}, []string{plain}, []string{"fault unknown-currency currency"}},
		{
			"without its plan, for no cycle",
			[]object{anInvoice(aLine().With("end_date", "2026-03-17T12:00:00Z"))},
			nil,
			[]string{"fault not-expanded plan_id"},
		},
		{
			"by itself",
			[]object{monthly(), aLine(), aLine().With("state", "pending")},
			[]string{strings.Replace(plain, "paid", "open", 1), strings.Replace(plain, "paid", "draft", 1)},
			[]string{"notice assumed state"},
		},
		{
			"prorated",
			[]object{monthly(), anInvoice(aLine().With("proration_rate", 0.5))},
			[]string{"acme s_1 0310-0410 60-6+5.4 USD/P1M recurring paid full"},
			nil,
		},
		{
			"a prorated credit",
			[]object{monthly(), anInvoice(aLine().With("type", "credit").With("subtotal", -30).With("discount", 0).With("tax", -2).With("proration_rate", 0.5))},
			[]string{"acme s_1 0310-0410 30-0+2 USD/P1M recurring paid credit"},
			nil,
		},
		{
			"a credit",
			[]object{anInvoice(aLine().With("type", "credit").With("subtotal", -30).With("discount", 0).With("tax", 0).With("origin", "credit"))},
			[]string{"acme s_1 0310-0410 30-0+0 USD/P1M credit paid none"},
			nil,
		},
		{
			"a refund",
			[]object{anInvoice(aLine().With("type", "credit").With("subtotal", -60).With("discount", -6).With("tax", 0).With("refund", true))},
			[]string{"acme s_1 0310-0410 60-6+0 USD/P1M refund paid none"},
			nil,
		},
		{
			"a set-up fee",
			[]object{anInvoice(aLine().With("origin", "setup_fee"))},
			[]string{"acme s_1 0310-0410 60-6+5.4 USD/P1M one-off paid none"},
			nil,
		},
		{
			"tax inside",
			[]object{monthly(), anInvoice(aLine().With("tax_inclusive", true))},
			[]string{"acme s_1 0310-0410 54.6-6+5.4 USD/P1M recurring paid none"},
			nil,
		},
		{"open", []object{monthly(), anInvoice(aLine()).With("state", "past_due")}, []string{strings.Replace(plain, "paid", "open", 1)}, nil},
		{"draft", []object{monthly(), anInvoice(aLine()).With("state", "pending")}, []string{strings.Replace(plain, "paid", "draft", 1)}, nil},
		{"void", []object{monthly(), anInvoice(aLine()).With("state", "voided")}, []string{strings.Replace(plain, "paid", "void", 1)}, nil},
		{"failed", []object{monthly(), anInvoice(aLine()).With("state", "failed")}, []string{strings.Replace(plain, "paid", "uncollectible", 1)}, nil},
		{"a state nobody knows", []object{anInvoice(aLine()).With("state", "lost")}, nil, []string{"fault unknown-value state"}},
		{
			"more lines elsewhere",
			[]object{anInvoice().With("line_items", object{"has_more": true, "data": []any{}})},
			nil,
			[]string{"fault truncated line_items.has_more"},
		},
		{"no account", []object{anInvoice(aLine().With("account", nil)).With("account", nil)}, nil, []string{"fault missing-customer account"}},
		{"no amount", []object{anInvoice(aLine().With("subtotal", nil))}, nil, []string{"fault missing-price subtotal"}},
		{"no time", []object{anInvoice(aLine().With("created_at", nil)).With("created_at", nil)}, nil, []string{"fault missing-time created_at"}},
		{"ends before it starts", []object{anInvoice(aLine().With("end_date", "2026-03-01T00:00:00Z"))}, nil, []string{"fault end-before-start end_date"}},
		{"something else", []object{aSub()}, nil, []string{"notice unsupported object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lines, found := readLines(t, c.in...)
			assert.Equal(t, c.want, lines)
			assert.Equal(t, c.found, found)
		})
	}
	for _, in := range []string{`{"object":"invoice","id":x}`, `{"object":"line_item","id":x}`, `{"object":"plan","id":x}`, `{"object":"item","id":x}`} {
		imp, err := recurly.New(recurly.Options{})
		require.NoError(t, err)
		_, err = importer.Collect(imp.Lines(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax)
	}
}

// Rows of a warehouse know where a period begins and not where it ends: what is
// not a period counts as a line without one, which books can read.
func TestLines_OneEndOfAPeriod(t *testing.T) {
	t.Parallel()
	imp, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	for l, err := range imp.Lines(strings.NewReader(kittest.Joined(monthly(), aLine().Without("end_date")))) {
		require.NoError(t, err)
		assert.True(t, l.From.IsZero() && l.To.IsZero())
		assert.True(t, l.Check(func(f billing.Finding) { t.Error(f) }))
	}
	assert.Contains(t, kittest.Words(imp.Findings()), "warning missing-time end_date")
}
