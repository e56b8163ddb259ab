package metrics

import (
	"encoding/json"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// revenueWire is the JSON form of a Revenue.
type revenueWire struct {
	Opening      *string `json:"opening"`
	New          *string `json:"new"`
	Expansion    *string `json:"expansion"`
	Reactivation *string `json:"reactivation"`
	Contraction  *string `json:"contraction"`
	Churn        *string `json:"churn"`
	FX           *string `json:"fx"`
	Closing      *string `json:"closing"`
}

func (w *revenueWire) fields() [7]**string {
	return [...]**string{&w.Opening, &w.New, &w.Expansion, &w.Reactivation, &w.Contraction, &w.Churn, &w.FX}
}

// MarshalJSON writes the seven amounts and the closing as exact decimals in
// text:
//
//	{"opening":"260","new":"30","expansion":"0","reactivation":"50","contraction":"0","churn":"0","fx":"0","closing":"340"}
//
// Amounts beyond the bounds that Validate checks are an error.
func (r Revenue) MarshalJSON() ([]byte, error) {
	f := faults{op: "Revenue.MarshalJSON"}
	var w revenueWire
	to := w.fields()
	for i, d := range r.fields() {
		if f.amount(revenueFields[i], d) {
			s := plain(d)
			*to[i] = &s
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	closing := plain(r.Closing())
	w.Closing = &closing
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes; null leaves the bridge as it
// was. An amount that is left out is zero. The closing may be left out too; if
// it is there and the amounts do not sum to it, that is an error. Magnitudes
// are not checked here, see Validate.
func (r *Revenue) UnmarshalJSON(data []byte) error {
	const op = "Revenue.UnmarshalJSON"
	if string(data) == "null" {
		return nil
	}
	var w revenueWire
	if err := json.Unmarshal(data, &w); err != nil {
		return syntax(op, string(data), err.Error())
	}
	f := faults{op: op}
	read := func(field string, text *string) decimal.Decimal {
		if text == nil {
			return decimal.Decimal{}
		}
		d, ok := parsePlain(*text)
		if !ok {
			f.add(field, quote(*text), "want a decimal without exponent, as text", CodeSyntax)
		} else if err := num.Check(d); err != nil {
			f.add(field, "", err.Error(), CodeBounds)
		} else {
			return d
		}
		return decimal.Decimal{}
	}
	var got [7]decimal.Decimal
	for i, text := range w.fields() {
		got[i] = read(revenueFields[i], *text)
	}
	closing := read("Closing", w.Closing)
	in := Revenue{Opening: got[0], New: got[1], Expansion: got[2], Reactivation: got[3], Contraction: got[4], Churn: got[5], FX: got[6]}
	if len(f.errs) == 0 && w.Closing != nil && !closing.Equal(in.Closing()) {
		f.add("Closing", plain(closing), "the amounts sum to "+plain(in.Closing()), CodeExceeds)
	}
	if err := f.err(); err != nil {
		return err
	}
	*r = in
	return nil
}
