package clv

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func columnName(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i + 1)
}

// readCovariates checks the rows and returns them, copied, in canonical order.
func readCovariates(op string, in iter.Seq[CovariateCell], o CovariateOptions) ([]CovariateCell, int, error) {
	bad := fault.Batch{Package: "clv", Op: op}
	var rows []CovariateCell
	var row int64
	nr, nl := -1, -1
	if in != nil {
		for c := range in {
			row++
			if nr < 0 {
				nr, nl = len(c.Rate), len(c.Life)
				if nr+nl > MaxCovariates {
					return nil, 0, refused(op, "covariates", float64(nr+nl), fmt.Sprintf("want at most %d", MaxCovariates), ErrInput)
				}
				if (o.RateNames != nil && len(o.RateNames) != nr) || (o.LifeNames != nil && len(o.LifeNames) != nl) {
					return nil, 0, &fault.Error{Package: "clv", Op: op, Field: "names", Value: fmt.Sprintf("%d and %d", len(o.RateNames), len(o.LifeNames)), Limit: fmt.Sprintf("want as many as there are covariates, %d and %d", nr, nl), Err: ErrInput}
				}
			}
			if c.N == 0 {
				c.N = 1
			}
			l := historyFault(c.X, c.TX, c.T)
			switch {
			case l != nil:
			case c.X != math.Trunc(c.X) || c.X > maxCount:
				l = &limit{"X", c.X, "want a whole number of transactions, at most " + number(maxCount)}
			case c.N < 0:
				l = &limit{"N", float64(c.N), "want a number of customers, 0 for one"}
			case len(c.Rate) != nr:
				l = &limit{"Rate", float64(len(c.Rate)), fmt.Sprintf("want %d covariates, as in the first row", nr)}
			case len(c.Life) != nl:
				l = &limit{"Life", float64(len(c.Life)), fmt.Sprintf("want %d covariates, as in the first row", nl)}
			}
			for i, v := range c.Rate {
				if l == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
					l = &limit{"Rate." + columnName(o.RateNames, i), v, "want a finite number"}
				}
			}
			for i, v := range c.Life {
				if l == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
					l = &limit{"Life." + columnName(o.LifeNames, i), v, "want a finite number"}
				}
			}
			if l != nil {
				bad.Add(fault.Row{Row: row, Field: l.field, Value: number(l.value), Limit: l.limit, Err: ErrInput})
				continue
			}
			c.Rate, c.Life = slices.Clone(c.Rate), slices.Clone(c.Life)
			rows = append(rows, c)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, 0, err
	}
	if len(rows) == 0 {
		return nil, 0, &fault.Error{Package: "clv", Op: op, Field: "cells", Limit: "want at least one", Err: ErrInput}
	}
	slices.SortStableFunc(rows, func(a, b CovariateCell) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.T, b.T), cmp.Compare(a.TX, b.TX), slices.Compare(a.Rate, b.Rate), slices.Compare(a.Life, b.Life), cmp.Compare(a.N, b.N))
	})
	return rows, nr, nil
}

// columnUnits are the standard deviations of the columns; a column without one
// and a column that follows from those before it are named.
func columnUnits(op string, rows []CovariateCell, nr int, names []string) ([]float64, error) {
	k := len(names)
	var weight float64
	mean := make([]float64, k)
	column := func(c *CovariateCell, j int) float64 {
		if j < nr {
			return c.Rate[j]
		}
		return c.Life[j-nr]
	}
	for i := range rows {
		weight += float64(rows[i].N)
		for j := range k {
			mean[j] += float64(rows[i].N) * (column(&rows[i], j) - column(&rows[0], j))
		}
	}
	for j := range k {
		mean[j] = column(&rows[0], j) + mean[j]/weight
	}
	units := make([]float64, k)
	for i := range rows {
		for j := range k {
			v := column(&rows[i], j) - mean[j]
			units[j] += float64(rows[i].N) * v * v
		}
	}
	for j := range k {
		units[j] = math.Sqrt(units[j] / weight)
		if !(units[j] > 1e-12*math.Abs(mean[j])) {
			return nil, &fault.Error{Package: "clv", Op: op, Field: names[j], Value: number(mean[j]), Limit: "the same for every customer: leave it out", Err: ErrConstant}
		}
	}
	// Within one kind, columns in turn against those before (Gram–Schmidt on
	// the correlations).
	for _, kind := range [][2]int{{0, nr}, {nr, k}} {
		lo, n := kind[0], kind[1]-kind[0]
		corr := make([][]float64, n)
		for a := range corr {
			corr[a] = make([]float64, n)
		}
		for i := range rows {
			for a := range n {
				va := (column(&rows[i], lo+a) - mean[lo+a]) / units[lo+a]
				for b := range a + 1 {
					corr[a][b] += float64(rows[i].N) / weight * va * (column(&rows[i], lo+b) - mean[lo+b]) / units[lo+b]
				}
			}
		}
		for a := range n {
			left := corr[a][a]
			for b := range a {
				for c := range b {
					corr[a][b] -= corr[a][c] * corr[b][c]
				}
				corr[a][b] /= corr[b][b]
				left -= corr[a][b] * corr[a][b]
			}
			if !(left > 1e-10) {
				return nil, &fault.Error{Package: "clv", Op: op, Field: names[lo+a], Limit: "a combination of the columns before it: leave it out", Err: ErrCollinear}
			}
			corr[a][a] = math.Sqrt(left)
		}
	}
	return units, nil
}
