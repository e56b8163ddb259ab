package jsonin_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

type record struct {
	Name string     `json:"name"`
	N    int        `json:"n"`
	Rest jsonin.Raw `json:"rest"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var r record
	require.NoError(t, jsonin.Decode([]byte(` {"name":"ä","n":3,"rest":{"a":[1, 2]},"other":null} `), &r))
	assert.Equal(t, record{"ä", 3, jsonin.Raw(`{"a":[1, 2]}`)}, r)
	for _, bad := range []string{``, `{`, `{"name":"a","name":"b"}`, "{\"name\":\"\xff\"}", `{"name":1}`, `{"n":1.5}`, `{} {}`, `{"n":99999999999999999999}`, `[]`} {
		require.Error(t, jsonin.Decode([]byte(bad), &record{}), bad)
	}
	r = record{}
	require.NoError(t, jsonin.Decode([]byte(`{"Name":"a"}`), &r))
	assert.Empty(t, r.Name, "names count with their case")
	for in, want := range map[string]string{
		`{"other":1}`:                `other: unknown field`,
		`{"rest":1,"n":"x"}`:         `n: a JSON string where a whole number should be`,
		`{"n":1.5}`:                  `n: a JSON number where a whole number should be`,
		`{"n":99999999999999999999}`: `n: value out of range`,
		`{"rest":{"a":1,"a":2}}`:     `rest.a: given twice`,
		`{"name":[]}`:                `name: a JSON array where a string should be`,
		`[]`:                         `a JSON array where an object should be`,
		`{"name":1}`:                 `name: a JSON number where a string should be`,
		`{"n":true}`:                 `n: a JSON boolean where a whole number should be`,
	} {
		require.EqualError(t, jsonin.DecodeStrict([]byte(in), &r), want, in)
	}
	var list struct {
		A []map[string]bool `json:"a"`
		F *float64          `json:"f"`
	}
	require.EqualError(t, jsonin.DecodeStrict([]byte(`{"a":[{},{"x":{}}]}`), &list), `a[1].x: a JSON object where true or false should be`)
	require.EqualError(t, jsonin.DecodeStrict([]byte(`{"a":{}}`), &list), `a: a JSON object where an array should be`)
	require.EqualError(t, jsonin.DecodeStrict([]byte(`{"f":"1"}`), &list), `f: a JSON string where a number should be`)
}

// What is accepted is what encoding/json accepts too.
func FuzzDecode_IsStricterThanTheStandard(f *testing.F) {
	f.Add([]byte(`{"name":"a","n":3,"rest":[true,null,{"x":"\u00e0"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a map[string]any
		if jsonin.Decode(data, &a) != nil {
			return
		}
		var b map[string]any
		require.NoError(t, json.Unmarshal(data, &b))
		require.Equal(t, b, a)
	})
}
