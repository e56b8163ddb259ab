package touchpoint

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// DecodeError says where encoded bytes stop being a log. It unwraps to
// ErrEncoding or ErrVersion.
type DecodeError struct {
	Offset int    // of the byte at which reading stopped
	What   string // the part being read
	Reason string
	Err    error
}

// Error says at which byte, of what, and why.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("touchpoint: decode log: byte %d: %s: %s", e.Offset, e.What, e.Reason)
}

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }

// UnmarshalBinary reads the binary form of a log into l, which nobody may be
// reading. Cut off, altered or made up bytes give a *DecodeError and leave l
// as it was; memory used is bounded by a small multiple of len(data).
func (l *Log) UnmarshalBinary(data []byte) error {
	d := &decoder{data: data}
	d.frame()
	got := d.log()
	if d.err == nil && d.pos != len(d.data) {
		d.fail("end", "%d bytes too many", len(d.data)-d.pos)
	}
	if d.err != nil {
		return d.err
	}
	*l = *got
	return nil
}

// decoder reads with a sticky error: after the first one it returns zeros.
type decoder struct {
	data []byte
	pos  int
	err  *DecodeError
}

func (d *decoder) fail(what, format string, args ...any) {
	if d.err == nil {
		d.err = &DecodeError{Offset: d.pos, What: what, Reason: fmt.Sprintf(format, args...), Err: ErrEncoding}
	}
}

// frame checks magic, version and checksum and leaves the body.
func (d *decoder) frame() {
	head := len(logMagic) + 1
	switch {
	case len(d.data) < len(logMagic) || string(d.data[:len(logMagic)]) != logMagic:
		d.fail("magic", "want %q", logMagic)
		return
	case len(d.data) < head+4:
		d.fail("header", "%d bytes are too few", len(d.data))
		return
	case d.data[len(logMagic)] != logVersion:
		d.pos = len(logMagic)
		d.fail("version", "this program reads version %d, got %d", logVersion, d.data[len(logMagic)])
		d.err.Err = ErrVersion
		return
	}
	end := len(d.data) - 4
	want, got := binary.LittleEndian.Uint32(d.data[end:]), crc32.Checksum(d.data[:end], castagnoli)
	d.pos = end
	if want != got {
		d.fail("checksum", "want %08x, got %08x: the bytes were cut off or altered", want, got)
		return
	}
	d.data, d.pos = d.data[:end], head
}

func (d *decoder) byte(what string) byte {
	if d.err != nil {
		return 0
	}
	if d.pos >= len(d.data) {
		d.fail(what, "the bytes end here")
		return 0
	}
	d.pos++
	return d.data[d.pos-1]
}

// number reads a minimal varint below limit.
func (d *decoder) number(what string, limit uint64) uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.data[d.pos:])
	switch {
	case n == 0:
		d.fail(what, "the bytes end here")
	case n < 0 || n > 1 && d.data[d.pos+n-1] == 0:
		d.fail(what, "not a minimal varint")
	case v >= limit:
		d.fail(what, "at most %d, got %d", limit-1, v)
	default:
		d.pos += n
		return v
	}
	return 0
}

// count reads how many items follow, each of at least size bytes, so that
// made up counts cannot make it allocate more than the input warrants.
func (d *decoder) count(what string, most, size int) int {
	n := d.number(what, uint64(most)+1)
	if d.err == nil && n > uint64((len(d.data)-d.pos)/size) {
		d.fail(what, "%d items do not fit into the %d bytes left", n, len(d.data)-d.pos)
		return 0
	}
	return int(n)
}

func (d *decoder) text(what string, limit int) string {
	n := int(d.number(what, uint64(limit)+1))
	if d.err != nil {
		return ""
	}
	if n > len(d.data)-d.pos {
		d.fail(what, "text of %d bytes, %d left", n, len(d.data)-d.pos)
		return ""
	}
	s := string(d.data[d.pos : d.pos+n])
	if limit, err := fault.CheckText(s, limit); err != nil {
		d.fail(what, "%s", limit)
		return ""
	}
	d.pos += n
	return s
}

// texts reads n texts, strictly ascending when sorted.
func (d *decoder) texts(what string, n, limit int, required, sorted bool) intern.Texts {
	var arena strings.Builder
	ends := make([]uint32, 0, n)
	last := ""
	for i := range n {
		s := d.text(what, limit)
		switch {
		case d.err != nil:
			return intern.Texts{}
		case required && s == "":
			d.fail(what, "text %d is empty", i)
			return intern.Texts{}
		case sorted && i > 0 && s <= last:
			d.fail(what, "text %d is not above the one before", i)
			return intern.Texts{}
		case int64(arena.Len())+int64(len(s)) > intern.MaxArena:
			d.fail(what, "more than %d bytes of text", intern.MaxArena)
			return intern.Texts{}
		}
		arena.WriteString(s)
		ends = append(ends, uint32(arena.Len()))
		last = s
	}
	return intern.MakeTexts(arena.String(), ends)
}

func (d *decoder) table(what string, most, limit int, required bool) intern.Texts {
	return d.texts(what, d.count(what, most, 1), limit, required, true)
}

// places reads n numbers of a table of the given size, offset by base; every
// text of the table has to occur.
func (d *decoder) places(what string, n, size, base int) []uint32 {
	if d.err == nil && n > len(d.data)-d.pos {
		d.fail(what, "%d items do not fit into the %d bytes left", n, len(d.data)-d.pos)
	}
	if d.err != nil {
		return nil
	}
	out := make([]uint32, n)
	seen := make([]bool, size+base)
	for i := range out {
		out[i] = uint32(d.number(what, uint64(size+base)))
		if d.err != nil {
			return nil
		}
		seen[out[i]] = true
	}
	for i, ok := range seen[base:] {
		if !ok {
			d.fail(what, "text %d of the table is not in use", i)
			return nil
		}
	}
	return out
}
