package forecast

import "slices"

// minimise searches the unit cube for the lowest f by Nelder and Mead's
// simplex, points outside being put on the border, where many a smoothing
// parameter has its optimum. It starts from the best points of a grid, as many
// as starts says, for such surfaces have more than one valley, and begins anew
// from where it ended until that gains nothing. f must not keep its argument.
// Equal f, equal result.
func minimise(dim int, grid []float64, starts int, f func([]float64) float64) []float64 {
	var from []vertex
	index, point := make([]int, dim), make([]float64, dim)
	for done := false; !done; {
		for i, g := range index {
			point[i] = grid[g]
		}
		from = append(from, vertex{slices.Clone(point), f(point)})
		done = true
		for i := range index {
			if index[i]++; index[i] < len(grid) {
				done = false
				break
			}
			index[i] = 0
		}
	}
	slices.SortStableFunc(from, byValue)
	best := from[0]
	for _, v := range from[:min(starts, len(from))] {
		for _, size := range []float64{0.15, 0.05, 0.02} {
			next, low := descend(v.at, v.f, size, f)
			gain := v.f - low
			if low < v.f {
				v = vertex{next, low}
			}
			if gain < 1e-8 {
				break
			}
		}
		if v.f < best.f {
			best = v
		}
	}
	return best.at
}

type vertex struct {
	at []float64
	f  float64
}

func byValue(a, b vertex) int {
	switch {
	case a.f < b.f:
		return -1
	case a.f > b.f:
		return 1
	}
	return 0 // a NaN is no better than anything
}

func descend(start []float64, low, size float64, f func([]float64) float64) ([]float64, float64) {
	n := len(start)
	simplex := []vertex{{slices.Clone(start), low}}
	for i := range n {
		v := slices.Clone(start)
		if v[i]+size > 1 {
			v[i] -= size
		} else {
			v[i] += size
		}
		simplex = append(simplex, vertex{v, f(v)})
	}
	centre := make([]float64, n)
	try := func(step float64) vertex {
		v := make([]float64, n)
		worst := simplex[n].at
		for i := range v {
			v[i] = min(1, max(0, centre[i]+float64(step*(worst[i]-centre[i]))))
		}
		return vertex{v, f(v)}
	}
	for range 200 * n {
		slices.SortStableFunc(simplex, byValue)
		wide := 0.0
		for i := range n {
			wide = max(wide, simplex[n].at[i]-simplex[0].at[i], simplex[0].at[i]-simplex[n].at[i])
		}
		if simplex[n].f-simplex[0].f < 1e-9 && wide < 1e-4 {
			break
		}
		clear(centre)
		for _, v := range simplex[:n] {
			for i, x := range v.at {
				centre[i] += x / float64(n)
			}
		}
		r := try(-1)
		switch {
		case r.f < simplex[0].f:
			if e := try(-2); e.f < r.f {
				r = e
			}
			simplex[n] = r
		case r.f < simplex[n-1].f:
			simplex[n] = r
		default:
			c := try(0.5)
			if r.f < simplex[n].f {
				c = try(-0.5)
			}
			if c.f < min(r.f, simplex[n].f) {
				simplex[n] = c
				continue
			}
			for k := 1; k <= n; k++ {
				for i := range n {
					simplex[k].at[i] = simplex[0].at[i] + (simplex[k].at[i]-simplex[0].at[i])/2
				}
				simplex[k].f = f(simplex[k].at)
			}
		}
	}
	slices.SortStableFunc(simplex, byValue)
	return simplex[0].at, simplex[0].f
}
