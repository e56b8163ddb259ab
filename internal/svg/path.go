package svg

import "math"

// Point is a place in a picture.
type Point struct{ X, Y float64 }

// Path is a line to draw, made of pieces. The zero Path is empty.
type Path struct{ ops []op }

type op struct {
	kind byte // M, L, C or Z
	to   [3]Point
}

// Move begins a new piece.
func (p *Path) Move(x, y float64) { p.ops = append(p.ops, op{'M', [3]Point{{x, y}}}) }

// To draws a straight line on.
func (p *Path) To(x, y float64) { p.ops = append(p.ops, op{'L', [3]Point{{x, y}}}) }

// Bend draws a cubic curve with two control points on to (x, y).
func (p *Path) Bend(a, b Point, x, y float64) {
	p.ops = append(p.ops, op{'C', [3]Point{a, b, {x, y}}})
}

// Close draws back to where the piece began.
func (p *Path) Close() { p.ops = append(p.ops, op{kind: 'Z'}) }

func (p Path) append(b []byte, on *Picture) []byte {
	for _, o := range p.ops {
		b = append(b, o.kind)
		n := 1
		switch o.kind {
		case 'C':
			n = 3
		case 'Z':
			n = 0
		}
		for i := range n {
			if i > 0 {
				b = append(b, ' ')
			}
			b = number(b, on.flip(o.to[i].X, 0))
			b = append(b, ' ')
			b = number(b, o.to[i].Y)
		}
	}
	return b
}

// Smooth draws a curve through points from left to right with horizontal
// tangents at each: between two points it never leaves their range, so that a
// scale is never overshot. A point that is not finite interrupts the line.
func Smooth(points []Point) Path {
	var p Path
	open := false
	for i, at := range points {
		switch {
		case !finite(at):
			open = false
		case !open:
			p.Move(at.X, at.Y)
			open = true
		default:
			from := points[i-1]
			half := (at.X - from.X) / 2
			p.Bend(Point{from.X + half, from.Y}, Point{at.X - half, at.Y}, at.X, at.Y)
		}
	}
	return p
}

// Straight joins points by straight lines; a point that is not finite
// interrupts them.
func Straight(points []Point) Path { return join(points, false) }

// Steps joins points by steps: a value holds until the next point, as that of
// a survival curve does.
func Steps(points []Point) Path { return join(points, true) }

func join(points []Point, steps bool) Path {
	var p Path
	open := false
	for i, at := range points {
		switch {
		case !finite(at):
			open = false
			continue
		case !open:
			p.Move(at.X, at.Y)
			open = true
			continue
		case steps:
			p.To(at.X, points[i-1].Y)
		}
		p.To(at.X, at.Y)
	}
	return p
}

// Band is the area between two lines over the same places, such as an interval
// around a curve. Both must be finite and of one length, or it is empty.
func Band(upper, lower []Point, steps bool) Path {
	if len(upper) != len(lower) || len(upper) == 0 {
		return Path{}
	}
	for i := range upper {
		if !finite(upper[i]) || !finite(lower[i]) {
			return Path{}
		}
	}
	p := join(upper, steps)
	back := join(lower, steps)
	for i := len(back.ops) - 1; i >= 0; i-- {
		at := back.ops[i].to[0]
		p.To(at.X, at.Y)
	}
	p.Close()
	return p
}

func finite(p Point) bool {
	return !math.IsNaN(p.X) && !math.IsInf(p.X, 0) && !math.IsNaN(p.Y) && !math.IsInf(p.Y, 0)
}

// Spark draws the course of values over a box, oldest at the start: the lowest
// at the bottom, the highest at the top, a constant in the middle. Values that
// are not finite interrupt it. Last is where the last finite value stands; ok
// is false when there is none.
func Spark(values []float64, box Box) (line Path, last Point, ok bool) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	points := make([]Point, len(values))
	for i, v := range values {
		x := box.X
		if len(values) > 1 {
			x += box.W * float64(i) / float64(len(values)-1)
		}
		points[i] = Point{x, sparkY(v, lo, hi, box)}
		if finite(points[i]) {
			last, ok = points[i], true
		}
	}
	return Straight(points), last, ok
}

func sparkY(v, lo, hi float64, box Box) float64 {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return math.NaN()
	case hi == lo:
		return box.Y + box.H/2
	}
	return box.Y + float64(box.H*((hi/2-v/2)/(hi/2-lo/2))) // halves: hi - lo may be beyond the largest float
}
