package tracker

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

func recordVersion(b []byte) int64 {
	_, b = memUvarint(b[1:])
	_, version, _ := recordCount(b)
	return version
}

// recordCount reads Seq and Version, and returns the rest.
func recordCount(b []byte) (seq, version int64, rest []byte) {
	v, b := memUvarint(b)
	seq = int64(v >> 1)
	if v&1 == 0 {
		return seq, seq, b
	}
	d, n := binary.Varint(b)
	return seq, seq + d, b[n:]
}

// recordDue reads when a record is due.
func (w *memWords) recordDue(b []byte) int64 {
	if b[0]&recDue == 0 {
		return neverDue
	}
	_, _, times := w.recordTimes(b)
	return times.due
}

// recordInstants is the fixed part of a record.
type recordInstants struct {
	since, last, due, unit int64
	seq, version           int64
	more                   bool
}

// recordTimes reads the fixed part of a record and its times.
func (w *memWords) recordTimes(b []byte) (head uint64, rest []byte, t recordInstants) {
	flags := b[0]
	head, b = memUvarint(b[1:])
	v, _ := memUvarint(b)
	t.more = v&1 != 0
	t.seq, t.version, b = recordCount(b)
	t.unit, t.due = 1, neverDue
	if flags&recSeconds != 0 {
		t.unit = 1e9
	}
	if flags&recShort != 0 {
		t.since, b = int64(binary.LittleEndian.Uint32(b))*1e9, b[4:]
	} else {
		t.since, b = int64(binary.LittleEndian.Uint64(b)), b[8:]
	}
	t.last = t.since
	if flags&recLast != 0 {
		v, b = memUvarint(b)
		t.last = t.since + int64(v*uint64(t.unit))
	}
	if flags&recDue != 0 {
		if v, b = memUvarint(b); v > 0 {
			t.due = t.since + int64(w.spans.value(v-1))
		} else {
			v, b = memUvarint(b)
			t.due = t.since + int64(v*uint64(t.unit))
		}
	}
	return head, b, t
}

// decode is the inverse of encode, but for the customer.
func (w *memWords) decode(b []byte) State {
	flags := b[0]
	head, rest, t := w.recordTimes(b)
	h := w.heads.value(head)
	s := journey.Snapshot{
		Definition: h.definition, Hash: h.hash, Stage: journey.Stage(h.stage),
		Since: instant(t.since), Last: instant(t.last), Seq: t.seq,
	}
	if flags&recDue != 0 {
		s.Due = instant(t.due)
	}
	b = rest
	if flags&recEvent != 0 {
		s.LastEvent, b = binary.LittleEndian.Uint64(b), b[8:]
	}
	if flags&(recReachedSet|recReachedList) != 0 {
		s.Reached, b = w.decodeReached(b, flags)
	}
	if flags&recProgress != 0 {
		s.Progress, b = w.decodeProgress(b, t)
	}
	state := State{Snapshot: s, Version: t.version}
	if t.more {
		w.decodeMore(b, t.since, &state)
	}
	return state
}

func (w *memWords) decodeMore(b []byte, since int64, s *State) {
	n, b := memUvarint(b)
	for range n {
		s.Recent = append(s.Recent, binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	n, b = memUvarint(b)
	if n > 0 {
		s.Noted = instant(int64(uint64(s.Snapshot.Last.UnixNano()) + n - 1))
	}
	n, b = memUvarint(b)
	for range n {
		var i, attempts, size uint64
		i, b = memUvarint(b)
		at, k := binary.Varint(b)
		b = b[k:]
		attempts, b = memUvarint(b)
		pause, k := binary.Varint(b)
		b = b[k:]
		size, b = memUvarint(b)
		s.Parked = append(s.Parked, Parked{
			Trigger: journey.Trigger(w.events.value(i)), At: instant(since + at), Attempts: int(attempts),
			Retry: instant(since + at + pause), Error: string(b[:size]),
		})
		b = b[size:]
	}
}

func (w *memWords) decodeReached(b []byte, flags byte) ([]string, []byte) {
	var names []string
	v, b := memUvarint(b)
	if flags&recReachedSet != 0 {
		for i := range uint64(64) {
			if v>>i&1 != 0 {
				names = append(names, w.milestones.value(i))
			}
		}
		slices.Sort(names)
		return names, b
	}
	for range v {
		var i uint64
		i, b = memUvarint(b)
		names = append(names, w.milestones.value(i))
	}
	return names, b
}

func (w *memWords) decodeProgress(b []byte, t recordInstants) ([]journey.Progress, []byte) {
	n, b := memUvarint(b)
	list := make([]journey.Progress, 0, n)
	for range n {
		var i, count, marks uint64
		i, b = memUvarint(b)
		if i&2 != 0 {
			count, b = memUvarint(b)
		}
		if i&1 != 0 {
			marks, b = memUvarint(b)
		}
		p := journey.Progress{Milestone: w.milestones.value(i >> 2), Count: int64(count)}
		for range marks {
			i, b = memUvarint(b)
			m := journey.Mark{Event: journey.Trigger(w.events.value(i >> 1))}
			if i&1 != 0 {
				d, k := binary.Varint(b)
				b = b[k:]
				m.At = unitInstant(t, d)
			}
			p.Marks = append(p.Marks, m)
		}
		list = append(list, p)
	}
	return list, b
}

func unitInstant(t recordInstants, d int64) time.Time { return instant((t.since/t.unit + d) * t.unit) }

func instant(n int64) time.Time { return time.Unix(0, n).UTC() }
