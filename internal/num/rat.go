package num

import (
	"encoding/binary"
	"errors"
	"math/big"
)

// maxRatBytes bounds one number of a rational that is read: far beyond what sums
// of charges reach, far below what costs.
const maxRatBytes = 1 << 12

var errRat = errors.New("not a rational number in lowest terms")

// AppendRat appends an exact number: the length of the numerator as a varint
// that bears its sign, its bytes, and unless it is zero the length and the bytes
// of the denominator.
func AppendRat(b []byte, r *big.Rat) []byte {
	n := r.Num().Bytes()
	b = binary.AppendVarint(b, int64(r.Sign())*int64(len(n)))
	if len(n) == 0 {
		return b
	}
	d := r.Denom().Bytes()
	return append(binary.AppendUvarint(append(b, n...), uint64(len(d))), d...)
}

// ReadRat reads what AppendRat wrote, and how many bytes that was. It does not
// check that the terms are the lowest.
func ReadRat(b []byte) (r *big.Rat, n int, err error) {
	size, k := binary.Varint(b)
	neg := size < 0
	if neg {
		size = -size
	}
	if k <= 0 || size < 0 || size > maxRatBytes || int64(len(b)-k) < size {
		return nil, 0, errRat
	}
	n = k
	num := new(big.Int).SetBytes(b[n : n+int(size)])
	n += int(size)
	if size == 0 {
		return new(big.Rat), n, nil
	}
	dsize, k := binary.Uvarint(b[n:])
	if k <= 0 || dsize > maxRatBytes || uint64(len(b)-n-k) < dsize {
		return nil, 0, errRat
	}
	n += k
	den := new(big.Int).SetBytes(b[n : n+int(dsize)])
	n += int(dsize)
	if den.Sign() == 0 || num.Sign() == 0 {
		return nil, 0, errRat
	}
	if neg {
		num.Neg(num)
	}
	return new(big.Rat).SetFrac(num, den), n, nil
}
