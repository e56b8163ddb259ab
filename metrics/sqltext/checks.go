package sqltext

import (
	"fmt"
	"iter"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// CheckQuery counts rows at fault by the rule they break.
type CheckQuery struct{ Query }

// Check is a rule and how many rows break it. A row may break several.
type Check struct {
	Rule string `json:"rule"`
	Rows int64  `json:"rows"`
}

// String is "negative: 3 rows".
func (c Check) String() string { return fmt.Sprintf("%s: %d rows", c.Rule, c.Rows) }

// ChangeChecks is a query for one row of counts, of rows that
//
//	missing      have NULL in a column that is named
//	fraction     are no integers where integers are wanted
//	negative     have a negative amount
//	month_range  are in a month outside the calendar's years
//	alive        are neither 0 nor 1
//	currency     are in another currency
//	repeated     are not the only one of their level, instant and Seq
//	month_order  say an earlier month than one before them of the customer
//	segment      are of a customer with several segments
//
// as far as the columns are named. The queries refuse a table with any of them.
func ChangeChecks(d Dialect, changes Changes) (*CheckQuery, error) {
	c, err := changes.in(d)
	if err != nil {
		return nil, err
	}
	var ch chain
	c.raw(&ch, ledger.PerInstant, "")
	q := &CheckQuery{}
	var own, beside []string
	for _, r := range c.rowRules() {
		own = append(own, "  "+zero("SUM("+when(r.broken, "1")+")")+" AS "+r.name+"_rows,")
		q.columns = append(q.columns, r.name+"_rows")
	}
	for _, r := range c.allRules() {
		beside = append(beside, "  "+zero("SUM("+when(r.broken, "1")+")")+" AS "+r.name+"_rows,")
		q.columns = append(q.columns, r.name+"_rows")
	}
	trim := func(lines []string) []string {
		lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], ",")
		return lines
	}
	ch.with("alone", append(append([]string{"SELECT"}, trim(own)...), "FROM "+c.from)...)
	ch.with("among", append(append([]string{"SELECT"}, trim(beside)...), "FROM ranked")...)
	q.text = ch.end("SELECT "+strings.Join(q.columns, ", "), "FROM alone", "CROSS JOIN among")
	return q, nil
}

// Read gives the rules of the result's one row, in order, broken or not.
func (q *CheckQuery) Read(rows iter.Seq2[[]any, error]) ([]Check, error) {
	var out []Check
	err := q.each("read checks", rows, 1, func(r *row) error {
		for _, name := range q.columns {
			out = append(out, Check{Rule: strings.TrimSuffix(name, "_rows"), Rows: r.int(name)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, fmt.Errorf("sqltext: read checks: %w: no row", ErrRows)
	}
	return out, nil
}
