package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

type thing struct {
	ID    importer.Text   `json:"id"`
	N     importer.Text   `json:"n"`
	Flag  bool            `json:"flag"`
	Parts []importer.Text `json:"parts"`
	Inner struct{ X int } `json:"inner"`
	Other importer.Ref[struct {
		X importer.Text `json:"x"`
	}] `json:"other"`
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
	v, ok, found, err := decode(t, `{"id":"x","n":12345678901234567890.123456789,"flag":true,"parts":[1,"a"],"inner":{"X":3},"other":{"id":"o","x":1e3},"more":[{}]}`)
	require.NoError(t, err)
	require.True(t, ok)
	assert.Empty(t, found)
	assert.Equal(t, importer.Text("12345678901234567890.123456789"), v.N, "no float in between")
	assert.Equal(t, "o", v.Other.ID)
	assert.Equal(t, importer.Text("1e3"), v.Other.Object.X)

	v, ok, _, err = decode(t, `{"id":"a\u0041\n","n":null,"other":"o2"}`)
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, importer.Text("aA\n"), v.ID)
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
		{`{"id":"x","inner":{"X":"q"}}`, "x", "inner.X", "a JSON string where a number should be; the record is left out"},
		{`{"id":"x","n":[1]}`, "x", "", "a JSON array where a string or number should be; the record is left out"},
		{`{"id":"x","n":{}}`, "x", "", "a JSON object where a string or number should be; the record is left out"},
		{`{"id":"x","other":[1]}`, "x", "", "a JSON array where an id or an object should be; the record is left out"},
		{`12`, "record 1", "", "a JSON number where an object should be; the record is left out"},
		{`"x"`, "record 1", "", "a JSON string where an object should be; the record is left out"},
		{"{\"id\":\"\xff\"}", "\xff", "", "not UTF-8: its ids cannot be trusted; the record is left out"},
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
		{"\n{\"id\":\"x\",\n\"a\":tru}", `test: record 1 (line 3, byte 19) "x": invalid character '}' in literal true (expecting 'e')`},
		{`{"id":"x",}`, `test: record 1 (line 1, byte 10) "x": invalid character '}' looking for beginning of object key string`},
		{`{"a" 1}`, `test: record 1 (line 1, byte 5): invalid character '1' after object key`},
		{`nul`, `test: record 1 (line 1, byte 2): invalid character ' ' in literal null (expecting 'l')`},
		{"\x01", `test: record 1 (line 1, byte 0): invalid character '\x01' looking for beginning of value`},
		{"{\"a\":\"\n\"}", `test: record 1 (line 1, byte 6): invalid character '\n' in string literal`},
		{"{\"a\":\xff}", `test: record 1 (line 1, byte 5): invalid character 'ÿ' looking for beginning of value`},
	} {
		_, ok, _, err := decode(t, c.in)
		assert.False(t, ok)
		require.EqualError(t, err, c.message, c.in)
		require.ErrorIs(t, err, importer.ErrSyntax)
	}
}

func TestRecord_Member(t *testing.T) {
	t.Parallel()
	r := importer.Record{Data: []byte(`{ "a" : 1 , "b":{"a":2,"x":"]"}, "c":[1,{"a":3}], "d":"q\"}" ,"e":null, "id":"z"}`)}
	assert.Equal(t, "1", string(r.Member("a")[:1]))
	assert.JSONEq(t, `{"a":2,"x":"]"}`, string(r.Member("b")))
	assert.JSONEq(t, `[1,{"a":3}]`, string(r.Member("c")))
	assert.Equal(t, `q"}`, r.Text("d"))
	assert.Equal(t, "z", r.Text("id"))
	assert.True(t, r.Has("e"))
	assert.False(t, r.Has("x"), "not of the record itself")
	assert.Empty(t, r.Text("a"), "not a string")
	for _, in := range []string{``, `{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":"`, `{"a":[`, `[1]`, `1`, `{}`, `{,}`, `{"a"}`} {
		r := importer.Record{Data: []byte(in)}
		assert.Empty(t, r.Text("a"), in)
		assert.Empty(t, r.Text("b"), in)
	}
}
