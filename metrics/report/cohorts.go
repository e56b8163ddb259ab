package report

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

// Cohorts shows a retention curve of every cohort as a heat map: cohorts in
// rows with their sizes, ages in columns, a number in each cell, and the
// weighted curve at the foot. What is not reached yet is blank, never zero.
// Shares beyond 1 keep their number and have the shade of the scale's end.
func Cohorts(t *cohort.Table, curve cohort.Curve, o Options) (Figure, error) {
	const op = "cohorts"
	if t == nil || len(t.Cohorts()) == 0 {
		return Figure{}, refuse(op, "table", "want at least 1 cohort")
	}
	if n := len(t.Cohorts()); n > maxCohorts {
		return Figure{}, tooMany(op, "cohorts", maxCohorts, n)
	}
	w := o.words()
	h := heat{w: w, name: pick(w.Curves, curve)}
	ages := 0
	for _, c := range t.Cohorts() {
		row := heatRow{name: c.String(), size: t.Size(c)}
		for age := range t.Ages(c) {
			row.shares = append(row.shares, t.Retention(curve, c, age))
		}
		ages = max(ages, len(row.shares))
		h.rows = append(h.rows, row)
	}
	foot := heatRow{name: w.Weighted}
	for _, r := range h.rows {
		foot.size += r.size
	}
	for age := range ages {
		share, _ := t.Weighted(curve, age)
		foot.shares = append(foot.shares, share)
	}
	h.rows, h.ages = append(h.rows, foot), ages
	h.format()
	f := Figure{kind: CohortsKind, o: o, w: w, title: say(pick(w.Titles, CohortsKind), "curve", h.name), vega: h.vega}
	f.table = h.table(f.title)
	age := min(12, ages-1)
	f.desc = say(pick(w.Sentences, CohortsKind), "n", page.Count(int64(len(h.rows)-1)), "to", t.Through().String(),
		"share", page.Percent(foot.shares[age]), "age", strconv.Itoa(age))
	_, _, left := h.measure()
	f.least = left + float64(ages)*heatWide + margin
	f.draw, f.html = h.draw, h.html
	return f, nil
}

type heatRow struct {
	name   string
	size   int64
	shares []metrics.Ratio
	cells  []Cell
	values []float64
}

// heat is a triangle of shares, the weighted row last.
type heat struct {
	w    *Words
	name string
	rows []heatRow
	ages int
}

// format writes every share once.
func (h *heat) format() {
	for i := range h.rows {
		r := &h.rows[i]
		r.cells, r.values = make([]Cell, len(r.shares)), make([]float64, len(r.shares))
		for k, s := range r.shares {
			r.cells[k], r.values[k] = shareCell(s), defined(s)
		}
	}
}

// Measures of a heat map.
const (
	heatHigh  = 17.0
	heatWide  = 27.0
	heatLabel = 9.0
)

// measure is how wide names and sizes are, and where the cells begin.
func (h *heat) measure() (name, size, left float64) {
	for _, r := range h.rows {
		size = math.Max(size, svg.Bound(page.Count(r.size), tick))
		name = math.Max(name, svg.Bound(r.name, tick)*1.07) // the last is bold
	}
	size = math.Max(size, svg.Bound(h.w.Size, tick))
	name = math.Min(math.Max(name, svg.Bound(h.w.Cohort, tick)), 140)
	return name, size, math.Ceil(margin + name + 8 + size + 8)
}

func (h *heat) draw(d *frame) {
	rows, ages := h.rows, h.ages
	nameWide, sizeWide, left := h.measure()
	if d.narrow { // as many ages and as many of the last cohorts as fit
		ages = min(ages, int((d.width-left-margin)/heatWide))
		if n := d.o.months(len(rows)-1, true); n < len(rows)-1 {
			rows = rows[len(rows)-1-n:]
		}
	}
	d.scaleOfShares()
	small := svg.TextStyle{Size: tick, Class: svg.Muted}
	d.y += 4
	head := small
	head.Max = nameWide
	d.p.Text(margin, d.y+12, d.w.Cohort, head)
	head.Anchor, head.Max = svg.End, sizeWide
	d.p.Text(left-8, d.y+12, d.w.Size, head)
	for a := range ages {
		d.p.Text(left+float64(a)*heatWide+heatWide/2, d.y+12, strconv.Itoa(a), svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.Middle, Max: heatWide})
	}
	d.y += 18
	d.y = math.Ceil(d.y) // whole pixels are short to write
	cells := make([]svg.HeatCell, 0, len(rows)*ages)
	for i, r := range rows {
		if i == len(rows)-1 {
			d.y += 4
		}
		name := svg.TextStyle{Size: tick, Max: nameWide, Bold: i == len(rows)-1}
		d.p.Text(margin, d.y+12, name.Wrap(r.name, nameWide, 1).Text[0], name)
		d.p.Text(left-8, d.y+12, page.Count(r.size), svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.End, Max: sizeWide})
		for a := range min(ages, len(r.values)) {
			if v := r.values[a]; !math.IsNaN(v) {
				cells = append(cells, svg.HeatCell{Box: svg.Box{X: left + float64(a)*heatWide, Y: d.y, W: heatWide - 1, H: heatHigh - 1}, Share: v, Text: strconv.FormatFloat(v*100, 'f', 0, 64)})
			}
		}
		d.y += heatHigh
	}
	d.p.Heat(cells, heatLabel)
	d.y += 2
	d.p.Text(left, d.y+12, d.w.Age, small)
	d.y += 16
}

// scaleOfShares explains the shades: nine steps from 0 to 100 %.
func (d *frame) scaleOfShares() {
	x := margin
	d.p.Text(x, d.y+10, "0"+nbsp+"%", svg.TextStyle{Size: tick, Class: svg.Muted})
	x += 30
	cells := make([]svg.HeatCell, 9)
	for k := range cells {
		cells[k] = svg.HeatCell{Box: svg.Box{X: x + float64(k)*18, Y: d.y, W: 17, H: 12}, Share: float64(k) / 8}
	}
	d.p.Heat(cells, heatLabel)
	d.p.Text(x+9*18+6, d.y+10, "100"+nbsp+"%", svg.TextStyle{Size: tick, Class: svg.Muted})
	d.y += 18
}

func (h *heat) table(title string) Table {
	t := h.w.table(title)
	t.Columns = []Column{{Title: h.w.Cohort}, {h.w.Size, NoBasis, true}}
	for a := range h.ages {
		t.Columns = append(t.Columns, Column{strconv.Itoa(a), Balance, true})
	}
	for _, r := range h.rows {
		row := make([]Cell, 0, h.ages+2)
		row = append(row, textCell(r.name), countCell(r.size))
		row = append(row, r.cells...)
		for len(row) < h.ages+2 {
			row = append(row, Cell{Number: true})
		}
		t.Rows = append(t.Rows, row)
	}
	t.Notes = []string{pick(h.w.Bases, Balance) + ": " + h.w.Age + " 0–" + strconv.Itoa(h.ages-1)}
	return t
}

func (h *heat) vega() vega {
	v := vega{}
	for _, r := range h.rows {
		for a, s := range r.values {
			v.rows = append(v.rows, map[string]any{"cohort": r.name, "age": a, "share": finite(s)})
		}
	}
	x, y := field("age", "ordinal", h.w.Age), field("cohort", "ordinal", h.w.Cohort, "sort", nil)
	v.layers = []vegaLayer{
		{mark("rect"), map[string]any{"x": x, "y": y, "color": field("share", "quantitative", h.name, "scale", map[string]any{"scheme": "cividis", "domain": []int{0, 1}, "clamp": true})}},
		{mark("text", "fontSize", 9), map[string]any{"x": x, "y": y, "text": field("share", "quantitative", h.name, "format", ".0%")}},
	}
	return v
}
