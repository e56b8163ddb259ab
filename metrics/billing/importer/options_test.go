package importer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// fields are the limits by name.
var fields = map[string]func(*importer.Limits) *int{
	"RecordBytes": func(l *importer.Limits) *int { return &l.RecordBytes },
	"Depth":       func(l *importer.Limits) *int { return &l.Depth },
	"ListItems":   func(l *importer.Limits) *int { return &l.ListItems },
	"StringBytes": func(l *importer.Limits) *int { return &l.StringBytes },
	"Catalogue":   func(l *importer.Limits) *int { return &l.Catalogue },
	"Versions":    func(l *importer.Limits) *int { return &l.Versions },
	"Findings":    func(l *importer.Limits) *int { return &l.Findings },
}

func TestOptions_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, importer.Options{}.Validate(), "0 is the default")
	for name, field := range fields {
		var o importer.Options
		*field(&o.Limits) = 1
		require.NoError(t, o.Validate(), name)
		*field(&o.Limits) = -1
		err := o.Validate()
		require.ErrorIs(t, err, importer.ErrOptions, name)
		require.EqualError(t, err, "Options.Limits."+name+` "-1": negative; the least is 0, the default`)
	}
	require.NoError(t, importer.Options{Limits: importer.Limits{Depth: 5000}}.Validate())
	require.ErrorContains(t, importer.Options{Limits: importer.Limits{Depth: 5001}}.Validate(), `"5001": the most is 5000`)
	require.NoError(t, importer.Options{Exponents: money.Exponents{"USD": 6}}.Validate())
	err := importer.Options{Exponents: money.Exponents{"USD": 7}}.Validate()
	require.ErrorIs(t, err, importer.ErrOptions)
	require.ErrorContains(t, err, "Options.Exponents: ")
}

func TestLimits_WithDefaults(t *testing.T) {
	t.Parallel()
	defaults := importer.Limits{
		RecordBytes: 16 << 20, Depth: 64, ListItems: 100_000, StringBytes: 1 << 20, Catalogue: 1_000_000, Versions: 1_000_000, Findings: 10_000,
	}
	assert.Equal(t, defaults, importer.Limits{}.WithDefaults())
	for name, field := range fields {
		var l importer.Limits
		want := defaults
		*field(&l), *field(&want) = 7, 7
		assert.Equal(t, want, l.WithDefaults(), name)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	fault := billing.Finding{Code: billing.CodeMissingPrice, Severity: billing.Fault, Record: "c_1", Field: "fee", Message: "no fee"}
	one := "x: records that could not be honoured: " + fault.String()
	for n, want := range []string{"x: records that could not be honoured", one, one + "; and 1 more", one + "; and 2 more"} {
		f := &importer.Faults{Importer: "x"}
		for range n {
			f.Findings = append(f.Findings, fault)
		}
		require.EqualError(t, f, want)
		require.ErrorIs(t, f, importer.ErrFaults)
	}
	require.NoError(t, importer.FaultsOf("x", nil))
	require.NoError(t, importer.FaultsOf("x", []billing.Finding{{Severity: billing.Notice}, {Severity: billing.Warning}}))
}
