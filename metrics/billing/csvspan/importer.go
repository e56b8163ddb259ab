package csvspan

import (
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Options are those of every importer; the zero value is the default. Exponents
// are not used: amounts are in major units.
type Options = importer.Options

// Importer reads CSV files of spans, one after the other; findings add up. It is
// for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct{ s *kit.Session }

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("csvspan", opts)
	if err != nil {
		return nil, err
	}
	return &Importer{s}, nil
}

// Read is New and Spans for a file small enough to keep: all spans, all
// findings, and the error that ended it.
func Read(r io.Reader, opts Options) ([]billing.Span, []billing.Finding, error) {
	imp, err := New(opts)
	if err != nil {
		return nil, nil, err
	}
	spans, err := importer.Collect(imp.Spans(r))
	return spans, imp.Findings(), err
}

// Findings are those made so far: see kit.Session.Findings. A bad row has
// one for each of its bad cells.
func (imp *Importer) Findings() []billing.Finding { return imp.s.Findings() }

// Tallies counts the findings made so far, kept or not, by severity and code.
func (imp *Importer) Tallies() []importer.Tally { return imp.s.Tallies() }

// Progress is how far the importer is.
func (imp *Importer) Progress() importer.Progress { return imp.s.Progress() }

// Spans yields the spans of the rows as they are read; a bad row gives none, and
// a Fault for each of its bad cells. An error (a header that cannot be used, what
// is no CSV, a row beyond a limit, a failed read) is the last thing yielded. It
// can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		var h header
		check := func(names []string) (_ []string, err error) {
			h, err = columns(names)
			return h.names, err
		}
		for row, err := range imp.s.Rows(r, check) {
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			s, ok := imp.span(row, &h)
			if !ok {
				continue
			}
			imp.s.Yielded()
			if !yield(s, nil) {
				return
			}
		}
	}
}

// span reads one row; every bad cell is a Fault.
func (imp *Importer) span(row *kit.Row, h *header) (s billing.Span, ok bool) {
	n := imp.s.Note(row.Name())
	c := cells{n, row, h}
	s.Customer, s.Subscription, s.Item = c.name("customer"), c.name("subscription"), c.name("item")
	n.Customer, n.Subscription, n.Item = s.Customer, s.Subscription, s.Item
	if s.Customer == "" {
		c.fault(billing.CodeMissingCustomer, "customer", "empty")
	}
	s.Plan, s.Replaces = c.name("plan"), c.name("replaces")
	if s.ID = c.name("id"); s.ID == "" {
		s.ID = row.Name()
	}
	s.From, s.To = c.time("from"), c.time("to")
	switch {
	case row.Text("from") == "":
		c.fault(billing.CodeMissingTime, "from", "empty")
	case !s.To.IsZero() && s.To.Before(s.From):
		c.fault(billing.CodeReversed, "to", "before "+h.written("from")+", "+text.Clip(string(row.Text("from"))))
	}
	s.CancelAt, s.CancelAskedAt, s.PaidThrough = c.time("cancel_at"), c.time("cancel_asked_at"), c.time("paid_through")
	s.Recorded, s.EndRecorded = c.time("recorded"), c.time("end_recorded")
	if row.Text("amount") == "" {
		c.fault(billing.CodeMissingPrice, "amount", "empty; an amount of 0 is written 0")
	}
	s.Amount, s.Tax, s.Quantity = c.positive("amount"), c.positive("tax"), c.positive("quantity")
	if row.Text("currency") != "" {
		s.Currency, _ = n.Currency(h.written("currency"), row.Text("currency"))
	}
	s.Cycle = c.cycle("cycle")
	c.enum("state", &s.State)
	c.enum("basis", &s.Basis)
	c.enum("reason", &s.Reason)
	s.Test = c.flag("test")
	s.Seq = c.integer("seq")
	for _, prefix := range h.discounts {
		if d, has := c.discount(prefix); has {
			s.Discounts = append(s.Discounts, d)
		}
	}
	return s, n.Faults() == 0
}

// cells reads those of one row.
type cells struct {
	n   *kit.Note
	row *kit.Row
	h   *header
}

// fault finds one at a cell, named as the file names its column.
func (c cells) fault(code billing.Code, column, message string) {
	c.n.Fault(code, c.h.written(column), string(c.row.Text(column)), "%s", message)
}

func (c cells) name(column string) string {
	id := string(c.row.Text(column))
	c.n.Name(c.h.written(column), id)
	return id
}

func (c cells) time(column string) time.Time {
	t, _ := c.n.Time(c.h.written(column), c.row.Text(column))
	return t
}

func (c cells) positive(column string) decimal.Decimal {
	d, _, ok := c.n.Decimal(c.h.written(column), c.row.Text(column))
	if ok && d.Sign() < 0 {
		c.fault(billing.CodeNegative, column, "the least is 0")
	}
	return d
}

func (c cells) cycle(column string) (cycle calendar.Cycle) {
	cell := c.row.Text(column)
	if cell == "" {
		return cycle
	}
	cycle, err := calendar.ParseCycle(string(cell))
	if err != nil {
		c.fault(billing.CodeUnknownUnit, column, "want an ISO 8601 duration such as P1M, P1Y, P2W or P30D")
	}
	return cycle
}

// enum reads a name; an empty cell is the zero value.
func (c cells) enum(column string, into interface{ UnmarshalText([]byte) error }) {
	cell := c.row.Text(column)
	if cell == "" {
		return
	}
	if err := into.UnmarshalText([]byte(cell)); err != nil {
		c.fault(billing.CodeUnknownValue, column, reason(err))
	}
}

// reason is what an enumeration would have taken.
func reason(err error) string {
	var known *fault.Error
	if errors.As(err, &known) {
		return known.Limit
	}
	return err.Error()
}

func (c cells) flag(column string) bool {
	switch cell := c.row.Text(column); strings.ToLower(string(cell)) {
	case "", "false":
		return false
	case "true":
		return true
	default:
		c.fault(billing.CodeUnknownValue, column, "want true or false")
		return false
	}
}

func (c cells) integer(column string) int64 {
	cell := c.row.Text(column)
	if cell == "" {
		return 0
	}
	i, err := strconv.ParseInt(string(cell), 10, 64)
	if err != nil {
		c.fault(billing.CodeMalformed, column, "not a whole number of 64 bits")
	}
	return i
}

// discount reads the columns of one discount; has is false where all are empty.
func (c cells) discount(prefix string) (d billing.Discount, has bool) {
	for _, field := range discountFields {
		has = has || c.row.Text(prefix+field) != ""
	}
	if !has {
		return d, false
	}
	d.ID = c.name(prefix + "id")
	d.Percent, d.Off = c.positive(prefix+"percent"), c.positive(prefix+"off")
	d.From, d.To = c.time(prefix+"from"), c.time(prefix+"to")
	c.enum(prefix+"duration", &d.Duration)
	c.enum(prefix+"level", &d.Level)
	c.enum(prefix+"in_mrr", &d.InMRR)
	d.Cycles, _ = c.n.Int(prefix+"cycles", c.row.Text(prefix+"cycles"), 0, 0, 1<<20)
	switch {
	case !d.Percent.IsZero() && !d.Off.IsZero():
		c.fault(billing.CodeBadDiscount, prefix+"off", "want either a percentage or an amount")
	case d.Percent.GreaterThan(decimal.NewFromInt(100)):
		c.fault(billing.CodeBadDiscount, prefix+"percent", "want 0 to 100")
	case !d.To.IsZero() && !d.From.IsZero() && d.To.Before(d.From):
		c.fault(billing.CodeBadDiscount, prefix+"to", "before "+prefix+"from")
	}
	return d, true
}
