package forecast

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// The lowest point of a bowl, also where the cube cuts it off, is found, and a
// bowl needs no third start from where the second ended.
func TestLaw_MinimiseFindsTheBottom(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		dim := rapid.IntRange(1, 3).Draw(t, "dim")
		bottom, steep := make([]float64, dim), make([]float64, dim)
		want := make([]float64, dim)
		for i := range dim {
			bottom[i] = rapid.SampledFrom([]float64{-1, 0, 0.2, 0.37, 0.5, 0.81, 1, 3}).Draw(t, "bottom")
			steep[i] = rapid.SampledFrom([]float64{1, 1, 3}).Draw(t, "steep")
			if want[i] = min(1, max(0, bottom[i])); want[i] != bottom[i] {
				met["outside"]++
			}
		}
		floor := rapid.SampledFrom([]float64{-5, 0, 5}).Draw(t, "floor")
		calls := 0
		bowl := func(x []float64) float64 {
			calls++
			v := floor
			for i := range x {
				assert.True(t, x[i] >= 0 && x[i] <= 1, "%v", x)
				v += steep[i] * (x[i] - bottom[i]) * (x[i] - bottom[i])
			}
			return v
		}
		grid := []float64{0.15, 0.65}
		got := minimise(dim, grid, 1, bowl)
		used := calls
		assert.InDelta(t, bowl(want), bowl(got), 2e-7, "%v, bottom %v", got, bottom)
		if floor < 0 {
			return
		}
		met["counted"]++
		// The same by hand: a descent from the best of the grid, one more, and
		// along the axes.
		calls = 0
		best, low := []float64(nil), math.Inf(1)
		for code := range 1 << dim {
			at := make([]float64, dim)
			for i := range at {
				at[i] = grid[code>>i&1]
			}
			if f := bowl(at); f < low {
				best, low = at, f
			}
		}
		for _, size := range []float64{0.15, 0.05, 0.02} {
			before := low
			next, f := descend(best, low, size, bowl)
			if f < low {
				best, low = next, f
			}
			if before-f < 1e-8 {
				break
			}
		}
		follow(&vertex{best, low}, bowl)
		assert.Equal(t, calls, used, "starts anew only where the last start gained")
	}, met.Need("outside", "counted"))
}

// Holt's two parameters are nowhere on a close grid much better than where the
// search ended, though the surface has several valleys, and some beside the
// border, on which a simplex lies flat.
func TestLaw_HoltFindsTheValley(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		y := make([]float64, rapid.IntRange(10, 40).Draw(t, "points"))
		noise := rapid.SampledFrom([]float64{1, 4, 20}).Draw(t, "noise")
		for i := range y {
			y[i] = 100 + float64(i) + noise*r.NormFloat64()
		}
		m := fitHolt(y)
		found := m.sse
		if m.beta < 0.02 && m.alpha > 0 {
			met["beside the border"]++
		}
		m.start.level = y[1]
		valleys, rows := 0, make([][]float64, 41)
		for i := range rows {
			rows[i] = make([]float64, 41)
			for j := range rows[i] {
				m.alpha, m.beta = float64(i)/40, float64(j)/40
				m.run(y)
				rows[i][j] = m.sse
				assert.LessOrEqual(t, found, m.sse*1.05, "alpha %v beta %v", m.alpha, m.beta)
			}
		}
		for i := 1; i < 40; i++ {
			for j := 1; j < 40; j++ {
				if v := rows[i][j]; v < min(rows[i-1][j], rows[i+1][j], rows[i][j-1], rows[i][j+1]) {
					valleys++
				}
			}
		}
		if valleys > 1 {
			met["two valleys"]++
		}
	}, met.Need("beside the border", "two valleys"))
	// Two series on which a simplex from three points of a coarse grid ended
	// elsewhere: a flat one at β = 0, and the lesser valley.
	for seed, want := range map[uint64]float64{0x63877: 655.17605, 0xb1c: 1015.73139} {
		r := rand.New(rand.NewPCG(seed, 1))
		y := make([]float64, 30)
		for i := range y {
			y[i] = 100 + float64(i) + 4*r.NormFloat64()
		}
		assert.InDelta(t, want, fitHolt(y).sse, 1e-4)
	}
}

// The least squares of columns some of which follow from others: those get 0,
// and what is left is what is left without them. Columns too small to have
// squares count as nothing.
func TestLaw_LeastSquaresOfDependentColumns(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 8).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "k")
		// Draws include numbers next to 0, whose squares are none; a column is of
		// those altogether, or it has none but 0.
		cell := rapid.Map(rapid.Float64Range(-3, 3), func(v float64) float64 {
			if math.Abs(v) < 1e-6 {
				return 0
			}
			return v
		})
		columns := make([][]float64, k+1)
		follows := make([]bool, k+1)
		for j := range columns {
			columns[j] = make([]float64, n)
			follows[j] = j > 0 && j < k && rapid.Bool().Draw(t, "follows")
			a, b := cell.Draw(t, "a"), cell.Draw(t, "b")
			size := 1.0
			if j < k && rapid.IntRange(0, 9).Draw(t, "tiny") == 0 {
				size = 1e-160
				met["tiny"]++
			}
			for i := range n {
				switch {
				case follows[j]:
					columns[j][i] = a*columns[0][i] + b*columns[j-1][i]
				default:
					columns[j][i] = size * cell.Draw(t, "cell")
				}
			}
		}
		solve := func(keep func(j int) bool) (x []float64, rest float64) {
			var a []float64
			m := 0
			for j := range columns {
				if keep(j) {
					a = append(a, columns[j]...)
					m++
				}
			}
			x = make([]float64, m-1)
			rest = leastSquares(a, n, m-1, x)
			return x, rest
		}
		x, rest := solve(func(int) bool { return true })
		_, without := solve(func(j int) bool { return !follows[j] })
		size, biggest := 1.0, 0.0
		var squares float64
		for i := range n {
			v := columns[k][i]
			for j := range k {
				v += columns[j][i] * x[j]
				biggest = max(biggest, math.Abs(columns[j][i]*x[j]))
			}
			squares += v * v
			size += columns[k][i] * columns[k][i]
		}
		if biggest > 1e4 {
			return // nearly dependent by chance: digits are lost
		}
		assert.InDelta(t, squares, rest, 1e-6*size, "the rest is that of its x")
		assert.InDelta(t, without, rest, 1e-6*size, "%v", columns)
		for j, f := range follows {
			if f && n > j {
				assert.Zero(t, x[j], "%v", columns)
				met["dependent"]++
			}
		}
		if n < k {
			met["more columns than rows"]++
		}
	}, met.Need("dependent", "more columns than rows", "tiny"))
}

// Found by the law: the square of 2e-162 is the smallest float and has no digits,
// so that a reflection by it was none.
func TestLeastSquares_ColumnWithoutDigits(t *testing.T) {
	t.Parallel()
	x := []float64{1, 1, 1}
	rest := leastSquares([]float64{2.405094428153775e-162, 0.024141076713021903, -2.2696151733398438, -2.0281365333054064}, 1, 3, x)
	assert.Zero(t, x[0])
	assert.Zero(t, x[2])
	assert.InEpsilon(t, 2.0281365333054064/0.024141076713021903, x[1], 1e-12)
	assert.Zero(t, rest)
}

// Means of amounts of any size are exact to the last digit of a float.
func TestLaw_MeanIsExact(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 1000), rapid.Int64Range(0, maxMinor), rapid.Int64Range(1<<26-1, 1<<26+1)), 1, 50).Draw(t, "xs")
		sum := new(big.Int)
		for _, x := range xs {
			sum.Add(sum, big.NewInt(x))
			if x >= 1<<26 {
				met["large"]++
			}
		}
		want, _ := new(big.Rat).SetFrac(sum, big.NewInt(int64(len(xs)))).Float64()
		assert.InDelta(t, want, mean(xs), 4*0x1p-53*want)
	}, met.Need("large"))
}

// The squared errors of a trend have several valleys, some narrow and next to no
// smoothing at all. Of 500 given series all but two end in the lowest that a grid
// of 26 × 26 leads to, within a thousandth. The three best points of a coarse grid
// were often of one valley, or one point, and missed it in eleven.
func TestFitETS_FindsTheLowestValley(t *testing.T) {
	t.Parallel()
	missed := 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		y, level, slope := make([]float64, 12+r.IntN(49)), 0.0, 4*r.Float64()-2
		for i := range y {
			level += slope + 3*r.NormFloat64()
			y[i] = level + 5*r.NormFloat64()
		}
		found := fitETS(y, true, false, 0)
		m := &ets{trend: true}
		w := newWorkspace(m, y)
		var fine []float64
		for i := range 26 {
			fine = append(fine, float64(i)/25)
		}
		u := minimise(2, fine, 10, func(u []float64) float64 {
			m.set(u)
			return math.Log(w.sse())
		})
		m.set(u)
		if found.sse > w.sse()*1.001 {
			missed++
		}
	}
	assert.LessOrEqual(t, missed, 2)
}
