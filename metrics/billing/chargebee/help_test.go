package chargebee_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
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

// epoch is seconds since 1970 of a day in UTC.
func epoch(day string) json.Number {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err)
	}
	return json.Number(fmt.Sprint(at.Unix()))
}

func anItem() object {
	return object{"item_price_id": "basic-USD", "item_type": "plan", "quantity": 3, "unit_price": 1999, "amount": 5997, "free_quantity": 0, "object": "subscription_item"}
}

func aSub(items ...any) object {
	return object{
		"id": "s_1", "object": "subscription", "customer_id": "acme", "currency_code": "USD", "status": "active", "billing_period": 1, "billing_period_unit": "month",
		"created_at": epoch("2026-01-10"), "started_at": epoch("2026-01-10"), "activated_at": epoch("2026-01-10"), "current_term_start": epoch("2026-03-10"), "current_term_end": epoch("2026-04-10"),
		"deleted": false, "subscription_items": items, "resource_version": int64(1773100800000),
	}
}

func anEvent(id, kind, day string, content object) object {
	return object{"id": id, "object": "event", "event_type": kind, "occurred_at": epoch(day), "content": content}
}

// read imports objects, one a line.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	got, findings, err := chargebee.Read(strings.NewReader(joined(objects...)), chargebee.Options{})
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
		if s.Reason != billing.ReasonUnknown {
			text = append(text, s.Reason.String())
		}
		if s.Basis != billing.BasisLicensed {
			text = append(text, s.Basis.String())
		}
		for _, d := range s.Discounts {
			text = append(text, fmt.Sprintf("%s:%s%%:%s:%s:%s-%s:%s:%s", d.ID, d.Percent, d.Off, d.Duration, date(d.From), date(d.To), d.Level, d.InMRR))
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
