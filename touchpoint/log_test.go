package touchpoint_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func day(d int) time.Time { return time.Date(2026, time.January, d, 0, 0, 0, 0, time.UTC) }

func TestLog_OrdersByCustomerTimeInput(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "b", Name: "x", At: day(2)},
		touchpoint.Event{Customer: "a", Name: "late", At: day(9)},
		touchpoint.Event{Customer: "a", Name: "tie 1", At: day(3), Channel: "web"},
		touchpoint.Event{Customer: "a", Name: "tie 2", At: day(3)},
		touchpoint.Event{Customer: "a", Name: "early", At: day(1)},
	)
	require.NoError(t, err)
	var got []string
	for e := range log.Events() {
		got = append(got, e.Customer+" "+e.Name+" "+string(e.Channel))
	}
	assert.Equal(t, []string{"a early ", "a tie 1 web", "a tie 2 ", "a late ", "b x "}, got)
	assert.Equal(t, 5, log.Len())
	assert.Equal(t, 2, log.Customers())

	cols := log.Columns()
	assert.Equal(t, []uint32{0, 4, 5}, cols.Start)
	assert.Equal(t, "tie 2", log.Names()[cols.Name[2]])
	assert.Equal(t, touchpoint.Channel("web"), log.Channels()[cols.Channel.At(1)])
	assert.Equal(t, 1, cols.CustomerOf(4))
	assert.Equal(t, -1, cols.CustomerOf(5))
}

func TestLog_ZeroValueIsEmpty(t *testing.T) {
	t.Parallel()
	built, err := touchpoint.NewLog(nil)
	require.NoError(t, err)
	for _, log := range []*touchpoint.Log{{}, built} {
		assert.Zero(t, log.Len())
		assert.Zero(t, log.Customers())
		assert.Empty(t, slices.Collect(log.Events()))
		assert.Empty(t, slices.Collect(log.Of("a")))
		assert.Empty(t, log.Customer(0))
		assert.Zero(t, log.Columns().Customers())
		_, _, ok := log.Span()
		assert.False(t, ok)
	}
}

func TestLog_DropsDuplicatesAndCountsThem(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "b", Name: "second", At: day(1), ID: "1", Source: "crm"},
		touchpoint.Event{Customer: "a", Name: "later", At: day(3), ID: "1", Source: "crm"},
		touchpoint.Event{Customer: "a", Name: "first", At: day(2), ID: "1", Source: "crm"},
		touchpoint.Event{Customer: "a", Name: "other source", At: day(4), ID: "1", Source: "web"},
		touchpoint.Event{Customer: "a", Name: "no id", At: day(5), Source: "crm"},
		touchpoint.Event{Customer: "a", Name: "no id", At: day(5), Source: "crm"},
	)
	require.NoError(t, err)
	assert.EqualValues(t, 2, log.Duplicates())
	assert.Equal(t, 1, log.Customers(), "b's only event was a duplicate")
	assert.Equal(t, []string{"first", "no id", "other source"}, log.Names())
	assert.Equal(t, 4, log.Len())
}

func TestLog_KeepsOnlyTheColumnsNamed(t *testing.T) {
	t.Parallel()
	e := touchpoint.Event{
		Customer: "a", Name: "n", Channel: "web", At: day(1), ID: "7", Source: "crm", Campaign: "spring",
		Cost: decimal.RequireFromString("1.50"), Value: decimal.RequireFromString("-300"),
		Attrs: map[string]string{"plan": "pro", "empty": "", "noise": "x"},
	}
	lean, err := touchpoint.LogOf(e)
	require.NoError(t, err)
	for got := range lean.Events() {
		assert.Equal(t, touchpoint.Event{Customer: "a", Name: "n", Channel: "web", At: day(1)}, got)
	}
	options := touchpoint.LogOptions{Campaign: true, Cost: true, Value: true, IDs: true, Attrs: []string{"plan", "empty", "absent"}}
	full, err := options.LogOf(e)
	require.NoError(t, err)
	for got := range full.Events() {
		assert.True(t, got.Cost.Equal(e.Cost), got.Cost)
		assert.True(t, got.Value.Equal(e.Value), got.Value)
		got.Cost, got.Value = e.Cost, e.Value
		want := e
		want.Attrs = map[string]string{"plan": "pro", "empty": ""}
		assert.Equal(t, want, got)
	}
	plan, ok := full.Attr("plan")
	require.True(t, ok)
	v, ok := plan.Value(0)
	assert.True(t, ok)
	assert.Equal(t, "pro", v)
	_, ok = full.Attr("noise")
	assert.False(t, ok)
	costs, ok := full.Costs()
	require.True(t, ok)
	assert.Equal(t, "1.5", costs.Decimal(0).String())
	assert.Equal(t, []string{"spring"}, full.Campaigns())
}

func TestLog_ReportsEveryBadRow(t *testing.T) {
	t.Parallel()
	good := touchpoint.Event{Customer: "a", Name: "n", At: day(1)}
	bad := func(change func(*touchpoint.Event)) touchpoint.Event {
		e := good
		change(&e)
		return e
	}
	events := []touchpoint.Event{
		good,
		bad(func(e *touchpoint.Event) { e.Customer = "" }),
		bad(func(e *touchpoint.Event) { e.Name = "" }),
		bad(func(e *touchpoint.Event) { e.At = time.Time{} }),
		bad(func(e *touchpoint.Event) { e.At = time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC) }),
		bad(func(e *touchpoint.Event) { e.At = time.Date(1899, 12, 31, 23, 59, 59, 999, time.UTC) }),
		bad(func(e *touchpoint.Event) { e.Customer = strings.Repeat("x", touchpoint.MaxText+1) }),
		bad(func(e *touchpoint.Event) { e.Channel = "\xff" }),
		bad(func(e *touchpoint.Event) { e.Cost = decimal.New(1, 1_000_000) }),
		bad(func(e *touchpoint.Event) { e.Value = decimal.New(1, -1_000_000) }),
		bad(func(e *touchpoint.Event) { e.Value = decimal.RequireFromString("0.1234567890123456789") }),
		bad(func(e *touchpoint.Event) { e.Attrs = map[string]string{"": "v"} }),
		bad(func(e *touchpoint.Event) {
			e.Attrs = map[string]string{"k": strings.Repeat("v", touchpoint.MaxAttrText+1)}
		}),
		bad(func(e *touchpoint.Event) { e.ID = strings.Repeat("x", touchpoint.MaxText+1) }),
		bad(func(e *touchpoint.Event) { e.Customer, e.Name = "", "" }),
	}
	log, err := touchpoint.NewLog(slices.Values(events))
	assert.Nil(t, log)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	type found struct {
		row   int64
		field string
		err   error
	}
	want := []found{
		{2, "Customer", fault.ErrEmpty},
		{3, "Name", fault.ErrEmpty},
		{4, "At", touchpoint.ErrTime},
		{5, "At", touchpoint.ErrTime},
		{6, "At", touchpoint.ErrTime},
		{7, "Customer", fault.ErrTooLong},
		{8, "Channel", fault.ErrText},
		{9, "Cost", touchpoint.ErrAmount},
		{10, "Value", touchpoint.ErrAmount},
		{11, "Value", touchpoint.ErrAmount},
		{12, "Attrs", fault.ErrEmpty},
		{13, "Attrs[k]", fault.ErrTooLong},
		{14, "ID", fault.ErrTooLong},
		{15, "Customer", fault.ErrEmpty},
		{15, "Name", fault.ErrEmpty},
	}
	require.Len(t, batch.Rows, len(want))
	for i, w := range want {
		assert.Equal(t, w.row, batch.Rows[i].Row, "fault %d", i)
		assert.Equal(t, w.field, batch.Rows[i].Field, "fault %d", i)
		assert.ErrorIs(t, batch.Rows[i], w.err, "fault %d", i)
	}
	assert.Contains(t, err.Error(), `touchpoint: new log: 15 bad rows, nothing was taken; row 2: Customer: must not be empty`)
	assert.Contains(t, err.Error(), "and 5 more")
}

func TestLogOptions_ReadReportsFailingSource(t *testing.T) {
	t.Parallel()
	broken := errors.New("line 3: wrong number of fields")
	source := func(yield func(touchpoint.Event, error) bool) {
		_ = yield(touchpoint.Event{Customer: "a", Name: "n", At: day(1)}, nil) &&
			yield(touchpoint.Event{}, broken) &&
			yield(touchpoint.Event{Name: "n", At: day(1)}, nil)
	}
	log, err := touchpoint.LogOptions{}.Read(source)
	assert.Nil(t, log)
	require.ErrorIs(t, err, broken)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Rows, 2)
	assert.EqualValues(t, 2, batch.Rows[0].Row)
	assert.EqualValues(t, 3, batch.Rows[1].Row)
}

// events draws histories with few customers, names and instants, so that ties
// and duplicates are common.
func events(t *rapid.T, label string) []touchpoint.Event {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) touchpoint.Event {
		e := touchpoint.Event{
			Customer: rapid.SampledFrom([]string{"a", "b", "ab", "a\x00", "ä", "customer-1", "customer-10"}).Draw(t, "customer"),
			Name:     rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "name"),
			Channel:  touchpoint.Channel(rapid.SampledFrom([]string{"", "web", "mail"}).Draw(t, "channel")),
			At:       day(1).Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "at"))),
			Campaign: rapid.SampledFrom([]string{"", "spring"}).Draw(t, "campaign"),
			Cost:     decimal.New(rapid.Int64Range(-1000, 1000).Draw(t, "cost"), rapid.Int32Range(-3, 3).Draw(t, "exponent")),
			Value:    decimal.New(rapid.Int64Range(0, 3).Draw(t, "value"), 0),
		}
		if rapid.Bool().Draw(t, "keyed") {
			e.ID = rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(t, "id")
			e.Source = rapid.SampledFrom([]string{"", "crm"}).Draw(t, "source")
		}
		if rapid.Bool().Draw(t, "attrs") {
			e.Attrs = map[string]string{"plan": rapid.SampledFrom([]string{"", "pro"}).Draw(t, "plan")}
		}
		return e
	}), 0, 40).Draw(t, label)
}

var everything = touchpoint.LogOptions{Currency: "EUR", Campaign: true, Cost: true, Value: true, IDs: true, Attrs: []string{"plan"}}

// slowOrder is the definition of a log's content in a few lines.
func slowOrder(in []touchpoint.Event) (out []touchpoint.Event, duplicates int64) {
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b touchpoint.Event) int {
		return cmp.Or(strings.Compare(a.Customer, b.Customer), a.At.Compare(b.At))
	})
	seen := map[[2]string]bool{}
	for _, e := range sorted {
		key := [2]string{e.Source, e.ID}
		if e.ID != "" && seen[key] {
			duplicates++
			continue
		}
		seen[key] = true
		out = append(out, e)
	}
	return out, duplicates
}

func same(t require.TestingT, want []touchpoint.Event, got iter.Seq[touchpoint.Event]) {
	have := slices.Collect(got)
	require.Len(t, have, len(want))
	for i, w := range want {
		h := have[i]
		require.True(t, w.Cost.Equal(h.Cost) && w.Value.Equal(h.Value), "%v, %v", w, h)
		h.Cost, h.Value = w.Cost, w.Value
		require.Equal(t, w, h)
	}
}

func TestLaw_LogEqualsStableSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		want, duplicates := slowOrder(in)
		log, err := everything.NewLog(slices.Values(in))
		require.NoError(t, err)
		same(t, want, log.Events())
		require.Equal(t, duplicates, log.Duplicates())
		var grouped []touchpoint.Event
		for _, own := range log.ByCustomer() {
			grouped = slices.AppendSeq(grouped, own)
		}
		same(t, want, slices.Values(grouped))
		for i, w := range want {
			c := log.Columns().CustomerOf(i)
			require.Equal(t, w.Customer, log.Customer(c))
			found, ok := log.Find(w.Customer)
			require.True(t, ok)
			require.Equal(t, c, found)
		}
	})
}

func TestLog_BoundsTheNumberOfChannels(t *testing.T) {
	t.Parallel()
	channels := func(from, n int) []touchpoint.Event {
		out := make([]touchpoint.Event, n)
		for i := range out {
			out[i] = touchpoint.Event{Customer: "a", Name: "n", At: day(1), Channel: touchpoint.Channel(fmt.Sprint(from + i))}
		}
		return out
	}
	full, err := touchpoint.LogOf(channels(0, touchpoint.MaxChannels)...)
	require.NoError(t, err)
	assert.Len(t, full.Channels(), touchpoint.MaxChannels)
	_, err = touchpoint.LogOf(channels(0, touchpoint.MaxChannels+1)...)
	require.ErrorIs(t, err, fault.ErrTooMany)
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, "at most 65535 channels, got 65536", row.Limit)
	more, err := touchpoint.LogOf(channels(touchpoint.MaxChannels, 1)...)
	require.NoError(t, err)
	_, err = touchpoint.Merge(full, more)
	require.ErrorIs(t, err, fault.ErrTooMany)
}

func TestEvent_ValidateNamesEveryField(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range touchpoint.MaxAttrs + 1 {
		many[fmt.Sprint(i)] = ""
	}
	err := touchpoint.Event{Attrs: many, Cost: decimal.New(1, 19)}.Validate()
	require.ErrorIs(t, err, fault.ErrEmpty)
	require.ErrorIs(t, err, touchpoint.ErrTime)
	require.ErrorIs(t, err, touchpoint.ErrAmount)
	require.ErrorIs(t, err, fault.ErrTooMany)
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, "Customer", row.Field)
	assert.NoError(t, touchpoint.Event{Customer: "a", Name: "n", At: day(1)}.Validate())
}

// Amounts of the widest form are kept exactly; one digit more is refused.
func TestLog_AmountsAreExactUpToTheirLimit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"0", "0.00", "-0.000000000001", "999999999999999999", "-999999999999999999", "999999.999999999999",
		"100000000000000000", "123456789.123456789", "1.000000000000000000000000000000", "3e17",
	} {
		d := decimal.RequireFromString(s)
		log, err := touchpoint.LogOptions{Cost: true}.LogOf(touchpoint.Event{Customer: "a", Name: "n", At: day(1), Cost: d})
		require.NoError(t, err, s)
		costs, ok := log.Costs()
		require.True(t, ok)
		assert.True(t, costs.Decimal(0).Equal(d), s)
	}
	for _, s := range []string{
		"1000000000000000000", "1e18", "0.0000000000001", "1234567890.1234567891", "1e999", "1e-999", "1e1001", "-1e19",
		"99999999999999999999999999999999999999999999",
	} {
		_, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "n", At: day(1), Cost: decimal.RequireFromString(s)})
		require.ErrorIs(t, err, touchpoint.ErrAmount, s)
	}
}

func TestLog_BoundsTheNumberOfNames(t *testing.T) {
	t.Parallel()
	names := func(n int) func(func(touchpoint.Event) bool) {
		return func(yield func(touchpoint.Event) bool) {
			for i := range n {
				if !yield(touchpoint.Event{Customer: "a", Name: fmt.Sprint(i), At: day(1)}) {
					return
				}
			}
		}
	}
	full, err := touchpoint.NewLog(names(touchpoint.MaxNames))
	require.NoError(t, err)
	assert.Len(t, full.Names(), touchpoint.MaxNames)
	_, err = touchpoint.NewLog(names(touchpoint.MaxNames + 1))
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, "at most 60000 names, got 60001", row.Limit)
	more, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "one more", At: day(1)})
	require.NoError(t, err)
	_, err = touchpoint.Merge(full, more)
	require.ErrorIs(t, err, fault.ErrTooMany)
}

func TestLog_View(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOptions{Currency: "EUR"}.LogOf(touchpoint.Event{Customer: "a", Name: "n", At: day(1)}, touchpoint.Event{Customer: "b", Name: "m", At: day(3), Channel: "web"})
	require.NoError(t, err)
	assert.Equal(t, "2 events of 2 customers, 2026-01-01 to 2026-01-03", log.String())
	data, err := json.Marshal(log)
	require.NoError(t, err)
	assert.JSONEq(t, `{"events":2,"customers":2,"first":"2026-01-01T00:00:00Z","last":"2026-01-03T00:00:00Z","duplicates":0,"currency":"EUR","names":["m","n"],"channels":["","web"]}`, string(data))
	data, err = json.Marshal(&touchpoint.Log{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"events":0,"customers":0,"duplicates":0,"names":[],"channels":[]}`, string(data))
	assert.Equal(t, "no events", (&touchpoint.Log{}).String())
}
