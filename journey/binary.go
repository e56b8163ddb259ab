package journey

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// binaryReader reads fields until something is wrong.
type binaryReader struct {
	data []byte
	at   int
	why  string
}

func (r *binaryReader) fail(format string, args ...any) {
	if r.why == "" {
		r.why = fmt.Sprintf(format, args...)
	}
}

// uvarint reads a number of at most limit in its shortest form.
func (r *binaryReader) uvarint(limit uint64) uint64 {
	if r.why != "" {
		return 0
	}
	v, n := binary.Uvarint(r.data[r.at:])
	switch {
	case n <= 0:
		r.fail("no number here")
		return 0
	case n > 1 && r.data[r.at+n-1] == 0:
		r.fail("a number longer than needed")
		return 0
	case v > limit:
		r.fail("number %d, at most %d", v, limit)
		return 0
	}
	r.at += n
	return v
}

func (r *binaryReader) bytes(n int) []byte {
	if r.why == "" && n > len(r.data)-r.at {
		r.fail("%d bytes wanted, %d left", n, len(r.data)-r.at)
	}
	if r.why != "" {
		return nil
	}
	b := r.data[r.at : r.at+n]
	r.at += n
	return b
}

func (r *binaryReader) text(limit int) string {
	return string(r.bytes(int(r.uvarint(uint64(limit)))))
}

func (r *binaryReader) fixed() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *binaryReader) moment() time.Time { return instant(int64(r.fixed())) }

func (r *binaryReader) maybe() time.Time {
	b := r.bytes(1)
	switch {
	case b == nil || b[0] == 0:
		return time.Time{}
	case b[0] != 1:
		r.fail("flag %d, want 0 or 1", b[0])
		return time.Time{}
	}
	return r.moment()
}

// count reads how many items follow, of which each takes at least size bytes,
// so that nothing is allocated that the bytes cannot fill.
func (r *binaryReader) count(what string, limit uint64, size int) int {
	n := r.uvarint(limit)
	if r.why == "" && n > uint64(len(r.data)-r.at)/uint64(size) {
		r.fail("%d %s do not fit into the %d bytes left", n, what, len(r.data)-r.at)
	}
	if r.why != "" {
		return 0
	}
	return int(n)
}

// numbers reads as many counts as it is given room for.
func (r *binaryReader) numbers(to []int64) {
	for i := range to {
		to[i] = int64(r.uvarint(maxTally))
	}
}

// ascending reads sorted values, each as what it is more than the one before.
func (r *binaryReader) ascending(what string) []int64 {
	n := r.count(what, maxTally, 1)
	if n == 0 {
		return nil
	}
	list := make([]int64, n)
	last := uint64(0)
	for i := range list {
		last += r.uvarint(1<<63 - 1 - last)
		list[i] = int64(last)
	}
	return list
}

func appendNumbers(b []byte, list []int64) []byte {
	for _, n := range list {
		b = pack.Count(b, n)
	}
	return b
}

func appendFlag(b []byte, set bool) []byte {
	if set {
		return append(b, 1)
	}
	return append(b, 0)
}

func bitsOf(f float64) uint64  { return math.Float64bits(f) }
func floatOf(b uint64) float64 { return math.Float64frombits(b) }

func (r *binaryReader) flag() bool {
	b := r.bytes(1)
	if b != nil && b[0] > 1 {
		r.fail("flag %d, want 0 or 1", b[0])
	}
	return b != nil && b[0] == 1
}

// maxTally bounds a count: far beyond any log.
const maxTally = 1 << 62

// frame closes what was appended from start on with its checksum.
func frame(b []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli()))
}

// unframe checks magic, version and checksum, and returns a reader of the rest.
func unframe(data []byte, magic string, version byte) (*binaryReader, error) {
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
	if want, got := binary.LittleEndian.Uint32(tail), crc32.Checksum(body, castagnoli()); want != got {
		return nil, fmt.Errorf("checksum %08x, the bytes give %08x: they were changed or cut short", want, got)
	}
	return &binaryReader{data: body, at: head}, nil
}

// done reports what stopped the reader, or bytes that it left.
func (r *binaryReader) done() error {
	switch {
	case r.why != "":
		return fmt.Errorf("byte %d: %s", r.at, r.why)
	case r.at != len(r.data):
		return fmt.Errorf("byte %d: %d bytes too many", r.at, len(r.data)-r.at)
	}
	return nil
}
