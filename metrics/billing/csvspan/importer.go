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
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Options are those of every importer; the zero value is the default. Exponents
// are not used: amounts are in major units.
type Options = importer.Options

// Importer reads CSV files of spans, one after the other; findings add up. It is
// for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s    *kit.Session
	zone *time.Location
	// What cells said last.
	currency kept[money.Currency]
	cycle    kept[calendar.Cycle]
	state    kept[billing.State]
	basis    kept[billing.Basis]
	reason   kept[billing.Reason]
	duration kept[billing.Duration]
	level    kept[billing.Level]
	inMRR    kept[billing.Verdict]
	number   [256]kept[decimal.Decimal] // prices and quantities repeat
}

// kept is a text and what it was read as.
type kept[T any] struct {
	text string
	is   T
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("csvspan", opts)
	if err != nil {
		return nil, err
	}
	return &Importer{s: s, zone: opts.Location}, nil
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
		for s, err := range imp.rows(r) {
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			if !yield(s.Span, nil) {
				return
			}
		}
	}
}

// row is a span, and the id that its row has, if it has one.
type row struct {
	billing.Span
	id string
}

// rows yields those of a file, each until the next. An error is the last.
func (imp *Importer) rows(r io.Reader) iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
		h := new(header)
		check := func(names []string) (_ []string, err error) {
			*h, err = columns(names)
			return h.names, err
		}
		x := new(row)
		for cells, err := range imp.s.Rows(r, check) {
			if err != nil {
				yield(nil, err)
				return
			}
			if *x = (row{}); !imp.span(x, cells, h) {
				continue
			}
			imp.s.Yielded()
			if !yield(x, nil) {
				return
			}
		}
	}
}

// span reads one row; every bad cell is a Fault.
func (imp *Importer) span(s *row, of *kit.Row, h *header) (ok bool) {
	c := cells{imp: imp, row: of, h: h}
	s.Customer, s.Subscription, s.Item = c.name(colCustomer), c.name(colSubscription), c.name(colItem)
	c.customer, c.subscription, c.item = s.Customer, s.Subscription, s.Item
	if s.Customer == "" {
		c.fault(billing.CodeMissingCustomer, colCustomer, "empty")
	}
	s.Plan, s.Product, s.Replaces = c.name(colPlan), c.name(colProduct), c.name(colReplaces)
	if s.id = c.name(colID); s.id != "" {
		s.ID = s.id
	} else {
		s.ID = of.Name()
	}
	s.EndID = c.name(colEndID)
	s.From, s.To = c.time(colFrom), c.time(colTo)
	switch from := c.at(colFrom); {
	case from == "":
		c.fault(billing.CodeMissingTime, colFrom, "empty")
	case s.From.IsZero() && strings.HasPrefix(from, "0001-01-01"):
		c.fault(billing.CodeMissingTime, colFrom, "the year 1 stands for no time")
	case !s.To.IsZero() && s.To.Before(s.From):
		c.fault(billing.CodeReversed, colTo, "before "+h.written(colFrom)+", "+text.Clip(from))
	}
	s.CancelAt, s.CancelAskedAt, s.PaidThrough = c.time(colCancelAt), c.time(colCancelAskedAt), c.time(colPaidThrough)
	s.Recorded, s.EndRecorded = c.time(colRecorded), c.time(colEndRecorded)
	if c.at(colAmount) == "" {
		c.fault(billing.CodeMissingPrice, colAmount, "empty; an amount of 0 is written 0")
	}
	s.Amount, s.Tax, s.Quantity = c.positive(colAmount), c.positive(colTax), c.positive(colQuantity)
	s.Currency = c.currency(colCurrency)
	s.Cycle = c.cycle(colCycle)
	s.State = enum(&c, colState, &imp.state)
	s.Basis = enum(&c, colBasis, &imp.basis)
	s.Reason = enum(&c, colReason, &imp.reason)
	s.Test = c.flag(colTest)
	s.Seq = c.integer(colSeq)
	for _, i := range h.discounts {
		if d, has := c.discount(i); has {
			s.Discounts = append(s.Discounts, d)
		}
	}
	return !c.bad
}

// cells reads those of one row.
type cells struct {
	imp *Importer
	row *kit.Row
	h   *header
	bad bool
	// Whose the row is, once that is known.
	customer, subscription, item string
}

// at is the cell of a column.
func (c *cells) at(i column) string { return string(c.row.Cell(c.h.at[i])) }

// note begins the findings about the row.
func (c *cells) note() *kit.Note {
	c.bad = true
	n := c.imp.s.Note(c.row.Name())
	n.Customer, n.Subscription, n.Item = c.customer, c.subscription, c.item
	return n
}

// fault finds one at a cell, named as the file names its column.
func (c *cells) fault(code billing.Code, i column, message string) {
	c.note().Fault(code, c.h.written(i), c.at(i), "%s", message)
}

// name is a text without the apostrophe that Write puts before what a
// spreadsheet would take for a formula.
func (c *cells) name(i column) string {
	id := c.at(i)
	if armed, ok := strings.CutPrefix(id, "'"); ok && text.Disarm(armed) == id {
		id = armed
	}
	if len(id) > kit.MaxName {
		c.note().Name(c.h.written(i), id)
	}
	return id
}

func (c *cells) time(i column) time.Time {
	x := c.at(i)
	if x == "" {
		return time.Time{}
	}
	if t, err := kit.ParseTime(x, c.imp.zone); err == nil {
		return t
	}
	t, _ := c.note().Time(c.h.written(i), kit.Text(x))
	return t
}

func (c *cells) positive(i column) decimal.Decimal {
	x := c.at(i)
	if x == "" {
		return decimal.Decimal{}
	}
	last := &c.imp.number[place(x)]
	if x == last.text {
		return last.is
	}
	d, err := kit.ParseDecimal(x)
	if err != nil {
		d, _, _ = c.note().Decimal(c.h.written(i), kit.Text(x))
		return d
	}
	if d.Sign() < 0 {
		c.fault(billing.CodeNegative, i, "the least is 0")
		return d
	}
	last.text, last.is = strings.Clone(x), d
	return d
}

// place is where a text that is not empty would be kept.
func place(text string) uint8 {
	h := uint32(len(text))
	for i := range min(len(text), 12) {
		h = h*31 + uint32(text[i])
	}
	return uint8(h ^ h>>8)
}

// currency and cycle keep what was read last: neighbours mostly share it.
func (c *cells) currency(i column) money.Currency {
	last := &c.imp.currency
	switch x := c.at(i); {
	case x == "":
		return ""
	case x != last.text:
		cu, err := money.ParseCurrency(x)
		if err != nil {
			_, _ = c.note().Currency(c.h.written(i), kit.Text(x))
			return ""
		}
		last.text, last.is = string(cu), cu
	}
	return last.is
}

func (c *cells) cycle(i column) calendar.Cycle {
	last := &c.imp.cycle
	switch x := c.at(i); {
	case x == "":
		return calendar.Cycle{}
	case x != last.text:
		cycle, err := calendar.ParseCycle(x)
		if err != nil {
			c.fault(billing.CodeUnknownUnit, i, "want an ISO 8601 duration such as P1M, P1Y, P2W or P30D")
			return calendar.Cycle{}
		}
		last.text, last.is = strings.Clone(x), cycle
	}
	return last.is
}

// enum reads a name; an empty cell is the zero value.
func enum[E any, P interface {
	*E
	UnmarshalText([]byte) error
}](c *cells, i column, last *kept[E]) (zero E) {
	switch x := c.at(i); {
	case x == "":
		return zero
	case x != last.text:
		e := new(E)
		if err := P(e).UnmarshalText([]byte(x)); err != nil {
			c.fault(billing.CodeUnknownValue, i, reason(err))
			return zero
		}
		last.text, last.is = strings.Clone(x), *e
	}
	return last.is
}

// reason is what an enumeration would have taken.
func reason(err error) string {
	var known *fault.Error
	if errors.As(err, &known) {
		return known.Limit
	}
	return err.Error()
}

func (c *cells) flag(i column) bool {
	x := c.at(i)
	switch x {
	case "", "false":
		return false
	case "true":
		return true
	}
	switch strings.ToLower(x) {
	case "false":
		return false
	case "true":
		return true
	default:
		c.fault(billing.CodeUnknownValue, i, "want true or false")
		return false
	}
}

func (c *cells) integer(i column) int64 {
	x := c.at(i)
	if x == "" {
		return 0
	}
	v, err := strconv.ParseInt(x, 10, 64)
	if err != nil {
		c.fault(billing.CodeMalformed, i, "not a whole number of 64 bits")
	}
	return v
}

// discount reads the columns of one discount; has is false where all are empty.
func (c *cells) discount(n int) (d billing.Discount, has bool) {
	first := discountColumn(n, fieldID)
	for f := range column(len(discountFields)) {
		has = has || c.at(first+f) != ""
	}
	if !has {
		return d, false
	}
	d.ID = c.name(first)
	d.Percent, d.Off = c.positive(first+fieldPercent), c.positive(first+fieldOff)
	d.From, d.To = c.time(first+fieldFrom), c.time(first+fieldTo)
	d.Duration = enum(c, first+fieldDuration, &c.imp.duration)
	d.Level = enum(c, first+fieldLevel, &c.imp.level)
	d.InMRR = enum(c, first+fieldInMRR, &c.imp.inMRR)
	if cycles := c.at(first + fieldCycles); cycles != "" {
		n, err := strconv.Atoi(cycles)
		if err != nil || n < 0 || n > kit.MaxCycles {
			d.Cycles, _ = c.note().Int(c.h.written(first+fieldCycles), kit.Text(cycles), 0, 0, kit.MaxCycles)
		} else {
			d.Cycles = n
		}
	}
	switch {
	case !d.Percent.IsZero() && !d.Off.IsZero():
		c.fault(billing.CodeBadDiscount, first+fieldOff, "want either a percentage or an amount")
	case d.Percent.GreaterThan(decimal.NewFromInt(100)):
		c.fault(billing.CodeBadDiscount, first+fieldPercent, "want 0 to 100")
	case !d.To.IsZero() && !d.From.IsZero() && d.To.Before(d.From):
		c.fault(billing.CodeBadDiscount, first+fieldTo, "before "+(first+fieldFrom).String())
	}
	return d, true
}
