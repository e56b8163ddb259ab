package attribution

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// BootstrapOptions are those of [Paths.Bootstrap].
type BootstrapOptions struct {
	Seed    uint64
	Samples int     // zero = 200
	Level   float64 // zero = 0.95
}

// CreditInterval is the credit of a touch with its interval.
type CreditInterval struct {
	Key string `json:"key"`
	// Conversions and Value are the credit of the paths as they are, between
	// percentiles of it over the samples. N is how many customers have a path.
	Conversions metrics.Estimate `json:"conversions"`
	Value       metrics.Estimate `json:"value"`
}

// Intervals are the credits under one model with what chance does to them.
type Intervals struct {
	Model   Model            `json:"model"`
	Level   float64          `json:"level"`
	Samples int              `json:"samples"`
	Credits []CreditInterval `json:"credits"` // ascending by touch
}

// maxResampled bounds samples times touches of all paths.
const maxResampled = 20_000_000_000

// Bootstrap gives the credits of a model with intervals: customers are drawn with
// replacement, as many as there are, and credited again, samples times; the
// interval is between the percentiles of the credits so found (B. Efron, Annals
// of Statistics 7, 1979, 1–26). Paths of one customer stay together. Equal seeds
// give equal results on any number of processors.
//
// Errors: those of [Paths.Credit]; ErrNeedsLog for aggregated rows, which know no
// customers; samples or a level that are impossible.
func (p *Paths) Bootstrap(m Model, o BootstrapOptions) (*Intervals, error) {
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "attribution", Op: "bootstrap", Field: field, Value: value, Limit: limit, Err: ErrOptions}
	}
	if o.Samples == 0 {
		o.Samples = 200
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	switch {
	case o.Samples < 20 || o.Samples > 100_000:
		return nil, bad("Samples", strconv.Itoa(o.Samples), "want 20 to 100000")
	case !(o.Level > 0 && o.Level < 1):
		return nil, bad("Level", fmt.Sprint(o.Level), "want more than 0 and less than 1")
	case !p.fromLog && len(p.rows) > 0:
		return nil, fmt.Errorf("attribution: bootstrap: %w", ErrNeedsLog)
	}
	if work := float64(o.Samples) * float64(len(p.ages)); work > maxResampled {
		return nil, bad("Samples × touches", strconv.FormatFloat(work, 'f', 0, 64), fmt.Sprintf("at most %d", int64(maxResampled)))
	}
	point, err := p.Credit(m)
	if err != nil {
		return nil, err
	}
	drawn, err := p.resample(m, o)
	if err != nil {
		return nil, err
	}
	out := &Intervals{Model: m, Level: o.Level, Samples: o.Samples}
	list := make([]float64, o.Samples)
	for k, key := range p.keys {
		estimate := func(value float64, of func(c *Credit) float64) metrics.Estimate {
			for s := range drawn {
				list[s] = of(&drawn[s][k])
			}
			slices.Sort(list)
			tail := (1 - o.Level) / 2
			return metrics.Estimate{Value: value, Lo: percentile(list, tail), Hi: percentile(list, 1-tail), Level: o.Level, N: int64(len(p.customers))}
		}
		conversions := estimate(point.list[k].Conversions, func(c *Credit) float64 { return c.Conversions })
		value := estimate(float(point.list[k].Value), func(c *Credit) float64 { return float(c.Value) })
		out.Credits = append(out.Credits, CreditInterval{key, conversions, value})
	}
	return out, nil
}

func float(d decimal.Decimal) float64 {
	f, _ := d.Float64()
	return f
}

// percentile is at place p·(n−1), linear between neighbours.
func percentile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	lo := min(int(at), len(sorted)-1)
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + float64((sorted[hi]-sorted[lo])*(at-float64(lo)))
}

// resample credits every sample; each has a stream of its own.
func (p *Paths) resample(m Model, o BootstrapOptions) ([][]Credit, error) {
	out, errs := make([][]Credit, o.Samples), make([]error, o.Samples)
	again := func(times []int64) (Credits, error) { return p.weighted(times).Credit(m) }
	if m.kind == markov {
		t, err := p.tracks(m.order)
		if err != nil {
			return nil, err
		}
		again = func(times []int64) (Credits, error) { return t.credits(m, p.keys, times) }
	}
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), o.Samples) {
		wait.Go(func() {
			times := make([]int64, len(p.customers))
			for s := range next {
				clear(times)
				random := rand.New(rand.NewPCG(o.Seed, uint64(s)+1))
				for range times {
					times[random.IntN(len(times))]++
				}
				c, err := again(times)
				out[s], errs[s] = c.list, err
			}
		})
	}
	for s := range o.Samples {
		next <- s
	}
	close(next)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("attribution: bootstrap: %w", err)
		}
	}
	return out, nil
}

// credits are those of the paths with every customer so many times over: what
// Paths.Credit gives for them, without finding states and transitions anew.
func (t *tracks) credits(m Model, keys []string, times []int64) (Credits, error) {
	n := t.tally(times)
	c := Credits{Model: m, Conversions: n.won, Value: n.sum.Decimal(), keys: keys, list: make([]Credit, len(keys)), Rate: math.NaN()}
	if n.won == 0 {
		return c, nil
	}
	return c, n.chain().credit(&c, 1)
}

// weighted is the set with every customer so many times over. Touches keep their
// numbers.
func (p *Paths) weighted(times []int64) *Paths {
	out := &Paths{keys: p.keys, fromLog: true, ages: p.ages, rows: make([]row, 0, len(p.rows))}
	for i := range p.rows {
		r := p.rows[i]
		n := times[r.customer]
		if n == 0 {
			continue
		}
		r.conv, r.nulls = r.conv*n, r.nulls*n
		if n > 1 && !r.value.IsZero() {
			r.value = r.value.Mul(decimalOf(n))
		}
		out.rows = append(out.rows, r)
	}
	return out
}

// String is a line for each touch.
func (v *Intervals) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d samples of the customers\n", v.Model, v.Samples)
	for _, c := range v.Credits {
		fmt.Fprintf(&b, "%-24s %12.2f (%.2f to %.2f) %14.2f (%.2f to %.2f)\n", c.Key, c.Conversions.Value, c.Conversions.Lo, c.Conversions.Hi, c.Value.Value, c.Value.Lo, c.Value.Hi)
	}
	return b.String()
}

// Rows are the credits as cells of a table, titles first.
func (v *Intervals) Rows() [][]string {
	out := [][]string{{"touch", "conversions", "conversions_lo", "conversions_hi", "value", "value_lo", "value_hi"}}
	for _, c := range v.Credits {
		line := []string{c.Key}
		for _, x := range []float64{c.Conversions.Value, c.Conversions.Lo, c.Conversions.Hi, c.Value.Value, c.Value.Lo, c.Value.Hi} {
			line = append(line, strconv.FormatFloat(x, 'f', 6, 64))
		}
		out = append(out, line)
	}
	return out
}

// MarshalJSON writes the model by name, and the credits.
func (v *Intervals) MarshalJSON() ([]byte, error) {
	type plain Intervals
	out := plain(*v)
	out.Credits = append([]CreditInterval{}, v.Credits...)
	return json.Marshal(out)
}
