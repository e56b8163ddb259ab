//go:build !race

package journey_test

const underRace = false
