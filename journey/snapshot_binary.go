package journey

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/internal/id"
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
	return pack.Frame(b, start), nil
}

// MarshalBinary is AppendBinary on a new slice.
func (s Snapshot) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. Bytes that are cut short,
// changed, followed by others, or of another version are an [ErrSnapshot] that
// says which; s is then as it was.
func (s *Snapshot) UnmarshalBinary(data []byte) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("journey: snapshot: decode: %w: "+format, append([]any{ErrSnapshot}, args...)...)
	}
	r, err := unframe(data, snapshotMagic, snapshotVersion)
	if err != nil {
		return bad("%w", err)
	}
	v := r.snapshot()
	if err := r.Done(); err != nil {
		return bad("%w", err)
	}
	if err := v.Validate(); err != nil {
		return err
	}
	*s = v
	return nil
}

func (r binaryReader) snapshot() Snapshot {
	var s Snapshot
	s.Definition = r.Text(MaxName)
	s.Hash = r.Text(MaxName)
	s.Customer = r.Text(id.MaxCustomer)
	s.Stage = Stage(r.Text(MaxName))
	s.Since = r.Moment()
	s.Last = r.Moment()
	s.Seq = int64(r.Uvarint(1<<63 - 1))
	s.LastEvent = r.Fixed()
	s.Due = r.Maybe()
	for range r.Uvarint(MaxMilestones) {
		s.Reached = append(s.Reached, r.Text(MaxName))
	}
	for range r.Uvarint(MaxMilestones) {
		p := Progress{Milestone: r.Text(MaxName), Count: int64(r.Uvarint(maxCount))}
		for range r.Uvarint(maxWindowCount) {
			p.Marks = append(p.Marks, Mark{Event: Trigger(r.Text(MaxName)), At: r.Maybe()})
		}
		s.Progress = append(s.Progress, p)
	}
	return s
}
