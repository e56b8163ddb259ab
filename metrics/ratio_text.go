package metrics

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
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

// String is the fraction as MarshalText writes it, "3/82".
func (r Ratio) String() string { return plain(r.num) + "/" + plain(r.den) }

// AppendText appends what MarshalText writes.
func (r Ratio) AppendText(b []byte) ([]byte, error) {
	if r.broken {
		return b, ErrBounds
	}
	return append(b, r.String()...), nil
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
	Num *string `json:"num"`
	Den *string `json:"den"`
}

// MarshalJSON writes {"num":"3","den":"82"}: exact decimals as text, so that
// no reader rounds them. The value is left out on purpose; where a rounded
// one is wanted, write [Ratio.Decimal] or [Ratio.Percent] beside it.
func (r Ratio) MarshalJSON() ([]byte, error) {
	if r.broken {
		return nil, ErrBounds
	}
	n, d := plain(r.num), plain(r.den)
	return json.Marshal(wire{Num: &n, Den: &d})
}

// UnmarshalJSON reads what MarshalJSON writes; null leaves the ratio as it
// was. Both fields must be there, as text.
func (r *Ratio) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var w wire
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
	if s := r.String(); len(s) > limit {
		return s[:limit] + "…"
	}
	return r.String()
}

func syntax(op, value, limit string) error {
	return &InputError{Op: op, Field: "text", Value: quote(value), Limit: limit, Code: CodeSyntax}
}

// quote shortens hostile text before it reaches a log line.
func quote(s string) string {
	const limit = 40
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}
