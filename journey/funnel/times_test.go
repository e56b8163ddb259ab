package funnel_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// took is the report of customers who took so many seconds each from a to b.
func took(t require.TestingT, seconds ...int) *funnel.Report {
	var all []touchpoint.Event
	for i, s := range seconds {
		c := strconv.Itoa(i)
		all = append(all, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(int64(s), 0)})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	r, err := funnel.Run(log, funnel.Spec{Steps: steps("a b")})
	require.NoError(t, err)
	return r
}

// R 4.2.2: t.test and wilcox.test of these values (reference, analytics2 §2).
func TestPublished_CompareTimes(t *testing.T) {
	t.Parallel()
	x, y := took(t, 10, 12, 9, 15, 11, 30, 8, 14), took(t, 13, 18, 12, 20, 14, 25, 16, 19)
	c, err := funnel.CompareTimes(x, y, 0)
	require.NoError(t, err)
	assert.InDelta(t, 1.2020694811, c.T, 1e-9)
	assert.InDelta(t, 11.5805405281, c.DF, 1e-9)
	assert.InDelta(t, .253340989296, c.P, 1e-9)
	assert.InDelta(t, -2.86950933, c.Lo.Seconds(), 1e-7)
	assert.InDelta(t, 9.86950933, c.Hi.Seconds(), 1e-7)
	assert.InDelta(t, 50, c.W, 0)
	assert.InDelta(t, .0656836685811, c.RankP, 1e-10)
	assert.Contains(t, c.String(), "mean 13.625s of 8, 17.125s of 8: difference 3.5s (-2.8695")
	assert.Contains(t, c.String(), "p 0.2533 by Welch; p 0.0657 by Wilcoxon")
	_, err = funnel.CompareTimes(x, y, 1)
	require.EqualError(t, err, "funnel: CompareTimes: level 1: want more than 0 and less than 1")
	// Nobody, one, and all alike: undefined is said, and is no number in JSON.
	c, err = funnel.CompareTimes(took(t), took(t, 3), 0.9)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(c.P) && math.IsNaN(c.RankP))
	b, err := json.Marshal(c)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"p":null,"w":0,"rank_p":null`)
	c, err = funnel.CompareTimes(took(t, 3, 3), took(t, 3, 3), 0)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(c.T))
	assert.InDelta(t, 1, c.RankP, 0)
}

// The rank test against all pairs, and its probability against every choice of
// who is in which group.
func TestLaw_RanksAreCounted(t *testing.T) {
	t.Parallel()
	tied, exact := 0, 0
	law.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(t, "x")
		y := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(t, "y")
		u := func(x, y []int) (w float64, ties bool) {
			for i, a := range x {
				for j, b := range x {
					ties = ties || i != j && a == b
				}
				for _, b := range y {
					switch {
					case a > b:
						w++
					case a == b:
						w, ties = w+0.5, true
					}
				}
			}
			return w, ties
		}
		w, ties := u(y, x)
		_, also := u(x, y)
		c, err := funnel.CompareTimes(took(t, x...), took(t, y...), 0)
		require.NoError(t, err)
		require.InDelta(t, w, c.W, 0)
		back, err := funnel.CompareTimes(took(t, y...), took(t, x...), 0)
		require.NoError(t, err)
		require.InDelta(t, c.RankP, back.RankP, 1e-12)
		if ties || also {
			tied++
			return
		}
		exact++
		all := append(append([]int{}, y...), x...)
		low, high, n := 0, 0, 0
		for set := range 1 << len(all) {
			var in, out []int
			for i, v := range all {
				if set>>i&1 != 0 {
					in = append(in, v)
				} else {
					out = append(out, v)
				}
			}
			if len(in) != len(y) {
				continue
			}
			n++
			one, _ := u(in, out)
			if one <= w {
				low++
			}
			if one >= w {
				high++
			}
		}
		require.InDelta(t, min(1, 2*float64(min(low, high))/float64(n)), c.RankP, 1e-12)
	}, law.Counters{"ties": &tied, "exact": &exact})
}

func ExampleCompareTimes() {
	fast, slow := took(nil, 10, 11, 12, 14), took(nil, 15, 18, 30, 300)
	c, err := funnel.CompareTimes(fast, slow, 0.95)
	fmt.Printf("%s against %s: p %.2f by Welch, %.3f by Wilcoxon, %v\n", c.A.Median, c.B.Median, c.P, c.RankP, err)
	// Output: 11.5s against 24s: p 0.34 by Welch, 0.029 by Wilcoxon, <nil>
}
