package svg_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

type colours struct{ fill, stroke string }

var ruleOf = regexp.MustCompile(`\.(\w+)\{fill:([^;]+);stroke:([^}]+)\}`)

// rules reads the light and the dark colours of a picture's classes.
func rules(t *testing.T, picture []byte) map[string][2]colours {
	t.Helper()
	light, dark, ok := strings.Cut(string(picture), "@media (prefers-color-scheme:dark){")
	require.True(t, ok)
	out := map[string][2]colours{}
	for _, m := range ruleOf.FindAllStringSubmatch(light, -1) {
		c := colours{m[2], m[3]}
		out[m[1]] = [2]colours{c, c}
	}
	for _, m := range ruleOf.FindAllStringSubmatch(dark, -1) {
		out[m[1]] = [2]colours{out[m[1]][0], {m[2], m[3]}}
	}
	require.NotEmpty(t, out)
	return out
}

func wellFormed(t *testing.T, picture []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err, "%s", picture)
	}
}

func sample(o svg.Options) *svg.Picture {
	p := svg.New(o)
	p.Open(`cell <"&'>`)
	p.Rect(svg.Box{X: 10, Y: 20, W: 30, H: 40}, svg.Blue, 4)
	p.Line(1, 2, 3, 4, svg.Edge, svg.Stroke{Dash: "4 3"})
	p.Circle(5, 6, 7, svg.Hollow, svg.Stroke{Width: 2})
	p.Path(svg.Smooth([]svg.Point{{X: 0, Y: 0}, {X: 10, Y: 5}}), svg.Curve, svg.Stroke{Width: 2})
	p.Glyph(50, 60, 12, "M0 0h12v12z", svg.Ink, svg.Stroke{})
	p.Text(12, 34, `<script>alert("x")</script>`, svg.TextStyle{Bold: true, Size: 10})
	return p
}

func TestPicture_AsWritten(t *testing.T) {
	p := svg.New(svg.Options{Width: 200, Height: 60.5, Title: "Churn", Desc: "It fell.", Language: "en"})
	p.Rect(svg.Box{X: 10, Y: 10, W: 180.004, H: 40}, svg.Panel, 6)
	p.Text(20, 34, "2 % churned", svg.TextStyle{Max: 160})
	id := p.ID()
	assert.Equal(t, `<svg xmlns="http://www.w3.org/2000/svg" id="`+id+`" class="lc" viewBox="0 0 200 60.5" width="200" height="60.5" role="img" aria-labelledby="`+id+`t" aria-describedby="`+id+`d" lang="en" font-family="&quot;Noto Sans&quot;,&quot;Segoe UI&quot;,Roboto,&quot;Helvetica Neue&quot;,Arial,&quot;Noto Sans Arabic&quot;,&quot;Noto Sans Thai&quot;,&quot;Noto Sans CJK SC&quot;,sans-serif" font-size="12"><title id="`+id+`t">Churn</title><desc id="`+id+`d">It fell.</desc>`+
		`<style>.lc text,.lc .i{fill:#1b1f24;stroke:none}.lc .n{fill:#f6f8fa;stroke:none}@media (prefers-color-scheme:dark){.lc text,.lc .i{fill:#e6edf3;stroke:none}.lc .n{fill:#161b22;stroke:none}}</style>`+
		`<rect class="n" x="10" y="10" width="180" height="40" rx="6"/><text x="20" y="34">2 % churned</text></svg>`+"\n", string(p.Bytes()))
}

func TestPicture_EscapesAndCloses(t *testing.T) {
	p := sample(svg.Options{Width: 100, Height: 100, Title: `a<b>&"'`, Desc: "\x00\x1b\ufffe\xff tab\t"})
	out := p.Bytes()
	wellFormed(t, out)
	assert.NotContains(t, string(out), "<script")
	assert.Contains(t, string(out), "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;")
	assert.Contains(t, string(out), "\ufffd\ufffd\ufffd\ufffd tab\t</desc>")
	assert.True(t, utf8.Valid(out))
	assert.Equal(t, strings.Count(string(out), "<g>"), strings.Count(string(out), "</g>"), "open groups are closed")
	for _, banned := range []string{"var(", "currentColor", "foreignObject", "javascript", "url(", "http://www.w3.org/1999/xlink"} {
		assert.NotContains(t, string(out), banned)
	}
}

func TestPicture_EqualContentEqualBytes(t *testing.T) {
	o := svg.Options{Width: 100, Height: 100, Title: "t"}
	first, again := sample(o).Bytes(), sample(o).Bytes()
	assert.Equal(t, first, again)
	other := o
	other.Title = "u"
	assert.NotEqual(t, sample(o).ID(), sample(other).ID())
	p := sample(o)
	before := p.ID()
	p.Text(1, 1, "more", svg.TextStyle{})
	assert.NotEqual(t, before, p.ID())
}

func TestPicture_Schemes(t *testing.T) {
	o := svg.Options{Width: 100, Height: 100, Title: "t"}
	o.Scheme = svg.Light
	light := string(sample(o).Bytes())
	o.Scheme = svg.Dark
	dark := string(sample(o).Bytes())
	assert.NotContains(t, light+dark, "@media")
	assert.Contains(t, light, ".lc text,.lc .i{fill:#1b1f24")
	assert.Contains(t, dark, ".lc text,.lc .i{fill:#e6edf3")
}

func TestPicture_PaintsItsGroundFirst(t *testing.T) {
	out := string(sample(svg.Options{Width: 100, Height: 100, Title: "t", Ground: true}).Bytes())
	assert.Contains(t, out, `</style><rect class="p" width="100%" height="100%"/>`)
	assert.Contains(t, out, ".lc .p{fill:#0d1117")
}

func TestPicture_Mirrors(t *testing.T) {
	out := string(sample(svg.Options{Width: 100, Height: 100, Title: "t", RTL: true}).Bytes())
	assert.Contains(t, out, ` direction="rtl"`)
	assert.Contains(t, out, `x="60" y="20" width="30"`, "10 from the right")
	assert.Contains(t, out, `x1="99" y1="2" x2="97" y2="4"`)
	assert.Contains(t, out, `cx="95"`)
	assert.Contains(t, out, `d="M100 0C95 0 95 5 90 5"`)
	assert.Contains(t, out, `translate(38 60)`, "a glyph is moved by its size and not turned")
}

func TestText_StandsAtThePicturesSide(t *testing.T) {
	draw := func(rtl bool, s string, a svg.Anchor) (string, svg.TextBox) {
		p := svg.New(svg.Options{Width: 200, Height: 20, RTL: rtl})
		p.Text(50, 10, s, svg.TextStyle{Anchor: a})
		_, out, _ := strings.Cut(string(p.Bytes()), "<text")
		return "<text" + out, p.Texts()[0]
	}
	out, box := draw(false, "Email", svg.Start)
	assert.Contains(t, out, `<text x="50" y="10">Email`)
	assert.InDelta(t, 50, box.Box.X, 1e-9)
	assert.InDelta(t, 10-0.8*box.Box.H, box.Box.Y, 1e-9, "four fifths of it stand above the base line")

	out, box = draw(false, "عميل", svg.Start)
	assert.Contains(t, out, `x="50" y="10" direction="rtl" text-anchor="end">`, "an Arabic text ends at its left")
	assert.InDelta(t, 50, box.Box.X, 1e-9)

	out, box = draw(true, "عميل", svg.Start)
	assert.Contains(t, out, `x="150" y="10">`, "the picture says the direction")
	assert.InDelta(t, 150, box.Box.X+box.Box.W, 1e-9)

	out, box = draw(true, "Email", svg.Start)
	assert.Contains(t, out, `x="150" y="10" direction="ltr" text-anchor="end">`)
	assert.InDelta(t, 150, box.Box.X+box.Box.W, 1e-9)

	out, box = draw(true, "Email", svg.End)
	assert.Contains(t, out, `direction="ltr">Email`)
	assert.InDelta(t, 150, box.Box.X, 1e-9)

	out, _ = draw(true, "+1", svg.Middle)
	assert.Contains(t, out, `text-anchor="middle">`+"\u2066+1\u2069<")
	_, none := draw(false, "x", svg.Start)
	assert.NotZero(t, none)
	p := svg.New(svg.Options{})
	p.Text(0, 0, "", svg.TextStyle{})
	assert.Empty(t, p.Texts(), "an empty text is none")
}

func TestText_TellsItsLengthWhereItMightNotFit(t *testing.T) {
	draw := func(s string, most float64) string {
		p := svg.New(svg.Options{Width: 200, Height: 20})
		p.Text(0, 10, s, svg.TextStyle{Max: most})
		return string(p.Bytes())
	}
	w := svg.Width("pricing page", 12)
	bound := svg.Bound("pricing page", 12)
	assert.NotContains(t, draw("pricing page", 0), "textLength")
	assert.NotContains(t, draw("pricing page", bound/0.92+0.01), "textLength")
	assert.Contains(t, draw("pricing page", bound/0.92-0.01), `textLength="`)
	assert.Contains(t, draw("pricing page", w-7), `lengthAdjust="spacingAndGlyphs"`)
	assert.Contains(t, draw("pricing page", 20), `textLength="20"`)
	assert.Contains(t, draw("عميل", svg.Bound("عميل", 12)/0.9), "textLength", "joined letters vary more")
}

func TestBlock_IsOneParagraph(t *testing.T) {
	p := svg.New(svg.Options{Width: 200, Height: 20, RTL: true})
	p.Block(10, 10, 16, []string{"(55 %)", "target", "الهدف"}, svg.TextStyle{})
	out := string(p.Bytes())
	assert.Equal(t, 3, strings.Count(out, ` direction="ltr" text-anchor="end">`), "%s", out)
	assert.Contains(t, out, `y="42"`)
	p = svg.New(svg.Options{Width: 200, Height: 20, RTL: true})
	p.Block(10, 10, 16, []string{"41 %", ""}, svg.TextStyle{})
	assert.NotContains(t, string(p.Bytes()), "ltr", "without letters the picture decides")
	assert.Len(t, p.Texts(), 1)
}

func TestNumbers(t *testing.T) {
	p := svg.New(svg.Options{Width: 10, Height: 10})
	var nan float64
	nan /= nan
	p.Line(-0.001, 1.005, 1e300, nan, svg.Edge, svg.Stroke{})
	assert.Contains(t, string(p.Bytes()), `x1="0" y1="1" x2="0" y2="0"`)
}

func FuzzPicture_IsXML(f *testing.F) {
	f.Add("a<b", "\x00]]>", "عميل +1 <", 3.0, true)
	f.Fuzz(func(t *testing.T, title, desc, text string, x float64, rtl bool) {
		p := svg.New(svg.Options{Width: 100, Height: x, Title: title, Desc: desc, Language: desc, RTL: rtl})
		p.Open(text)
		for _, l := range svg.Wrap(text, 12, x, 4).Text {
			p.Text(x, x, l, svg.TextStyle{Max: x, Size: x})
		}
		wellFormed(t, p.Bytes())
	})
}
