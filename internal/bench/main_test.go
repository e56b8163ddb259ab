package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every contender that is here does its work, with results that agree, and
// those that are not here are named.
func TestRun(t *testing.T) {
	var b strings.Builder
	require.NoError(t, run(&b, options{rounds: 1, scale: 20_000}))
	for _, name := range []string{"journey.Definition.Step", "looplab/fsm", "qmuntal/stateless", "metrics.SumOf", "govalues", "apd", "encoding/json", "go-json-experiment", "SQLite, loaded", "journey/mining", "statekit", "metrics/survival"} {
		assert.Contains(t, b.String(), name)
	}
	for _, name := range []string{"XState | missing", "DuckDB, loaded | missing", "Postgres, loaded | missing"} {
		assert.Contains(t, b.String(), name)
	}
	for _, name := range []string{"Python decimal", "Python json, to dicts", "Python, dicts", "Python, a loop", "lifelines (Python)", "pm4py (Python)", "transitions (Python)", "survival (R)"} { // here or named as missing
		assert.Contains(t, b.String(), "| "+name+" | ")
	}
	t.Log("\n" + b.String())
}

// The middle one, by the clock.
func TestMedian(t *testing.T) {
	assert.Equal(t, sample{wall: 3, bytes: 7}, median([]sample{{wall: 9}, {wall: 3, bytes: 7}, {wall: 1}}))
}
