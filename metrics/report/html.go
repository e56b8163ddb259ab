package report

import (
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// HTML writes one self-contained page: tiles with changes and courses, every
// figure for a desk and for a phone with its data as a table, who left and why
// the month changed, the policy in words. It needs no script and fetches
// nothing, which its content security policy holds it to; it prints, and all
// can be reached by keyboard. Equal pages are equal bytes.
func (p Page) HTML(o Options) ([]byte, error) {
	tiles, err := p.tiles(o)
	if err != nil {
		return nil, err
	}
	w := o.words()
	tables := p.tables(o)
	head := page.Options{
		Language: w.Language, RTL: w.RTL, Title: p.Title, Skip: w.Skip, Contents: w.Contents, Scheme: o.Scheme.svg(), Style: tileStyle(o.Scheme),
	}
	n := 0
	link := func(title string) {
		n++
		head.Links = append(head.Links, page.Link{Text: title, ID: "s" + strconv.Itoa(n)})
	}
	link(w.Glance)
	for _, f := range p.Figures {
		link(f.title)
	}
	for _, t := range tables {
		link(t.Title)
	}
	if p.Policy != nil {
		link(w.Policy)
	}
	h := page.NewHTML(head)
	n = 0
	section := func(title string, inner func()) {
		n++
		id := "s" + strconv.Itoa(n)
		h.Raw("<section id=\"" + id + "\" aria-labelledby=\"" + id + "h\">\n")
		h.Heading(2, id+"h", title)
		inner()
		h.Raw("</section>\n")
	}
	section(w.Glance, func() {
		for _, line := range p.glance(w) {
			h.Element("p", "", line)
			h.Raw("\n")
		}
		p.tileList(h, tiles, o, w)
	})
	for _, f := range p.Figures {
		section(f.title, func() {
			switch {
			case f.html != nil:
				h.Element("p", "", f.desc)
				h.Raw("\n")
				f.html(h, f.title)
				return
			case f.raw != nil:
				h.Picture(f.title, f.raw, nil)
			default:
				h.Picture(f.title, f.SVG(), f.Phone())
			}
			if len(f.table.Columns) > 0 {
				f.table.html(h, true)
			}
		})
	}
	for _, t := range tables {
		section(t.Title, func() {
			if len(t.Rows) == 0 {
				h.Element("p", "", w.Nobody)
				return
			}
			t.html(h, false)
		})
	}
	if p.Policy != nil {
		section(w.Policy, func() { p.policyTable(w).html(h, false) })
	}
	return h.Bytes(), nil
}

func (p Page) tileList(h *page.HTML, tiles []Tile, o Options, w *Words) {
	if len(tiles) == 0 {
		return
	}
	h.Raw("<ul class=\"tiles\">\n")
	for _, t := range tiles {
		h.Raw("<li>")
		h.Element("h3", "", t.Name)
		h.Element("p", "class=\"v\"", t.Value.Text)
		values := make([]float64, len(t.Course))
		for i, v := range t.Course {
			values[i] = defined(v)
		}
		picture := sparkline(t.Name, values, o.Scheme.svg(), w)
		h.Raw(string(picture[:len(picture)-1]))
		for _, c := range []struct {
			cell Cell
			to   string
		}{{t.LastMonth, w.LastMonth}, {t.LastYear, w.LastYear}} {
			if c.cell.Text != "" {
				h.Element("p", "", c.cell.Text+" "+c.to)
			}
		}
		h.Raw("</li>\n")
	}
	h.Raw("</ul>\n")
}

// tileStyle is what this page has beyond others: tiles, numbers to the end.
func tileStyle(scheme Scheme) string {
	light, night := svg.Colour(svg.Edge)
	ink, inkNight := svg.Colour(svg.Ink)
	if scheme == Dark {
		light, ink = night, inkNight
	}
	var s strings.Builder
	s.WriteString(".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:8px;padding:0;list-style:none}.tiles li{border:1px solid " + light + ";border-radius:6px;padding:8px 12px}" +
		".tiles h3{font-size:14px;margin:0}.tiles .v{font-size:20px;color:" + ink + ";white-space:nowrap}.tiles p{margin:0}.tiles svg{display:block;max-width:100%}" +
		"table{font-variant-numeric:tabular-nums}.desk.both{display:block}" + heatStyle())
	for i := range 6 {
		k := strconv.Itoa(i + 1)
		s.WriteString(".n" + strconv.Itoa(i) + " td:nth-child(n+" + k + "),.n" + strconv.Itoa(i) + " thead th:nth-child(n+" + k + "){text-align:end;white-space:nowrap}")
	}
	if scheme == AutoScheme {
		s.WriteString("@media(prefers-color-scheme:dark){.tiles li{border-color:" + night + "}.tiles .v{color:" + inkNight + "}}")
	}
	return s.String() + "@media print{.tiles li,section{break-inside:avoid-page}table{font-size:.8em}tbody th{white-space:nowrap}}"
}
