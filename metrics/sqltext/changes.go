package sqltext

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Changes names a table, or a view, of what a [ledger.Change] says: one row for
// what one level charges from an instant on. Rows may stand in any order, but
// each is there once: repeated deliveries are the view's to remove.
//
// Columns are integers where nothing else is said; none that is named may be
// NULL. Names are taken as they are written here, between quotes.
type Changes struct {
	Table string `json:"table"` // up to three names with dots between
	// Customer is whose MRR it is. Subscription and Item tell levels apart; empty
	// = there is no such column, every customer has one level. Any type.
	Customer     string `json:"customer"`
	Subscription string `json:"subscription,omitempty"`
	Item         string `json:"item,omitempty"`
	// At is when it begins to hold: microseconds since 1970 UTC, see
	// [Dialect.Micros].
	At string `json:"at"`
	// Month is the month of At where the books are kept: year * 12 + month - 1,
	// see [Dialect.MonthOrdinal].
	Month string `json:"month"`
	// Amount is what it is worth a month, in whole units of which PerMajor make
	// one major unit; zero ends the level. There is no division in SQL: charges
	// by the year are whole in units of 1/1200, times twelve where they are by
	// the month.
	Amount string `json:"amount"`
	// PerMajor is how many units make one major unit of MRR; zero = the minor
	// units of Currency, 100 without one.
	PerMajor int64 `json:"per_major,omitempty"`
	// Seq orders what is known of one level at one instant: the highest holds.
	// Empty = there is never more than one.
	Seq string `json:"seq,omitempty"`
	// Alive is 1 where the level lives on at amount zero, else 0. Empty = none does.
	Alive string `json:"alive,omitempty"`
	// CurrencyColumn holds the currency of each row, as text; all of them must be
	// Currency: other currencies are rows at fault, since rates are not in SQL.
	// Empty = all amounts are in Currency.
	CurrencyColumn string `json:"currency_column,omitempty"`
	// Currency of all amounts and of what is read back; empty = none.
	Currency money.Currency `json:"currency,omitempty"`
	// Segment is a property of the customer to part statements by, as text: one
	// value for all rows of a customer. Empty = no segments.
	Segment string `json:"segment,omitempty"`
}

// unit is that of Amount.
func (c *Changes) unit() (ledger.Unit, error) {
	per := c.PerMajor
	if per < 0 {
		return ledger.Unit{}, refuse("changes", "PerMajor", strconv.FormatInt(per, 10), "want zero or more", ErrOptions)
	}
	if c.Currency != "" {
		if err := c.Currency.Validate(); err != nil {
			return ledger.Unit{}, fmt.Errorf("sqltext: changes: %w: Currency: %w", ErrOptions, err)
		}
	}
	if per == 0 {
		places, ok := c.Currency.MinorUnits()
		if !ok || c.Currency == "" {
			places = 2
		}
		per = 1
		for range places {
			per *= 10
		}
	}
	return ledger.UnitOf(big.NewInt(per)), nil
}

// columns are the names of a Changes in a dialect, quoted.
type columns struct {
	d                                       Dialect
	from                                    string // the table, as it is written
	customer, subscription, item, at, month string
	amount, seq, alive, currency, segment   string
	currencyText                            string
	unit                                    ledger.Unit
	money                                   money.Currency
}

// in quotes the names, or says which of them cannot be one.
func (c *Changes) in(d Dialect) (*columns, error) {
	const op = "changes"
	if err := d.check(op); err != nil {
		return nil, err
	}
	unit, err := c.unit()
	if err != nil {
		return nil, err
	}
	out := &columns{d: d, unit: unit, money: c.Currency}
	if out.from, err = d.table(op, "Table", c.Table); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		field, name string
		want        bool
		to          *string
	}{
		{"Customer", c.Customer, true, &out.customer},
		{"Subscription", c.Subscription, false, &out.subscription},
		{"Item", c.Item, false, &out.item},
		{"At", c.At, true, &out.at},
		{"Month", c.Month, true, &out.month},
		{"Amount", c.Amount, true, &out.amount},
		{"Seq", c.Seq, false, &out.seq},
		{"Alive", c.Alive, false, &out.alive},
		{"CurrencyColumn", c.CurrencyColumn, false, &out.currency},
		{"Segment", c.Segment, false, &out.segment},
	} {
		if f.name == "" && !f.want {
			continue
		}
		if *f.to, err = d.name(op, f.field, f.name); err != nil {
			return nil, err
		}
	}
	if out.currency != "" {
		if c.Currency == "" {
			return nil, refuse(op, "CurrencyColumn", c.CurrencyColumn, "want a Currency that every row must have", ErrOptions)
		}
		if out.currencyText, err = d.text(op, "Currency", string(c.Currency)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rule is what a row must keep; broken is true where it does not.
type rule struct{ name, broken string }

// rowRules can be told from the row alone.
func (c *columns) rowRules() []rule {
	s := &speeches[c.d]
	named := []string{c.customer, c.subscription, c.item, c.at, c.month, c.amount, c.seq, c.alive, c.currency, c.segment}
	var missing, fraction []string
	for _, n := range named {
		if n != "" {
			missing = append(missing, n+" IS NULL")
		}
	}
	for _, n := range []string{c.at, c.month, c.seq} {
		if n != "" {
			fraction = append(fraction, n+" <> CAST("+n+" AS "+s.integer+")")
		}
	}
	fraction = append(fraction, c.amount+" <> CAST("+c.amount+" AS "+s.wide+")")
	rules := []rule{
		{"missing", strings.Join(missing, " OR ")},
		{"fraction", strings.Join(fraction, " OR ")},
		{"negative", c.amount + " < 0"},
		{"month_range", fmt.Sprintf("%[1]s < %[2]d OR %[1]s > %[3]d", c.month, ordinal(firstMonth), ordinal(lastMonth))},
	}
	if c.alive != "" {
		rules = append(rules, rule{"alive", c.alive + " <> 0 AND " + c.alive + " <> 1"})
	}
	if c.currency != "" {
		rules = append(rules, rule{"currency", c.currency + " <> " + c.currencyText})
	}
	return rules
}

// allRules are of the columns of ranked.
func (c *columns) allRules() []rule {
	rules := []rule{
		{"repeated", "v_same > 1"},
		{"month_order", "v_peak > v_month"},
	}
	if c.segment != "" {
		rules = append(rules, rule{"segment", "v_low_segment <> v_high_segment"})
	}
	return rules
}

var firstMonth, lastMonth = calendar.NewMonth(calendar.MinYear, 1), calendar.NewMonth(calendar.MaxYear, 12)

// ordinal is a month as Changes.Month counts it.
func ordinal(m calendar.Month) int64 { return int64(m.Year())*12 + int64(m.Month()) - 1 }

// monthOf is the way back; zero for what is no month of the calendar.
func monthOf(ordinal int64) calendar.Month {
	y := ordinal / 12
	if ordinal < 0 || y < calendar.MinYear || y > calendar.MaxYear {
		return calendar.Month{}
	}
	return firstMonth.Add(int(ordinal - int64(calendar.MinYear)*12))
}
