package jsonin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// own reads itself: a text, nothing else.
type own string

func (o *own) UnmarshalJSONFrom(d *jsonin.Decoder) error {
	v, err := d.ReadValue()
	if err == nil && v.Kind() != '"' {
		return jsonin.Misfit(v)
	}
	*o = own(jsonin.Unquote(v))
	return err
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want jsonin.Problem
	}{
		{`{"list":[{"n":1},{"n":"x"}]}`, jsonin.Problem{Cause: jsonin.Shape, Offset: 22, Pointer: "/list/1/n", Kind: '"', Type: reflect.TypeFor[int]()}},
		{`{"own":[]}`, jsonin.Problem{Cause: jsonin.Shape, Offset: 7, Pointer: "/own", Kind: '[', Type: reflect.TypeFor[own]()}},
		{`{"x":{"b":1,"b":2}}`, jsonin.Problem{Cause: jsonin.Repeated, Offset: 12, Pointer: "/x/b", Reason: "given twice"}},
		{"{\"own\":\"\xff\"}", jsonin.Problem{Cause: jsonin.NotText, Offset: 8, Pointer: "/own", Reason: "invalid UTF-8"}},
		{`{"own":"\ud800"}`, jsonin.Problem{Cause: jsonin.NotText, Offset: 8, Pointer: "/own"}},
		{`{"own":"a"`, jsonin.Problem{Cause: jsonin.CutOff, Offset: 10, Reason: "the input ends too early"}},
		{`{"list":[1}`, jsonin.Problem{Cause: jsonin.Broken, Offset: 10, Pointer: "/list"}},
		{`{"n":tru}`, jsonin.Problem{Cause: jsonin.Broken, Offset: 8, Pointer: "/n", Reason: "invalid character '}' in literal true (expecting 'e')"}},
		{`{} {}`, jsonin.Problem{Cause: jsonin.Broken, Offset: 3}},
	} {
		var into struct {
			List []struct {
				N int `json:"n"`
			} `json:"list"`
			Own own `json:"own"`
		}
		err := jsonin.Decode([]byte(c.in), &into)
		require.Error(t, err, c.in)
		got := jsonin.Explain(err, []byte(c.in))
		assert.NotEmpty(t, got.Reason, c.in)
		if c.want.Reason == "" {
			got.Reason = ""
		}
		assert.Equal(t, c.want, got, c.in)
	}
	boom := errors.New("boom")
	_, err := jsonin.NewDecoder(iotest.ErrReader(boom)).ReadValue()
	assert.Equal(t, jsonin.Unread, jsonin.Explain(err, nil).Cause)
	require.ErrorIs(t, err, boom)
}

func TestPath(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "items.data[1].quantity", jsonin.Path("/items/data/1/quantity", 0))
	assert.Equal(t, "quantity", jsonin.Path("/data/1/quantity", 2))
	assert.Equal(t, "[3]", jsonin.Path("/3", 0))
	assert.Equal(t, "a/b.~", jsonin.Path("/a~1b/~0", 0))
	assert.Empty(t, jsonin.Path("", 0))
	assert.Empty(t, jsonin.Path("/data/1", 5))
}

// A Decoder leaves what Decode refuses, so that one bad value does not hide those
// behind it.
func TestDecoder_LeavesWhatDecodeRefuses(t *testing.T) {
	t.Parallel()
	d := jsonin.NewDecoder(strings.NewReader(`{"a":1,"a":2} "` + "\xff" + `" {"n":1}`))
	for i, accepted := range []bool{false, false, true} {
		v, err := d.ReadValue()
		require.NoError(t, err)
		assert.Equal(t, accepted, jsonin.Decode(v, new(any)) == nil, i)
	}
	jsonin.Reset(d, strings.NewReader(`[{"n":4}]`))
	_, err := d.ReadToken()
	require.NoError(t, err)
	var r record
	require.NoError(t, jsonin.Next(d, &r))
	assert.Equal(t, 4, r.N)
}

// FuzzUnquote_AsTheStandard: texts are those encoding/json reads.
func FuzzUnquote_AsTheStandard(f *testing.F) {
	for _, s := range []string{`"a"`, `"\u00e0\n\\"`, `"\ud83d\ude00"`, `"\ud800x"`, "\"\xffä\"", `""`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.TrimSpace(data)
		var want string
		if len(data) == 0 || data[0] != '"' || json.Unmarshal(data, &want) != nil {
			return
		}
		require.Equal(t, want, jsonin.Unquote(data))
	})
}
