package retention

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Table is a retention triangle. Tables of disjoint customers add up with Merge.
// It is safe for readers in any number of goroutines.
type Table struct {
	spec    Spec
	key     string
	periods periods
	asOf    int64
	sum     *sum
	crowd   func() *pack.Crowd // the customers who started inside the range
	filter  bool               // the Spec had a filter of customers
}

// Row is one cohort.
type Row struct {
	Start    time.Time         // of its period
	Size     int64             // customers who started in it
	Returned []int64           // by age; cell 0 is the size
	Amount   []decimal.Decimal // by age, where the Spec asks for it: what the cohort's returning events are worth
	Open     int               // how many cells at the end belong to periods that were not over
}

func newTable(spec Spec, key string, p periods, asOf int64) *Table {
	return &Table{spec: spec, key: key, periods: p, asOf: asOf, filter: spec.Customers != nil, sum: newSum(spec)}
}

func (t *Table) add(s *sum) {
	t.sum.customers += s.customers
	for r := range s.cells {
		for k, n := range s.cells[r] {
			t.sum.cells[r][k] += n
		}
	}
	for r := range s.values {
		for k := range s.values[r] {
			t.sum.values[r][k].Add(s.values[r][k].Decimal())
		}
	}
}

// Key is the group's key in RunBy, empty otherwise.
func (t *Table) Key() string { return t.key }

// Customers is how many different customers are in a cohort.
func (t *Table) Customers() int64 { return t.sum.customers }

// Rows are the cohorts in order of time; row s has a cell for each period from
// its own to the last. With Brackets cell j > 0 is bracket j, of those that begin
// inside the table: who came back in any of its periods counts once.
func (t *Table) Rows() []Row {
	n := t.periods.count()
	over := t.periods.over(t.asOf)
	rows := make([]Row, n)
	for r := range rows {
		cells := slices.Clone(t.sum.cells[r])
		row := Row{Start: t.periods.startOf(r), Size: cells[0], Returned: cells, Open: t.open(r, over)}
		if t.sum.values != nil {
			row.Amount = make([]decimal.Decimal, len(cells))
			for k := range cells {
				row.Amount[k] = t.sum.values[r][k].Decimal()
			}
		}
		rows[r] = row
	}
	return rows
}

// open is how many cells of a row have a period that is not over, or that the
// table cuts short.
func (t *Table) open(row, over int) (n int) {
	for age := range t.sum.cells[row] {
		if row+t.spec.end(age) > over {
			n++
		}
	}
	return n
}

// Share is the part of a cohort that came back at an age; undefined for a cohort
// of nobody and beyond the table.
func (t *Table) Share(row, age int) metrics.Ratio {
	if row < 0 || row >= len(t.sum.cells) || age < 0 || age >= len(t.sum.cells[row]) {
		return metrics.Ratio{}
	}
	return metrics.NewCount(t.sum.cells[row][age], t.sum.cells[row][0])
}

// Weighted is retention at an age over all cohorts whose period at that age was
// over: returned of all their customers. cohorts is how many they are.
func (t *Table) Weighted(age int) (share metrics.Ratio, cohorts int) {
	over := t.periods.over(t.asOf)
	var back, size int64
	for r := range t.sum.cells {
		if age < 0 || age >= len(t.sum.cells[r]) || t.sum.cells[r][0] == 0 {
			continue
		}
		if r+t.spec.end(age) > over {
			continue
		}
		back, size, cohorts = back+t.sum.cells[r][age], size+t.sum.cells[r][0], cohorts+1
	}
	return metrics.NewCount(back, size), cohorts
}

// Cumulative is what a cohort's returning events were worth up to an age; zero
// where the Spec asks for no Amount.
func (t *Table) Cumulative(row, age int) decimal.Decimal {
	var sum decimal.Decimal
	if t.sum.values == nil || row < 0 || row >= len(t.sum.values) {
		return sum
	}
	for k := 0; k <= age && k < len(t.sum.values[row]); k++ {
		sum = sum.Add(t.sum.values[row][k].Decimal())
	}
	return sum
}

// PerMember is what the returning events at an age are worth, for each customer of
// the cohort; undefined for a cohort of nobody, and where no Amount is asked for.
func (t *Table) PerMember(row, age int) metrics.Ratio { return t.mean(row, age, 0) }

// PerActive is what they are worth for each customer who came back at that age.
func (t *Table) PerActive(row, age int) metrics.Ratio { return t.mean(row, age, age) }

func (t *Table) mean(row, age, over int) metrics.Ratio {
	if t.sum.values == nil || row < 0 || row >= len(t.sum.values) || age < 0 || age >= len(t.sum.values[row]) {
		return metrics.Ratio{}
	}
	return metrics.NewRatio(t.sum.values[row][age].Decimal(), decimal.NewFromInt(t.sum.cells[row][over]))
}

// String is the triangle in percent, the sizes first, open cells with a "+".
func (t *Table) String() string {
	var b strings.Builder
	for _, row := range t.Rows() {
		fmt.Fprintf(&b, "%s %8d", row.Start.Format(t.layout()), row.Size)
		for k, n := range row.Returned {
			mark := " "
			if k >= len(row.Returned)-row.Open {
				mark = "+"
			}
			fmt.Fprintf(&b, " %6s%s", metrics.NewCount(n, row.Size).Percent(1), mark)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (t *Table) layout() string {
	if t.spec.Unit.String() == "hour" {
		return "2006-01-02 15:04"
	}
	return time.DateOnly
}

// Cells are the triangle as rows of a table, titles first: cohort, size, then a
// count for each age, empty where the table ends.
func (t *Table) Cells() [][]string {
	head := []string{"cohort", "size"}
	for k := range t.spec.ages(0) {
		head = append(head, fmt.Sprint(k))
	}
	out := [][]string{head}
	for _, row := range t.Rows() {
		line := make([]string, len(head))
		line[0], line[1] = row.Start.Format(t.layout()), fmt.Sprint(row.Size)
		for k, n := range row.Returned {
			line[2+k] = fmt.Sprint(n)
		}
		out = append(out, line)
	}
	return out
}

// MarshalJSON writes key and rows.
func (t *Table) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key  string `json:"key,omitempty"`
		Rows []Row  `json:"rows"`
	}{t.key, t.Rows()})
}

// MarshalJSON writes start, size, returned, amount and open.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Start    time.Time         `json:"start"`
		Size     int64             `json:"size"`
		Returned []int64           `json:"returned"`
		Amount   []decimal.Decimal `json:"amount,omitempty"`
		Open     int               `json:"open"`
	}{r.Start, r.Size, r.Returned, r.Amount, r.Open})
}
