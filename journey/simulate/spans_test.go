package simulate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// checkSpans holds a customer's spans against the visits that a replay found:
// the subscription is in force exactly while the customer is in a stage that is
// paid for.
func checkSpans(t *testing.T, c *simulate.Customer, visits []journey.Visit) {
	t.Helper()
	paid := map[journey.Stage]bool{"trial": true, "customer": true, "advocate": true}
	type piece struct{ from, to time.Time }
	var want []piece
	for _, v := range visits {
		if !paid[v.Stage] {
			continue
		}
		until := v.Until
		if v.Open {
			until = time.Time{}
		}
		if n := len(want); n > 0 && want[n-1].to.Equal(v.From) {
			want[n-1].to = until
			continue
		}
		want = append(want, piece{v.From, until})
	}
	var got []piece
	for i := range c.Spans {
		s := &c.Spans[i]
		if n := len(got); n > 0 && c.Spans[i-1].Subscription == s.Subscription {
			require.True(t, got[n-1].to.Equal(s.From), "spans of one subscription touch")
			got[n-1].to = s.To
			continue
		}
		got = append(got, piece{s.From, s.To})
	}
	require.Len(t, got, len(want), "%s: visits %v, spans %v", c.ID, visits, c.Spans)
	for i := range want {
		require.True(t, want[i].from.Equal(got[i].from) && want[i].to.Equal(got[i].to), "%s: %v, %v", c.ID, want[i], got[i])
	}
	for i := range c.Invoices {
		l := &c.Invoices[i]
		require.False(t, l.Status == billing.LinePaid && l.PaidAt.Before(l.IssuedAt), "%+v", l)
	}
}
