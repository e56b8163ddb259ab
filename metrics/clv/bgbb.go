package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// MaxOpportunities bounds the opportunities of a [BGBB] history: likelihood
// and prediction take time proportional to those since the last transaction.
const MaxOpportunities = 1_000_000

// BGBB is the beta-geometric/beta-binomial model of discrete time: at each
// opportunity a living customer acts with probability p ~ Beta(Alpha, Beta),
// and before each may have ended, with probability θ ~ Beta(Gamma, Delta).
//
// A literal with the four parameters predicts; [FitBGBB] estimates them. x, t_x
// and T are whole numbers: transactions, the opportunity of the last one, and
// opportunities so far. A horizon counts the whole opportunities in it.
// Arguments outside their domain and parameters that are not positive give
// NaN.
//
// Source: Fader, Hardie and Shang, Marketing Science 29 (2010) 1086–1108; note
// 010 of brucehardie.com.
type BGBB struct {
	Alpha, Beta, Gamma, Delta float64

	fit *fitted
}

func (m BGBB) theta() []float64 { return []float64{m.Alpha, m.Beta, m.Gamma, m.Delta} }

func (m BGBB) fitting() *fitted { return m.fit }

func (m BGBB) logs() int { return 4 }

func (m BGBB) at(p []float64) BGBB {
	return BGBB{Alpha: p[0], Beta: p[1], Gamma: p[2], Delta: p[3], fit: m.fit}
}

func (m BGBB) name() string { return "BG/BB" }

func (m BGBB) names() []string { return []string{"alpha", "beta", "gamma", "delta"} }

func (m BGBB) legal() bool { return positive(m.Alpha, m.Beta, m.Gamma, m.Delta) }

// opportunityFault says what of a discrete history cannot be.
func opportunityFault(x, tx, n float64) *limit {
	if l := historyFault(x, tx, n); l != nil {
		return l
	}
	for _, f := range []limit{{"X", x, ""}, {"TX", tx, ""}, {"T", n, ""}} {
		if f.value != math.Trunc(f.value) {
			f.limit = "want a whole number of opportunities"
			return &f
		}
	}
	switch {
	case x > tx:
		return &limit{"X", x, "want at most TX, which is " + number(tx) + ": one transaction an opportunity"}
	case n > MaxOpportunities:
		return &limit{"T", n, "want at most " + number(MaxOpportunities)}
	}
	return nil
}

// ahead is the model after n opportunities of a customer who is alive then.
func (m BGBB) ahead(x, n float64) BGBB {
	return BGBB{Alpha: m.Alpha + x, Beta: m.Beta + n - x, Gamma: m.Gamma, Delta: m.Delta + n}
}

// terms are the logs of the two ways to see nothing after t_x: alive at n
// without a transaction, and ended in between.
func (m BGBB) terms(x, tx, n float64) (alive, ended float64) {
	acted := special.LogBetaRatio(m.Beta, m.Alpha, x)
	alive = acted + special.LogBetaRatio(m.Alpha+x, m.Beta, n-x) + special.LogBetaRatio(m.Gamma, m.Delta, n)
	if n == tx {
		return alive, math.Inf(-1)
	}
	first := acted + special.LogBetaRatio(m.Alpha+x, m.Beta, tx-x) +
		math.Log(m.Gamma/(m.Gamma+m.Delta)) + special.LogBetaRatio(m.Gamma+1, m.Delta, tx)
	sum, term := 1.0, 1.0
	for i := tx; i < n-1; i++ {
		term *= (m.Beta - x + i) / (m.Alpha + m.Beta + i) * ((m.Delta + i) / (m.Gamma + m.Delta + 1 + i))
		sum += term
	}
	return alive, first + math.Log(sum)
}

// LogLikelihood is the log likelihood of one customer.
func (m BGBB) LogLikelihood(x, tx, T float64) float64 {
	if !m.legal() || opportunityFault(x, tx, T) != nil {
		return math.NaN()
	}
	alive, ended := m.terms(x, tx, T)
	return alive + softplus(ended-alive)
}

// alive is the probability of being alive at opportunity n itself.
func (m BGBB) alive(x, tx, n float64) float64 {
	if !m.legal() || opportunityFault(x, tx, n) != nil {
		return math.NaN()
	}
	alive, ended := m.terms(x, tx, n)
	return odds(ended - alive)
}

// PAlive is the probability that the customer is alive at the next
// opportunity, T+1.
func (m BGBB) PAlive(x, tx, T float64) float64 { return m.PAliveAt(1, x, tx, T) }

// PAliveAt is the probability that the customer is alive at opportunity T+t,
// t whole.
func (m BGBB) PAliveAt(t, x, tx, T float64) float64 {
	if !counts(t, t) {
		return math.NaN()
	}
	return m.alive(x, tx, T) * math.Exp(special.LogBetaRatio(m.Gamma, m.Delta+T, t))
}

// Expected is the number of transactions of a new customer at the first t
// opportunities.
func (m BGBB) Expected(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	return m.Alpha / (m.Alpha + m.Beta) * periodsAlive(m.Gamma, m.Delta, math.Floor(t))
}

// periodsAlive is Σ_{k=1..n} B(γ, δ+k)/B(γ, δ), the expected number of the
// next n opportunities a customer lives to see.
func periodsAlive(gamma, delta, n float64) float64 {
	e := gamma - 1
	switch {
	case n == 0:
		return 0
	case math.IsInf(n, 1) && e <= 0:
		return math.Inf(1)
	case math.IsInf(n, 1):
		return delta / e
	case e == 0:
		return delta * (special.Digamma(delta+1+n) - special.Digamma(delta+1))
	}
	return -delta * math.Expm1(special.LogBetaRatio(e, delta+1, n)) / e
}

// Conditional is the number of transactions expected at the next t
// opportunities of a customer with this history.
func (m BGBB) Conditional(t, x, tx, T float64) float64 {
	alive := m.alive(x, tx, T)
	if math.IsNaN(alive) || !(t >= 0) {
		return math.NaN()
	}
	return times(alive, m.ahead(x, T).Expected(t))
}

// PMF is the probability that a new customer has n transactions at the first
// t opportunities.
func (m BGBB) PMF(t, n float64) float64 {
	t = math.Floor(t)
	switch {
	case !m.legal() || !counts(t, n) || t > MaxOpportunities:
		return math.NaN()
	case n > t:
		return 0
	}
	choose := func(k float64) float64 { // ln C(k, n)
		return special.LogGammaDiff(k-n+1, n) - special.LogGammaDiff(1, n)
	}
	acted := special.LogBetaRatio(m.Beta, m.Alpha, n)
	alive := math.Exp(choose(t) + acted + special.LogBetaRatio(m.Alpha+n, m.Beta, t-n) + special.LogBetaRatio(m.Gamma, m.Delta, t))
	if n == t {
		return alive
	}
	// ended after n ≤ i < t opportunities, all n transactions among the first i
	term := math.Exp(acted + math.Log(m.Gamma/(m.Gamma+m.Delta)) + special.LogBetaRatio(m.Gamma+1, m.Delta, n))
	sum := term
	for i := n; i < t-1; i++ {
		term *= (i + 1) / (i + 1 - n) * ((m.Beta + i - n) / (m.Alpha + m.Beta + i)) * ((m.Delta + i) / (m.Gamma + m.Delta + 1 + i))
		sum += term
	}
	return alive + sum
}

// ConditionalPMF is the probability of n transactions at the next t
// opportunities of a customer with this history.
func (m BGBB) ConditionalPMF(t, n, x, tx, T float64) float64 {
	alive := m.alive(x, tx, T)
	if math.IsNaN(alive) || !counts(math.Floor(t), n) {
		return math.NaN()
	}
	return givenAlive(alive, n, m.ahead(x, T).PMF(t, n))
}

// DERT is the discounted expected residual transactions: one at opportunity
// T+k counts (1+d)^(−k), at a rate d per opportunity. At d = 0 it is
// [BGBB.Conditional] at infinity, and [ErrInfinite] where Gamma <= 1.
func (m BGBB) DERT(d, x, tx, T float64) (float64, error) {
	return m.Discounted(d, math.Inf(1), x, tx, T)
}

// Discounted is [BGBB.DERT] up to a horizon of whole opportunities.
func (m BGBB) Discounted(d, horizon, x, tx, T float64) (float64, error) {
	op := m.name()
	if l := opportunityFault(x, tx, T); l != nil {
		return 0, refused(op+" DERT", l.field, l.value, l.limit, ErrInput)
	}
	alive := m.alive(x, tx, T)
	if err := wantHistory(op, d, horizon, x, tx, T, alive); err != nil {
		return 0, err
	}
	next := m.ahead(x, T)
	mean := alive * next.Alpha / (next.Alpha + next.Beta)
	switch {
	case mean == 0 || horizon == 0:
		return 0, nil
	case !math.IsInf(horizon, 1):
		if horizon > MaxOpportunities {
			return 0, refused(op+" DERT", "horizon", horizon, "want at most "+number(MaxOpportunities)+", or infinity", ErrInput)
		}
		var sum float64
		term := 1.0
		for k := 0.0; k < math.Floor(horizon); k++ {
			term *= (next.Delta + k) / (next.Gamma + next.Delta + k) / (1 + d)
			sum += term
		}
		return mean * sum, nil
	case d == 0 && m.Gamma <= 1:
		return 0, refused(op+" DERT", "gamma", m.Gamma, "want more than 1 where d is 0: the sum is infinite", ErrInfinite)
	}
	return mean * discountedRenewals(next.Gamma, next.Delta, d) / (1 + d), nil
}

// NextPurchase is the number of opportunities within which the customer acts
// next with probability p; +Inf where the probability of ever acting again is
// not above p, or only after [MaxOpportunities].
func (m BGBB) NextPurchase(p, x, tx, T float64) float64 {
	alive := m.alive(x, tx, T)
	switch {
	case math.IsNaN(alive) || !(p >= 0) || p > 1:
		return math.NaN()
	case p == 0:
		return 0
	case p >= alive:
		return math.Inf(1)
	}
	next := m.ahead(x, T)
	// P(first act at k) = B(α+1, β+k−1)/B(α, β) · S(k)
	term := next.Alpha / (next.Alpha + next.Beta) * (next.Delta / (next.Gamma + next.Delta))
	sum := term
	for k := 1.0; k <= MaxOpportunities; k++ {
		if alive*sum >= p {
			return k
		}
		term *= (next.Beta + k - 1) / (next.Alpha + next.Beta + k) * ((next.Delta + k) / (next.Gamma + next.Delta + k))
		sum += term
	}
	return math.Inf(1)
}
