package png

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/vector"
)

// canvas is an image being drawn.
type canvas struct {
	img           *image.RGBA
	scale         float64
	width, height float64
	styles        styles
	fonts         *fonts
}

// state is what an element has from those around it.
type state struct {
	class, anchor string
	size          float64
	rtl           bool
}

func (c *canvas) clear(ground color.RGBA) {
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
}

func (c *canvas) element(n *node, s state) error {
	if class := n.attrs["class"]; class != "" && class != "lc" {
		s.class = class
	}
	if n.attrs["text-anchor"] != "" {
		s.anchor = n.attrs["text-anchor"]
	}
	if size := n.number("font-size"); size > 0 {
		s.size = size
	}
	switch n.name {
	case "svg", "g":
		for _, k := range n.kids {
			if err := c.element(k, s); err != nil {
				return err
			}
		}
		return nil
	case "text":
		return c.text(n, s)
	case "title", "desc", "style":
		return nil
	}
	lines, err := c.shape(n)
	if err != nil {
		return err
	}
	p := c.styles[s.class]
	if p.fill != "" {
		if err := c.fill(lines, p.fill); err != nil {
			return err
		}
	}
	if p.stroke != "" {
		w := 1.0
		if _, ok := n.attrs["stroke-width"]; ok {
			w = n.number("stroke-width")
		}
		dash, err := dashes(n.attrs["stroke-dasharray"])
		if err != nil {
			return err
		}
		return c.stroke(lines, p.stroke, w, dash)
	}
	return nil
}

// shape is the outline of an element.
func (c *canvas) shape(n *node) ([]line, error) {
	switch n.name {
	case "rect":
		x, y, w, h := n.number("x"), n.number("y"), n.number("width"), n.number("height")
		if n.attrs["width"] == "100%" {
			w, h = c.width, c.height
		}
		return rounded(x, y, w, h, n.number("rx")), nil
	case "line":
		return []line{{points: []point{{n.number("x1"), n.number("y1")}, {n.number("x2"), n.number("y2")}}}}, nil
	case "circle":
		return []line{disc(point{n.number("cx"), n.number("cy")}, n.number("r"), 32)}, nil
	}
	lines, err := readPath(n.attrs["d"])
	if err != nil {
		return nil, err
	}
	if t := n.attrs["transform"]; t != "" {
		var dx, dy float64
		if _, err := fmt.Sscanf(t, "translate(%g %g)", &dx, &dy); err != nil {
			return nil, fmt.Errorf("%w: transform %q", ErrPicture, t)
		}
		for _, l := range lines {
			for i := range l.points {
				l.points[i].x += dx
				l.points[i].y += dy
			}
		}
	}
	return lines, nil
}

func rounded(x, y, w, h, r float64) []line {
	r = math.Min(r, math.Min(w, h)/2)
	if r <= 0 {
		return []line{{points: []point{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, closed: true}}
	}
	p := &pen{}
	p.move(point{x + r, y})
	p.to(point{x + w - r, y})
	p.arc(r, r, 0, false, true, point{x + w, y + r})
	p.to(point{x + w, y + h - r})
	p.arc(r, r, 0, false, true, point{x + w - r, y + h})
	p.to(point{x + r, y + h})
	p.arc(r, r, 0, false, true, point{x, y + h - r})
	p.to(point{x, y + r})
	p.arc(r, r, 0, false, true, point{x + r, y})
	p.close()
	return p.out
}

func disc(at point, r float64, n int) line {
	l := line{closed: true}
	for i := range n {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		l.points = append(l.points, point{at.x + float64(r*c), at.y + float64(r*s)})
	}
	return l
}

// dashes are the lengths of a pattern, an even number of them.
func dashes(s string) ([]float64, error) {
	var out []float64
	total := 0.0
	for part := range strings.FieldsSeq(s) {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0 && v < 1e6) {
			return nil, fmt.Errorf("%w: dashes %q", ErrPicture, s)
		}
		out = append(out, v)
		total += v
	}
	if len(out)%2 == 1 {
		out = append(out, out...)
	}
	if total < 0.1 {
		return nil, nil
	}
	return out, nil
}

func parseColour(s string) (color.RGBA, error) {
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return color.RGBA{}, fmt.Errorf("%w: colour %q", ErrPicture, s)
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}, nil
}

// mask gathers polygons; those of one direction are united.
type mask struct {
	r    *vector.Rasterizer
	x, y float64 // of its corner, in pixels
}

// maskOf is a mask around lines, false where none of it can be seen.
func (c *canvas) maskOf(lines []line, more float64) (mask, bool) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, l := range lines {
		for _, p := range l.points {
			x0, y0, x1, y1 = math.Min(x0, p.x), math.Min(y0, p.y), math.Max(x1, p.x), math.Max(y1, p.y)
		}
	}
	b := c.img.Bounds()
	x0, y0 = math.Max(0, math.Floor((x0-more)*c.scale)), math.Max(0, math.Floor((y0-more)*c.scale))
	x1, y1 = math.Min(float64(b.Dx()), math.Ceil((x1+more)*c.scale)), math.Min(float64(b.Dy()), math.Ceil((y1+more)*c.scale))
	if !(x1 > x0 && y1 > y0) {
		return mask{}, false
	}
	return mask{r: vector.NewRasterizer(int(x1-x0), int(y1-y0)), x: x0, y: y0}, true
}

func (m mask) add(points []point, scale float64) {
	for i, p := range points {
		x, y := float32(p.x*scale-m.x), float32(p.y*scale-m.y)
		if i == 0 {
			m.r.MoveTo(x, y)
		} else {
			m.r.LineTo(x, y)
		}
	}
	m.r.ClosePath()
}

func (m mask) paint(img *image.RGBA, colour color.RGBA) {
	size := m.r.Size()
	at := image.Pt(int(m.x), int(m.y))
	m.r.Draw(img, image.Rectangle{at, at.Add(size)}, image.NewUniform(colour), image.Point{})
}

func (c *canvas) fill(lines []line, colour string) error {
	ink, err := parseColour(colour)
	if err != nil {
		return err
	}
	if m, ok := c.maskOf(lines, 0); ok {
		for _, l := range lines {
			if len(l.points) > 2 {
				m.add(l.points, c.scale)
			}
		}
		m.paint(c.img, ink)
	}
	return nil
}

// stroke draws lines of a width: a rectangle for each stretch and a disc at
// each bend, all turning one way, so that what overlaps is one area.
func (c *canvas) stroke(lines []line, colour string, width float64, dash []float64) error {
	ink, err := parseColour(colour)
	if err != nil || width <= 0 {
		return err
	}
	m, ok := c.maskOf(lines, width)
	if !ok {
		return nil
	}
	for _, l := range lines {
		points := l.points
		if l.closed {
			points = append(append([]point{}, points...), points[0])
		}
		if dash == nil {
			m.stretch(points, width, c.scale, l.closed)
			continue
		}
		for _, piece := range cut(points, dash) {
			m.stretch(piece, width, c.scale, false)
		}
	}
	m.paint(c.img, ink)
	return nil
}

func (m mask) stretch(points []point, width, scale float64, closed bool) {
	half := width / 2
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		d := math.Hypot(b.x-a.x, b.y-a.y)
		if d == 0 {
			continue
		}
		nx, ny := (b.y-a.y)/d*half, -(b.x-a.x)/d*half
		m.add([]point{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}}, scale)
		if i+1 < len(points) || closed {
			m.add(disc(b, half, 12).points, scale)
		}
	}
}

// cut cuts a line into its dashes.
func cut(points []point, dash []float64) [][]point {
	var out [][]point
	k, left, on := 0, dash[0], true
	piece := []point{points[0]}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		d := math.Hypot(b.x-a.x, b.y-a.y)
		for d > left && len(out) < maxPoints {
			t := left / d
			a = point{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t}
			d -= left
			if on {
				out = append(out, append(piece, a))
			}
			k = (k + 1) % len(dash)
			left, on, piece = dash[k], !on, []point{a}
		}
		left -= d
		piece = append(piece, b)
	}
	if on && len(piece) > 1 {
		out = append(out, piece)
	}
	return out
}
