package forecast

import "slices"

// minimise searches the unit cube for the lowest f by Nelder and Mead's
// simplex, points outside being put on the border, where many a smoothing
// parameter has its optimum. It starts from the lowest of a grid's valleys, as
// many as starts says, and begins anew from where it ended until that gains
// nothing. A simplex put on the border is flat and may stay there, so the best
// is followed along the axes in the end. f must not keep its argument. Equal
// f, equal result.
func minimise(dim int, grid []float64, starts int, f func([]float64) float64) []float64 {
	from := valleys(dim, grid, f)
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
	follow(&best, f)
	return best.at
}

// valleys are the points of a grid with none lower beside them, lowest first and
// one of equal ones: where the first parameter bounds the second, a whole side of
// the cube may be one point.
func valleys(dim int, grid []float64, f func([]float64) float64) []vertex {
	var all []vertex
	index, point := make([]int, dim), make([]float64, dim)
	for done := false; !done; {
		for i, g := range index {
			point[i] = grid[g]
		}
		all = append(all, vertex{slices.Clone(point), f(point)})
		done = true
		for i := range index {
			if index[i]++; index[i] < len(grid) {
				done = false
				break
			}
			index[i] = 0
		}
	}
	var low []vertex
	for i, v := range all {
		valley := true
		for d, stride := 0, 1; d < dim; d, stride = d+1, stride*len(grid) {
			at := i / stride % len(grid)
			if at > 0 && all[i-stride].f < v.f || at+1 < len(grid) && all[i+stride].f < v.f {
				valley = false
				break
			}
		}
		if valley {
			low = append(low, v)
		}
	}
	if low == nil { // every f is NaN
		return all[:1]
	}
	slices.SortStableFunc(low, byValue)
	return slices.CompactFunc(low, func(a, b vertex) bool { return a.f == b.f })
}

// follow goes down along the axes, by ever smaller steps.
func follow(v *vertex, f func([]float64) float64) {
	at := slices.Clone(v.at)
	for step := 0.01; step > 5e-5; {
		gained := false
		for i := range at {
			was := at[i]
			for _, to := range [...]float64{max(0, was-step), min(1, was+step)} {
				if at[i] = to; to == was {
					continue
				}
				if low := f(at); low < v.f-1e-10 {
					v.f, was, gained = low, to, true
					break
				}
			}
			at[i] = was
		}
		if !gained {
			step /= 10
		}
	}
	v.at = at
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
