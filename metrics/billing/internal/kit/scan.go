package kit

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// The functions of this file find where values end. Positions are counted from
// buf[pos] and stay valid when the buffer moves.

// What a byte outside strings means for the extent of a value.
const (
	classPlain = iota
	classQuote
	classOpen
	classClose
	classComma
)

var class = func() (t [256]byte) {
	t['"'] = classQuote
	t['{'], t['['] = classOpen, classOpen
	t['}'], t[']'] = classClose, classClose
	t[','] = classComma
	return t
}()

// skip gives the end of the value at i or, with open, of the object that i is
// inside of.
func (x *scanner) skip(i int, open bool) (int, error) {
	x.stack = x.stack[:0]
	switch {
	case open:
		x.stack = append(x.stack, frame{closer: '}'})
	case x.buf[x.pos+i] == '"':
		return x.text(i)
	case class[x.buf[x.pos+i]] != classOpen:
		return x.scalar(i)
	}
	for {
		b := x.buf[x.pos:x.end]
		for i < len(b) {
			switch class[b[i]] {
			case classQuote:
				n, err := x.text(i)
				if err != nil {
					return 0, err
				}
				i, b = n, x.buf[x.pos:x.end]
				continue
			case classOpen:
				if len(x.stack) >= x.lim.Depth {
					return 0, x.fail(i, "nested more than "+strconv.Itoa(x.lim.Depth)+" deep", importer.ErrLimit)
				}
				x.stack = append(x.stack, frame{closer: b[i] + 2}) // '{'+2 is '}', '['+2 is ']'
			case classClose:
				top := x.stack[len(x.stack)-1]
				if top.closer != b[i] {
					return 0, x.fail(i, "found "+quoteByte(b[i])+" where "+quoteByte(top.closer)+" should close", importer.ErrSyntax)
				}
				x.stack = x.stack[:len(x.stack)-1]
				if len(x.stack) == 0 {
					return i + 1, x.size(i + 1)
				}
			case classComma:
				top := &x.stack[len(x.stack)-1]
				if top.items++; top.items >= x.lim.ListItems {
					return 0, x.fail(i, "an array or object of more than "+strconv.Itoa(x.lim.ListItems)+" elements", importer.ErrLimit)
				}
			}
			i++
		}
		if err := x.wait(i, "the end of a value"); err != nil {
			return 0, err
		}
	}
}

// text gives the end of the string at from.
func (x *scanner) text(from int) (int, error) {
	i := from + 1
	for {
		b := x.buf[x.pos:x.end]
		for i < len(b) {
			switch b[i] {
			case '\\':
				i += 2
				continue
			case '"':
				if i-from-1 > x.lim.StringBytes {
					return 0, x.tooLong(from)
				}
				return i + 1, nil
			}
			i++
		}
		if i-from-1 > x.lim.StringBytes {
			return 0, x.tooLong(from)
		}
		if err := x.wait(i, "the end of a string"); err != nil {
			return 0, err
		}
	}
}

func (x *scanner) tooLong(from int) error {
	return x.fail(from, "a string longer than "+strconv.Itoa(x.lim.StringBytes)+" bytes", importer.ErrLimit)
}

// scalar gives the end of the number or word at from. The input may end there.
func (x *scanner) scalar(from int) (int, error) {
	for i := from; ; {
		b := x.buf[x.pos:x.end]
		for ; i < len(b); i++ {
			switch b[i] {
			case ' ', '\t', '\r', '\n', ',', ':', '"', '{', '}', '[', ']':
				if i == from {
					return 0, x.syntax(from, "a value")
				}
				return i, x.size(i)
			}
		}
		if err := x.size(i); err != nil {
			return 0, err
		}
		if !x.more() {
			if errors.Is(x.err, io.EOF) {
				return i, nil
			}
			return 0, x.fail(i, "read: "+x.err.Error(), x.err)
		}
	}
}

// spaces gives the first byte from i on that is no white space.
func (x *scanner) spaces(i int, what string) (int, error) {
	for {
		for ; x.pos+i < x.end; i++ {
			switch x.buf[x.pos+i] {
			case ' ', '\t', '\r', '\n':
				continue
			}
			return i, nil
		}
		if err := x.wait(i, what); err != nil {
			return 0, err
		}
	}
}

// wait reads on within a record of which n bytes have been seen.
func (x *scanner) wait(n int, what string) error {
	if err := x.size(n); err != nil {
		return err
	}
	if x.more() {
		return nil
	}
	at := x.end - x.pos
	if errors.Is(x.err, io.EOF) {
		return x.fail(at, "the input ends where "+what+" should be", io.ErrUnexpectedEOF)
	}
	return x.fail(at, "read: "+x.err.Error(), x.err)
}

func (x *scanner) size(n int) error {
	if n > x.lim.RecordBytes {
		return x.fail(0, "a record longer than "+strconv.Itoa(x.lim.RecordBytes)+" bytes", importer.ErrLimit)
	}
	return nil
}

// member reads the key at i and finds its value. ok is false where the object
// ends, or where Decode will say what is wrong.
func (x *scanner) member(i int) (key string, value int, ok bool, err error) {
	if i, err = x.spaces(i, "a key"); err != nil || x.buf[x.pos+i] != '"' {
		return "", 0, false, err
	}
	from := i + 1
	if i, err = x.text(i); err != nil {
		return "", 0, false, err
	}
	key = string(x.buf[x.pos+from : x.pos+i-1])
	if i, err = x.spaces(i, "':'"); err != nil || x.buf[x.pos+i] != ':' {
		return "", 0, false, err
	}
	if i, err = x.spaces(i+1, "a value"); err != nil {
		return "", 0, false, err
	}
	return key, i, true, nil
}

// page looks at the first members of the object at buf[pos]. If it is a page of
// a list, at is where the array of that key begins. If not, at is inside the
// object, after whole members.
func (x *scanner) page() (at int, list string, err error) {
	known := 1
	for {
		key, i, ok, err := x.member(known)
		switch {
		case err != nil || !ok:
			return known, "", err
		case x.buf[x.pos+i] == '[' && slices.Contains(x.lists, key):
			return i, key, nil
		case !slices.Contains(pageKeys[:], key):
			return known, "", nil
		}
		if i, err = x.skip(i, false); err != nil {
			return 0, "", err
		}
		if i, err = x.spaces(i, "',' or '}'"); err != nil {
			return 0, "", err
		}
		if x.buf[x.pos+i] != ',' {
			return i, "", nil
		}
		known = i + 1
	}
}

// pageElements yields the elements of the page at buf[pos], whose array begins
// at, then its envelope: the page with that array empty.
func (x *scanner) pageElements(list string, at int) error {
	env := slices.Clone(x.buf[x.pos : x.pos+at])
	for {
		x.take(at)
		x.list = list
		err := x.elements(false)
		if x.list = ""; err != nil {
			return err
		}
		env = append(env, "[]"...)
		for {
			i, err := x.spaces(0, "',' or '}'")
			if err != nil {
				return err
			}
			if c := x.buf[x.pos+i]; c == '}' {
				env = append(env, '}')
				return x.record(env, i+1, true)
			} else if c != ',' {
				return x.syntax(i, "',' or '}'")
			}
			key, value, ok, err := x.member(i + 1)
			if err != nil {
				return err
			}
			if !ok {
				return x.fail(i, "found no member after ','", importer.ErrSyntax)
			}
			if x.buf[x.pos+value] == '[' && slices.Contains(x.lists, key) {
				env, at, list = append(env, x.buf[x.pos:x.pos+value]...), value, key
				break
			}
			n, err := x.skip(value, false)
			if err != nil {
				return err
			}
			if env = append(env, x.buf[x.pos:x.pos+n]...); len(env) > x.lim.RecordBytes {
				return x.size(len(env))
			}
			x.take(n)
		}
	}
}

// fail is an error at buf[pos+at].
func (x *scanner) fail(at int, reason string, cause error) error {
	stop := min(x.pos+at, x.end)
	line := x.line + int64(bytes.Count(x.buf[x.pos:stop], newline))
	if errors.Is(cause, io.ErrUnexpectedEOF) {
		cause = errors.Join(importer.ErrSyntax, cause)
	}
	return &importer.Error{Importer: x.s.name, Record: x.n + 1, Line: line, Offset: x.used + int64(at), Reason: reason, Err: cause}
}

func (x *scanner) syntax(at int, want string) error {
	return x.fail(at, "found "+quoteByte(x.buf[x.pos+at])+" where "+want+" should be", importer.ErrSyntax)
}

func quoteByte(c byte) string {
	const hex = "0123456789abcdef"
	if c > ' ' && c < 0x7f {
		return string([]byte{'\'', c, '\''})
	}
	return "byte 0x" + string([]byte{hex[c>>4], hex[c&15]})
}
