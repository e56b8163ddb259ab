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
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Options are those of every importer; the zero value is the default. Exponents
// are not used: amounts are in major units.
type Options = importer.Options

// Importer reads CSV files of spans, one after the other; findings add up. It is
// for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s *kit.Session
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
	return &Importer{s: s}, nil
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
			if !yield(s.Span, err) {
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

func (imp *Importer) rows(r io.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		var h header
		check := func(names []string) (_ []string, err error) {
			h, err = columns(names)
			return h.names, err
		}
		for cells, err := range imp.s.Rows(r, check) {
			if err != nil {
				yield(row{}, err)
				return
			}
			s, ok := imp.span(cells, &h)
			if !ok {
				continue
			}
			imp.s.Yielded()
			x := row{Span: s}
			if s.ID != cells.Name() {
				x.id = s.ID
			}
			if !yield(x, nil) {
				return
			}
		}
	}
}

// span reads one row; every bad cell is a Fault.
func (imp *Importer) span(row *kit.Row, h *header) (s billing.Span, ok bool) {
	c := cells{imp: imp, row: row, h: h}
	s.Customer, s.Subscription, s.Item = c.name(c.at(colCustomer)), c.name(c.at(colSubscription)), c.name(c.at(colItem))
	c.customer, c.subscription, c.item = s.Customer, s.Subscription, s.Item
	if s.Customer == "" {
		c.fault(billing.CodeMissingCustomer, c.at(colCustomer), "empty")
	}
	s.Plan, s.Product, s.Replaces = c.name(c.at(colPlan)), c.name(c.at(colProduct)), c.name(c.at(colReplaces))
	if s.ID = c.name(c.at(colID)); s.ID == "" {
		s.ID = row.Name()
	}
	s.EndID = c.name(c.at(colEndID))
	from := c.at(colFrom)
	s.From, s.To = c.time(from), c.time(c.at(colTo))
	switch {
	case from.text == "":
		c.fault(billing.CodeMissingTime, from, "empty")
	case !s.To.IsZero() && s.To.Before(s.From):
		c.fault(billing.CodeReversed, c.at(colTo), "before "+h.written("from")+", "+text.Clip(string(from.text)))
	}
	s.CancelAt, s.CancelAskedAt, s.PaidThrough = c.time(c.at(colCancelAt)), c.time(c.at(colCancelAskedAt)), c.time(c.at(colPaidThrough))
	s.Recorded, s.EndRecorded = c.time(c.at(colRecorded)), c.time(c.at(colEndRecorded))
	if amount := c.at(colAmount); amount.text == "" {
		c.fault(billing.CodeMissingPrice, amount, "empty; an amount of 0 is written 0")
	}
	s.Amount, s.Tax, s.Quantity = c.positive(c.at(colAmount)), c.positive(c.at(colTax)), c.positive(c.at(colQuantity))
	s.Currency = c.currency(c.at(colCurrency))
	s.Cycle = c.cycle(c.at(colCycle))
	s.State = enum(&c, c.at(colState), &imp.state)
	s.Basis = enum(&c, c.at(colBasis), &imp.basis)
	s.Reason = enum(&c, c.at(colReason), &imp.reason)
	s.Test = c.flag(c.at(colTest))
	s.Seq = c.integer(c.at(colSeq))
	for _, prefix := range h.discounts {
		if d, has := c.discount(prefix); has {
			s.Discounts = append(s.Discounts, d)
		}
	}
	return s, !c.bad
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

// cell is one of them, and what its column is called.
type cell struct {
	text   kit.Text
	column string
}

func (c *cells) at(i column) cell { return cell{c.row.Cell(c.h.at[i]), known[i]} }

// of is the cell of a column of discounts.
func (c *cells) of(column string) cell { return cell{c.row.Text(column), column} }

// note begins the findings about the row.
func (c *cells) note() *kit.Note {
	c.bad = true
	n := c.imp.s.Note(c.row.Name())
	n.Customer, n.Subscription, n.Item = c.customer, c.subscription, c.item
	return n
}

// fault finds one at a cell, named as the file names its column.
func (c *cells) fault(code billing.Code, x cell, message string) {
	c.note().Fault(code, c.h.written(x.column), string(x.text), "%s", message)
}

// name is a text without the apostrophe that Write puts before what a
// spreadsheet would take for a formula.
func (c *cells) name(x cell) string {
	id := string(x.text)
	if len(id) > 1 && id[0] == '\'' && text.Disarm(id[1:]) == id {
		id = id[1:]
	}
	if len(id) > ledger.MaxNameLength {
		c.note().Name(c.h.written(x.column), id)
	}
	return id
}

func (c *cells) time(x cell) time.Time {
	if x.text == "" {
		return time.Time{}
	}
	if t, err := kit.ParseTime(string(x.text), c.imp.s.Options().Location); err == nil {
		return t
	}
	t, _ := c.note().Time(c.h.written(x.column), x.text)
	return t
}

func (c *cells) positive(x cell) decimal.Decimal {
	if x.text == "" {
		return decimal.Decimal{}
	}
	last := &c.imp.number[place(string(x.text))]
	if string(x.text) == last.text {
		return last.is
	}
	d, err := kit.ParseDecimal(string(x.text))
	if err != nil {
		d, _, _ = c.note().Decimal(c.h.written(x.column), x.text)
		return d
	}
	if d.Sign() < 0 {
		c.fault(billing.CodeNegative, x, "the least is 0")
		return d
	}
	last.text, last.is = strings.Clone(string(x.text)), d
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
func (c *cells) currency(x cell) money.Currency {
	last := &c.imp.currency
	switch {
	case x.text == "":
		return ""
	case string(x.text) != last.text:
		cu, err := money.ParseCurrency(string(x.text))
		if err != nil {
			_, _ = c.note().Currency(c.h.written(x.column), x.text)
			return ""
		}
		last.text, last.is = string(cu), cu
		if string(cu) != string(x.text) {
			return cu
		}
	}
	return last.is
}

func (c *cells) cycle(x cell) calendar.Cycle {
	last := &c.imp.cycle
	switch {
	case x.text == "":
		return calendar.Cycle{}
	case string(x.text) != last.text:
		cycle, err := calendar.ParseCycle(string(x.text))
		if err != nil {
			c.fault(billing.CodeUnknownUnit, x, "want an ISO 8601 duration such as P1M, P1Y, P2W or P30D")
			return calendar.Cycle{}
		}
		last.text, last.is = strings.Clone(string(x.text)), cycle
	}
	return last.is
}

// enum reads a name; an empty cell is the zero value.
func enum[E any, P interface {
	*E
	UnmarshalText([]byte) error
}](c *cells, x cell, last *kept[E]) (zero E) {
	switch {
	case x.text == "":
		return zero
	case string(x.text) != last.text:
		e := new(E)
		if err := P(e).UnmarshalText([]byte(x.text)); err != nil {
			c.fault(billing.CodeUnknownValue, x, reason(err))
			return zero
		}
		last.text, last.is = strings.Clone(string(x.text)), *e
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

func (c *cells) flag(x cell) bool {
	switch x.text {
	case "", "false":
		return false
	case "true":
		return true
	}
	switch strings.ToLower(string(x.text)) {
	case "false":
		return false
	case "true":
		return true
	default:
		c.fault(billing.CodeUnknownValue, x, "want true or false")
		return false
	}
}

func (c *cells) integer(x cell) int64 {
	if x.text == "" {
		return 0
	}
	i, err := strconv.ParseInt(string(x.text), 10, 64)
	if err != nil {
		c.fault(billing.CodeMalformed, x, "not a whole number of 64 bits")
	}
	return i
}

// discount reads the columns of one discount; has is false where all are empty.
func (c *cells) discount(prefix string) (d billing.Discount, has bool) {
	for _, field := range discountFields {
		has = has || c.of(prefix+field).text != ""
	}
	if !has {
		return d, false
	}
	d.ID = c.name(c.of(prefix + "id"))
	d.Percent, d.Off = c.positive(c.of(prefix+"percent")), c.positive(c.of(prefix+"off"))
	d.From, d.To = c.time(c.of(prefix+"from")), c.time(c.of(prefix+"to"))
	d.Duration = enum(c, c.of(prefix+"duration"), &c.imp.duration)
	d.Level = enum(c, c.of(prefix+"level"), &c.imp.level)
	d.InMRR = enum(c, c.of(prefix+"in_mrr"), &c.imp.inMRR)
	if cycles := c.of(prefix + "cycles"); cycles.text != "" {
		n, err := strconv.Atoi(string(cycles.text))
		if err != nil || n < 0 || n > 1<<20 {
			d.Cycles, _ = c.note().Int(cycles.column, cycles.text, 0, 0, 1<<20)
		} else {
			d.Cycles = n
		}
	}
	switch {
	case !d.Percent.IsZero() && !d.Off.IsZero():
		c.fault(billing.CodeBadDiscount, c.of(prefix+"off"), "want either a percentage or an amount")
	case d.Percent.GreaterThan(decimal.NewFromInt(100)):
		c.fault(billing.CodeBadDiscount, c.of(prefix+"percent"), "want 0 to 100")
	case !d.To.IsZero() && !d.From.IsZero() && d.To.Before(d.From):
		c.fault(billing.CodeBadDiscount, c.of(prefix+"to"), "before "+prefix+"from")
	}
	return d, true
}
