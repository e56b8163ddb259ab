package importer_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
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
	_, err = importer.NewSession("test", importer.Options{Limits: importer.Limits{Versions: -1}})
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
		{billing.Fault, billing.CodeMalformed, 1},
		{billing.Warning, billing.CodeTruncated, 3},
		{billing.Notice, "once", 1},
		{billing.Notice, billing.CodeUnsupported, 2},
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
	var s importer.Session
	s.Note("r").Fault("x", "", "", "m")
	s.Skip("k", "r", "w")
	s.FindOnce("k", billing.Finding{})
	assert.Len(t, s.Tallies(), 3)
	for _, err := range s.Records(strings.NewReader(`{"a":1}`)) {
		require.ErrorIs(t, err, importer.ErrLimit)
	}
	var n importer.Note
	n.Fault("x", "", "", "m")
}

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := &importer.Error{Importer: "stripe", Record: 3, Line: 7, Offset: 99, ID: "sub\n1", Field: "f", Value: "v", Reason: "r", Err: cause}
	require.EqualError(t, e, `stripe: record 3 (line 7, byte 99) "sub\n1": f "v": r`)
	require.ErrorIs(t, e, cause)
	require.EqualError(t, &importer.Error{Reason: "r"}, "r")
	require.EqualError(t, &importer.Error{Importer: "x", Line: 2, Offset: 5, Reason: "r"}, "x: line 2, byte 5: r")
}

func TestCollect(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	got, err := importer.Collect(func(yield func(int, error) bool) {
		_ = yield(1, nil) && yield(2, nil) && yield(0, boom)
	})
	require.ErrorIs(t, err, boom)
	assert.Equal(t, []int{1, 2}, got)
}
