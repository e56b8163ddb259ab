package billing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// A million bad records do not make a million complaints; the last one says how
// many there are, and how bad.
func TestFindings_AreBounded(t *testing.T) {
	t.Parallel()
	spans := make([]billing.Span, 20_000)
	all := billing.Lint(spans, billing.LintOptions{})
	require.Len(t, all, billing.MaxFindings+1)
	last := all[len(all)-1]
	assert.Equal(t, billing.CodeMore, last.Code)
	assert.Equal(t, billing.Fault, last.Severity)
	assert.Equal(t, "30000", last.Value) // two faults each
	var a, b billing.Findings
	a.Add(billing.Finding{Code: "a"})
	b.Add(billing.Finding{Code: "b"})
	a.Join(&b)
	assert.Len(t, a.All(), 2)
}
