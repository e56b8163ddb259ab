package retention_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Beside the triangle nothing is defined, and nothing breaks.
func TestTable_BesideTheTriangle(t *testing.T) {
	t.Parallel()
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 3, From: on(0), Amount: true}
	table, err := retention.Run(logOf(t, events("a", "v", 0, 1)), spec)
	require.NoError(t, err)
	assert.True(t, table.PerMember(0, 2).Defined())
	for _, cell := range [][2]int{{0, 3}, {1, 2}, {2, 1}, {3, 0}, {-1, 0}, {0, -1}} {
		assert.False(t, table.PerMember(cell[0], cell[1]).Defined(), "%v", cell)
		assert.False(t, table.PerActive(cell[0], cell[1]).Defined(), "%v", cell)
		assert.False(t, table.Share(cell[0], cell[1]).Defined(), "%v", cell)
		if cell[0] != 0 || cell[1] < 0 {
			assert.True(t, table.Cumulative(cell[0], cell[1]).IsZero(), "%v", cell)
		}
	}
	_, coverage := table.Weighted(3)
	assert.Zero(t, coverage)
}

// Customers of a part are its own: those who began in it and no others.
func TestRunBy_CustomersOfAPart(t *testing.T) {
	t.Parallel()
	in := func(list []touchpoint.Event, channel touchpoint.Channel) []touchpoint.Event {
		for i := range list {
			list[i].Channel = channel
		}
		return list
	}
	log := logOf(t, in(events("a", "v", 0, 1), "email"), in(events("b", "v", 0), "web"), in(events("c", "v", 1), "email"), in(events("late", "v", 9), "email"), in(events("x", "x", 0), "email"))
	spec := retention.Spec{Start: touchpoint.Named("v"), Kind: retention.FirstInRange, Unit: calendar.UnitDay, Periods: 3, From: on(0)}
	parts, err := retention.RunBy(log, spec, touchpoint.Breakdown{Channel: true})
	require.NoError(t, err)
	require.Len(t, parts, 2)
	for i, want := range []int64{2, 1} {
		assert.Equal(t, want, parts[i].Customers(), parts[i].Key())
		var back retention.Table
		require.NoError(t, back.UnmarshalBinary(bytesOf(t, parts[i])))
		assert.Equal(t, want, back.Customers(), parts[i].Key())
	}
	whole, err := retention.Run(log, spec)
	require.NoError(t, err)
	assert.Equal(t, int64(3), whole.Customers())
	var back retention.Table
	require.NoError(t, back.UnmarshalBinary(bytesOf(t, whole)))
	assert.Equal(t, int64(3), back.Customers())
}

// Of an encoded table with a byte changed, or two replaced by one, and a checksum
// that fits, what is read is a whole triangle.
func TestUnmarshalBinary_IsATriangle(t *testing.T) {
	t.Parallel()
	for _, periods := range []int{1, 3} {
		spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: periods, From: on(0)}
		table, err := retention.Run(logOf(t, events("a", "v", 0, 1, 1), events("b", "v", 0)), spec)
		require.NoError(t, err)
		whole := bytesOf(t, table)
		whole = whole[:len(whole)-4]
		read := 0
		for i := range whole {
			for v := range 256 {
				for cut := range 2 {
					if i+cut >= len(whole) {
						continue
					}
					bad := slices.Concat(whole[:i], []byte{byte(v)}, whole[i+1+cut:])
					var back retention.Table
					if back.UnmarshalBinary(pack.Frame(bad, 0)) != nil {
						continue
					}
					read++
					rows := back.Rows()
					for r, row := range rows {
						require.Len(t, row.Returned, len(rows)-r, "byte %d = %d", i, v)
						require.Equal(t, row.Size, row.Returned[0])
					}
				}
			}
		}
		assert.Positive(t, read)
	}
}

// What is no activity neither ends the period nor makes a customer known.
func TestActivity_PassesOverTheRest(t *testing.T) {
	t.Parallel()
	spec := retention.LifecycleSpec{Active: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 2, From: on(0)}
	log := logOf(t, events("a", "x", -1, 0), events("a", "v", 0, 0, 1), events("a", "x", 0, 1))
	table, err := retention.Frequencies(log, spec)
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 1}, []int64{table.Periods()[0].Events, table.Periods()[1].Events})

	daily := retention.DailySpec{Active: touchpoint.Named("v"), Days: 2, From: on(0)}
	for name, list := range map[string][]touchpoint.Event{
		"active after the last day alone": events("c", "v", 5),
		"something else before":           append(events("c", "x", -50), events("c", "v", 5)...),
		"never":                           events("c", "x", -50, 0, 1),
	} {
		growth, err := retention.Daily(logOf(t, list), daily)
		require.NoError(t, err)
		for _, day := range growth.Days() {
			assert.Equal(t, retention.Day{Start: day.Start}, day, name)
		}
	}
}
