package kit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// ErrNumber is wrapped by the error for text that is no decimal number.
var ErrNumber = errors.New("not a number")

// maxNumberLength bounds what is worth reading: 18 digits, a point, 12 places
// and generous zeros.
const maxNumberLength = 64

// ParseDecimal reads a decimal as JSON writes numbers, leading zeros allowed:
// digits, a point, an exponent; no "+", no "NaN", no separators. It must be
// within the bounds of this module: 18 digits before the point and 12 behind.
// No float is ever made of it. The error wraps ErrNumber for text that is no
// number and says the limit for a number out of range.
func ParseDecimal(s string) (decimal.Decimal, error) {
	if d, ok := plain(s); ok {
		return d, nil
	}
	d, err := parse(s)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return d, num.Check(d)
}

// plain reads what nearly every amount is: up to 15 digits, with at most 6 of them
// behind a point.
func plain(s string) (decimal.Decimal, bool) {
	const most, places = 15, 6
	var v int64
	point := -1
	if len(s) > most {
		return decimal.Decimal{}, false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = 10*v + int64(c-'0')
		case c == '.' && point < 0 && i > 0:
			point = i
		default:
			return decimal.Decimal{}, false
		}
	}
	behind := 0
	if point >= 0 {
		behind = len(s) - point - 1
	}
	if s == "" || point >= 0 && behind == 0 || behind > places {
		return decimal.Decimal{}, false
	}
	return decimal.New(v, -int32(behind)), true
}

// parse is ParseDecimal with no bound on the value but its length and
// exponent, which keep what follows cheap.
func parse(s string) (decimal.Decimal, error) {
	if len(s) > maxNumberLength {
		return decimal.Decimal{}, fmt.Errorf("%w: %d characters, the limit is %d", ErrNumber, len(s), maxNumberLength)
	}
	if !isNumber(s) {
		return decimal.Decimal{}, ErrNumber
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		if x, err := strconv.Atoi(s[e+1:]); err != nil || x > maxNumberLength || x < -maxNumberLength {
			return decimal.Decimal{}, fmt.Errorf("%w: exponent %s, the limit is %d", num.ErrRange, s[e+1:], maxNumberLength)
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil { // not after isNumber
		return decimal.Decimal{}, fmt.Errorf("%w: %w", ErrNumber, err)
	}
	if d.IsZero() { // 0e39 is a number, and its exponent would be a costly one
		return decimal.Decimal{}, nil
	}
	return d, nil
}

func isNumber(s string) bool {
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	next := func(c, or byte) bool {
		if s != "" && (s[0] == c || s[0] == or) {
			s = s[1:]
			return true
		}
		return false
	}
	next('-', '-')
	if !digits() {
		return false
	}
	if next('.', '.') && !digits() {
		return false
	}
	if next('e', 'E') {
		next('-', '+')
		if !digits() {
			return false
		}
	}
	return s == ""
}

// Decimal reads a field that holds a number; "" is 0 with set false. What is
// no number or out of range is a Fault.
func (n *Note) Decimal(field string, t Text) (d decimal.Decimal, set, ok bool) {
	if t == "" {
		return decimal.Decimal{}, false, true
	}
	d, err := ParseDecimal(string(t))
	if err != nil {
		n.Fault(numberCode(err), field, string(t), "%s", err)
		return decimal.Decimal{}, true, false
	}
	return d, true, true
}

// SideDecimal is Decimal for a field that the amount does not hang on: what cannot
// be read is a Warning and not set.
func (n *Note) SideDecimal(field string, t Text) (d decimal.Decimal, set bool) {
	if t == "" {
		return decimal.Decimal{}, false
	}
	d, err := ParseDecimal(string(t))
	if err != nil {
		n.Warn(numberCode(err), field, string(t), "%s; left out", err)
		return decimal.Decimal{}, false
	}
	return d, true
}

func numberCode(err error) billing.Code {
	if errors.Is(err, ErrNumber) {
		return billing.CodeMalformed
	}
	return billing.CodeAmountRange
}

// Minor reads a field that holds an amount in minor units, with decimals or
// without, and gives it in major units of c as e counts them.
func (n *Note) Minor(field string, t Text, c money.Currency, e money.Exponents) (d decimal.Decimal, set, ok bool) {
	if t == "" {
		return decimal.Decimal{}, false, true
	}
	d, err := parse(string(t))
	if err != nil {
		n.Fault(numberCode(err), field, string(t), "%s", err)
		return decimal.Decimal{}, true, false
	}
	digits, known := e.MinorUnits(c)
	if !known {
		n.Fault(billing.CodeUnknownCurrency, field, string(c), "no minor unit is known of this currency, so the amount %s cannot be read", text.Clip(string(t)))
		return decimal.Decimal{}, true, false
	}
	return d.Shift(-digits), true, true
}

// Bounded checks a number that was computed.
func (n *Note) Bounded(field string, d decimal.Decimal) bool {
	if err := words.Check(d); err != nil {
		n.Fault(billing.CodeAmountRange, field, "", "%s", err)
		return false
	}
	return true
}

// Int reads a field that holds a whole number from lo to hi; "" is otherwise.
func (n *Note) Int(field string, t Text, otherwise, lo, hi int) (i int, ok bool) {
	if t == "" {
		return otherwise, true
	}
	v, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil {
		n.Fault(billing.CodeMalformed, field, string(t), "not a whole number")
		return otherwise, false
	}
	if v < int64(lo) || v > int64(hi) {
		n.Fault(billing.CodeAmountRange, field, string(t), "want %d to %d", lo, hi)
		return otherwise, false
	}
	return int(v), true
}

// Currency reads an ISO 4217 code in either case. "" is a Fault too: an amount
// of no currency is none.
func (n *Note) Currency(field string, t Text) (money.Currency, bool) {
	c, err := money.ParseCurrency(string(t))
	if err != nil {
		n.Fault(billing.CodeUnknownCurrency, field, string(t), "not an ISO 4217 code")
		return "", false
	}
	return c, true
}

// Cycle makes a billing cycle of a unit (day, week, month, year, in the singular
// or plural) and a count, "" for 1.
func (n *Note) Cycle(unitField string, unit Text, countField string, count Text) (calendar.Cycle, bool) {
	name := string(unit)
	if len(name) > 1 && name[len(name)-1] == 's' {
		name = name[:len(name)-1]
	}
	u, err := calendar.ParseUnit(name)
	if err != nil {
		n.Fault(billing.CodeUnknownUnit, unitField, string(unit), "want day, week, month or year")
		return calendar.Cycle{}, false
	}
	c := calendar.Cycle{Unit: u, N: 1}
	i, ok := n.Int(countField, count, 1, 1, 1<<30)
	if !ok {
		return calendar.Cycle{}, false
	}
	c.N = i
	if err := c.Validate(); err != nil {
		n.Fault(billing.CodeUnknownUnit, countField, string(count), "%s", err)
		return calendar.Cycle{}, false
	}
	return c, true
}
