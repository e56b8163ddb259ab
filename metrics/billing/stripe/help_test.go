package stripe_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

type object = kittest.Object

func list(elements ...any) object {
	if elements == nil {
		elements = []any{}
	}
	return object{"object": "list", "data": elements, "has_more": false}
}

func aPrice(cents string) object {
	return object{
		"id": "price_1", "object": "price", "currency": "usd", "billing_scheme": "per_unit", "type": "recurring",
		"unit_amount": json.Number(cents), "unit_amount_decimal": cents, "product": "prod_1",
		"recurring": object{"interval": "month", "interval_count": 1, "usage_type": "licensed"},
	}
}

func anItem(price object) object {
	return object{
		"id": "si_1", "object": "subscription_item", "quantity": 1, "price": price, "created": kittest.Epoch("2026-01-10"),
		"current_period_start": kittest.Epoch("2026-03-10"), "current_period_end": kittest.Epoch("2026-04-10"),
	}
}

func aSub(items ...any) object {
	return object{
		"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "livemode": true, "currency": "usd",
		"created": kittest.Epoch("2026-01-10"), "start_date": kittest.Epoch("2026-01-10"), "ended_at": nil, "canceled_at": nil, "cancel_at": nil,
		"cancel_at_period_end": false, "trial_start": nil, "trial_end": nil, "pause_collection": nil, "discounts": []any{},
		"items": list(items...),
	}
}

func anEvent(id, kind, day string, o object) object {
	return object{
		"id": id, "object": "event", "type": kind, "created": kittest.Epoch(day), "livemode": true, "api_version": "2025-03-31.basil",
		"data": object{"object": o},
	}
}

// read imports and wants no error; it returns spans and findings in words.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	got, findings, err := stripe.Read(strings.NewReader(kittest.Joined(objects...)), stripe.Options{})
	require.NoError(t, err)
	return spanTexts(got), kittest.Words(findings)
}

func spanTexts(spans []billing.Span) (out []string) {
	for i := range spans {
		out = append(out, spanText(&spans[i]))
	}
	return out
}

// spanText is the part of a span most tests are about:
// "sub/item from-to amount currency/cycle state", and what else there is.
func spanText(s *billing.Span) string {
	text := fmt.Sprintf("%s/%s %s-%s %s %s/%s %s", s.Subscription, s.Item, kittest.Date(s.From), kittest.Date(s.To), s.Amount, s.Currency, s.Cycle, s.State)
	add := func(name, value string) {
		if value != "" && value != "…" && value != "0" {
			text += " " + name + "=" + value
		}
	}
	add("tax", s.Tax.String())
	add("cancel", kittest.Date(s.CancelAt))
	add("asked", kittest.Date(s.CancelAskedAt))
	if s.Reason != billing.ReasonUnknown {
		add("reason", s.Reason.String())
	}
	for _, d := range s.Discounts {
		off := d.Percent.String() + "%"
		if d.Percent.IsZero() {
			off = d.Off.String()
		}
		add(d.Level.String(), strings.Join([]string{d.ID, off, d.Duration.String(), kittest.Date(d.From), kittest.Date(d.To)}, ","))
	}
	return text
}

// fixture opens a file of the reference data.
func fixture(t testing.TB, name string) *os.File {
	t.Helper()
	return kittest.Fixture(t, name, "the public fixtures of Stripe, dj-stripe and stripe-ruby-mock")
}

func dataFolder(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: the public fixtures of Stripe, dj-stripe and stripe-ruby-mock are not in this repository")
	}
	return dir
}
