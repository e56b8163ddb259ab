package kit

import (
	"bytes"
	"encoding/json"
)

// parser reads one JSON value that is in memory. Its methods stop at the first
// byte that is no JSON; broken then says so.
type parser struct {
	d      []byte
	i      int    // next byte
	broken string // what should have been at d[i]
}

func (p *parser) fail(want string) bool {
	if p.broken == "" {
		p.broken = want
	}
	return false
}

// space skips white space; it reports whether anything follows.
func (p *parser) space() bool {
	for p.i < len(p.d) {
		switch p.d[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
			continue
		}
		return true
	}
	return false
}

// expect skips white space and the byte c.
func (p *parser) expect(c byte, want string) bool {
	if p.space() && p.d[p.i] == c {
		p.i++
		return true
	}
	return p.fail(want)
}

// peek is the first byte of the next value, 0 at the end.
func (p *parser) peek() byte {
	if p.space() {
		return p.d[p.i]
	}
	return 0
}

// next skips white space and a comma, or the closing byte, which ends a list.
func (p *parser) next(closer byte, want string) (more, ok bool) {
	if p.space() {
		switch p.d[p.i] {
		case ',':
			p.i++
			return true, true
		case closer:
			p.i++
			return false, true
		}
	}
	return false, p.fail(want)
}

// empty reports and skips a closing byte directly after the opening one.
func (p *parser) empty(closer byte) bool {
	if p.space() && p.d[p.i] == closer {
		p.i++
		return true
	}
	return false
}

// key reads a member's key and the colon. The bytes are those of the input,
// unless there are escapes.
func (p *parser) key() ([]byte, bool) {
	if !p.space() || p.d[p.i] != '"' {
		return nil, p.fail("a key")
	}
	raw, escaped, ok := p.quoted()
	if !ok {
		return nil, false
	}
	if escaped {
		raw = []byte(unescape(raw))
	} else {
		raw = raw[1 : len(raw)-1]
	}
	return raw, p.expect(':', "':'")
}

// quoted reads the string at d[i], quotes included.
func (p *parser) quoted() (raw []byte, escaped, ok bool) {
	from := p.i
	d := p.d
	for i := p.i + 1; i < len(d); i++ {
		switch c := d[i]; {
		case c == '"':
			p.i = i + 1
			return d[from:p.i], escaped, true
		case c < ' ':
			p.i = i
			return nil, false, p.fail("no control byte in a string")
		case c == '\\':
			escaped = true
			n := escapeLen(d[i:])
			if n == 0 {
				p.i = i
				return nil, false, p.fail("an escape such as \\n or \\u0041")
			}
			i += n - 1
		}
	}
	p.i = len(d)
	return nil, false, p.fail("the end of a string")
}

// escapeLen is the length of the escape at the start of d, 0 if it is none.
func escapeLen(d []byte) int {
	if len(d) < 2 {
		return 0
	}
	switch d[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(d) < 6 {
			return 0
		}
		for _, c := range d[2:6] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}

// unescape reads a string literal with escapes, which is known to be one.
func unescape(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// word reads a number, true, false or null.
func (p *parser) word() (raw []byte, ok bool) {
	from := p.i
	for _, w := range words {
		if bytes.HasPrefix(p.d[p.i:], w) {
			p.i += len(w)
			return p.d[from:p.i], true
		}
	}
	if n := numberLen(p.d[p.i:]); n > 0 {
		p.i += n
		return p.d[from:p.i], true
	}
	return nil, p.fail("a value")
}

var words = [...][]byte{[]byte("null"), []byte("true"), []byte("false")}

// numberLen is the length of the JSON number at the start of d, 0 if none is.
func numberLen(d []byte) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(d) && d[i] >= '0' && d[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(d) && d[i] == '-' {
		i++
	}
	if i < len(d) && d[i] == '0' {
		i++
	} else if !digits() {
		return 0
	}
	if i < len(d) && d[i] == '.' {
		if i++; !digits() {
			return 0
		}
	}
	if i < len(d) && d[i]|0x20 == 'e' {
		i++
		if i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

// skip reads any value. Its depth is what the record was split with.
func (p *parser) skip() bool {
	switch p.peek() {
	case '"':
		_, _, ok := p.quoted()
		return ok
	case '{':
		p.i++
		if p.empty('}') {
			return true
		}
		for {
			if _, ok := p.key(); !ok || !p.skip() {
				return false
			}
			if more, ok := p.next('}', "',' or '}'"); !more {
				return ok
			}
		}
	case '[':
		p.i++
		if p.empty(']') {
			return true
		}
		for {
			if !p.skip() {
				return false
			}
			if more, ok := p.next(']', "',' or ']'"); !more {
				return ok
			}
		}
	case 0:
		return p.fail("a value")
	default:
		_, ok := p.word()
		return ok
	}
}

// end reports whether nothing but white space follows.
func (p *parser) end() bool {
	if !p.space() {
		return true
	}
	return p.fail("the end")
}
