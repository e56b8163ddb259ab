package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// By hand: large opens at 800 + 1200 and grows by 200, so 110 %; small opens at
// 50 + 50 and loses 50.
func TestOutput(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(&out))
	assert.Equal(t, `acme: large because employees = 900: at least 250

large  MRR 2000 to 2200 EUR, NRR 110%
small  MRR 100 to 50 EUR, NRR 50%

large  acme in expansion, corp in adoption
small  beta in onboarding, dent in churned
`, out.String())
}
