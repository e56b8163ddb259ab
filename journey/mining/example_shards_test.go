package mining_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// shard is the part of the orders that one customer made.
func shard(customer string) *touchpoint.Log {
	log, err := touchpoint.NewLog(orders().Of(customer))
	if err != nil {
		panic(err)
	}
	return log
}

// What one shard found, sent to where it is added up.
func ExampleCases_AppendBinary() {
	cases, err := mining.CasesOf(orders(), mining.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := cases.AppendBinary(nil)
	var got mining.Cases
	fmt.Println(err, got.UnmarshalBinary(sent), got.Customers, got.Events, got.Median)
	// Output:
	// <nil> <nil> 3 7 2h0m0s
}

func ExamplePathTable_AppendBinary() {
	paths, err := mining.Paths(shard("anna"), mining.PathOptions{Gap: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := paths.AppendBinary(nil)
	var got mining.PathTable
	fmt.Println(err, got.UnmarshalBinary(sent))
	fmt.Print(&got)
	// Output:
	// <nil> <nil>
	// 1_sign_up -> 2_trial 1 mean 1h0m0s
	// 2_trial -> 3_pay 1 mean 3h0m0s
}

// promised says how a sign-up is followed by a trial within an hour, as it was
// at noon.
func promised(log *touchpoint.Log) *mining.ServiceReport {
	r, err := mining.Service(log, mining.ServiceSpec{
		Begin: touchpoint.Named("sign_up"), Done: touchpoint.Named("trial"), Within: time.Hour,
		AsOf: time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC),
	})
	if err != nil {
		panic(err)
	}
	return r
}

func ExampleServiceReport_AppendBinary() {
	sent, err := promised(orders()).AppendBinary(nil)
	var got mining.ServiceReport
	fmt.Println(err, got.UnmarshalBinary(sent), got.All.Cases, got.All.Share.Fraction())
	// Output:
	// <nil> <nil> 3 2/3
}

// Promises to customers of two shards; those of one shard twice are refused.
func ExampleServiceReport_Merge() {
	sum := promised(shard("anna"))
	fmt.Println(sum.Merge(promised(shard("ben"))), sum.All.Cases, "cases,", sum.All.Late, "late")
	fmt.Println(errors.Is(sum.Merge(promised(shard("ben"))), mining.ErrMerge))
	// Output:
	// <nil> 2 cases, 1 late
	// true
}
