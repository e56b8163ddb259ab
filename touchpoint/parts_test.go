package touchpoint_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestLaw_PartsCoverEveryCustomerOnce(t *testing.T) {
	several := 0
	law.Check(t, func(t *rapid.T) {
		var events []touchpoint.Event
		for c, n := range rapid.SliceOfN(rapid.SampledFrom([]int{1, 1, 2, 40}), 0, 12).Draw(t, "events") {
			for i := range n {
				events = append(events, touchpoint.Event{Customer: strconv.Itoa(c), Name: "n", At: time.Unix(int64(i), 0)})
			}
		}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		n := rapid.IntRange(-1, 5).Draw(t, "n")
		parts := log.Columns().Split(n)
		next := 0
		for _, p := range parts {
			require.Equal(t, next, p.From)
			require.Greater(t, p.To, p.From, "no part is empty")
			next = p.To
		}
		require.Equal(t, log.Customers(), next)
		require.LessOrEqual(t, len(parts), max(n, 1))
		if len(parts) > 1 {
			several++
		}
	}, law.Counters{"several": &several})
}

func ExampleColumns_Split() {
	var events []touchpoint.Event
	for i := range 9 {
		events = append(events, touchpoint.Event{Customer: strconv.Itoa(i), Name: "n", At: time.Unix(0, 0)})
	}
	log, err := touchpoint.LogOf(events...)
	fmt.Println(log.Columns().Split(2), err)
	// Output: [{0 4} {4 9}] <nil>
}
