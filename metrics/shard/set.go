package shard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Set is a folder of shards. It is a value to read from, safe for concurrent
// use.
type Set struct {
	dir  string // where results are kept; empty: nowhere
	from fs.FS
	m    manifest
}

// manifest says what a folder holds. It is written last: without it there is no
// set.
type manifest struct {
	Version int        `json:"version"`
	Shards  []fileInfo `json:"shards"`
}

const (
	manifestVersion = 1
	fileMode        = 0o600
)

// fileInfo is one file of a set.
type fileInfo struct {
	Changes int64  `json:"changes"`
	Events  int64  `json:"events"`
	Bytes   int64  `json:"bytes"`
	Sum     uint32 `json:"crc32c"`
}

func (m manifest) write(dir string) error {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, manifestName), append(text, '\n'), fileMode)
}

// Open reads what a folder says it holds.
func Open(dir string) (*Set, error) {
	s, err := open(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("shard: open: %s: %w", dir, err)
	}
	s.dir = dir
	return s, nil
}

// OpenFS is Open for a folder that is not of this machine: an object store, an
// archive, an embedded one. Only names of the folder itself are opened, and read
// from beginning to end, by several goroutines at a time. There is no place to
// keep results in, so [Run] of such a set refuses a Name.
func OpenFS(from fs.FS) (*Set, error) {
	s, err := open(from)
	if err != nil {
		return nil, fmt.Errorf("shard: open: %w", err)
	}
	return s, nil
}

func open(from fs.FS) (*Set, error) {
	text, err := fs.ReadFile(from, manifestName)
	if err != nil {
		return nil, err
	}
	s := &Set{from: from}
	if err := json.Unmarshal(text, &s.m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if n := len(s.m.Shards); s.m.Version != manifestVersion || n < 1 || n > maxShards {
		return nil, fmt.Errorf("%w: version %d with %d shards", ErrFile, s.m.Version, n)
	}
	return s, nil
}

// Len is how many shards there are.
func (s *Set) Len() int { return len(s.m.Shards) }

// Rows is how many rows there are in all.
func (s *Set) Rows() (changes, events int64) {
	for _, f := range s.m.Shards {
		changes += f.Changes
		events += f.Events
	}
	return changes, events
}

// String says what it holds.
func (s *Set) String() string {
	changes, events := s.Rows()
	return fmt.Sprintf("%d shards, %d changes, %d events", s.Len(), changes, events)
}

// Shard is one of the files, from 0.
func (s *Set) Shard(i int) Shard { return Shard{set: s, i: i} }

// Shard is a file of customers: all rows of each of them.
type Shard struct {
	set *Set
	i   int
}

// Index is its number, from 0.
func (s Shard) Index() int { return s.i }

// Rows is how many rows it has.
func (s Shard) Rows() (changes, events int64) {
	f := s.set.m.Shards[s.i]
	return f.Changes, f.Events
}

// Changes yields the changes, in the order in which they were written. A file
// that is not what was written, or holds a customer of another shard, ends with
// ErrFile.
func (s Shard) Changes() iter.Seq2[ledger.Change, error] {
	return read(s, blockChanges, (*rows).change, func(c *ledger.Change) string { return c.Customer })
}

// Events yields the events, likewise.
func (s Shard) Events() iter.Seq2[touchpoint.Event, error] {
	return read(s, blockEvents, (*rows).event, func(e *touchpoint.Event) string { return e.Customer })
}

func read[T any](s Shard, kind byte, row func(*rows) T, customer func(*T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		fail := func(err error) { yield(none, fmt.Errorf("shard: %s: %w", fileName(s.i), err)) }
		f, err := s.set.from.Open(fileName(s.i))
		if err != nil {
			fail(err)
			return
		}
		defer func() { _ = f.Close() }()
		before := "" // rows of one customer often follow each other
		n, bytes, ok, err := readRows(bufio.NewReaderSize(f, 1<<18), kind, row, func(t *T) error {
			if who := customer(t); who != before {
				if of := Of(who, s.set.Len()); of != s.i {
					return fmt.Errorf("%w: customer %s belongs to shard %d", ErrFile, fault.Quote(who), of)
				}
				before = who
			}
			return nil
		}, yield)
		if err != nil {
			fail(err)
		}
		if !ok {
			return
		}
		info := s.set.m.Shards[s.i]
		if want := map[byte]int64{blockChanges: info.Changes, blockEvents: info.Events}[kind]; n != want || bytes != info.Bytes {
			fail(fmt.Errorf("%w: %d rows in %d bytes, want %d in %d", ErrFile, n, bytes, want, info.Bytes))
		}
	}
}
