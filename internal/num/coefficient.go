package num

import (
	"math/big"
	"reflect"
	"unsafe"

	"github.com/shopspring/decimal"
)

// layout mirrors decimal.Decimal. Reading the coefficient in place is what
// makes a sum of decimals cheap: every exported way to learn whether it fits
// an int64 costs several times the addition.
type layout struct {
	value *big.Int
	exp   int32
}

// readable says whether decimal.Decimal still looks like layout, checked field
// by field, and still means by it what this package takes it to mean. Where it
// does not, coefficient takes the exported way: slower, the same answer.
var readable = sameLayout(reflect.TypeFor[decimal.Decimal](), reflect.TypeFor[layout]()) && sameMeaning(canaries())

// canary is a decimal, what is read of it in place, and what it is.
type canary struct {
	d    decimal.Decimal
	coef string
	text string
}

// canaries are a fraction, a negative with a positive exponent, a zero and a
// coefficient of more than one word. The same memory with another meaning, a
// scale for an exponent or a magnitude beside a sign, fails one of them.
func canaries() [4]canary {
	return [...]canary{
		{decimal.New(12345, -2), "12345", "123.45"},
		{decimal.New(-7, 3), "-7", "-7000"},
		{decimal.New(0, -4), "0", "0"},
		{decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(3), 70), -1), "3541774862152233910272", "354177486215223391027.2"},
	}
}

func sameMeaning(cs [4]canary) bool {
	for i := range cs {
		c := &cs[i]
		v := peek(&c.d)
		if v == nil || v.String() != c.coef || c.d.String() != c.text || v.IsInt64() != (len(c.coef) < 19) {
			return false
		}
	}
	return true
}

func sameLayout(a, b reflect.Type) bool {
	if a.Kind() != reflect.Struct || a.NumField() != b.NumField() || a.Size() != b.Size() {
		return false
	}
	for i := range a.NumField() {
		f, g := a.Field(i), b.Field(i)
		if f.Name != g.Name || f.Type != g.Type || f.Offset != g.Offset {
			return false
		}
	}
	return true
}

// coefficient returns d's coefficient where it fits an int64.
func coefficient(d *decimal.Decimal) (int64, bool) {
	if !readable {
		return exportedCoefficient(*d)
	}
	if v := peek(d); v != nil {
		return v.Int64(), v.IsInt64()
	}
	return 0, true
}

// peek returns the coefficient in place, nil for the zero Decimal. Only for a
// readable decimal, and never to be written to.
func peek(d *decimal.Decimal) *big.Int {
	return (*layout)(unsafe.Pointer(d)).value //nolint:gosec // readable proves the layout
}

func exportedCoefficient(d decimal.Decimal) (int64, bool) {
	if d.NumDigits() > 18 {
		c := d.Coefficient()
		return c.Int64(), c.IsInt64()
	}
	return d.CoefficientInt64(), true
}
