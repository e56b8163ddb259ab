// Quickstart shows the main job of the library on one page: a history of
// subscription changes goes in; monthly MRR movements, rates, cohorts and the
// reasons behind one month come out.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -in subscriptions.csv -from 2025-01 -to 2025-12
//	go run ./examples/quickstart -in subscriptions.csv -json
//
// Without -in it reads the changes of an invented company, which are embedded.
// The files are in the order of the work: csv.go and company.go read, books.go
// and report.go compute with the library, text.go and what it names print.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
