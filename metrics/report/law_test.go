package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// node is an element of a picture.
type node struct {
	name, class string
	attrs       map[string]string
	title       string
	kids        []*node
}

// parse reads a picture, which must be well-formed XML with one root.
func parse(t require.TestingT, picture []byte) *node {
	d := xml.NewDecoder(bytes.NewReader(picture))
	root := &node{}
	stack := []*node{root}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		top := stack[len(stack)-1]
		switch e := tok.(type) {
		case xml.StartElement:
			n := &node{name: e.Name.Local, attrs: map[string]string{}}
			for _, a := range e.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			n.class = n.attrs["class"]
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.title += string(e)
		}
	}
	require.Len(t, root.kids, 1)
	return root.kids[0]
}

func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, k := range n.kids {
		k.walk(visit)
	}
}

func (n *node) num(t require.TestingT, attr string) float64 {
	v, err := strconv.ParseFloat(n.attrs[attr], 64)
	require.NoError(t, err)
	return v
}

// checkTexts holds every text inside its picture and apart from the others.
func checkTexts(t require.TestingT, name string, p *svg.Picture) {
	texts := p.Texts()
	field := p.Size()
	for i, a := range texts {
		if !a.Box.Inside(svg.Box{X: -0.5, Y: -0.5, W: field.W + 1, H: field.H + 1}) {
			require.Failf(t, "leaves the picture", "%s: %q at %v in %v", name, a.Text, a.Box, field)
		}
		for _, b := range texts[i+1:] {
			ia, ib := shrink(a.Box), shrink(b.Box)
			if ia.Overlaps(ib) {
				require.Failf(t, "texts overlap", "%s: %q %v and %q %v", name, a.Text, a.Box, b.Text, b.Box)
			}
		}
	}
}

// shrink leaves the letters of a line's box.
func shrink(b svg.Box) svg.Box { return svg.Box{X: b.X, Y: b.Y + 0.15*b.H, W: b.W, H: 0.7 * b.H} }

func TestFigures_TextsStandApartInEveryLanguageAndWidth(t *testing.T) {
	for _, language := range []string{"en", "ar", "th"} {
		for _, f := range figures(report.Options{Language: language}) {
			checkTexts(t, f.name+" "+language, f.figure.Drawn(false))
			checkTexts(t, f.name+" "+language+" phone", f.figure.Drawn(true))
		}
	}
}

func TestFigures_SayWhatTheyAre(t *testing.T) {
	seen := map[report.Kind]bool{}
	ids := map[string]string{}
	for _, f := range figures(report.Options{}) {
		seen[f.figure.Kind()] = true
		assert.NotEmpty(t, f.figure.Title())
		assert.NotContains(t, f.figure.Title()+f.figure.Description(), "{", f.name)
		root := parse(t, f.figure.SVG())
		assert.Equal(t, "img", root.attrs["role"])
		root.walk(func(n *node) {
			if id := n.attrs["id"]; id != "" {
				assert.Empty(t, ids[id], "%s and %s share an id", f.name, ids[id])
				ids[id] = f.name
			}
			assert.NotContains(t, []string{"script", "foreignObject", "image", "use", "a"}, n.name)
			for k, v := range n.attrs {
				assert.NotContains(t, v, "var(", k)
			}
		})
		first, second := f.figure.SVG(), f.figure.SVG()
		assert.True(t, bytes.Equal(first, second), "equal bytes")
		assert.NotEmpty(t, f.figure.Table().Rows)
		for _, row := range f.figure.Table().Rows {
			assert.Len(t, row, len(f.figure.Table().Columns), f.name)
		}
		spec, err := f.figure.VegaLite()
		require.NoError(t, err)
		if spec != nil {
			assert.True(t, json.Valid(spec))
		}
	}
	assert.Len(t, seen, 17, "every kind but pictures from elsewhere")
	for _, language := range []string{"ar", "th"} {
		for _, f := range figures(report.Options{Language: language}) {
			assert.NotContains(t, f.figure.Title()+f.figure.Description(), "{", f.name)
		}
	}
}

func TestFigures_AsBefore(t *testing.T) {
	for _, f := range figures(report.Options{}) {
		golden.Equal(t, f.name+".svg", f.figure.SVG())
	}
}

// heights are the drawn heights of a bridge's bars by class.
func heights(t require.TestingT, picture []byte) map[string]float64 {
	out := map[string]float64{}
	parse(t, picture).walk(func(n *node) {
		if n.name != "g" {
			return
		}
		for _, k := range n.kids {
			if k.name == "rect" {
				out[k.class] += k.num(t, "height")
			}
		}
	})
	return out
}

// pixels is how many pixels a unit of the vertical scale has, read from its
// grid lines and labels.
func pixels(t require.TestingT, f report.Figure) float64 {
	root := parse(t, f.SVG())
	var ys, values []float64
	root.walk(func(n *node) {
		if n.name == "text" && n.attrs["text-anchor"] == "end" {
			s := strings.NewReplacer("\u202f", "", "−", "-").Replace(n.title)
			v, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err)
			ys, values = append(ys, n.num(t, "y")), append(values, v)
		}
	})
	require.GreaterOrEqual(t, len(ys), 2)
	n := len(ys) - 1
	return (ys[0] - ys[n]) / (values[n] - values[0])
}

func statementsGen(t *rapid.T) []ledger.Statement {
	n := rapid.IntRange(1, 40).Draw(t, "months")
	big := rapid.SampledFrom([]int64{1, 100, 1_000_000, 1_000_000_000_000}).Draw(t, "scale")
	amount := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		if rapid.Bool().Draw(t, "zero") {
			return decimal.Zero
		}
		return decimal.New(rapid.Int64Range(0, 99999).Draw(t, "amount"), -2).Mul(decimal.NewFromInt(big))
	})
	out := make([]ledger.Statement, n)
	opening := amount.Draw(t, "opening")
	for i := range out {
		r := metrics.Revenue{
			Opening: opening, New: amount.Draw(t, "new"), Expansion: amount.Draw(t, "expansion"), Reactivation: amount.Draw(t, "reactivation"),
			Contraction: amount.Draw(t, "contraction"), Churn: amount.Draw(t, "churn"), FX: amount.Draw(t, "fx"),
		}
		if rapid.Bool().Draw(t, "negative") {
			r.FX = r.FX.Neg()
		}
		opening = r.Closing()
		out[i] = ledger.Statement{Month: began.Add(i), Through: began.Add(i), Currency: "EUR", Revenue: r}
	}
	return out
}

// The heights of all bars of one kind sum to its amounts in pixels: to a
// hundredth for each bar.
func TestLaw_BarsAreAsHighAsTheirAmounts(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		statements := statementsGen(t)
		f, err := report.Bridge(statements, report.Options{})
		require.NoError(t, err)
		scale := pixels(t, f)
		got := heights(t, f.SVG())
		want := map[string]float64{}
		for _, s := range statements {
			r := s.Revenue
			for class, v := range map[string]decimal.Decimal{"s1": r.New, "s2": r.Expansion, "s3": r.Reactivation, "s4": r.Contraction, "s5": r.Churn, "s8": r.FX.Abs()} {
				v, _ := v.Float64()
				want[class] += v * scale
			}
		}
		for class, w := range want {
			assert.InDelta(t, w, got[class], 0.0101*float64(len(statements))+1e-6, "class %s", class)
			if w > 0 {
				seen[class]++
			}
		}
	}, seen.Need("s1", "s2", "s3", "s4", "s5", "s8"))
}

// Whatever the amounts, texts stand apart and the table closes.
func TestLaw_BridgesReadWhateverTheAmounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements := statementsGen(t)
		o := report.Options{Language: rapid.SampledFrom([]string{"en", "ar", "th"}).Draw(t, "language"), Width: rapid.SampledFrom([]int{0, 320, 1200}).Draw(t, "width")}
		f, err := report.Bridge(statements, o)
		require.NoError(t, err)
		checkTexts(t, "bridge", f.Drawn(false))
		s, err := report.Statement(statements[len(statements)-1], o)
		require.NoError(t, err)
		checkTexts(t, "statement", s.Drawn(rapid.Bool().Draw(t, "narrow")))
		out, err := f.Table().CSV()
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		require.NoError(t, err)
		for i, row := range rows[1:] { // opening + … = closing, in the table too
			sum := decimal.Zero
			for _, cell := range row[1:8] {
				v, err := decimal.NewFromString(cell)
				require.NoError(t, err)
				sum = sum.Add(v)
			}
			assert.Equal(t, statements[i].Revenue.Closing().StringFixed(2), sum.StringFixed(2))
			assert.Equal(t, row[8], sum.StringFixed(2))
		}
		for line := range strings.SplitSeq(f.Table().Text(80), "\n") {
			assert.LessOrEqual(t, svg.Cells(line), 80)
		}
	})
}

func TestCohorts_WhatIsNotReachedIsBlank(t *testing.T) {
	f := figures(report.Options{})
	for _, n := range f {
		if !strings.HasPrefix(n.name, "cohorts") {
			continue
		}
		rows := n.figure.Table().Rows
		cells := 0
		for r, row := range rows {
			for a, c := range row[2:] {
				reached := r == len(rows)-1 || r+a < 30
				assert.Equal(t, reached, c.Plain != "", "%s row %d age %d", n.name, r, a)
				if reached {
					cells++
				}
			}
		}
		drawn := 0
		parse(t, n.figure.SVG()).walk(func(n *node) {
			if n.name == "path" && strings.HasPrefix(n.class, "t") {
				drawn += strings.Count(n.attrs["d"], "z")
			}
		})
		assert.Equal(t, cells, drawn-9, "a cell for each share, and nine of the scale")
	}
}

func TestTable_Forms(t *testing.T) {
	table := report.Table{Title: "T|", Columns: []report.Column{{Title: "who"}, {Title: "mrr", Basis: report.Balance, Number: true}}, Rows: [][]report.Cell{
		{{Text: "=1+1"}, {Text: "−5.00", Plain: "-5.00", Number: true}}, {{Text: "<b>"}, {Text: "–", Number: true}}, {{Text: "short"}},
	}, Notes: []string{"note"}}
	out, err := table.CSV()
	require.NoError(t, err)
	assert.Equal(t, "who,mrr (balance)\n'=1+1,-5.00\n<b>,\nshort,\n", string(out))
	assert.Equal(t, "T|\nwho      mrr\n=1+1   −5.00\n<b>        –\nshort\nnote\n", table.String())
	assert.Equal(t, "## T&#124;\n\n| who | mrr |\n|---|--:|\n| &#61;1+1 | −5.00 |\n| &lt;b&gt; | – |\n| short |  |\n\nnote\n", table.Markdown())
	assert.Contains(t, string(table.HTML()), "&lt;b&gt;")
	b, err := json.Marshal(table)
	require.NoError(t, err)
	assert.JSONEq(t, `{"title":"T|","columns":[{"title":"who","basis":"none"},{"title":"mrr","basis":"balance"}],"rows":[["=1+1","-5.00"],["<b>",null],["short",null]],"notes":["note"]}`, string(b))
}

func TestRefused(t *testing.T) {
	o := report.Options{}
	for name, f := range map[string]func() error{
		"bridge": func() error { _, err := report.Bridge(nil, o); return err },
		"currency": func() error {
			_, err := report.Bridge([]ledger.Statement{{Currency: "EUR"}, {Currency: "USD"}}, o)
			return err
		},
		"digits": func() error {
			_, err := report.Bridge([]ledger.Statement{{Revenue: metrics.Revenue{New: decimal.New(1, 1_000_000)}}}, o)
			return err
		},
		"segments": func() error { _, err := report.Segments(nil, "", o); return err },
		"months": func() error {
			_, err := report.Segments([]ledger.Segment{{Statements: make([]ledger.Statement, 2)}, {}}, "", o)
			return err
		},
		"cohorts":     func() error { _, err := report.Cohorts(nil, 0, o); return err },
		"survival":    func() error { _, err := report.Survival(nil, o); return err },
		"tenure":      func() error { _, err := report.Tenure(nil, o); return err },
		"forecast":    func() error { _, err := report.Forecast(nil, nil, o); return err },
		"funnel":      func() error { _, err := report.Funnel(nil, o); return err },
		"retention":   func() error { _, err := report.Retention(nil, o); return err },
		"flow":        func() error { _, err := report.Flow(nil, 0, o); return err },
		"attribution": func() error { _, err := report.Attribution(nil, o); return err },
		"channels":    func() error { _, err := report.Channels(nil, o); return err },
		"policies":    func() error { _, err := report.Reconciliation(nil, 0, o); return err },
		"timeline":    func() error { _, err := report.Timeline(report.Customer{ID: "x"}, o); return err },
		"spark":       func() error { _, err := report.Spark("", began, nil, o); return err },
		"page": func() error {
			_, err := report.Page{Statements: []ledger.Statement{{Month: began}, {Month: began}}}.HTML(o)
			return err
		},
		"books":        func() error { _, err := report.Books(nil, began, o); return err },
		"rows":         func() error { _, err := report.FromRows("", [][]string{{"a"}, {"b", "c"}}, o); return err },
		"not a figure": func() error { _, err := report.Embed("x", []byte("<svg><script/></svg>"), report.Table{}); return err },
		"two":          func() error { _, err := report.Embed("x", []byte("<svg/><svg/>"), report.Table{}); return err },
		"handler":      func() error { _, err := report.Embed("x", []byte(`<svg onload="x"/>`), report.Table{}); return err },
		"link": func() error {
			_, err := report.Embed("x", []byte(`<svg><text href="http://x"/></svg>`), report.Table{})
			return err
		},
	} {
		err := f()
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "report: ", name)
	}
}

func TestPage(t *testing.T) {
	w := fixture()
	month := began.Add(29)
	for _, language := range []string{"en", "ar", "th"} {
		o := report.Options{Language: language}
		p, err := report.Books(w.books, month, o)
		require.NoError(t, err)
		p.Fresh = time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
		out, err := p.HTML(o)
		require.NoError(t, err)
		again, err := p.HTML(o)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(out, again))
		s := string(out)
		assert.Equal(t, language, strings.SplitN(s, `"`, 3)[1])
		for _, bad := range []string{"<script", "http:", "https:", "url(", "@import"} {
			assert.Zero(t, strings.Count(strings.ReplaceAll(s, `xmlns="http://www.w3.org/2000/svg"`, ""), bad), bad)
		}
		assert.Equal(t, 1, strings.Count(s, "<h1"))
		md, err := p.Markdown(o)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(md, "# "))
	}
	p, err := report.Books(w.books, month, report.Options{})
	require.NoError(t, err)
	tiles, err := p.Tiles(report.Options{})
	require.NoError(t, err)
	require.Len(t, tiles, 11)
	now, before := p.Statements[29].Revenue.Closing(), p.Statements[28].Revenue.Closing()
	assert.Equal(t, now.StringFixed(2), tiles[0].Value.Plain)
	a, _ := now.Float64()
	b, _ := before.Float64()
	assert.Equal(t, fmt.Sprintf("%.3f", math.Round((a-b)/b*1000)/1000), tiles[0].LastMonth.Plain)
	assert.Len(t, tiles[0].Course, 12)
	churned := p.Churned(report.Options{})
	total := decimal.Zero
	for _, r := range churned.Rows[:len(churned.Rows)-1] {
		v, err := decimal.NewFromString(r[6].Plain)
		require.NoError(t, err)
		total = total.Add(v)
	}
	assert.Equal(t, p.Statements[29].Revenue.Churn.Neg().String(), total.String(), "the list of who left sums to churn")
	assert.Equal(t, total.StringFixed(2), churned.Rows[len(churned.Rows)-1][6].Plain)
}

// The tiles stand on the page, each with its number.
func TestPage_ShowsItsTiles(t *testing.T) {
	p, err := report.Books(fixture().books, began.Add(29), report.Options{})
	require.NoError(t, err)
	tiles, err := p.Tiles(report.Options{})
	require.NoError(t, err)
	out, err := p.HTML(report.Options{})
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(out), `<ul class="tiles">`))
	for _, tile := range tiles {
		assert.Contains(t, string(out), `<p class="v">`+tile.Value.Text+"</p>", tile.Name)
	}
}

// What has no number a month ago has no change, in percent or in points.
func TestTiles_NoChangeWithoutABase(t *testing.T) {
	p := report.Page{Statements: []ledger.Statement{
		{Month: began, Currency: "EUR", Revenue: metrics.Revenue{New: decimal.New(100, 0)}, Customers: metrics.Customers{New: 10}},
		{Month: began.Add(1), Currency: "EUR", Revenue: metrics.Revenue{Opening: decimal.New(100, 0), Churn: decimal.New(10, 0)}, Customers: metrics.Customers{Opening: 10, Churned: 1}},
	}}
	tiles, err := p.Tiles(report.Options{})
	require.NoError(t, err)
	p.Statements = p.Statements[:1]
	before, err := p.Tiles(report.Options{})
	require.NoError(t, err)
	seen := 0
	for i, tile := range tiles {
		if tile.Value.Plain != "" && before[i].Value.Plain == "" {
			seen++
			assert.Empty(t, tile.LastMonth.Plain, tile.Name)
			assert.Equal(t, "–", tile.LastMonth.Text, tile.Name)
		}
	}
	assert.Positive(t, seen, "rates have no base in a first month")
}

// A picture may hold text in its elements, and none beside them.
func TestEmbed_Text(t *testing.T) {
	_, err := report.Embed("x", []byte("<svg>\n<text>words</text>\n</svg>\n"), report.Table{})
	require.NoError(t, err)
	for _, picture := range []string{"words<svg/>", "<svg/>words"} {
		_, err = report.Embed("x", []byte(picture), report.Table{})
		require.ErrorIs(t, err, report.ErrPicture, picture)
	}
}

// fuzz-floor: 3000
func FuzzFigures_AreXMLWhateverTheNames(f *testing.F) {
	f.Add("<script>", "]]>", int64(5), int64(-3))
	f.Add("\x00\xff", "عميل", int64(0), int64(0))
	f.Add("ลูกค้า\u202e", "a\nb", int64(math.MaxInt64), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, a, b string, x, y int64) {
		o := report.Options{Language: b}
		st := func(n, e int64) []ledger.Statement {
			return []ledger.Statement{{Month: began, Currency: "EUR", Revenue: metrics.Revenue{New: decimal.New(n, -2), FX: decimal.New(e, -3)}}, {Month: began.Add(1), Currency: "EUR", Revenue: metrics.Revenue{Churn: decimal.New(e, 0)}}}
		}
		all := []func() (report.Figure, error){
			func() (report.Figure, error) { return report.Bridge(st(x, y), o) },
			func() (report.Figure, error) {
				return report.Segments([]ledger.Segment{{Key: a, Statements: st(x, y)}, {Key: b, Statements: st(y, x)}}, a, o)
			},
			func() (report.Figure, error) {
				return report.Channels([]report.Channel{{Name: a, LTV: metrics.NewCount(x, 7)}, {Name: b, CAC: metrics.NewCount(max(y, 0), 3)}}, o)
			},
			func() (report.Figure, error) {
				return report.Restatements(st(x, y)[0], []ledger.Restatement{{Change: ledger.Change{Customer: a}, Revenue: metrics.Revenue{New: decimal.New(y, 0)}}, {Change: ledger.Change{Customer: b}}}, o)
			},
			func() (report.Figure, error) {
				at := time.Unix(x%(1<<33), 0)
				return report.Timeline(report.Customer{ID: a, Persona: b, Answers: []report.Answer{{At: at, Survey: a, Score: int(y), Lo: int(x % 11), Hi: int(y % 13)}}, Risk: []report.Risk{{At: time.Unix(y%(1<<33), 0), Value: float64(x)}, {At: at, Value: math.NaN()}}}, o)
			},
			func() (report.Figure, error) {
				return report.Spark(a, began, []metrics.Ratio{metrics.NewCount(x, y), metrics.NewCount(y, 1)}, o)
			},
		}
		for i, build := range all {
			fig, err := build()
			if err != nil {
				continue
			}
			for _, picture := range [][]byte{fig.SVG(), fig.Phone()} {
				parse(t, picture)
				if bytes.Contains(picture, []byte("NaN")) && !strings.Contains(a+b, "NaN") {
					t.Fatalf("figure %d: NaN", i)
				}
			}
			if _, err := fig.Table().CSV(); err != nil {
				t.Fatal(err)
			}
			if spec, err := fig.VegaLite(); err != nil || spec != nil && !json.Valid(spec) {
				t.Fatalf("figure %d: %v", i, err)
			}
			_ = fig.Table().Text(40)
			h := report.Page{Title: a, Figures: []report.Figure{fig}}
			if _, err := h.HTML(o); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkPage(b *testing.B) {
	for _, months := range []int{15, 30, 60} {
		b.Run(strconv.Itoa(months), func(b *testing.B) {
			books := company(months, 8)
			p, err := report.Books(books, began.Add(months-1), report.Options{})
			require.NoError(b, err)
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				out, err := p.HTML(report.Options{})
				require.NoError(b, err)
				size = len(out)
			}
			b.ReportMetric(float64(size), "page-bytes")
		})
	}
}
