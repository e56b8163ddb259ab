package main

import (
	"cmp"
	"slices"
	"syscall"
	"time"
)

// sample is what one run took.
type sample struct {
	wall, user         time.Duration
	bytes, allocations uint64
}

// processor is the time that this process has had processors for.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// median by time on the clock.
func median(list []sample) sample {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b sample) int { return cmp.Compare(a.wall, b.wall) })
	return list[len(list)/2]
}
