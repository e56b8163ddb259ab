package kittest_test

import (
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// bill is an invoice of 100 for 10 March to 10 April as a vendor writes it: open,
// and paid on 20 March. Both documented fields of time and examples are those of
// the vendors' references to their invoice, transaction and fee.
type bill struct{ catalogue, open, paid string }

func bills() map[string]bill {
	const day10, day20, apr10 = "1773100800", "1773964800", "1775779200" // of 2026
	stripe := func(status, paid string) string {
		return `{"id":"in_1","object":"invoice","livemode":true,"customer":"cus_1","subscription":"sub_1","status":"` + status + `","created":` + day10 + `,"currency":"usd","status_transitions":{"finalized_at":` + day10 + `,"paid_at":` + paid + `},
			"lines":{"object":"list","has_more":false,"data":[{"id":"il_1","object":"line_item","type":"subscription","subscription":"sub_1","subscription_item":"si_1","amount":10000,"currency":"usd","quantity":1,"proration":false,"period":{"start":` + day10 + `,"end":` + apr10 + `},
			"price":{"id":"price_1","object":"price","currency":"usd","unit_amount":10000,"billing_scheme":"per_unit","type":"recurring","recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}}]}}`
	}
	recurly := func(state, closed string) string {
		return `{"id":"in_1","object":"invoice","account":{"id":"a_1","code":"cus_1"},"state":"` + state + `","created_at":"2026-03-10T00:00:00Z","closed_at":` + closed + `,"line_items":{"object":"list","has_more":false,"data":[{"id":"li_1","object":"line_item","type":"charge","origin":"plan",
			"account":{"id":"a_1","code":"cus_1"},"subscription_id":"sub_1","plan_id":"pl_1","plan_code":"gold","currency":"USD","quantity":1,"subtotal":100,"discount":0,"tax":0,"start_date":"2026-03-10T00:00:00Z","end_date":"2026-04-10T00:00:00Z","created_at":"2026-03-10T00:00:00Z"}]}}`
	}
	paddle := func(status, payments string) string {
		return `{"data":[{"id":"txn_1","status":"` + status + `","customer_id":"cus_1","currency_code":"USD","subscription_id":"sub_1","created_at":"2026-03-10T00:00:00Z","billed_at":"2026-03-10T00:00:00Z","payments":` + payments + `,
			"billing_period":{"starts_at":"2026-03-10T00:00:00Z","ends_at":"2026-04-10T00:00:00Z"},"items":[{"price":{"id":"pri_1","billing_cycle":{"interval":"month","frequency":1},"unit_price":{"amount":"10000","currency_code":"USD"}},"quantity":1}],
			"details":{"line_items":[{"id":"txnitm_1","price_id":"pri_1","quantity":1,"totals":{"subtotal":"10000","discount":"0","tax":"0"}}]}}]}`
	}
	lago := func(status, succeeded string) string {
		return `{"invoice":{"lago_id":"in_1","status":"finalized","payment_status":"` + status + `","issuing_date":"2026-03-10","currency":"USD","customer":{"lago_id":"lc_1","external_id":"cus_1"},
			"fees":[{"lago_id":"f_1","lago_subscription_id":"sub_1","external_customer_id":"cus_1","item":{"type":"subscription","code":"gold"},"amount_cents":10000,"amount_currency":"USD","units":"1.0","from_date":"2026-03-10","to_date":"2026-04-09T23:59:59Z","succeeded_at":` + succeeded + `}]}}`
	}
	chargebee := func(status, paid string) string {
		return `{"invoice":{"id":"in_1","object":"invoice","customer_id":"cus_1","subscription_id":"sub_1","status":"` + status + `","date":` + day10 + `,"paid_at":` + paid + `,"currency_code":"USD","price_type":"tax_exclusive","line_items":[
			{"id":"li_1","subscription_id":"sub_1","entity_type":"plan_item_price","entity_id":"basic-USD","date_from":` + day10 + `,"date_to":` + apr10 + `,"quantity":1,"unit_amount":10000,"amount":10000}]}}`
	}
	return map[string]bill{
		"stripe": {"", stripe("open", "null"), stripe("paid", day20)},
		"recurly": {
			`{"id":"pl_1","object":"plan","code":"gold","state":"active","interval_unit":"months","interval_length":1,"currencies":[{"currency":"USD","unit_amount":100}]}`,
			recurly("pending", "null"), recurly("paid", `"2026-03-20T00:00:00Z"`),
		},
		"paddle": {
			"", paddle("billed", "[]"),
			paddle("completed", `[{"status":"error","captured_at":null},{"status":"captured","captured_at":"2026-03-20T00:00:00Z"}]`),
		},
		"lago":      {"", lago("pending", "null"), lago("succeeded", `"2026-03-20T00:00:00Z"`)},
		"chargebee": {"", chargebee("payment_due", "null"), chargebee("paid", day20)},
	}
}

// reader is what the importers have in common.
type reader interface {
	Catalogue(io.Reader) error
	Lines(io.Reader) iter.Seq2[billing.InvoiceLine, error]
	Records([]byte) ([]billing.Record, error)
}

func readers(t *testing.T) map[string]func() reader {
	t.Helper()
	made := func(r reader, err error) reader {
		t.Helper()
		require.NoError(t, err)
		return r
	}
	return map[string]func() reader{
		"stripe":    func() reader { return made(stripe.New(stripe.Options{})) },
		"recurly":   func() reader { return made(recurly.New(recurly.Options{})) },
		"paddle":    func() reader { return made(paddle.New(paddle.Options{})) },
		"lago":      func() reader { return made(lago.New(lago.Options{})) },
		"chargebee": func() reader { return made(chargebee.New(chargebee.Options{})) },
	}
}

// ChartMogul, article 243, of every vendor's records: a subscription whose first
// invoice is open counts nothing until it is paid, in bulk and live.
func TestFirstInvoice_OfEveryVendor(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	for name, b := range bills() {
		imp := readers(t)[name]()
		require.NoError(t, imp.Catalogue(strings.NewReader(b.catalogue)), name)
		at := func(d int, bodies ...string) string {
			lines, err := importer.Collect(imp.Lines(strings.NewReader(strings.Join(bodies, "\n"))))
			require.NoError(t, err, name)
			r, err := policy.Read(nil, policy.ChartMogul(), policy.Options{Currency: "USD", Invoices: lines})
			require.NoError(t, err, name)
			l, err := r.Ledger()
			require.NoError(t, err, name)
			return l.MRR(day(d)).String()
		}
		assert.Equal(t, "0", at(25, b.open), name)
		assert.Equal(t, "0", at(19, b.paid), name)
		assert.Equal(t, "100", at(20, b.paid), name)

		o := policy.Options{Currency: "USD"}
		l, err := ledger.New(policy.ChartMogul().LedgerOptions(o))
		require.NoError(t, err)
		f, err := policy.NewFeed(l, policy.ChartMogul(), o)
		require.NoError(t, err)
		for i, body := range []string{b.open, b.paid} {
			records, err := imp.Records([]byte(body))
			require.NoError(t, err, name)
			_, _, err = f.Apply(day(10+10*i), records...)
			require.NoError(t, err, name)
			assert.Equal(t, []string{"0", "100"}[i], l.MRR(day(25)).String(), name)
			assert.Equal(t, "0", l.MRR(day(19)).String(), name)
		}
	}
}
