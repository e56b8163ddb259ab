package kit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "12": "12", "-0.50": "-0.5", "007": "7", "1e3": "1000", "1E+3": "1000", "12.5e-1": "1.25",
		"999999999999999999": "999999999999999999", "0.000000000001": "0.000000000001",
		"123456.123456789012": "123456.123456789012", // what a float64 cannot hold
	} {
		d, err := kit.ParseDecimal(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, d.String(), in)
	}
	for _, zero := range []string{"0e39", "-0e-40", "0.000e64", "0"} { // as a number its exponent would be a costly one
		d, err := kit.ParseDecimal(zero)
		require.NoError(t, err, zero)
		assert.True(t, d.IsZero() && d.Exponent() == 0, zero)
		d, _, ok := new(kit.Note).Minor("amount", kit.Text(zero), "USD", nil)
		assert.True(t, ok && d.IsZero() && d.Exponent() >= -2, zero)
	}
	for _, in := range []string{"", " 1", "1 ", "+1", ".5", "1.", "1e", "1e+", "--1", "NaN", "Inf", "0x10", "1_000", "1,5", "١", strings.Repeat("1", 65)} {
		_, err := kit.ParseDecimal(in)
		require.ErrorIs(t, err, kit.ErrNumber, "%q", in)
	}
	for _, in := range []string{"1000000000000000000", "0.0000000000001", "1e1000000", "1e-1000000", "1e2147483647", "1e99999999999"} {
		_, err := kit.ParseDecimal(in)
		require.Error(t, err, "%q", in)
		require.NotErrorIs(t, err, kit.ErrNumber, "%q", in)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"1", "-0.5", "1e9", "1e-13", "00.10", "1e1000000", ".5", "NaN", "0e39"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := kit.ParseDecimal(s)
		if err != nil {
			return
		}
		back, err := kit.ParseDecimal(d.String())
		if err != nil || !back.Equal(d) {
			t.Fatalf("%q: %s, back %s, %v", s, d, back, err)
		}
	})
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 12, 30, 5, 0, time.UTC)
	for _, in := range []string{"1772368205", "2026-03-01T12:30:05Z", "2026-03-01T18:00:05+05:30", "2026-03-01 12:30:05", "2026-03-01T12:30:05", "2026-03-01 12:30:05 UTC", "2026-03-01 12:30:05+00:00", "2026-03-01 12:30:05.000000"} {
		got, err := kit.ParseTime(in, nil)
		require.NoError(t, err, in)
		assert.Equal(t, at, got, in)
	}
	got, err := kit.ParseTime("2026-03-01", kolkata)
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 2, 28, 18, 30, 0, 0, time.UTC), got, "a date of a stated zone")
	got, err = kit.ParseTime("0001-01-01T00:00:00Z", nil)
	require.NoError(t, err, "the zero time that Go programs write for unset")
	assert.True(t, got.IsZero())
	for _, in := range []string{"", "soon", "2026-13-01", "2026-02-30", "2026-03-01 12:30:05 PST", "12.5", strings.Repeat("1", 50)} {
		_, err := kit.ParseTime(in, nil)
		require.ErrorIs(t, err, kit.ErrTime, in)
	}
	for _, in := range []string{"9999-12-31 00:00:00", "1899-12-31", "-9999999999", "1772368205000", "9223372036854775807"} {
		_, err := kit.ParseTime(in, nil)
		require.ErrorIs(t, err, calendar.ErrYear, in)
	}
}

func TestNote_Fields(t *testing.T) {
	t.Parallel()
	s := session(t, importer.Options{})
	n := s.Note("r1")
	n.Customer = "c"
	for length, ok := range map[int]bool{kit.MaxName: true, kit.MaxName + 1: false} {
		assert.Equal(t, ok, session(t, importer.Options{}).Note("r1").Name("id", strings.Repeat("x", length)), length)
	}

	d, set, ok := n.Minor("amount", "12.5", "USD", nil)
	assert.Equal(t, []any{"0.125", true, true}, []any{d.String(), set, ok})
	d, _, _ = n.Minor("amount", "500", "UGX", money.StripeExponents())
	assert.Equal(t, "5", d.String(), "Stripe counts UGX in hundredths")
	d, _, _ = n.Minor("amount", "500", "UGX", nil)
	assert.Equal(t, "500", d.String())
	_, set, ok = n.Minor("amount", "", "USD", nil)
	assert.Equal(t, []any{false, true}, []any{set, ok})
	assert.Empty(t, s.Findings())

	c, ok := n.Cycle("unit", "months", "n", "3")
	assert.True(t, ok)
	assert.Equal(t, calendar.Cycle{N: 3}, c)
	c, ok = n.Cycle("unit", "year", "n", "")
	assert.True(t, ok)
	assert.Equal(t, calendar.Cycle{Unit: calendar.UnitYear, N: 1}, c)
	assert.Empty(t, s.Findings())

	bad := func(code billing.Code, f func() bool) {
		t.Helper()
		before := len(s.Findings())
		assert.False(t, f())
		found := s.Findings()
		require.Len(t, found, before+1)
		assert.Equal(t, code, found[before].Code)
		assert.Equal(t, "r1", found[before].Record)
		assert.Equal(t, "c", found[before].Customer)
		assert.NotEmpty(t, found[before].Field)
	}
	bad(billing.CodeMalformed, func() bool { _, _, ok := n.Minor("amount", "1,5", "USD", nil); return ok })
	bad(billing.CodeAmountRange, func() bool { _, _, ok := n.Minor("amount", "1e1000000", "USD", nil); return ok })
	bad(billing.CodeUnknownCurrency, func() bool { _, _, ok := n.Minor("amount", "1", "XAU", nil); return ok })
	bad(billing.CodeMalformed, func() bool { _, _, ok := n.Decimal("amount", "x"); return ok })
	bad(billing.CodeAmountRange, func() bool { _, _, ok := n.Decimal("amount", "1e30"); return ok })
	bad(billing.CodeMalformed, func() bool { _, ok := n.Int("n", "1.5", 0, 0, 9); return ok })
	bad(billing.CodeAmountRange, func() bool { _, ok := n.Int("n", "10", 0, 0, 9); return ok })
	bad(billing.CodeUnknownCurrency, func() bool { _, ok := n.Currency("currency", "currency"); return ok })
	bad(billing.CodeUnknownCurrency, func() bool { _, ok := n.Currency("currency", ""); return ok })
	bad(billing.CodeUnknownUnit, func() bool { _, ok := n.Cycle("unit", "fortnight", "n", "1"); return ok })
	bad(billing.CodeAmountRange, func() bool { _, ok := n.Cycle("unit", "month", "n", "0"); return ok })
	bad(billing.CodeUnknownUnit, func() bool { _, ok := n.Cycle("unit", "month", "n", "797691627"); return ok })
	bad(billing.CodeMalformed, func() bool { _, ok := n.Time("at", "soon"); return ok })
	bad(billing.CodeTimeRange, func() bool { _, ok := n.Time("at", "9999-12-31"); return ok })
	bad(billing.CodeName, func() bool { return n.Name("id", strings.Repeat("x", 1025)) })
	bad(billing.CodeMalformed, func() bool { return !n.SideTime("at", "soon").IsZero() })
	assert.Equal(t, 15, n.Faults(), "all but the last, which is a warning")
}

func TestNote_PriceFaults(t *testing.T) {
	t.Parallel()
	s := session(t, importer.Options{})
	_, err := billing.Price{Model: billing.ModelVolume, Currency: "XX"}.Amount(one.Neg())
	s.Note("p").PriceFaults("price", err)
	var codes []billing.Code
	for _, f := range s.Findings() {
		codes = append(codes, f.Code)
	}
	assert.ElementsMatch(t, []billing.Code{billing.CodeBadPrice, billing.CodeBadPrice, billing.CodeNegative}, codes)
}

func TestCycleOf(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := kit.ParseTime(s, nil)
		require.NoError(t, err)
		return at
	}
	for _, c := range []struct{ from, to, want string }{
		{"2026-01-15", "2026-02-15", "P1M"},
		{"2026-01-31", "2026-02-28", "P1M"}, // clamped
		{"2026-02-01", "2026-03-01", "P1M"}, // 28 days, and yet a month
		{"2026-01-01", "2026-04-01", "P3M"},
		{"2026-01-01", "2027-01-01", "P1Y"},
		{"2024-02-29", "2025-02-28", "P1Y"},
		{"2026-01-01", "2026-01-15", "P2W"},
		{"2026-01-01", "2026-01-11", "P10D"},
		{"2026-01-01 10:00:00", "2026-01-11 11:00:00", ""},
		{"2026-01-01", "2026-01-01", ""},
		{"2026-01-02", "2026-01-01", ""},
		{"2026-01-01", "2150-01-01", ""},
	} {
		got, found := kit.CycleOf(day(c.from), day(c.to))
		assert.Equal(t, c.want != "", found, c)
		if found {
			assert.Equal(t, c.want, got.String(), c)
		}
	}
	_, found := kit.CycleOf(time.Time{}, time.Time{})
	assert.False(t, found)
}

// TestLaw_PlainTimesAreParsed: instants written plainly are read by hand, and as
// package time reads them.
func TestLaw_PlainTimesAreParsed(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		year := rapid.OneOf(rapid.SampledFrom([]int{1900, 1999, 2000, 2024, 2100}), rapid.IntRange(0, 9999)).Draw(t, "year")
		day := rapid.OneOf(rapid.SampledFrom([]int{1, 31, 59, 60, 61, 365, 366}), rapid.IntRange(1, 366)).Draw(t, "day")
		at := time.Date(year, 1, day, 0, 0, rapid.SampledFrom([]int{0, 1, 45_296, 86_399}).Draw(t, "second"), 0, time.UTC)
		layout := rapid.SampledFrom([]string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, "2006-01-02T15:04"}).Draw(t, "layout")
		b := []byte(at.Format(layout))
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, "changed") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("0123456789-:TZ /")).Draw(t, "byte")
		}
		s := string(b)
		var want time.Time
		err := kit.ErrTime
		for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006-01-02T15:04:05", time.DateOnly, "2006-01-02 15:04:05Z07:00"} {
			if p, e := time.Parse(layout, s); e == nil && err != nil {
				want, err = p.UTC(), nil
			}
		}
		got, failed := kit.ParseTime(s, nil)
		switch {
		case strings.HasPrefix(s, "0001-01-01"):
			require.NoError(t, failed)
			require.True(t, got.IsZero())
		case err != nil:
			if failed == nil { // a number of seconds
				require.NotContains(t, s[1:], "-", s)
			}
			drawn["refused"]++
		case calendar.CheckTime(want) != nil:
			require.Error(t, failed, s)
			drawn["out of range"]++
		default:
			require.NoError(t, failed, s)
			require.Equal(t, want, got, s)
			if drawn["read"]++; want.Month() == 2 && want.Day() == 29 {
				drawn["29 February"]++
			}
		}
		berlin := time.FixedZone("x", 3600)
		if elsewhere, e := kit.ParseTime(s, berlin); e == nil && failed == nil && !strings.HasSuffix(s, "Z") && s[4] == '-' && !got.IsZero() {
			require.Equal(t, got.Add(-time.Hour), elsewhere, s)
			drawn["elsewhere"]++
		}
	}, drawn.Need("refused", "out of range", "read", "29 February", "elsewhere"))
}

// Names of lines are made several at once.
func TestRow_Name(t *testing.T) {
	t.Parallel()
	s, err := kit.NewSession("test", importer.Options{})
	require.NoError(t, err)
	in := "h\n" + strings.Repeat("x\n", 120) + "\"a\nb\"\nx\n" + strings.Repeat("\nx\n", 40)
	for row, err := range s.Rows(strings.NewReader(in), func(names []string) ([]string, error) { return names, nil }) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("line %d", row.Line), row.Name())
	}
}
