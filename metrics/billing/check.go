package billing

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// MaxDiscounts is the most discounts a span may have.
const MaxDiscounts = 100

// checker reports what makes one record impossible to read.
type checker struct {
	out func(Finding)
	bad bool
	s   *Span // the record at hand: one of them
	l   *InvoiceLine
}

func (c *checker) fault(code Code, field, value, message string) {
	c.bad = true
	if c.out == nil {
		return
	}
	f := Finding{Code: code, Severity: Fault, Field: field, Value: text.Clip(value), Message: message}
	if s := c.s; s != nil {
		f.Record, f.Customer, f.Subscription, f.Item = text.Clip(s.ID), text.Clip(s.Customer), text.Clip(s.Subscription), text.Clip(s.Item)
	} else {
		f.Record, f.Customer, f.Subscription, f.Item = text.Clip(c.l.Record()), text.Clip(c.l.Customer), text.Clip(c.l.Subscription), text.Clip(c.l.Item)
	}
	c.out(f)
}

// Check reports every fault of the span, each a Finding of severity Fault, and
// whether there were none. report may be nil. A span with a fault counts
// nothing, whoever reads it.
func (s *Span) Check(report func(Finding)) bool {
	c := checker{out: report, s: s}
	c.span(s)
	return !c.bad
}

// span reports every fault of a span.
func (c *checker) span(s *Span) {
	if s.Customer == "" {
		c.fault(CodeMissingCustomer, "Customer", "", "empty; the span counts nothing")
	}
	c.name("Customer", s.Customer)
	c.name("Subscription", s.Subscription)
	c.name("Item", s.Item)
	c.name("Plan", s.Plan)
	c.name("Product", s.Product)
	c.name("ID", s.ID)
	c.name("EndID", s.EndID)
	c.name("Replaces", s.Replaces)
	if s.From.IsZero() {
		c.fault(CodeMissingTime, "From", "", "empty; the span counts nothing")
	} else {
		c.time("From", s.From)
	}
	c.time("To", s.To)
	c.time("CancelAt", s.CancelAt)
	c.time("CancelAskedAt", s.CancelAskedAt)
	c.time("PaidThrough", s.PaidThrough)
	c.time("Recorded", s.Recorded)
	c.time("EndRecorded", s.EndRecorded)
	if !s.To.IsZero() && s.To.Before(s.From) {
		c.fault(CodeReversed, "To", s.To.Format(time.RFC3339), "before From "+s.From.Format(time.RFC3339)+"; the span counts nothing")
	}
	c.amount("Amount", s.Amount)
	c.amount("Tax", s.Tax)
	c.amount("Quantity", s.Quantity)
	c.cycle(s.Cycle)
	c.currency(s.Currency)
	if !stateNames.Has(s.State) {
		c.fault(CodeUnknownValue, "State", s.State.String(), "not a state")
	}
	if !basisNames.Has(s.Basis) {
		c.fault(CodeUnknownValue, "Basis", s.Basis.String(), "not a basis")
	}
	if !reasonNames.Has(s.Reason) {
		c.fault(CodeUnknownValue, "Reason", s.Reason.String(), "not a reason")
	}
	if len(s.Discounts) > MaxDiscounts {
		c.fault(CodeBadDiscount, "Discounts", strconv.Itoa(len(s.Discounts)), "the limit is "+strconv.Itoa(MaxDiscounts))
	} else {
		for i := range s.Discounts {
			c.discount(i, &s.Discounts[i])
		}
	}
}

func (c *checker) discount(i int, d *Discount) {
	field := func(name string) string { return "Discounts[" + strconv.Itoa(i) + "]." + name }
	c.name(field("ID"), d.ID)
	percent := c.amount(field("Percent"), d.Percent)
	c.amount(field("Off"), d.Off)
	c.time(field("From"), d.From)
	c.time(field("To"), d.To)
	if percent && d.Percent.Cmp(hundred) > 0 {
		c.fault(CodeBadDiscount, field("Percent"), words.Number(d.Percent), "more than 100")
	}
	if !d.Percent.IsZero() && !d.Off.IsZero() {
		c.fault(CodeBadDiscount, field("Off"), words.Number(d.Off), "beside a Percent of "+words.Number(d.Percent))
	}
	if !d.From.IsZero() && !d.To.IsZero() && d.To.Before(d.From) {
		c.fault(CodeBadDiscount, field("To"), d.To.Format(time.RFC3339), "before From "+d.From.Format(time.RFC3339))
	}
	if d.Cycles < 0 || d.Cycles > words.MaxCycles {
		c.fault(CodeBadDiscount, field("Cycles"), strconv.Itoa(d.Cycles), "want 0 to "+strconv.Itoa(words.MaxCycles))
	}
	if !durationNames.Has(d.Duration) {
		c.fault(CodeUnknownValue, field("Duration"), d.Duration.String(), "not a duration")
	}
	if !levelNames.Has(d.Level) {
		c.fault(CodeUnknownValue, field("Level"), d.Level.String(), "not a level")
	}
	if !verdictNames.Has(d.InMRR) {
		c.fault(CodeUnknownValue, field("InMRR"), d.InMRR.String(), "not a verdict")
	}
}

var hundred = decimal.NewFromInt(100)

// Record names the line in findings: its ID, else its Invoice.
func (l *InvoiceLine) Record() string {
	if l.ID != "" {
		return l.ID
	}
	return l.Invoice
}

// Check reports every fault of the line, each a Finding of severity Fault, and
// whether there were none. report may be nil.
func (l *InvoiceLine) Check(report func(Finding)) bool {
	c := checker{out: report, l: l}
	if l.Customer == "" {
		c.fault(CodeMissingCustomer, "Customer", "", "empty; the line counts nothing")
	}
	c.name("Customer", l.Customer)
	c.name("Subscription", l.Subscription)
	c.name("Item", l.Item)
	c.name("Plan", l.Plan)
	c.name("Product", l.Product)
	c.name("ID", l.ID)
	c.name("Invoice", l.Invoice)
	c.name("Refund", l.Refund)
	c.time("IssuedAt", l.IssuedAt)
	c.time("PaidAt", l.PaidAt)
	c.time("From", l.From)
	c.time("To", l.To)
	if l.From.IsZero() != l.To.IsZero() {
		c.fault(CodeMissingTime, "To", "", "a service period has both ends or none; the line counts nothing")
	} else if l.To.Before(l.From) {
		c.fault(CodeReversed, "To", l.To.Format(time.RFC3339), "before From "+l.From.Format(time.RFC3339)+"; the line counts nothing")
	}
	c.amount("Amount", l.Amount)
	c.amount("Discount", l.Discount)
	c.amount("Tax", l.Tax)
	c.cycle(l.Cycle)
	c.currency(l.Currency)
	if !lineKindNames.Has(l.Kind) {
		c.fault(CodeUnknownValue, "Kind", l.Kind.String(), "not a kind")
	}
	if !prorationNames.Has(l.Proration) {
		c.fault(CodeUnknownValue, "Proration", l.Proration.String(), "not a proration")
	}
	if !lineStatusNames.Has(l.Status) {
		c.fault(CodeUnknownValue, "Status", l.Status.String(), "not a status")
	}
	return !c.bad
}

// A name and a currency fit into one of the ledger.
const _ = uint(ledger.MaxNameLength - words.MaxName - 24)

func (c *checker) name(field, s string) { c.nameUpTo(words.MaxName, field, s) }

func (c *checker) nameUpTo(limit int, field, s string) {
	switch {
	case len(s) > limit:
		c.fault(CodeName, field, s, "longer than "+strconv.Itoa(limit)+" bytes: "+strconv.Itoa(len(s)))
	case !utf8.ValidString(s):
		c.fault(CodeName, field, strconv.QuoteToASCII(text.Clip(s)), "not valid UTF-8")
	}
}

func (c *checker) time(field string, t time.Time) {
	if t.IsZero() {
		return
	}
	if err := calendar.CheckTime(t); err != nil {
		c.fault(CodeTimeRange, field, "year "+strconv.Itoa(t.Year()), "want "+strconv.Itoa(calendar.MinYear)+" to "+strconv.Itoa(calendar.MaxYear))
	}
}

// amount reports whether a number can be reckoned with: a refused one is not
// even compared, for an exponent of a billion takes as much memory. Nor is a
// zero of such an exponent harmless.
func (c *checker) amount(field string, d decimal.Decimal) bool {
	if err := words.Check(d); err != nil {
		c.fault(CodeAmountRange, field, words.Number(d), err.Error())
		return false
	}
	if d.Sign() < 0 {
		c.fault(CodeNegative, field, d.String(), "below zero; credits belong on invoice lines")
		return false
	}
	return true
}

func (c *checker) cycle(cy calendar.Cycle) {
	if err := cy.Validate(); err != nil {
		c.fault(CodeUnknownUnit, "Cycle", cy.String(), err.Error())
	}
}

func (c *checker) currency(cu money.Currency) {
	if cu == "" {
		return
	}
	if err := cu.Validate(); err != nil {
		c.fault(CodeUnknownCurrency, "Currency", string(cu), err.Error())
	}
}
