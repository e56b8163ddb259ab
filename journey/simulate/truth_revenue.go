package simulate

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Revenue is what the parameters of a World say about its money, where stages
// are left, and plans are changed, at constant rates: a Markov chain over the
// paid stages and plans of each persona. Customers who leave and come back count
// until they leave.
type Revenue struct {
	Lives  []LifeTruth `json:"lives"` // by persona
	states []Holding   // by state, without amounts
	prices []float64   // by state: a month's price of one seat
	rates  [][][]float64
	leaves [][]float64 // by persona and state: rate of leaving all paid stages
}

// LifeTruth is what is true of the customers of a persona who begin to pay.
type LifeTruth struct {
	Persona string `json:"persona"`
	// ARPA is what they pay a month when they begin, on average.
	ARPA float64 `json:"arpa"`
	// Months is how long they pay, on average, in months of 30.4375 days.
	Months float64 `json:"months"`
	// LTV is what they pay in all, on average.
	LTV float64 `json:"ltv"`
}

// Holding is what is paid by the customers of a persona in a stage on a plan.
type Holding struct {
	Persona   string        `json:"persona"`
	Stage     journey.Stage `json:"stage"`
	Plan      string        `json:"plan"`
	Customers float64       `json:"customers"`
	MRR       float64       `json:"mrr"`
}

// Expectation is what becomes of customers in a while.
type Expectation struct {
	// Opening is what they pay at first, and Customers how many they are.
	Opening   float64 `json:"opening"`
	Customers float64 `json:"customers"`
	// Churned customers, and the movements of their revenue.
	Churned     float64 `json:"churned"`
	Churn       float64 `json:"churn"`
	Expansion   float64 `json:"expansion"`
	Contraction float64 `json:"contraction"`
}

// ChurnRate is Churned of Customers.
func (x Expectation) ChurnRate() float64 { return x.Churned / x.Customers }

// NRR is the net revenue retention.
func (x Expectation) NRR() float64 {
	return (x.Opening + x.Expansion - x.Contraction - x.Churn) / x.Opening
}

// GRR is the gross revenue retention.
func (x Expectation) GRR() float64 { return (x.Opening - x.Contraction - x.Churn) / x.Opening }

// Revenue works out the truth about the money. Beside what Truth refuses it
// wraps ErrNoClosedForm where a paid stage is not left at a constant rate, a
// plan is not changed at one, or subscriptions pause.
func (w *World) Revenue() (*Revenue, error) {
	e, err := w.compile()
	if err != nil {
		return nil, err
	}
	if err := e.closed(); err != nil {
		return nil, err
	}
	if w.Treatment.Share > 0 && e.exposed >= 0 && e.stages[e.exposed].billed {
		return nil, fmt.Errorf("simulate: revenue: %w: a treatment changes how a paid stage is left", ErrNoClosedForm)
	}
	r := &Revenue{}
	plans := e.w.Billing.Plans
	for s := range e.stages {
		if !e.stages[s].billed || e.stages[s].state != billing.StateActive {
			continue
		}
		for k := range plans {
			times, per, err := plans[k].Cycle.PerYear()
			if err != nil {
				return nil, fmt.Errorf("simulate: revenue: %w", err)
			}
			price := plans[k].Price.InexactFloat64() * float64(times) / float64(12*per)
			r.states, r.prices = append(r.states, Holding{Stage: e.stages[s].name, Plan: plans[k].Name}), append(r.prices, price)
		}
	}
	if len(r.states) == 0 {
		return nil, fmt.Errorf("simulate: revenue: %w: no stage is paid for", ErrNoClosedForm)
	}
	for p := range e.w.Personas {
		if err := r.persona(e, p); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// at is the number of a state.
func (r *Revenue) at(stage journey.Stage, plan string) int {
	for i := range r.states {
		if r.states[i].Stage == stage && r.states[i].Plan == plan {
			return i
		}
	}
	return -1
}

// persona adds the chain of one persona.
func (r *Revenue) persona(e *engine, p int) error {
	n := len(r.states)
	rates, leaves := square(n), make([]float64, n)
	plans := e.w.Billing.Plans
	for i := range r.states {
		s, _ := e.table.Stage(r.states[i].Stage)
		k := i % len(plans)
		flow := func(to, plan int, rate float64) {
			plan = min(max(plan, 0), len(plans)-1)
			if j := r.at(e.stages[to].name, plans[plan].Name); j >= 0 {
				rates[i][j] += rate
			} else {
				leaves[i] += rate
			}
		}
		sum := 0.0
		for _, b := range e.classes[2*p].branches[s] {
			d := b.move.Dwell
			if d.Family != FamilyExponential || d.Below > 0 || d.Scale != e.classes[2*p].branches[s][0].move.Dwell.Scale || e.stages[s].after > 0 {
				return fmt.Errorf("simulate: revenue: %w: stage %s is not left at a constant rate", ErrNoClosedForm, e.stages[s].name)
			}
			sum += b.p
			flow(b.to, k+step(b.move.Does), b.p*secondsOfMonth/d.Scale.Seconds())
		}
		if len(e.classes[2*p].branches[s]) > 0 && sum < 1-1e-9 {
			return fmt.Errorf("simulate: revenue: %w: some never leave stage %s", ErrNoClosedForm, e.stages[s].name)
		}
		for _, h := range e.stages[s].habits {
			habit := &e.w.Habits[h]
			switch by := step(habit.Does); {
			case habit.Does == Pause:
				return fmt.Errorf("simulate: revenue: %w: subscriptions pause", ErrNoClosedForm)
			case by == 0 || k+by < 0 || k+by >= len(plans):
			case habit.Every.Family != FamilyExponential || habit.Every.Below > 0:
				return fmt.Errorf("simulate: revenue: %w: %s does not happen at a constant rate", ErrNoClosedForm, habit.Event)
			default:
				flow(s, k+by, secondsOfMonth/habit.Every.Scale.Seconds())
			}
		}
	}
	r.rates, r.leaves = append(r.rates, rates), append(r.leaves, leaves)
	return r.life(e, p)
}

func step(e Effect) int {
	switch e {
	case Upgrade:
		return 1
	case Downgrade:
		return -1
	default:
		return 0
	}
}

// life adds what a persona pays in all: (−Q) x = price. Those who begin in a
// paid stage begin in the first of them; where there are several, LTV is that of
// customers who enter the first in the order of the definition.
func (r *Revenue) life(e *engine, p int) error {
	n := len(r.states)
	value := func(reward []float64) ([]float64, bool) {
		a := square(n)
		for i := range n {
			a[i][i] += r.leaves[p][i]
			for j := range n {
				a[i][i] += r.rates[p][i][j]
				a[i][j] -= r.rates[p][i][j]
			}
		}
		return solve(a, append([]float64(nil), reward...))
	}
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	persona := &e.w.Personas[p]
	seats := 1.0
	if persona.Seats[1] > 0 {
		seats = 0
		for k := persona.Seats[0]; k <= persona.Seats[1]; k++ {
			seats += float64(max(k, 1)) / float64(persona.Seats[1]-persona.Seats[0]+1)
		}
	}
	out := LifeTruth{Persona: persona.ID}
	paid, ok := value(r.prices)
	months, also := value(ones)
	if !ok || !also {
		return fmt.Errorf("simulate: revenue: %w: some never leave the paid stages", ErrNoClosedForm)
	}
	for k := range e.w.Billing.Plans {
		w := shareOf(e.plans[p], k)
		out.ARPA += w * r.prices[k] * seats
		out.LTV += w * paid[k] * seats
		out.Months += w * months[k]
	}
	r.Lives = append(r.Lives, out)
	return nil
}

// Expect is what becomes of customers within a while, when only they count. A
// holding of a stage, plan or persona that the world does not have is left out
// of everything.
func (r *Revenue) Expect(holdings []Holding, over time.Duration) Expectation {
	const steps = 400
	months := over.Seconds() / secondsOfMonth
	var out Expectation
	for p := range r.Lives {
		n := len(r.states)
		// Customers and, beside them, their seats' worth: revenue / price.
		heads, units := make([]float64, n), make([]float64, n)
		for _, h := range holdings {
			if i := r.at(h.Stage, h.Plan); i >= 0 && h.Persona == r.Lives[p].Persona {
				heads[i] += h.Customers
				out.Customers += h.Customers
				out.Opening += h.MRR
				if r.prices[i] > 0 {
					units[i] += h.MRR / r.prices[i]
				}
			}
		}
		dt := months / steps
		for range steps {
			r.flow(p, heads, dt, func(i, j int, moved float64) {
				if j < 0 {
					out.Churned += moved
				}
			})
			r.flow(p, units, dt, func(i, j int, moved float64) {
				switch {
				case j < 0:
					out.Churn += moved * r.prices[i]
				case r.prices[j] > r.prices[i]:
					out.Expansion += moved * (r.prices[j] - r.prices[i])
				default:
					out.Contraction += moved * (r.prices[i] - r.prices[j])
				}
			})
		}
	}
	return out
}

// flow moves what is in the states for a short time, by the midpoint rule, and
// tells what went where.
func (r *Revenue) flow(p int, x []float64, dt float64, tell func(i, j int, moved float64)) {
	n := len(x)
	slope := func(x []float64) []float64 {
		d := make([]float64, n)
		for i := range n {
			d[i] -= x[i] * r.leaves[p][i]
			for j := range n {
				m := x[i] * r.rates[p][i][j]
				d[i] -= m
				d[j] += m
			}
		}
		return d
	}
	mid := slope(x)
	for i := range mid {
		mid[i] = x[i] + mid[i]*dt/2
	}
	for i := range n {
		tell(i, -1, mid[i]*r.leaves[p][i]*dt)
		for j := range n {
			if m := mid[i] * r.rates[p][i][j] * dt; m != 0 {
				tell(i, j, m)
			}
		}
	}
	for i, d := range slope(mid) {
		x[i] += d * dt
	}
}
