// Forecast looks ahead with the library: how long customers stay, what they
// are worth by plan, what revenue may be in the next twelve months with its
// intervals, how often such intervals have held in these very books, and what
// one scenario would change.
//
//	go run ./examples/forecast
//	go run ./examples/forecast -in subscriptions.csv -to 2025-12
//	go run ./examples/forecast -json
//
// Without -in it reads the changes of an invented company, which
// are embedded. books.go reads, report.go computes with the library, text.go
// prints.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
