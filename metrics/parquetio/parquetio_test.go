package parquetio_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/parquetio"
)

var day = time.Date(2026, time.January, 5, 9, 30, 0, 1000, time.UTC)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// everything is changes with every field, and with none.
func everything() []ledger.Change {
	return []ledger.Change{
		{Customer: "acme", At: day, Amount: dec("49.99")},
		{
			Customer: "ลูกค้า عميل", Subscription: "s", At: day.Add(time.Microsecond), Amount: dec("999999999999999999.999999999999"),
			Cycle: calendar.Cycle{Unit: calendar.UnitYear, N: 2}, Currency: "JPY", Cause: ledger.CausePlan, ID: "evt\x00", Item: "i",
			Plan: "p", Product: "pp", Quantity: dec("-0.000000000001"), Alive: true, Recorded: day.Add(time.Hour),
		},
		{Customer: "acme", At: day, Amount: dec("100"), Quantity: dec("12000")},
		{Customer: "acme", At: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)},
		{Customer: "acme", At: time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC), Amount: dec("0.01")},
	}
}

func written(t testing.TB, changes []ledger.Change, o parquetio.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, parquetio.WriteChanges(&b, slices.Values(changes), o))
	return b.Bytes()
}

func changesOf(b []byte, o parquetio.Options) (out []ledger.Change, last error) {
	for c, err := range parquetio.Changes(bytes.NewReader(b), o) {
		if err != nil {
			last = err
			continue
		}
		out = append(out, c)
	}
	return out, last
}

func requireSame(t *testing.T, want, got []ledger.Change) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		x, y := want[i], got[i]
		require.True(t, x.Amount.Equal(y.Amount), "%s %s", x.Amount, y.Amount)
		require.True(t, x.Quantity.Equal(y.Quantity), "%s %s", x.Quantity, y.Quantity)
		x.Amount, x.Quantity, y.Amount, y.Quantity = decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}
		require.Equal(t, x, y)
	}
}

func TestChanges_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, group := range []int{0, 1, 2} {
		o := parquetio.Options{RowGroup: group}
		b := written(t, everything(), o)
		got, err := changesOf(b, o)
		require.NoError(t, err)
		requireSame(t, everything(), got)
		assert.Equal(t, b, written(t, got, o), "equal rows give equal bytes")
	}
	none, err := changesOf(written(t, nil, parquetio.Options{}), parquetio.Options{})
	require.NoError(t, err)
	assert.Empty(t, none)
}

// Books that go through a file are the same books, over many batches and groups.
func TestChanges_Books(t *testing.T) {
	t.Parallel()
	var changes []ledger.Change
	for i := range 20_000 {
		changes = append(changes, ledger.Change{
			Customer: fmt.Sprint("c", i/7), At: day.Add(time.Duration(i%7*400) * time.Hour), Amount: decimal.New(int64(i*37%900), -2),
			Plan: []string{"", "pro", "team"}[i%3], Alive: i%11 == 0,
		})
	}
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, books.Append(changes...))
	var b bytes.Buffer
	require.NoError(t, parquetio.WriteChanges(&b, books.Changes(), parquetio.Options{RowGroup: 6000}))
	again, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, again.Load(parquetio.Changes(bytes.NewReader(b.Bytes()), parquetio.Options{})))
	want, err := books.MarshalBinary()
	require.NoError(t, err)
	got, err := again.MarshalBinary()
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got))
}

func TestEvents_RoundTrip(t *testing.T) {
	t.Parallel()
	want := []touchpoint.Event{
		{Customer: "a", Name: "visit", At: day},
		{
			Customer: "b", Name: "paid", Channel: "mail", At: day, ID: "1", Source: "s", Campaign: "c", Cost: dec("0.5"), Value: dec("12"),
			Attrs: map[string]string{"plan": "pro", "ä": "\"x\""},
		},
	}
	var b bytes.Buffer
	require.NoError(t, parquetio.WriteEvents(&b, slices.Values(want), parquetio.Options{}))
	var got []touchpoint.Event
	for e, err := range parquetio.Events(bytes.NewReader(b.Bytes()), parquetio.Options{}) {
		require.NoError(t, err)
		got = append(got, e)
	}
	require.Len(t, got, 2)
	assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
}

func TestStatements_RoundTrip(t *testing.T) {
	t.Parallel()
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, books.Append(ledger.Change{Customer: "a", At: day, Amount: dec("100"), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}))
	want, err := books.Statements(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 3))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, parquetio.WriteStatements(&b, want, parquetio.Options{}))
	var got []ledger.Statement
	for s, err := range parquetio.Statements(bytes.NewReader(b.Bytes()), parquetio.Options{}) {
		require.NoError(t, err)
		got = append(got, s)
	}
	assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
	assert.Equal(t, "8.333333333333", got[2].Revenue.Opening.String())

	want[1].ClosingCustomers = 7
	b.Reset()
	require.NoError(t, parquetio.WriteStatements(&b, want, parquetio.Options{}))
	var last error
	for _, err := range parquetio.Statements(bytes.NewReader(b.Bytes()), parquetio.Options{}) {
		last = err
	}
	requireRow(t, last, 2, "closing_customers")
}

func requireRow(t *testing.T, err error, row int64, field string) {
	t.Helper()
	var r *fault.Row
	require.ErrorAs(t, err, &r)
	assert.Equal(t, row, r.Row)
	assert.Equal(t, field, r.Field)
	require.ErrorIs(t, err, parquetio.ErrValue)
}

// What a column cannot hold exactly is refused with its row, never rounded.
func TestWrite_Refused(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*ledger.Change){
		"at":       func(c *ledger.Change) { c.At = c.At.Add(1) },
		"recorded": func(c *ledger.Change) { c.Recorded = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"amount":   func(c *ledger.Change) { c.Amount = dec("0.0000000000001") },
		"quantity": func(c *ledger.Change) { c.Quantity = decimal.New(1, 26) },
		"customer": func(c *ledger.Change) { c.Customer = "\xff" },
	} {
		changes := everything()
		spoil(&changes[2])
		requireRow(t, parquetio.WriteChanges(&bytes.Buffer{}, slices.Values(changes), parquetio.Options{RowGroup: 2}), 3, field)
	}
	require.ErrorIs(t, parquetio.WriteChanges(&bytes.Buffer{}, slices.Values(everything()), parquetio.Options{RowGroup: -1}), parquetio.ErrOptions)
	require.Error(t, parquetio.WriteChanges(full{}, slices.Values(everything()), parquetio.Options{}))
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// column is one column of a foreign file.
type column struct {
	name    string
	rep     parquet.Repetition
	logical schema.LogicalType
	typ     parquet.Type
	width   int
	values  any
	levels  []int16
}

func foreign(t testing.TB, columns ...column) []byte {
	t.Helper()
	var nodes schema.FieldList
	for _, c := range columns {
		logical := c.logical
		if logical == nil {
			logical = schema.NoLogicalType{}
		}
		width := c.width
		if width == 0 {
			width = -1
		}
		n, err := schema.NewPrimitiveNodeLogical(c.name, c.rep, logical, c.typ, width, -1)
		require.NoError(t, err)
		nodes = append(nodes, n)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, nodes, -1)
	require.NoError(t, err)
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root)
	g, err := w.AppendRowGroupChecked()
	require.NoError(t, err)
	for _, c := range columns {
		cw, err := g.NextColumn()
		require.NoError(t, err)
		switch v := c.values.(type) {
		case []int64:
			_, err = cw.(*file.Int64ColumnChunkWriter).WriteBatch(v, c.levels, nil)
		case []int32:
			_, err = cw.(*file.Int32ColumnChunkWriter).WriteBatch(v, c.levels, nil)
		case []float64:
			_, err = cw.(*file.Float64ColumnChunkWriter).WriteBatch(v, c.levels, nil)
		case []parquet.ByteArray:
			_, err = cw.(*file.ByteArrayColumnChunkWriter).WriteBatch(v, c.levels, nil)
		case []parquet.FixedLenByteArray:
			_, err = cw.(*file.FixedLenByteArrayColumnChunkWriter).WriteBatch(v, c.levels, nil)
		}
		require.NoError(t, err)
		require.NoError(t, cw.Close())
	}
	require.NoError(t, g.Close())
	require.NoError(t, w.Close())
	return b.Bytes()
}

var required, optional = parquet.Repetitions.Required, parquet.Repetitions.Optional

func who(names ...string) column {
	c := column{name: "Customer", rep: required, logical: schema.StringLogicalType{}, typ: parquet.Types.ByteArray}
	var v []parquet.ByteArray
	for _, n := range names {
		v = append(v, parquet.ByteArray(n))
	}
	c.values = v
	return c
}

func when(unit schema.TimeUnitType, at ...int64) column {
	return column{name: "AT", rep: required, logical: schema.NewTimestampLogicalType(true, unit), typ: parquet.Types.Int64, values: at}
}

// Files of others: decimals and instants in all the ways there are to write
// them exactly.
func TestChanges_Foreign(t *testing.T) {
	t.Parallel()
	amounts := map[string]column{
		"decimal of 32 bits": {typ: parquet.Types.Int32, logical: schema.NewDecimalLogicalType(9, 2), values: []int32{4999, -1}},
		"decimal of 64 bits": {typ: parquet.Types.Int64, logical: schema.NewDecimalLogicalType(18, 2), values: []int64{4999, -1}},
		"fixed bytes": {typ: parquet.Types.FixedLenByteArray, width: 3, logical: schema.NewDecimalLogicalType(5, 2), values: []parquet.FixedLenByteArray{
			{0, 0x13, 0x87}, {255, 255, 255},
		}},
		"wide fixed bytes": {typ: parquet.Types.FixedLenByteArray, width: 9, logical: schema.NewDecimalLogicalType(20, 2), values: []parquet.FixedLenByteArray{
			big.NewInt(4999).FillBytes(make([]byte, 9)), bytes.Repeat([]byte{255}, 9),
		}},
		"bytes": {typ: parquet.Types.ByteArray, logical: schema.NewDecimalLogicalType(5, 2), values: []parquet.ByteArray{{0x13, 0x87}, {255}}},
		"text":  {typ: parquet.Types.ByteArray, logical: schema.StringLogicalType{}, values: []parquet.ByteArray{[]byte("49.99"), []byte("-0.010")}},
	}
	for name, a := range amounts {
		a.name, a.rep = "amount", required
		for unit, at := range map[schema.TimeUnitType]int64{
			schema.TimeUnitMillis: day.UnixMilli(), schema.TimeUnitMicros: day.UnixMicro(), schema.TimeUnitNanos: day.UnixNano(),
		} {
			b := foreign(t, when(unit, at, at), a, who("a", "b"), column{name: "else", rep: required, typ: parquet.Types.Double, values: []float64{1, 2}})
			got, err := changesOf(b, parquetio.Options{})
			require.NoError(t, err, name)
			assert.Equal(t, "49.99 -0.01", got[0].Amount.String()+" "+got[1].Amount.String(), name)
			assert.Equal(t, day.Truncate(time.Millisecond), got[1].At.Truncate(time.Millisecond))
			assert.Equal(t, "b", got[1].Customer)
		}
	}
}

func TestChanges_ForeignRefused(t *testing.T) {
	t.Parallel()
	at := when(schema.TimeUnitMicros, 0, 1)
	cents := column{name: "amount", rep: required, typ: parquet.Types.Int64, values: []int64{1, 2}}
	with := func(c column, change func(*column)) column {
		change(&c)
		return c
	}
	for name, columns := range map[string][]column{
		"no customer":      {at, cents},
		"no amount":        {at, who("a", "b")},
		"float":            {at, who("a", "b"), {name: "amount", rep: required, typ: parquet.Types.Double, values: []float64{1, 2}}},
		"a number of time": {{name: "at", rep: required, typ: parquet.Types.Int64, values: []int64{1, 2}}, cents, who("a", "b")},
		"twice":            {at, cents, who("a", "b"), with(cents, func(c *column) { c.name = "Amount" })},
		"a list":           {at, who("a", "b"), with(cents, func(c *column) { c.rep = parquet.Repetitions.Repeated; c.levels = []int16{1, 1} })},
	} {
		if name == "a list" {
			continue // written with repetition levels, which this test has none of
		}
		_, err := changesOf(foreign(t, columns...), parquetio.Options{})
		require.ErrorIs(t, err, parquetio.ErrColumn, name)
	}
	null := with(cents, func(c *column) { c.rep, c.values, c.levels = optional, []int64{1}, []int16{1, 0} })
	got, err := changesOf(foreign(t, at, null, who("a", "b")), parquetio.Options{})
	requireRow(t, err, 2, "amount")
	assert.Empty(t, got)
	_, err = changesOf(foreign(t, at, cents, who("a", "\xff")), parquetio.Options{})
	requireRow(t, err, 2, "customer")
	_, err = changesOf(foreign(t, when(schema.TimeUnitMillis, 0, 1<<62), cents, who("a", "b")), parquetio.Options{})
	requireRow(t, err, 2, "at")
	words := column{name: "amount", rep: required, logical: schema.StringLogicalType{}, typ: parquet.Types.ByteArray, values: []parquet.ByteArray{[]byte("1"), []byte("1e999999999")}}
	_, err = changesOf(foreign(t, at, words, who("a", "b")), parquetio.Options{})
	requireRow(t, err, 2, "amount")
	cause := column{name: "cause", rep: required, logical: schema.StringLogicalType{}, typ: parquet.Types.ByteArray, values: []parquet.ByteArray{[]byte("price"), []byte("weather")}}
	_, err = changesOf(foreign(t, at, cents, cause, who("a", "b")), parquetio.Options{})
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, "cause", row.Field)
}

// A hostile file is an error, and takes no more memory than the limits.
func TestRead_Hostile(t *testing.T) {
	t.Parallel()
	good := written(t, everything(), parquetio.Options{})
	for name, o := range map[string]parquetio.Options{
		"rows": {MaxRows: 4}, "footer": {MaxFooter: 10},
	} {
		_, err := changesOf(good, o)
		require.ErrorIs(t, err, parquetio.ErrLimit, name)
	}
	_, err := changesOf(good, parquetio.Options{MaxPage: 1})
	require.ErrorIs(t, err, parquetio.ErrFile)
	_, err = changesOf(good, parquetio.Options{MaxRows: -1})
	require.ErrorIs(t, err, parquetio.ErrOptions)
	for _, b := range [][]byte{nil, []byte("PAR1"), bytes.Repeat([]byte("x"), 100), append([]byte("PAR1\xff\xff\xff\x7f"), "PAR1"...)} {
		_, err := changesOf(b, parquetio.Options{})
		require.Error(t, err)
	}
	r := rand.New(rand.NewPCG(1, 1)) // panics of the format's library among them
	broken := 0
	for range 300 {
		b := bytes.Clone(good)
		for range 3 {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		if _, err := changesOf(b, parquetio.Options{}); errors.Is(err, parquetio.ErrFile) {
			broken++
		}
	}
	assert.Positive(t, broken)
	for n := range len(good) { // cut anywhere
		if n%7 == 0 {
			_, err := changesOf(good[:n], parquetio.Options{})
			require.Error(t, err, n)
		}
	}
}

// The caller's own panic is the caller's, and breaking off is fine.
func TestRead_CallersPanic(t *testing.T) {
	t.Parallel()
	b := written(t, everything(), parquetio.Options{})
	for range parquetio.Changes(bytes.NewReader(b), parquetio.Options{}) {
		break
	}
	assert.PanicsWithValue(t, "mine", func() {
		for range parquetio.Changes(bytes.NewReader(b), parquetio.Options{}) {
			panic("mine")
		}
	})
}

func TestIntegers(t *testing.T) {
	t.Parallel()
	b := foreign(t,
		column{name: "customer", rep: required, typ: parquet.Types.Int32, values: []int32{1, 2, 2}},
		column{name: "cents", rep: optional, typ: parquet.Types.Int64, values: []int64{1, 3}, levels: []int16{1, 0, 1}},
		when(schema.TimeUnitMicros, 7, 8, 9), who("a", "b", "c"),
	)
	got, err := parquetio.Integers(bytes.NewReader(b), parquetio.Options{}, "AT", "customer")
	require.NoError(t, err)
	assert.Equal(t, [][]int64{{7, 8, 9}, {1, 2, 2}}, got)
	_, err = parquetio.Integers(bytes.NewReader(b), parquetio.Options{}, "cents")
	requireRow(t, err, 2, "cents")
	_, err = parquetio.Integers(bytes.NewReader(b), parquetio.Options{}, "Customer")
	require.ErrorIs(t, err, parquetio.ErrColumn)
	_, err = parquetio.Integers(bytes.NewReader(b), parquetio.Options{}, "none")
	require.ErrorIs(t, err, parquetio.ErrColumn)
	_, err = parquetio.Integers(bytes.NewReader(b), parquetio.Options{MaxRows: 2}, "AT")
	require.ErrorIs(t, err, parquetio.ErrLimit)
	_, err = parquetio.Integers(bytes.NewReader(b[:len(b)-9]), parquetio.Options{}, "AT")
	require.Error(t, err)
}

// Whatever the bytes, reading ends, with rows or an error and never a panic.
func FuzzChanges_Ends(f *testing.F) {
	good := written(f, everything(), parquetio.Options{RowGroup: 2})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("PAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := parquetio.Options{MaxRows: 10_000, MaxPage: 1 << 16, MaxFooter: 1 << 16}
		_, _ = changesOf(b, o)
		_, _ = parquetio.Integers(bytes.NewReader(b), o, "at")
	})
}

// Ten million rows of three columns, with LIFECYCLE_LARGE set; else a tenth.
func BenchmarkIntegers(b *testing.B) {
	n := 1_000_000
	if os.Getenv("LIFECYCLE_LARGE") != "" {
		n = 10_000_000
	}
	name := filepath.Join(b.TempDir(), "rows.parquet")
	out, err := os.Create(name)
	require.NoError(b, err)
	var nodes schema.FieldList
	for _, c := range []string{"account", "month", "cents"} {
		node, err := schema.NewPrimitiveNode(c, required, parquet.Types.Int64, -1, -1)
		require.NoError(b, err)
		nodes = append(nodes, node)
	}
	root, err := schema.NewGroupNode("schema", required, nodes, -1)
	require.NoError(b, err)
	w := file.NewParquetWriter(out, root)
	const group = 500_000
	for g := range n / group {
		rg, err := w.AppendRowGroupChecked()
		require.NoError(b, err)
		for c := range 3 {
			v := make([]int64, group)
			for i := range v {
				row := int64(g*group + i)
				v[i] = []int64{row / 18, row % 24, row * 7919 % 50_000}[c]
			}
			cw, err := rg.NextColumn()
			require.NoError(b, err)
			_, err = cw.(*file.Int64ColumnChunkWriter).WriteBatch(v, nil, nil)
			require.NoError(b, err)
			require.NoError(b, cw.Close())
		}
		require.NoError(b, rg.Close())
	}
	require.NoError(b, w.Close())
	in, err := os.Open(name)
	require.NoError(b, err)
	defer func() { _ = in.Close() }()
	b.ReportAllocs()
	for b.Loop() {
		got, err := parquetio.Integers(in, parquetio.Options{}, "account", "month", "cents")
		require.NoError(b, err)
		require.Len(b, got[2], n)
	}
}

func Example() {
	var b bytes.Buffer // a file
	changes := []ledger.Change{{Customer: "acme", At: day, Amount: dec("49.99"), Currency: "EUR"}}
	if err := parquetio.WriteChanges(&b, slices.Values(changes), parquetio.Options{}); err != nil {
		fmt.Println(err)
		return
	}
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Load(parquetio.Changes(bytes.NewReader(b.Bytes()), parquetio.Options{})); err != nil {
		fmt.Println(err)
		return
	}
	s, err := books.Statement(calendar.NewMonth(2026, time.January))
	fmt.Println(s, err)
	// Output:
	// 2026-01 EUR: 0 + 49.99 new = 49.99, 1 customers <nil>
}
