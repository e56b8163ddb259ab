package kit

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"
)

// Latest keeps of several versions of a record, an invoice for example, the
// latest, in whatever order they come. It is for one goroutine. Make one with
// NewLatest.
type Latest[T any] struct {
	s    *Session
	what string
	of   map[string]latest[T]
}

type latest[T any] struct {
	at    time.Time
	rank  int
	event string
	value T
}

// NewLatest begins an empty one for the session; what names its records in the
// error of Add: "invoices".
func NewLatest[T any](s *Session, what string) *Latest[T] {
	return &Latest[T]{s: s, what: what, of: map[string]latest[T]{}}
}

// Add takes a version of a record as an event tells of it; rank decides between
// versions of one moment, the higher being later. The same event twice counts as
// a repeat. The error is that of Limits.Versions.
func (l *Latest[T]) Add(record, event string, at time.Time, rank int, value T) error {
	old, has := l.of[record]
	if has && old.event == event {
		l.s.Repeated()
		return nil
	}
	if limit := l.s.opts.Limits.Versions; !has && len(l.of) >= limit {
		return l.s.Overflow(l.what, "Versions", limit)
	}
	if !has || cmp.Or(at.Compare(old.at), cmp.Compare(rank, old.rank)) >= 0 {
		l.of[record] = latest[T]{at, rank, event, value}
	}
	return nil
}

// All yields the latest versions, by the id of the record.
func (l *Latest[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range slices.Sorted(maps.Keys(l.of)) {
			if !yield(l.of[id].value) {
				return
			}
		}
	}
}
