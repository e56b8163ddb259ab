package journeymap_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// What Validate says of its codes is what it finds.
func TestValidate_ListsItsCodes(t *testing.T) {
	t.Parallel()
	read := func(file, pattern string) (out [][2]string) {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(src), -1) {
			out = append(out, [2]string{m[1], m[2]})
		}
		return out
	}
	declared := read("faults.go", `fault\.Code = "([a-z-]+)"\s+// (.+)`)
	require.Len(t, declared, 29)
	assert.Equal(t, declared, read("validate.go", `(?m)^//\t([a-z-]+) +(.+)$`))
}

// Enumerations that are kinds of string take their own words and no others,
// wherever they come from.
func TestWords_OfEnumerationsThatAreText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		ok   bool
	}{{"", true}, {"technology", true}, {"process", true}, {"feature", true}, {"touchpoint", true}, {"Feature", false}, {"other", false}} {
		k := journeymap.InitiativeKind("x")
		if err := k.UnmarshalText([]byte(c.text)); c.ok {
			require.NoError(t, err, c.text)
			assert.Equal(t, journeymap.InitiativeKind(c.text), k)
		} else {
			require.ErrorIs(t, err, fault.ErrUnknown, c.text)
			assert.Equal(t, journeymap.InitiativeKind("x"), k, "nothing is changed")
		}
		m := journeymap.Map{Initiatives: []journeymap.Initiative{{Name: "x", Kind: journeymap.InitiativeKind(c.text)}}}
		data, err := m.JSON()
		assert.Equal(t, c.ok, err == nil, c.text)
		if !c.ok {
			require.ErrorIs(t, err, fault.ErrUnknown)
			assert.Contains(t, err.Error(), "Initiatives[0].Kind")
			data, err = json.Marshal(m)
			require.NoError(t, err)
		}
		_, err = journeymap.Parse(data)
		assert.Equal(t, c.ok, err == nil, c.text)
	}
	for text, ok := range map[string]bool{"": true, "skipped": true, "unplanned": true, "out-of-order": true, "none": false} {
		var d journeymap.Deviation
		assert.Equal(t, ok, d.UnmarshalText([]byte(text)) == nil, text)
		m := journeymap.Map{Stages: []journeymap.Stage{{Name: "s", Touchpoints: []journeymap.Touchpoint{{Name: "t", Deviation: journeymap.Deviation(text)}}}}}
		_, err := m.JSON()
		assert.Equal(t, ok, err == nil, text)
	}
	_, err := journeymap.Map{}.Apply([]journeymap.Change{{Field: "stages", Entry: true, Item: "x", Kind: "other"}})
	require.ErrorIs(t, err, journeymap.ErrChanges)
}
