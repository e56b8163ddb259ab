package clv

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Cell is a number of customers with one and the same history, which is all
// the transaction models see of them.
type Cell struct {
	X  float64 `json:"x"`  // repeat transactions, the first one not counted
	TX float64 `json:"tx"` // time of the last one, from the first; 0 where X is 0
	T  float64 `json:"t"`  // age, from the first transaction to the end of observation
	N  int64   `json:"n"`  // customers alike; zero = 1
}

// Renewals is one cohort of a contractual business, as the contractual models
// see it. Cohorts of different age are different Renewals.
type Renewals struct {
	Lost   []float64 `json:"lost"`   // customers lost at the first, second, … renewal
	Active float64   `json:"active"` // those still there after the last of them
}

// Spend is a number of customers alike in their spend.
type Spend struct {
	X    float64 `json:"x"`    // transactions the mean is of
	Mean float64 `json:"mean"` // mean amount per transaction
	N    int64   `json:"n"`    // customers alike; zero = 1
}

// Limits of what a fit takes in.
const (
	maxCount   = 1e9  // transactions of one customer
	maxWeight  = 1e15 // customers
	maxPeriods = 100_000
)

func quote(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// gather reads cells, refuses bad ones by row, and returns them in canonical
// order with equal ones merged, so that the fit does not depend on the order or
// the partition of the input.
func gather(op string, cells iter.Seq[Cell], check func(Cell) *limit) ([]Cell, float64, error) {
	bad := fault.Batch{Package: "clv", Op: op}
	var out []Cell
	var row int64
	var weight float64
	if cells != nil {
		for c := range cells {
			row++
			if c.N == 0 {
				c.N = 1
			}
			l := check(c)
			switch {
			case l == nil && c.X > maxCount:
				l = &limit{"X", c.X, "want at most " + quote(maxCount)}
			case l == nil && c.X != math.Trunc(c.X):
				l = &limit{"X", c.X, "want a whole number of transactions"}
			case l == nil && c.N < 0:
				l = &limit{"N", float64(c.N), "want a number of customers, 0 for one"}
			}
			if l != nil {
				bad.Add(fault.Row{Row: row, Field: l.field, Value: quote(l.value), Limit: l.limit, Err: ErrInput})
				continue
			}
			weight += float64(c.N)
			out = append(out, c)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, 0, err
	}
	if len(out) == 0 {
		return nil, 0, &fault.Error{Package: "clv", Op: op, Field: "cells", Limit: "want at least one", Err: ErrInput}
	}
	if weight > maxWeight {
		return nil, 0, refused(op, "customers", weight, "want at most "+quote(maxWeight), ErrInput)
	}
	return canonical(out), weight, nil
}

// canonical sorts cells by (X, T, TX) and merges equal ones, in place.
func canonical(cells []Cell) []Cell {
	order := func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.T, b.T), cmp.Compare(a.TX, b.TX))
	}
	slices.SortFunc(cells, order)
	n := 0
	for _, c := range cells {
		if n > 0 && order(cells[n-1], c) == 0 {
			cells[n-1].N += c.N
			continue
		}
		cells[n] = c
		n++
	}
	return cells[:n]
}

// group is a run of cells with one X.
type group struct{ x, n float64 }

func groupsOf(cells []Cell) []group {
	var out []group
	for _, c := range cells {
		if len(out) == 0 || out[len(out)-1].x != c.X {
			out = append(out, group{x: c.X})
		}
		out[len(out)-1].n += float64(c.N)
	}
	return out
}

// sample is every stride-th of the sorted cells: a stratified sample to start
// from.
func sample(cells []Cell, size int) []Cell {
	stride := len(cells) / size
	out := make([]Cell, 0, size+1)
	for i := stride / 2; i < len(cells); i += stride {
		out = append(out, cells[i])
	}
	return out
}
