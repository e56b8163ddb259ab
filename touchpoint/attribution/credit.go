package attribution

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Model says how conversions are credited to touches. Models are values made by
// the functions of this package; the zero Model is none.
type Model struct {
	kind    kind
	order   int
	half    time.Duration
	key     string
	seed    uint64
	samples int
	ridge   float64
}

type kind uint8

const (
	noModel kind = iota
	first
	last
	lastNonDirect
	linear
	uShaped
	wShaped
	timeDecay
	markov
	shapley
	shapleyRate
	dataDriven
)

var kindNames = [...]string{
	"none", "first touch", "last touch", "last non-direct touch", "linear", "U-shaped", "W-shaped", "time decay",
	"Markov", "Shapley", "Shapley of rates", "data-driven",
}

// String names the model with its parameters.
func (m Model) String() string {
	name := kindNames[m.kind]
	switch m.kind {
	case markov:
		return name + " of order " + strconv.Itoa(m.order)
	case wShaped:
		return name + " about " + m.key
	case timeDecay:
		return name + " by halves in " + m.half.String()
	}
	return name
}

// MarshalText writes String.
func (m Model) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Credit is what a touch earned.
type Credit struct {
	Conversions float64 `json:"conversions"`
	// Value is the touch's share of the value of all conversions, with twelve
	// digits behind the point, or as many as the values have. The values of all
	// touches sum to it exactly; allocate them to the cent with money.Allocate.
	Value decimal.Decimal `json:"value"`
	// RemovalEffect is the part of all conversions that would be lost without
	// the touch, for Markov and data-driven models; 0 for the others.
	RemovalEffect float64 `json:"removal_effect"`
	// Error is the standard error of Conversions where they are sampled.
	Error float64 `json:"error"`
}

// Credits are the credits of all touches under one model.
type Credits struct {
	Model       Model
	Conversions int64           // credited: those with a touch
	Value       decimal.Decimal // of them
	keys        []string
	list        []Credit
	// Rate is the probability of a conversion that a Markov model gives; it
	// equals the observed rate. NaN for other models.
	Rate float64
}

// Of is the credit of a touch; zero for one that is in no path.
func (c Credits) Of(key string) Credit {
	if i, ok := slices.BinarySearch(c.keys, key); ok {
		return c.list[i]
	}
	return Credit{}
}

// Keys are the touches, in ascending order.
func (c Credits) Keys() []string { return slices.Clone(c.keys) }

// Ranked are the touches by conversions earned, most first, then by name.
func (c Credits) Ranked() []string {
	order := slices.Clone(c.keys)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(c.Of(b).Conversions, c.Of(a).Conversions) })
	return order
}

// Credit shares out the conversions of all paths under a model.
//
// Errors: a model that is none or has impossible parameters (ErrOptions), one
// that needs a log on aggregated rows (ErrNeedsLog), a Markov chain or a game
// too large to solve.
func (p *Paths) Credit(m Model) (Credits, error) {
	if err := m.validate(p); err != nil {
		return Credits{}, err
	}
	conv, _, value := p.Totals()
	c := Credits{Model: m, Conversions: conv, Value: value, keys: p.keys, list: make([]Credit, len(p.keys)), Rate: math.NaN()}
	if conv == 0 {
		return c, nil
	}
	var err error
	switch m.kind {
	case markov:
		err = p.markov(&c)
	case shapley:
		p.equalSplit(&c)
	case shapleyRate:
		err = p.rateGame(&c)
	case dataDriven:
		err = p.dataDriven(&c)
	default:
		p.byRule(&c)
	}
	if err != nil {
		return Credits{}, err
	}
	return c, nil
}

func (m Model) validate(p *Paths) error {
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "attribution", Op: "credit", Field: field, Value: value, Limit: limit, Err: ErrOptions}
	}
	switch m.kind {
	case noModel:
		return bad("Model", "", "want one of First, Last, LastNonDirect, Linear, UShaped, WShaped, TimeDecay, Markov, Shapley, ShapleyRate, DataDriven")
	case timeDecay:
		if m.half <= 0 {
			return bad("half", m.half.String(), "want more than zero")
		}
		if !p.fromLog && len(p.rows) > 0 {
			return fmt.Errorf("attribution: credit: %s: %w", m, ErrNeedsLog)
		}
	case markov:
		if m.order < 1 || m.order > MaxOrder {
			return bad("order", strconv.Itoa(m.order), fmt.Sprintf("want 1 to %d", MaxOrder))
		}
	case shapleyRate:
		if m.samples < 0 || m.samples > 10_000_000 {
			return bad("samples", strconv.Itoa(m.samples), "want 0 to 10000000")
		}
	case dataDriven:
		if !(m.ridge >= 0) || math.IsInf(m.ridge, 0) {
			return bad("Ridge", strconv.FormatFloat(m.ridge, 'g', -1, 64), "want zero or more")
		}
	}
	return nil
}

// places is how many digits a credit's value has behind the point.
func (c *Credits) places() int32 { return max(12, -c.Value.Exponent()) }

// allocate gives each touch its share of the value: floor of the exact share in
// units of the last place, and the units that are left to the largest remainders, the
// lower key first. Negative weights give nothing.
func (c *Credits) allocate(weights []*big.Rat) {
	sum := new(big.Rat)
	for _, w := range weights {
		if w.Sign() > 0 {
			sum.Add(sum, w)
		}
	}
	if sum.Sign() == 0 {
		return
	}
	total := c.Value.Shift(c.places()).BigInt()
	sign := total.Sign()
	total.Abs(total)
	left := new(big.Int).Set(total)
	type part struct {
		i     int
		units *big.Int
		rest  *big.Rat
	}
	var parts []part
	for i, w := range weights {
		if w.Sign() <= 0 {
			continue
		}
		exact := new(big.Rat).Mul(new(big.Rat).SetInt(total), new(big.Rat).Quo(w, sum))
		units := new(big.Int).Quo(exact.Num(), exact.Denom())
		left.Sub(left, units)
		parts = append(parts, part{i, units, exact.Sub(exact, new(big.Rat).SetInt(units))})
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return parts[b].rest.Cmp(parts[a].rest) })
	one := big.NewInt(1)
	for _, k := range order[:min(int(left.Int64()), len(order))] {
		parts[k].units.Add(parts[k].units, one)
	}
	for _, q := range parts {
		if sign < 0 {
			q.units.Neg(q.units)
		}
		c.list[q.i].Value = decimal.NewFromBigInt(q.units, -c.places())
	}
}

// byWeight credits conversions and value by weights of a model that is estimated.
func (c *Credits) byWeight(conversions, value []float64) {
	sum := 0.0
	for _, w := range conversions {
		sum += w
	}
	for i, w := range conversions {
		if sum != 0 {
			c.list[i].Conversions = w / sum * float64(c.Conversions)
		}
	}
	c.allocate(rats(value))
}

func rats(weights []float64) []*big.Rat {
	out := make([]*big.Rat, len(weights))
	for i, w := range weights {
		out[i] = new(big.Rat)
		if w > 0 && !math.IsInf(w, 0) {
			out[i].SetFloat64(w)
		}
	}
	return out
}

// Cost is a touch's credit beside what was spent on it.
type Cost struct {
	Key         string          `json:"key"`
	Conversions float64         `json:"conversions"`
	Value       decimal.Decimal `json:"value"`
	Spend       decimal.Decimal `json:"spend"`
	CAC         metrics.Ratio   `json:"cac"`    // spend / conversions; undefined where it earned none
	Return      metrics.Ratio   `json:"return"` // value / spend; undefined where nothing was spent
}

// Costs puts spend beside the credits, for every touch that has either, in
// ascending order of keys. Credits of conversions are rounded half even to nine
// digits for the ratio.
func (c Credits) Costs(spend map[string]decimal.Decimal) []Cost {
	keys := slices.Clone(c.keys)
	for _, key := range sortedKeys(spend) {
		if i, ok := slices.BinarySearch(keys, key); !ok {
			keys = slices.Insert(keys, i, key)
		}
	}
	out := make([]Cost, len(keys))
	for i, key := range keys {
		credit := c.Of(key)
		out[i] = costOf(key, credit.Conversions, credit.Value, spend[key])
	}
	return out
}

func costOf(key string, conversions float64, value, spend decimal.Decimal) Cost {
	n := new(big.Rat)
	if r := new(big.Rat).SetFloat64(conversions); r != nil {
		n = r
	}
	heads, _ := decimal.NewFromString(n.FloatString(9))
	return Cost{key, conversions, value, spend, metrics.NewRatio(spend, heads), metrics.NewRatio(value, spend)}
}

// String is a line for each touch, most conversions first.
func (c Credits) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d conversions worth %s\n", c.Model, c.Conversions, c.Value)
	for _, key := range c.Ranked() {
		credit := c.Of(key)
		fmt.Fprintf(&b, "%-24s %12.2f %14s\n", key, credit.Conversions, credit.Value.StringFixed(2))
	}
	return b.String()
}

// Rows are the credits as cells of a table, titles first.
func (c Credits) Rows() [][]string {
	out := [][]string{{"touch", "conversions", "value", "removal_effect"}}
	for i, key := range c.keys {
		out = append(out, []string{
			key, strconv.FormatFloat(c.list[i].Conversions, 'f', 6, 64), c.list[i].Value.String(), strconv.FormatFloat(c.list[i].RemovalEffect, 'f', 6, 64),
		})
	}
	return out
}

// MarshalJSON writes the model, the totals and the credit of each touch.
func (c Credits) MarshalJSON() ([]byte, error) {
	type line struct {
		Touch         string          `json:"touch"`
		Conversions   float64         `json:"conversions"`
		Value         decimal.Decimal `json:"value"`
		RemovalEffect float64         `json:"removal_effect"`
		Error         float64         `json:"error"`
	}
	lines := make([]line, len(c.keys))
	for i, key := range c.keys {
		lines[i] = line{key, c.list[i].Conversions, c.list[i].Value, c.list[i].RemovalEffect, c.list[i].Error}
	}
	return json.Marshal(struct {
		Model       Model           `json:"model"`
		Conversions int64           `json:"conversions"`
		Value       decimal.Decimal `json:"value"`
		Credits     []line          `json:"credits"`
	}{c.Model, c.Conversions, c.Value, lines})
}
