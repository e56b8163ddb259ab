package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// drawnTouches is how many touches a picture has bars for.
const drawnTouches = 20

// Attribution shows the conversions each touch is credited with, under up to
// six models beside each other. The picture has the twenty touches that the
// first model credits with most; the table has all.
func Attribution(credits []attribution.Credits, o Options) (Figure, error) {
	const op = "attribution"
	switch n := len(credits); {
	case n == 0:
		return Figure{}, refuse(op, "credits", "want at least 1 model")
	case n > 6:
		return Figure{}, tooMany(op, "models", 6, n)
	}
	w := o.words()
	models := make([]string, len(credits))
	for i, c := range credits {
		models[i] = c.Model.String()
	}
	keys := credits[0].Ranked()
	f := Figure{kind: AttributionKind, o: o, w: w, title: pick(w.Titles, AttributionKind)}
	f.desc = say(pick(w.Sentences, AttributionKind), "n", page.Count(credits[0].Conversions), "k", strings.Join(models, ", "))
	f.table = creditTable(credits, keys, models, f.title, w)
	f.draw = func(d *frame) {
		legend := []key{}
		for i, m := range models {
			legend = append(legend, key{text: m, class: svg.SeriesClass(i)})
		}
		d.legend(legend)
		c := bars{title: w.Conversions, rule: math.NaN()}
		for _, k := range keys[:min(len(keys), drawnTouches)] {
			values := make([]string, len(credits))
			for i, cr := range credits {
				values[i] = page.Decimal(cr.Of(k).Conversions, 1)
			}
			for i, cr := range credits {
				b := bar{to: cr.Of(k).Conversions, class: svg.SeriesClass(i), tip: name(k) + page.Sep + models[i] + page.Sep + values[i]}
				if i == 0 {
					b.label, b.text = name(k), strings.Join(values, " / ")
				}
				c.list = append(c.list, b)
			}
		}
		c.draw(d)
	}
	f.vega = func() vega {
		v := vega{}
		for i, c := range credits {
			for _, k := range keys {
				v.rows = append(v.rows, map[string]any{"touch": name(k), "model": models[i], "conversions": finite(c.Of(k).Conversions), "value": float(c.Of(k).Value)})
			}
		}
		v.layers = []vegaLayer{{mark("bar"), map[string]any{"y": field("touch", "nominal", w.Channel, "sort", "-x"), "x": field("conversions", "quantitative", w.Conversions), "yOffset": map[string]any{"field": "model"}, "color": field("model", "nominal", w.Model)}}}
		return v
	}
	return f, nil
}

// name is a key that can be seen.
func name(k string) string {
	if k == "" {
		return page.None
	}
	return k
}

func creditTable(credits []attribution.Credits, keys, models []string, title string, w *Words) Table {
	t := w.table(title)
	t.Columns = []Column{{Title: w.Channel}, {Title: w.Model}, {w.Conversions, Activity, true}, {w.Value, Activity, true}}
	valued := false // where no conversion says what it is worth, nobody's share is zero
	for _, k := range keys {
		for i, c := range credits {
			cr := c.Of(k)
			valued = valued || !cr.Value.IsZero()
			t.Rows = append(t.Rows, []Cell{textCell(name(k)), textCell(models[i]), floatCell(cr.Conversions, 2), moneyCell(cr.Value, "")})
		}
	}
	if !valued {
		t.Columns = t.Columns[:3]
		for i := range t.Rows {
			t.Rows[i] = t.Rows[i][:3]
		}
	}
	t.note(w, "")
	return t
}

// Channel is what customers of a channel cost and are worth. Either may be
// undefined.
type Channel struct {
	Name     string         `json:"name"`
	CAC      metrics.Ratio  `json:"cac"`
	LTV      metrics.Ratio  `json:"ltv"`
	Currency money.Currency `json:"currency,omitempty"`
}

// Channels shows what customers are worth beside what they cost, channel by
// channel, with the ratio of both: three is what a rule of thumb asks for. At
// most 1,000 channels.
func Channels(list []Channel, o Options) (Figure, error) {
	const op = "channels"
	switch n := len(list); {
	case n == 0:
		return Figure{}, refuse(op, "channels", "want at least 1")
	case n > maxBars:
		return Figure{}, tooMany(op, "channels", maxBars, n)
	}
	w := o.words()
	good := int64(0)
	ratios := make([]metrics.Ratio, len(list))
	for i, c := range list {
		r, err := metrics.LTVToCAC(c.LTV, c.CAC)
		if err != nil {
			return Figure{}, refuse(op, "channel "+strconv.Quote(c.Name), err.Error())
		}
		ratios[i] = r
		if cmp, ok := r.Cmp(metrics.NewCount(3, 1)); ok && cmp >= 0 {
			good++
		}
	}
	f := Figure{kind: ChannelsKind, o: o, w: w, title: pick(w.Titles, ChannelsKind)}
	f.desc = say(pick(w.Sentences, ChannelsKind), "n", page.Count(int64(len(list))), "k", page.Count(good))
	f.table = w.table(f.title)
	f.table.Columns = []Column{{Title: w.Channel}, {w.LTV, Balance, true}, {w.CAC, Activity, true}, {w.Ratio, NoBasis, true}}
	for i, c := range list {
		f.table.Rows = append(f.table.Rows, []Cell{textCell(name(c.Name)), ratioCell(c.LTV, places(c.Currency)), ratioCell(c.CAC, places(c.Currency)), ratioCell(ratios[i], 2)})
	}
	f.table.note(w, list[0].Currency)
	f.draw = func(d *frame) {
		d.legend([]key{{text: w.LTV, class: svg.Series1}, {text: w.CAC, class: svg.Series4}})
		c := bars{title: w.Amount + amountUnit(list[0].Currency), rule: math.NaN()}
		for i, ch := range list {
			text := w.LTV + " " + ratioCell(ch.LTV, 0).Text + page.Sep + w.CAC + " " + ratioCell(ch.CAC, 0).Text + page.Sep + ratioCell(ratios[i], 1).Text + " : 1"
			if !ratios[i].Defined() {
				text = w.LTV + " " + ratioCell(ch.LTV, 0).Text + page.Sep + w.CAC + " " + ratioCell(ch.CAC, 0).Text
			}
			c.list = append(c.list, bar{to: orZero(ch.LTV), class: svg.Series1, label: name(ch.Name), text: text, tip: w.LTV + " " + ratioCell(ch.LTV, 2).Text},
				bar{to: orZero(ch.CAC), class: svg.Series4, tip: w.CAC + " " + ratioCell(ch.CAC, 2).Text})
		}
		c.draw(d)
	}
	f.vega = func() vega {
		v := vega{}
		for i, c := range list {
			v.rows = append(v.rows, map[string]any{"channel": c.Name, "ltv": finite(defined(c.LTV)), "cac": finite(defined(c.CAC)), "ratio": finite(defined(ratios[i]))})
		}
		v.layers = []vegaLayer{{mark("bar", "color", "#0072b2"), map[string]any{"y": field("channel", "nominal", w.Channel), "x": field("ratio", "quantitative", w.Ratio)}}}
		return v
	}
	return f, nil
}

// orZero is the length of a bar: none where a ratio is undefined, which its
// text says.
func orZero(r metrics.Ratio) float64 {
	if v := defined(r); !math.IsNaN(v) {
		return v
	}
	return 0
}
