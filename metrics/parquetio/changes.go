package parquetio

import (
	"io"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/shopspring/decimal"
)

var changeFields = []field[ledger.Change]{
	text("customer", true, func(c *ledger.Change) *string { return &c.Customer }),
	text("subscription", false, func(c *ledger.Change) *string { return &c.Subscription }),
	text("item", false, func(c *ledger.Change) *string { return &c.Item }),
	instant("at", true, func(c *ledger.Change) *time.Time { return &c.At }),
	money("amount", true, func(c *ledger.Change) *decimal.Decimal { return &c.Amount }),
	word("cycle", func(c *ledger.Change) *calendar.Cycle { return &c.Cycle }),
	text("currency", false, func(c *ledger.Change) *string { return (*string)(&c.Currency) }),
	word("cause", func(c *ledger.Change) *ledger.Cause { return &c.Cause }),
	text("id", false, func(c *ledger.Change) *string { return &c.ID }),
	text("plan", false, func(c *ledger.Change) *string { return &c.Plan }),
	text("product", false, func(c *ledger.Change) *string { return &c.Product }),
	money("quantity", false, func(c *ledger.Change) *decimal.Decimal { return &c.Quantity }),
	flag("alive", func(c *ledger.Change) *bool { return &c.Alive }),
	instant("recorded", false, func(c *ledger.Change) *time.Time { return &c.Recorded }),
}

// Changes yields the changes of a file, as ledger.Load takes them: columns
// customer, at and amount are required. It yields one error where the file is at
// fault, a *fault.Row where one row is, and ends.
func Changes(f File, o Options) iter.Seq2[ledger.Change, error] {
	return read("changes", f, changeFields, o)
}

// WriteChanges writes changes, those of ledger.Changes or of a slice. After an
// error the file is of no use.
func WriteChanges(w io.Writer, changes iter.Seq[ledger.Change], o Options) error {
	return write("write changes", w, changeFields, ofSlice(changes), o)
}
