package importer_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

func ExampleCollect() {
	numbers := func(yield func(int, error) bool) { _ = yield(1, nil) && yield(2, nil) }
	fmt.Println(importer.Collect(numbers))
	// Output: [1 2] <nil>
}
