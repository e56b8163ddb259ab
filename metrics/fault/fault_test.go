package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestError_EveryPartMayBeAbsent(t *testing.T) {
	for want, e := range map[string]fault.Error{
		`calendar: ParseMonth: Month "x": want YYYY-MM`: {Package: "calendar", Op: "ParseMonth", Field: "Month", Value: `"x"`, Limit: "want YYYY-MM"},
		"money: Minor: 1.005: too fine":                 {Package: "money", Op: "Minor", Value: "1.005", Limit: "too fine"},
		"metrics: GRR: Opening: want more":              {Package: "metrics", Op: "GRR", Field: "Opening", Limit: "want more"},
		"persona: must not be empty":                    {Package: "persona", Err: fault.ErrEmpty},
	} {
		require.EqualError(t, &e, want)
	}
	assert.ErrorIs(t, &fault.Error{Err: fault.ErrText}, fault.ErrText)
}

// A million bad rows must not cost a million complaints (they held 232 MB).
func TestBatch_IsBounded(t *testing.T) {
	b := fault.Batch{Package: "touchpoint", Op: "new log"}
	require.NoError(t, b.Err())
	require.NoError(t, (*fault.Batch)(nil).Err())
	for i := range int64(1_000_000) {
		b.Add(fault.Row{Row: i + 1, Field: "Customer", Value: strings.Repeat("ภ", 30), Err: fault.ErrTooLong})
	}
	require.Len(t, b.Rows, fault.MaxListed)
	assert.Equal(t, int64(1_000_000), b.Count())
	err := b.Err()
	require.ErrorIs(t, err, fault.ErrTooLong)
	assert.Less(t, len(err.Error()), 5000)
	assert.True(t, strings.HasPrefix(err.Error(), "touchpoint: new log: 1000000 bad rows, nothing was taken; row 1: Customer "), err.Error())
	assert.True(t, strings.HasSuffix(err.Error(), "; and 999990 more"))
	assert.True(t, utf8.ValidString(err.Error()))
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, int64(1), row.Row)
}

func TestBatch_TenRowsAreAllShown(t *testing.T) {
	var b fault.Batch
	for i := range int64(10) {
		b.Add(fault.Row{Row: i + 1, Err: fault.ErrEmpty})
	}
	assert.NotContains(t, b.Error(), "more")
	assert.Contains(t, b.Error(), "row 10: ")
	b.Add(fault.Row{Row: 11, Err: fault.ErrEmpty})
	assert.Contains(t, b.Error(), "; and 1 more")
	assert.NotContains(t, b.Error(), "row 11: ")
}

func TestDesign(t *testing.T) {
	sentinel := errors.New("bad set")
	d := fault.Design{Package: "persona", Kind: "set", Name: "buyers", Err: sentinel}
	require.NoError(t, d.Fault())
	d.Addf("dup", "Personas[1].ID", "anna", "given twice: %d", 2)
	d.Add(fault.Fault{Code: "none", Detail: "nothing to be in"})
	err := d.Fault()
	require.ErrorIs(t, err, sentinel)
	require.EqualError(t, err, "persona: set \"buyers\": 2 faults\n\tPersonas[1].ID (\"anna\"): given twice: 2 [dup]\n\tnothing to be in [none]")
	assert.True(t, d.Has("none"))
	assert.False(t, d.Has("other"))
	var f fault.Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, fault.Code("dup"), f.Code)
	for range fault.MaxListed {
		d.Addf("x", "", "", "again")
	}
	assert.Equal(t, int64(2), d.More)
	assert.Len(t, d.Faults, fault.MaxListed)
	assert.Contains(t, d.Error(), fmt.Sprintf("%d faults", fault.MaxListed+2))
	assert.True(t, strings.HasSuffix(d.Error(), "\n\tand 2 more"))
}

func TestRow_JSON(t *testing.T) {
	b, err := json.Marshal(&fault.Row{Row: 3, Field: "At", Value: "x", Err: fault.ErrText})
	require.NoError(t, err)
	assert.JSONEq(t, `{"row":3,"field":"At","value":"x","limit":"must be valid UTF-8"}`, string(b))
}

func ExampleBatch() {
	b := fault.Batch{Package: "ledger", Op: "append"}
	b.Add(fault.Row{Row: 3, Customer: "acme", Field: "Amount", Value: "-5", Limit: "want zero or more"})
	err := b.Err()
	fmt.Println(err)
	var row *fault.Row
	fmt.Println(errors.As(err, &row), row.Row, row.Field)
	// Output:
	// ledger: append: 1 bad row, nothing was taken; row 3: customer "acme": Amount "-5": want zero or more
	// true 3 Amount
}

func TestCheckText(t *testing.T) {
	for _, c := range []struct {
		text, limit string
		err         error
	}{
		{"", "", nil},
		{"abcd", "", nil},
		{"ภ", "", nil},
		{"abcde", "at most 4 bytes, got 5", fault.ErrTooLong},
		{"ab\xff", "must be valid UTF-8", fault.ErrText},
	} {
		limit, err := fault.CheckText(c.text, 4)
		assert.Equal(t, c.limit, limit, c.text)
		assert.Equal(t, c.err, err, c.text)
	}
}
