package clv_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func cdnow(t testing.TB) []clv.Transaction {
	t.Helper()
	rows, col := table(t, "cdnow_sample_transactions.csv")
	out := make([]clv.Transaction, len(rows))
	for i, r := range rows {
		amount, err := decimal.NewFromString(r[col["amount"]])
		require.NoError(t, err)
		out[i] = clv.Transaction{Customer: r[col["sample_id"]], At: date(r[col["date"]]), Amount: amount}
	}
	return out
}

var cdnowOptions = clv.SummaryOptions{Unit: calendar.UnitWeek, End: date("1997-09-30"), Holdout: date("1998-06-30")}

// TestSummarise_CDNOW: the table BTYD ships for the same log (cdnowSummary$cbs
// and $m.x), unrounded: histories, holdout and mean spend of 2,357 customers.
func TestSummarise_CDNOW(t *testing.T) {
	s, err := clv.Summarise(slices.Values(cdnow(t)), cdnowOptions)
	require.NoError(t, err)
	require.InDelta(t, 39, s.Ahead, 1e-12)
	rows, col := table(t, "cdnow_cbs_full_precision.csv")
	require.Len(t, s.Customers, len(rows))
	for i, r := range rows {
		c := s.Customers[i]
		require.Equal(t, fmt.Sprintf("%04s", r[col["id"]]), c.ID)
		require.Equal(t, num(t, r[col["x"]]), c.X)
		require.InDelta(t, num(t, r[col["t_x"]]), c.TX, 1e-12)
		require.InDelta(t, num(t, r[col["T_cal"]]), c.T, 1e-12)
		require.Equal(t, num(t, r[col["x_star"]]), c.Later)
		require.InDelta(t, num(t, r[col["m_x"]]), c.Mean, 1e-11)
	}
	require.Zero(t, s.Newcomers)
	require.Zero(t, s.Beyond)
}

// TestValidate_CDNOW: sums over 2,357 customers at the estimates and the bins
// of the usual holdout plot, computed in Python beside BTYD's.
func TestValidate_CDNOW(t *testing.T) {
	s, err := clv.Summarise(slices.Values(cdnow(t)), cdnowOptions)
	require.NoError(t, err)
	bg, err := clv.FitBGNBD(s.Histories(), clv.FitOptions{})
	require.NoError(t, err)
	mbg, err := clv.FitMBGNBD(s.Histories(), clv.FitOptions{})
	require.NoError(t, err)
	alive := func(m clv.Transactional) (sum float64) {
		for _, c := range s.Customers {
			sum += m.PAlive(c.X, c.TX, c.T)
		}
		return sum
	}
	require.InEpsilon(t, 1917.277671, alive(bg), 1e-8)
	require.InEpsilon(t, 1057.636370, alive(mbg), 1e-8)
	v, err := clv.Validate(bg, s)
	require.NoError(t, err)
	require.InEpsilon(t, 1653.408698, v.Expected, 1e-8)
	require.Equal(t, 1882.0, v.Actual)
	other, err := clv.Validate(mbg, s)
	require.NoError(t, err)
	require.InEpsilon(t, 1576.728302, other.Expected, 1e-8)
	for i, want := range []clv.Bin{
		{"0", 1411, .2367116, .2250873},
		{"1", 439, .6970387, .5231312},
		{"2", 214, 1.3925234, 1.0441341},
		{"3", 100, 1.56, 1.5202795},
		{"4", 62, 2.5322581, 2.1638658},
		{"5", 38, 2.9473684, 2.6538459},
		{"6", 29, 3.8620690, 3.5040423},
		{"7+", 64, 6.3593750, 6.1571905},
	} {
		got := v.Bins[i]
		require.Equal(t, want.Label, got.Label)
		require.Equal(t, want.N, got.N)
		require.InDelta(t, want.Actual, got.Actual, 6e-8)
		require.InDelta(t, want.Expected, got.Expected, 6e-8)
	}
	// deciles and scores, by hand
	require.Len(t, v.Deciles, 10)
	var n int64
	var bought, expected, brier, mae float64
	for _, c := range s.Customers {
		p := 1 - bg.ConditionalPMF(s.Ahead, 0, c.X, c.TX, c.T)
		b := min(1, c.Later)
		brier += (p - b) * (p - b) / 2357
		mae += math.Abs(c.Later-bg.Conditional(s.Ahead, c.X, c.TX, c.T)) / 2357
	}
	for _, d := range v.Deciles {
		n += d.N
		bought += d.Actual * float64(d.N)
		expected += d.Expected * float64(d.N)
	}
	require.EqualValues(t, 2357, n)
	require.InEpsilon(t, brier, v.Brier, 1e-12)
	require.InEpsilon(t, mae, v.MAE, 1e-12)
	require.Less(t, math.Abs(bought-expected), 120.0) // calibrated in the large: 682 bought
	require.Contains(t, v.String(), "7+ repeats")

	tracking, err := s.Tracking(bg, 1)
	require.NoError(t, err)
	last := tracking[len(tracking)-1]
	require.Equal(t, 2457.0+1882, last.Actual)
	require.True(t, last.Held)
	var want float64
	for _, c := range s.Customers {
		want += bg.Expected(c.T + s.Ahead)
	}
	require.InEpsilon(t, want, last.Expected, 1e-10)
	var steps float64
	for _, p := range tracking {
		steps += p.ActualStep
		require.Equal(t, p.Time > 272.0/7, p.Held)
		if math.Abs(p.Time-39) < 1e-9 {
			var expected float64
			for _, c := range s.Customers {
				if at := 39 - c.First.Sub(date("1997-01-01")).Hours()/24/7; at > 0 {
					expected += bg.Expected(at)
				}
			}
			require.InEpsilon(t, expected, p.Expected, 1e-9)
			require.True(t, p.Held, "observation ended after 38 weeks and 6 days")
		}
	}
	require.Equal(t, last.Actual, steps)
	_, err = s.Tracking(bg, 0)
	require.ErrorIs(t, err, clv.ErrInput)
	_, err = s.Tracking(bg, 1e-9)
	require.ErrorIs(t, err, clv.ErrInput)
	s.Ahead = 0
	_, err = clv.Validate(bg, s)
	require.ErrorIs(t, err, clv.ErrInput)
}

func TestSummarise_Rules(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		require.NoError(t, err)
		return v
	}
	eur := decimal.NewFromInt
	in := []clv.Transaction{
		{"b", at("2026-01-10 09:00"), eur(7)},
		{"a", at("2026-01-01 23:30"), eur(10)}, // in Berlin this is the 2nd
		{"a", at("2026-01-02 08:00"), eur(1)},  // so is this
		{"a", at("2026-01-09 12:00"), eur(20)},
		{"a", at("2026-01-09 13:00"), eur(4)},
		{"a", at("2026-01-20 10:00"), eur(8)},
		{"a", at("2026-02-20 10:00"), eur(8)},
		{"c", at("2026-01-20 10:00"), eur(8)},
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	s, err := clv.Summarise(slices.Values(in), clv.SummaryOptions{Unit: calendar.UnitDay, End: at("2026-01-15 00:00"), Holdout: at("2026-01-31 00:00"), Location: berlin})
	require.NoError(t, err)
	require.Len(t, s.Customers, 2)
	a := s.Customers[0]
	require.Equal(t, [3]float64{1, 7, 13}, [3]float64{a.X, a.TX, a.T})
	require.Equal(t, "24", a.Repeat.String())
	require.Equal(t, 24.0, a.Mean)
	require.Equal(t, 1.0, a.Later)
	require.EqualValues(t, 1, s.Newcomers)
	require.EqualValues(t, 1, s.Beyond)
	require.Equal(t, 16.0, s.Ahead)
	// in UTC the first two are two, and at each instant five
	s, err = clv.Summarise(slices.Values(in), clv.SummaryOptions{Unit: calendar.UnitDay})
	require.NoError(t, err)
	require.Equal(t, [3]float64{4, 50, 50}, [3]float64{s.Customers[0].X, s.Customers[0].TX, s.Customers[0].T})
	s, err = clv.Summarise(slices.Values(in), clv.SummaryOptions{Unit: calendar.UnitHour, Collapse: clv.PerInstant})
	require.NoError(t, err)
	require.Equal(t, 5.0, s.Customers[0].X)
	require.InDelta(t, 49*24+10.5, s.Customers[0].T, 1e-9)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(data), `"collapse":"per_instant"`)
	require.Contains(t, s.String(), "3 customers until 2026-02-20")

	bad := append(slices.Clone(in), clv.Transaction{At: at("2026-01-09 12:00")}, clv.Transaction{Customer: "x"}, clv.Transaction{"y", at("2026-01-09 12:00"), eur(-1)})
	_, err = clv.Summarise(slices.Values(bad), clv.SummaryOptions{})
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.EqualValues(t, 3, batch.Count())
	require.EqualValues(t, 9, batch.Rows[0].Row)
	for _, o := range []clv.SummaryOptions{{Unit: 99}, {Collapse: 9}, {End: at("2026-01-15 00:00"), Holdout: at("2026-01-15 00:00")}, {End: at("2025-01-15 00:00")}} {
		_, err = clv.Summarise(slices.Values(in), o)
		require.Error(t, err, "%+v", o)
	}
	_, err = clv.Summarise(nil, clv.SummaryOptions{})
	require.ErrorIs(t, err, clv.ErrInput)
}

// TestOpportunities: BTYD's simulated discrete log, yearly: the histories are
// those of asking each customer year by year; and they fit.
func TestOpportunities(t *testing.T) {
	rows, col := table(t, "btyd_discrete_sim_elog.csv")
	var in []clv.Transaction
	years := map[string]map[int]bool{}
	for _, r := range rows {
		at := date(r[col["date"]])
		in = append(in, clv.Transaction{Customer: r[col["cust"]], At: at, Amount: decimal.NewFromInt(2)})
		if years[r[col["cust"]]] == nil {
			years[r[col["cust"]]] = map[int]bool{}
		}
		years[r[col["cust"]]][at.Year()] = true
	}
	const last = 1977
	got, err := clv.Opportunities(slices.Values(in), true, calendar.NewMonth(last, time.March), nil)
	require.NoError(t, err)
	i := 0
	for id, active := range years {
		start := 0
		for y := 1900; y <= last; y++ {
			if active[y] {
				start = y
				break
			}
		}
		if start == 0 {
			continue
		}
		i++
		want := clv.Customer{T: float64(last - start)}
		for y := start + 1; y <= last; y++ {
			if active[y] {
				want.X++
				want.TX = float64(y - start)
			}
		}
		at, ok := slices.BinarySearchFunc(got, id, func(c clv.Customer, id string) int { return strings.Compare(c.ID, id) })
		require.True(t, ok)
		require.Equal(t, [3]float64{want.X, want.TX, want.T}, [3]float64{got[at].X, got[at].TX, got[at].T}, id)
		require.Equal(t, want.X*2, got[at].Repeat.InexactFloat64(), "one a year")
	}
	require.Len(t, got, i)
	_, err = clv.FitBGBB(clv.Histories(got), clv.FitOptions{})
	require.NoError(t, err)

	month := []clv.Transaction{
		{"b", date("2026-01-31"), decimal.NewFromInt(1)},
		{"a", date("2026-01-01"), decimal.NewFromInt(5)},
		{"a", date("2026-01-31"), decimal.NewFromInt(5)},
		{"a", date("2026-03-01"), decimal.NewFromInt(7)},
		{"a", date("2026-03-09"), decimal.NewFromInt(1)},
		{"a", date("2026-06-01"), decimal.NewFromInt(50)},
	}
	got, err = clv.Opportunities(slices.Values(month), false, calendar.NewMonth(2026, time.May), nil)
	require.NoError(t, err)
	require.Equal(t, [3]float64{1, 2, 4}, [3]float64{got[0].X, got[0].TX, got[0].T})
	require.Equal(t, 8.0, got[0].Mean)
	require.Equal(t, [3]float64{0, 0, 4}, [3]float64{got[1].X, got[1].TX, got[1].T})
	_, err = clv.Opportunities(slices.Values(month), false, calendar.NewMonth(2025, time.May), nil)
	require.ErrorIs(t, err, clv.ErrInput)
	_, err = clv.Opportunities(slices.Values([]clv.Transaction{{}}), false, calendar.NewMonth(2025, time.May), nil)
	require.Error(t, err)
}

func TestOfLog(t *testing.T) {
	at := date("2026-01-01")
	l, err := touchpoint.LogOptions{Value: true}.NewLog(slices.Values([]touchpoint.Event{
		{Customer: "a", Name: "order", At: at, Value: decimal.NewFromInt(3)},
		{Customer: "a", Name: "visit", At: at.AddDate(0, 0, 1)},
		{Customer: "a", Name: "order", At: at.AddDate(0, 0, 7), Value: decimal.NewFromInt(5)},
	}))
	require.NoError(t, err)
	s, err := clv.Summarise(clv.OfLog(l, touchpoint.Match{Name: "order"}), clv.SummaryOptions{Unit: calendar.UnitWeek})
	require.NoError(t, err)
	require.Equal(t, 1.0, s.Customers[0].TX)
	require.Equal(t, 5.0, s.Customers[0].Mean)
	n := 0
	for range clv.OfLog(l) {
		n++
	}
	require.Equal(t, 3, n)
}

// TestLaw_CellsAddUp: any partition by customer, merged in any order, has the
// bytes of one pass, and those bytes read back to it.
func TestLaw_CellsAddUp(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "customers")
		o := clv.SummaryOptions{Unit: calendar.UnitWeek, End: date("1997-09-30")}
		shards := make([]*clv.Cells, rapid.IntRange(1, 5).Draw(t, "shards"))
		for i := range shards {
			shards[i] = clv.NewCells(o)
		}
		whole := clv.NewCells(o)
		var all []clv.Customer
		for i := range n {
			x, tx, T := story(t, true, d)
			c := clv.Customer{ID: fmt.Sprintf("κ%d", i), X: x, TX: tx, T: T}
			if x > 0 && rapid.Bool().Draw(t, "paid") {
				c.Mean = float64(rapid.IntRange(1, 3).Draw(t, "mean"))
				d["paid"]++
			}
			all = append(all, c)
			if err := shards[rapid.IntRange(0, len(shards)-1).Draw(t, "shard")].Add(c); err != nil {
				t.Fatal(err)
			}
		}
		if err := whole.Add(all...); err != nil {
			t.Fatal(err)
		}
		order := rapid.Permutation(shards).Draw(t, "order")
		sum := order[0]
		for _, s := range order[1:] {
			if s.Customers() == 0 {
				d["empty"]++
			}
			if err := sum.Merge(s); err != nil {
				t.Fatal(err)
			}
		}
		a, err := sum.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := whole.MarshalBinary()
		require.Equal(t, b, a)
		var back clv.Cells
		require.NoError(t, back.UnmarshalBinary(a))
		again, _ := back.MarshalBinary()
		require.Equal(t, a, again)
		require.Equal(t, slices.Collect(whole.All()), slices.Collect(back.All()))
		require.Equal(t, slices.Collect(whole.Spends()), slices.Collect(back.Spends()))
		if n > 0 {
			d["some"]++
			twice := clv.NewCells(o)
			require.NoError(t, twice.Add(all[rapid.IntRange(0, n-1).Draw(t, "who")]))
			require.ErrorIs(t, sum.Merge(twice), clv.ErrOverlap)
			require.Error(t, sum.Add(all[0]))
			after, _ := sum.MarshalBinary()
			require.Equal(t, a, after, "a refused merge changes nothing")
		}
		other := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitDay, End: o.End})
		require.ErrorIs(t, sum.Merge(other), clv.ErrOptions)
	}, d.Need("x = 0", "t_x = T", "age zero", "paid", "empty", "some"))
}

// TestCells_Fit: merged cells fit as the whole does.
func TestCells_Fit(t *testing.T) {
	all := cdnow(t)
	half := func(even bool) *clv.Cells {
		var part []clv.Transaction
		for _, tr := range all {
			if (tr.Customer[3]%2 == 0) == even {
				part = append(part, tr)
			}
		}
		s, err := clv.Summarise(slices.Values(part), cdnowOptions)
		require.NoError(t, err)
		c, err := s.Cells()
		require.NoError(t, err)
		return c
	}
	a, b := half(true), half(false)
	require.NoError(t, a.Merge(b))
	require.EqualValues(t, 2357, a.Customers())
	s, err := clv.Summarise(slices.Values(all), cdnowOptions)
	require.NoError(t, err)
	want, err := clv.FitMBGNBD(s.Histories(), clv.FitOptions{})
	require.NoError(t, err)
	got, err := clv.FitMBGNBD(a.All(), clv.FitOptions{})
	require.NoError(t, err)
	require.Equal(t, want.Report(), got.Report())
	spend, err := clv.FitGammaGamma(a.Spends(), clv.FitOptions{})
	require.NoError(t, err)
	other, err := clv.FitGammaGamma(s.Spends(), clv.FitOptions{})
	require.NoError(t, err)
	require.Equal(t, other.Report(), spend.Report())
	data, err := json.Marshal(a)
	require.NoError(t, err)
	require.Contains(t, string(data), `{"unit":"week","collapse":"per_day","end":"1997-09-30T00:00:00Z","customers":2357,"cells":[{"x":0,`)
	require.Contains(t, a.String(), "2357 customers in ")
	require.Error(t, a.Add(clv.Customer{ID: "new", X: 1, TX: 3, T: 2}), "bad history")
	require.Error(t, a.Add(clv.Customer{ID: "p", T: 1}, clv.Customer{ID: "p", T: 1}), "twice in one call")
	require.EqualValues(t, 2357, a.Customers())
}

// FuzzCells_Unmarshal: what is taken is canonical; nothing else is taken, and
// nothing panics or takes more memory than it has bytes.
func FuzzCells_Unmarshal(f *testing.F) {
	c := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: date("1997-09-30")})
	empty, _ := c.MarshalBinary()
	f.Add(empty)
	_ = c.Add(clv.Customer{ID: "a", X: 2, TX: 3, T: 9, Mean: 4}, clv.Customer{ID: "b", T: 9}, clv.Customer{ID: "c", T: 9})
	full, _ := c.MarshalBinary()
	f.Add(full)
	for i := range full { // one byte short, one byte wrong
		f.Add(full[:i])
		wrong := slices.Clone(full)
		wrong[i] ^= 1
		f.Add(wrong)
	}
	f.Add(append(slices.Clone(full), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c clv.Cells
		if err := c.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, clv.ErrInput)
			require.Zero(t, c.Customers())
			return
		}
		again, err := c.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		var n int64
		for q := range c.All() {
			n += q.N
		}
		require.Equal(t, c.Customers(), n)
	})
}

// TestCells_Options: options that cannot be are refused even under a hash that
// fits them.
func TestCells_Options(t *testing.T) {
	c := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: date("1997-09-30")})
	require.NoError(t, c.Add(clv.Customer{ID: "a", X: 2, TX: 3, T: 9}))
	good, err := c.MarshalBinary()
	require.NoError(t, err)
	const at = 6 // magic, version, length of the options
	size := int(good[at-1])
	for i, wrong := range map[int]byte{0: 99, 1: 99, 2: 7} { // unit, collapse, whether there is an end
		data := slices.Clone(good)
		data[at+i] = wrong
		h := fnv.New64a()
		h.Write(data[at : at+size])
		binary.LittleEndian.PutUint64(data[at+size:], h.Sum64())
		var back clv.Cells
		require.ErrorIs(t, back.UnmarshalBinary(data), clv.ErrInput, "byte %d", i)
	}
	data := slices.Clone(good) // another unit is another thing, and well formed
	data[at] = byte(calendar.UnitDay)
	h := fnv.New64a()
	h.Write(data[at : at+size])
	binary.LittleEndian.PutUint64(data[at+size:], h.Sum64())
	var back clv.Cells
	require.NoError(t, back.UnmarshalBinary(data))
	require.ErrorIs(t, c.Merge(&back), clv.ErrOptions)
}
