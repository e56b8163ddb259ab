//go:build race

package tracker_test

// underRace: the race detector makes sync.Pool forget at random.
const underRace = true
