package policy

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Discounts together take off what each after the other does, whichever hold, in
// whatever order instants are asked for.
func TestLaw_ReductionsAreOneAfterAnother(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		held := make([]lessening, rapid.IntRange(1, 9).Draw(t, "discounts"))
		for i := range held {
			d := &billing.Discount{}
			if rapid.Bool().Draw(t, "percent") {
				d.Percent = decimal.New(rapid.SampledFrom([]int64{1, 125, 5000, 9999, 10000}).Draw(t, "of"), -2)
			} else {
				d.Off = decimal.New(rapid.Int64Range(0, 60).Draw(t, "off"), -1)
			}
			if rapid.IntRange(0, 5).Draw(t, "of all") == 0 {
				d.Level = billing.LevelSubscription
			}
			from := rapid.Int64Range(0, 8).Draw(t, "from")
			held[i] = lessening{d: d, from: from, to: from + rapid.Int64Range(1, 8).Draw(t, "length")}
		}
		by := newReductions(held)
		gross := decimal.New(rapid.Int64Range(0, 120).Draw(t, "gross"), -1)
		for range 6 {
			at := rapid.Int64Range(0, 16).Draw(t, "at")
			want, below := gross, false
			for i := range held {
				l := &held[i]
				switch {
				case !l.holds(at) || l.d.Level == billing.LevelSubscription:
				case !l.d.Percent.IsZero():
					want = percentOff(want, l.d.Percent)
					if below {
						seen["a share of nothing"]++
					}
				default:
					if want = want.Sub(l.d.Off); want.Sign() < 0 {
						want, below = decimal.Decimal{}, true
						seen["below zero"]++
					}
				}
			}
			r, got := by.at(at), gross
			if r.part {
				got = got.Mul(r.kept)
			}
			got = decimal.Max(got.Sub(r.off), decimal.Decimal{})
			require.True(t, got.Equal(want), "%s, want %s", got, want)
			if r.part && !r.off.IsZero() {
				seen["both"]++
			}
		}
	}, seen.Need("both", "below zero", "a share of nothing"))
}
