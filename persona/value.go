package persona

import (
	"cmp"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Kind is the kind of a trait's value. The set is closed. The zero value is no
// value.
type Kind uint8

// The kinds of values.
const (
	KindNone   Kind = iota
	KindString      // any text
	KindNumber      // an exact decimal of up to 18 digits, 12 of them behind the point
	KindBool        // true or false
	KindDate        // a day of the calendar, without time or zone
)

var kinds = enum.New[Kind]("persona", "Kind", "none", "string", "number", "bool", "date")

// String returns the name.
func (k Kind) String() string { return kinds.String(k) }

// MarshalText returns the name.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads the name.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (k *Kind) Scan(src any) error { return kinds.Scan(k, src) }

// Value returns the name for an SQL column.
func (k Kind) Value() (driver.Value, error) { return kinds.Value(k) }

// Value is the value of one trait: a string, a number, a bool or a date. It is
// immutable and comparable: == holds exactly for equal values of one kind, and
// a Value can be a map key. The zero Value is no value.
type Value struct {
	kind Kind
	exp  int8  // of a number: n × 10^exp, no trailing zero behind the point
	n    int64 // number, bool as 0 or 1, date as days since 1970-01-01
	s    string
}

// String returns the value of a text.
func String(s string) Value { return Value{kind: KindString, s: s} }

// Int returns the value of a whole number. Numbers of more than 18 digits are
// outside the limits, which Validate reports.
func Int(n int64) Value { return Value{kind: KindNumber, n: n} }

// Number returns the value of a decimal. More than 18 significant digits, or
// more than 12 behind the point, are an error that wraps ErrValue.
func Number(d decimal.Decimal) (Value, error) {
	coef, exp, err := num.Parts(d)
	n, fits := coef.Int64()
	if err != nil || !fits || n >= numberLimit || n <= -numberLimit {
		return Value{}, fmt.Errorf("persona: number: %w: at most 18 digits, 12 of them behind the point", ErrValue)
	}
	return Value{kind: KindNumber, n: n, exp: int8(exp)}, nil
}

// ParseNumber reads a number as JSON writes it.
func ParseNumber(s string) (Value, error) {
	if len(s) > maxNumberText {
		return Value{}, fmt.Errorf("persona: number: %w: at most %d characters, got %d", ErrValue, maxNumberText, len(s))
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Value{}, fmt.Errorf("persona: number: %w: %s is no number", ErrValue, fault.Quote(s))
	}
	return Number(d)
}

// Bool returns the value of a truth.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.n = 1
	}
	return v
}

// DateOf returns the day that t shows in its own location.
func DateOf(t time.Time) Value {
	y, m, d := t.Date()
	return Value{kind: KindDate, n: time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay}
}

// ParseDate reads a day such as "2026-01-31".
func ParseDate(s string) (Value, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Value{}, fmt.Errorf("persona: date: %w: want YYYY-MM-DD, got %s", ErrValue, fault.Quote(s))
	}
	v := DateOf(t)
	return v, v.Validate()
}

const (
	secondsPerDay = 24 * 60 * 60
	numberLimit   = 1_000_000_000_000_000_000
	maxNumberText = 64
	minDay        = -25_567 // 1900-01-01
	maxDay        = 84_370  // 2200-12-31
)

// Kind returns the kind of the value.
func (v Value) Kind() Kind { return v.kind }

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v.kind == KindNone }

// Text returns the text of a string value, and "" for others.
func (v Value) Text() string { return v.s }

// Decimal returns the number; ok is false for other kinds.
func (v Value) Decimal() (d decimal.Decimal, ok bool) {
	if v.kind != KindNumber {
		return decimal.Decimal{}, false
	}
	return decimal.New(v.n, int32(v.exp)), true
}

// True reports whether the value is the bool true.
func (v Value) True() bool { return v.kind == KindBool && v.n == 1 }

// Date returns the day at midnight UTC; ok is false for other kinds.
func (v Value) Date() (day time.Time, ok bool) {
	if v.kind != KindDate {
		return time.Time{}, false
	}
	return time.Unix(v.n*secondsPerDay, 0).UTC(), true
}

// Validate reports a value outside the limits as an error that wraps ErrValue:
// no value, a text of more than MaxText bytes or not UTF-8, a number of more
// than 18 digits, a date outside the years 1900 to 2200.
func (v Value) Validate() error {
	if v.valid() {
		return nil
	}
	switch v.kind {
	case KindString:
		limit, _ := fault.CheckText(v.s, MaxText)
		return fmt.Errorf("%w: %s", ErrValue, limit)
	case KindNumber:
		return fmt.Errorf("%w: at most 18 digits, got %d", ErrValue, v.n)
	case KindDate:
		return fmt.Errorf("%w: dates lie in the years 1900 to 2200", ErrValue)
	default:
		return fmt.Errorf("%w: no value", ErrValue)
	}
}

func (v Value) valid() bool {
	switch v.kind {
	case KindString:
		return len(v.s) <= MaxText && utf8.ValidString(v.s)
	case KindNumber:
		return v.n < numberLimit && v.n > -numberLimit
	case KindDate:
		return v.n >= minDay && v.n <= maxDay
	case KindBool:
		return true
	default:
		return false
	}
}

// Compare orders two numbers or two dates: -1, 0 or +1; ok is false for other
// kinds and for different ones.
func (v Value) Compare(w Value) (c int, ok bool) {
	if v.kind != w.kind || v.kind != KindNumber && v.kind != KindDate {
		return 0, false
	}
	return v.compare(w), true
}

// compare orders two values of one ordered kind.
func (v Value) compare(w Value) int {
	if v.exp == w.exp {
		return cmp.Compare(v.n, w.n)
	}
	// The finer one stays, the other is brought to its exponent: at most 18
	// digits times 10^12, which fits 128 bits.
	low := min(v.exp, w.exp)
	a, _ := num.Of(v.n).Mul(num.Of(num.Pow10(int32(v.exp - low))))
	b, _ := num.Of(w.n).Mul(num.Of(num.Pow10(int32(w.exp - low))))
	return a.Cmp(b)
}

// Order is a total order of all values, for output: by kind, then by value.
func (v Value) Order(w Value) int {
	if v.kind != w.kind {
		return cmp.Compare(v.kind, w.kind)
	}
	switch v.kind {
	case KindString:
		return cmp.Compare(v.s, w.s)
	case KindNone:
		return 0
	default:
		return v.compare(w)
	}
}

// String returns the value as a reader expects it: text in quotes, a number, a
// bool, a date as YYYY-MM-DD, or "none".
func (v Value) String() string {
	switch v.kind {
	case KindString:
		return strconv.Quote(v.s)
	case KindNumber:
		return decimal.New(v.n, int32(v.exp)).String()
	case KindBool:
		return strconv.FormatBool(v.n == 1)
	case KindDate:
		day, _ := v.Date()
		return day.Format(time.DateOnly)
	default:
		return "none"
	}
}

// MarshalJSON writes a string, a number or a bool as JSON has them, and a date
// as {"date":"2026-01-31"}.
func (v Value) MarshalJSON() ([]byte, error) {
	if err := v.Validate(); err != nil {
		return nil, fmt.Errorf("persona: write value: %w", err)
	}
	switch v.kind {
	case KindString:
		return json.Marshal(v.s)
	case KindDate:
		return []byte(`{"date":"` + v.String() + `"}`), nil
	default:
		return []byte(v.String()), nil
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(data []byte) error {
	got, err := parseValue(data)
	if err != nil {
		return err
	}
	if err := got.Validate(); err != nil {
		return fmt.Errorf("persona: read value: %w", err)
	}
	*v = got
	return nil
}

func parseValue(data []byte) (Value, error) {
	if len(data) == 0 {
		return Value{}, fmt.Errorf("persona: read value: %w: nothing there", ErrValue)
	}
	switch data[0] {
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return Value{}, fmt.Errorf("persona: read value: %w: %w", ErrValue, err)
		}
		return String(s), nil
	case 't', 'f':
		var b bool
		if err := json.Unmarshal(data, &b); err != nil {
			return Value{}, fmt.Errorf("persona: read value: %w: %w", ErrValue, err)
		}
		return Bool(b), nil
	case '{':
		var d struct {
			Date string `json:"date"`
		}
		if err := strictJSON(data, &d); err != nil {
			return Value{}, fmt.Errorf("persona: read value: %w: want {\"date\":\"YYYY-MM-DD\"}: %w", ErrValue, err)
		}
		return ParseDate(d.Date)
	default:
		return ParseNumber(string(data))
	}
}
