package pack

import (
	"encoding/binary"
	"iter"
	"sort"
	"strings"
	"sync"
)

// Crowd is many names in ascending order, kept to ask whether a name stands in
// two of them: of each is written how many bytes it begins with as the one
// before does, how many follow, and those. The names of numbered customers take
// some four bytes each, random ones somewhat less than their length. Nobody
// writes to a Crowd once it is joined or written. The zero Crowd is empty, and so
// is nil.
type Crowd struct {
	n    int
	b    []byte
	last []byte

	found sync.Once
	index []milestone
}

// milestone is where every stride-th name stands.
type milestone struct {
	name string
	at   int // of what follows it
}

const (
	stride = 64
	// MaxName bounds the names that are read: longer than any that a log takes.
	MaxName = 1 << 14
)

// Add puts a name behind the others; it must be above them.
func (c *Crowd) Add(name string) {
	shared := 0
	for shared < len(name) && shared < len(c.last) && name[shared] == c.last[shared] {
		shared++
	}
	c.b = Text(Count(c.b, int64(shared)), name[shared:])
	c.last = append(c.last[:shared], name[shared:]...)
	c.n++
}

// Len is how many names there are.
func (c *Crowd) Len() int {
	if c == nil {
		return 0
	}
	return c.n
}

// Names yields the names, ascending.
func (c *Crowd) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := c.first(); at.left > 0; at.next() {
			if !yield(string(at.name)) {
				return
			}
		}
	}
}

// Find is the place of a name, counted from 0. The first call passes over all
// names, further ones over some.
func (c *Crowd) Find(name string) (place int, ok bool) {
	if c.Len() == 0 {
		return 0, false
	}
	c.found.Do(func() {
		for at := c.first(); at.left > 0; at.next() {
			if (c.n-at.left)%stride == 0 {
				c.index = append(c.index, milestone{string(at.name), len(c.b) - len(at.rest)})
			}
		}
	})
	k := sort.Search(len(c.index), func(k int) bool { return c.index[k].name > name }) - 1
	if k < 0 {
		return 0, false
	}
	from := c.index[k]
	at := &cursor{left: min(stride, c.n-k*stride), rest: c.b[from.at:], name: []byte(from.name)}
	for place = k * stride; at.left > 0; place++ {
		if order := strings.Compare(string(at.name), name); order >= 0 {
			return place, order == 0
		}
		at.next()
	}
	return place, false
}

// Append appends the binary form.
func (c *Crowd) Append(b []byte) []byte {
	if c.Len() == 0 {
		return Count(b, 0)
	}
	return append(Count(b, int64(c.n)), c.b...)
}

// Crowd reads what Append wrote, and nothing else: names that do not ascend,
// beginnings that are not as long as they can be, numbers that are not as short and
// names longer than MaxName are refused.
func (r *Reader) Crowd() *Crowd {
	n := r.shortest(len(r.Left) / 2)
	c := &Crowd{n: n}
	all := r.Left
	for i := range n {
		shared, size := r.shortest(len(c.last)), r.shortest(len(r.Left))
		if r.Bad || size > len(r.Left) || size == 0 && i > 0 || shared+size > MaxName || shared < len(c.last) && (size == 0 || r.Left[0] <= c.last[shared]) {
			r.Bad = true
			return &Crowd{}
		}
		c.last = append(c.last[:shared], r.Left[:size]...)
		r.Left = r.Left[size:]
	}
	c.b = append([]byte(nil), all[:len(all)-len(r.Left)]...)
	return c
}

// Crowd reads what Crowd.Append wrote, as Reader.Crowd does.
func (r *Framed) Crowd() *Crowd {
	if r.why != "" {
		return &Crowd{}
	}
	d := Reader{Left: r.data[r.at:]}
	c := d.Crowd()
	r.at = len(r.data) - len(d.Left)
	if d.Bad {
		r.Fail("customers cut short, not ascending, or not in their shortest form")
	}
	return c
}

// shortest reads a number of at most so much, in its shortest form.
func (r *Reader) shortest(most int) int {
	v, n := binary.Uvarint(r.Left)
	if n <= 0 || r.Bad || v > uint64(most) || n > 1 && r.Left[n-1] == 0 {
		r.Bad = true
		return 0
	}
	r.Left = r.Left[n:]
	return int(v)
}

// cursor stands at a name of a Crowd.
type cursor struct {
	left   int // names, with this one
	rest   []byte
	name   []byte
	shared int // with the name before
}

func (c *Crowd) first() *cursor {
	if c == nil {
		return &cursor{}
	}
	at := &cursor{left: c.n + 1, rest: c.b}
	at.next()
	return at
}

func (c *cursor) next() {
	if c.left--; c.left == 0 {
		return
	}
	shared, n := binary.Uvarint(c.rest)
	size, m := binary.Uvarint(c.rest[n:])
	rest := c.rest[n+m:]
	c.shared, c.name, c.rest = int(shared), append(c.name[:shared], rest[:size]...), rest[size:]
}

// Join is both crowds as one; where a name stands in both, it is that name and
// false.
func (c *Crowd) Join(o *Crowd) (joined *Crowd, both string, ok bool) {
	switch {
	case c.Len() == 0 && o == nil:
		return &Crowd{}, "", true
	case c.Len() == 0:
		return o, "", true
	case o.Len() == 0:
		return c, "", true
	}
	// A name shares no less with the one before it than it did, so that both
	// together are as long at most.
	joined = &Crowd{n: c.n + o.n, b: make([]byte, 0, len(c.b)+len(o.b))}
	if both, ok = c.with(o, joined.take); !ok {
		return nil, both, false
	}
	return joined, "", true
}

// Order yields for each name of the crowd that c and o join to whether it is one
// of c; it ends at a name that is in both.
func (c *Crowd) Order(o *Crowd) iter.Seq[bool] {
	return func(yield func(bool) bool) {
		more := true
		c.with(o, func(_ *cursor, mine bool) {
			more = more && yield(mine)
		})
	}
}

// with calls take at every name of both, ascending, with what it shares with the
// one before. Names are compared from where they begin to differ from that, so that
// it takes time by what is written and not by how long names are.
//
// Source: the merge of sorted strings with their longest common prefixes, as in
// W. Ng and K. Kakehi, Merging string sequences by longest common prefixes, IPSJ
// Digital Courier 4, 2008.
func (c *Crowd) with(o *Crowd, take func(at *cursor, mine bool)) (both string, ok bool) {
	mine := c.first()
	x, y := mine, o.first()
	for x.left > 0 && y.left > 0 {
		if x.shared < y.shared {
			x, y = y, x // what shares more comes first
		}
		shared := y.shared
		if x.shared == y.shared {
			for shared < len(x.name) && shared < len(y.name) && x.name[shared] == y.name[shared] {
				shared++
			}
			switch {
			case shared == len(x.name) && shared == len(y.name):
				return string(x.name), false
			case shared == len(y.name) || shared < len(x.name) && y.name[shared] < x.name[shared]:
				x, y = y, x
			}
		}
		take(x, x == mine)
		x.next()
		y.shared = shared
	}
	for _, at := range []*cursor{x, y} {
		for ; at.left > 0; at.next() {
			take(at, at == mine)
		}
	}
	return "", true
}

// take writes the name at a cursor.
func (c *Crowd) take(at *cursor, _ bool) {
	c.b = Count(Count(c.b, int64(at.shared)), int64(len(at.name)-at.shared))
	c.b = append(c.b, at.name[at.shared:]...)
	if at.left == 1 {
		c.last = append(c.last[:0], at.name...)
	}
}
