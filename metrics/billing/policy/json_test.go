package policy_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// What the package gives out says in JSON what it holds, in one dialect.
func TestResults_MarshalToSomethingTrue(t *testing.T) {
	t.Parallel()
	b := books(t, []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "2024-03-10")}, policy.Standard(), dollars)
	st, err := b.Statement(calendar.NewMonth(2024, 3))
	require.NoError(t, err)
	churn, err := b.Churn(calendar.NewMonth(2024, 3).Period(time.UTC))
	require.NoError(t, err)
	standing, err := b.Reading().Standing(date("2024-02-01"))
	require.NoError(t, err)
	for _, c := range []struct {
		v    any
		want []string
	}{
		{st, []string{"month", "revenue", "customers", "policy", "arr", "churn_rate"}},
		{churn, []string{"period", "customers", "rate", "policy"}},
		{standing, []string{"paying", "free", "trials", "dropped", "customers"}},
		{billing.Finding{Code: "x", Message: "m"}, []string{"code", "severity", "message"}},
		{policy.Size{}, []string{"objects", "versions", "sealed", "repeats"}},
	} {
		out, err := json.Marshal(c.v)
		require.NoError(t, err)
		var keys map[string]any
		require.NoError(t, json.Unmarshal(out, &keys))
		for _, k := range c.want {
			assert.Contains(t, keys, k, "%s", out)
		}
	}
}
