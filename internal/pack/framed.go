package pack

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// Framed reads the fields of a form that has a magic, a version and a checksum,
// until something is wrong, and says where and what. [Unframe] makes one.
type Framed struct {
	data []byte
	at   int
	why  string
}

// Ok reports whether nothing was wrong so far.
func (r *Framed) Ok() bool { return r.why == "" }

// Fail notes what is wrong, if it is the first thing.
func (r *Framed) Fail(format string, args ...any) {
	if r.why == "" {
		r.why = fmt.Sprintf(format, args...)
	}
}

// Uvarint reads a number of at most limit in its shortest form.
func (r *Framed) Uvarint(limit uint64) uint64 {
	if r.why != "" {
		return 0
	}
	v, n := binary.Uvarint(r.data[r.at:])
	switch {
	case n <= 0:
		r.Fail("no number here")
		return 0
	case n > 1 && r.data[r.at+n-1] == 0:
		r.Fail("a number longer than needed")
		return 0
	case v > limit:
		r.Fail("number %d, at most %d", v, limit)
		return 0
	}
	r.at += n
	return v
}

// Bytes reads n bytes, which are those of the input.
func (r *Framed) Bytes(n int) []byte {
	if r.why == "" && n > len(r.data)-r.at {
		r.Fail("%d bytes wanted, %d left", n, len(r.data)-r.at)
	}
	if r.why != "" {
		return nil
	}
	b := r.data[r.at : r.at+n]
	r.at += n
	return b
}

// Rest is what is left to read, for a [Reader] that goes on.
func (r *Framed) Rest() []byte { return r.data[r.at:] }

// Text reads a text of at most limit bytes.
func (r *Framed) Text(limit int) string {
	return string(r.Bytes(int(r.Uvarint(uint64(limit)))))
}

// Fixed reads eight bytes.
func (r *Framed) Fixed() uint64 {
	if b := r.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Moment reads an instant in Unix nanoseconds.
func (r *Framed) Moment() time.Time { return time.Unix(0, int64(r.Fixed())).UTC() }

// Maybe reads a flag and, if it is set, an instant.
func (r *Framed) Maybe() time.Time {
	b := r.Bytes(1)
	switch {
	case b == nil || b[0] == 0:
		return time.Time{}
	case b[0] != 1:
		r.Fail("flag %d, want 0 or 1", b[0])
		return time.Time{}
	}
	return r.Moment()
}

// Items reads how many items follow, of which each takes at least size bytes,
// so that nothing is allocated that the bytes cannot fill.
func (r *Framed) Items(what string, limit uint64, size int) int {
	n := r.Uvarint(limit)
	if r.why == "" && n > uint64(len(r.data)-r.at)/uint64(size) {
		r.Fail("%d %s do not fit into the %d bytes left", n, what, len(r.data)-r.at)
	}
	if r.why != "" {
		return 0
	}
	return int(n)
}

// Numbers reads as many counts as it is given room for.
func (r *Framed) Numbers(to []int64) {
	for i := range to {
		to[i] = int64(r.Uvarint(MaxTally))
	}
}

// Ascending reads sorted values, each as what it is more than the one before.
func (r *Framed) Ascending(what string) []int64 {
	n := r.Items(what, MaxTally, 1)
	if n == 0 {
		return nil
	}
	list := make([]int64, n)
	last := uint64(0)
	for i := range list {
		last += r.Uvarint(1<<63 - 1 - last)
		list[i] = int64(last)
	}
	return list
}

// Numbers appends numbers of zero or more, without how many there are.
func Numbers(b []byte, list []int64) []byte {
	for _, n := range list {
		b = Count(b, n)
	}
	return b
}

// Flag appends a byte that is 0 or 1.
func Flag(b []byte, set bool) []byte {
	if set {
		return append(b, 1)
	}
	return append(b, 0)
}

// Flag reads a byte that is 0 or 1.
func (r *Framed) Flag() bool {
	b := r.Bytes(1)
	if b != nil && b[0] > 1 {
		r.Fail("flag %d, want 0 or 1", b[0])
	}
	return b != nil && b[0] == 1
}

// MaxTally bounds a count: far beyond any log.
const MaxTally = 1 << 62

// Frame closes what was appended from start on with its checksum.
func Frame(b []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(b, Checksum(0, b[start:]))
}

// Unframe checks magic, version and checksum, and returns a reader of the rest.
func Unframe(data []byte, magic string, version byte) (*Framed, error) {
	head := len(magic) + 1
	switch n := len(data); {
	case n < head || string(data[:head-1]) != magic:
		return nil, fmt.Errorf("%d bytes that do not begin with %q", n, magic)
	case data[head-1] != version:
		return nil, fmt.Errorf("version %d, this library reads %d", data[head-1], version)
	case n < head+crc32.Size:
		return nil, fmt.Errorf("%d bytes, too few for a checksum", n)
	}
	body, tail := data[:len(data)-crc32.Size], data[len(data)-crc32.Size:]
	if want, got := binary.LittleEndian.Uint32(tail), Checksum(0, body); want != got {
		return nil, fmt.Errorf("checksum %08x, the bytes give %08x: they were changed or cut short", want, got)
	}
	return &Framed{data: body, at: head}, nil
}

// Done reports what stopped the reader, or bytes that it left.
func (r *Framed) Done() error {
	switch {
	case r.why != "":
		return fmt.Errorf("byte %d: %s", r.at, r.why)
	case r.at != len(r.data):
		return fmt.Errorf("byte %d: %d bytes too many", r.at, len(r.data)-r.at)
	}
	return nil
}

// Checksum goes on with a CRC-32C, which begins at 0.
func Checksum(sum uint32, b []byte) uint32 { return crc32.Update(sum, castagnoli, b) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)
