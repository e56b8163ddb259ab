//go:build !race

package tracker_test

const underRace = false
