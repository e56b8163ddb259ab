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
// by field. Where it does not, coefficient takes the exported way: slower, the
// same answer.
var readable = sameLayout(reflect.TypeFor[decimal.Decimal](), reflect.TypeFor[layout]())

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
