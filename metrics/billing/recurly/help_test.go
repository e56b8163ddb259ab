package recurly_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

type object = kittest.Object

func monthly() object {
	return object{"id": "pl_1", "object": "plan", "code": "gold", "interval_unit": "months", "interval_length": 1}
}

func aSub() object {
	return object{
		"id": "s_1", "object": "subscription", "account": object{"id": "a_1", "object": "account_mini", "code": "acme"},
		"plan": object{"id": "pl_1", "object": "plan_mini", "code": "gold", "name": "Gold"}, "state": "active",
		"created_at": "2026-01-10T00:00:00Z", "updated_at": "2026-03-10T00:00:00Z", "activated_at": "2026-01-10T00:00:00Z",
		"current_period_started_at": "2026-03-10T00:00:00Z", "current_period_ends_at": "2026-04-10T00:00:00Z",
		"currency": "USD", "unit_amount": json.Number("19.99"), "quantity": 3, "add_ons": []any{}, "add_ons_total": 0,
	}
}

func anAddOn() object {
	return object{
		"id": "ao_1", "object": "subscription_add_on", "add_on": object{"id": "pao_1", "code": "support", "add_on_type": "fixed"},
		"quantity": 2, "unit_amount": json.Number("5.0"), "unit_amount_decimal": nil, "tier_type": "flat", "created_at": "2026-01-10T00:00:00Z",
	}
}

// read imports plans and subscriptions in one input.
func read(t testing.TB, objects ...object) (spans, found []string) {
	t.Helper()
	imp, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	got, err := importer.Collect(imp.Spans(strings.NewReader(kittest.Joined(objects...))))
	require.NoError(t, err)
	return spanTexts(got), kittest.Words(imp.Findings())
}

func spanTexts(spans []billing.Span) []string {
	return kittest.Spans(spans, kittest.Item, func(d billing.Discount) string {
		return fmt.Sprintf("%s:%s%%:%s:%s:%s-%s", d.ID, d.Percent, d.Off, d.Duration, kittest.Date(d.From), kittest.Date(d.To))
	})
}

// rows gives a CSV file of the reference data as one JSON object for each row,
// all values text, empty ones null: as a warehouse exports a table.
func rows(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: the Recurly tables of dbt_recurly are not in this repository")
	}
	f, err := os.Open(dir + "/eco/fivetran-recurly/" + name + ".csv")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var b strings.Builder
	for _, row := range all[1:] {
		o := object{}
		for i, v := range row {
			if v != "" {
				o[all[0][i]] = v
			}
		}
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}
