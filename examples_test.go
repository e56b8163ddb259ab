package lifecycle_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every example answers -h and refuses a flag it does not have.
func TestExamples_Flags(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds every example")
	}
	folders, err := os.ReadDir("examples")
	require.NoError(t, err)
	bin := t.TempDir()
	n := 0
	for _, f := range folders {
		if !f.IsDir() || f.Name() == "internal" {
			continue
		}
		if _, err := os.Stat(filepath.Join("examples", f.Name(), "go.mod")); err == nil {
			continue // a module of its own
		}
		n++
		program := filepath.Join(bin, f.Name())
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./examples/"+f.Name()).CombinedOutput()
		require.NoError(t, err, "%s: %s", f.Name(), out)
		help, err := exec.CommandContext(t.Context(), program, "-h").CombinedOutput()
		require.NoError(t, err, f.Name())
		assert.Regexp(t, "(?i)usage", string(help), f.Name())
		err = exec.CommandContext(t.Context(), program, "-no-such-flag").Run()
		require.Error(t, err, f.Name())
	}
	assert.GreaterOrEqual(t, n, 8)
}
