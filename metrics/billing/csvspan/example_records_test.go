package csvspan_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := csvspan.New(csvspan.Options{Limits: importer.Limits{RecordBytes: -1}})
	fmt.Println(err)
	// Output: csvspan: Options.Limits.RecordBytes "-1": negative; the least is 0, the default
}
