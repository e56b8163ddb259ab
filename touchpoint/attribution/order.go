package attribution

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// OrderScore says how well a chain of one order tells paths.
type OrderScore struct {
	Order int `json:"order"` // 0 looks at nothing that came before
	// Contexts is how many different touches, or sequences of them, were looked
	// back on; Parameters how many probabilities that leaves free.
	Contexts   int64 `json:"contexts"`
	Parameters int64 `json:"parameters"`
	// LogLikelihood is that of all paths under the probabilities seen in them; it
	// never falls with the order. AIC and BIC take the parameters off again, over
	// Steps steps; smaller is better.
	LogLikelihood float64 `json:"log_likelihood"`
	AIC           float64 `json:"aic"`
	BIC           float64 `json:"bic"`
	// HeldOut is the mean log-likelihood of a step of paths that the probabilities
	// were not taken from, over the folds; greater is better. What was never seen
	// is told by shorter contexts, in the proportion of Witten and Bell.
	HeldOut float64 `json:"held_out"`
}

// Orders is the choice of a Markov order.
type Orders struct {
	Scores []OrderScore `json:"scores"` // from order 0 on
	// Best is the order with the greatest HeldOut, at least 1: what is worth
	// looking back on for paths that are still to come.
	Best  int   `json:"best"`
	Steps int64 `json:"steps"` // touches, and one end for each path
}

// OrderOptions are those of [Paths.Orders].
type OrderOptions struct {
	Seed  uint64 // of the folds
	Folds int    // zero = 5
	Most  int    // highest order; zero = MaxOrder
}

// Orders says how far back paths remember, order by order, so that a Markov model
// can be given an order: by the likelihood of paths held out, beside AIC and BIC.
// A step is the next touch, a conversion or an end without one. Folds are drawn
// by customer; of aggregated rows every fold has an equal share.
//
// Errors: no path, folds or an order that are impossible.
func (p *Paths) Orders(o OrderOptions) (*Orders, error) {
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "attribution", Op: "orders", Field: field, Value: value, Limit: limit, Err: ErrOptions}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Most == 0 {
		o.Most = MaxOrder
	}
	switch {
	case o.Folds < 2 || o.Folds > 100:
		return nil, bad("Folds", strconv.Itoa(o.Folds), "want 2 to 100")
	case o.Most < 1 || o.Most > MaxOrder:
		return nil, bad("Most", strconv.Itoa(o.Most), fmt.Sprintf("want 1 to %d", MaxOrder))
	}
	rows := p.rows
	if !p.fromLog {
		rows = p.merged()
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.conv+r.nulls == 0 })
	n := int64(0)
	for i := range rows {
		n += rows[i].conv + rows[i].nulls
	}
	if n < int64(o.Folds) {
		return nil, bad("paths", strconv.FormatInt(n, 10), "want at least one for each fold")
	}
	share := p.folds(rows, o)
	out := &Orders{Best: 1}
	all := newMemory(len(p.keys), o.Most)
	for i := range rows {
		all.learn(&rows[i], 1)
	}
	out.Steps = all.steps
	held := make([]float64, o.Most+1)
	part := make([]row, 0, len(rows))
	for f := range o.Folds {
		part = part[:0]
		for i := range rows {
			if r := share(i, f); r.conv+r.nulls > 0 {
				part = append(part, r)
			}
		}
		// What the other folds hold: everything, less this one.
		for i := range part {
			all.learn(&part[i], -1)
		}
		for i := range part {
			all.tell(&part[i], held)
		}
		for i := range part {
			all.learn(&part[i], 1)
		}
	}
	for k := range o.Most + 1 {
		s := all.score(k)
		s.HeldOut = held[k] / float64(all.steps)
		out.Scores = append(out.Scores, s)
		if k > 1 && s.HeldOut > out.Scores[out.Best].HeldOut {
			out.Best = k
		}
	}
	return out, nil
}

// folds gives the part of each row that is in each fold. Rows of one customer are
// in one; of an aggregated row each fold has as many, the rest by a random start.
func (p *Paths) folds(rows []row, o OrderOptions) func(i, f int) row {
	random := rand.New(rand.NewPCG(o.Seed, 0xf01d5))
	if p.fromLog {
		deal := make([]int, len(p.customers))
		for i := range deal {
			deal[i] = i % o.Folds
		}
		random.Shuffle(len(deal), func(i, j int) { deal[i], deal[j] = deal[j], deal[i] })
		return func(i, f int) row {
			if deal[rows[i].customer] == f {
				return rows[i]
			}
			return row{}
		}
	}
	begin := make([][2]int, len(rows))
	for i := range begin {
		begin[i] = [2]int{random.IntN(o.Folds), random.IntN(o.Folds)}
	}
	folds := int64(o.Folds)
	of := func(n int64, begin, f int) int64 {
		if int64((f+begin)%o.Folds) < n%folds {
			return n/folds + 1
		}
		return n / folds
	}
	return func(i, f int) row {
		return row{touches: rows[i].touches, conv: of(rows[i].conv, begin[i][0], f), nulls: of(rows[i].nulls, begin[i][1], f)}
	}
}

// memory counts what came after every context of up to some touches. Outcomes
// are touches from 0, then a conversion and an end without one.
type memory struct {
	outcomes int
	byOrder  []map[string]*after // contexts by their length asked for
	steps    int64
}

type after struct {
	total  int64
	kinds  int64
	counts map[uint32]int64
}

func newMemory(keys, most int) *memory {
	m := &memory{outcomes: keys + 2, byOrder: make([]map[string]*after, most+1)}
	for k := range m.byOrder {
		m.byOrder[k] = map[string]*after{}
	}
	return m
}

// each yields the steps of a row with how often each was taken.
func (m *memory) each(r *row, yield func(before []uint32, outcome uint32, n int64)) {
	for k, t := range r.touches {
		yield(r.touches[:k], t, r.conv+r.nulls)
	}
	yield(r.touches, uint32(m.outcomes-2), r.conv)
	yield(r.touches, uint32(m.outcomes-1), r.nulls)
}

// context names the last touches, at most order of them; those at the beginning of
// a path are shorter and apart.
func context(buf []byte, before []uint32, order int) []byte {
	buf = buf[:0]
	for _, t := range before[max(0, len(before)-order):] {
		buf = append(buf, byte(t), byte(t>>8))
	}
	return buf
}

func (m *memory) learn(r *row, sign int64) {
	var buf []byte
	m.each(r, func(before []uint32, outcome uint32, n int64) {
		if n == 0 {
			return
		}
		m.steps += sign * n
		for order, contexts := range m.byOrder {
			buf = context(buf, before, order)
			a, ok := contexts[string(buf)]
			if !ok {
				a = &after{counts: map[uint32]int64{}}
				contexts[string(buf)] = a
			}
			had := a.counts[outcome]
			a.counts[outcome] += sign * n
			a.total += sign * n
			switch {
			case had == 0:
				a.kinds++
			case had+sign*n == 0:
				a.kinds--
			}
		}
	})
}

// tell adds the log-likelihood of a row under every order.
func (m *memory) tell(r *row, into []float64) {
	var buf []byte
	m.each(r, func(before []uint32, outcome uint32, n int64) {
		if n == 0 {
			return
		}
		p := 1 / float64(m.outcomes)
		for order, contexts := range m.byOrder {
			// A context that is no longer than the one before it adds nothing, but
			// that a path begins.
			if order > len(before) && (order > 1 || len(before) > 0) {
				into[order] += float64(n) * math.Log(p)
				continue
			}
			buf = context(buf, before, order)
			if a, ok := contexts[string(buf)]; ok && a.total > 0 {
				p = (float64(a.counts[outcome]) + float64(float64(a.kinds)*p)) / float64(a.total+a.kinds)
			}
			into[order] += float64(n) * math.Log(p)
		}
	})
}

func (m *memory) score(order int) OrderScore {
	s := OrderScore{Order: order}
	for _, key := range sortedKeys(m.byOrder[order]) {
		a := m.byOrder[order][key]
		if a.total == 0 {
			continue
		}
		s.Contexts++
		s.Parameters += a.kinds - 1
		for _, outcome := range slices.Sorted(maps.Keys(a.counts)) {
			if n := a.counts[outcome]; n > 0 {
				s.LogLikelihood += float64(n) * math.Log(float64(n)/float64(a.total))
			}
		}
	}
	s.AIC = float64(2*s.Parameters) - 2*s.LogLikelihood
	s.BIC = float64(s.Parameters)*math.Log(float64(m.steps)) - 2*s.LogLikelihood
	return s
}

// String is a line for each order, the best one marked.
func (o *Orders) String() string {
	var b strings.Builder
	for _, s := range o.Scores {
		mark := ""
		if s.Order == o.Best {
			mark = " *"
		}
		fmt.Fprintf(&b, "order %d: held out %.5f a step, AIC %.1f, BIC %.1f, %d contexts%s\n", s.Order, s.HeldOut, s.AIC, s.BIC, s.Contexts, mark)
	}
	return b.String()
}

// Rows are the orders as cells of a table, titles first.
func (o *Orders) Rows() [][]string {
	out := [][]string{{"order", "contexts", "parameters", "log_likelihood", "aic", "bic", "held_out"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	for _, s := range o.Scores {
		out = append(out, []string{strconv.Itoa(s.Order), fmt.Sprint(s.Contexts), fmt.Sprint(s.Parameters), number(s.LogLikelihood), number(s.AIC), number(s.BIC), number(s.HeldOut)})
	}
	return out
}
