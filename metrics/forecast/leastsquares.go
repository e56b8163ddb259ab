package forecast

import "math"

// noDigits is below any square worth a reflection; the smallest floats with all
// their digits are 1e-308.
const noDigits = 1e-280

// leastSquares finds the x that makes the last of k+1 columns plus the others
// times x shortest, and the square of that length: Householder's reflections
// in place. A column that depends on those before it gets 0, and so does one
// whose squares are too small to have digits.
func leastSquares(a []float64, n, k int, x []float64) float64 {
	rank := 0
	used, pivot := make([]int, k), make([]float64, k)
	for j := range k {
		used[j] = -1
		col := a[j*n : (j+1)*n]
		var above, norm float64
		for _, v := range col[:rank] {
			above += float64(v * v)
		}
		for _, v := range col[rank:] {
			norm += float64(v * v)
		}
		if rank == n || norm <= 1e-22*above || norm < noDigits {
			continue
		}
		r := math.Sqrt(norm)
		if col[rank] > 0 {
			r = -r
		}
		// The reflection's vector stands in the column; half its square length
		// is norm - r·first.
		half := norm - float64(r*col[rank])
		col[rank] -= r
		v := col[rank:]
		for q := j + 1; q <= k; q++ {
			other := a[q*n+rank : (q+1)*n]
			other = other[:len(v)]
			var even, odd float64
			i := 0
			for ; i+1 < len(v); i += 2 {
				even += float64(v[i] * other[i])
				odd += float64(v[i+1] * other[i+1])
			}
			if i < len(v) {
				even += float64(v[i] * other[i])
			}
			dot := (even + odd) / half
			for i, u := range v {
				other[i] -= float64(dot * u)
			}
		}
		pivot[j], used[j] = r, rank
		rank++
	}
	last := a[k*n : (k+1)*n]
	var rest float64
	for _, v := range last[rank:] {
		rest += float64(v * v)
	}
	for j := k - 1; j >= 0; j-- {
		x[j] = 0
		if used[j] < 0 {
			continue
		}
		s := -last[used[j]]
		for q := j + 1; q < k; q++ {
			s -= float64(a[q*n+used[j]] * x[q])
		}
		x[j] = s / pivot[j]
	}
	return rest
}
