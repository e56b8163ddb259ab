package source

import (
	"bufio"
	"errors"
	"io"
)

// values cuts a stream into JSON values: lines of values, values over several
// lines, one after another, or the items of one array. It looks at brackets and
// quotes only; whether a value is well formed is the decoder's to say.
type values struct {
	in    *bufio.Reader
	most  int
	line  int64 // of the byte that is read next
	start int64 // line at which the latest value began
	array bool  // inside the outermost array
	begun bool
	buf   []byte
}

func newValues(in io.Reader, most int) *values {
	return &values{in: bufio.NewReaderSize(in, 1<<16), most: most, line: 1}
}

var (
	errTooLong  = errors.New("a record is longer than Options.MaxRecord")
	errStray    = errors.New("want a JSON object")
	errUnclosed = errors.New("the input ends inside a record")
)

// next returns the bytes of the next object, valid until it is called again, and
// io.EOF after the last. After another error the stream has lost its place.
func (v *values) next() ([]byte, error) {
	if err := v.skip(); err != nil {
		return nil, err
	}
	v.start = v.line
	v.buf = v.buf[:0]
	depth, quoted, escaped := 0, false, false
	for {
		if _, err := v.in.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				err = errUnclosed
			}
			return nil, err
		}
		chunk, _ := v.in.Peek(v.in.Buffered())
		for i, c := range chunk {
			switch {
			case escaped:
				escaped = false
			case quoted:
				quoted, escaped = c != '"', c == '\\'
			case c == '"':
				quoted = true
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth--; depth == 0 {
					return v.take(chunk[:i+1])
				}
			}
			if c == '\n' {
				v.line++
			}
		}
		if _, err := v.take(chunk); err != nil {
			return nil, err
		}
	}
}

// take moves bytes that were looked at into the value.
func (v *values) take(chunk []byte) ([]byte, error) {
	if len(v.buf)+len(chunk) > v.most {
		return nil, errTooLong
	}
	v.buf = append(v.buf, chunk...)
	_, err := v.in.Discard(len(chunk))
	return v.buf, err
}

// skip goes to the beginning of the next object.
func (v *values) skip() error {
	for {
		c, err := v.in.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && v.array {
				return errUnclosed
			}
			return err
		}
		switch {
		case c == '\n':
			v.line++
		case c == ' ' || c == '\t' || c == '\r' || c == ',' && v.array:
		case c == '[' && !v.array && !v.begun:
			v.array = true
		case c == ']' && v.array:
			v.array = false
		case c == '{':
			v.begun = true
			return v.in.UnreadByte()
		case c == 0xEF && !v.begun && !v.array: // a byte order mark
			if rest, err := v.in.Peek(2); err == nil && rest[0] == 0xBB && rest[1] == 0xBF {
				_, _ = v.in.Discard(2)
				continue
			}
			return errStray
		default:
			return errStray
		}
	}
}
