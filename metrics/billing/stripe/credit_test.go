package stripe_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

func aCreditNote(amount string) object {
	return object{
		"id": "cn_1", "object": "credit_note", "customer": "cus_1", "invoice": "in_1", "currency": "usd", "status": "issued", "livemode": true,
		"created": kittest.Epoch("2026-03-12"), "effective_at": nil, "refunds": []any{},
		"lines": list(object{
			"id": "cnli_1", "object": "credit_note_line_item", "type": "invoice_line_item", "invoice_line_item": "il_1",
			"amount": json.Number(amount), "discount_amount": 0, "quantity": 1, "taxes": []any{},
		}),
	}
}

func creditedInvoice() object {
	return object{
		"id": "in_1", "object": "invoice", "customer": "cus_1", "status": "paid", "livemode": true, "currency": "usd",
		"created": kittest.Epoch("2026-03-10"), "status_transitions": object{"finalized_at": kittest.Epoch("2026-03-10"), "paid_at": kittest.Epoch("2026-03-10")},
		"lines": list(oldLine("2000")),
	}
}

func TestCreditNotes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		in    []object
		lines []string
		found []string
	}{
		{
			"of a line that came before",
			[]object{creditedInvoice(), aCreditNote("500")},
			[]string{"in_1/il_1 sub_1/si_1 0310-0410 20 USD/P1M recurring paid", "in_1/cnli_1 sub_1/si_1 0310-0410 5 USD/P1M credit paid"},
			nil,
		},
		{"of one that did not", []object{aCreditNote("500")}, []string{"in_1/cnli_1 / …-… 5 USD/P1M credit paid"}, []string{"notice not-expanded lines.invoice_line_item"}},
		{"given back", []object{creditedInvoice(), aCreditNote("500").With("refund", "re_1")}, []string{"", "in_1/cnli_1 sub_1/si_1 0310-0410 5 USD/P1M refund paid"}, nil},
		{
			"given back, since 2025-03-31",
			[]object{creditedInvoice(), aCreditNote("500").With("refunds", []any{object{"amount_refunded": 500, "refund": "re_1"}})},
			[]string{"", "in_1/cnli_1 sub_1/si_1 0310-0410 5 USD/P1M refund paid"},
			nil,
		},
		{"withdrawn", []object{creditedInvoice(), aCreditNote("500").With("status", "void")}, []string{"", "in_1/cnli_1 sub_1/si_1 0310-0410 5 USD/P1M credit void"}, nil},
		{"of no status", []object{aCreditNote("500").With("status", "new")}, nil, []string{"fault unknown-value status"}},
		{"of nobody", []object{aCreditNote("500").Without("customer")}, nil, []string{"fault missing-customer customer"}},
		{"without a time", []object{aCreditNote("500").Without("created")}, nil, []string{"fault missing-time created"}},
		{"without lines", []object{aCreditNote("500").Without("lines")}, nil, []string{"fault truncated lines"}},
		{"without an amount", []object{aCreditNote("500").With("lines", list(object{"id": "x"}))}, nil, []string{"fault missing-price lines.amount"}},
		{
			"custom, with tax inside",
			[]object{aCreditNote("500").With("lines", list(object{
				"id": "x", "amount": 119, "discount_amount": 10, "quantity": 2, "tax_amounts": []any{object{"amount": 19, "inclusive": true}},
			}))},
			[]string{"in_1/x / …-… 1 USD/P1M credit paid discount=0.1 tax=0.19"},
			nil,
		},
	} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		got := readLines(t, imp, kittest.Joined(c.in...))
		require.Len(t, got, len(c.lines), c.name)
		for i, want := range c.lines {
			if want != "" {
				assert.Equal(t, want, got[i], c.name)
			}
		}
		var found []string
		for _, f := range imp.Findings() {
			found = append(found, strings.Join([]string{f.Severity.String(), string(f.Code), f.Field}, " "))
		}
		assert.Equal(t, c.found, found, c.name)
	}
}

// A policy that subtracts credits lowers the month the credit is of; the others do
// not.
func TestCreditNotes_LowerRevenue(t *testing.T) {
	t.Parallel()
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(creditedInvoice(), aCreditNote("500")))))
	require.NoError(t, err)
	for p, want := range map[string]string{"ProfitWell": "15", "Recurly": "15", "ChartMogul": "20"} {
		preset, err := policy.Preset(p)
		require.NoError(t, err)
		r, err := policy.Read(nil, preset, policy.Options{Currency: "USD", Invoices: lines})
		require.NoError(t, err)
		l, err := r.Ledger()
		require.NoError(t, err)
		assert.Equal(t, want, l.MRR(lines[0].From.AddDate(0, 0, 5)).String(), p)
	}
}

// In live books a credit note is an object of its own.
func TestCreditNotes_Records(t *testing.T) {
	t.Parallel()
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	_, err = imp.Records([]byte(anEvent("evt_1", "invoice.paid", "2026-03-10", creditedInvoice()).String()))
	require.NoError(t, err)
	records, err := imp.Records([]byte(anEvent("evt_2", "credit_note.created", "2026-03-12", aCreditNote("500")).String()))
	require.NoError(t, err)
	require.Len(t, records, 1)
	assert.Equal(t, "credit note cn_1 of 2026-03-12T00:00:00Z (evt_2)", records[0].String())
	require.Len(t, records[0].Lines, 1)
	assert.Equal(t, billing.LineCredit, records[0].Lines[0].Kind)
	assert.Equal(t, "sub_1", records[0].Lines[0].Subscription)
}

// The columns of a public connector's seed name what is read here.
func TestCreditNotes_Fixture(t *testing.T) {
	t.Parallel()
	data := os.Getenv("LIFECYCLE_DATA")
	if data == "" {
		t.Skip("LIFECYCLE_DATA is not set")
	}
	seed, err := os.ReadFile(filepath.Join(data, "eco", "fivetran-stripe", "credit_note_data.csv"))
	require.NoError(t, err)
	header, _, _ := strings.Cut(string(seed), "\n")
	for _, column := range []string{"id", "created", "currency", "status", "invoice_id", "refund_id", "livemode", "discount_amount"} {
		assert.Contains(t, strings.Split(header, ","), column)
	}
	assert.Contains(t, string(seed), ",issued,post_payment,")
}
