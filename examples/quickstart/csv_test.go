package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func TestReadPeriods_Forms(t *testing.T) {
	t.Parallel()
	plain := header + "\n1,acme,2025-01-01,2025-03-01,10.50\n1,acme,2025-03-01,,10\n"
	var want string
	for name, text := range map[string]string{
		"plain":              plain,
		"byte order mark":    "\ufeff" + plain,
		"Windows":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"blank lines":        strings.ReplaceAll(plain, "\n", "\n\n"),
		"no last line break": strings.TrimSuffix(plain, "\n"),
		"quoted":             header + "\n\"1\",\"acme\",2025-01-01,\"2025-03-01\",\"10.50\"\n1,acme,2025-03-01,\"\",10\n",
		"other order":        header + "\n1,acme,2025-03-01,,10\n1,acme,2025-01-01,2025-03-01,10.50\n",
		"an empty period":    plain + "1,acme,2025-03-01,2025-03-01,999\n1,acme,2025-04-01,2025-04-01,999\n",
		"more digits":        strings.ReplaceAll(plain, "10.50", "10.500000"),
		"exponent":           strings.ReplaceAll(plain, ",10\n", ",1e1\n"),
	} {
		got, stderr, code := execute(t, "-json", "-to", "2025-05", "-in", rawFile(t, text))
		require.Zero(t, code, "%s: %s", name, stderr)
		if want == "" {
			want = got
		}
		assert.Equal(t, want, got, name)
	}
	assert.Contains(t, want, `"contraction":"0.5","churn":"0"`)
}

func TestReadPeriods_Quotes(t *testing.T) {
	t.Parallel()
	p, bad, err := readPeriods(strings.NewReader(header + "\n1,\"Smith, \"\"Jo\"\" & Co\",2025-01-01,,5\n"))
	require.NoError(t, err)
	require.Empty(t, bad)
	assert.Equal(t, `Smith, "Jo" & Co`, p[0].customer)
}

func TestReadPeriods_ReadErrors(t *testing.T) {
	t.Parallel()
	_, _, err := readPeriods(diskError{})
	assert.ErrorIs(t, err, diskError{})
}

type diskError struct{}

func (diskError) Read([]byte) (int, error) { return 0, diskError{} }
func (diskError) Error() string            { return "the disk is gone" }

// Overlaps are found between any two rows of a subscription, whatever lies
// between them, and never between rows that only touch.
func TestOverlaps_EqualsEveryPair(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2025, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "rows")
		rows := make([]period, n)
		for i := range rows {
			start := rapid.IntRange(0, 12).Draw(t, "start")
			rows[i] = period{line: i + 2, subscription: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "subscription"), start: day(start)}
			if length := rapid.IntRange(-1, 6).Draw(t, "days"); length >= 0 {
				rows[i].end = day(start + length)
			}
		}
		pairs := 0
		for i, a := range rows {
			for _, b := range rows[i+1:] {
				open := func(p period) time.Time {
					if p.end.IsZero() {
						return day(1000)
					}
					return p.end
				}
				if a.subscription == b.subscription && !a.empty() && !b.empty() && a.start.Before(open(b)) && b.start.Before(open(a)) {
					pairs++
				}
			}
		}
		arrange(rows)
		got := overlaps(rows)
		require.Equal(t, pairs > 0, len(got) > 0, "%v", got)
		require.LessOrEqual(t, len(got), pairs)
	})
}

// Whatever is in a file, it is reported on or refused with a line for every
// reason, and a file that is taken has the MRR that its rows say.
func FuzzReadPeriods(f *testing.F) {
	f.Add("1,acme,2025-01-01,2025-03-01,10.50\n1,acme,2025-03-01,,10")
	f.Add("1,acme,2025-01-01,,1\n1,acme,2025-01-02,2025-01-02,1\n,\"")
	f.Add("1,a,1900-01-01,2200-12-31,999999999999999999\n2,a,2025-01-01,,0.000000000001")
	f.Fuzz(func(t *testing.T, text string) {
		in := header + "\n" + text
		c, err := fromPeriods(strings.NewReader(in))
		if err != nil {
			bad, ok := err.(faults) //nolint:errorlint // it is not wrapped
			require.True(t, ok, "%v", err)
			require.NotEmpty(t, bad)
			require.True(t, slices.IsSortedFunc(bad, func(a, b fault) int { return a.line - b.line }))
			return
		}
		if c.last.Sub(c.first) > 120 {
			return // slow, and nothing new
		}
		periods, _, err := readPeriods(strings.NewReader(in))
		require.NoError(t, err)
		at := c.last.Start(nil).Add(36 * time.Hour)
		var want decimal.Decimal
		for _, p := range periods {
			if !p.start.After(at) && (p.end.IsZero() || p.end.After(at)) {
				want = want.Add(p.amount)
			}
		}
		require.True(t, want.Equal(c.books.MRR(at)), "%s, not %s", c.books.MRR(at), want)

		r, err := newReport(c, flags{})
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, r.text(&out))
		require.NoError(t, r.json(&out))
	})
}

// Every printed row adds up, though each amount in it is rounded.
func TestLaw_PrintedBridgeCloses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := func(name string, least int64) decimal.Decimal {
			return decimal.New(rapid.Int64Range(least, 1e9).Draw(t, name), -6)
		}
		r := metrics.Revenue{
			Opening: amount("opening", 0), New: amount("new", 0), Expansion: amount("expansion", 0),
			Reactivation: amount("reactivation", 0), Contraction: amount("contraction", 0), Churn: amount("churn", 0), FX: amount("fx", -1e9),
		}
		p := printer{places: rapid.SampledFrom([]int32{0, 2}).Draw(t, "places")}
		var sum decimal.Decimal
		exact := []decimal.Decimal{r.Opening, r.New, r.Expansion, r.Reactivation, r.Contraction.Neg(), r.Churn.Neg(), r.FX, r.Closing()}
		row := p.bridge("", r)[1:]
		for i, cell := range row {
			cell = strings.NewReplacer(",", "", nothing, "0").Replace(cell)
			v := decimal.RequireFromString(cell)
			unit := decimal.New(1, -p.places)
			require.True(t, v.Sub(exact[i]).Abs().LessThanOrEqual(unit), "cell %d: %s for %s", i, v, exact[i])
			if i < len(row)-1 {
				sum = sum.Add(v)
			} else {
				require.True(t, sum.Equal(v), "%s do not sum to %s", row, v)
			}
		}
	})
}

func TestGrid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	grid{{"a", "αβγ", ""}, rule, {"long", "1", "x"}}.write(&out, wide)
	assert.Equal(t, "a     αβγ\n────────────\nlong    1  x\n", out.String())
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-999": "-999", "-1000.50": "-1,000.50", "1234567.89": "1,234,567.89",
	} {
		assert.Equal(t, want, thousands(in))
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	assert.Len(t, columns(16), 16, "as many as fit are all shown")
	assert.Equal(t, "[0 1 2 3 4 5 6 7 8 9 10 11 12 18 24]", fmt.Sprint(columns(28)))
}

func TestShaded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		num, den int64
		want     string
	}{
		{1, 0, ""}, {0, 1, "   0"}, {399, 1000, "░ 40"}, {394, 1000, "  39"}, {3, 5, "▒ 60"}, {4, 5, "▓ 80"}, {1, 1, "█100"}, {5, 4, "█125"},
	} {
		assert.Equal(t, tt.want, shaded(metrics.NewCount(tt.num, tt.den)))
	}
}

func TestLanternfish_Embedded(t *testing.T) {
	t.Parallel()
	c, err := lanternfish()
	require.NoError(t, err)
	first, last := calendar.Month{}, calendar.Month{}
	currencies := map[string]bool{}
	for x := range c.books.Changes() {
		m := calendar.MonthOf(x.At, nil)
		if first.IsZero() || m.Before(first) {
			first = m
		}
		last = later(last, m)
		currencies[string(x.Currency)] = true
	}
	assert.Equal(t, c.first, first)
	assert.Equal(t, c.last, last)
	assert.Len(t, currencies, 2)
	assert.Len(t, c.spend, last.Sub(first)+1, "spend of every month")
}
