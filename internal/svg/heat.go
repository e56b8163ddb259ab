package svg

import "math"

// HeatCell is one cell of a heat map: a share from 0 to 1 and what stands in
// it. A cell whose share is no number is not drawn.
type HeatCell struct {
	Box   Box
	Share float64
	Text  string
}

// Heat draws the cells of a heat map: those of one shade as one path, and their
// texts in two groups, so that thousands of cells stay small. Texts stand in
// the middle and are told their length where they might not fit.
func (p *Picture) Heat(cells []HeatCell, size float64) {
	var shades [9][]HeatCell
	for _, c := range cells {
		if !math.IsNaN(c.Share) {
			fill, _ := HeatClass(c.Share)
			shades[fill-Heat0] = append(shades[fill-Heat0], c)
		}
	}
	for k, list := range shades {
		if len(list) > 0 {
			p.shade(Heat0+Class(k), list)
		}
	}
	p.heatTexts(HeatLight, shades[:4], size)
	p.heatTexts(HeatDark, shades[4:], size)
}

func (p *Picture) shade(c Class, cells []HeatCell) {
	p.open("path", c)
	p.body = append(p.body, ` d="`...)
	for _, cell := range cells {
		b := cell.Box
		p.body = append(p.body, 'M')
		p.body = number(p.body, p.flip(b.X, b.W))
		p.body = append(p.body, ' ')
		p.body = number(p.body, b.Y)
		p.body = append(p.body, 'h')
		p.body = number(p.body, b.W)
		p.body = append(p.body, 'v')
		p.body = number(p.body, b.H)
		p.body = append(p.body, 'h')
		p.body = number(p.body, -b.W)
		p.body = append(p.body, 'z')
	}
	p.body = append(p.body, '"')
	p.shut()
}

func (p *Picture) heatTexts(c Class, shades [][]HeatCell, size float64) {
	open := false
	for _, cells := range shades {
		for _, cell := range cells {
			if cell.Text == "" {
				continue
			}
			if !open {
				open = true
				p.body = append(p.body, `<g class="`+p.class(c)+`" text-anchor="middle"`...)
				p.attr("font-size", size)
				p.body = append(p.body, '>')
			}
			p.heatText(cell, size)
		}
	}
	if open {
		p.body = append(p.body, "</g>"...)
	}
}

func (p *Picture) heatText(cell HeatCell, size float64) {
	t := TextStyle{Size: size, Anchor: Middle, Max: cell.Box.W}
	width := t.Width(cell.Text)
	length := t.length(cell.Text, width)
	x, y := cell.Box.X+cell.Box.W/2, math.Round(cell.Box.Y+cell.Box.H/2+float64(0.36*size))
	p.place(x, y, cell.Text, width, length, t)
	p.body = append(p.body, "<text"...)
	p.attr("x", p.flip(x, 0))
	p.attr("y", y)
	if length > 0 {
		p.attr("textLength", length)
		p.body = append(p.body, ` lengthAdjust="spacingAndGlyphs"`...)
	}
	p.body = append(p.body, '>')
	p.body = Escape(p.body, cell.Text)
	p.body = append(p.body, "</text>"...)
}
