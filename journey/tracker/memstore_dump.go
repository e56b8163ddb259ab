package tracker

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
)

// A dump is "LJM" 2, then frames: uvarint length, kind, body. First every
// customer, sorted, each followed by its history; then the messages not yet
// sent. At the end stand a length of zero, the number of frames as uvarint, and
// the CRC-32C of all before it, little endian: so bytes changed or missing
// anywhere are noticed.
const (
	dumpMagic   = "LJM"
	dumpVersion = 2
	maxDumped   = 1 << 21 // bytes of one frame; the largest valid one has less

	dumpState   = 's' // binary form of a State
	dumpEntry   = 'h' // JSON of an Occurrence in the history of that customer
	dumpNumber  = 'n' // uvarint: the last number of a message
	dumpMessage = 'm' // JSON of a Message
)

var _ io.WriterTo = (*MemStore)(nil)

// WriteTo writes every customer, sorted by id, with the history and the messages
// not yet sent, so that [ReadMemStore] can make the store again. Each customer is
// written as when its turn comes: stop writing to the store for a dump of one
// instant. Equal contents give equal bytes. It returns the number of bytes
// written.
func (m *MemStore) WriteTo(w io.Writer) (int64, error) {
	out := &dumpWriter{out: bufio.NewWriter(w)}
	out.write(append([]byte(dumpMagic), dumpVersion))
	for s := range m.States() {
		b, err := s.AppendBinary(nil)
		if err != nil {
			return out.n, err
		}
		out.frame(dumpState, b)
		history, err := m.History(context.Background(), s.Snapshot.Customer, time.Time{})
		if err != nil {
			return out.n, err
		}
		for _, o := range history {
			out.json(dumpEntry, o)
		}
	}
	if m.outbox != nil {
		m.extraMu.RLock()
		last := m.outbox.last
		m.extraMu.RUnlock()
		out.frame(dumpNumber, binary.AppendUvarint(nil, uint64(last)))
		messages, err := m.Unsent(context.Background(), 0, len(m.outbox.messages))
		if err != nil {
			return out.n, err
		}
		for _, msg := range messages {
			out.json(dumpMessage, msg)
		}
	}
	frames := out.frames
	out.write(binary.AppendUvarint([]byte{0}, frames))
	out.write(binary.LittleEndian.AppendUint32(nil, out.sum))
	if err := errors.Join(out.err, out.out.Flush()); err != nil {
		return out.n, dumpError("write", err)
	}
	return out.n, nil
}

type dumpWriter struct {
	out    *bufio.Writer
	n      int64
	sum    uint32
	frames uint64
	err    error
}

func (w *dumpWriter) write(b []byte) {
	if w.err != nil {
		return
	}
	w.sum = pack.Checksum(w.sum, b)
	k, err := w.out.Write(b)
	w.n += int64(k)
	w.err = err
}

func (w *dumpWriter) frame(kind byte, body []byte) {
	w.write(append(binary.AppendUvarint(nil, uint64(len(body)+1)), kind))
	w.write(body)
	w.frames++
}

func (w *dumpWriter) json(kind byte, v any) {
	b, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.frame(kind, b)
}

func dumpError(op string, err error) error { return fmt.Errorf("tracker: memstore: %s: %w", op, err) }

// ReadMemStore makes a store of what [MemStore.WriteTo] wrote. Bytes that were
// changed, cut short or written by another version are a journey.ErrSnapshot that
// says where; then there is no store. A dump with history or messages wants the
// options that keep them. Bytes after the dump are left in r, up to what a
// bufio.Reader takes ahead.
func ReadMemStore(r io.Reader, o MemOptions) (*MemStore, error) {
	in := &dumpReader{in: bufio.NewReader(r), m: NewMemStore(o)}
	if err := in.read(); err != nil {
		return nil, dumpError("read", err)
	}
	return in.m, nil
}

// dumpReader reads the bytes of a dump and sums them up.
type dumpReader struct {
	in  *bufio.Reader
	sum uint32
	m   *MemStore
	b   []byte

	customer string // the latest
	some     bool   // there is one
	closed   bool   // customers are over
}

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", journey.ErrSnapshot, fmt.Sprintf(format, args...))
}

// cut tells what is missing, which is a fault of the dump, from what the reader
// reports.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return bad("it ends too early")
	}
	return err
}

// ReadByte implements io.ByteReader.
func (r *dumpReader) ReadByte() (byte, error) {
	c, err := r.in.ReadByte()
	if err == nil {
		r.sum = pack.Checksum(r.sum, []byte{c})
	}
	return c, err
}

func (r *dumpReader) uvarint() (uint64, error) {
	v := uint64(0)
	for shift := 0; ; shift += 7 {
		c, err := r.ReadByte()
		switch {
		case err != nil:
			return 0, cut(err)
		case shift == 63 && c > 1:
			return 0, bad("a number of more than 64 bits")
		case c == 0 && shift > 0:
			return 0, bad("a number longer than needed")
		}
		v |= uint64(c&0x7F) << shift
		if c < 0x80 {
			return v, nil
		}
	}
}

// bytes reads n bytes without believing n before they are there.
func (r *dumpReader) bytes(n int) ([]byte, error) {
	const step = 4096
	b := r.b[:0]
	for n > 0 {
		k := min(n, step)
		b = append(b, make([]byte, k)...)
		if _, err := io.ReadFull(r.in, b[len(b)-k:]); err != nil {
			return nil, cut(err)
		}
		n -= k
	}
	r.b = b
	r.sum = pack.Checksum(r.sum, b)
	return b, nil
}

func (r *dumpReader) read() error {
	head, err := r.bytes(len(dumpMagic) + 1)
	switch {
	case err != nil:
		return err
	case string(head[:len(dumpMagic)]) != dumpMagic:
		return bad("it does not begin with %q", dumpMagic)
	case head[len(dumpMagic)] != dumpVersion:
		return bad("version %d, this library reads %d", head[len(dumpMagic)], dumpVersion)
	}
	for n := uint64(0); ; n++ {
		size, err := r.uvarint()
		switch {
		case err != nil:
			return fmt.Errorf("frame %d: %w", n, err)
		case size > maxDumped:
			return fmt.Errorf("frame %d: %w", n, bad("%d bytes, at most %d", size, maxDumped))
		case size == 0:
			return r.end(n)
		}
		b, err := r.bytes(int(size))
		if err == nil {
			err = r.frame(b[0], b[1:])
		}
		if err != nil {
			return fmt.Errorf("frame %d: %w", n, err)
		}
	}
}

// end checks the count of frames and the sum.
func (r *dumpReader) end(frames uint64) error {
	count, err := r.uvarint()
	if err != nil {
		return err
	}
	if count != frames {
		return bad("it has %d frames and says it has %d", frames, count)
	}
	want := r.sum
	b, err := r.bytes(4)
	if err != nil {
		return err
	}
	if got := binary.LittleEndian.Uint32(b); got != want {
		return bad("checksum %08x, the bytes give %08x", got, want)
	}
	return nil
}

func (r *dumpReader) frame(kind byte, body []byte) error {
	ctx := context.Background()
	switch kind {
	case dumpState:
		var s State
		if err := s.UnmarshalBinary(body); err != nil {
			return err
		}
		customer := s.Snapshot.Customer
		if r.some && customer <= r.customer || r.closed {
			return bad("customer %q does not sort after %q", customer, r.customer)
		}
		r.customer, r.some = customer, true
		return r.m.Put(ctx, Commit{State: s, Expected: NotStored})
	case dumpEntry:
		var o Occurrence
		if err := json.Unmarshal(body, &o); err != nil {
			return bad("%v", err)
		}
		switch {
		case !r.some || r.closed || o.Customer != r.customer:
			return bad("the history of customer %q after customer %q", o.Customer, r.customer)
		case r.m.history == nil:
			return bad("it has a history, and MemOptions.History is not set")
		}
		if err := r.m.putHistory(o.Customer, &Commit{Changes: []Occurrence{o}}); err != nil {
			return bad("%v", err)
		}
		return nil
	case dumpNumber:
		n, k := binary.Uvarint(body)
		switch {
		case k != len(body) || k <= 0 || n > 1<<62:
			return bad("no number of a message")
		case r.closed:
			return bad("two numbers of messages")
		case r.m.outbox == nil:
			return bad("it has messages, and MemOptions.Outbox is not set")
		}
		r.closed, r.m.outbox.last = true, int64(n)
		return nil
	case dumpMessage:
		var msg Message
		if err := json.Unmarshal(body, &msg); err != nil {
			return bad("%v", err)
		}
		if !r.closed {
			return bad("a message before their number")
		}
		list := r.m.outbox.messages
		if msg.N < 1 || msg.N > r.m.outbox.last || len(list) > 0 && msg.N <= list[len(list)-1].N {
			return bad("message %d out of order", msg.N)
		}
		r.m.outbox.messages = append(r.m.outbox.messages, msg)
		return nil
	}
	return bad("kind %q of a frame", kind)
}
