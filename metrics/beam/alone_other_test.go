//go:build !linux

package beam_test

import "runtime"

func alone() (int, bool) { return reachable("no network of one's own on " + runtime.GOOS) }
