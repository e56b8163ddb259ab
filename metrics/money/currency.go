package money

import (
	"iter"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code in upper case, such as "EUR". The empty
// Currency is unspecified; what that means is said where it is allowed.
// Currencies compare with == and are stored as text by JSON and SQL.
type Currency string

const codeLen = 4 // three letters and the digit of the table

// find gives the index of c in the table.
func (c Currency) find() (int, bool) {
	if len(c) != 3 {
		return 0, false
	}
	lo, hi := 0, len(codes)/codeLen
	for lo < hi {
		mid := (lo + hi) / 2
		switch at := codes[mid*codeLen : mid*codeLen+3]; {
		case at == string(c):
			return mid, true
		case at < string(c):
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// Validate reports a code that is not in the ISO 4217 table as an *Error
// wrapping ErrCurrency. Codes withdrawn since 2009 are valid. Lower case and
// the empty Currency are not.
func (c Currency) Validate() error {
	if _, ok := c.find(); ok {
		return nil
	}
	return unknown("Currency.Validate", string(c))
}

func unknown(op, code string) error {
	return refuse(op, quote(code), "not an ISO 4217 code", ErrCurrency)
}

// MinorUnits is the number of decimal digits of the currency's minor unit in
// ISO 4217: 2 for USD, 0 for JPY, 3 for BHD, 4 for CLF. It is false for a
// code that is unknown or has no minor unit (gold, the SDR, "XXX").
//
// Payment providers depart from the list for some currencies; see
// [Exponents].
func (c Currency) MinorUnits() (int32, bool) {
	i, ok := c.find()
	if !ok {
		return 0, false
	}
	digit := codes[i*codeLen+3]
	if digit == '-' {
		return 0, false
	}
	return int32(digit - '0'), true
}

// Withdrawn reports whether the code has left the active list of ISO 4217, as
// HRK did in 2023. Amounts of its time remain valid.
func (c Currency) Withdrawn() bool {
	if len(c) != 3 {
		return false
	}
	for i := 0; i < len(withdrawn); i += 3 {
		if withdrawn[i:i+3] == string(c) {
			return true
		}
	}
	return false
}

// Currencies yields every code of the table in alphabetical order, the
// withdrawn ones included.
func Currencies() iter.Seq[Currency] {
	return func(yield func(Currency) bool) {
		for i := 0; i < len(codes); i += codeLen {
			if !yield(Currency(codes[i : i+3])) {
				return
			}
		}
	}
}

// ParseCurrency reads an ISO 4217 code in either case, as billing systems
// write both "USD" and "usd". Anything not in the table is an error wrapping
// ErrCurrency, and so is empty text.
func ParseCurrency(s string) (Currency, error) {
	if len(s) == 3 {
		c := Currency(strings.ToUpper(s))
		if _, ok := c.find(); ok {
			return c, nil
		}
	}
	return "", unknown("ParseCurrency", s)
}

// UnmarshalText reads what ParseCurrency reads, and empty text as the
// unspecified Currency.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = ""
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// digits is MinorUnits with the error that says which of both it was.
func (c Currency) digits(op string) (int32, error) {
	d, ok := c.MinorUnits()
	if ok {
		return d, nil
	}
	if _, known := c.find(); !known {
		return 0, unknown(op, string(c))
	}
	return 0, refuse(op, string(c), "ISO 4217 gives it no minor unit", ErrNoMinorUnits)
}

func itoa(n int32) string { return strconv.Itoa(int(n)) }
