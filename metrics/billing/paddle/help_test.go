package paddle_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

type object = kittest.Object

func aPrice(cents string) object {
	return object{
		"id": "pri_1", "product_id": "pro_1", "tax_mode": "external", "billing_cycle": object{"interval": "month", "frequency": 1},
		"unit_price": object{"amount": cents, "currency_code": "USD"}, "unit_price_overrides": []any{},
	}
}

func anItem(price object) object {
	return object{"status": "active", "quantity": 3, "recurring": true, "created_at": "2026-01-10T00:00:01Z", "trial_dates": nil, "price": price}
}

func aSub(items ...any) object {
	return object{
		"id": "sub_1", "status": "active", "customer_id": "ctm_1", "currency_code": "USD", "created_at": "2026-01-10T00:00:01Z", "started_at": "2026-01-10T00:00:00Z",
		"paused_at": nil, "canceled_at": nil, "discount": nil, "scheduled_change": nil, "items": items,
		"current_billing_period": object{"starts_at": "2026-03-10T00:00:00Z", "ends_at": "2026-04-10T00:00:00Z"},
	}
}

func anEvent(id, kind, at string, data object) object {
	return object{"event_id": id, "event_type": kind, "occurred_at": at, "notification_id": "ntf_1", "data": data}
}

// read imports objects, one a line.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	got, findings, err := paddle.Read(strings.NewReader(kittest.Joined(objects...)), paddle.Options{})
	require.NoError(t, err)
	return spanTexts(got), kittest.Words(findings)
}

func spanTexts(spans []billing.Span) []string {
	return kittest.Spans(spans, kittest.Item, func(d billing.Discount) string {
		return fmt.Sprintf("%s:%s%%:%s:%s:%d:%s", d.ID, d.Percent, d.Off, d.Duration, d.Cycles, d.Level)
	})
}

// fixture opens a file of the reference data.
func fixture(t testing.TB, name string) *os.File {
	t.Helper()
	return kittest.Fixture(t, "paddle/"+name, "the fixtures of paddle-go-sdk")
}
