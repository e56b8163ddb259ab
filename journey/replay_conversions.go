package journey

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Conversion is how many of some customers came further. It is a value; the
// zero Conversion is of nobody.
type Conversion struct {
	// From and To are stages or groups, and Within is the time that was given;
	// they are set where the conversion is from one stage to another.
	From, To string
	Within   time.Duration
	// Customers is how many could, and Converted how many of them did. Running
	// is how many were still inside Within when observation ended; they are in
	// neither number.
	Customers, Converted, Running int64
	// Rate is Converted over Customers with its Wilson score interval; it is
	// not defined for no customers.
	Rate metrics.Estimate

	times []int64
}

// Ratio returns converted over customers, exactly.
func (c Conversion) Ratio() metrics.Ratio { return metrics.NewCount(c.Converted, c.Customers) }

// Quantile returns the time within which the share q of the customers
// converted, by nearest rank; those who did not count as later than everybody
// else. It is false for conversions that are not from stage to stage.
func (c Conversion) Quantile(q float64) (time.Duration, bool) {
	return quantile(c.times, c.Customers, q)
}

func (c *Conversion) add(n converts) {
	c.Customers += n.customers
	c.Converted += n.converted
}

func (c *Conversion) rate(level float64) (err error) {
	c.Rate = metrics.Estimate{}
	if c.Customers > 0 {
		c.Rate, err = metrics.Wilson(c.Converted, c.Customers, level)
	}
	return err
}

// Conversion says how many of the customers who came to from went on to to
// afterwards: counted from their first visit to the one to the first visit to
// the other after it. Both may be stages, stages with parts, or groups. Within,
// when positive, is the time they have for it; who had not had it when
// observation ended is Running. The interval is at 95 %. Errors are
// ErrUnknownStage, and a negative Within.
func (r *Replay) Conversion(from, to Stage, within time.Duration) (Conversion, error) {
	if r.d == nil {
		return Conversion{}, fmt.Errorf("journey: conversion: %w", ErrUndefined)
	}
	if within < 0 {
		return Conversion{}, fmt.Errorf("journey: conversion: within: %s is negative", within)
	}
	p := pair{within: int64(within)}
	for _, end := range []struct {
		name Stage
		set  *[]bool
	}{{from, &p.from}, {to, &p.to}} {
		n, ok := r.d.nodeAt[string(end.name)]
		if !ok {
			return Conversion{}, fmt.Errorf("journey: conversion: %w: %q", ErrUnknownStage, clip(string(end.name)))
		}
		*end.set = make([]bool, len(r.d.stages))
		for _, leaf := range r.d.nodes[n].leaves {
			(*end.set)[leaf] = true
		}
	}
	list, err := r.conversions([]pair{p})
	if err != nil {
		return Conversion{}, err
	}
	list[0].From, list[0].To, list[0].Within = string(from), string(to), within
	return list[0], nil
}

// Steps says of every stage on the way, in the reading asked for, how many of
// the customers who came there went on to the next or to one behind it. Stages
// that stand aside are no steps. Within is as in Conversion.
func (r *Replay) Steps(by By, within time.Duration) ([]Conversion, error) {
	if r.d == nil {
		return nil, nil
	}
	if within < 0 {
		return nil, fmt.Errorf("journey: steps: within: %s is negative", within)
	}
	u := r.d.units(by)
	var way []int
	for k, n := range u.node {
		if !r.d.aside(n) {
			way = append(way, k)
		}
	}
	var pairs []pair
	for i := 0; i+1 < len(way); i++ {
		p := pair{within: int64(within), from: make([]bool, len(r.d.stages)), to: make([]bool, len(r.d.stages))}
		for leaf, k := range u.of {
			p.from[leaf] = int(k) == way[i]
			p.to[leaf] = slices.Contains(way[i+1:], int(k))
		}
		pairs = append(pairs, p)
	}
	list, err := r.conversions(pairs)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].From, list[i].To, list[i].Within = u.names[way[i]], u.names[way[i+1]], within
	}
	return list, nil
}

// aside reports whether everything in a node stands aside.
func (d *Definition) aside(n int) bool {
	return !slices.ContainsFunc(d.nodes[n].leaves, func(leaf int) bool { return !d.off[leaf] })
}

// pair is a conversion to count.
type pair struct {
	from, to []bool // by stage
	within   int64
}

// conversions goes over the log once for all pairs.
func (r *Replay) conversions(pairs []pair) ([]Conversion, error) {
	shards := make([]*pairVisitor, r.options.Goroutines)
	err := r.parallel(func(worker int) task {
		shards[worker] = &pairVisitor{
			d: r.d, pairs: pairs, until: r.until(), came: make([]int64, len(pairs)), went: make([]int64, len(pairs)), out: make([]Conversion, len(pairs)),
		}
		return r.visitAll(shards[worker])
	})
	if err != nil {
		return nil, err
	}
	out := make([]Conversion, len(pairs))
	for i := range out {
		lists := make([][]int64, len(shards))
		for s, v := range shards {
			out[i].Customers += v.out[i].Customers
			out[i].Running += v.out[i].Running
			lists[s] = v.out[i].times
		}
		out[i].times = joinSorted(lists)
		out[i].Converted = int64(len(out[i].times))
		if err := out[i].rate(0.95); err != nil {
			return nil, fmt.Errorf("journey: conversion: %w", err)
		}
	}
	return out, nil
}

// never is no time.
const never = math.MinInt64

// pairVisitor follows customers from the one stage of each pair to the other.
type pairVisitor struct {
	d          *Definition
	pairs      []pair
	until      int64
	came, went []int64
	out        []Conversion
}

func (v *pairVisitor) begin(_ int, stage uint16, at int64) {
	for i := range v.pairs {
		v.came[i], v.went[i] = never, never
	}
	v.arrive(stage, at)
}

func (v *pairVisitor) arrive(stage uint16, at int64) {
	for i := range v.pairs {
		p := &v.pairs[i]
		if p.to[stage] && v.came[i] != never && v.went[i] == never {
			v.went[i] = at
		}
		if p.from[stage] && v.came[i] == never {
			v.came[i] = at
		}
	}
}

func (v *pairVisitor) move(edge int, at int64) { v.arrive(v.d.dest[edge], at) }
func (v *pairVisitor) reach(uint64, int64)     {}

func (v *pairVisitor) end(uint16, uint64, int64, int64) {
	for i := range v.pairs {
		if v.came[i] == never {
			continue
		}
		o, within := &v.out[i], v.pairs[i].within
		if within > 0 && int64(elapsed(v.came[i], max(v.until, v.came[i]))) < within {
			o.Running++
			continue
		}
		o.Customers++
		if took := int64(elapsed(v.came[i], max(v.went[i], v.came[i]))); v.went[i] != never && (within == 0 || took <= within) {
			o.times = append(o.times, took)
		}
	}
}

// MarshalJSON writes the conversion; its rate is a number with an interval, and
// the ratio its exact counts. Times are absent where they are not defined.
func (c Conversion) MarshalJSON() ([]byte, error) {
	var rate *metrics.Estimate
	if c.Customers > 0 {
		rate = &c.Rate
	}
	median, ok := c.Quantile(0.5)
	return json.Marshal(struct {
		From      string            `json:"from,omitempty"`
		To        string            `json:"to,omitempty"`
		Within    *durationJSON     `json:"within,omitempty"`
		Customers int64             `json:"customers"`
		Converted int64             `json:"converted"`
		Running   int64             `json:"running,omitempty"`
		Ratio     metrics.Ratio     `json:"ratio"`
		Rate      *metrics.Estimate `json:"rate,omitempty"`
		Median    *durationJSON     `json:"median,omitempty"`
	}{c.From, c.To, someDuration(c.Within, c.Within > 0), c.Customers, c.Converted, c.Running, c.Ratio(), rate, someDuration(median, ok)})
}

// String says it in a line.
func (c Conversion) String() string {
	s := fmt.Sprintf("%d of %d, %s", c.Converted, c.Customers, c.Ratio().Percent(1))
	if c.From != "" {
		s = c.From + " → " + c.To + ": " + s
	}
	if c.Within > 0 {
		s += " within " + shortDuration(c.Within)
	}
	return s
}
