package shard

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Options of [Create].
type Options struct {
	// Shards is how many files there are; 0 is 256, at most 10,000. A file is
	// read whole: choose so many that one for each processor fits in memory.
	Shards int
}

const (
	defaultShards = 256
	maxShards     = 10_000
	// A block is written when it has so many bytes: of all shards together they
	// are what a Writer holds.
	blockBytes   = 1 << 16
	manifestName = "manifest.json"
	unfinished   = ".unfinished"
)

// Writer deals rows out to the files of a set of shards. It accumulates, and has
// one user. [Create] makes one; until Close has returned there is no set.
type Writer struct {
	dir    string
	files  []*file
	err    error
	closed bool
	row    int64
}

// file is one shard being written.
type file struct {
	f       *os.File
	w       *bufio.Writer
	sum     uint32
	bytes   int64
	counts  [3]int64 // rows by kind
	changes block
	events  block
}

// Write implements io.Writer: what is written is summed up.
func (f *file) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	f.sum = crc32.Update(f.sum, castagnoli, p[:n])
	f.bytes += int64(n)
	return n, err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Create begins a set of shards in a folder, which is made if it is not there.
// A folder that holds one is ErrExists; what a Writer that was broken off left
// there is removed.
func Create(dir string, o Options) (*Writer, error) {
	if o.Shards == 0 {
		o.Shards = defaultShards
	}
	if o.Shards < 1 || o.Shards > maxShards {
		return nil, &fault.Error{Package: "shard", Op: "Create", Field: "Shards", Value: fmt.Sprint(o.Shards), Limit: "want 1 to 10000"}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, manifestName)); err == nil {
		return nil, fmt.Errorf("shard: create: %s: %w", dir, ErrExists)
	}
	w := &Writer{dir: dir, files: make([]*file, o.Shards)}
	for i := range w.files {
		f, err := os.Create(filepath.Join(dir, fileName(i)+unfinished))
		if err != nil {
			return nil, errors.Join(err, w.abandon())
		}
		w.files[i] = &file{f: f, w: bufio.NewWriterSize(f, blockBytes), changes: block{kind: blockChanges}, events: block{kind: blockEvents}}
	}
	return w, nil
}

func fileName(i int) string { return fmt.Sprintf("%05d.shard", i) }

// Change adds a change. What the ledger thinks of it is said when it is read;
// only an instant outside the years of calendar cannot be written.
func (w *Writer) Change(c ledger.Change) error {
	w.row++
	if err := w.ready(); err != nil {
		return err
	}
	if bad := checkChange(&c, w.row); bad != nil {
		return bad
	}
	f := w.files[Of(c.Customer, len(w.files))]
	f.changes.change(&c)
	return w.after(f, &f.changes)
}

// Event adds an event, likewise.
func (w *Writer) Event(e touchpoint.Event) error {
	w.row++
	if err := w.ready(); err != nil {
		return err
	}
	if bad := checkEvent(&e, w.row); bad != nil {
		return bad
	}
	f := w.files[Of(e.Customer, len(w.files))]
	f.events.event(&e)
	return w.after(f, &f.events)
}

// checkChange is what no block can hold.
func checkChange(c *ledger.Change, row int64) error {
	if err := calendar.CheckTime(c.At); err != nil {
		return &fault.Row{Row: row, Customer: c.Customer, Field: "At", Value: c.At.String(), Err: err}
	}
	if !c.Recorded.IsZero() {
		if err := calendar.CheckTime(c.Recorded); err != nil {
			return &fault.Row{Row: row, Customer: c.Customer, Field: "Recorded", Value: c.Recorded.String(), Err: err}
		}
	}
	return nil
}

func checkEvent(e *touchpoint.Event, row int64) error {
	if err := calendar.CheckTime(e.At); err != nil {
		return &fault.Row{Row: row, Customer: e.Customer, Field: "At", Value: e.At.String(), Err: err}
	}
	return nil
}

func (w *Writer) ready() error {
	if w.closed {
		return fmt.Errorf("shard: the writer of %s is closed", w.dir)
	}
	return w.err
}

func (w *Writer) after(f *file, b *block) error {
	f.counts[b.kind]++
	if len(b.body)+len(b.texts) < blockBytes {
		return nil
	}
	w.err = b.flush(f)
	return w.err
}

// Close writes what is left, has the disk keep it, and gives the set. After an
// error there is none.
func (w *Writer) Close() (*Set, error) {
	if err := w.ready(); err != nil {
		return nil, errors.Join(err, w.abandon())
	}
	w.closed = true
	m := manifest{Version: manifestVersion, Shards: make([]fileInfo, len(w.files))}
	for i, f := range w.files {
		for _, b := range []*block{&f.changes, &f.events} {
			if err := b.flush(f); err != nil {
				return nil, errors.Join(err, w.abandon())
			}
		}
		if err := errors.Join(f.w.Flush(), f.f.Sync(), f.f.Close()); err != nil {
			return nil, errors.Join(err, w.abandon())
		}
		name := filepath.Join(w.dir, fileName(i))
		if err := os.Rename(name+unfinished, name); err != nil {
			return nil, err
		}
		m.Shards[i] = fileInfo{Changes: f.counts[blockChanges], Events: f.counts[blockEvents], Bytes: f.bytes, Sum: f.sum}
	}
	if err := m.write(w.dir); err != nil {
		return nil, err
	}
	return Open(w.dir)
}

// abandon closes and removes what there is.
func (w *Writer) abandon() error {
	w.closed = true
	var errs []error
	for i, f := range w.files {
		if f != nil {
			_ = f.f.Close()
			errs = append(errs, os.Remove(filepath.Join(w.dir, fileName(i)+unfinished)))
		}
	}
	return errors.Join(errs...)
}

func sorted(attrs map[string]string) []string { return slices.Sorted(maps.Keys(attrs)) }

var _ io.Writer = (*file)(nil)
