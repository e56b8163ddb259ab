package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// drawnSegments is how many segments a picture tells apart; the rest are one.
const drawnSegments = 7

// Segments shows recurring revenue at the end of each month by plan or segment:
// those of Ledger.StatementsBy and StatementsByPlan, all over the same months.
// The seven that are worth most in the last month are told apart, the others
// are one. By names what they are segments by; empty is the word for segments.
func Segments(segments []ledger.Segment, by string, o Options) (Figure, error) {
	const op = "segments"
	switch n := len(segments); {
	case n == 0:
		return Figure{}, refuse(op, "segments", "want at least 1")
	case n > maxSeries:
		return Figure{}, tooMany(op, "segments", maxSeries, n)
	}
	months := len(segments[0].Statements)
	for i := range segments {
		s := &segments[i]
		if len(s.Statements) != months {
			return Figure{}, refuse(op, fmt.Sprintf("segment %q", s.Key), fmt.Sprintf("want %d statements, got %d", months, len(s.Statements)))
		}
		if err := checkStatements(op, s.Statements); err != nil {
			return Figure{}, err
		}
		if err := checkAmounts(op, "in and out", append(slices.Clone(s.In), s.Out...)...); err != nil {
			return Figure{}, err
		}
	}
	w := o.words()
	if by == "" {
		by = w.Segment
	}
	l := layers{w: w, currency: segments[0].Statements[0].Currency}
	for _, st := range segments[0].Statements {
		l.months = append(l.months, st.Month.String())
	}
	for i := range segments {
		values := make([]decimal.Decimal, months)
		for k := range values {
			values[k] = segments[i].Closing(k)
		}
		l.names, l.values = append(l.names, segments[i].Key), append(l.values, values)
	}
	for i, name := range l.names {
		if name == "" {
			l.names[i] = page.None
		}
	}
	total := l.total(months - 1)
	order := l.ranked()
	top := order[0]
	f := Figure{kind: SegmentsKind, o: o, w: w, title: say(pick(w.Titles, SegmentsKind), "by", by), vega: l.vega}
	f.table = l.table(f.title)
	f.desc = say(pick(w.Sentences, SegmentsKind), "n", page.Count(int64(len(segments))), "to", l.months[months-1], "top", l.names[top],
		"share", page.Percent(metrics.NewRatio(l.values[top][months-1], total)), "b", amount(total, l.currency), "currency", string(l.currency))
	f.draw = func(d *frame) { l.draw(d, order) }
	return f, nil
}

// layers are amounts by month that stack up.
type layers struct {
	w        *Words
	currency money.Currency
	months   []string
	names    []string
	values   [][]decimal.Decimal // by name, then month
}

func (l layers) total(month int) decimal.Decimal {
	t := decimal.Zero
	for _, v := range l.values {
		t = t.Add(v[month])
	}
	return t
}

// ranked are the layers by what they are worth in the last month, most first.
func (l layers) ranked() []int {
	order := make([]int, len(l.names))
	for i := range order {
		order[i] = i
	}
	last := len(l.months) - 1
	slices.SortStableFunc(order, func(a, b int) int { return l.values[b][last].Cmp(l.values[a][last]) })
	return order
}

func (l layers) draw(d *frame, order []int) {
	shown := min(len(order), drawnSegments)
	if len(order) == drawnSegments+1 {
		shown++ // the one other stands for itself
	}
	c := columns{title: "MRR" + amountUnit(l.currency)}
	keys := []key{}
	for k := range shown {
		c.classes = append(c.classes, svg.SeriesClass(k))
		keys = append(keys, key{text: l.names[order[k]], class: svg.SeriesClass(k)})
	}
	if shown < len(order) {
		c.classes = append(c.classes, svg.Series8)
		keys = append(keys, key{text: d.w.Others + " (" + page.Count(int64(len(order)-shown)) + ")", class: svg.Series8})
	}
	d.legend(keys)
	from := len(l.months) - d.o.months(len(l.months), d.narrow)
	for m := from; m < len(l.months); m++ {
		col := column{label: l.months[m], line: math.NaN(), tip: l.months[m] + page.Sep + amount(l.total(m), l.currency)}
		for _, i := range order[:shown] {
			col.parts = append(col.parts, float(l.values[i][m]))
		}
		if shown < len(order) {
			up, down := decimal.Zero, decimal.Zero // others may cancel: both are shown
			for _, i := range order[shown:] {
				if v := l.values[i][m]; v.IsNegative() {
					down = down.Add(v)
				} else {
					up = up.Add(v)
				}
			}
			col.parts = append(col.parts, float(up))
			if !down.IsZero() {
				if len(c.classes) == len(col.parts) {
					c.classes = append(c.classes, svg.Series8)
				}
				col.parts = append(col.parts, float(down))
			}
		}
		c.list = append(c.list, col)
	}
	c.draw(d)
}

func (l layers) table(title string) Table {
	t := l.w.table(title)
	t.Columns = []Column{{Title: l.w.Month}}
	for _, name := range l.names {
		t.Columns = append(t.Columns, Column{name, Balance, true})
	}
	t.Columns = append(t.Columns, Column{l.w.Total, Balance, true})
	for m, month := range l.months {
		row := make([]Cell, 0, len(l.names)+2)
		row = append(row, textCell(month))
		for i := range l.names {
			row = append(row, moneyCell(l.values[i][m], l.currency))
		}
		t.Rows = append(t.Rows, append(row, moneyCell(l.total(m), l.currency)))
	}
	t.Notes = append(t.Notes, pick(l.w.Bases, Balance), say(l.w.Rounded, "currency", string(l.currency)))
	return t
}

func (l layers) vega() vega {
	v := vega{}
	for i, name := range l.names {
		for m, month := range l.months {
			v.rows = append(v.rows, map[string]any{"month": month, "name": name, "mrr": float(l.values[i][m])})
		}
	}
	v.layers = []vegaLayer{{mark("bar"), map[string]any{"x": field("month", "ordinal", l.w.Month), "y": field("mrr", "quantitative", "MRR", "stack", true), "color": field("name", "nominal", l.w.Segment)}}}
	return v
}
