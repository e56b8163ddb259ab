package billing

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
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
	// The record at hand: one of them.
	s *Span
	l *InvoiceLine
	// What was found valid last: neighbours mostly share it.
	knownCurrency money.Currency
	knownNames    [3]string
}

func (c *checker) fault(code Code, field, value, message string) {
	c.bad = true
	f := Finding{Code: code, Severity: Fault, Field: field, Value: clip(value), Message: message}
	if s := c.s; s != nil {
		f.Record, f.Customer, f.Subscription, f.Item = clip(s.ID), clip(s.Customer), clip(s.Subscription), clip(s.Item)
	} else {
		f.Record, f.Customer, f.Subscription, f.Item = clip(lineRecord(c.l)), clip(c.l.Customer), clip(c.l.Subscription), clip(c.l.Item)
	}
	c.out(f)
}

// span reports every fault of a span and whether there were none.
func (c *checker) span(s *Span) bool {
	c.bad, c.s, c.l = false, s, nil
	if s.Customer == "" {
		c.fault(CodeMissingCustomer, "Customer", "", "empty; the span counts nothing")
	}
	if names := [3]string{s.Customer, s.Subscription, s.Item}; names != c.knownNames {
		c.name("Customer", s.Customer)
		c.name("Subscription", s.Subscription)
		c.name("Item", s.Item)
		if !c.bad {
			c.knownNames = names
		}
	}
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
	if int(s.State) >= len(stateNames) {
		c.fault(CodeUnknownValue, "State", s.State.String(), "not a state")
	}
	if int(s.Basis) >= len(basisNames) {
		c.fault(CodeUnknownValue, "Basis", s.Basis.String(), "not a basis")
	}
	if int(s.Reason) >= len(reasonNames) {
		c.fault(CodeUnknownValue, "Reason", s.Reason.String(), "not a reason")
	}
	if len(s.Discounts) > MaxDiscounts {
		c.fault(CodeBadDiscount, "Discounts", itoa(len(s.Discounts)), "the limit is "+itoa(MaxDiscounts))
	} else {
		for i := range s.Discounts {
			c.discount(i, &s.Discounts[i])
		}
	}
	return !c.bad
}

func (c *checker) discount(i int, d *Discount) {
	field := func(name string) string { return "Discounts[" + itoa(i) + "]." + name }
	c.name(field("ID"), d.ID)
	c.amount(field("Percent"), d.Percent)
	c.amount(field("Off"), d.Off)
	c.time(field("From"), d.From)
	c.time(field("To"), d.To)
	if d.Percent.Cmp(hundred) > 0 {
		c.fault(CodeBadDiscount, field("Percent"), numberText(d.Percent), "more than 100")
	}
	if !d.Percent.IsZero() && !d.Off.IsZero() {
		c.fault(CodeBadDiscount, field("Off"), numberText(d.Off), "beside a Percent of "+numberText(d.Percent))
	}
	if !d.From.IsZero() && !d.To.IsZero() && d.To.Before(d.From) {
		c.fault(CodeBadDiscount, field("To"), d.To.Format(time.RFC3339), "before From "+d.From.Format(time.RFC3339))
	}
	if d.Cycles < 0 || d.Cycles > maxDiscountCycles {
		c.fault(CodeBadDiscount, field("Cycles"), itoa(d.Cycles), "want 0 to "+itoa(maxDiscountCycles))
	}
	if int(d.Duration) >= len(durationNames) {
		c.fault(CodeUnknownValue, field("Duration"), d.Duration.String(), "not a duration")
	}
	if int(d.Level) >= len(levelNames) {
		c.fault(CodeUnknownValue, field("Level"), d.Level.String(), "not a level")
	}
	if int(d.InMRR) >= len(verdictNames) {
		c.fault(CodeUnknownValue, field("InMRR"), d.InMRR.String(), "not a verdict")
	}
}

const maxDiscountCycles = 1200

var hundred = decimal.NewFromInt(100)

// line reports every fault of an invoice line and whether there were none.
func (c *checker) line(l *InvoiceLine) bool {
	c.bad, c.s, c.l = false, nil, l
	if l.Customer == "" {
		c.fault(CodeMissingCustomer, "Customer", "", "empty; the line counts nothing")
	}
	c.name("Customer", l.Customer)
	c.name("Subscription", l.Subscription)
	c.time("IssuedAt", l.IssuedAt)
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
	if int(l.Kind) >= len(lineKindNames) {
		c.fault(CodeUnknownValue, "Kind", l.Kind.String(), "not a kind")
	}
	if int(l.Proration) >= len(prorationNames) {
		c.fault(CodeUnknownValue, "Proration", l.Proration.String(), "not a proration")
	}
	if int(l.Status) >= len(lineStatusNames) {
		c.fault(CodeUnknownValue, "Status", l.Status.String(), "not a status")
	}
	return !c.bad
}

// maxName is one ledger name's limit, less room for the currency that is
// added where a subscription charges in several.
const maxName = ledger.MaxNameLength - 24

func (c *checker) name(field, s string) {
	switch {
	case len(s) > maxName:
		c.fault(CodeName, field, s, "longer than "+itoa(maxName)+" bytes: "+itoa(len(s)))
	case !utf8.ValidString(s):
		c.fault(CodeName, field, strconv.QuoteToASCII(clip(s)), "not valid UTF-8")
	}
}

func (c *checker) time(field string, t time.Time) {
	if t.IsZero() {
		return
	}
	if err := calendar.CheckTime(t); err != nil {
		c.fault(CodeTimeRange, field, "year "+itoa(t.Year()), "want "+itoa(calendar.MinYear)+" to "+itoa(calendar.MaxYear))
	}
}

func (c *checker) amount(field string, d decimal.Decimal) {
	if d.IsZero() {
		return
	}
	if err := num.Check(d); err != nil {
		c.fault(CodeAmountRange, field, numberText(d), err.Error())
	} else if d.Sign() < 0 {
		c.fault(CodeNegative, field, d.String(), "below zero; credits belong on invoice lines")
	}
}

func (c *checker) cycle(cy calendar.Cycle) {
	if err := cy.Validate(); err != nil {
		c.fault(CodeUnknownUnit, "Cycle", cy.String(), err.Error())
	}
}

func (c *checker) currency(cu money.Currency) {
	if cu == "" || cu == c.knownCurrency {
		return
	}
	if err := cu.Validate(); err != nil {
		c.fault(CodeUnknownCurrency, "Currency", string(cu), err.Error())
		return
	}
	c.knownCurrency = cu
}
