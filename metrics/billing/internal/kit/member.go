package kit

import "strconv"

// Name is what a record is called in findings: its id, else "record 3".
func (r *Record) Name() string {
	if id := r.Text("id"); id != "" {
		return id
	}
	return "record " + strconv.FormatInt(r.N, 10)
}

// Text gives the value of a key of the record itself, not of what is inside it,
// where that is a string; else "". It is a quick look to tell records apart:
// whatever is malformed gives "".
func (r *Record) Text(key string) string {
	v := r.Member(key)
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	d := decoder{parser: parser{d: v}}
	s, ok := d.text('"')
	if !ok {
		return ""
	}
	return s
}

// Has reports whether the record itself has the key, with any value.
func (r *Record) Has(key string) bool { return r.Member(key) != nil }

// Member gives the value of a key of the record as written, nil where it has
// none. Keys written with escapes are not found.
func (r *Record) Member(key string) []byte {
	d := r.Data
	if len(d) == 0 || d[0] != '{' {
		return nil
	}
	i := 1
	for {
		i = past(d, i, ',')
		if i >= len(d) || d[i] != '"' {
			return nil
		}
		from := i + 1
		i = closing(d, i)
		if i > len(d) {
			return nil
		}
		name := d[from : i-1]
		i = past(d, i, ':')
		from = i
		i = extent(d, i)
		if i > len(d) || i == from {
			return nil
		}
		if string(name) == key {
			return d[from:i]
		}
	}
}

// past skips white space and the separator c.
func past(d []byte, i int, c byte) int {
	for ; i < len(d); i++ {
		switch d[i] {
		case ' ', '\t', '\r', '\n', c:
			continue
		}
		break
	}
	return i
}

// closing is where the string at i ends, beyond d if it does not.
func closing(d []byte, i int) int {
	for i++; i < len(d); i++ {
		switch d[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(d) + 1
}

// extent is where the value at i ends.
func extent(d []byte, i int) int {
	depth := 0
	for i < len(d) {
		switch class[d[i]] {
		case classQuote:
			if i = closing(d, i); depth == 0 {
				return i
			}
			continue
		case classOpen:
			depth++
		case classClose:
			if depth--; depth < 0 {
				return i
			}
			if depth == 0 {
				return i + 1
			}
		case classComma:
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}
