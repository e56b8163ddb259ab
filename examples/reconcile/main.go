// Reconcile answers the question billing engineers are asked most: why does our
// MRR differ from the dashboard's? It reads Stripe's objects, values them under
// two policies and prints the difference of one month rule by rule and customer
// by customer, in lines that sum to it exactly.
//
//	go run ./examples/reconcile
//	go run ./examples/reconcile -a Stripe -b ChartMogul -month 2026-05
//	go run ./examples/reconcile -in export.json -a ours.json -b Stripe
//
// Without -in it reads the subscriptions of an invented company, which are
// embedded. records.go reads, run.go has the flags, output.go prints.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
