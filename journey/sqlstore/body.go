package sqlstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// A body is what the columns of a customer do not say:
//
//	flags               1 byte
//	last - since        uvarint nanoseconds, if they differ
//	version - seq       varint, if they differ
//	last event          8 bytes, little endian, if there was one
//	milestones reached  uvarint count, then each: uvarint length, bytes; if any
//	checksum            CRC-32C of what the columns say and of all before it
//
// What has more to it, as counts towards a milestone, timers that failed and
// events remembered, is instead the binary form of a tracker.State between flags
// and checksum, with "-" for what texts the columns have.
const (
	bodyLast = 1 << iota
	bodySeq
	bodyEvent
	bodyReached
	bodyWhole
	bodyFlags
)

const bodySum = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// pack is the body of a state.
func pack(s tracker.State) ([]byte, error) {
	snap := &s.Snapshot
	var b []byte
	if len(snap.Progress)+len(s.Recent)+len(s.Parked) > 0 || !s.Noted.IsZero() {
		rest := s
		rest.Version = 0
		rest.Snapshot.Customer, rest.Snapshot.Definition, rest.Snapshot.Hash, rest.Snapshot.Stage = "-", "-", "-", "-"
		var err error
		if b, err = rest.AppendBinary([]byte{bodyWhole}); err != nil {
			return nil, err
		}
	} else {
		b = make([]byte, 1, 32)
		if !snap.Last.Equal(snap.Since) {
			b[0] |= bodyLast
			b = binary.AppendUvarint(b, uint64(snap.Last.UnixNano()-snap.Since.UnixNano()))
		}
		if s.Version != snap.Seq {
			b[0] |= bodySeq
			b = binary.AppendVarint(b, s.Version-snap.Seq)
		}
		if snap.LastEvent != 0 {
			b[0] |= bodyEvent
			b = binary.LittleEndian.AppendUint64(b, snap.LastEvent)
		}
		if len(snap.Reached) > 0 {
			b[0] |= bodyReached
			b = binary.AppendUvarint(b, uint64(len(snap.Reached)))
			for _, m := range snap.Reached {
				b = append(binary.AppendUvarint(b, uint64(len(m))), m...)
			}
		}
	}
	return binary.LittleEndian.AppendUint32(b, bodySumOf(&s, b)), nil
}

// bodySumOf is over the columns too: what does not belong together is found out.
func bodySumOf(s *tracker.State, body []byte) uint32 {
	snap := &s.Snapshot
	b := make([]byte, 0, 128)
	b = append(append(b, snap.Customer...), 0) // no text that is stored has one
	b = append(append(b, snap.Stage...), 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Version))
	b = binary.LittleEndian.AppendUint64(b, uint64(snap.Since.UnixNano()))
	if !snap.Due.IsZero() {
		b = binary.LittleEndian.AppendUint64(b, uint64(snap.Due.UnixNano()))
	}
	return crc32.Update(crc32.Checksum(b, castagnoli), castagnoli, body)
}

// unpack completes a state, of which the columns are known, by its body.
func unpack(s *tracker.State, body []byte) error {
	bad := func(why string) error {
		return fmt.Errorf("sqlstore: load: customer %s: %w: %s", fault.Quote(s.Snapshot.Customer), journey.ErrSnapshot, why)
	}
	if len(body) < 1+bodySum {
		return bad("the body is cut short")
	}
	body, sum := body[:len(body)-bodySum], binary.LittleEndian.Uint32(body[len(body)-bodySum:])
	if bodySumOf(s, body) != sum {
		return bad("the checksum says it was changed")
	}
	flags, rest := body[0], body[1:]
	if flags >= bodyFlags || flags&bodyWhole != 0 && flags != bodyWhole {
		return bad(fmt.Sprintf("flags %#x", flags))
	}
	if flags == bodyWhole {
		var whole tracker.State
		if err := whole.UnmarshalBinary(rest); err != nil {
			return fmt.Errorf("sqlstore: load: customer %s: %w", fault.Quote(s.Snapshot.Customer), err)
		}
		whole.Version = s.Version
		whole.Snapshot.Customer, whole.Snapshot.Stage, whole.Snapshot.Definition, whole.Snapshot.Hash = s.Snapshot.Customer, s.Snapshot.Stage, s.Snapshot.Definition, s.Snapshot.Hash
		*s = whole
		return nil
	}
	r := bodyReader{rest}
	snap := &s.Snapshot
	snap.Last, snap.Seq = snap.Since, s.Version
	if flags&bodyLast != 0 {
		snap.Last = time.Unix(0, snap.Since.UnixNano()+int64(r.uvarint())).UTC()
	}
	if flags&bodySeq != 0 {
		v, n := binary.Varint(r.rest)
		r.skip(n)
		snap.Seq = s.Version - v
	}
	if flags&bodyEvent != 0 {
		if b := r.bytes(8); b != nil {
			snap.LastEvent = binary.LittleEndian.Uint64(b)
		}
	}
	if flags&bodyReached != 0 {
		for range min(r.uvarint(), journey.MaxMilestones+1) { // more than there can be is refused below
			snap.Reached = append(snap.Reached, string(r.bytes(r.uvarint())))
		}
	}
	if r.rest == nil || len(r.rest) > 0 {
		return bad("the body is not as long as it says")
	}
	if err := s.Validate(); err != nil {
		return fmt.Errorf("sqlstore: load: %w", err)
	}
	return nil
}

// bodyReader takes bytes off the front; rest is nil after it wanted more than
// there were.
type bodyReader struct{ rest []byte }

func (r *bodyReader) skip(n int) {
	if n <= 0 || r.rest == nil {
		r.rest = nil
		return
	}
	r.rest = r.rest[n:]
}

func (r *bodyReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.skip(n)
	return v
}

func (r *bodyReader) bytes(n uint64) []byte {
	if r.rest == nil || n > uint64(len(r.rest)) {
		r.rest = nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}
