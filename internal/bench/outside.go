package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// outside is a contender that is a process of its own. It prints the
// nanoseconds that its work took, without its start and the reading of files.
func outside(dir, program string, args ...string) contender {
	return contender{outside: func() (time.Duration, error) {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return 0, err
		}
		var ns int64
		_, err = fmt.Sscan(string(out), &ns)
		return time.Duration(ns), err
	}}
}

// node runs a script beside the packages of a folder.
func node(dir, module, script string, args ...string) contender {
	switch _, err := exec.LookPath("node"); {
	case err != nil:
		return contender{missing: "node is not on this machine"}
	case dir == "":
		return contender{missing: "-npm names no folder with " + module}
	}
	if _, err := os.Stat(dir + "/node_modules/" + module); err != nil {
		return contender{missing: module + " is not in " + dir}
	}
	return outside(dir, "node", append([]string{"-e", script}, args...)...)
}

// python runs a script, if the modules it needs beside the standard library can
// be imported.
func python(modules, script string, args ...string) contender {
	if _, err := exec.LookPath("python3"); err != nil {
		return contender{missing: "python3 is not on this machine"}
	}
	for module := range strings.FieldsSeq(modules) {
		if exec.Command("python3", "-c", "import "+module).Run() != nil {
			return contender{missing: module + " is not among the modules of python3 here"}
		}
	}
	return outside("", "python3", append([]string{"-c", clock + script}, args...)...)
}

// clock is what the scripts of python measure with.
const clock = `import sys, time
def took(work):
    begin = time.perf_counter_ns()
    result = work()
    print(time.perf_counter_ns() - begin)
    return result
`

// rscript runs a script of R, if the package it needs is there.
func rscript(pkg, script string, args ...string) contender {
	if _, err := exec.LookPath("Rscript"); err != nil {
		return contender{missing: "R is not on this machine"}
	}
	if exec.Command("Rscript", "-e", "library("+pkg+")").Run() != nil {
		return contender{missing: "R has no package " + pkg + " here"}
	}
	return outside("", "Rscript", append([]string{"-e", script}, args...)...)
}
