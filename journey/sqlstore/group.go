package sqlstore

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// SQLite has one writer at a time, and a commit costs it a wait for the disk.
// Who finds it busy queues, and whoever gets the turn next writes all that has
// queued in one transaction: goroutines share the wait. What one of them is
// refused for is not the others' fault, so then each writes alone.

// groupAtMost bounds how many are written together.
const groupAtMost = 64

// errAlone: written together they failed, and nothing was stored.
var errAlone = errors.New("sqlstore: write it alone")

// errTorn: whoever wrote for the others did not come back.
var errTorn = errors.New("sqlstore: put: the write was broken off")

type waiting struct {
	p    *pending
	done chan error // takes one answer, from who wrote it
}

type group struct {
	mu   sync.Mutex
	list []*waiting
}

func (g *group) join(w *waiting) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, w)
}

// leave reports whether w was still there: else somebody is writing it.
func (g *group) leave(w *waiting) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.list, w)
	if i >= 0 {
		g.list = slices.Delete(g.list, i, i+1)
	}
	return i >= 0
}

// take takes w out, and others with it: of each customer the first.
func (g *group) take(w *waiting) []*waiting {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Contains(g.list, w) {
		return nil
	}
	out, rest := []*waiting{w}, g.list[:0]
	names := map[string]bool{w.p.customer: true}
	for _, other := range g.list {
		switch {
		case other == w:
		case len(out) < groupAtMost && !names[other.p.customer]:
			names[other.p.customer] = true
			out = append(out, other)
		default:
			rest = append(rest, other)
		}
	}
	clear(g.list[len(rest):])
	g.list = rest
	return out
}

// putTogether writes p, and with it what others wait to write.
func (s *Store) putTogether(ctx context.Context, p *pending) error {
	w := &waiting{p, make(chan error, 1)}
	s.group.join(w)
	select {
	case err := <-w.done:
		return s.answered(ctx, p, err)
	case <-ctx.Done():
		if s.group.leave(w) {
			return ctx.Err()
		}
		return s.answered(ctx, p, <-w.done)
	case s.writer.Turn() <- struct{}{}:
	}
	list := s.group.take(w)
	if list == nil {
		s.writer.EndTurn()
		return s.answered(ctx, p, <-w.done)
	}
	answer := errTorn
	defer func() {
		for _, other := range list[1:] {
			other.done <- answer
		}
	}()
	all := make([]*pending, len(list))
	for i := range list {
		all[i] = list[i].p
	}
	answer = s.writer.InTurn(ctx, func(c sqldb.Conn) error { return s.write(ctx, c, all) })
	if len(list) > 1 && s.unwritten(ctx, answer) {
		answer = errAlone
	}
	return s.answered(ctx, p, answer)
}

// unwritten reports whether a failure is of one customer, or of the context of
// who wrote for all: it came before COMMIT.
func (s *Store) unwritten(ctx context.Context, err error) bool {
	return errors.Is(err, tracker.ErrConflict) || errors.Is(err, tracker.ErrDuplicate) || err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err())
}

func (s *Store) answered(ctx context.Context, p *pending, err error) error {
	if !errors.Is(err, errAlone) {
		return err
	}
	return s.writer.Write(ctx, func(c sqldb.Conn) error { return s.write(ctx, c, []*pending{p}) })
}
