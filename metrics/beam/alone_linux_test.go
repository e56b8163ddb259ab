package beam_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

const aloneKey = "LIFECYCLE_BEAM_ALONE"

// noLoopback is how the tests end in a network whose loopback cannot be
// switched on: where a system gives the one and not the other.
const noLoopback = 97

// alone runs the tests again in a network namespace that has nothing but a
// loopback, and gives their exit status; done is false where they are to run
// here.
func alone() (code int, done bool) {
	if os.Getenv(aloneKey) != "" {
		if err := loopback(); err != nil {
			fmt.Fprintln(os.Stderr, "no loopback in a network of one's own:", err)
			return noLoopback, true
		}
		return 0, false
	}
	self, err := os.Executable()
	if err != nil {
		return reachable(err)
	}
	c := exec.Command(self, os.Args[1:]...)
	c.Env = append(os.Environ(), aloneKey+"=1")
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	if err := c.Start(); err != nil {
		return reachable(err)
	}
	var failed *exec.ExitError
	if err := c.Wait(); errors.As(err, &failed) {
		if failed.ExitCode() == noLoopback {
			return reachable(err)
		}
		return max(1, failed.ExitCode()), true
	} else if err != nil {
		return reachable(err)
	}
	return 0, true
}

// loopback switches lo on.
func loopback() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, lo)
}
