package report

import (
	"encoding/json"
	"math"
)

// vega is a view for Vega-Lite: rows with fields, a mark, and what is encoded
// by what.
type vega struct {
	rows   []map[string]any
	layers []vegaLayer
}

type vegaLayer struct {
	mark     map[string]any
	encoding map[string]any
}

// VegaLite writes the figure as a Vega-Lite 5 specification with its data, for
// who wants it interactive. Values are the floats nearest to the exact ones. A
// picture from elsewhere, a timeline and a flow have none: they are nil.
func (f Figure) VegaLite() ([]byte, error) {
	if f.vega == nil {
		return nil, nil
	}
	v := f.vega()
	layers := make([]map[string]any, len(v.layers))
	for i, l := range v.layers {
		layers[i] = map[string]any{"mark": l.mark, "encoding": l.encoding}
	}
	if v.rows == nil {
		v.rows = []map[string]any{}
	}
	return json.MarshalIndent(map[string]any{
		"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "title": f.title, "description": f.desc,
		"width": 720, "height": 300, "data": map[string]any{"values": v.rows}, "layer": layers,
	}, "", "  ")
}

// field encodes a field; kind is one of Vega-Lite's types.
func field(name, kind, title string, extra ...any) map[string]any {
	m := map[string]any{"field": name, "type": kind, "title": title}
	for i := 0; i+1 < len(extra); i += 2 {
		m[extra[i].(string)] = extra[i+1]
	}
	return m
}

func mark(kind string, extra ...any) map[string]any {
	m := map[string]any{"type": kind, "tooltip": true}
	for i := 0; i+1 < len(extra); i += 2 {
		m[extra[i].(string)] = extra[i+1]
	}
	return m
}

// finite is a value that JSON can hold; null where it is no number.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}
