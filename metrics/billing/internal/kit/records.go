package kit

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Record is one JSON value of an input: an object of its own, or an element of
// a list or an array.
type Record struct {
	// Data is the value as written. It is overwritten by the next record.
	Data []byte
	// N counts records from 1, Line lines from 1; Offset is where Data begins.
	N, Line, Offset int64
	// List is the key of the list that Data is an element of; "" outside pages.
	List string
	// Envelope says that Data is what stood around the elements of a list, such
	// as {"object":"list","has_more":true}; it comes after them.
	Envelope bool
}

// Records yields the values of the input one at a time: of JSON lines and of
// objects one after the other each object, of an array its elements, and of an
// object that is a page of a list the elements, then its envelope. A page is an
// object in which a key of lists has an array for its value and only keys of
// pages (object, url, has_more, meta and the like) come before it.
//
// Only brackets, strings and limits are looked at here; Session.Decode finds
// what else is malformed. The error, if any, is the last thing yielded. It can
// be ranged over once.
func (s *Session) Records(r io.Reader, lists ...string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		x := scanner{r: r, s: s, lim: s.opts.Limits, lists: lists, line: 1, yield: yield, count: counter{s: s, last: s.progress.Bytes}}
		if err := x.stream(); err != nil {
			if !errors.Is(err, errStop) {
				yield(nil, err)
			}
			return
		}
		x.count.end()
	}
}

// errStop says that the consumer has had enough.
var errStop = errors.New("stop")

// pageKeys may stand before the elements in a page of a list.
var pageKeys = [...]string{"object", "url", "has_more", "total_count", "count", "next", "next_offset", "next_page", "previous_page", "meta", "request_id"}

// scanner splits a stream of JSON into values.
type scanner struct {
	r     io.Reader
	s     *Session
	lim   importer.Limits
	lists []string
	yield func(*Record, error) bool
	count counter

	buf      []byte
	pos, end int // buf[pos:end] is not used yet
	err      error
	used     int64 // offset of buf[pos]
	line     int64 // of buf[pos]
	n        int64 // records so far
	rec      Record
	list     string // key of the list being read
	stack    []frame
}

type frame struct {
	closer byte
	items  int
}

// take uses up the next n bytes.
func (x *scanner) take(n int) {
	x.line += int64(bytes.Count(x.buf[x.pos:x.pos+n], newline))
	x.pos += n
	x.used += int64(n)
	x.count.used(int64(n))
}

var newline = []byte{'\n'}

// more reads on, keeping buf[pos:end]; false at the end of the input or when
// the read failed, which x.err tells apart.
func (x *scanner) more() bool {
	if x.err != nil {
		return false
	}
	switch {
	case x.pos > 0:
		copy(x.buf, x.buf[x.pos:x.end])
		x.end -= x.pos
		x.pos = 0
	case x.end == len(x.buf):
		grown := make([]byte, max(64<<10, 2*len(x.buf)))
		copy(grown, x.buf[:x.end])
		x.buf = grown
	}
	n, err := read(x.r, x.buf[x.end:])
	x.end += n
	if err != nil {
		x.err = err
	}
	return n > 0
}

// peek is the next byte that is not white space, which is used up; false at the
// end of the input.
func (x *scanner) peek() (byte, bool, error) {
	for {
		for i := x.pos; i < x.end; i++ {
			switch x.buf[i] {
			case ' ', '\t', '\r', '\n':
				continue
			}
			c := x.buf[i]
			x.take(i - x.pos)
			return c, true, nil
		}
		x.take(x.end - x.pos)
		if !x.more() {
			if errors.Is(x.err, io.EOF) {
				return 0, false, nil
			}
			return 0, false, x.fail(0, "read: "+x.err.Error(), x.err)
		}
	}
}

// need is peek where the input must not end.
func (x *scanner) need(what string) (byte, error) {
	c, ok, err := x.peek()
	if err == nil && !ok {
		err = x.fail(0, "the input ends where "+what+" should be", io.ErrUnexpectedEOF)
	}
	return c, err
}

var bom = []byte("\xef\xbb\xbf")

// stream reads the values of the top level.
func (x *scanner) stream() error {
	for x.end-x.pos < len(bom) && x.more() {
	}
	if bytes.HasPrefix(x.buf[x.pos:x.end], bom) {
		x.take(len(bom))
	}
	for {
		c, ok, err := x.peek()
		if err != nil || !ok {
			return err
		}
		if c == '[' {
			err = x.elements(true)
		} else {
			err = x.value(c, true)
		}
		if err != nil {
			return err
		}
	}
}

// elements yields those of the array that begins at buf[pos].
func (x *scanner) elements(pages bool) error {
	x.take(1)
	c, err := x.need("an element or ']'")
	if err != nil {
		return err
	}
	if c == ']' {
		x.take(1)
		return nil
	}
	for {
		if err := x.value(c, pages); err != nil {
			return err
		}
		switch c, err = x.need("',' or ']'"); {
		case err != nil:
			return err
		case c == ']':
			x.take(1)
			return nil
		case c != ',':
			return x.syntax(0, "',' or ']'")
		}
		x.take(1)
		if c, err = x.need("an element"); err != nil {
			return err
		}
	}
}

// value yields the value that begins with c at buf[pos]; a page of a list, if
// pages are expected here, by its elements.
func (x *scanner) value(c byte, pages bool) error {
	from := 0
	if c == '{' && pages && len(x.lists) > 0 {
		at, list, err := x.page()
		if err != nil {
			return err
		}
		if list != "" {
			return x.pageElements(list, at)
		}
		from = at
	}
	n, err := x.skip(from, from > 0)
	if err != nil {
		return err
	}
	return x.record(x.buf[x.pos:x.pos+n], n, false)
}

// record yields data and uses up n bytes.
func (x *scanner) record(data []byte, n int, envelope bool) error {
	x.n++
	if !envelope {
		x.s.progress.Records++
	}
	x.rec = Record{Data: data, N: x.n, Line: x.line, Offset: x.used, List: x.list, Envelope: envelope}
	ok := x.yield(&x.rec, nil)
	x.take(n)
	if !ok {
		return errStop
	}
	return nil
}
