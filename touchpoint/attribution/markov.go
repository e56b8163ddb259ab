package attribution

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Limits of Markov models.
const (
	// MaxOrder is the highest order of a chain.
	MaxOrder = 4
	// maxWork bounds states times touches, each a system to solve.
	maxWork = 50_000_000
)

// Markov credits each touch by its removal effect in a chain of that order, 1 to
// MaxOrder: the part of all conversions that would be lost if whoever is to meet
// the touch left instead. States are the last order touches, or the whole path
// where it is shorter; a state that follows itself is one.
//
// The chain is solved to the last digits, not simulated: the probability of a
// conversion from the start equals the observed rate (Credits.Rate), and credits
// do not depend on a seed. Source: E. Anderl, I. Becker, F. v. Wangenheim, J. H.
// Schumann, "Mapping the customer journey", IJRM 33 (2016) 457–474; states and
// weights as in the R package ChannelAttribution.
func Markov(order int) Model { return Model{kind: markov, order: order} }

// chain is a graph of states with probabilities, sinks left out: what is missing
// to 1 ends the path.
type chain struct {
	start []float64 // probability to begin in a state
	edges [][]edge  // of a state, ascending
	conv  []float64 // probability to convert from a state
	value []float64 // expected value of that
	with  [][]int   // states in which a touch stands, by key
	order []int     // states as they are swept
}

type edge struct {
	to int
	p  float64
}

func (p *Paths) markov(c *Credits) error {
	t, err := p.tracks(c.Model.order)
	if err != nil {
		return err
	}
	return t.count(nil).credit(c, runtime.GOMAXPROCS(0))
}

// credit credits by the removal effects, which so many goroutines find.
func (g *chain) credit(c *Credits, goroutines int) error {
	all, allValue, err := g.solve(-1, nil, nil)
	if err != nil {
		return err
	}
	conv, value := g.from(all), g.from(allValue)
	c.Rate = conv
	effects, valueEffects := make([]float64, len(c.keys)), make([]float64, len(c.keys))
	errs := make([]error, len(c.keys))
	remove := func(k int) {
		h, v, err := g.solve(k, all, allValue)
		errs[k] = err
		if effects[k] = 1 - g.from(h)/conv; value != 0 {
			valueEffects[k] = 1 - g.from(v)/value
		}
	}
	if goroutines == 1 {
		for k := range c.keys {
			remove(k)
		}
	} else {
		next := make(chan int)
		var wait sync.WaitGroup
		for range min(goroutines, len(c.keys)) {
			wait.Go(func() {
				for k := range next {
					remove(k)
				}
			})
		}
		for k := range c.keys {
			next <- k
		}
		close(next)
		wait.Wait()
	}
	for k, err := range errs {
		if err != nil {
			return err
		}
		c.list[k].RemovalEffect = effects[k]
	}
	c.byWeight(effects, valueEffects)
	return nil
}

// sweepOrder visits a state after those it leads to, where that can be, so that
// one sweep carries conversions back a whole path.
func (g *chain) sweepOrder() {
	done := make([]bool, len(g.edges))
	type frame struct{ state, next int }
	for root := range g.edges {
		if done[root] {
			continue
		}
		done[root] = true
		stack := []frame{{root, 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(g.edges[f.state]) {
				g.order = append(g.order, f.state)
				stack = stack[:len(stack)-1]
				continue
			}
			to := g.edges[f.state][f.next].to
			f.next++
			if !done[to] {
				done[to] = true
				stack = append(stack, frame{to, 0})
			}
		}
	}
}

// from is the expectation at the start.
func (g *chain) from(h []float64) (sum float64) {
	for i, p := range g.start {
		sum += float64(p * h[i])
	}
	return sum
}

// solve gives, for every state, the probability of a conversion and the expected
// value of it, in the chain without the states of a touch (−1: with all), from a
// first guess. It sweeps until nothing moves any more; every state that can be
// reached leads out, so sweeps contract. A chain so slow that ten thousand sweeps
// do not settle it is solved by elimination, or refused where it is too large.
func (g *chain) solve(without int, guess, guessValue []float64) (h, v []float64, err error) {
	n := len(g.edges)
	h, v = make([]float64, n), make([]float64, n)
	copy(h, guess)
	copy(v, guessValue)
	out := make([]bool, n)
	if without >= 0 {
		for _, i := range g.with[without] {
			out[i], h[i], v[i] = true, 0, 0
		}
	}
	const sweeps, settled = 10_000, 1e-15
	for range sweeps {
		moved := 0.0
		for _, i := range g.order {
			if out[i] {
				continue
			}
			a, b := g.conv[i], g.value[i]
			for _, e := range g.edges[i] {
				a += float64(e.p * h[e.to])
				b += float64(e.p * v[e.to])
			}
			moved = max(moved, math.Abs(a-h[i]), math.Abs(b-v[i])/(1+math.Abs(b)))
			h[i], v[i] = a, b
		}
		if moved <= settled {
			return h, v, nil
		}
	}
	const most = 1500
	if n > most {
		return nil, nil, &fault.Error{Package: "attribution", Op: "Markov", Field: "states", Value: strconv.Itoa(n), Limit: fmt.Sprintf("at most %d where almost no path ends", most), Err: ErrOptions}
	}
	g.eliminate(out, h, v)
	return h, v, nil
}

// eliminate solves the same system by removing one state after the other: the
// way of Grassmann, Taksar and Heyman, which subtracts nothing and so loses no
// digits. What is missing to 1 in a row is computed from what leaves it.
func (g *chain) eliminate(out []bool, h, v []float64) {
	n := len(g.edges)
	a := make([][]float64, n) // transitions, and in the last three places conversion, value and loss
	for i := range a {
		a[i] = make([]float64, n+3)
		if out[i] {
			continue
		}
		stay := 0.0
		for _, e := range g.edges[i] {
			stay += e.p
			if !out[e.to] {
				a[i][e.to] = e.p
			} else {
				a[i][n+2] += e.p
			}
		}
		a[i][n], a[i][n+1] = g.conv[i], g.value[i]
		a[i][n+2] += max(0, 1-stay-g.conv[i])
	}
	for k := n - 1; k >= 0; k-- {
		if out[k] {
			continue
		}
		leave := a[k][n] + a[k][n+2]
		for j := range k {
			leave += a[k][j]
		}
		for i := range k {
			if out[i] || a[i][k] == 0 || leave == 0 {
				continue
			}
			f := a[i][k] / leave
			for j := range k {
				a[i][j] += float64(f * a[k][j])
			}
			for j := n; j < n+3; j++ {
				a[i][j] += float64(f * a[k][j])
			}
		}
	}
	for k := range n {
		h[k], v[k] = 0, 0
		if out[k] {
			continue
		}
		leave, sum, value := a[k][n]+a[k][n+2], a[k][n], a[k][n+1]
		for j := range k {
			leave += a[k][j]
			sum += float64(a[k][j] * h[j])
			value += float64(a[k][j] * v[j])
		}
		if leave > 0 {
			h[k], v[k] = sum/leave, value/leave
		}
	}
}
