//go:build unix

package ledger_test

import (
	"syscall"
	"time"
)

// userTime is what the process has worked so far, on all processors: on a machine
// that others use too, it says more than the clock.
func userTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
