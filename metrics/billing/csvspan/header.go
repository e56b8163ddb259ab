package csvspan

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// known are the columns but those of discounts, in the order Write writes them.
var known = [...]string{
	"customer", "subscription", "item", "plan", "from", "to", "amount", "tax", "currency", "cycle", "quantity", "state", "basis",
	"cancel_at", "cancel_asked_at", "reason", "paid_through", "replaces", "test", "id", "seq", "recorded", "end_recorded", "product", "end_id",
}

// column is a place in known, or behind them one of a discount: those of the first,
// then of the second.
type column int

// discountColumn is that of a field of the discount i.
func discountColumn(i, field int) column { return column(len(known) + i*len(discountFields) + field) }

// String is what the column is called.
func (c column) String() string {
	if int(c) < len(known) {
		return known[c]
	}
	i, field := (int(c)-len(known))/len(discountFields), (int(c)-len(known))%len(discountFields)
	return discountPrefix(i) + discountFields[field]
}

// The columns, in the order of known.
const (
	colCustomer column = iota
	colSubscription
	colItem
	colPlan
	colFrom
	colTo
	colAmount
	colTax
	colCurrency
	colCycle
	colQuantity
	colState
	colBasis
	colCancelAt
	colCancelAskedAt
	colReason
	colPaidThrough
	colReplaces
	colTest
	colID
	colSeq
	colRecorded
	colEndRecorded
	colProduct
	colEndID
)

var required = [...]string{"customer", "from", "amount"}

// aliases are the names that analysts' tables of whole months have.
var aliases = map[string]string{
	"customer_id": "customer", "subscription_id": "subscription", "start_date": "from", "end_date": "to", "monthly_amount": "amount",
}

// discountFields follow "discount_", "discount2_" … "discount9_".
var discountFields = [...]string{"id", "percent", "off", "from", "to", "duration", "cycles", "level", "in_mrr"}

// The fields, in that order.
const (
	fieldID = iota
	fieldPercent
	fieldOff
	fieldFrom
	fieldTo
	fieldDuration
	fieldCycles
	fieldLevel
	fieldInMRR
)

// maxColumns is how many columns a file may have, those of the writer's own too.
const maxColumns = 1000

// MaxDiscounts is how many discounts a row has columns for.
const MaxDiscounts = 9

func discountPrefix(i int) string {
	if i == 0 {
		return "discount_"
	}
	return "discount" + strconv.Itoa(i+1) + "_"
}

// header is the first line of a file.
type header struct {
	names     []string                                           // that rows are read by
	as        map[string]string                                  // what the file calls them, where that differs
	discounts []int                                              // those that have a column, in order
	at        [len(known) + MaxDiscounts*len(discountFields)]int // where each column is, -1 for nowhere
}

// written is a column as the file calls it.
func (h *header) written(c column) string {
	name := c.String()
	if w, ok := h.as[name]; ok {
		return w
	}
	return name
}

// columns checks a header. Every fault is reported, joined.
func columns(cells []string) (h header, err error) {
	if len(cells) > maxColumns {
		return h, &importer.Error{
			Importer: "csvspan", Line: 1, Field: "columns", Value: strconv.Itoa(len(cells)), Reason: "the limit is " + strconv.Itoa(maxColumns), Err: importer.ErrHeader,
		}
	}
	h.as = map[string]string{}
	for i := range h.at {
		h.at[i] = -1
	}
	var errs []error
	fault := func(column, reason string) {
		errs = append(errs, &importer.Error{Importer: "csvspan", Line: 1, Field: "column", Value: text.Clip(column), Reason: reason, Err: importer.ErrHeader})
	}
	seen := map[string]string{}
	for i, written := range cells {
		name := strings.TrimSpace(written)
		if alias := aliases[name]; alias != "" {
			h.as[alias] = name
			name = alias
		}
		c, isKnown := columnOf(name)
		switch {
		case strings.HasPrefix(name, "_"):
			name += "#" + strconv.Itoa(i) // of the writer's own, and maybe twice
		case !isKnown:
			reason := "unknown"
			if len(errs) == 0 { // said once
				reason += "; known are " + strings.Join(known[:], ", ") + ", and discount_" + strings.Join(discountFields[:], ", discount_")
			}
			fault(written, reason)
		}
		if other, twice := seen[name]; twice {
			fault(written, "the same as column "+strconv.Quote(text.Clip(other)))
		}
		seen[name] = written
		if isKnown {
			h.at[c] = i
		}
		h.names = append(h.names, name)
	}
	for _, name := range required {
		if _, ok := seen[name]; !ok {
			fault(name, "missing")
		}
	}
	if h.as["amount"] == "monthly_amount" && h.at[colCycle] >= 0 {
		fault("cycle", "an amount per month and a cycle")
	}
	for i := range MaxDiscounts {
		of := h.at[discountColumn(i, 0):discountColumn(i+1, 0)]
		if slices.ContainsFunc(of, func(at int) bool { return at >= 0 }) {
			h.discounts = append(h.discounts, i)
		}
	}
	return h, errors.Join(errs...)
}

// columnOf finds the column of a name.
func columnOf(name string) (column, bool) {
	if k := slices.Index(known[:], name); k >= 0 {
		return column(k), true
	}
	for i := range MaxDiscounts {
		if field, has := strings.CutPrefix(name, discountPrefix(i)); has {
			if f := slices.Index(discountFields[:], field); f >= 0 {
				return discountColumn(i, f), true
			}
		}
	}
	return 0, false
}
