package journeymap

import (
	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// variants draws the variants of a micro-journey below the lanes: per step a
// bar for each, as long as the share of the first step that came there.
func (d *drawing) variants() {
	if len(d.m.Variants) == 0 {
		return
	}
	width := d.width - 2*margin
	d.y += gutter
	d.paragraph(width, d.w.Variants, svg.TextStyle{Size: 13, Bold: true}, 1)
	comparisons, err := d.m.CompareVariants(0)
	titles := map[string]string{}
	for _, s := range d.columns {
		titles[s.Name] = s.Label()
	}
	for k := range d.m.Variants[0].Steps {
		d.y += 4
		stage := d.m.Variants[0].Steps[k].Stage
		if t := titles[stage]; t != "" {
			stage = t
		}
		d.paragraph(width, stage, svg.TextStyle{Bold: true}, 2)
		for i, v := range d.m.Variants {
			if k >= len(v.Steps) {
				continue
			}
			text := v.Name + ": " + page.Count(v.Steps[k].Customers)
			if v.Steps[k].Median > 0 {
				text += page.Sep + spoken(d.w, v.Steps[k].Median)
			}
			if r := v.Steps[k].Satisfaction; r.Defined() {
				text += page.Sep + figure(r, 0)
			}
			if err == nil && i > 0 && k > 0 { // comparisons stand variant by variant, from the second step on
				c := comparisons[(i-1)*(len(v.Steps)-1)+k-1].Previous
				text += page.Sep + page.Points(c.Difference.Value) + " [" + page.Points(c.Difference.Lo) + "; " + page.Points(c.Difference.Hi) + "], p" + page.NBSP + page.Probability(c.P)
			}
			share := 0.0
			if first := v.Steps[0].Customers; first > 0 {
				share = min(1, max(0, float64(v.Steps[k].Customers)/float64(first)))
			}
			d.p.Rect(svg.Box{X: margin, Y: d.y + 4, W: max(1, width*share), H: 8}, svg.SeriesClass(i), 2)
			d.y += 14
			d.paragraph(width, text, svg.TextStyle{}, 2)
		}
	}
}
