package paddle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

func lineTexts(ls []billing.InvoiceLine) (out []string) {
	for _, l := range ls {
		out = append(out, fmt.Sprintf("%s %s-%s+%s %s/%s %s %s %s", l.Customer, l.Amount, l.Discount, l.Tax, l.Currency, l.Cycle, l.Kind, l.Status, l.Proration))
	}
	return out
}

func aLine() object {
	return object{"id": "txnitm_1", "price_id": "pri_1", "quantity": 3, "totals": object{"subtotal": "5997", "discount": "600", "tax": "540", "total": "5937"}}
}

func aTransaction(lines ...any) object {
	return object{
		"id": "txn_1", "status": "completed", "customer_id": "ctm_1", "currency_code": "USD", "subscription_id": "sub_1", "created_at": "2026-03-10T00:00:00Z", "billed_at": "2026-03-10T00:00:00Z",
		"billing_period": object{"starts_at": "2026-03-10T00:00:00Z", "ends_at": "2026-04-10T00:00:00Z"},
		"items":          []any{object{"price": aPrice("1999"), "quantity": 3}}, "details": object{"line_items": lines},
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	const plain = "ctm_1 59.97-6+5.4 USD/P1M recurring paid none"
	totals := func(subtotal string) object { return object{"subtotal": subtotal, "discount": "0", "tax": "0"} }
	prorated := func(rate string) object {
		return object{"rate": rate, "billing_period": object{"starts_at": "2026-03-20T00:00:00Z", "ends_at": "2026-04-10T00:00:00Z"}}
	}
	for _, c := range []struct {
		name  string
		in    object
		want  []string
		found []string
	}{
		{"completed", aTransaction(aLine()), []string{plain}, nil},
		{"prorated", aTransaction(aLine().With("proration", prorated("0.5"))), []string{"ctm_1 59.97-6+5.4 USD/P1M recurring paid full"}, nil},
		{"prorated, over the period of the invoice", aTransaction(aLine().With("proration", object{"rate": "0.5"})), []string{"ctm_1 59.97-6+5.4 USD/P1M recurring paid full"}, nil},
		{"a whole period", aTransaction(aLine().With("proration", prorated("1"))), []string{plain}, nil},
		{"a prorated credit", aTransaction(aLine().With("proration", prorated("0.5")).With("totals", totals("-1000"))), []string{"ctm_1 10-0+0 USD/P1M recurring paid credit"}, nil},
		{"a credit", aTransaction(aLine().With("totals", totals("-1000"))), []string{"ctm_1 10-0+0 USD/P1M credit paid none"}, nil},
		{"nothing charged", aTransaction(aLine().With("totals", totals("0"))), []string{"ctm_1 0-0+0 USD/P1M recurring paid none"}, nil},
		{"a credit of the least", aTransaction(aLine().With("totals", totals("-1"))), []string{"ctm_1 0.01-0+0 USD/P1M credit paid none"}, nil},
		{
			"a price nobody has, and as many items as lines: that in its place", aTransaction(aLine().With("price_id", "pri_9")),
			[]string{plain},
			[]string{"warning contradiction details.line_items.price_id"},
		},
		{
			"a price nobody has, and more items than lines", aTransaction(aLine().With("price_id", "pri_9")).With("items", []any{object{"price": aPrice("1").With("billing_cycle", object{"interval": "year", "frequency": 1})}, object{"price": aPrice("2")}}),
			[]string{plain},
			[]string{"warning assumed details.line_items.price_id"},
		},
		{
			"a price nobody has, and an item without one", aTransaction(aLine().With("price_id", "pri_9")).With("items", []any{object{"price": nil}}),
			[]string{plain},
			[]string{"warning assumed details.line_items.price_id"},
		},
		{"one-off", aTransaction(aLine()).With("items", []any{object{"price": aPrice("1").With("billing_cycle", nil)}}), []string{"ctm_1 59.97-6+5.4 USD/P1M one-off paid none"}, nil},
		{"a price that is not among the items", aTransaction(aLine()).With("items", nil), []string{plain}, []string{"warning assumed details.line_items.price_id"}},
		{
			"and a period that is no cycle", aTransaction(aLine()).With("items", nil).With("billing_period", nil),
			nil,
			[]string{"fault not-expanded details.line_items.price_id"},
		},
		{"billed", aTransaction(aLine()).With("status", "billed"), []string{strings.Replace(plain, "paid", "open", 1)}, nil},
		{"ready", aTransaction(aLine()).With("status", "ready"), []string{strings.Replace(plain, "paid", "draft", 1)}, nil},
		{"canceled", aTransaction(aLine()).With("status", "canceled"), []string{strings.Replace(plain, "paid", "void", 1)}, nil},
		{"a status nobody knows", aTransaction(aLine()).With("status", "lost"), nil, []string{"fault unknown-value status"}},
		{"nobody's", aTransaction(aLine()).With("customer_id", nil), nil, []string{"fault missing-customer customer_id"}},
		{"nobody's draft", aTransaction(aLine()).With("customer_id", nil).With("status", "draft"), nil, []string{"notice pending customer_id"}},
		{"no lines", aTransaction(), nil, []string{"fault truncated details.line_items"}},
		{"no amount", aTransaction(aLine().With("totals", object{})), nil, []string{"fault missing-price details.line_items.totals.subtotal"}},
		{"no time", aTransaction(aLine()).With("created_at", nil).With("billed_at", nil), nil, []string{"fault missing-time created_at"}},
		{"no currency", aTransaction(aLine()).With("currency_code", "?"), nil, []string{"fault unknown-currency currency_code"}},
		{
			"ends before it starts", aTransaction(aLine()).With("billing_period", object{"starts_at": "2026-04-10T00:00:00Z", "ends_at": "2026-03-10T00:00:00Z"}),
			nil,
			[]string{"fault end-before-start billing_period.ends_at"},
		},
		{"something else", aSub(), nil, []string{"notice unsupported object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			imp, err := paddle.New(paddle.Options{})
			require.NoError(t, err)
			lines, err := importer.Collect(imp.Lines(strings.NewReader(c.in.String())))
			require.NoError(t, err)
			assert.Equal(t, c.want, lineTexts(lines))
			assert.Equal(t, c.found, kittest.Words(imp.Findings()))
		})
	}
}

func TestLines_Events(t *testing.T) {
	t.Parallel()
	billed := anEvent("evt_1", "transaction.billed", "2026-03-10T00:00:00Z", aTransaction(aLine()).With("status", "billed"))
	paid := anEvent("evt_2", "transaction.paid", "2026-03-10T00:00:00Z", aTransaction(aLine()).With("status", "paid"))
	for _, in := range [][]object{{billed, paid}, {paid, billed, billed}} {
		imp, err := paddle.New(paddle.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(in...))))
		require.NoError(t, err)
		assert.Equal(t, []string{"ctm_1 59.97-6+5.4 USD/P1M recurring paid none"}, lineTexts(lines))
	}
	imp, err := paddle.New(paddle.Options{})
	require.NoError(t, err)
	for range imp.Lines(strings.NewReader(kittest.Joined(aTransaction(aLine(), aLine()), billed))) {
		break
	}
	for range imp.Lines(strings.NewReader(kittest.Joined(billed))) {
		break
	}
	for range imp.Spans(strings.NewReader(kittest.Joined(anEvent("evt_1", "subscription.created", "2026-01-10T00:00:02Z", aSub(anItem(aPrice("1"))))))) {
		break
	}
	assert.Equal(t, int64(3), imp.Progress().Yielded)
}

// A line that is prorated says its own period, or that of its transaction holds.
func TestLines_Periods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want string
		line object
	}{
		{"0310-0410", aLine()},
		{"0310-0410", aLine().With("proration", object{"rate": "0.5"})},
		{"0320-0401", aLine().With("proration", object{"rate": "0.5", "billing_period": object{"starts_at": "2026-03-20T00:00:00Z", "ends_at": "2026-04-01T00:00:00Z"}})},
	} {
		imp, err := paddle.New(paddle.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(strings.NewReader(aTransaction(c.line).String())))
		require.NoError(t, err)
		require.Len(t, lines, 1)
		assert.Equal(t, c.want, kittest.Date(lines[0].From)+"-"+kittest.Date(lines[0].To))
	}
}
