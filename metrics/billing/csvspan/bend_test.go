package csvspan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
)

// Every cell of a row that is in order is put to the test with what means nothing,
// something else, or too much: what comes of it can be counted, and where the row
// is gone, its line is named.
func TestBent(t *testing.T) {
	t.Parallel()
	columns := strings.Split("customer,subscription,item,plan,from,to,amount,tax,currency,cycle,quantity,state,basis,cancel_at,cancel_asked_at,reason,paid_through,replaces,test,id,seq,"+
		"recorded,end_recorded,product,end_id,discount_id,discount_percent,discount_from,discount_to,discount_duration,discount_cycles,discount_level,discount_in_mrr,discount2_off", ",")
	good := strings.Split("acme,s1,i1,gold,2026-01-10,2027-01-10,240,48,USD,P1Y,3,active,licensed,2027-01-10,2026-02-01,voluntary,2027-01-10,s0,false,r1,7,"+
		"2026-01-11,2026-02-02,crm,r2,d1,20,2026-01-10,2026-04-10,repeating,3,item,yes,5", ",")
	require.Len(t, good, len(columns))
	bends := []string{
		"", "0", "1", "1500", "-1", "1e30", "1e-9", "0e39", "-0e-40", "00", "0.1234567890123", "true", "x", "EUR", "'", "'=x", "\u202e", "a\x00b", "P0D", "P9999999M", "once",
		"0001-01-01T00:00:00Z", "1969-12-31", "2026-02-30", "9999-12-31T23:59:59Z", "1767225600", "2026-02-01T00:00:00Z", strings.Repeat("n", 1000), strings.Repeat("n", 1001), strings.Repeat("9", 70),
	}
	gone := 0
	check := func(row []string) {
		in := strings.Join(columns, ",") + "\n" + strings.Join(row, ",") + "\n"
		spans, found, err := csvspan.Read(strings.NewReader(in), csvspan.Options{})
		require.NoError(t, err, in)
		if len(spans) == 0 {
			gone++
			require.NotEmpty(t, found, in)
		} else {
			require.Empty(t, found, in)
		}
		for i := range spans {
			require.True(t, spans[i].Check(func(f billing.Finding) { t.Errorf("%s: %s", in, f) }))
		}
		rs, err := csvspan.Records([]byte(in))
		require.Len(t, rs, len(spans), in)
		require.Equal(t, len(spans) == 0, err != nil, in)
		for i := range rs {
			require.True(t, rs[i].Check(func(f billing.Finding) { t.Errorf("%s: %s", in, f) }))
		}
	}
	with := func(cells ...any) []string { // column, what
		row := append([]string(nil), good...)
		for i := 0; i < len(cells); i += 2 {
			row[cells[i].(int)] = cells[i+1].(string)
		}
		return row
	}
	check(good)
	require.Zero(t, gone)
	n := 0
	for i := range columns {
		for _, a := range bends {
			check(with(i, a))
			for j := range i {
				for _, b := range bends {
					if n++; n%131 == 0 {
						check(with(i, a, j, b))
					}
				}
			}
		}
	}
	assert.Greater(t, gone, 500)
	// All that a key is made of, at its longest.
	long := strings.Repeat("n", 1000)
	check(with(0, long, 1, long, 2, long, 19, ""))
	check(with(0, long, 1, long, 2, long, 19, long))
}
