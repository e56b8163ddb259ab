package lago_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

type object = kittest.Object

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
	got, err := importer.Collect(imp.Spans(strings.NewReader(kittest.Joined(append([]object{wrapped("plan", aPlan())}, objects...)...))))
	require.NoError(t, err)
	return spanTexts(got), kittest.Words(imp.Findings())
}

func spanTexts(spans []billing.Span) []string {
	return kittest.Spans(spans, func(s *billing.Span) string { return s.Subscription }, func(d billing.Discount) string {
		return fmt.Sprintf("%s:%s%%:%s:%s:%d:%s", d.ID, d.Percent, d.Off, d.Duration, d.Cycles, d.Level)
	})
}

// fixture opens a file of the reference data.
func fixture(t testing.TB, name string) *os.File {
	t.Helper()
	return kittest.Fixture(t, "lago/"+name, "the fixtures of lago-go-client")
}
