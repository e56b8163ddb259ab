package kit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func TestOptions_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, importer.Options{}.Validate())
	err := importer.Options{
		Exponents: money.Exponents{"USD": 9},
		Limits:    importer.Limits{RecordBytes: -1, Depth: 100_000, Findings: -5},
	}.Validate()
	require.ErrorIs(t, err, importer.ErrOptions)
	for _, part := range []string{"Limits.RecordBytes", "Limits.Findings", "Limits.Depth", "the most is 5000", "Options.Exponents"} {
		require.ErrorContains(t, err, part)
	}
	_, err = kit.NewSession("test", importer.Options{Limits: importer.Limits{Versions: -1}})
	require.ErrorContains(t, err, "test: ")
}

func TestSession_Findings(t *testing.T) {
	t.Parallel()
	s := session(t, importer.Options{Limits: importer.Limits{Findings: 2}})
	for range 3 {
		s.Note("a").Warn(billing.CodeTruncated, "f", "v", "m")
	}
	s.Note("b").Fault(billing.CodeMalformed, "f", "v", "%d", 7)
	s.Skip("charge", "ch_1", "no terms")
	s.Skip("charge", "ch_2", "no terms")
	s.Skip("", "x", "no terms")
	s.FindOnce("k", billing.Finding{Code: "once"})
	s.FindOnce("k", billing.Finding{Code: "once"})

	assert.Len(t, s.Findings(), 2, "the limit keeps two")
	assert.Equal(t, []importer.Tally{
		{Severity: billing.Fault, Code: billing.CodeMalformed, N: 1},
		{Severity: billing.Warning, Code: billing.CodeTruncated, N: 3},
		{Severity: billing.Notice, Code: "once", N: 1},
		{Severity: billing.Notice, Code: billing.CodeUnsupported, N: 2},
	}, s.Tallies(), "all are counted")
	assert.Equal(t, int64(3), s.Progress().Skipped)
	assert.Equal(t, int64(7), s.Progress().Findings)

	s.Findings()[0].Code = "changed"
	assert.Equal(t, billing.CodeTruncated, s.Findings()[0].Code, "the slice is the caller's")

	var seen []billing.Finding
	s = session(t, importer.Options{Finding: func(f billing.Finding) { seen = append(seen, f) }})
	s.Note("a").Notice("x", "", strings.Repeat("é", 100), "m")
	require.Len(t, seen, 1)
	assert.Equal(t, strings.Repeat("é", 32)+"…", seen[0].Value, "clipped at a character")
	assert.Empty(t, s.Findings())
}

func TestSession_Zero(t *testing.T) {
	t.Parallel()
	var s kit.Session
	s.Note("r").Fault("x", "", "", "m")
	s.Skip("k", "r", "w")
	s.FindOnce("k", billing.Finding{})
	assert.Len(t, s.Tallies(), 3)
	for _, err := range s.Records(strings.NewReader(`{"a":1}`)) {
		require.ErrorIs(t, err, importer.ErrLimit)
	}
	var n kit.Note
	n.Fault("x", "", "", "m")
}
