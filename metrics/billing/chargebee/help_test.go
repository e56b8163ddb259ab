package chargebee_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
)

type object = kittest.Object

func anItem() object {
	return object{"item_price_id": "basic-USD", "item_type": "plan", "quantity": 3, "unit_price": 1999, "amount": 5997, "free_quantity": 0, "object": "subscription_item"}
}

func aSub(items ...any) object {
	return object{
		"id": "s_1", "object": "subscription", "customer_id": "acme", "currency_code": "USD", "status": "active", "billing_period": 1, "billing_period_unit": "month",
		"created_at": kittest.Epoch("2026-01-10"), "started_at": kittest.Epoch("2026-01-10"), "activated_at": kittest.Epoch("2026-01-10"), "current_term_start": kittest.Epoch("2026-03-10"), "current_term_end": kittest.Epoch("2026-04-10"),
		"deleted": false, "subscription_items": items, "resource_version": int64(1773100800000),
	}
}

func anEvent(id, kind, day string, content object) object {
	return object{"id": id, "object": "event", "event_type": kind, "occurred_at": kittest.Epoch(day), "content": content}
}

// read imports objects, one a line.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	got, findings, err := chargebee.Read(strings.NewReader(kittest.Joined(objects...)), chargebee.Options{})
	require.NoError(t, err)
	return spanTexts(got), kittest.Words(findings)
}

func spanTexts(spans []billing.Span) []string {
	return kittest.Spans(spans, kittest.Item, func(d billing.Discount) string {
		return fmt.Sprintf("%s:%s%%:%s:%s:%s-%s:%s:%s", d.ID, d.Percent, d.Off, d.Duration, kittest.Date(d.From), kittest.Date(d.To), d.Level, d.InMRR)
	})
}
