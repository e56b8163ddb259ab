package retention

import "github.com/lifecycle-go/lifecycle/internal/num"

// sum is what one goroutine counts of one group: cells by row, and the amounts
// in them.
type sum struct {
	customers int64 // who started inside the range
	last      int   // the customer counted last, from 1
	cells     [][]int64
	values    [][]num.Sum
}

func newSum(s Spec) *sum {
	n := s.Periods
	out := &sum{cells: make([][]int64, n)}
	for r := range out.cells {
		out.cells[r] = make([]int64, s.ages(r))
	}
	if s.Amount {
		out.values = make([][]num.Sum, n)
		for r := range out.values {
			out.values[r] = make([]num.Sum, len(out.cells[r]))
		}
	}
	return out
}

// ages is how many cells a row has.
func (s Spec) ages(row int) int {
	if len(s.Brackets) == 0 {
		return s.Periods - row
	}
	n := 1
	for at := row + 1; n <= len(s.Brackets) && at < s.Periods; n++ {
		at += s.Brackets[n-1]
	}
	return n
}

// end is the end of a cell's periods, relative to its row.
func (s Spec) end(age int) int {
	if age == 0 || len(s.Brackets) == 0 {
		return age + 1
	}
	end := 1
	for _, b := range s.Brackets[:age] {
		end += b
	}
	return end
}

// ageOf is the cell of a period, relative to its row; false beyond the last
// bracket.
func (s Spec) ageOf(p int) (int, bool) {
	if p == 0 || len(s.Brackets) == 0 {
		return p, true
	}
	at := 1
	for j, b := range s.Brackets {
		if at += b; p < at {
			return j + 1, true
		}
	}
	return 0, false
}
