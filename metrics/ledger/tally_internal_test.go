package ledger

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/num"
)

// TestLaw_GainIsTheSumOfTheLines, also where words of the machine do not hold it.
func TestLaw_GainIsTheSumOfTheLines(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var s sums
		his := []int64{0, 0, 1, -1, 1<<59 - 1, 1 << 59, 1 << 61, 1<<62 - 1, math.MaxInt64}
		lines := []*value{
			&s.amount[NewBusiness], &s.amount[Expansion], &s.amount[Reactivation], &s.in, &s.amount[Contraction], &s.amount[Churn], &s.out,
		}
		if rapid.IntRange(0, 3).Draw(t, "gains") == 0 { // which together exceed what words hold
			his, lines = his[6:8], lines[:4]
			drawn["gains far"]++
		}
		some := func() value {
			v := value{v: num.Int128{Lo: rapid.Uint64().Draw(t, "lo"), Hi: rapid.SampledFrom(his).Draw(t, "hi")}}
			if rapid.IntRange(0, 15).Draw(t, "rational") == 0 {
				v.x = big.NewRat(1, 3)
				drawn["rational"]++
			}
			if v.v.Hi >= 1<<59 {
				drawn["far"]++
			}
			return v
		}
		for _, v := range lines {
			if rapid.IntRange(0, 2).Draw(t, "said") > 0 {
				*v = some()
			}
		}
		want := new(big.Rat)
		for k := NewBusiness; k < kinds; k++ {
			want.Add(want, new(big.Rat).Mul(s.amount[k].rat(), big.NewRat(int64(k.Sign()), 1)))
		}
		want.Add(want, s.in.rat()).Sub(want, s.out.rat())
		require.Zero(t, want.Cmp(s.gain().rat()))
		require.Zero(t, want.Cmp(s.gainSlow().rat()))
	}, drawn.Need("rational", "far", "gains far"))
}
