package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// Figures are written into the folder that LIFECYCLE_LOOK names, to be looked at.
func look(t *testing.T, name string, f report.Figure) {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_LOOK")
	if dir == "" {
		return
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".svg"), f.SVG(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+"-phone.svg"), f.Phone(), 0o600))
}
