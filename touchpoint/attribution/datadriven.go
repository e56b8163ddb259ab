package attribution

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// DataDrivenOptions are those of [DataDriven].
type DataDrivenOptions struct {
	// Ridge draws coefficients towards zero: the penalty on the square of each,
	// in units of one path. Zero is 1, enough to keep a touch that always or
	// never converts finite.
	Ridge float64
}

// DataDriven credits by a logistic regression of converting on which touches a
// path has: each converting path is shared among its touches by how much the
// predicted probability falls when one is taken out. What does not lower it earns
// nothing; where nothing does, the path is shared alike. It is not Google's model
// of that name, whose details are not published.
func DataDriven(o DataDrivenOptions) Model {
	if o.Ridge == 0 {
		o.Ridge = 1
	}
	return Model{kind: dataDriven, ridge: o.Ridge}
}

// maxFeatures bounds the touches of a regression: its matrix is their square.
const maxFeatures = 500

func (p *Paths) dataDriven(c *Credits) error {
	n := len(p.keys)
	if n > maxFeatures {
		return &fault.Error{Package: "attribution", Op: "DataDriven", Field: "touches", Value: itoa(n), Limit: "at most " + itoa(maxFeatures), Err: ErrOptions}
	}
	sets := p.sets()
	b := logistic(sets, n, c.Model.ridge)
	conv, value := make([]float64, n), make([]float64, n)
	without := make([]float64, n)
	for i := range sets {
		s := &sets[i]
		if s.conv == 0 {
			continue
		}
		eta := b[n]
		for _, t := range s.touches {
			eta += b[t]
		}
		whole, sum := sigmoid(eta), 0.0
		for _, t := range s.touches {
			without[t] = max(0, whole-sigmoid(eta-b[t]))
			sum += without[t]
		}
		worth, _ := s.value.Rat().Float64()
		for _, t := range s.touches {
			share := 1 / float64(len(s.touches))
			if sum > 0 {
				share = without[t] / sum
			}
			conv[t] += float64(share * float64(s.conv))
			value[t] += float64(share * worth)
		}
	}
	for k := range n {
		c.list[k].RemovalEffect = conv[k] / float64(c.Conversions)
	}
	c.byWeight(conv, value)
	return nil
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// logistic fits an intercept, last, and a coefficient a touch by Newton's method
// on the penalised likelihood, which is concave.
func logistic(sets []row, n int, ridge float64) []float64 {
	b := make([]float64, n+1)
	for range 100 {
		gradient := mat.NewVecDense(n+1, nil)
		hessian := mat.NewSymDense(n+1, nil)
		for i := range sets {
			s := &sets[i]
			eta := b[n]
			for _, t := range s.touches {
				eta += b[t]
			}
			q, all := sigmoid(eta), float64(s.conv+s.nulls)
			g, w := float64(s.conv)-float64(all*q), all*q*(1-q)
			active := append(append([]uint32(nil), s.touches...), uint32(n))
			for x, t := range active {
				gradient.SetVec(int(t), gradient.AtVec(int(t))+g)
				for _, u := range active[x:] {
					hessian.SetSym(int(t), int(u), hessian.At(int(t), int(u))+w)
				}
			}
		}
		for k := range n {
			gradient.SetVec(k, gradient.AtVec(k)-float64(ridge*b[k]))
			hessian.SetSym(k, k, hessian.At(k, k)+ridge)
		}
		hessian.SetSym(n, n, hessian.At(n, n)+1e-9) // all converted, or none
		var step mat.VecDense
		var factor mat.Cholesky
		if !factor.Factorize(hessian) || factor.SolveVecTo(&step, gradient) != nil {
			return b
		}
		moved := 0.0
		for k := range b {
			// A step of more than 5 on the scale of odds is one of overshooting.
			d := max(-5, min(5, step.AtVec(k)))
			b[k] += d
			moved = max(moved, math.Abs(d))
		}
		if moved < 1e-10 {
			break
		}
	}
	return b
}
