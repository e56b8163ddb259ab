package paddle_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

// object is a JSON object under construction.
type object map[string]any

func (o object) with(key string, value any) object {
	out := maps.Clone(o)
	out[key] = value
	return out
}

func (o object) String() string {
	b, err := json.Marshal(map[string]any(o))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func joined(objects ...object) string {
	var b strings.Builder
	for _, o := range objects {
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}

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
	got, findings, err := paddle.Read(strings.NewReader(joined(objects...)), paddle.Options{})
	require.NoError(t, err)
	return spanTexts(got), findingTexts(findings)
}

func spanTexts(spans []billing.Span) (out []string) {
	for i := range spans {
		s := &spans[i]
		text := []string{fmt.Sprintf("%s %s-%s %s %s/%s %s", s.Item, date(s.From), date(s.To), s.Amount, s.Currency, s.Cycle, s.State)}
		if !s.Tax.IsZero() {
			text = append(text, "tax="+s.Tax.String())
		}
		if !s.CancelAt.IsZero() {
			text = append(text, "cancel="+date(s.CancelAt))
		}
		if s.Basis != billing.BasisLicensed {
			text = append(text, s.Basis.String())
		}
		for _, d := range s.Discounts {
			text = append(text, fmt.Sprintf("%s:%s%%:%s:%s:%d:%s", d.ID, d.Percent, d.Off, d.Duration, d.Cycles, d.Level))
		}
		out = append(out, strings.TrimSpace(strings.Join(text, " ")))
	}
	return out
}

func date(t time.Time) string {
	switch {
	case t.IsZero():
		return "…"
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format("0102")
	default:
		return t.Format("060102T150405")
	}
}

func findingTexts(fs []billing.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, strings.TrimSpace(f.Severity.String()+" "+string(f.Code)+" "+f.Field))
	}
	return out
}

// fixture opens a file of the reference data.
func fixture(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: the fixtures of paddle-go-sdk are not in this repository")
	}
	f, err := os.Open(dir + "/eco/paddle/" + name)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}
