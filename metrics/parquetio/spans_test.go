package parquetio_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/parquetio"
)

func spansOf(b []byte) (out []billing.Span, last error) {
	for s, err := range parquetio.Spans(bytes.NewReader(b), parquetio.Options{}) {
		if err != nil {
			last = err
			continue
		}
		out = append(out, s)
	}
	return out, last
}

// anySpan has each field stated or not, as the generator has it.
func anySpan(r *rand.Rand) billing.Span {
	at := func() time.Time {
		if r.IntN(2) == 0 {
			return time.Time{}
		}
		return time.Date(1900+r.IntN(300), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), 0, 0, r.IntN(1_000_000)*1000, time.UTC)
	}
	name := func() string {
		return []string{"", "a", "ลูกค้า عميل", "x\x00y", "NULL", " "}[r.IntN(6)]
	}
	amount := func() decimal.Decimal {
		return []decimal.Decimal{{}, dec("0.000000000001"), dec("-19.99"), dec("99999999999999999999999999"), decimal.New(int64(r.IntN(1_000_000)), -2)}[r.IntN(5)]
	}
	s := billing.Span{
		Customer: "c" + name(), Subscription: name(), Item: name(), From: day.Add(time.Duration(r.IntN(1000)) * time.Hour), To: at(), ID: name(), EndID: name(),
		Seq: []int64{0, 1, -5, 1 << 62}[r.IntN(4)], Recorded: at(), EndRecorded: at(),
		Terms: billing.Terms{
			Plan: name(), Product: name(), Amount: amount(), Tax: amount(), Currency: []money.Currency{"", "EUR", "JPY"}[r.IntN(3)], Quantity: amount(),
			Cycle: []calendar.Cycle{{}, {Unit: calendar.UnitYear, N: 2}, {Unit: calendar.UnitWeek, N: 1}}[r.IntN(3)],
			State: billing.State(r.IntN(7)), Basis: billing.Basis(r.IntN(4)), Reason: billing.Reason(r.IntN(4)),
			CancelAt: at(), CancelAskedAt: at(), PaidThrough: at(), Replaces: name(), Test: r.IntN(2) == 0,
		},
	}
	for range r.IntN(3) {
		d := billing.Discount{
			ID: name(), From: at(), To: at(), Duration: billing.Duration(r.IntN(3)), Cycles: r.IntN(3), Level: billing.Level(r.IntN(2)), InMRR: billing.Verdict(r.IntN(3)),
		}
		switch r.IntN(3) {
		case 0:
			d.Percent = dec("33.333333333333")
		case 1:
			d.Off = decimal.New(int64(r.IntN(1_000_000)), -2)
		}
		s.Discounts = append(s.Discounts, d)
	}
	return s
}

// What is written is read: every field, stated or not, and the same bytes again.
func TestSpans_RoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(14, 5))
	want := []billing.Span{{Customer: "c", From: day}}
	for range 400 {
		want = append(want, anySpan(r))
	}
	for _, group := range []int{0, 1, 7} {
		var b bytes.Buffer
		require.NoError(t, parquetio.WriteSpans(&b, slices.Values(want), parquetio.Options{RowGroup: group}))
		got, err := spansOf(b.Bytes())
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i := range want {
			w, g := want[i], got[i]
			require.True(t, w.Terms.Equal(&g.Terms), "%+v\n%+v", w.Terms, g.Terms)
			w.Terms, g.Terms = billing.Terms{}, billing.Terms{}
			require.Equal(t, w, g)
		}
		var again bytes.Buffer
		require.NoError(t, parquetio.WriteSpans(&again, slices.Values(got), parquetio.Options{RowGroup: group}))
		require.True(t, bytes.Equal(b.Bytes(), again.Bytes()))
	}
}

// What a column cannot hold is refused with its row, when it is written.
func TestSpans_Refused(t *testing.T) {
	t.Parallel()
	good := billing.Span{Customer: "c", From: day}
	for column, bad := range map[string]func(*billing.Span){
		"from":      func(s *billing.Span) { s.From = time.Time{} },
		"to":        func(s *billing.Span) { s.To = day.Add(1) },
		"state":     func(s *billing.Span) { s.State = 99 },
		"cycle":     func(s *billing.Span) { s.Cycle = calendar.Cycle{Unit: 99, N: 1} },
		"amount":    func(s *billing.Span) { s.Amount = dec("0.0000000000001") },
		"plan":      func(s *billing.Span) { s.Plan = "\xff" },
		"discounts": func(s *billing.Span) { s.Discounts = make([]billing.Discount, billing.MaxDiscounts+1) },
	} {
		s := good
		bad(&s)
		err := parquetio.WriteSpans(&bytes.Buffer{}, slices.Values([]billing.Span{good, s}), parquetio.Options{})
		var row *fault.Row
		require.ErrorAs(t, err, &row, column)
		assert.Equal(t, column, row.Field)
		assert.EqualValues(t, 2, row.Row)
	}
	for name, d := range map[string]billing.Discount{"duration": {Duration: 9}, "percent": {Percent: decimal.New(1, 1<<30)}, "year": {From: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}} {
		s := good
		s.Discounts = []billing.Discount{d}
		var row *fault.Row
		require.ErrorAs(t, parquetio.WriteSpans(&bytes.Buffer{}, slices.Values([]billing.Span{s}), parquetio.Options{}), &row, name)
		assert.Equal(t, "discounts", row.Field)
	}
}

// A warehouse's own file, of three columns and discounts that it wrote itself.
func TestSpans_OfOthers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"percent": 12.5, "duration": "once"}]`: "",
		`[]`:                             "",
		`[{"percent": 12.5, "pct": 1}]`:  "pct",
		`{"percent": 12.5}`:              "discounts",
		`[{"percent": "a lot"}]`:         "discounts",
		`[{"percent": 1e400}]`:           "discounts",
		`[{"duration": "sometimes"}]`:    "sometimes",
		`[{"percent": 1, "percent": 2}]`: "percent",
	} {
		got, err := spansOf(threeColumns(t, text))
		if want == "" {
			require.NoError(t, err, text)
			require.Len(t, got, 1)
			assert.Equal(t, "19.99", got[0].Amount.String())
			if text != "[]" {
				assert.Equal(t, billing.DurationOnce, got[0].Discounts[0].Duration)
				assert.Equal(t, "12.5", got[0].Discounts[0].Percent.String())
			} else {
				assert.Empty(t, got[0].Discounts)
			}
			continue
		}
		var row *fault.Row
		require.ErrorAs(t, err, &row, text)
		require.ErrorIs(t, err, parquetio.ErrValue)
		assert.Equal(t, "discounts", row.Field)
		assert.ErrorContains(t, err, want)
	}
}

// threeColumns is a span as another program writes it.
func threeColumns(t *testing.T, discounts string) []byte {
	t.Helper()
	var nodes schema.FieldList
	texts := []string{"customer", "amount", "discounts"}
	for _, c := range texts {
		node, err := schema.NewPrimitiveNodeLogical(c, required, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
		require.NoError(t, err)
		nodes = append(nodes, node)
	}
	from, err := schema.NewPrimitiveNodeLogical("from", required, schema.NewTimestampLogicalType(true, schema.TimeUnitMillis), parquet.Types.Int64, -1, -1)
	require.NoError(t, err)
	root, err := schema.NewGroupNode("schema", required, append(nodes, from), -1)
	require.NoError(t, err)
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root)
	group, err := w.AppendRowGroupChecked()
	require.NoError(t, err)
	for _, value := range []string{"acme", "19.99", discounts} {
		c, err := group.NextColumn()
		require.NoError(t, err)
		_, err = c.(*file.ByteArrayColumnChunkWriter).WriteBatch([]parquet.ByteArray{parquet.ByteArray(value)}, nil, nil)
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}
	c, err := group.NextColumn()
	require.NoError(t, err)
	_, err = c.(*file.Int64ColumnChunkWriter).WriteBatch([]int64{day.UnixMilli()}, nil, nil)
	require.NoError(t, err)
	require.NoError(t, c.Close())
	require.NoError(t, group.Close())
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Spans of a warehouse go into books as those of any importer do.
func ExampleSpans() {
	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	spans := []billing.Span{
		{Customer: "acme", From: begin, Terms: billing.Terms{Amount: dec("50"), Currency: "EUR", Plan: "team"}},
		{Customer: "bell", From: begin, To: begin.AddDate(0, 2, 0), Terms: billing.Terms{
			Amount: dec("120"), Currency: "EUR", Cycle: calendar.Cycle{Unit: calendar.UnitYear, N: 1}, Discounts: []billing.Discount{{ID: "launch", Percent: dec("10")}},
		}},
	}
	var b bytes.Buffer // a file
	if err := parquetio.WriteSpans(&b, slices.Values(spans), parquetio.Options{}); err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range parquetio.Spans(bytes.NewReader(b.Bytes()), parquetio.Options{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Customer, s.From.Format(time.DateOnly), s.Amount, s.Currency, s.Cycle, len(s.Discounts))
	}
	// Output:
	// acme 2026-01-01 50 EUR P1M 0
	// bell 2026-01-01 120 EUR P1Y 1
}

// A span that Parquet cannot hold as it is, here one that begins in the middle
// of a microsecond, is refused with its row and column.
func ExampleWriteSpans() {
	spans := []billing.Span{{Customer: "acme", From: day.Add(time.Nanosecond)}}
	fmt.Println(parquetio.WriteSpans(&bytes.Buffer{}, slices.Values(spans), parquetio.Options{}))
	// Output:
	// parquetio: write spans: row 1: from "1767605400000001001": want whole microseconds, of years 1678 to 2261
}
