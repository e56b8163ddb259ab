package kit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// slim is a wire struct that keeps nothing as it is written.
type slim struct {
	kit.Object
	N     kit.Text            `json:"n"`
	Flag  bool                `json:"flag"`
	Parts []kit.Text          `json:"parts"`
	Other kit.Ref[otherThing] `json:"other"`
	Bare  kit.Text
}

// What is left out of a record before it is decoded makes no difference: values,
// findings and errors are those of the record as a whole, of which a Record
// outside a scanner knows no members.
func TestLaw_UsedMakesNoDifference(t *testing.T) {
	t.Parallel()
	var accepted, misfit, twice, twiceInside, escaped, notUTF8, cut int
	cases := law.Counters{"accepted": &accepted, "misfit": &misfit, "twice": &twice, "twice inside": &twiceInside, "escaped": &escaped, "not UTF-8": &notUTF8, "cut": &cut}
	names := rapid.SampledFrom([]string{"id", "n", "flag", "parts", "other", "Bare", "bare", "N", "a", "b", "c", "d", "e", "f", "g", "", "é", `n\u0061`, `\u006e`, "x\xff"})
	values := rapid.SampledFrom([]string{`1`, `"x"`, `true`, `false`, `null`, `[]`, `{}`, `["a",1]`, `{"id":"o"}`, `{"k":1,"k":2}`, `"\u00e9"`, `"\ud800"`, "\"\xff\"", `-1.5e3`, `"é"`})
	law.Check(t, func(t *rapid.T) {
		var objects []string
		for range rapid.IntRange(1, 3).Draw(t, "objects") {
			var members []string
			if rapid.Bool().Draw(t, "good") {
				members = append(members, `"id":"x"`, `"n":5`, `"flag":true`, `"u1":1`, `"u2":"é"`, `"u3":null`, `"u4":[]`, `"u5":{}`, `"u6":false`)
				cut++
			}
			for range rapid.IntRange(0, 5).Draw(t, "members") {
				members = append(members, `"`+names.Draw(t, "name")+`": `+values.Draw(t, "value"))
			}
			o := "{" + strings.Join(members, " ,") + "}"
			objects = append(objects, o, o) // the second finds its members known
		}
		a, err := kit.NewSession("test", importer.Options{})
		require.NoError(t, err)
		b, err := kit.NewSession("test", importer.Options{})
		require.NoError(t, err)
		for rec, err := range a.Records(strings.NewReader(strings.Join(objects, "\n")), "data") {
			require.NoError(t, err)
			var x, y slim
			gotten, errA := a.Decode(rec, &x)
			wanted, errB := b.Decode(rec.Inside(rec.Data), &y)
			require.Equal(t, errB, errA, "%s", rec.Data)
			require.Equal(t, wanted, gotten, "%s", rec.Data)
			if wanted {
				accepted++
				require.Equal(t, y, x, "%s", rec.Data)
			}
		}
		require.Equal(t, b.Findings(), a.Findings())
		for _, f := range b.Findings() {
			switch {
			case strings.Contains(f.Message, "where"):
				misfit++
			case strings.Contains(f.Message, "twice") && strings.Contains(f.Field, "."):
				twiceInside++
			case strings.Contains(f.Message, "twice"):
				twice++
			case strings.Contains(f.Message, "UTF-8"):
				notUTF8++
			}
		}
		for _, o := range objects {
			if strings.Contains(o, `\u006e`) {
				escaped++
			}
		}
	}, cases)
}

// keeper keeps parts as they are written, deep inside.
type keeper struct {
	kit.Object
	Slice []part          `json:"slice"`
	One   *part           `json:"one"`
	Map   map[string]part `json:"map"`
}

type part struct {
	Raw kit.Raw `json:"raw"`
}

// What is kept as it is written stays so while the record does, whatever else is
// decoded of it.
func TestDecode_KeepsRaw(t *testing.T) {
	t.Parallel()
	s, err := kit.NewSession("test", importer.Options{})
	require.NoError(t, err)
	for _, field := range []string{`"slice":[{"raw":[1,2]}]`, `"one":{"raw":[1,2]}`, `"map":{"k":{"raw":[1,2]}}`} {
		o := `{"a":"` + strings.Repeat("x", 60) + `",` + field + `,"id":"x","u1":1,"u2":2,"u3":3,"u4":4,"u5":5}`
		for rec, err := range s.Records(strings.NewReader(strings.Repeat(o+"\n", 40)), "data") {
			require.NoError(t, err)
			var x keeper
			ok, err := s.Decode(rec, &x)
			require.NoError(t, err)
			require.True(t, ok)
			_, err = s.Decode(rec, new(struct { // has more of the record before the parts
				kit.Object
				A kit.Text `json:"a"`
			}))
			require.NoError(t, err)
			var raw []kit.Raw
			for _, p := range x.Slice {
				raw = append(raw, p.Raw)
			}
			for _, p := range x.Map {
				raw = append(raw, p.Raw)
			}
			if x.One != nil {
				raw = append(raw, x.One.Raw)
			}
			require.Equal(t, []kit.Raw{kit.Raw("[1,2]")}, raw)
		}
	}
}

// The part of a record that Inner gives is the next one's, Is sees through
// escapes.
func TestRecord_InnerAndIs(t *testing.T) {
	t.Parallel()
	r := &kit.Record{N: 3, Line: 2, Offset: 9, List: "data", Data: []byte(`{"a":{"kind":"x"},"b":{"kind":"y\u007a","no":1}}`)}
	a := r.Inner(r.Member("a"))
	require.True(t, a.Is("kind", "x"))
	require.False(t, a.Is("kind", "y"))
	require.False(t, a.Is("none", ""))
	b := r.Inner(r.Member("b"))
	require.Same(t, a, b)
	require.True(t, b.Is("kind", "yz"))
	require.False(t, b.Is("kind", `y\u007a`))
	require.False(t, b.Is("no", "1"), "not a text")
	require.Equal(t, []any{int64(3), int64(2), int64(9), "data"}, []any{b.N, b.Line, b.Offset, b.List})
	var none *kit.Record
	require.False(t, none.Is("kind", ""))
}
