package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
)

func TestText_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run)
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	golden.Equal(t, "reconcile.txt", []byte(out))
}

func TestText_ThreeDashboards(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run, "-a", "chartmogul", "-b", "Baremetrics")
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	golden.Equal(t, "chartmogul-baremetrics.txt", []byte(out))
}

func TestJSON_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run, "-json")
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	var lines bytes.Buffer
	require.NoError(t, json.Indent(&lines, []byte(out), "", "  "))
	golden.Equal(t, "reconcile.json", lines.Bytes())
}

// result reads what -json prints.
func result(t *testing.T, args ...string) policy.Reconciliation {
	t.Helper()
	out, stderr, code := clitest.Execute(run, append(args, "-json")...)
	require.Zero(t, code, stderr)
	var r policy.Reconciliation
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	return r
}

// The lines sum to the difference for every pair of presets.
func TestEveryPair(t *testing.T) {
	t.Parallel()
	for _, a := range policy.Presets() {
		for _, b := range policy.Presets() {
			r := result(t, "-a", a.Name, "-b", b.Name)
			for _, m := range policy.Metrics() {
				var sum decimal.Decimal
				for _, l := range r.Of(m) {
					sum = sum.Add(l.Difference())
				}
				assert.True(t, sum.Equal(r.Total(m).Difference()), "%s, %s against %s", m, a.Name, b.Name)
			}
		}
	}
}

// Worked out by hand from the embedded subscriptions, Stripe against Standard in
// May 2026, in dollars with the euro at 1.08.
func TestByHand(t *testing.T) {
	t.Parallel()
	r := result(t)
	// anchor (99 + 6×15) × 0.9, breeze 2×990/12, cliff 299, delta 49×52/12,
	// gulf 99, inlet 99, keel 10×5 + 40×4 + 10×2.5, lagoon 3×89 × 1.08;
	// estuary, fjord, marina and navy have asked to go.
	want := decimal.RequireFromString("170.1").Add(decimal.NewFromInt(165 + 299 + 99 + 99 + 235)).
		Add(decimal.RequireFromString("288.36")).Add(decimal.RequireFromString("212.333333333333"))
	assert.True(t, want.Equal(r.Total(policy.MetricMRR).A), "%s, want %s", r.Total(policy.MetricMRR).A, want)
	// Standard takes cliff's 30 off, and counts estuary, fjord and navy while
	// they are paid for.
	want = want.Add(decimal.NewFromInt(-30 + 99 + 299 + 99))
	assert.True(t, want.Equal(r.Total(policy.MetricMRR).B), "%s, want %s", r.Total(policy.MetricMRR).B, want)
}

func TestOwnPolicy(t *testing.T) {
	t.Parallel()
	own := clitest.File(t, "ours.json", `{"name":"ours","discounts":"none","count_unpaid":true}`)
	r := result(t, "-a", "Standard", "-b", own)
	assert.Equal(t, "ours", r.B.Title())
	assert.Equal(t, []policy.Rule{policy.RuleUnpaid, policy.RuleDiscounts}, r.Switched)
	_, stderr, code := clitest.Execute(run, "-a", clitest.File(t, "bad.json", `{"discounts":"some"}`))
	assert.Equal(t, cli.ExitUsage, code)
	assert.Contains(t, stderr, `"some": want one of`)
}

func TestFromFile(t *testing.T) {
	t.Parallel()
	in := clitest.File(t, "export.jsonl", `{"object":"subscription","id":"sub_1","livemode":false,"customer":"cus_1","status":"active","currency":"eur","created":1767225600,"start_date":1767225600,"items":{"object":"list","has_more":false,"data":[{"id":"si_1","created":1767225600,"quantity":1,"price":{"id":"p","currency":"eur","billing_scheme":"per_unit","unit_amount":1000,"recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}}]}}
{"object":"invoice","id":"in_1","livemode":false,"customer":"cus_1","status":"paid","currency":"eur","created":1767225600,"subscription":"sub_1","lines":{"object":"list","has_more":false,"data":[{"id":"il_1","type":"subscription","amount":1000,"currency":"eur","quantity":1,"subscription":"sub_1","subscription_item":"si_1","period":{"start":1767225600,"end":1769904000},"price":{"id":"p","currency":"eur","recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}}]}}
`)
	r := result(t, "-in", in, "-a", "Standard", "-b", "ChartMogul")
	assert.Equal(t, "EUR", string(r.Currency))
	assert.Equal(t, "2026-01", r.Month.String())
	assert.True(t, r.Total(policy.MetricMRR).A.IsZero(), "a record of test mode")
	r = result(t, "-in", in, "-a", "Standard", "-b", "ChartMogul", "-test", "-currency", "usd", "-rate", "EUR=1.5")
	assert.Equal(t, "15", r.Total(policy.MetricMRR).A.String())
	assert.Equal(t, "15", r.Total(policy.MetricMRR).B.String(), "by its invoice")
	for _, f := range r.Findings {
		assert.NotEqual(t, billing.CodeNoInvoices, f.Code)
	}
}

// The official fixture is valid by its schema and nonsense: findings and no
// revenue.
func TestOfficialFixture(t *testing.T) {
	t.Parallel()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: Stripe's official fixture is not at hand")
	}
	out, stderr, code := clitest.Execute(run, "-in", filepath.Join(root, "eco", "stripe", "fixture_subscription.json"), "-month", "2020-06", "-currency", "USD", "-test", "-json")
	require.Zero(t, code, stderr)
	var r struct {
		policy.Reconciliation
		Import []billing.Finding `json:"import_findings"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	assert.NotEmpty(t, r.Import)
	for _, x := range r.Totals {
		assert.True(t, x.A.IsZero() && x.B.IsZero(), x.Metric)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"unknown policy": {[]string{"-a", "Excel"}, cli.ExitUsage, "not one of Standard, ChartMogul"},
		"bad month":      {[]string{"-month", "May"}, cli.ExitUsage, "invalid value"},
		"bad rate":       {[]string{"-rate", "EUR"}, cli.ExitUsage, "want CODE=RATE"},
		"bad currency":   {[]string{"-currency", "dollars"}, cli.ExitUsage, "not an ISO 4217 code"},
		"an argument":    {[]string{"export.json"}, cli.ExitUsage, "-in"},
		"no such flag":   {[]string{"-x"}, cli.ExitUsage, "not defined"},
		"no such file":   {[]string{"-in", "no/such/file"}, cli.ExitInput, "no such file"},
		"no JSON":        {[]string{"-in", clitest.File(t, "x", "hello")}, cli.ExitInput, "record 1"},
		"nothing in it":  {[]string{"-in", clitest.File(t, "x", "{}")}, cli.ExitInput, "no charge"},
		"negative rate":  {[]string{"-rate", "EUR=-1"}, cli.ExitInput, `Rate "-1"`},
		"missing rate":   {[]string{"-rate", "GBP=1.2"}, cli.ExitInput, "no exchange rate"},
		"no such policy": {[]string{"-b", "nowhere.json"}, cli.ExitUsage, "nowhere.json"},
	} {
		out, stderr, code := clitest.Execute(run, c.args...)
		assert.Equal(t, c.code, code, name)
		assert.Empty(t, out, name)
		assert.Contains(t, stderr, c.want, name)
	}
	_, stderr, code := clitest.Execute(run, "-h")
	assert.Zero(t, code)
	assert.Contains(t, stderr, "KillBill")
}
