// Analytics reads a log of product events and says where customers are lost, who
// comes back, how their journeys deviate from the plan, which channels earned
// the sales at what cost, and what those who buy do differently.
//
//	go run ./examples/analytics
//	go run ./examples/analytics -width 120
//	go run ./examples/analytics -csv > events.csv
//	go run ./examples/analytics -in events.csv -steps visited,trial_started,subscribed
//	go run ./examples/analytics -json
//
// Without -in it takes the log of an invented company: story.go makes it up,
// the same every time. csv.go reads and writes logs, analyse.go asks the
// library, report.go prints.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
