package ledger_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// TestLaw_ManyAtOnceIsOneByOne: what is taken in on all processors gives the
// books, the refusals and the next books of what is taken in one by one.
func TestLaw_ManyAtOnceIsOneByOne(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		many, few := books(t, o, nil), books(t, o, nil)
		many.Eager(1)
		few.Eager(1 << 30)
		same := func() {
			t.Helper()
			require.Equal(t, encoded(t, few), encoded(t, many))
			require.Equal(t, show(statements(t, few)), show(statements(t, many)))
			require.Equal(t, few.Len(), many.Len())
			require.Equal(t, few.Repeats(), many.Repeats())
			require.Equal(t, few.Unit().String(), many.Unit().String())
		}
		for range rapid.IntRange(1, 5).Draw(t, "inputs") {
			changes := anyChanges(t, o, true)
			for i := range changes {
				c := &changes[i]
				switch rapid.SampledFrom([]string{"plain", "plain", "plain", "plain", "again", "many levels", "wide", "clash", "mixed", "id"}).Draw(t, "how") {
				case "again": // an event delivered twice
					if i > 0 {
						drawn["again"]++
						*c = changes[rapid.IntRange(0, i-1).Draw(t, "of")]
					}
				case "many levels": // beyond a chain
					drawn["many levels"]++
					c.Customer, c.Item = "a", fmt.Sprint("item", rapid.IntRange(0, 20).Draw(t, "item"))
				case "wide":
					c.Amount = decimal.RequireFromString("1234567890.123456789012")
				case "clash":
					c.ID = "evt_0"
				case "mixed":
					c.Subscription = "replaced"
				case "id":
					c.ID = fmt.Sprint("e", rapid.IntRange(0, 30).Draw(t, "id"))
				}
			}
			if rapid.IntRange(0, 5).Draw(t, "bad") == 0 && len(changes) > 0 {
				c := &changes[rapid.IntRange(0, len(changes)-1).Draw(t, "row")]
				switch rapid.IntRange(0, 8).Draw(t, "what") {
				case 0:
					c.Customer = ""
				case 1:
					c.Customer = "x\xffy"
				case 2:
					c.Subscription = "x\xffseats"
				case 3:
					c.ID = "\xff"
				case 4:
					c.Amount = decimal.New(-1, 0)
				case 5:
					c.At = time.Time{}
				case 6:
					c.Plan = "\xff"
				case 7:
					c.Cause = 99
				case 8:
					c.Currency = "GBPX"
				}
				drawn["bad"]++
			}
			var err, want error
			switch rapid.SampledFrom([]string{"append", "load", "broken", "replace", "read"}).Draw(t, "way") {
			case "append":
				want, err = few.Append(changes...), many.Append(changes...)
			case "load":
				want, err = few.Load(all(changes, nil)), many.Load(all(changes, nil))
			case "broken":
				broken := errors.New("source")
				want, err = few.Load(all(changes, broken)), many.Load(all(changes, broken))
			case "replace":
				drawn["replace"]++
				for _, l := range []*ledger.Ledger{few, many} {
					l2 := l.Replace("a", "replaced", base, ledger.Change{At: base, Amount: decimal.New(3, 0), ID: "e1"})
					if want = l2; l == many {
						err = l2
					}
				}
			default:
				same()
			}
			if want == nil {
				require.NoError(t, err)
				continue
			}
			drawn["refused"]++
			require.EqualError(t, err, want.Error())
		}
		same()
	}, drawn.Need("again", "many levels", "bad", "refused", "replace"))
}

func all(changes []ledger.Change, end error) iter.Seq2[ledger.Change, error] {
	return func(yield func(ledger.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
		if end != nil {
			yield(ledger.Change{}, end)
		}
	}
}

// Large inputs, with all that a wave of its own meets: ids said twice within one
// and across two, details, items, and a refusal at the very end.
func TestManyAtOnce_Large(t *testing.T) {
	t.Parallel()
	const n = 40_000
	changes := synthetic(n, false, true)
	for i := range changes {
		switch i % 11 {
		case 1:
			changes[i].Recorded = changes[i].At.Add(time.Duration(i))
		case 2:
			changes[i].Plan = fmt.Sprint("plan", i%97)
		case 3:
			changes[i].Item = fmt.Sprint("item", i%31)
		case 4:
			changes[i] = changes[i-3]
		}
	}
	o := ledger.Options{Currency: "EUR"}
	few, many, streamed := books(t, o, nil), books(t, o, nil), books(t, o, nil)
	few.Eager(1 << 30)
	for _, part := range [][]ledger.Change{changes[:n/2], changes[n/4:], changes[:9_000]} {
		require.NoError(t, few.Append(part...))
		require.NoError(t, many.Append(part...))
		require.NoError(t, streamed.Load(all(part, nil)))
	}
	want := encoded(t, few)
	require.Equal(t, want, encoded(t, many))
	require.Equal(t, want, encoded(t, streamed))
	require.Equal(t, few.Repeats(), many.Repeats())
	require.Equal(t, few.Repeats(), streamed.Repeats())

	bad := slices.Clone(changes)
	for i := range bad {
		bad[i].Customer = "new" + bad[i].Customer
		bad[i].ID = "new" + bad[i].ID
	}
	bad[n-1].ID = "evt_10000000"
	require.ErrorIs(t, many.Append(bad...), ledger.ErrConflict)
	require.Equal(t, want, encoded(t, many))
	require.ErrorContains(t, streamed.Load(all(bad, errors.New("source"))), "source")
	require.Equal(t, want, encoded(t, streamed))
	require.NoError(t, many.Append(bad[:n-1]...))
	require.NoError(t, few.Append(bad[:n-1]...))
	require.Equal(t, encoded(t, few), encoded(t, many))
}
