package kit

import (
	"bytes"
	"errors"
	"io"
)

// tape is a reader that keeps what was read from it since the record before, so
// that a record can be given as it was written, and refuses to go on where that
// is more than a record may have.
type tape struct {
	r     io.Reader
	limit int
	buf   []byte
	// buf[start:given] was handed on, buf[given:] is still to be.
	start, given int
	off, line    int64 // of buf[start] in the input
	err          error // of r, or errTooLong
	count        counter
}

var (
	errTooLong = errors.New("too long")
	newline    = []byte{'\n'}
	bom        = []byte("\xef\xbb\xbf")
)

const (
	firstRead = 4 << 10
	mostRead  = 64 << 10
)

// Read is for the decoder, which only asks for more within a value.
func (t *tape) Read(p []byte) (int, error) {
	if t.given-t.start > t.limit {
		t.err = errTooLong
		return 0, t.err
	}
	if t.given == len(t.buf) {
		t.more()
		if t.given == len(t.buf) {
			return 0, t.err
		}
	}
	n := copy(p, t.buf[t.given:])
	t.given += n
	return n, nil
}

// more reads on behind buf.
func (t *tape) more() {
	if t.err != nil {
		return
	}
	if t.start > 0 {
		t.buf = t.buf[:copy(t.buf, t.buf[t.start:])]
		t.given -= t.start
		t.start = 0
	}
	if 2*len(t.buf) >= cap(t.buf) || cap(t.buf) < mostRead && t.off > int64(cap(t.buf)) {
		t.buf = append(make([]byte, 0, max(firstRead, 2*cap(t.buf))), t.buf...)
	}
	n, err := read(t.r, t.buf[len(t.buf):cap(t.buf)])
	t.buf = t.buf[:len(t.buf)+n]
	t.err = err
}

// mark skips a byte order mark.
func (t *tape) mark() (skipped int64) {
	for len(t.buf) < len(bom) && t.err == nil {
		t.more()
	}
	if bytes.HasPrefix(t.buf, bom) {
		t.given = len(bom)
		t.drop(int64(len(bom)))
		return int64(len(bom))
	}
	return 0
}

// slice is what stood from one offset to another.
func (t *tape) slice(from, to int64) []byte {
	return t.buf[t.start+int(from-t.off) : t.start+int(to-t.off)]
}

// end is the offset behind what was handed on.
func (t *tape) end() int64 { return t.off + int64(t.given-t.start) }

// drop forgets what is before an offset.
func (t *tape) drop(to int64) {
	n := int(to - t.off)
	t.line += int64(bytes.Count(t.buf[t.start:t.start+n], newline))
	t.start += n
	t.off = to
	t.count.used(int64(n))
}
