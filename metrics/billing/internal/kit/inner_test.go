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

type envelope struct {
	ID   kit.Text `json:"id"`
	Data struct {
		Object kit.Raw  `json:"object"`
		Other  kit.Text `json:"other"`
	} `json:"data"`
}

// anyJSON draws a value, an object as likely as all else together, with blanks,
// escapes, brackets in texts and names that come twice.
func anyJSON(t *rapid.T, depth int) string {
	blank := rapid.SampledFrom([]string{"", "", "", " ", "\t\n "})
	kinds := []string{`"a"`, `"{[,]}"`, `"\"\\"`, `"\u00e9"`, "1", "-2.5e3", "true", "null", "{}", "[]", `"` + "\xff" + `"`}
	if depth > 0 && rapid.Bool().Draw(t, "object") {
		var parts []string
		for range rapid.IntRange(0, 4).Draw(t, "members") {
			name := rapid.SampledFrom([]string{`"id"`, `"object"`, `"other"`, `"data"`, `"x,}"`, `"y\""`, `"\u006fbject"`}).Draw(t, "name")
			parts = append(parts, blank.Draw(t, "before")+name+blank.Draw(t, "behind")+":"+blank.Draw(t, "value")+anyJSON(t, depth-1)+blank.Draw(t, "end"))
		}
		return "{" + blank.Draw(t, "in") + strings.Join(parts, ",") + "}"
	}
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "array") == 0 {
		return "[" + blank.Draw(t, "in") + anyJSON(t, depth-1) + blank.Draw(t, "behind") + "," + anyJSON(t, depth-1) + "]"
	}
	return rapid.SampledFrom(kinds).Draw(t, "value")
}

// TestLaw_AroundIsDecode: an object taken out of its envelope by its brackets is the
// one that decoding finds, with the same around it; and its members are those that
// are found one by one.
func TestLaw_AroundIsDecode(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		in := `{"id":` + anyJSON(t, 1) + `,"data":` + anyJSON(t, 3) + `}`
		if rapid.Bool().Draw(t, "event") {
			in = `{"id":"evt_1", "data" : {"object" : ` + anyJSON(t, 3) + `, "other": 5}}`
		}
		s, err := kit.NewSession("test", importer.Options{})
		require.NoError(t, err)
		for rec, err := range s.Records(strings.NewReader(in), "list") {
			require.NoError(t, err)
			var fast, slow envelope
			object, ok := s.Around(rec, &fast, "data", "object")
			decoded, err := s.Decode(rec, &slow)
			require.NoError(t, err)
			if !ok {
				drawn["left to Decode"]++
				require.Empty(t, fast)
				continue
			}
			if !decoded { // a fault inside of the object
				drawn["fault inside"]++
				ok, err := s.Decode(rec.Inner(object), new(map[string]any))
				require.NoError(t, err)
				require.False(t, ok, "%s", object)
				continue
			}
			drawn["both"]++
			if strings.HasPrefix(in, `{"id":"evt_1", `) {
				drawn["both, with blanks"]++
			}
			require.Equal(t, string(slow.Data.Object), string(object))
			require.Equal(t, "{}", string(fast.Data.Object))
			fast.Data.Object, slow.Data.Object = nil, nil
			require.Equal(t, slow, fast)
			inner, slowly := rec.Inner(object), rec.Inside(object)
			for _, name := range []string{"id", "object", "other", "data", "x,}", `y\"`, `\u006fbject`, "none"} {
				require.Equal(t, string(slowly.Member(name)), string(inner.Member(name)), "%s of %s", name, object)
			}
		}
	}, drawn.Need("left to Decode", "fault inside", "both", "both, with blanks"))
}
