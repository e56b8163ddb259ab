package kit_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

type thing struct {
	ID    kit.Text   `json:"id"`
	N     kit.Text   `json:"n"`
	Flag  bool       `json:"flag"`
	Parts []kit.Text `json:"parts"`
	Inner struct {
		X kit.Text `json:"x"`
	} `json:"inner"`
	Many  []thing2            `json:"many"`
	Table map[string]thing2   `json:"table"`
	Raw   kit.Raw             `json:"raw"`
	Maybe *bool               `json:"maybe"`
	Other kit.Ref[otherThing] `json:"other"`
}

type otherThing struct {
	X kit.Text `json:"x"`
}

type thing2 struct {
	X     kit.Text `json:"x"`
	Flags []bool   `json:"flags"`
}

// decode reads the first record of an input.
func decode(t *testing.T, in string) (v thing, ok bool, found []billing.Finding, err error) {
	t.Helper()
	s := session(t, importer.Options{})
	for rec, err := range s.Records(strings.NewReader(in)) {
		require.NoError(t, err)
		ok, err := s.Decode(rec, &v)
		return v, ok, s.Findings(), err
	}
	t.Fatal("no record")
	return
}

func TestDecode(t *testing.T) {
	t.Parallel()
	v, ok, found, err := decode(t, `{"id":"x","n":12345678901234567890.123456789,"flag":true,"parts":[1,"a"],"inner":{"x":3},"other":{"id":"o","x":1e3},"more":[{}]}`)
	require.NoError(t, err)
	require.True(t, ok)
	assert.Empty(t, found)
	assert.Equal(t, kit.Text("12345678901234567890.123456789"), v.N, "no float in between")
	assert.Equal(t, "o", v.Other.ID)
	assert.Equal(t, kit.Text("1e3"), v.Other.Object.X)

	v, ok, _, err = decode(t, `{"id":"a\u0041\n","n":null,"other":"o2"}`)
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, kit.Text("aA\n"), v.ID)
	assert.Empty(t, v.N)
	assert.Equal(t, "o2", v.Other.ID)
	assert.Nil(t, v.Other.Object)
}

// A record of another shape is a finding that names the field; the import goes
// on.
func TestDecode_Shape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, record, field, message string }{
		{`{"id":"x","flag":"yes"}`, "x", "flag", "a JSON string where true or false should be; the record is left out"},
		{`{"id":"x","inner":[1]}`, "x", "inner", "a JSON array where an object should be; the record is left out"},
		{`{"id":"x","parts":{"a":1}}`, "x", "parts", "a JSON object where an array should be; the record is left out"},
		{`{"id":"x","inner":{"x":{}}}`, "x", "inner.x", "a JSON object where a string or number should be; the record is left out"},
		{`{"n":[1],"id":"x"}`, "x", "n", "a JSON array where a string or number should be; the record is left out"},
		{`{"id":"x","other":[1]}`, "x", "other", "a JSON array where an id or an object should be; the record is left out"},
		{`{"id":"x","many":[{},{"flags":[true,1]}]}`, "x", "many[1].flags[1]", "a JSON number where true or false should be; the record is left out"},
		{`{"id":"x","table":{"k":{"x":[]}}}`, "x", "table.k.x", "a JSON array where a string or number should be; the record is left out"},
		{`{"id":"x","table":[]}`, "x", "table", "a JSON array where an object should be; the record is left out"},
		{`{"id":"x","maybe":"no"}`, "x", "maybe", "a JSON string where true or false should be; the record is left out"},
		{`{"id":"x","inner":true,"flag":1}`, "x", "inner", "a JSON boolean where an object should be; the record is left out"},
		{`12`, "record 1", "", "a JSON number where an object should be; the record is left out"},
		{`"x"`, "record 1", "", "a JSON string where an object should be; the record is left out"},
		{"{\"id\":\"\xff\"}", "\uFFFD", "", "not UTF-8: its ids cannot be trusted; the record is left out"},
	} {
		_, ok, found, err := decode(t, c.in)
		require.NoError(t, err, c.in)
		assert.False(t, ok, c.in)
		require.Len(t, found, 1, c.in)
		assert.Equal(t, billing.CodeMalformed, found[0].Code)
		assert.Equal(t, billing.Fault, found[0].Severity)
		assert.Equal(t, c.record, found[0].Record, c.in)
		assert.Equal(t, c.field, found[0].Field, c.in)
		assert.Equal(t, c.message, found[0].Message, c.in)
	}
	// null is nothing, of any shape.
	_, ok, found, err := decode(t, `null`)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Empty(t, found)
}

// What is no JSON ends the import, with the place inside the record.
func TestDecode_Broken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, message string }{
		{"\n{\"id\":\"x\",\n\"a\":tru}", `test: record 1 (line 3, byte 16) "x": found 't' where a value should be`},
		{`{"id":"x",}`, `test: record 1 (line 1, byte 10) "x": found '}' where a key should be`},
		{`{"a" 1}`, `test: record 1 (line 1, byte 5): found '1' where ':' should be`},
		{`{"a":1 "b":2}`, `test: record 1 (line 1, byte 7): found '"' where ',' or '}' should be`},
		{`{"parts":[1 2]}`, `test: record 1 (line 1, byte 12): found '2' where ',' or ']' should be`},
		{`{"a":[1 2]}`, `test: record 1 (line 1, byte 8): found '2' where ',' or ']' should be`},
		{`{"n":01}`, `test: record 1 (line 1, byte 6): found '1' where ',' or '}' should be`},
		{`{"n":1.}`, `test: record 1 (line 1, byte 5): found '1' where a value should be`},
		{`{"n":+1}`, `test: record 1 (line 1, byte 5): found '+' where a value should be`},
		{`nul`, `test: record 1 (line 1, byte 0): found 'n' where a value should be`},
		{"\x01", `test: record 1 (line 1, byte 0): found byte 0x01 where a value should be`},
		{"{\"a\":\"\n\"}", `test: record 1 (line 1, byte 6): found byte 0x0a where no control byte in a string should be`},
		{`{"a":"\x"}`, `test: record 1 (line 1, byte 6): found '\' where an escape such as \n or \u0041 should be`},
		{`{"a":"\u00g0"}`, `test: record 1 (line 1, byte 6): found '\' where an escape such as \n or \u0041 should be`},
		{"{\"a\":\xff}", `test: record 1 (line 1, byte 5): found byte 0xff where a value should be`},
	} {
		_, ok, _, err := decode(t, c.in)
		assert.False(t, ok)
		require.EqualError(t, err, c.message, c.in)
		require.ErrorIs(t, err, importer.ErrSyntax)
	}
}

func TestRecord_Member(t *testing.T) {
	t.Parallel()
	r := kit.Record{Data: []byte(`{ "a" : 1 , "b":{"a":2,"x":"]"}, "c":[1,{"a":3}], "d":"q\"}" ,"e":null, "id":"z"}`)}
	assert.Equal(t, "1", string(r.Member("a")[:1]))
	assert.JSONEq(t, `{"a":2,"x":"]"}`, string(r.Member("b")))
	assert.JSONEq(t, `[1,{"a":3}]`, string(r.Member("c")))
	assert.Equal(t, `q"}`, r.Text("d"))
	assert.Equal(t, "z", r.Text("id"))
	assert.True(t, r.Has("e"))
	assert.False(t, r.Has("x"), "not of the record itself")
	assert.Empty(t, r.Text("a"), "not a string")
	for _, in := range []string{``, `{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":"`, `{"a":[`, `[1]`, `1`, `{}`, `{,}`, `{"a"}`} {
		r := kit.Record{Data: []byte(in)}
		assert.Empty(t, r.Text("a"), in)
		assert.Empty(t, r.Text("b"), in)
	}
}

func TestDecode_OtherTypes(t *testing.T) {
	t.Parallel()
	s := session(t, importer.Options{})
	for rec, err := range s.Records(strings.NewReader(`{"id":"x","n":1}`)) {
		require.NoError(t, err)
		var v struct {
			N int `json:"n"`
		}
		ok, err := s.Decode(rec, &v)
		require.NoError(t, err)
		assert.False(t, ok, "better than to leave the field at zero without a word")
		assert.Equal(t, "a JSON number where nothing (Go's int is no wire type) should be; the record is left out", s.Findings()[0].Message)
	}
}

// slow is Decode by encoding/json alone, one level at a time.
func slow(t *testing.T, raw json.RawMessage, v reflect.Value) (ok bool) {
	t.Helper()
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return true
	}
	object := func() (m map[string]json.RawMessage, ok bool) { return m, json.Unmarshal(raw, &m) == nil }
	switch p := v.Addr().Interface().(type) {
	case *kit.Text:
		if raw[0] != '"' {
			*p = kit.Text(raw)
			return raw[0] != '{' && raw[0] != '['
		}
		return json.Unmarshal(raw, (*string)(p)) == nil
	case *kit.Raw:
		*p = kit.Raw(raw)
		return true
	case *bool:
		return json.Unmarshal(raw, p) == nil
	case *kit.Ref[otherThing]:
		m, isObject := object()
		if !isObject {
			var id kit.Text
			ok := slow(t, raw, reflect.ValueOf(&id).Elem())
			p.ID = string(id)
			return ok
		}
		p.Object = new(otherThing)
		if json.Unmarshal(m["id"], &p.ID) != nil {
			p.ID = ""
		}
		return slow(t, raw, reflect.ValueOf(p.Object).Elem())
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return slow(t, raw, v.Elem())
	case reflect.Slice:
		var elems []json.RawMessage
		if json.Unmarshal(raw, &elems) != nil {
			return false
		}
		v.Set(reflect.MakeSlice(v.Type(), len(elems), len(elems)))
		ok = true
		for i, e := range elems {
			ok = slow(t, e, v.Index(i)) && ok
		}
		return ok
	case reflect.Map:
		m, isObject := object()
		if !isObject {
			return false
		}
		v.Set(reflect.MakeMap(v.Type()))
		ok = true
		for k, e := range m {
			elem := reflect.New(v.Type().Elem()).Elem()
			ok = slow(t, e, elem) && ok
			v.SetMapIndex(reflect.ValueOf(k), elem)
		}
		return ok
	case reflect.Struct:
		m, isObject := object()
		if !isObject {
			return false
		}
		ok = true
		for i := range v.NumField() {
			if e, has := m[v.Type().Field(i).Tag.Get("json")]; has {
				ok = slow(t, e, v.Field(i)) && ok
			}
		}
		return ok
	default:
		t.Fatalf("no wire type: %s", v.Type())
		return false
	}
}

// FuzzDecode_AsSlow: Decode takes what encoding/json takes and gives what the
// slow way gives.
func FuzzDecode_AsSlow(f *testing.F) {
	for _, s := range []string{
		`{"id":"x","n":1e9,"flag":true,"parts":[1,"a",null],"inner":{"x":false},"other":{"id":"o","x":3}}`,
		`{"many":[{"x":"\u00e9\ud83d\ude00","flags":[true,false]}],"table":{"a":{"x":1},"b":null},"raw":[1, {"a":2}],"maybe":false}`,
		`{"id":1,"id":2,"other":"z","inner":[],"n":{}}`, `{"id":"a",}`, `{"n":01}`, `[{"id":1}]`, `{"a":"\ud800"}`, `{"other":{"id":5}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		trimmed := bytes.Trim(in, " \t\r\n")
		if len(trimmed) == 0 || len(in) > 4096 || bytes.Count(in, []byte("[")) > 60 || bytes.Count(in, []byte("{")) > 60 {
			return
		}
		s, err := kit.NewSession("fuzz", importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got, want thing
		ok, err := s.Decode(&kit.Record{Data: trimmed, N: 1, Line: 1}, &got)
		if valid := json.Valid(trimmed); valid != (err == nil) {
			t.Fatalf("%q: %v, json.Valid says %t", trimmed, err, valid)
		}
		if checked := s.Check(&kit.Record{Data: trimmed, N: 1, Line: 1}); (checked == nil) != (err == nil) {
			t.Fatalf("%q: Check says %v, Decode %v", trimmed, checked, err)
		}
		if err != nil || !utf8.Valid(trimmed) {
			return
		}
		if fits := slow(t, trimmed, reflect.ValueOf(&want).Elem()); fits != ok {
			t.Fatalf("%q: fits %t, the slow way %t: %v", trimmed, ok, fits, s.Findings())
		}
		if ok && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\n%+v, the slow way\n%+v", trimmed, got, want)
		}
	})
}

// The wire types fit encoding/json too.
func TestWire_EncodingJSON(t *testing.T) {
	t.Parallel()
	var v thing
	require.NoError(t, json.Unmarshal([]byte(`{"id":"x","n":1.50,"parts":["a",2,null],"other":{"id":"o","x":"\n"}}`), &v))
	assert.Equal(t, kit.Text("1.50"), v.N)
	assert.Equal(t, []kit.Text{"a", "2", ""}, v.Parts)
	assert.Equal(t, "o", v.Other.ID)
	assert.Equal(t, kit.Text("\n"), v.Other.Object.X)
	require.NoError(t, json.Unmarshal([]byte(`{"other":"p"}`), &v))
	assert.Equal(t, "p", v.Other.ID)
	require.Error(t, json.Unmarshal([]byte(`{"n":[]}`), &v))
	require.Error(t, json.Unmarshal([]byte(`{"other":[]}`), &v))
	var text kit.Text
	require.ErrorIs(t, text.UnmarshalJSON([]byte(`"x`)), importer.ErrSyntax)
	require.ErrorIs(t, text.UnmarshalJSON(nil), importer.ErrSyntax)
}
