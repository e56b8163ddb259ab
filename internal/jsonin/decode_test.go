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
	require.Error(t, jsonin.DecodeStrict([]byte(`{"other":1}`), &r))
	err := jsonin.Decode([]byte(`{"n":"x"}`), &r)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "/n")
	assert.NotContains(t, err.Error(), "json: ")
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
