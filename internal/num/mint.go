package num

import (
	"math/big"
	"math/bits"
	"unsafe"

	"github.com/shopspring/decimal"
)

// Mint makes many decimals of small coefficients from few allocations. What it
// made stays valid as any decimal does; keeping one of them keeps the some fifty
// made beside it, a kilobyte and a half. The zero Mint is ready. For one goroutine.
type Mint struct {
	ints  []big.Int
	words []big.Word
}

const (
	mintBlock = 48
	wordsOf64 = 64 / bits.UintSize
)

// New is decimal.New(coef, exp).
func (m *Mint) New(coef int64, exp int32) decimal.Decimal {
	if !readable {
		return decimal.New(coef, exp)
	}
	if len(m.ints) == 0 {
		m.ints, m.words = make([]big.Int, mintBlock), make([]big.Word, mintBlock*wordsOf64)
	}
	v, w := &m.ints[0], m.words[:wordsOf64:wordsOf64]
	m.ints, m.words = m.ints[1:], m.words[wordsOf64:]
	u := uint64(coef)
	if coef < 0 {
		u = -u
	}
	for i := range w {
		w[i] = big.Word(u >> (i * bits.UintSize % 64))
	}
	v.SetBits(w) // drops leading zeros
	if coef < 0 {
		v.Neg(v)
	}
	var d decimal.Decimal
	*(*layout)(unsafe.Pointer(&d)) = layout{v, exp} //nolint:gosec // readable proves the layout
	return d
}

// RoundInt is the function of that name.
func (m *Mint) RoundInt(a Int128, mul, div uint64, places int32) (decimal.Decimal, bool) {
	q, rem, ok := a.MulDiv(mul, div)
	if !ok {
		return decimal.Decimal{}, false
	}
	if rem >= div-rem {
		q = q.Add(Of(1))
	}
	u, ok := q.Int64()
	if !ok {
		return Units(q.Big(), places), true
	}
	return m.Units(u, places), true
}

// Units is units of 10^-places without zeros at the end, places at most 15.
func (m *Mint) Units(units int64, places int32) decimal.Decimal {
	if units == 0 {
		return decimal.Decimal{}
	}
	units, places = trimZeros(units, places)
	return m.New(units, -places)
}

// trimZeros removes trailing zeros behind the point of at most 15 places.
func trimZeros(u int64, places int32) (int64, int32) {
	if places >= 8 && u%1e8 == 0 {
		u, places = u/1e8, places-8
	}
	if places >= 4 && u%1e4 == 0 {
		u, places = u/1e4, places-4
	}
	if places >= 2 && u%1e2 == 0 {
		u, places = u/1e2, places-2
	}
	if places >= 1 && u%10 == 0 {
		u, places = u/10, places-1
	}
	return u, places
}
