package persona_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/persona"
)

func number(t require.TestingT, s string) persona.Value {
	v, err := persona.ParseNumber(s)
	require.NoError(t, err)
	return v
}

func date(t require.TestingT, s string) persona.Value {
	v, err := persona.ParseDate(s)
	require.NoError(t, err)
	return v
}

func TestValue_EqualMeansEqual(t *testing.T) {
	t.Parallel()
	// A map finds what == finds.
	seen := map[persona.Value]string{
		number(t, "1.5"): "1.5", persona.Int(100): "100", persona.Int(0): "0", persona.String("1"): "text", persona.Bool(true): "true",
		date(t, "2026-01-31"): "day",
	}
	assert.Equal(t, "1.5", seen[number(t, "1.50")])
	assert.Equal(t, "100", seen[number(t, "1e2")])
	assert.Equal(t, "0", seen[number(t, "-0.000")])
	assert.NotContains(t, seen, persona.Int(1))
	zone := time.FixedZone("", 9*3600)
	assert.Equal(t, "day", seen[persona.DateOf(time.Date(2026, 1, 31, 0, 30, 0, 0, zone))], "the day in its own zone")
	assert.True(t, persona.Value{}.IsZero())
}

func TestValue_Accessors(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "x", persona.String("x").Text())
	assert.True(t, persona.Bool(true).True())
	assert.False(t, persona.Bool(false).True())
	d, ok := number(t, "-12.34").Decimal()
	assert.True(t, ok)
	assert.Equal(t, "-12.34", d.String())
	_, ok = persona.Bool(true).Decimal()
	assert.False(t, ok)
	day, ok := date(t, "1900-01-01").Date()
	assert.True(t, ok)
	assert.Equal(t, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), day)
	_, ok = persona.Int(1).Date()
	assert.False(t, ok)
	assert.Equal(t, persona.KindDate, date(t, "2200-12-31").Kind())
	assert.Equal(t, `"a\"b" -12.34 true 2026-01-31 none`, strings.Join([]string{
		persona.String(`a"b`).String(), number(t, "-12.34").String(), persona.Bool(true).String(), date(t, "2026-01-31").String(), persona.Value{}.String(),
	}, " "))
}

func TestValue_Compare(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"1", "2", -1},
		{"1.10", "1.1", 0},
		{"999999999999999999", "0.000000000001", 1},
		{"-999999999999999999", "-0.000000000001", -1},
		{"0.1", "0.09", 1},
		{"100", "99.999999999999", 1},
	} {
		c, ok := number(t, tc.a).Compare(number(t, tc.b))
		require.True(t, ok)
		assert.Equal(t, tc.want, c, "%s and %s", tc.a, tc.b)
	}
	c, ok := date(t, "2026-01-31").Compare(date(t, "2026-02-01"))
	assert.True(t, ok)
	assert.Equal(t, -1, c)
	for _, pair := range [][2]persona.Value{
		{persona.Int(1), date(t, "2026-01-01")},
		{persona.String("a"), persona.String("b")},
		{persona.Bool(false), persona.Bool(true)},
		{{}, {}},
	} {
		_, ok := pair[0].Compare(pair[1])
		assert.False(t, ok)
	}
}

func TestLaw_CompareEqualsDecimal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(-999_999, 999_999).Draw(t, label), rapid.Int32Range(-12, 12).Draw(t, label+" exponent"))
		}
		a, b := draw("a"), draw("b")
		va, err := persona.Number(a)
		require.NoError(t, err)
		vb, err := persona.Number(b)
		require.NoError(t, err)
		c, ok := va.Compare(vb)
		require.True(t, ok)
		require.Equal(t, a.Cmp(b), c)
		require.Equal(t, a.Equal(b), va == vb)
	})
}

func TestValue_Limits(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1e18", "1e1000000", "1e-13", "0.0000000000001", "NaN", "Inf", "", "x", strings.Repeat("1", 1000), "1.2.3"} {
		_, err := persona.ParseNumber(s)
		require.ErrorIs(t, err, persona.ErrValue, s)
	}
	for _, s := range []string{"1899-12-31", "2201-01-01", "2026-02-30", "2026-1-1", "tomorrow", ""} {
		_, err := persona.ParseDate(s)
		require.ErrorIs(t, err, persona.ErrValue, s)
	}
	for name, v := range map[string]persona.Value{
		"none": {}, "long": persona.String(strings.Repeat("x", persona.MaxText+1)), "bytes": persona.String("\xff"),
		"wide": persona.Int(math.MinInt64), "far": persona.DateOf(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)),
	} {
		require.ErrorIs(t, v.Validate(), persona.ErrValue, name)
		_, err := json.Marshal(v)
		require.ErrorIs(t, err, persona.ErrValue, name)
	}
	assert.NoError(t, persona.String("").Validate())
}

// FuzzValue_JSONRoundTrip: what is read is within the limits, and writing and
// reading give the same value.
func FuzzValue_JSONRoundTrip(f *testing.F) {
	for _, s := range []string{`"a"`, `1.50`, `-0`, `1e3`, `true`, `{"date":"2026-01-31"}`, `{"date":"2026-02-31"}`, `null`, `[1]`, `{"date":"2026-01-31","x":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v persona.Value
		if json.Unmarshal(data, &v) != nil || v.IsZero() {
			return
		}
		require.NoError(t, v.Validate())
		out, err := json.Marshal(v)
		require.NoError(t, err)
		var back persona.Value
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, v, back)
	})
}

func TestValue_JSONRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{`[1]`, `{}`, `{"date":"x"}`, `{"day":"2026-01-01"}`, `1e400`, `{"date":1}`} {
		var v persona.Value
		require.Error(t, json.Unmarshal([]byte(s), &v), s)
		assert.True(t, v.IsZero())
	}
}
