package metrics

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// plain writes a decimal without exponent and trailing zeros, whatever the
// host program has set in the decimal package. d is in bounds.
func plain(d decimal.Decimal) string {
	if d.Exponent() >= 0 {
		return d.StringFixed(0)
	}
	s := strings.TrimRight(d.StringFixed(-d.Exponent()), "0")
	return strings.TrimSuffix(s, ".")
}

// String is the value, rounded half even once to at most four digits behind
// the point, "0.0366"; "undefined" for an undefined ratio. See Format for other
// forms, MarshalText for the exact one.
func (r Ratio) String() string {
	d, ok := r.Decimal(4)
	if !ok {
		return "undefined"
	}
	return plain(d)
}

// Fraction is the exact form that MarshalText writes, "3/82".
func (r Ratio) Fraction() string { return plain(r.num) + "/" + plain(r.den) }

// fixed is the value with places digits behind the point.
func (r Ratio) fixed(places int32) string {
	d, ok := r.Decimal(places)
	if !ok {
		return "undefined"
	}
	return d.StringFixed(max(places, 0))
}

// Format writes the value for the verbs of package fmt: %v and %s as String
// does, %.2f with that many digits (six without a number), %+v as numerator over
// denominator. Widths and "-" apply. For a percentage see [Ratio.Percent].
func (r Ratio) Format(f fmt.State, verb rune) {
	places, given := f.Precision()
	var s string
	switch {
	case verb == 'v' && f.Flag('+'):
		s = r.Fraction()
	case verb == 'f' || verb == 'F':
		if !given {
			places = 6
		}
		s = r.fixed(int32(min(places, maxExponent)))
	case verb == 'v' || verb == 's':
		s = r.String()
		if given {
			s = r.fixed(int32(min(places, maxExponent)))
		}
	default:
		s = "%!" + string(verb) + "(metrics.Ratio=" + r.String() + ")"
	}
	if width, ok := f.Width(); ok {
		if pad := strings.Repeat(" ", max(0, width-len(s))); f.Flag('-') {
			s += pad
		} else {
			s = pad + s
		}
	}
	_, _ = io.WriteString(f, s)
}

// AppendText appends what MarshalText writes.
func (r Ratio) AppendText(b []byte) ([]byte, error) {
	if r.broken {
		return b, ErrBounds
	}
	return append(b, r.Fraction()...), nil
}

// MarshalText writes numerator and denominator as plain decimals, "3/82" or
// "16.5/100"; an undefined ratio has a denominator of 0. It fails only for a
// ratio beyond the bounds (ErrBounds).
func (r Ratio) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText reads what MarshalText writes. The decimals have no exponent,
// no sign but "-", and at most 1000 digits.
func (r *Ratio) UnmarshalText(text []byte) error {
	n, d, ok := strings.Cut(string(text), "/")
	if !ok {
		return syntax("Ratio.UnmarshalText", string(text), `want the form "3/82"`)
	}
	return r.set("Ratio.UnmarshalText", n, d)
}

// Value stores the ratio as the text of MarshalText, so that an undefined one
// keeps its numerator.
func (r Ratio) Value() (driver.Value, error) {
	text, err := r.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// Scan reads the text of MarshalText, and NULL as the zero Ratio.
func (r *Ratio) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*r = Ratio{}
		return nil
	case string:
		return r.UnmarshalText([]byte(v))
	case []byte:
		return r.UnmarshalText(v)
	default:
		return syntax("Ratio.Scan", fmt.Sprintf("%T", src), "want text or NULL")
	}
}

// wire is the JSON form of a Ratio.
type wire struct {
	Num   *string `json:"num"`
	Den   *string `json:"den"`
	Value *string `json:"value"`
}

// jsonPlaces is how many digits the value beside a fraction has in JSON.
const jsonPlaces = 12

// MarshalJSON writes {"num":"3","den":"82","value":"0.036585365854"}: exact
// decimals as text, so that no reader rounds them, and beside them the value,
// rounded half even once to at most 12 digits behind the point; null where the
// ratio is undefined.
func (r Ratio) MarshalJSON() ([]byte, error) {
	if r.broken {
		return nil, ErrBounds
	}
	n, d := plain(r.num), plain(r.den)
	w := wire{Num: &n, Den: &d}
	if v, ok := r.Decimal(jsonPlaces); ok {
		value := plain(v)
		w.Value = &value
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes; null leaves the ratio as it
// was. num and den must be there, as text; the value follows from them and is
// not read.
func (r *Ratio) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var w struct {
		Num, Den *string
		Value    json.RawMessage
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return syntax("Ratio.UnmarshalJSON", string(data), err.Error())
	}
	if w.Num == nil || w.Den == nil {
		return syntax("Ratio.UnmarshalJSON", string(data), "want num and den, both as text")
	}
	return r.set("Ratio.UnmarshalJSON", *w.Num, *w.Den)
}

func (r *Ratio) set(op, n, d string) error {
	num, ok := parsePlain(n)
	if !ok {
		return syntax(op, n, "numerator: want a decimal without exponent, at most 1000 digits")
	}
	den, ok := parsePlain(d)
	if !ok {
		return syntax(op, d, "denominator: want a decimal without exponent, at most 1000 digits")
	}
	*r = Ratio{num: num, den: den}
	return nil
}

// parsePlain reads what plain writes, and leading or trailing zeros.
func parsePlain(s string) (decimal.Decimal, bool) {
	digits := strings.TrimPrefix(s, "-")
	whole, frac, point := strings.Cut(digits, ".")
	if whole == "" || point && frac == "" || len(whole)+len(frac) > maxDigits {
		return decimal.Decimal{}, false
	}
	for _, part := range []string{whole, frac} {
		for i := range len(part) {
			if part[i] < '0' || part[i] > '9' {
				return decimal.Decimal{}, false
			}
		}
	}
	coef, ok := new(big.Int).SetString(whole+frac, 10)
	if !ok {
		return decimal.Decimal{}, false
	}
	if s[0] == '-' {
		coef.Neg(coef)
	}
	return decimal.NewFromBigInt(coef, -int32(len(frac))), true
}

// brief is String, cut where it is too long for a log line.
func (r Ratio) brief() string {
	const limit = 60
	if s := r.Fraction(); len(s) > limit {
		return s[:limit] + "…"
	}
	return r.Fraction()
}

func syntax(op, value, limit string) error {
	return refuse(op, "text", quote(value), limit, CodeSyntax)
}

func quote(s string) string { return fault.Quote(s) }
