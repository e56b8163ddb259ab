package beam

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // paths without a scheme
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
)

// Beam builds the steps of a pipeline on other machines out of their registered
// types and exported fields; it wants to know the types before main.
func init() {
	register.DoFn1x2[int64, []byte, error](&shardFn{})
	register.DoFn1x3[[]byte, int64, []byte, error](&dealFn{})
	register.DoFn2x2[int64, []byte, []byte, error](&groupFn{})
	register.DoFn1x2[[]byte, []byte, error](&nobodyFn{})
	register.DoFn2x1[context.Context, []byte, error](&writeFn{})
	register.Combiner1[[]byte](&mergeFn{})
	register.Combiner1[[]byte](&joinFn{})
}

// task is which work, by which parameters.
type task struct {
	Work       string
	Parameters string
}

// of computes the aggregate of rows; what says whose they are.
func (t *task) of(rows Rows, what string) ([]byte, error) {
	e, err := works.get(t.Work)
	if err != nil {
		return nil, err
	}
	data, err := e.compute(rows, t.Parameters)
	if err != nil {
		return nil, fmt.Errorf("beam: %s: %s: %w", t.Work, what, err)
	}
	return data, nil
}

// shardFn computes the aggregate of a file of customers.
type shardFn struct {
	Task task
	Dir  string
	Of   int // how many shards there were when the pipeline was made

	set  *shard.Set // while a bundle lasts
	done func()
}

// StartBundle opens the set: its manifest has a line for each shard, and is not
// read again for every one.
func (f *shardFn) StartBundle(ctx context.Context) (err error) {
	f.close() // a bundle that failed was not finished
	f.set, f.done, err = openSet(ctx, f.Dir)
	return err
}

// FinishBundle lets the file system go.
func (f *shardFn) FinishBundle() error {
	f.close()
	return nil
}

// Teardown does so after a bundle that failed.
func (f *shardFn) Teardown() error {
	f.close()
	return nil
}

func (f *shardFn) close() {
	if f.done != nil {
		f.done()
	}
	f.set, f.done = nil, nil
}

func (f *shardFn) ProcessElement(i int64) ([]byte, error) {
	if f.set.Len() != f.Of || i < 0 || i >= int64(f.Of) {
		return nil, fmt.Errorf("beam: %s: shard %d of %d: %s has %d now", f.Task.Work, i, f.Of, f.Dir, f.set.Len())
	}
	return f.Task.of(f.set.Shard(int(i)), fmt.Sprint("shard ", i))
}

// dealFn says which group a row belongs to.
type dealFn struct {
	Groups int
}

func (f *dealFn) ProcessElement(row []byte) (int64, []byte, error) {
	customer, err := customerOf(row)
	if err != nil {
		return 0, nil, err
	}
	return int64(shard.Of(customer, f.Groups)), row, nil
}

// joinFn puts the rows of a group into one value, each with its length. Beam does
// so on every machine before rows travel: they travel as a few long values and
// not as many short ones.
type joinFn struct{}

func (*joinFn) AddInput(acc, row []byte) []byte {
	return append(binary.AppendUvarint(acc, uint64(len(row))), row...)
}

func (*joinFn) MergeAccumulators(a, b []byte) []byte { return append(a, b...) }

// groupFn computes the aggregate of a group of customers.
type groupFn struct {
	Task task
}

func (f *groupFn) ProcessElement(group int64, joined []byte) ([]byte, error) {
	what := fmt.Sprint("group ", group)
	rows, err := inOrder(joined)
	if err != nil {
		return nil, fmt.Errorf("beam: %s: %s: %w", f.Task.Work, what, err)
	}
	return f.Task.of(rows, what)
}

// nobodyFn computes the aggregate of no customers, so that there is one where
// there are no rows.
type nobodyFn struct {
	Task task
}

func (f *nobodyFn) ProcessElement([]byte) ([]byte, error) {
	return f.Task.of(shard.Blocks(nil), "nobody")
}

// writeFn keeps a result, whole or not at all.
type writeFn struct {
	Path string
}

func (f *writeFn) ProcessElement(ctx context.Context, data []byte) error {
	if err := writeFile(ctx, f.Path, data); err != nil {
		return fmt.Errorf("beam: write: %s: %w", f.Path, err)
	}
	return nil
}

const fileMode = 0o600

func writeFile(ctx context.Context, path string, data []byte) error {
	if !strings.Contains(path, "://") {
		return wholefile.Write(path, data, fileMode)
	}
	to, err := filesystem.New(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = to.Close() }()
	file, err := to.OpenWrite(ctx, path) // stores of objects show one when it is closed
	if err != nil {
		return err
	}
	if _, err := file.Write(data); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}

// openSet opens a set of shards in a file system that Beam knows.
func openSet(ctx context.Context, dir string) (set *shard.Set, done func(), err error) {
	if !strings.Contains(dir, "://") {
		set, err := shard.Open(dir)
		return set, func() {}, err
	}
	from, err := filesystem.New(ctx, dir)
	if err != nil {
		return nil, nil, fmt.Errorf("beam: open: %w", err)
	}
	done = func() { _ = from.Close() }
	set, err = shard.OpenFS(&store{open: func(name string) (io.ReadCloser, error) {
		return from.OpenRead(ctx, strings.TrimSuffix(dir, "/")+"/"+name)
	}})
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("beam: open: %s: %w", dir, err)
	}
	return set, done, nil
}

// store is a file system of Beam as one of Go, of which files are read to their
// ends and nothing else.
type store struct {
	open func(name string) (io.ReadCloser, error)
}

func (s *store) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	r, err := s.open(name)
	if err != nil {
		return nil, err
	}
	return &stored{ReadCloser: r, name: name}, nil
}

type stored struct {
	io.ReadCloser
	name string
}

// Stat says the name; how large a file is, reading shows.
func (f *stored) Stat() (fs.FileInfo, error) { return info(f.name), nil }

type info string

func (i info) Name() string       { return string(i) }
func (i info) Size() int64        { return 0 }
func (i info) Mode() fs.FileMode  { return 0 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
