package importer_test

import (
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// A function without findings of its own gives their faults as an error.
func ExampleFaultsOf() {
	err := importer.FaultsOf("mybilling", []billing.Finding{
		{Code: billing.CodeMissingPrice, Severity: billing.Fault, Record: "c_1", Field: "fee", Message: "no fee"},
		{Code: billing.CodeTestMode, Severity: billing.Notice, Record: "c_2", Message: "of test mode"},
		{Code: billing.CodeMalformed, Severity: billing.Fault, Record: "c_3", Field: "fee", Value: "ten", Message: "not a number"},
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, importer.ErrFaults))
	// Output:
	// mybilling: records that could not be honoured: fault missing-price "c_1" fee "": no fee; and 1 more
	// true
}
