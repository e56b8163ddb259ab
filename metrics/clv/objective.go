package clv

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// objective is a log likelihood with its first two derivatives. A sum over
// cells is taken in chunks of a fixed size whose partial sums meet on a fixed
// tree, so that the result does not depend on how many goroutines took part.
type objective struct {
	k      int     // parameters
	weight float64 // customers; the optimiser works on the mean
	logs   int     // the first logs parameters are positive and given by their logs
	parts  []part
}

// part is one sum over n things. add adds the log likelihood, its gradient and,
// packed by rows, the upper triangle of its Hessian to acc, for the things from
// lo to hi, at the natural parameters p.
type part struct {
	n   int
	add func(lo, hi int, p, acc []float64)
}

const chunkSize = 2048

func packed(k int) int { return 1 + k + k*(k+1)/2 }

// value is the log likelihood and its derivatives at theta, those of the first
// logs parameters by their logs.
func (o *objective) value(theta []float64) (ll float64, g []float64, h [][]float64) {
	p := make([]float64, o.k)
	for i, t := range theta {
		p[i] = t
		if i < o.logs {
			p[i] = math.Exp(t)
		}
	}
	acc := o.sum(p)
	g = acc[1 : 1+o.k]
	h = make([][]float64, o.k)
	for i := range h {
		h[i] = make([]float64, o.k)
	}
	at := 1 + o.k
	for i := range o.k {
		for j := i; j < o.k; j++ {
			h[i][j] = acc[at]
			at++
		}
	}
	// to log parameters
	for i := range min(o.logs, o.k) {
		for j := i; j < o.k; j++ {
			h[i][j] *= p[i]
		}
		for j := range i + 1 {
			h[j][i] *= p[i]
		}
		g[i] *= p[i]
		h[i][i] += g[i]
	}
	for i := range o.k {
		for j := range i {
			h[i][j] = h[j][i]
		}
	}
	return acc[0], g, h
}

func (o *objective) sum(p []float64) []float64 {
	type job struct {
		part   *part
		lo, hi int
	}
	var jobs []job
	for i := range o.parts {
		pt := &o.parts[i]
		for lo := 0; lo < pt.n; lo += chunkSize {
			jobs = append(jobs, job{pt, lo, min(lo+chunkSize, pt.n)})
		}
	}
	size := packed(o.k)
	partial := make([]float64, max(1, len(jobs))*size)
	run := func(i int) {
		j := jobs[i]
		j.part.add(j.lo, j.hi, p, partial[i*size:(i+1)*size])
	}
	if workers := min(runtime.GOMAXPROCS(0), len(jobs)); workers < 2 {
		for i := range jobs {
			run(i)
		}
	} else {
		var next atomic.Int64
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					i := int(next.Add(1)) - 1
					if i >= len(jobs) {
						return
					}
					run(i)
				}
			})
		}
		wg.Wait()
	}
	for width := 1; width < len(jobs); width *= 2 {
		for i := 0; i+width < len(jobs); i += 2 * width {
			a, b := partial[i*size:(i+1)*size], partial[(i+width)*size:(i+width+1)*size]
			for n := range a {
				a[n] += b[n]
			}
		}
	}
	return partial[:size]
}
