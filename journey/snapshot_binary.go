package journey

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// The binary form of a Snapshot, version 1:
//
//	"LJS" 1                       magic and version
//	definition hash customer stage   text: uvarint length, bytes
//	since last                    int64 Unix nanoseconds, little endian
//	seq                           uvarint
//	lastEvent                     uint64, little endian
//	due                           0, or 1 and int64 Unix nanoseconds
//	reached                       uvarint count, then text each
//	progress                      uvarint count, then each:
//	                              text, uvarint count, uvarint marks, then each:
//	                              text, 0 or 1 and int64 Unix nanoseconds
//	checksum                      CRC-32C of all before it, little endian
//
// There is one encoding of a snapshot: varints are as short as they can be.
const (
	snapshotMagic   = "LJS"
	snapshotVersion = 1
)

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

var (
	_ encoding.BinaryMarshaler   = Snapshot{}
	_ encoding.BinaryAppender    = Snapshot{}
	_ encoding.BinaryUnmarshaler = (*Snapshot)(nil)
)

// AppendBinary appends the binary form of s, which carries a version and a
// checksum. A snapshot that Validate complains about is an error and appends
// nothing.
func (s Snapshot) AppendBinary(b []byte) ([]byte, error) {
	if err := s.Validate(); err != nil {
		return b, err
	}
	start := len(b)
	text := func(v string) {
		b = binary.AppendUvarint(b, uint64(len(v)))
		b = append(b, v...)
	}
	moment := func(t time.Time) {
		n, _ := dueNanos(t)
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	maybe := func(t time.Time) {
		if t.IsZero() {
			b = append(b, 0)
			return
		}
		b = append(b, 1)
		moment(t)
	}
	b = append(b, snapshotMagic...)
	b = append(b, snapshotVersion)
	text(s.Definition)
	text(s.Hash)
	text(s.Customer)
	text(string(s.Stage))
	moment(s.Since)
	moment(s.Last)
	b = binary.AppendUvarint(b, uint64(s.Seq))
	b = binary.LittleEndian.AppendUint64(b, s.LastEvent)
	maybe(s.Due)
	b = binary.AppendUvarint(b, uint64(len(s.Reached)))
	for _, m := range s.Reached {
		text(m)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Progress)))
	for _, p := range s.Progress {
		text(p.Milestone)
		b = binary.AppendUvarint(b, uint64(p.Count))
		b = binary.AppendUvarint(b, uint64(len(p.Marks)))
		for _, m := range p.Marks {
			text(string(m.Event))
			maybe(m.At)
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli())), nil
}

// MarshalBinary is AppendBinary on a new slice.
func (s Snapshot) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. Bytes that are cut short,
// changed, followed by others, or of another version are an [ErrSnapshot] that
// says which; s is then as it was.
func (s *Snapshot) UnmarshalBinary(data []byte) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("journey: snapshot: decode: %w: %s", ErrSnapshot, fmt.Sprintf(format, args...))
	}
	const head = len(snapshotMagic) + 1
	switch n := len(data); {
	case n < head || string(data[:head-1]) != snapshotMagic:
		return bad("%d bytes that do not begin with %q", n, snapshotMagic)
	case data[head-1] != snapshotVersion:
		return bad("version %d, this library reads %d", data[head-1], snapshotVersion)
	case n < head+crc32.Size:
		return bad("%d bytes, too few for a checksum", n)
	}
	body, tail := data[:len(data)-crc32.Size], data[len(data)-crc32.Size:]
	if want, got := binary.LittleEndian.Uint32(tail), crc32.Checksum(body, castagnoli()); want != got {
		return bad("checksum %08x, the bytes give %08x: they were changed or cut short", want, got)
	}
	r := snapshotReader{data: body, at: head}
	v := r.snapshot()
	switch {
	case r.why != "":
		return bad("byte %d: %s", r.at, r.why)
	case r.at != len(body):
		return bad("byte %d: %d bytes too many", r.at, len(body)-r.at)
	}
	if err := v.Validate(); err != nil {
		return err
	}
	*s = v
	return nil
}

// snapshotReader reads fields until something is wrong.
type snapshotReader struct {
	data []byte
	at   int
	why  string
}

func (r *snapshotReader) snapshot() Snapshot {
	var s Snapshot
	s.Definition = r.text(MaxName)
	s.Hash = r.text(MaxName)
	s.Customer = r.text(MaxCustomer)
	s.Stage = Stage(r.text(MaxName))
	s.Since = r.moment()
	s.Last = r.moment()
	s.Seq = int64(r.uvarint(1<<63 - 1))
	s.LastEvent = r.fixed()
	s.Due = r.maybe()
	for range r.uvarint(MaxMilestones) {
		s.Reached = append(s.Reached, r.text(MaxName))
	}
	for range r.uvarint(MaxMilestones) {
		p := Progress{Milestone: r.text(MaxName), Count: int64(r.uvarint(maxCount))}
		for range r.uvarint(maxWindowCount) {
			p.Marks = append(p.Marks, Mark{Event: Trigger(r.text(MaxName)), At: r.maybe()})
		}
		s.Progress = append(s.Progress, p)
	}
	return s
}

func (r *snapshotReader) fail(format string, args ...any) {
	if r.why == "" {
		r.why = fmt.Sprintf(format, args...)
	}
}

// uvarint reads a number of at most limit in its shortest form.
func (r *snapshotReader) uvarint(limit uint64) uint64 {
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

func (r *snapshotReader) bytes(n int) []byte {
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

func (r *snapshotReader) text(limit int) string {
	return string(r.bytes(int(r.uvarint(uint64(limit)))))
}

func (r *snapshotReader) fixed() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *snapshotReader) moment() time.Time { return instant(int64(r.fixed())) }

func (r *snapshotReader) maybe() time.Time {
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
