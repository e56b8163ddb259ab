package beam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Rows are all rows of some customers. A [shard.Shard] is, and so are
// [shard.Blocks]: one function serves Beam and [shard.Run].
type Rows interface {
	Changes() iter.Seq2[ledger.Change, error]
	Events() iter.Seq2[touchpoint.Event, error]
}

// Work computes one kind of aggregate, under a name by which the machines of a
// pipeline know it. [Register] makes one; it is safe for concurrent use.
type Work[P, T any, A shard.Aggregate[T]] struct {
	name    string
	compute func(Rows, P) (A, error)
	err     error // of registering, told by every use
}

// Register names a function that computes an aggregate of some customers by
// parameters. The parameters travel to the workers as JSON. Call it where a
// package variable is made, so that the program that launches a pipeline and
// those that work on it know the same names:
//
//	var statements = beam.Register("statements", func(rows beam.Rows, m months) (*ledger.Cube, error) { ... })
//
// A name is 1 to 100 letters, digits, - and _. One that is not, a name that was
// registered twice and a nil function are errors of every later use.
func Register[P, T any, A shard.Aggregate[T]](name string, compute func(Rows, P) (A, error)) *Work[P, T, A] {
	w := &Work[P, T, A]{name: name, compute: compute}
	switch {
	case !isName(name):
		w.err = &fault.Error{Package: "beam", Op: "Register", Field: "name", Value: fault.Quote(name), Limit: "want 1 to 100 letters, digits, - and _"}
	case compute == nil:
		w.err = &fault.Error{Package: "beam", Op: "Register", Field: "compute", Value: "nil", Limit: "want a function"}
	default:
		works.add(name, &erased{
			compute: func(rows Rows, parameters string) ([]byte, error) { return bytesOf[P, T](compute, rows, parameters) },
			merge:   merge[T, A],
		})
	}
	return w
}

// Name is the name under which the work was registered.
func (w *Work[P, T, A]) Name() string { return w.name }

// Compute computes an aggregate here, without a pipeline: of books small enough,
// of a shard in [shard.Run], in a test.
func (w *Work[P, T, A]) Compute(rows Rows, parameters P) (A, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	return w.compute(rows, parameters)
}

// Read reads what [Write] wrote: a local file, or one of another file system
// that the program imports. What it finds was written by the last pipeline that
// succeeded, so ask it after a run without an error.
func (w *Work[P, T, A]) Read(ctx context.Context, path string) (A, error) {
	fail := func(err error) (A, error) { return nil, fmt.Errorf("beam: %s: read: %w", w.name, err) }
	if err := w.check(); err != nil {
		return nil, err
	}
	from, err := filesystem.New(ctx, path)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = from.Close() }()
	file, err := from.OpenRead(ctx, path)
	if err != nil {
		return fail(err)
	}
	data, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fail(err)
	}
	a := A(new(T))
	if err := a.UnmarshalBinary(data); err != nil {
		return fail(fmt.Errorf("%s: %w", path, err))
	}
	return a, nil
}

// check tells what is wrong with the work itself.
func (w *Work[P, T, A]) check() error {
	switch {
	case w == nil || w.err == nil && w.compute == nil:
		return errors.New("beam: work that Register did not make")
	case w.err != nil:
		return w.err
	}
	_, err := works.get(w.name)
	return err
}

func isName(s string) bool {
	for _, r := range s {
		if !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// erased is work whose types are gone: what a worker finds by name.
type erased struct {
	compute func(rows Rows, parameters string) ([]byte, error)
	merge   func(list [][]byte) ([]byte, error)
	twice   bool
}

// registry is what this program can compute. Beam runs the same program on every
// machine and has it find functions by name; so does this.
type registry struct {
	mu   sync.RWMutex
	list map[string]*erased
}

var works = registry{list: map[string]*erased{}}

func (r *registry) add(name string, e *erased) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, e.twice = r.list[name]
	r.list[name] = e
}

func (r *registry) get(name string) (*erased, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	e := r.list[name]
	switch {
	case e == nil:
		return nil, fmt.Errorf("beam: no work %s in this program: call Register where a package variable is made", fault.Quote(name))
	case e.twice:
		return nil, fmt.Errorf("beam: work %s was registered twice", fault.Quote(name))
	}
	return e, nil
}

// bytesOf computes an aggregate and gives its binary form. A panic of compute is
// an error, and there is no result then.
func bytesOf[P, T any, A shard.Aggregate[T]](compute func(Rows, P) (A, error), rows Rows, parameters string) (data []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			data, err = nil, fmt.Errorf("compute panicked: %v", v)
		}
	}()
	var p P
	if err := json.Unmarshal([]byte(parameters), &p); err != nil {
		return nil, fmt.Errorf("parameters %s: %w", fault.Quote(parameters), err)
	}
	a, err := compute(rows, p)
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return nil, errors.New("compute returned nothing and no error")
	}
	return a.MarshalBinary()
}

// merge adds aggregates up, in pairs of equal size: each is merged a few times,
// however many there are.
func merge[T any, A shard.Aggregate[T]](list [][]byte) ([]byte, error) {
	all, err := mergeTree[T, A](list)
	if err != nil {
		return nil, err
	}
	return all.MarshalBinary()
}

func mergeTree[T any, A shard.Aggregate[T]](list [][]byte) (A, error) {
	if len(list) == 1 {
		a := A(new(T))
		return a, a.UnmarshalBinary(list[0])
	}
	left, err := mergeTree[T, A](list[:len(list)/2])
	if err != nil {
		return nil, err
	}
	right, err := mergeTree[T, A](list[len(list)/2:])
	if err != nil {
		return nil, err
	}
	return left, left.Merge(right)
}
