// Board is the whole library on one company: a simulated one, or yours. It
// writes one page and its pictures:
//
//	go run ./examples/board -out /tmp/board
//	go run ./examples/board -out /tmp/board -language ar
//	go run ./examples/board -out /tmp/board -stripe export.json -month 2026-06
//	go run ./examples/board -out /tmp/board -stripe export.json -events events.csv
//
// Without -stripe and -events it simulates two years of Northwind, whose
// customers walk through preset.SaaS: books, cohorts, survival and forecast,
// funnel, retention, flow, attribution and what channels are worth, the
// catalogue's scorecard, the journey map with its gap, and the customer to whom
// most happened. With -stripe the books are yours, with -events the journeys
// are; what neither has is left out.
//
// world.go is the company, input.go reads, books.go and journeys.go compute
// with the library, run.go has the flags and writes.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
