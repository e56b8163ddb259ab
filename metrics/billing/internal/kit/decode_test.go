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
	kit.Object
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
		if err != nil {
			return v, false, s.Findings(), err
		}
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
		{`{"id":"x","flag":true,"flag":false}`, "x", "flag", "a key given twice: which of its values counts is not known; the record is left out"},
		{`{"id":"x","more":{"a":1,"b":[{"a":1,"a":2}]}}`, "x", "more.b[0].a", "a key given twice: which of its values counts is not known; the record is left out"},
		{`{"id":"x","more":"\ud800"}`, "x", "more", "not UTF-8: its ids cannot be trusted; the record is left out"},
		{"{\"id\":\"\xff\"}", "\uFFFD", "id", "not UTF-8: its ids cannot be trusted; the record is left out"},
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
		{"\n{\"id\":\"x\",\n\"a\":tru}", `test: record 1 (line 3, byte 19) "x": a: invalid character '}' in literal true (expecting 'e')`},
		{`{"id":"x",}`, `test: record 1 (line 1, byte 10) "x": invalid character '}' at start of string (expecting '"')`},
		{`{"a" 1}`, `test: record 1 (line 1, byte 5): a: invalid character '1' after object name (expecting ':')`},
		{`{"a":1 "b":2}`, `test: record 1 (line 1, byte 7): invalid character '"' after object value (expecting ',' or '}')`},
		{`{"parts":[1 2]}`, `test: record 1 (line 1, byte 12): parts: invalid character '2' after array element (expecting ',' or ']')`},
		{`{"a":[1 2]}`, `test: record 1 (line 1, byte 8): a: invalid character '2' after array element (expecting ',' or ']')`},
		{`{"n":01}`, `test: record 1 (line 1, byte 6): invalid character '1' after object value (expecting ',' or '}')`},
		{`{"n":1.}`, `test: record 1 (line 1, byte 7): n: invalid character '}' in number (expecting digit)`},
		{`{"n":+1}`, `test: record 1 (line 1, byte 5): n: invalid character '+' at start of value`},
		{`nul`, `test: record 1 (line 1, byte 3): the input ends too early`},
		{"\x01", `test: record 1 (line 1, byte 0): invalid character '\x01' at start of value`},
		{"{\"a\":\"\n\"}", `test: record 1 (line 1, byte 6): a: invalid character '\n' in string (expecting non-control character)`},
		{`{"a":"\x"}`, "test: record 1 (line 1, byte 6): a: invalid escape sequence `\\x` in string"},
		{`{"a":"\u00g0"}`, "test: record 1 (line 1, byte 6): a: invalid escape sequence `\\u00g0` in string"},
		{"{\"a\":\xff}", `test: record 1 (line 1, byte 5): a: invalid character '\xff' at start of value`},
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
	case *kit.Object:
		m, isObject := object()
		return isObject && (m["id"] == nil || slow(t, m["id"], reflect.ValueOf(&p.ID).Elem()))
	case *kit.Ref[otherThing]:
		_, isObject := object()
		if !isObject {
			var id kit.Text
			ok := slow(t, raw, reflect.ValueOf(&id).Elem())
			p.ID = string(id)
			return ok
		}
		p.Object = new(otherThing)
		ok := slow(t, raw, reflect.ValueOf(p.Object).Elem())
		p.ID = string(p.Object.ID)
		return ok
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
			if v.Type().Field(i).Anonymous {
				ok = slow(t, raw, v.Field(i)) && ok
				continue
			}
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

// unclear reports whether JSON that encoding/json reads names a key twice or has
// half a pair of surrogates, by writing each of its objects and texts anew.
func unclear(raw json.RawMessage) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	type level struct {
		names map[string]bool // nil of an array
		value bool            // the next text is a value
	}
	var stack []level
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if text, isText := token.(string); isText {
			if strings.ContainsRune(text, utf8.RuneError) && !strings.Contains(string(raw), string(utf8.RuneError)) && !strings.Contains(strings.ToLower(string(raw)), `\ufffd`) {
				return true
			}
			if n := len(stack); n > 0 && stack[n-1].names != nil && !stack[n-1].value {
				if stack[n-1].names[text] {
					return true
				}
				stack[n-1].names[text], stack[n-1].value = true, true
				continue
			}
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, level{names: map[string]bool{}})
			continue
		case json.Delim('['):
			stack = append(stack, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		}
		if n := len(stack); n > 0 {
			stack[n-1].value = false
		}
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
		if err != nil || !utf8.Valid(trimmed) {
			return
		}
		if unclear(trimmed) {
			if ok {
				t.Fatalf("%q: a key twice, or half a pair of surrogates, and it fits", trimmed)
			}
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
