package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// By hand: 9 − 1 of 200 is 4 %; (23550 + 900 − 150 − 600) / 23550 = 1.006369;
// 9600 / 12 = 800; 25100 / 203 × 0.8 / 0.04 = 2472.906.
func TestOutput(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(&out))
	assert.Equal(t, "churn 4.00% = 8 of 200\nNRR   100.64%\nCAC   800.00\nLTV   2472.91\n", out.String())
}
