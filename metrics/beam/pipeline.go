package beam

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Shards adds to a pipeline the aggregate of a set of shards, which
// [github.com/lifecycle-go/lifecycle/metrics/shard.Create] wrote: each file is
// computed by itself, wherever there is a machine, and what comes of it is
// merged. The collection has one element, the binary form of the aggregate.
//
// Every worker reads the files by dir: a folder that all machines have, or that
// of a file system that Beam knows (gs://, and s3:// where the program imports its
// package). The number of shards is read now.
func (w *Work[P, T, A]) Shards(s beam.Scope, dir string, parameters P) (beam.PCollection, error) {
	t, err := w.task(parameters)
	if err != nil {
		return beam.PCollection{}, err
	}
	set, done, err := openSet(context.Background(), dir)
	if err != nil {
		return beam.PCollection{}, err
	}
	done()
	return built(w.name, func() beam.PCollection {
		s := s.Scope("lifecycle." + w.name + ".Shards")
		numbers := make([]int64, set.Len())
		for i := range numbers {
			numbers[i] = int64(i)
		}
		// Reshuffle, for what Create gives is otherwise one machine's to work on.
		files := beam.Reshuffle(s, beam.CreateList(s, numbers))
		return w.merged(s, beam.ParDo(s, &shardFn{Task: t, Dir: dir, Of: set.Len()}, files))
	})
}

// RowsOptions of [Work.Rows].
type RowsOptions struct {
	// Groups is how many groups the customers are dealt into; 0 is 256, at most
	// 10,000. The rows of a group are in the memory of one machine at a time.
	Groups int
}

const (
	defaultGroups = 256
	maxGroups     = 10_000
)

// Rows adds to a pipeline the aggregate of rows that come in any order, each an
// element that [ChangeRow] or [EventRow] made. The rows of every customer are
// brought together by a GroupByKey, which costs many times what Shards does: it
// is for input that nobody has partitioned. The collection has one element.
func (w *Work[P, T, A]) Rows(s beam.Scope, rows beam.PCollection, parameters P, o RowsOptions) (beam.PCollection, error) {
	t, err := w.task(parameters)
	if err != nil {
		return beam.PCollection{}, err
	}
	if o.Groups == 0 {
		o.Groups = defaultGroups
	}
	if o.Groups < 1 || o.Groups > maxGroups {
		return beam.PCollection{}, &fault.Error{Package: "beam", Op: "Rows", Field: "Groups", Value: fmt.Sprint(o.Groups), Limit: "want 1 to 10000"}
	}
	if err := ofBytes(w.name, rows); err != nil {
		return beam.PCollection{}, err
	}
	return built(w.name, func() beam.PCollection {
		s := s.Scope("lifecycle." + w.name + ".Rows")
		dealt := beam.ParDo(s, &dealFn{Groups: o.Groups}, whole(s, rows))
		groups := beam.ParDo(s, &groupFn{Task: t}, beam.CombinePerKey(s, &joinFn{}, dealt))
		nobody := beam.ParDo(s, &nobodyFn{Task: t}, beam.Impulse(s))
		return w.merged(s, beam.Flatten(s, groups, nobody))
	})
}

// Combine adds to a pipeline the sum of aggregates in their binary form, which
// steps of yours computed, or Shards of several sets. Each customer is in one of
// them only: what else there is, Merge refuses. Of no aggregates there is no sum,
// and the collection is empty.
func (w *Work[P, T, A]) Combine(s beam.Scope, aggregates beam.PCollection) (beam.PCollection, error) {
	if err := w.check(); err != nil {
		return beam.PCollection{}, err
	}
	if err := ofBytes(w.name, aggregates); err != nil {
		return beam.PCollection{}, err
	}
	return built(w.name, func() beam.PCollection {
		s := s.Scope("lifecycle." + w.name + ".Combine")
		return w.merged(s, whole(s, aggregates))
	})
}

// Write has a pipeline keep a collection of one element in a file, whole or not
// at all; [Work.Read] reads it. A file that is there is replaced.
func Write(s beam.Scope, aggregate beam.PCollection, path string) error {
	if path == "" {
		return &fault.Error{Package: "beam", Op: "Write", Field: "path", Limit: "want a file", Err: fault.ErrEmpty}
	}
	if err := ofBytes("write", aggregate); err != nil {
		return err
	}
	_, err := built("write", func() beam.PCollection {
		beam.ParDo0(s.Scope("lifecycle.Write"), &writeFn{Path: path}, aggregate)
		return aggregate
	})
	return err
}

func (w *Work[P, T, A]) task(parameters P) (task, error) {
	if err := w.check(); err != nil {
		return task{}, err
	}
	text, err := textOf(w.name, parameters)
	return task{Work: w.name, Parameters: text}, err
}

func (w *Work[P, T, A]) merged(s beam.Scope, aggregates beam.PCollection) beam.PCollection {
	return beam.Combine(s, &mergeFn{Work: w.name}, aggregates)
}

// whole puts everything into one window: a result is of all rows.
func whole(s beam.Scope, col beam.PCollection) beam.PCollection {
	return beam.WindowInto(s, window.NewGlobalWindows(), col)
}

// ofBytes is an error unless the elements are bytes.
func ofBytes(name string, col beam.PCollection) error {
	if !col.IsValid() {
		return fmt.Errorf("beam: %s: the collection is of no pipeline", name)
	}
	if t := col.Type().Type(); t != reflect.TypeFor[[]byte]() {
		return fmt.Errorf("beam: %s: a collection of %v, want []byte", name, col.Type())
	}
	return nil
}

// built adds steps to a pipeline. Beam panics at what it does not take.
func built(name string, add func() beam.PCollection) (col beam.PCollection, err error) {
	defer func() {
		if v := recover(); v != nil {
			cause, ok := v.(error)
			if !ok {
				cause = errors.New(fmt.Sprint(v))
			}
			col, err = beam.PCollection{}, fmt.Errorf("beam: %s: %w", name, cause)
		}
	}()
	return add(), nil
}
