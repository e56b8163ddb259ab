package parquetio

import (
	"encoding"
	"fmt"
	"math/big"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/shopspring/decimal"
)

// kind is what a column holds.
type kind uint8

const (
	texts kind = iota
	instants
	decimals
	integers
	booleans
)

// Precision and scale of written decimals: every amount of the library fits.
const (
	precision  = 38
	places     = 12
	widthBytes = 16
)

// value is one value of any kind; null is that of a column without one.
type value struct {
	null bool
	bad  error // why it cannot be written
	text string
	n    int64 // instants in nanoseconds, integers, and 1 for true
	dec  decimal.Decimal
}

// field is a column of rows of a type.
type field[T any] struct {
	name     string
	kind     kind
	required bool
	put      func(*T) value
	take     func(*T, value) error
}

// text, and the others, are fields whose zero value is written as NULL unless
// the column is required.
func text[T any](name string, required bool, at func(*T) *string) field[T] {
	return field[T]{
		name, texts, required,
		func(r *T) value { s := *at(r); return value{text: s, null: s == "" && !required} },
		func(r *T, v value) error { *at(r) = v.text; return nil },
	}
}

// named is text of a type that reads itself.
func named[T any](name string, required bool, put func(*T) (string, error), take func(*T, []byte) error) field[T] {
	return field[T]{
		name, texts, required,
		func(r *T) value {
			s, err := put(r)
			return value{text: s, null: s == "" && !required && err == nil, bad: err}
		},
		func(r *T, v value) error {
			if v.text == "" && !required {
				return nil
			}
			return take(r, []byte(v.text))
		},
	}
}

// word is text that a type says and reads itself; its zero value is NULL.
func word[T any, E interface {
	comparable
	encoding.TextMarshaler
}, P interface {
	*E
	encoding.TextUnmarshaler
}](name string, at func(*T) *E) field[T] {
	return named(name, false, func(r *T) (string, error) {
		var zero E
		if *at(r) == zero {
			return "", nil
		}
		b, err := (*at(r)).MarshalText()
		return string(b), err
	}, func(r *T, b []byte) error { return P(at(r)).UnmarshalText(b) })
}

func instant[T any](name string, required bool, at func(*T) *time.Time) field[T] {
	return field[T]{
		name, instants, required,
		func(r *T) value {
			t := *at(r)
			if t.IsZero() && !required {
				return value{null: true}
			}
			if t.Year() < 1678 || t.Year() > 2261 {
				return value{n: -1} // no whole number of microseconds: refused with its row
			}
			return value{n: t.UnixNano()}
		},
		func(r *T, v value) error { *at(r) = time.Unix(0, v.n).UTC(); return nil },
	}
}

func money[T any](name string, required bool, at func(*T) *decimal.Decimal) field[T] {
	return field[T]{
		name, decimals, required,
		func(r *T) value { d := *at(r); return value{dec: d, null: d.IsZero() && !required} },
		func(r *T, v value) error { *at(r) = v.dec; return nil },
	}
}

func count[T any](name string, at func(*T) *int64) field[T] {
	return field[T]{
		name, integers, true,
		func(r *T) value { return value{n: *at(r)} },
		func(r *T, v value) error { *at(r) = v.n; return nil },
	}
}

// optional has no value where that is 0.
func optional[T any](f field[T]) field[T] {
	put := f.put
	f.required = false
	f.put = func(r *T) value {
		v := put(r)
		v.null = v.n == 0
		return v
	}
	return f
}

func flag[T any](name string, at func(*T) *bool) field[T] {
	return field[T]{
		name, booleans, false,
		func(r *T) value {
			if *at(r) {
				return value{n: 1}
			}
			return value{null: true}
		},
		func(r *T, v value) error { *at(r) = v.n == 1; return nil },
	}
}

// node is the column's description in a written file.
func (f *field[T]) node() (schema.Node, error) {
	rep := parquet.Repetitions.Optional
	if f.required {
		rep = parquet.Repetitions.Required
	}
	switch f.kind {
	case texts:
		return schema.NewPrimitiveNodeLogical(f.name, rep, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
	case instants:
		return schema.NewPrimitiveNodeLogical(f.name, rep, schema.NewTimestampLogicalType(true, schema.TimeUnitMicros), parquet.Types.Int64, -1, -1)
	case decimals:
		return schema.NewPrimitiveNodeLogical(f.name, rep, schema.NewDecimalLogicalType(precision, places), parquet.Types.FixedLenByteArray, widthBytes, -1)
	case booleans:
		return schema.NewPrimitiveNode(f.name, rep, parquet.Types.Boolean, -1, -1)
	default:
		return schema.NewPrimitiveNode(f.name, rep, parquet.Types.Int64, -1, -1)
	}
}

// bytesOf is a decimal as sixteen bytes, big-endian, two's complement.
func bytesOf(d decimal.Decimal) (out parquet.FixedLenByteArray, ok bool) {
	n := d.Coefficient()
	shift := int64(d.Exponent()) + places
	if shift > 2*precision {
		return nil, n.Sign() == 0
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(shift, -shift)), nil)
	if shift >= 0 {
		n.Mul(n, scale)
	} else {
		rest := new(big.Int)
		if n.QuoRem(n, scale, rest); rest.Sign() != 0 {
			return nil, false
		}
	}
	if len(new(big.Int).Abs(n).String()) > precision {
		return nil, false
	}
	out = make(parquet.FixedLenByteArray, widthBytes)
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), 8*widthBytes))
	}
	n.FillBytes(out)
	return out, true
}

// decimalOf is the way back, for as many bytes as there are.
func decimalOf(b []byte, scale int32) (decimal.Decimal, error) {
	if len(b) == 0 || len(b) > 32 {
		return decimal.Decimal{}, fmt.Errorf("%w: a decimal of %d bytes", ErrValue, len(b))
	}
	if len(b) <= 8 {
		n := int64(int8(b[0]))
		for _, c := range b[1:] {
			n = n<<8 | int64(c)
		}
		return decimal.New(n, -scale), nil
	}
	n := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return decimal.NewFromBigInt(n, -scale), nil
}
