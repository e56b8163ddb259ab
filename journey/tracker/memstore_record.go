package tracker

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/lifecycle-go/lifecycle/journey"
)

// A record is a State without its customer, in as few bytes as it takes:
//
//	flags                  1 byte
//	head                   uvarint: definition, hash and stage, as a word
//	seq                    uvarint seq<<1 | there is more than the snapshot
//	version - seq          varint, if there is more
//	since                  4 bytes of seconds since 1970, or 8 of nanoseconds
//	last - since           uvarint, if they differ
//	due - since            if a timer is pending: 1 + the word of a span that
//	                       many share, or 0 and uvarint
//	lastEvent              8 bytes, if there was one
//	reached                uvarint set of words below 64, or count and words
//	progress               number, then each: word<<2 | has count<<1 | has
//	                       marks, count, number of marks; then each mark:
//	                       word<<1 | has time, varint time - since
//	recent                 if there is more: number, then 8 bytes each
//	noted                  if there is more: 0, or 1 + nanoseconds after last
//	parked                 if there is more: number, then each: word, varint
//	                       At - since in nanoseconds, attempts, varint Retry
//	                       - At in nanoseconds, length and bytes of the error
//
// Spans count seconds when all times are whole seconds, else nanoseconds.
// Words never leave the store.
const (
	recSeconds = 1 << iota
	recLast
	recDue
	recEvent
	recReachedSet
	recReachedList
	recProgress
	recShort // since has 4 bytes
)

// memWords are the texts that records refer to.
type memWords struct {
	heads      interner[memHead]
	milestones interner[string]
	events     interner[string]
	spans      interner[uint64] // nanoseconds from since to due: one for each timer of a definition
}

type memHead struct{ definition, hash, stage string }

// maxWords bounds each list of words: far above what definitions can name,
// far below what would cost memory.
const (
	maxWords = 1 << 16
	maxSpans = 1 << 12
)

// interner numbers values from zero in the order in which they first come.
//
// What was asked for lately stands in recent, by a cheap hash: a comparison of
// texts that are the same in memory costs next to nothing.
type interner[T comparable] struct {
	mu     sync.RWMutex
	list   []T
	seen   atomic.Pointer[[]T] // list, to be read without the lock: it only grows
	at     map[T]uint32
	recent [64]atomic.Pointer[interned[T]]
}

type interned[T comparable] struct {
	value T
	at    uint32
}

// recall is the number of a value, if it was asked for lately; hash says where
// it would stand.
func (in *interner[T]) recall(hash int, v T) (uint32, bool) {
	r := in.recent[hash&63].Load()
	if r == nil || r.value != v {
		return 0, false
	}
	return r.at, true
}

// remember lets recall know.
func (in *interner[T]) remember(hash int, at uint32) {
	in.recent[hash&63].Store(&interned[T]{in.value(uint64(at)), at})
}

func (in *interner[T]) number(v T, own func(T) T) (uint32, error) {
	i, ok := in.find(v, own, maxWords)
	if !ok {
		return 0, fmt.Errorf("tracker: memstore: put: more than %d different stages, milestones or events", maxWords)
	}
	return i, nil
}

// find is number with a limit; false when it is met.
func (in *interner[T]) find(v T, own func(T) T, limit int) (uint32, bool) {
	in.mu.RLock()
	i, ok := in.at[v]
	in.mu.RUnlock()
	if ok {
		return i, true
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if i, ok := in.at[v]; ok {
		return i, true
	}
	if len(in.list) >= limit {
		return 0, false
	}
	if in.at == nil {
		in.at = map[T]uint32{}
	}
	v = own(v)
	i = uint32(len(in.list))
	in.list = append(in.list, v)
	list := in.list
	in.seen.Store(&list)
	in.at[v] = i
	return i, true
}

func (in *interner[T]) value(i uint64) T { return (*in.seen.Load())[i] }

func ownHead(h memHead) memHead {
	return memHead{strings.Clone(h.definition), strings.Clone(h.hash), strings.Clone(h.stage)}
}

// head is the number of a head.
func (w *memWords) head(h memHead) (uint32, error) {
	hash := 7 * len(h.stage)
	if n := len(h.stage); n > 0 {
		hash += int(h.stage[0]) + 3*int(h.stage[n-1])
	}
	if i, ok := w.heads.recall(hash, h); ok {
		return i, nil
	}
	i, err := w.heads.number(h, ownHead)
	if err == nil {
		w.heads.remember(hash, i)
	}
	return i, err
}

func appendUvarint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// encode appends the record of a valid state, and returns when it is due.
func (w *memWords) encode(b []byte, state *State) ([]byte, int64, error) {
	s := &state.Snapshot
	more := state.Version != s.Seq || len(state.Recent)+len(state.Parked) > 0 || !state.Noted.IsZero()
	head, err := w.head(memHead{s.Definition, s.Hash, string(s.Stage)})
	if err != nil {
		return nil, 0, err
	}
	flags, unit := byte(0), int64(1)
	if wholeSeconds(s) {
		flags, unit = recSeconds, 1e9
	}
	since := s.Since.UnixNano()
	last := s.Last.UnixNano()
	due := int64(neverDue)
	start := len(b)
	b = append(b, 0)
	b = appendUvarint(b, uint64(head))
	if more {
		b = appendUvarint(b, uint64(s.Seq)<<1|1)
		b = binary.AppendVarint(b, state.Version-s.Seq)
	} else {
		b = appendUvarint(b, uint64(s.Seq)<<1)
	}
	if sec := since / 1e9; since%1e9 == 0 && sec >= 0 && sec <= math.MaxUint32 {
		flags |= recShort
		b = binary.LittleEndian.AppendUint32(b, uint32(sec))
	} else {
		b = binary.LittleEndian.AppendUint64(b, uint64(since))
	}
	apart := func(t int64) uint64 { return (uint64(t) - uint64(since)) / uint64(unit) } // 301 years overflow an int64
	if last != since {
		flags |= recLast
		b = appendUvarint(b, apart(last))
	}
	if !s.Due.IsZero() {
		flags |= recDue
		due = s.Due.UnixNano()
		if i, ok := w.spans.find(uint64(due)-uint64(since), func(v uint64) uint64 { return v }, maxSpans); ok {
			b = appendUvarint(b, uint64(i)+1)
		} else {
			b = appendUvarint(append(b, 0), apart(due))
		}
	}
	if s.LastEvent != 0 {
		flags |= recEvent
		b = binary.LittleEndian.AppendUint64(b, s.LastEvent)
	}
	if len(s.Reached) > 0 {
		var kind byte
		if b, kind, err = w.encodeReached(b, s.Reached); err != nil {
			return nil, 0, err
		}
		flags |= kind
	}
	if len(s.Progress) > 0 {
		flags |= recProgress
		if b, err = w.encodeProgress(b, s.Progress, since, unit); err != nil {
			return nil, 0, err
		}
	}
	if more {
		if b, err = w.encodeMore(b, state, since); err != nil {
			return nil, 0, err
		}
	}
	b[start] = flags
	return b, due, nil
}

func (w *memWords) encodeMore(b []byte, s *State, since int64) ([]byte, error) {
	b = appendUvarint(b, uint64(len(s.Recent)))
	for _, h := range s.Recent {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	if s.Noted.IsZero() {
		b = append(b, 0)
	} else {
		b = appendUvarint(b, 1+uint64(s.Noted.UnixNano())-uint64(s.Snapshot.Last.UnixNano()))
	}
	b = appendUvarint(b, uint64(len(s.Parked)))
	for _, p := range s.Parked {
		i, err := w.events.number(string(p.Trigger), strings.Clone)
		if err != nil {
			return nil, err
		}
		at := p.At.UnixNano()
		b = appendUvarint(b, uint64(i))
		b = binary.AppendVarint(b, at-since)
		b = appendUvarint(b, uint64(p.Attempts))
		b = binary.AppendVarint(b, p.Retry.UnixNano()-at)
		b = appendUvarint(b, uint64(len(p.Error)))
		b = append(b, p.Error...)
	}
	return b, nil
}

func wholeSeconds(s *journey.Snapshot) bool {
	whole := s.Since.Nanosecond() == 0 && s.Last.Nanosecond() == 0 && s.Due.Nanosecond() == 0
	for _, p := range s.Progress {
		for _, m := range p.Marks {
			whole = whole && m.At.Nanosecond() == 0
		}
	}
	return whole
}

func (w *memWords) encodeReached(b []byte, names []string) ([]byte, byte, error) {
	set := uint64(0)
	words := make([]uint32, 0, journey.MaxMilestones)
	for _, name := range names {
		i, err := w.milestones.number(name, strings.Clone)
		if err != nil {
			return nil, 0, err
		}
		words = append(words, i)
		set |= 1 << (i & 63)
	}
	if slices.Max(words) < 64 {
		return appendUvarint(b, set), recReachedSet, nil
	}
	b = appendUvarint(b, uint64(len(words)))
	for _, i := range words {
		b = appendUvarint(b, uint64(i))
	}
	return b, recReachedList, nil
}

func (w *memWords) encodeProgress(b []byte, list []journey.Progress, since, unit int64) ([]byte, error) {
	b = appendUvarint(b, uint64(len(list)))
	for _, p := range list {
		i, err := w.milestones.number(p.Milestone, strings.Clone)
		if err != nil {
			return nil, err
		}
		head := uint64(i) << 2
		if p.Count != 0 {
			head |= 2
		}
		if len(p.Marks) > 0 {
			head |= 1
		}
		b = appendUvarint(b, head)
		if p.Count != 0 {
			b = appendUvarint(b, uint64(p.Count))
		}
		if len(p.Marks) > 0 {
			b = appendUvarint(b, uint64(len(p.Marks)))
		}
		for _, m := range p.Marks {
			i, err := w.events.number(string(m.Event), strings.Clone)
			if err != nil {
				return nil, err
			}
			if m.At.IsZero() {
				b = appendUvarint(b, uint64(i)<<1)
				continue
			}
			at := m.At.UnixNano()
			b = appendUvarint(b, uint64(i)<<1|1)
			b = binary.AppendVarint(b, at/unit-since/unit) // may wrap; so does the way back
		}
	}
	return b, nil
}

// recordVersion reads the Version of a record.
