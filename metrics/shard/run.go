package shard

import (
	"context"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
)

// Aggregate is what is computed of a shard, and adds up: a cube, a table, a
// graph. All aggregates of this library are.
type Aggregate[T any] interface {
	*T
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
	// Merge adds the aggregate of other customers, or refuses: where a customer
	// is in both, and where the options differ.
	Merge(other *T) error
}

// RunOptions of [Run].
type RunOptions struct {
	// Name of the work, under which what is finished is kept beside the shards;
	// empty keeps nothing. Letters, digits, - and _.
	Name string
	// Key says by what rules the work is done, in words of yours: results that
	// were kept under another one are ErrExists, unless Anew is set.
	Key string
	// Anew does everything again.
	Anew bool
	// Workers is how many shards are worked on at a time; 0 is the number of
	// processors. Memory grows with it.
	Workers int
	// Progress, if set, is told of every finished shard, one at a time.
	Progress func(done, of int)
}

const maxText = 1024

// Run computes the aggregate of every shard and merges them. The result does
// not depend on Workers, nor on what was kept of an earlier run that was broken
// off. The first error ends it, after the work under way; what is finished
// stays. compute is called by several goroutines, once for each shard.
func Run[T any, P Aggregate[T]](ctx context.Context, set *Set, compute func(Shard) (P, error), o RunOptions) (P, error) {
	k, err := keeperOf(set, o)
	if err != nil {
		return nil, err
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	finished := make([]chan P, set.Len())
	for i := range finished {
		finished[i] = make(chan P, 1)
	}
	var group sync.WaitGroup
	next := make(chan int)
	// A result may hold the log it is of until it is merged: so that not all of
	// them wait for a merge that takes long, nobody works far ahead of it.
	ahead := make(chan struct{}, 2*workers)
	for range min(workers, set.Len()) {
		group.Go(func() {
			for i := range next {
				p, err := one[T](set.Shard(i), compute, k)
				if err != nil {
					stop(fmt.Errorf("shard: run: shard %d: %w", i, err))
					return
				}
				finished[i] <- p
			}
		})
	}
	group.Go(func() {
		defer close(next)
		for i := range set.Len() {
			select {
			case ahead <- struct{}{}:
			case <-ctx.Done():
				return
			}
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	all, err := gather[T](ctx, finished, ahead, o.Progress)
	if err != nil {
		stop(err)
	}
	group.Wait()
	return all, err
}

// gather merges the results in the order of the shards, in pairs of equal
// size: each is merged a few times, whatever their number.
func gather[T any, P Aggregate[T]](ctx context.Context, finished []chan P, ahead <-chan struct{}, progress func(done, of int)) (P, error) {
	var stack []P
	join := func() error {
		n := len(stack)
		if err := stack[n-2].Merge(stack[n-1]); err != nil {
			return fmt.Errorf("shard: run: %w", err)
		}
		stack[n-1] = nil // it is not to be kept
		stack = stack[:n-1]
		return nil
	}
	for i := range finished {
		select {
		case p := <-finished[i]:
			stack = append(stack, p)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		for n := i + 1; n%2 == 0; n /= 2 {
			if err := join(); err != nil {
				return nil, err
			}
		}
		<-ahead
		if progress != nil {
			progress(i+1, len(finished))
		}
	}
	for len(stack) > 1 {
		if err := join(); err != nil {
			return nil, err
		}
	}
	return stack[0], nil
}

// one computes a shard, or reads what was kept of it. A panic of compute is an
// error: the other goroutines go on to their end.
func one[T any, P Aggregate[T]](s Shard, compute func(Shard) (P, error), k *keeper) (p P, err error) {
	if payload, ok := k.kept(s); ok {
		p = new(T)
		if p.UnmarshalBinary(payload) == nil {
			return p, nil
		}
	}
	func() {
		defer func() {
			if v := recover(); v != nil {
				p, err = nil, fmt.Errorf("compute panicked: %v", v)
			}
		}()
		p, err = compute(s)
	}()
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return nil, errors.New("compute returned nothing and no error")
	}
	return p, k.keep(s, p)
}

// keeper keeps results beside the shards.
type keeper struct {
	dir string // empty: nothing is kept
	key string
}

const (
	resultMagic   = "LSRT"
	resultVersion = 1
)

func keeperOf(set *Set, o RunOptions) (*keeper, error) {
	if o.Name == "" {
		return &keeper{}, nil
	}
	if set.dir == "" {
		return nil, &fault.Error{Package: "shard", Op: "Run", Field: "Name", Value: fault.Quote(o.Name), Limit: "a set that OpenFS opened keeps no results"}
	}
	for _, r := range o.Name {
		if !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') || len(o.Name) > 100 {
			return nil, &fault.Error{Package: "shard", Op: "Run", Field: "Name", Value: fault.Quote(o.Name), Limit: "want at most 100 letters, digits, - and _"}
		}
	}
	if len(o.Key) > maxText {
		return nil, &fault.Error{Package: "shard", Op: "Run", Field: "Key", Value: fault.Quote(o.Key), Limit: "at most 1024 bytes", Err: fault.ErrTooLong}
	}
	k := &keeper{dir: filepath.Join(set.dir, "results-"+o.Name), key: o.Key}
	if o.Anew {
		if err := os.RemoveAll(k.dir); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(k.dir, 0o750); err != nil {
		return nil, err
	}
	key := filepath.Join(k.dir, "key")
	had, err := os.ReadFile(key)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return k, wholefile.Write(key, []byte(o.Key), fileMode)
	case err != nil:
		return nil, err
	case string(had) != o.Key:
		return nil, fmt.Errorf("shard: run: results of %q: %w: kept under the key %s, not %s", o.Name, ErrExists, fault.Quote(string(had)), fault.Quote(o.Key))
	}
	return k, nil
}

func (k *keeper) name(s Shard) string {
	return filepath.Join(k.dir, strings.TrimSuffix(fileName(s.i), ".shard")+".result")
}

// head is what a result is of: these very rows.
func head(s Shard) []byte {
	f := s.set.m.Shards[s.i]
	b := append([]byte(resultMagic), resultVersion)
	b = pack.Count(b, int64(len(s.set.m.Shards)))
	b = pack.Count(b, f.Bytes)
	return binary.LittleEndian.AppendUint32(b, f.Sum)
}

// kept gives a result, if there is one of these rows and it is whole.
func (k *keeper) kept(s Shard) ([]byte, bool) {
	if k.dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(k.name(s))
	want := head(s)
	if err != nil || len(data) <= len(want)+4 || string(data[:len(want)]) != string(want) {
		return nil, false
	}
	payload, sum := data[len(want):len(data)-4], data[len(data)-4:]
	return payload, pack.Checksum(0, data[:len(data)-4]) == binary.LittleEndian.Uint32(sum)
}

func (k *keeper) keep(s Shard, p encoding.BinaryMarshaler) error {
	if k.dir == "" {
		return nil
	}
	payload, err := p.MarshalBinary()
	if err != nil {
		return err
	}
	data := append(head(s), payload...)
	return wholefile.Write(k.name(s), binary.LittleEndian.AppendUint32(data, pack.Checksum(0, data)), fileMode)
}
