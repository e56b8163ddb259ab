package survival

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// maxSubjects keeps row numbers in 32 bits.
const maxSubjects = 1 << 31

// want says which fields of the subjects an estimator reads.
type want struct{ groups, causes, strata bool }

// sample holds subjects by column. What nobody set takes no memory.
type sample struct {
	exit   []float64
	event  []bool
	entry  []float64 // nil: nobody entered late
	weight []float64 // nil: all 1
	group  []uint32  // nil: one group
	cause  []uint32  // of those with an event
	strata []uint32  // nil: one stratum

	groups, causes, stratum []string // sorted; the numbers above index them
}

func gather(op string, subjects iter.Seq[Subject], w want) (*sample, error) {
	var s sample
	var bad fault.Batch
	bad.Package, bad.Op = "survival", op
	var groups, causes, strata labels
	n := 0
	for x := range subjects {
		if int64(n) >= maxSubjects {
			n++
			break
		}
		if field, value, limit := x.bad(); field != "" {
			refuse(&bad, n, field, value, limit)
			n++
			continue
		}
		if x.Entry > 0 && s.entry == nil {
			s.entry = make([]float64, len(s.exit), cap(s.exit))
		}
		if x.Weight != 0 && x.Weight != 1 && s.weight == nil {
			s.weight = ones(len(s.exit), cap(s.exit))
		}
		s.exit = append(s.exit, x.Exit)
		s.event = append(s.event, x.Event)
		if s.entry != nil {
			s.entry = append(s.entry, x.Entry)
		}
		if s.weight != nil {
			if x.Weight == 0 {
				x.Weight = 1
			}
			s.weight = append(s.weight, x.Weight)
		}
		if w.groups {
			s.group = push(s.group, groups.of(x.Group), len(groups.names) > 1, len(s.exit))
		}
		if w.strata {
			s.strata = push(s.strata, strata.of(x.Stratum), len(strata.names) > 1, len(s.exit))
		}
		if w.causes {
			var c uint32
			if x.Event {
				c = causes.of(x.Cause)
			}
			s.cause = append(s.cause, c)
		}
		n++
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if int64(n) > maxSubjects {
		return nil, &fault.Error{Package: "survival", Op: op, Field: "subjects", Value: strconv.Itoa(n), Limit: "want at most " + strconv.FormatInt(maxSubjects, 10), Err: ErrTooMany}
	}
	if n == 0 {
		return nil, &fault.Error{Package: "survival", Op: op, Field: "subjects", Limit: "want at least one", Err: ErrEmpty}
	}
	s.groups = sorted(groups, s.group)
	s.causes = sorted(causes, s.cause)
	s.stratum = sorted(strata, s.strata)
	return &s, nil
}

// push appends to a column that only begins to exist with the second label.
func push(col []uint32, id uint32, several bool, n int) []uint32 {
	if col == nil {
		if !several {
			return nil
		}
		col = make([]uint32, n-1, 2*n)
	}
	return append(col, id)
}

func ones(n, room int) []float64 {
	w := make([]float64, n, room)
	for i := range w {
		w[i] = 1
	}
	return w
}

// sorted gives the labels in order of their text and renumbers the column.
func sorted(l labels, col []uint32) []string {
	order := make([]uint32, len(l.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(l.names[a], l.names[b]) })
	names, place := make([]string, len(order)), make([]uint32, len(order))
	for i, o := range order {
		names[i], place[o] = l.names[o], uint32(i)
	}
	if len(place) > 0 {
		for i, c := range col {
			col[i] = place[c]
		}
	}
	return names
}

func (s *sample) weightOf(i uint32) float64 {
	if s.weight == nil {
		return 1
	}
	return s.weight[i]
}

// byTime gives the subjects in order of a column of times, equal times in
// input order: a radix sort, since comparing a million floats would be most
// of the work of a curve. Times are not negative, so that their bits compare
// as they do; -0 counts as 0.
func byTime(times []float64) []uint32 {
	type pair struct {
		key uint64
		row uint32
	}
	const bits, size = 11, 1 << 11
	n := len(times)
	a, b := make([]pair, n), make([]pair, n)
	var counts [6][size]uint32
	for i, t := range times {
		k := math.Float64bits(t + 0)
		a[i] = pair{k, uint32(i)}
		for d := range counts {
			counts[d][k>>(d*bits)&(size-1)]++
		}
	}
	for d := range counts {
		c := &counts[d]
		if n > 0 && c[a[0].key>>(d*bits)&(size-1)] == uint32(n) {
			continue // all alike in these bits
		}
		sum := uint32(0)
		for i, m := range c {
			c[i], sum = sum, sum+m
		}
		for _, p := range a {
			x := p.key >> (d * bits) & (size - 1)
			b[c[x]] = p
			c[x]++
		}
		a, b = b, a
	}
	rows := make([]uint32, n)
	for i, p := range a {
		rows[i] = p.row
	}
	return rows
}

// split parts rows by a label, each part in the order of rows.
func split(rows, label []uint32, n int) [][]uint32 {
	if label == nil {
		return [][]uint32{rows}
	}
	ends := make([]int, n+1)
	for _, r := range rows {
		ends[label[r]+1]++
	}
	for i := range n {
		ends[i+1] += ends[i]
	}
	all, parts := make([]uint32, len(rows)), make([][]uint32, n)
	next := slices.Clone(ends)
	for _, r := range rows {
		all[next[label[r]]] = r
		next[label[r]]++
	}
	for i := range parts {
		parts[i] = all[ends[i]:ends[i+1]]
	}
	return parts
}

// late gives those of rows who entered late, in order of entry; nil where
// nobody did.
func (s *sample) late(rows []uint32) []uint32 {
	if s.entry == nil {
		return nil
	}
	var out []uint32
	for _, r := range rows {
		if s.entry[r] > 0 {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b uint32) int { return cmp.Compare(s.entry[a], s.entry[b]) })
	return out
}
