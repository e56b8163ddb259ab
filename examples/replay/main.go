// Replay reads a log of events and says where its customers are, how long they
// stayed in each stage, and which events the definition of their journey
// refused and why; then it draws the journey with the counts on its edges.
//
//	go run ./examples/replay
//	go run ./examples/replay -in events.csv -group
//	go run ./examples/replay -in events.csv -definition journey.txt
//
// Without -in it reads the embedded events of an invented company, without
// -definition it follows preset.SaaS. csv.go reads, report.go prints.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
