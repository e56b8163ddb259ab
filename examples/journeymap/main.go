// Journeymap draws the customer-journey map of an invented company, Tidewise:
// as it was planned, as it is by a log of events, and the gap between the two,
// for two personas.
//
//	go run ./examples/journeymap -out /tmp/map
//	go run ./examples/journeymap -out /tmp/map -events events.csv
//	go run ./examples/journeymap -out /tmp/map -map map.json
//	go run ./examples/journeymap -out /tmp/map -rtl
//
// It writes planned.svg, actual.svg, gap.svg, map.html, map.md and map.json and
// says where. Without -events it reads the embedded log, without -map it plans
// from preset.SaaS and the catalogue in plan.go; map.json is a plan to change
// and give back with -map. -rtl does the same in Arabic. csv.go reads, maps.go
// computes with the library, arabic.go translates.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
