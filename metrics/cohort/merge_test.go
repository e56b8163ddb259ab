package cohort_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func tableBytes(t require.TestingT, c *cohort.Table) []byte {
	b, err := c.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

// TestLaw_TablesAddUp: tables of any partition of the customers, each of a
// ledger of its own whose units differ, merge in any order into the table of all
// of them, byte for byte, and travel.
func TestLaw_TablesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		if o.Through.IsZero() {
			o.Through = calendar.NewMonth(2026, 6)
		}
		o.Every = rapid.SampledFrom([]int{0, 1, 3, 12}).Draw(t, "every")
		if rapid.Bool().Draw(t, "keyed") {
			o.Key = func(c string) string { return map[bool]string{true: "early", false: "late"}[c < "d"] }
		}
		for i := range changes { // thirds of a year, and cycles of their own
			if changes[i].Customer > "e" {
				changes[i].Cycle = calendar.Cycle{N: 7}
			}
		}
		_, one := tableOf(t, changes, o)
		parts := make([][]ledger.Change, 3)
		of := map[string]int{}
		for _, c := range changes {
			if _, ok := of[c.Customer]; !ok {
				of[c.Customer] = rapid.IntRange(0, 2).Draw(t, "shard")
			}
			parts[of[c.Customer]] = append(parts[of[c.Customer]], c)
		}
		order := rapid.Permutation([]int{0, 1, 2}).Draw(t, "order")
		_, sum := tableOf(t, parts[order[0]], o)
		for _, i := range order[1:] {
			_, p := tableOf(t, parts[i], o)
			require.NoError(t, sum.Merge(p))
		}
		data := tableBytes(t, one)
		require.Equal(t, data, tableBytes(t, sum))
		var back cohort.Table
		require.NoError(t, back.UnmarshalBinary(data))
		require.Equal(t, data, tableBytes(t, &back))
		sameTable(t, one, &back)
		text := func(c *cohort.Table) string { b, err := json.Marshal(c); require.NoError(t, err); return string(b) }
		require.Equal(t, text(one), text(&back))
		require.Equal(t, one.String(), sum.String())
		if len(one.Cohorts()) > 0 {
			require.ErrorIs(t, sum.Merge(one), cohort.ErrCustomers)
			require.Equal(t, data, tableBytes(t, sum))
		}
	})
}

// TestLaw_QuartersAreTheirMonths: heads and money at the ends of quarters are
// those of the months' cohorts at the same ends.
func TestLaw_QuartersAreTheirMonths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		o.Month0 = cohort.Month0End
		every := rapid.SampledFrom([]int{2, 3, 4, 6, 12}).Draw(t, "every")
		through := calendar.NewMonth(2023, 1).Add(rapid.IntRange(0, 40).Draw(t, "through"))
		o.Through, o.Every = through, every
		l, got := tableOf(t, changes, o)
		last := got.Through()
		require.Zero(t, int(last.Month())%every)
		require.Less(t, through.Sub(last), every)
		require.GreaterOrEqual(t, through.Sub(last), 0)
		o.Through, o.Every = last, 1
		months, err := cohort.New(l, o)
		require.NoError(t, err)
		for _, q := range got.Cohorts() {
			require.Zero(t, (int(q.Month())-1)%every)
			for k := range got.Ages(q) {
				end := q.Add((k+1)*every - 1)
				var size, active int64
				var retained, kept, base decimal.Decimal
				for i := range every {
					m := q.Add(i)
					if age := end.Sub(m); months.Size(m) > 0 && age >= 0 {
						size += months.Size(m)
						active += months.Logo(m, age).Num().IntPart()
						retained, kept = retained.Add(months.NRR(m, age).Num()), kept.Add(months.GRR(m, age).Num())
						base = base.Add(months.Base(m))
					}
				}
				require.Equal(t, size, got.Size(q))
				require.Equal(t, active, got.Logo(q, k).Num().IntPart(), "%s at %d", q, k)
				if o.Base == cohort.BaseInitial { // a quarter's end is another base than its months'
					near(t, retained, got.NRR(q, k))
					near(t, kept, got.GRR(q, k))
					near(t, base, metrics.NewRatio(got.Base(q), decimal.NewFromInt(1)))
				}
			}
		}
		cake, monthly := got.LayerCake(), months.LayerCake()
		for i, m := range cake.Months {
			j := slices.Index(monthly.Months, m.Add(every-1))
			require.True(t, cake.Total[i].Equal(monthly.Total[j]))
		}
	})
}

func near(t *rapid.T, want decimal.Decimal, got metrics.Ratio) {
	t.Helper()
	require.True(t, want.Sub(got.Num()).Abs().LessThanOrEqual(decimal.New(12, -ledger.Places)), "%s is not %s", got.Num(), want)
}

func TestMerge_Refusals(t *testing.T) {
	t.Parallel()
	jan := calendar.NewMonth(2024, 1)
	l := newLedger(t, ledger.Options{}, pays("a", "2024-01-02", 10))
	other := newLedger(t, ledger.Options{}, pays("b", "2024-01-02", 10))
	base := cohort.Options{Through: jan}
	of := func(l *ledger.Ledger, o cohort.Options) *cohort.Table { return tableMust(t, l, o) }
	key := func(string) string { return "k" }
	for says, o := range map[string]cohort.Options{
		"Through is 2024-01 here and 2024-02 there": {Through: jan.Add(1)}, "Every": {Through: calendar.NewMonth(2024, 3), Every: 3},
		"Base": {Through: jan, Base: cohort.BaseMonthEnd}, "Month0": {Through: jan, Month0: cohort.Month0End}, "Key": {Through: jan, Key: key},
	} {
		err := of(l, base).Merge(of(other, o))
		require.ErrorIs(t, err, cohort.ErrOptions, says)
		require.ErrorContains(t, err, says)
	}
	gap := newLedger(t, ledger.Options{MinGap: 1}, pays("b", "2024-01-02", 10))
	require.ErrorIs(t, of(l, base).Merge(of(gap, base)), cohort.ErrOptions)
	sum := of(l, base)
	require.NoError(t, sum.Merge(nil))
	require.NoError(t, sum.Merge(of(newLedger(t, ledger.Options{}), cohort.Options{}))) // nothing ever moved there
	empty := of(newLedger(t, ledger.Options{}), cohort.Options{})
	require.NoError(t, empty.Merge(sum))
	require.Equal(t, tableBytes(t, sum), tableBytes(t, empty))
	require.ErrorIs(t, sum.UnmarshalBinary(tableBytes(t, sum)), cohort.ErrOptions)
	_, err := cohort.New(l, cohort.Options{Every: 5})
	require.ErrorIs(t, err, cohort.ErrOptions)

	many := func(from, to int) *cohort.Table {
		var changes []ledger.Change
		for i := from; i < to; i++ {
			changes = append(changes, pays(fmt.Sprint("c", i), "2024-01-02", 10))
		}
		return of(newLedger(t, ledger.Options{}, changes...), cohort.Options{Through: jan, Key: func(c string) string { return c }})
	}
	a := many(0, 6000)
	before := tableBytes(t, a)
	require.ErrorIs(t, a.Merge(many(6000, 11_000)), cohort.ErrRange)
	require.Equal(t, before, tableBytes(t, a))
}

// Every truncation and every flipped bit is refused.
func TestUnmarshalBinary_Damaged(t *testing.T) {
	t.Parallel()
	table := tableMust(t, newLedger(t, ledger.Options{Currency: "EUR"}, shortStay()...), cohort.Options{Key: func(c string) string { return c }})
	data := tableBytes(t, table)
	try := func(b []byte) {
		var c cohort.Table
		require.ErrorIs(t, c.UnmarshalBinary(b), cohort.ErrEncoding)
		require.Empty(t, c.Cohorts())
	}
	for n := range data {
		try(data[:n])
	}
	for bit := range len(data) * 8 {
		b := slices.Clone(data)
		b[bit/8] ^= 1 << (bit % 8)
		try(b)
	}
}

// What starts otherwise is refused though its checksum is right.
func TestUnmarshalBinary_OtherFrame(t *testing.T) {
	t.Parallel()
	data := tableBytes(t, tableMust(t, newLedger(t, ledger.Options{}, shortStay()...), cohort.Options{}))
	for i, what := range []string{"magic", "magic", "magic", "magic", "version"} {
		body := slices.Clone(data[:len(data)-crc32.Size])
		body[i]++
		var c cohort.Table
		err := c.UnmarshalBinary(binary.BigEndian.AppendUint32(body, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))))
		require.ErrorIs(t, err, cohort.ErrEncoding)
		require.ErrorContains(t, err, "does not start with", "%s, byte %d", what, i)
	}
}

// FuzzUnmarshalBinary: what decodes is written as the same bytes.
func FuzzUnmarshalBinary(f *testing.F) {
	for _, o := range []cohort.Options{{}, {Every: 3, Key: func(c string) string { return c }}} {
		l, err := ledger.New(ledger.Options{})
		require.NoError(f, err)
		require.NoError(f, l.Append(shortStay()...))
		c, err := cohort.New(l, o)
		require.NoError(f, err)
		data := tableBytes(f, c)
		f.Add(data[:len(data)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.BigEndian.AppendUint32(slices.Clip(body), crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
		var c cohort.Table
		if err := c.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, cohort.ErrEncoding)
			return
		}
		require.Equal(t, data, tableBytes(t, &c))
		_ = c.String()
	})
}
