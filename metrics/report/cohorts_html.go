package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// html writes the heat map as a table with shades: on a page, picture and data
// are one, and every cell can be read.
func (h *heat) html(p *page.HTML, title string) {
	p.Raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"")
	p.Text(title)
	p.Raw("\"><table class=\"heat\">\n")
	p.Element("caption", "", title+", %")
	p.Raw("\n<thead><tr>")
	p.Element("th", "scope=\"col\"", h.w.Cohort)
	p.Element("th", "scope=\"col\"", h.w.Size)
	for a := range h.ages {
		p.Raw("<th scope=\"col\">" + strconv.Itoa(a) + "</th>")
	}
	p.Raw("</tr></thead>\n<tbody>\n")
	for _, r := range h.rows {
		p.Raw("<tr>")
		p.Element("th", "scope=\"row\"", r.name)
		p.Raw("<td>" + page.Count(r.size) + "</td>")
		for _, v := range r.values {
			if math.IsNaN(v) {
				p.Raw("<td>" + page.None + "</td>")
				continue
			}
			fill, _ := svg.HeatClass(v)
			p.Raw("<td class=\"t" + strconv.Itoa(int(fill-svg.Heat0)) + "\">" + strconv.FormatFloat(v*100, 'f', 1, 64) + "</td>")
		}
		if rest := h.ages - len(r.values); rest > 0 {
			p.Raw("<td colspan=\"" + strconv.Itoa(rest) + "\"></td>")
		}
		p.Raw("</tr>\n")
	}
	p.Raw("</tbody>\n</table></div>\n")
}

// heatStyle paints the shades as pictures do.
func heatStyle() string {
	var s strings.Builder
	s.WriteString(".heat td{text-align:center;padding:1px 3px;min-width:2em;font-size:12px;border-color:transparent}.heat th{padding:1px 6px;font-size:12px}.heat tr:last-child th,.heat tr:last-child td{border-block-start-width:3px}")
	for k := range 9 {
		fill, text := svg.HeatClass(float64(k) / 8)
		ground, _ := svg.Colour(fill)
		ink, _ := svg.Colour(text)
		s.WriteString(".heat .t" + strconv.Itoa(k) + "{background:" + ground + ";color:" + ink + "}")
	}
	return s.String()
}
