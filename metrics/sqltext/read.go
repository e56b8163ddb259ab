package sqltext

import (
	"fmt"
	"iter"
	"math/big"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// maxDigits is how many digits of a number are read: as many as the widest sum
// of an engine has, and some more.
const maxDigits = 80

// row is one row of a result: values are taken by the name of their column.
type row struct {
	q   *Query
	n   int64 // counted from 1
	in  []any
	err error
}

// each reads the rows of a result, at most so many.
func (q *Query) each(op string, rows iter.Seq2[[]any, error], most int, take func(*row) error) error {
	n := int64(0)
	for in, err := range rows {
		n++
		r := row{q: q, n: n, in: in}
		switch {
		case err != nil:
			return fmt.Errorf("sqltext: %s: row %d: %w", op, n, err)
		case n > int64(most):
			return fmt.Errorf("sqltext: %s: %w: %s", op, ErrRows, fault.AtMost(int64(most), "rows", n))
		case len(in) != len(q.columns):
			return fmt.Errorf("sqltext: %s: row %d: %w: want the %d columns %v, got %d", op, n, ErrRows, len(q.columns), q.columns, len(in))
		}
		if err = take(&r); err == nil {
			err = r.err
		}
		if err != nil {
			return fmt.Errorf("sqltext: %s: row %d: %w", op, n, err)
		}
	}
	return nil
}

func (r *row) bad(column string, value any, limit string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: column %s: %s: %s", ErrRows, column, fault.Quote(fmt.Sprint(value)), limit)
	}
}

func (r *row) value(column string) any {
	for i, name := range r.q.columns {
		if name == column {
			return r.in[i]
		}
	}
	r.bad(column, "", "no such column")
	return nil
}

// big is an exact integer, in whatever of Go's types the client gives it.
// Floating point is refused: it does not say every integer.
func (r *row) big(column string) *big.Int {
	v := r.value(column)
	switch x := v.(type) {
	case int64:
		return big.NewInt(x)
	case int:
		return big.NewInt(int64(x))
	case int32:
		return big.NewInt(int64(x))
	case uint64:
		return new(big.Int).SetUint64(x)
	case uint8:
		return big.NewInt(int64(x))
	case *big.Int:
		if x != nil {
			return new(big.Int).Set(x)
		}
	case *big.Rat:
		if x != nil && x.IsInt() {
			return new(big.Int).Set(x.Num())
		}
	case string:
		if n, ok := parse(x); ok {
			return n
		}
	case []byte:
		if n, ok := parse(string(x)); ok {
			return n
		}
	case fmt.Stringer: // a decimal of the client's own
		if n, ok := parse(x.String()); ok {
			return n
		}
	}
	r.bad(column, v, fmt.Sprintf("want an integer, as a Go integer, text or math/big, got %T", v))
	return new(big.Int)
}

// parse reads an integer, of which the decimal places may be zeros.
func parse(s string) (*big.Int, bool) {
	if len(s) > maxDigits {
		return nil, false
	}
	digits := s
	for i := range s {
		if s[i] != '.' {
			continue
		}
		for j := i + 1; j < len(s); j++ {
			if s[j] != '0' {
				return nil, false
			}
		}
		digits = s[:i]
		break
	}
	for i := range digits {
		if c := digits[i]; (c < '0' || c > '9') && (i > 0 || c != '-') {
			return nil, false
		}
	}
	return new(big.Int).SetString(digits, 10)
}

func (r *row) units(column string) ledger.Units { return ledger.UnitsOf(r.big(column)) }

func (r *row) int(column string) int64 {
	n := r.big(column)
	if !n.IsInt64() {
		r.bad(column, n, "want 64 bits")
		return 0
	}
	return n.Int64()
}

// count is an int from zero to what a result can hold.
func (r *row) count(column string, most int) int {
	n := r.int(column)
	if n < 0 || n > int64(most) {
		r.bad(column, n, "want 0 to "+strconv.Itoa(most))
		return 0
	}
	return int(n)
}

func (r *row) month(column string) calendar.Month {
	n := r.int(column)
	m := monthOf(n)
	if m.IsZero() && r.err == nil {
		r.bad(column, n, "want year * 12 + month - 1 of a month in the calendar's years")
	}
	return m
}

func (r *row) text(column string) string {
	switch x := r.value(column).(type) {
	case string:
		return x
	case []byte:
		return string(x)
	default:
		r.bad(column, x, fmt.Sprintf("want text, got %T", x))
		return ""
	}
}

// faults refuses a result of a table with rows at fault.
func (r *row) faults() error {
	if n := r.int("fault_rows"); n != 0 && r.err == nil {
		return fmt.Errorf("%w: %d of them", ErrFaults, n)
	}
	return nil
}
