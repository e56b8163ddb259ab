package tracker

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/lifecycle-go/lifecycle/journey"
)

// A dump is "LJM" 1, then every customer, sorted: uvarint length and the binary
// form of the snapshot; then a length of zero and the number of customers as
// uvarint, so that a dump cut short between two customers is noticed.
const (
	dumpMagic   = "LJM"
	dumpVersion = 1
	maxDumped   = 1 << 20 // bytes of one snapshot; the largest valid one has less
)

var _ io.WriterTo = (*MemStore)(nil)

// WriteTo writes every customer, sorted by id, so that [ReadMemStore] can make
// the store again; history is not written. Each customer is written as when its
// turn comes: stop writing to the store for a dump of one instant. Equal
// contents give equal bytes. It returns the number of bytes written.
func (m *MemStore) WriteTo(w io.Writer) (int64, error) {
	out := bufio.NewWriter(w)
	total, n := int64(0), uint64(0)
	write := func(b []byte) error {
		k, err := out.Write(b)
		total += int64(k)
		return err
	}
	if err := write(append([]byte(dumpMagic), dumpVersion)); err != nil {
		return total, dumpError("write", err)
	}
	var b, size []byte
	for s := range m.Snapshots() {
		var err error
		if b, err = s.AppendBinary(b[:0]); err != nil {
			return total, err
		}
		size = binary.AppendUvarint(size[:0], uint64(len(b)))
		if err := errors.Join(write(size), write(b)); err != nil {
			return total, dumpError("write", err)
		}
		n++
	}
	if err := errors.Join(write(binary.AppendUvarint([]byte{0}, n)), out.Flush()); err != nil {
		return total, dumpError("write", err)
	}
	return total, nil
}

func dumpError(op string, err error) error { return fmt.Errorf("tracker: memstore: %s: %w", op, err) }

// ReadMemStore makes a store of what [MemStore.WriteTo] wrote. Bytes that were
// changed, cut short or written by a later version are an [journey.ErrSnapshot] that
// says which customer of the dump it is about; then there is no store. Bytes
// after the dump are left in r, up to what a bufio.Reader takes ahead.
func ReadMemStore(r io.Reader, o MemOptions) (*MemStore, error) {
	in := bufio.NewReader(r)
	bad := func(format string, args ...any) error {
		return dumpError("read", fmt.Errorf("%w: %s", journey.ErrSnapshot, fmt.Sprintf(format, args...)))
	}
	cut := func(err error) error { // what is missing is a fault of the dump, the rest of the reader
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: it ends too early", journey.ErrSnapshot)
		}
		return err
	}
	head := make([]byte, len(dumpMagic)+1)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, dumpError("read", cut(err))
	}
	if string(head[:len(dumpMagic)]) != dumpMagic {
		return nil, bad("it does not begin with %q", dumpMagic)
	}
	if head[len(dumpMagic)] != dumpVersion {
		return nil, bad("version %d, this library reads %d", head[len(dumpMagic)], dumpVersion)
	}
	m := NewMemStore(o)
	var b []byte
	last := ""
	for n := uint64(0); ; n++ {
		at := func(err error) error { return dumpError(fmt.Sprintf("read: customer %d", n), err) }
		size, err := binary.ReadUvarint(in)
		switch {
		case err != nil:
			return nil, at(cut(err))
		case size > maxDumped:
			return nil, at(fmt.Errorf("%w: %d bytes, at most %d", journey.ErrSnapshot, size, maxDumped))
		case size == 0:
			count, err := binary.ReadUvarint(in)
			if err != nil {
				return nil, at(cut(err))
			}
			if count != n {
				return nil, bad("it has %d customers and says it has %d", n, count)
			}
			return m, nil
		}
		if b, err = readSome(in, b[:0], int(size)); err != nil {
			return nil, at(cut(err))
		}
		var s journey.Snapshot
		if err := s.UnmarshalBinary(b); err != nil {
			return nil, at(err)
		}
		if n > 0 && s.Customer <= last {
			return nil, at(fmt.Errorf("%w: %q does not sort after %q", journey.ErrSnapshot, s.Customer, last))
		}
		last = s.Customer
		if err := m.Put(context.Background(), Commit{Snapshot: s, Expected: NotStored}); err != nil {
			return nil, at(err)
		}
	}
}

// readSome reads n bytes without believing n before they are there.
func readSome(r io.Reader, b []byte, n int) ([]byte, error) {
	const step = 4096
	for n > 0 {
		k := min(n, step)
		b = append(b, make([]byte, k)...)
		if _, err := io.ReadFull(r, b[len(b)-k:]); err != nil {
			return b, err
		}
		n -= k
	}
	return b, nil
}
