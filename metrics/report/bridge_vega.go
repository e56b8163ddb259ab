package report

import "github.com/lifecycle-go/lifecycle/metrics/ledger"

// seriesColours are those of the pictures, by name of the series.
func seriesColours(names []string) map[string]any {
	return map[string]any{"domain": names, "range": []string{"#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#9a9a9a"}}
}

func bridgeVega(statements []ledger.Statement, w *Words) vega {
	v := vega{}
	names := w.bridgeNames()
	for _, s := range statements {
		for k, d := range bridgeParts(s.Revenue) {
			if !d.IsZero() {
				v.rows = append(v.rows, map[string]any{"month": s.Month.String(), "line": names[k], "amount": float(d)})
			}
		}
		v.rows = append(v.rows, map[string]any{"month": s.Month.String(), "net": float(s.Revenue.NetNew().Add(s.Revenue.FX))})
	}
	x := field("month", "ordinal", w.Month)
	v.layers = []vegaLayer{
		{mark("bar"), map[string]any{"x": x, "y": field("amount", "quantitative", w.Amount, "stack", true), "color": field("line", "nominal", w.Line, "scale", seriesColours(names[:]))}},
		{mark("line", "point", true, "color", "#1b1f24"), map[string]any{"x": x, "y": field("net", "quantitative", w.NetNew)}},
	}
	return v
}
