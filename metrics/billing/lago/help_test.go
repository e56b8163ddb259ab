package lago_test

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
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
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

func aPlan() object {
	return object{"lago_id": "pl_1", "code": "gold", "interval": "monthly", "amount_cents": 1999, "amount_currency": "EUR", "trial_period": json.Number("0.0"), "pay_in_advance": true, "charges": []any{}}
}

func aSub() object {
	return object{
		"lago_id": "ls_1", "external_id": "x_1", "lago_customer_id": "lc_1", "external_customer_id": "acme", "status": "active", "plan_code": "gold",
		"created_at": "2026-01-10T00:00:00Z", "subscription_at": "2026-01-10T00:00:00Z", "started_at": "2026-01-10T00:00:00Z",
		"ending_at": nil, "canceled_at": nil, "terminated_at": nil, "previous_plan_code": nil, "next_plan_code": nil,
		"current_billing_period_started_at": "2026-03-10T00:00:00Z", "current_billing_period_ending_at": "2026-04-09T23:59:59Z",
	}
}

func wrapped(kind string, o object) object { return object{kind: o} }

// read imports a plan and what else there is, one a line.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	imp, err := lago.New(lago.Options{})
	require.NoError(t, err)
	got, err := importer.Collect(imp.Spans(strings.NewReader(joined(append([]object{wrapped("plan", aPlan())}, objects...)...))))
	require.NoError(t, err)
	return spanTexts(got), findingTexts(imp.Findings())
}

func spanTexts(spans []billing.Span) (out []string) {
	for i := range spans {
		s := &spans[i]
		text := []string{fmt.Sprintf("%s %s-%s %s %s/%s %s", s.Subscription, date(s.From), date(s.To), s.Amount, s.Currency, s.Cycle, s.State)}
		if !s.Tax.IsZero() {
			text = append(text, "tax="+s.Tax.String())
		}
		if !s.CancelAt.IsZero() {
			text = append(text, "cancel="+date(s.CancelAt))
		}
		if s.Replaces != "" {
			text = append(text, "replaces="+s.Replaces)
		}
		if s.Reason != billing.ReasonUnknown {
			text = append(text, s.Reason.String())
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
		t.Skip("LIFECYCLE_DATA is unset: the fixtures of lago-go-client are not in this repository")
	}
	f, err := os.Open(dir + "/eco/lago/" + name)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}
