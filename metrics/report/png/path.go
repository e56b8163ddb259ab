package png

import (
	"fmt"
	"math"
	"strconv"
)

type point struct{ x, y float64 }

// line is a piece of a path as a polygon line.
type line struct {
	points []point
	closed bool
}

const (
	bends     = 12 // lines that stand for a curve
	maxPoints = 1 << 22
)

// pen reads path data into lines.
type pen struct {
	out   []line
	at    point
	count int
}

func (p *pen) move(to point) {
	p.out = append(p.out, line{points: []point{to}})
	p.at = to
}

func (p *pen) to(to point) {
	if len(p.out) == 0 || p.out[len(p.out)-1].closed {
		p.move(p.at)
	}
	l := &p.out[len(p.out)-1]
	l.points = append(l.points, to)
	p.at = to
	p.count++
}

func (p *pen) close() {
	if len(p.out) > 0 {
		l := &p.out[len(p.out)-1]
		l.closed = true
		p.at = l.points[0]
	}
}

func (p *pen) cubic(a, b, to point) {
	from := p.at
	for i := 1; i <= bends; i++ {
		t := float64(i) / bends
		u := 1 - t
		p.to(point{
			u*u*u*from.x + 3*u*u*t*a.x + 3*u*t*t*b.x + t*t*t*to.x,
			u*u*u*from.y + 3*u*u*t*a.y + 3*u*t*t*b.y + t*t*t*to.y,
		})
	}
}

func (p *pen) quad(a, to point) {
	from := p.at
	p.cubic(point{from.x + (a.x-from.x)*2/3, from.y + (a.y-from.y)*2/3}, point{to.x + (a.x-to.x)*2/3, to.y + (a.y-to.y)*2/3}, to)
}

// arc draws an elliptical arc, by the conversion of SVG 1.1, appendix F.6.
func (p *pen) arc(rx, ry, turn float64, large, sweep bool, to point) {
	from := p.at
	rx, ry = math.Abs(rx), math.Abs(ry)
	if rx == 0 || ry == 0 || from == to {
		p.to(to)
		return
	}
	sin, cos := math.Sincos(turn * math.Pi / 180)
	dx, dy := (from.x-to.x)/2, (from.y-to.y)/2
	x, y := cos*dx+sin*dy, cos*dy-sin*dx
	if l := x*x/(rx*rx) + y*y/(ry*ry); l > 1 {
		rx, ry = rx*math.Sqrt(l), ry*math.Sqrt(l)
	}
	k := (rx*rx*ry*ry - rx*rx*y*y - ry*ry*x*x) / (rx*rx*y*y + ry*ry*x*x)
	k = math.Sqrt(math.Max(0, k))
	if large == sweep {
		k = -k
	}
	cx, cy := k*rx*y/ry, -k*ry*x/rx
	mx, my := cos*cx-sin*cy+(from.x+to.x)/2, sin*cx+cos*cy+(from.y+to.y)/2
	start := math.Atan2((y-cy)/ry, (x-cx)/rx)
	span := math.Atan2((-y-cy)/ry, (-x-cx)/rx) - start
	switch {
	case sweep && span < 0:
		span += 2 * math.Pi
	case !sweep && span > 0:
		span -= 2 * math.Pi
	}
	n := 2 * bends
	for i := 1; i <= n; i++ {
		s, c := math.Sincos(start + span*float64(i)/float64(n))
		p.to(point{mx + cos*rx*c - sin*ry*s, my + sin*rx*c + cos*ry*s})
	}
}

// readPath reads path data as pictures and icons have it.
func readPath(d string) ([]line, error) {
	p := &pen{}
	r := scanner{s: d}
	cmd := byte(0)
	for {
		c, ok := r.command()
		if !ok {
			if r.done() {
				return p.out, nil
			}
			switch c = cmd; c { // repeated
			case 'M', 'm':
				c-- // further points are lines
			case 'Z', 'z':
				c = 0 // takes no numbers
			}
		}
		if c == 0 || p.count > maxPoints {
			return nil, fmt.Errorf("%w: path data %.20q", ErrPicture, d)
		}
		cmd = c
		if err := p.step(c, &r); err != nil {
			return nil, err
		}
	}
}

func (p *pen) step(c byte, r *scanner) error {
	rel := point{}
	if c >= 'a' {
		rel = p.at
	}
	pt := func() point {
		x := r.number()
		return point{rel.x + x, rel.y + r.number()}
	}
	switch c {
	case 'M', 'm':
		p.move(pt())
	case 'L', 'l':
		p.to(pt())
	case 'H', 'h':
		p.to(point{rel.x + r.number(), p.at.y})
	case 'V', 'v':
		p.to(point{p.at.x, rel.y + r.number()})
	case 'C', 'c':
		a, b := pt(), pt()
		p.cubic(a, b, pt())
	case 'A', 'a':
		rx, ry, turn := r.number(), r.number(), r.number()
		large, sweep := r.flag(), r.flag()
		p.arc(rx, ry, turn, large, sweep, pt())
	case 'Z', 'z':
		p.close()
	default:
		return fmt.Errorf("%w: path command %q", ErrPicture, c)
	}
	if r.bad {
		return fmt.Errorf("%w: path data at %.20q", ErrPicture, r.s[min(r.i, len(r.s)):])
	}
	return nil
}

type scanner struct {
	s   string
	i   int
	bad bool
}

func (r *scanner) skip() {
	for r.i < len(r.s) && (r.s[r.i] == ' ' || r.s[r.i] == ',' || r.s[r.i] == '\n') {
		r.i++
	}
}

func (r *scanner) done() bool {
	r.skip()
	return r.i == len(r.s)
}

// command reads a letter, if one is next.
func (r *scanner) command() (byte, bool) {
	r.skip()
	if r.i < len(r.s) && (r.s[r.i]|0x20 >= 'a' && r.s[r.i]|0x20 <= 'z') {
		r.i++
		return r.s[r.i-1], true
	}
	return 0, false
}

func (r *scanner) flag() bool {
	r.skip()
	if r.i < len(r.s) && (r.s[r.i] == '0' || r.s[r.i] == '1') {
		r.i++
		return r.s[r.i-1] == '1'
	}
	r.bad = true
	return false
}

func (r *scanner) number() float64 {
	r.skip()
	start, point := r.i, false
	if r.i < len(r.s) && (r.s[r.i] == '-' || r.s[r.i] == '+') {
		r.i++
	}
	for r.i < len(r.s) && (r.s[r.i] >= '0' && r.s[r.i] <= '9' || r.s[r.i] == '.' && !point) {
		point = point || r.s[r.i] == '.'
		r.i++
	}
	v, err := strconv.ParseFloat(r.s[start:r.i], 64)
	if err != nil || v > 1e9 || v < -1e9 {
		r.bad = true
		return 0
	}
	return v
}
