package journeymap

import (
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// set is a cell ready to draw.
type set struct {
	entries []entry
	lines   int
	cut     bool
	full    string
}

type entry struct {
	item
	lines  []string
	indent float64
	spark  bool
}

func (d *drawing) style(i item) svg.TextStyle {
	return svg.TextStyle{Bold: i.strong, Class: i.class}
}

// fit breaks the entries of a cell into at most limit lines.
func (d *drawing) fit(items []item, width float64, limit int) set {
	var s set
	for k, i := range items {
		left := limit - s.lines
		if left <= 0 {
			s.cut = true
			last := &s.entries[len(s.entries)-1]
			if n := len(last.lines); n > 0 && k > 0 {
				last.lines[n-1] = more(last.lines[n-1])
			}
			break
		}
		e := entry{item: i}
		if i.marked {
			e.indent += markWide
		}
		if i.icon != "" {
			e.indent += iconWide
		}
		if i.under {
			e.indent += markWide + iconWide
		}
		lines := d.style(i).Wrap(i.text, width-e.indent, left)
		e.lines = lines.Text
		s.lines += len(e.lines)
		s.cut = s.cut || lines.Cut
		s.entries = append(s.entries, e)
		if lines.Cut {
			break
		}
		if len(i.trend) > 1 && s.lines < limit {
			s.entries[len(s.entries)-1].spark = true
			s.lines++
		}
	}
	if s.cut {
		for k, i := range items {
			if k > 0 {
				s.full += "\n"
			}
			s.full += i.text
		}
	}
	return s
}

// more marks a line that is not the last.
func more(line string) string {
	const sign = " …"
	if len(line) >= len(sign) && line[len(line)-len("…"):] == "…" {
		return line
	}
	return line + sign
}

// draw sets a cell's entries from the base line of its first line on.
func (d *drawing) draw(s set, x, y, width float64) {
	for _, e := range s.entries {
		at := x
		if e.marked {
			d.mark(at+4, y-4, 3, e.evidence)
			at += markWide
		}
		if e.icon != "" {
			d.p.Glyph(at, y-10, 12, e.icon, svg.Rule, svg.Stroke{Width: 1.2})
			at += iconWide
		}
		if e.under {
			at += e.indent
		}
		t := d.style(e.item)
		t.Max = width - e.indent
		d.p.Block(at, y, d.step, e.lines, t)
		y += d.step * float64(len(e.lines))
		if e.spark {
			d.spark(e.trend, svg.Box{X: x, Y: y - d.step + 6, W: width - 12, H: d.step - 6})
			y += d.step
		}
	}
}

func (d *drawing) mark(x, y, r float64, e Evidence) {
	if e == Assumed {
		d.p.Circle(x, y, r, svg.Hollow, svg.Stroke{Width: 1.5})
		return
	}
	d.p.Circle(x, y, r, svg.Mark, svg.Stroke{Width: 1.5})
}

func (d *drawing) spark(trend []metrics.Ratio, box svg.Box) {
	values := make([]float64, len(trend))
	var zero float64
	for i, r := range trend {
		v, ok := r.Float64()
		if !ok {
			v = zero / zero
		}
		values[i] = v
	}
	line, last, ok := svg.Spark(values, box)
	d.p.Path(line, svg.Curve, svg.Stroke{Width: 1.5})
	if ok {
		d.p.Circle(last.X, last.Y, 2, svg.Mark, svg.Stroke{})
	}
}
