package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// A change moves nothing before its reach, and what is before the change itself and
// within reach it does move, of every reason there is.
func TestLaw_NothingMovesBeforeTheReach(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		if o.MinGap == 0 && rapid.Bool().Draw(t, "gaps too") {
			o.MinGap = time.Duration(rapid.IntRange(1, 60*24).Draw(t, "min gap")) * time.Hour
			o.MaxGap = 0
		}
		changes := anyChanges(t, o, true)
		if rapid.Bool().Draw(t, "one who comes back") { // or is moved once more
			at := base.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "hour")) * time.Hour)
			for i, amount := range []int64{100, rapid.SampledFrom([]int64{0, 0, 40}).Draw(t, "left with"), 70} {
				changes = append(changes, ledger.Change{Customer: "d", At: at, Amount: decimal.NewFromInt(amount), ID: fmt.Sprint("d", i)})
				at = at.Add(1 + time.Duration(rapid.Int64Range(0, int64(max(o.MinGap, o.Coalesce, 48*time.Hour))).Draw(t, "later")))
			}
		}
		if len(changes) == 0 {
			return
		}
		last := changes[len(changes)-1]
		before := movementsBetween(books(t, o, changes[:len(changes)-1]), time.Time{}, last.At)
		after := movementsBetween(books(t, o, changes), time.Time{}, last.At)
		reach := o.Reach(last.At)
		told := func(all []ledger.Movement, from bool) (out []string) {
			for i := range all {
				if m := &all[i]; m.At.Before(reach) != from {
					out = append(out, fmt.Sprint(m.Customer, m.At.UnixNano(), m.Kind, m.Heads, m.Amount))
				}
			}
			return out
		}
		assert.Equal(t, told(before, false), told(after, false), "%+v: %v", o, changes)
		if fmt.Sprint(told(before, true)) != fmt.Sprint(told(after, true)) {
			switch {
			case o.Net == ledger.PerMonth && o.MinGap > 0:
				seen["month and gap"]++
			case o.Net == ledger.PerMonth:
				seen["month"]++
			case o.Coalesce > 0 && o.MinGap > 0:
				seen["window and gap"]++
			case o.Coalesce > 0:
				seen["window"]++
			default:
				seen["gap"]++
			}
		}
	}, seen.NeedAtLeast(3, "month", "window", "gap", "month and gap", "window and gap"))
}

func movementsBetween(l *ledger.Ledger, from, to time.Time) (out []ledger.Movement) {
	for m := range l.Movements(calendar.Period{From: from, To: to}) {
		out = append(out, m)
	}
	return out
}

func ExampleOptions_Reach() {
	o := ledger.Options{Net: ledger.PerMonth, MinGap: 10 * 24 * time.Hour}
	at := time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC)
	// The month nets, and who returned on 1 March may have left on 19 February.
	fmt.Println(o.Reach(at).Format(time.DateOnly))
	// Output: 2026-02-01
}
