package survival

import "math"

// cholesky factors the n × n symmetric a, of which it reads the lower half,
// into L·D·Lᵀ in place: D on the diagonal, L below it. A pivot that is below
// eps times its original diagonal is set to 0: its column depends on those
// before it. The rank is how many are not.
func cholesky(a []float64, n int, eps float64) (rank int) {
	for j := range n {
		was := a[j*n+j]
		d := was
		for k := range j {
			d -= float64(a[j*n+k]*a[j*n+k]) * a[k*n+k]
		}
		if !(d > eps*math.Abs(was)) || was <= 0 {
			a[j*n+j] = 0
			for i := j + 1; i < n; i++ {
				a[i*n+j] = 0
			}
			continue
		}
		a[j*n+j] = d
		rank++
		for i := j + 1; i < n; i++ {
			s := a[i*n+j]
			for k := range j {
				s -= float64(a[i*n+k]*a[j*n+k]) * a[k*n+k]
			}
			a[i*n+j] = s / d
		}
	}
	return rank
}

// solve gives x with L·D·Lᵀ x = b in place of b, 0 where the pivot was 0.
func solve(a []float64, n int, b []float64) {
	for i := range n {
		for k := range i {
			b[i] -= float64(a[i*n+k] * b[k])
		}
	}
	for i := n - 1; i >= 0; i-- {
		if a[i*n+i] == 0 {
			b[i] = 0
			continue
		}
		b[i] /= a[i*n+i]
		for k := i + 1; k < n; k++ {
			b[i] -= float64(a[k*n+i] * b[k])
		}
	}
}

// inverse gives the inverse of a factored matrix, symmetric, in new memory.
func inverse(a []float64, n int) []float64 {
	out := make([]float64, n*n)
	col := make([]float64, n)
	for j := range n {
		clear(col)
		col[j] = 1
		solve(a, n, col)
		for i := range n {
			out[i*n+j] = col[i]
		}
	}
	for i := range n { // the same bits on both sides
		for j := range i {
			out[j*n+i] = out[i*n+j]
		}
	}
	return out
}

// quadratic is uᵀ·V⁻¹·u over the kept rows of the n × n matrix v, and the rank
// of what was kept.
func quadratic(v []float64, n int, u []float64, kept []int) (q float64, rank int) {
	m := len(kept)
	a, b, c := make([]float64, m*m), make([]float64, m), make([]float64, m)
	for i, r := range kept {
		for j, s := range kept {
			a[i*m+j] = v[r*n+s]
		}
		b[i], c[i] = u[r], u[r]
	}
	rank = cholesky(a, m, 1e-10)
	solve(a, m, b)
	for i := range b {
		q += float64(b[i] * c[i])
	}
	return max(0, q), rank
}
