package kit

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Records yields the values of the input one at a time: of JSON lines and of
// objects one after the other each object, of an array its elements, and of an
// object that is a page of a list the elements, then its envelope. A page is an
// object in which a key of lists has an array for its value and only keys of
// pages (object, url, has_more, meta and the like) come before it.
//
// What is yielded is JSON within the limits; whether it is what it should be is
// for Session.Decode. The error, if any, is the last thing yielded. It can be
// ranged over once.
func (s *Session) Records(r io.Reader, lists ...string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		x := scanner{s: s, lim: s.opts.Limits, lists: lists, yield: yield}
		x.tape = tape{r: r, limit: x.lim.RecordBytes, line: 1, count: counter{s: s, last: s.progress.Bytes}}
		if err := x.stream(); err != nil {
			if !errors.Is(err, errStop) {
				yield(nil, err)
			}
			return
		}
		x.tape.count.end()
	}
}

// errStop says that the consumer has had enough.
var errStop = errors.New("stop")

// pageKeys may stand before the elements in a page of a list.
var pageKeys = [...]string{"object", "url", "has_more", "total_count", "count", "next", "next_offset", "next_page", "previous_page", "meta", "request_id"}

// scanner splits a stream of JSON into records.
type scanner struct {
	s     *Session
	lim   importer.Limits
	lists []string
	yield func(*Record, error) bool

	tape tape
	dec  *jsonin.Decoder
	base int64 // offset of where dec began
	n    int64 // records so far
	rec  Record
	list string // key of the list being read
	// spans are where the members of an object stand that was read one by one.
	spans []span
	// depth is in how many arrays and objects of the input the record stands.
	depth int
}

type span struct{ name, value [2]int64 }

// at is the offset behind what was decoded.
func (x *scanner) at() int64 { return x.base + x.dec.InputOffset() }

// next is the first byte of the next token; 0 where there is none, which the next
// read explains.
func (x *scanner) next() byte { return byte(x.dec.PeekKind()) }

// stream reads the values of the top level.
func (x *scanner) stream() error {
	x.base = x.tape.mark()
	x.dec = jsonin.NewDecoder(&x.tape)
	for {
		var err error
		switch x.next() {
		case 0:
			if _, err = x.dec.ReadToken(); errors.Is(err, io.EOF) {
				x.tape.drop(x.tape.end())
				return nil
			}
			return x.broken(err)
		case '[':
			err = x.elements(true)
		default:
			err = x.value(true)
		}
		if err != nil {
			return err
		}
	}
}

// elements yields those of the array that comes next.
func (x *scanner) elements(pages bool) error {
	if _, err := x.dec.ReadToken(); err != nil {
		return x.broken(err)
	}
	x.tape.drop(x.at())
	return x.rest(pages)
}

// rest yields the elements up to the end of their array.
func (x *scanner) rest(pages bool) error {
	for x.next() != ']' {
		if err := x.value(pages); err != nil {
			return err
		}
	}
	if _, err := x.dec.ReadToken(); err != nil {
		return x.broken(err)
	}
	x.tape.drop(x.at())
	return nil
}

// value yields the value that comes next; a page of a list, if pages are expected
// here, by its elements.
func (x *scanner) value(pages bool) error {
	x.depth, x.spans = x.dec.StackDepth(), x.spans[:0]
	if pages && len(x.lists) > 0 && x.next() == '{' {
		return x.object()
	}
	v, err := x.dec.ReadValue()
	if err != nil {
		return x.broken(err)
	}
	return x.whole(x.at()-int64(len(v)), x.at())
}

// object yields an object, or the elements of a page.
func (x *scanner) object() error {
	if _, err := x.dec.ReadToken(); err != nil {
		return x.broken(err)
	}
	from := x.at() - 1
	for mayBePage := true; x.next() != '}'; {
		name, err := x.dec.ReadValue()
		if err != nil {
			return x.broken(err)
		}
		m := span{name: [2]int64{x.at() - int64(len(name)) + 1, x.at() - 1}}
		if mayBePage {
			key := inside(name)
			if x.next() == '[' && slices.Contains(x.lists, key) {
				return x.page(from, key)
			}
			mayBePage = slices.Contains(pageKeys[:], key)
		}
		value, err := x.dec.ReadValue()
		if err != nil {
			return x.broken(err)
		}
		m.value = [2]int64{x.at() - int64(len(value)), x.at()}
		x.spans = append(x.spans, m)
	}
	if _, err := x.dec.ReadToken(); err != nil {
		return x.broken(err)
	}
	return x.whole(from, x.at())
}

// inside is what is between quotes.
func inside(name []byte) string { return string(name[1 : len(name)-1]) }

// page yields the elements of the array that comes next, of an object that began
// at from, then the envelope: the page with that array empty.
func (x *scanner) page(from int64, list string) error {
	x.tape.drop(from)
	var env []byte
	for {
		if _, err := x.dec.ReadToken(); err != nil {
			return x.broken(err)
		}
		env = append(append(env, x.tape.slice(x.tape.off, x.at()-1)...), "[]"...)
		x.tape.drop(x.at())
		x.list = list
		err := x.rest(false)
		if x.list = ""; err != nil {
			return err
		}
		x.depth = x.dec.StackDepth() - 1
		if list, err = x.members(&env); err != nil {
			return err
		}
		if list == "" {
			return x.record(env, x.at(), true)
		}
	}
}

// members reads those behind the elements of a page into its envelope, up to the
// end of the page or another list.
func (x *scanner) members(env *[]byte) (list string, err error) {
	for x.next() != '}' {
		name, err := x.dec.ReadValue()
		if err != nil {
			return "", x.broken(err)
		}
		if key := inside(name); x.next() == '[' && slices.Contains(x.lists, key) {
			return key, nil
		}
		if _, err = x.dec.ReadValue(); err != nil {
			return "", x.broken(err)
		}
		if *env = append(*env, x.tape.slice(x.tape.off, x.at())...); len(*env) > x.lim.RecordBytes {
			return "", x.tooLong(x.tape.off)
		}
		x.tape.drop(x.at())
	}
	if _, err := x.dec.ReadToken(); err != nil {
		return "", x.broken(err)
	}
	*env = append(*env, x.tape.slice(x.tape.off, x.at())...)
	return "", nil
}

// whole yields what stands from one offset to another.
func (x *scanner) whole(from, to int64) error {
	x.tape.drop(from)
	return x.record(x.tape.slice(from, to), to, false)
}

// record yields data and goes on at an offset.
func (x *scanner) record(data []byte, to int64, envelope bool) error {
	if at, reason := excess(&x.lim, data); reason != "" {
		return x.fail(x.tape.off+int64(at), reason, importer.ErrLimit)
	}
	if len(data) > x.lim.RecordBytes {
		return x.tooLong(x.tape.off)
	}
	x.n++
	if !envelope {
		x.s.progress.Records++
	}
	x.rec.reset(data)
	if len(x.spans) > 0 && !envelope {
		for _, m := range x.spans {
			x.rec.seen = append(x.rec.seen, member{x.tape.slice(m.name[0], m.name[1]), x.tape.slice(m.value[0], m.value[1])})
		}
		x.rec.done, x.rec.all = true, true
	}
	x.rec.N, x.rec.Line, x.rec.Offset, x.rec.List, x.rec.Envelope = x.n, x.tape.line, x.tape.off, x.list, envelope
	ok := x.yield(&x.rec, nil)
	x.tape.drop(to)
	if !ok {
		return errStop
	}
	return nil
}

// broken is the error of what could not be read, with the place.
func (x *scanner) broken(err error) error {
	seen := x.tape.slice(x.tape.off, x.tape.end())
	part := bytes.TrimLeft(seen, " \t\r\n,")
	from := x.tape.off + int64(len(seen)-len(part))
	if at, reason := excess(&x.lim, part); reason != "" {
		return x.fail(from+int64(at), reason, importer.ErrLimit)
	}
	p := jsonin.Explain(err, nil)
	switch {
	case p.Cause == jsonin.Unread && errors.Is(x.tape.err, errTooLong):
		return x.tooLong(from)
	case p.Cause == jsonin.Unread:
		return x.fail(x.tape.end(), "read: "+x.tape.err.Error(), x.tape.err)
	}
	e := x.fail(x.base+p.Offset, p.Reason, syntax(p))
	e.Field = text.Clip(jsonin.Path(p.Pointer, x.depth))
	e.ID = text.Clip((&Record{Data: part}).Text("id"))
	return e
}

// syntax is the cause of an error for what is no JSON.
func syntax(p jsonin.Problem) error {
	if p.Cause == jsonin.CutOff {
		return errors.Join(importer.ErrSyntax, io.ErrUnexpectedEOF)
	}
	return importer.ErrSyntax
}

func (x *scanner) tooLong(at int64) error {
	return x.fail(at, "a record longer than "+strconv.Itoa(x.lim.RecordBytes)+" bytes", importer.ErrLimit)
}

// fail is an error at an offset.
func (x *scanner) fail(at int64, reason string, cause error) *importer.Error {
	at = max(x.tape.off, min(at, x.tape.end()))
	line := x.tape.line + int64(bytes.Count(x.tape.slice(x.tape.off, at), newline))
	return &importer.Error{Importer: x.s.name, Record: x.n + 1, Line: line, Offset: at, Reason: reason, Err: cause}
}
