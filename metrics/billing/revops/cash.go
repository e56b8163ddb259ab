package revops

import (
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// CashOptions say how CashFlow reads invoices. The zero value is one unnamed
// currency, months of UTC, and payment due at once.
type CashOptions struct {
	// Currency of the results, Rates to bring other currencies to it, each amount
	// at the rate of its instant.
	Currency money.Currency
	Rates    money.Rates
	Location *time.Location
	// DueDays is how many civil days after it was issued an invoice is due, 0 to
	// 3650; after the end of that day it has failed, until it is paid.
	DueDays int
	// Until is the instant at which the invoices were read; required.
	Until time.Time
}

// Cash is what invoices brought in during one month, tax included.
type Cash struct {
	Month    calendar.Month `json:"month"`
	Currency money.Currency `json:"currency,omitempty"`
	// Invoiced is what was charged, Credited what credit notes took back of it.
	Invoiced decimal.Decimal `json:"invoiced"`
	Credited decimal.Decimal `json:"credited"`
	// Collected is what was paid, whenever it was charged; Refunded what was given
	// back. Net is the difference: cash in.
	Collected decimal.Decimal `json:"collected"`
	Refunded  decimal.Decimal `json:"refunded"`
	Net       decimal.Decimal `json:"net"`
	// Failed is what fell due in this month unpaid, Recovered what of that has been
	// paid since.
	Failed    decimal.Decimal `json:"failed"`
	Recovered decimal.Decimal `json:"recovered"`
	// Late is the part of Collected that was paid after it had failed, in whatever
	// month.
	Late decimal.Decimal `json:"late"`
	// Outstanding is what was charged by the end of the month, and not paid by
	// then; credit notes are apart.
	Outstanding decimal.Decimal `json:"outstanding"`
}

// RecoveryRate is Recovered over Failed.
func (c Cash) RecoveryRate() metrics.Ratio { return metrics.NewRatio(c.Recovered, c.Failed) }

// String is "2026-03 USD: 500 collected - 20 refunded = 480; 60 failed, 40
// recovered; 20 outstanding".
func (c Cash) String() string {
	s := c.Month.String()
	if c.Currency != "" {
		s += " " + string(c.Currency)
	}
	return fmt.Sprintf("%s: %s collected - %s refunded = %s; %s failed, %s recovered; %s outstanding",
		s, c.Collected, c.Refunded, c.Net, c.Failed, c.Recovered, c.Outstanding)
}

const maxDueDays = 3650

func (o CashOptions) validate() error {
	if o.DueDays < 0 || o.DueDays > maxDueDays {
		return fmt.Errorf("revops: cash flow: DueDays: %d, want 0 to %d", o.DueDays, maxDueDays)
	}
	if err := calendar.CheckTime(o.Until); err != nil {
		return fmt.Errorf("revops: cash flow: Until: %w", err)
	}
	if o.Currency != "" {
		if err := o.Currency.Validate(); err != nil {
			return fmt.Errorf("revops: cash flow: Currency: %w", err)
		}
	}
	return nil
}

// CashFlow gives the months from from to to, both included, of invoice lines of any
// kind: net cash flow, and what became of what was not paid when it fell due.
// Drafts, voided and sandbox lines count nothing. Nothing that lies after
// CashOptions.Until has happened yet.
//
// The same money may stand in a refund and in credit notes that name it: see
// [billing.InvoiceLine].Refund. Where the refund itself is among the lines it is
// what was given back, when it was; one that failed or has not succeeded gave back
// nothing. What credit notes name of it is not counted again, and what they say
// beyond its amount is Credited, the later notes first.
//
// A line that cannot be read is a finding and counts nothing; one that was paid
// and does not say when counts as paid when it was issued, with a finding. An
// amount in another currency without a rate is an error wrapping money.ErrNoRate.
func CashFlow(lines []billing.InvoiceLine, from, to calendar.Month, o CashOptions) ([]Cash, []billing.Finding, error) {
	if err := checkMonths("cash flow", from, to); err != nil {
		return nil, nil, err
	}
	if err := o.validate(); err != nil {
		return nil, nil, err
	}
	var found billing.Findings
	f := &flow{o: o, from: from, months: make([]cashSum, to.Sub(from)+1), refunds: refundsOf(lines, &found), found: &found}
	for i := range lines {
		l := &lines[i]
		if !l.Check(found.Add) || l.Test || l.Status == billing.LineDraft || l.Status == billing.LineVoid {
			continue
		}
		if l.IssuedAt.IsZero() {
			found.Add(billing.Finding{
				Code: billing.CodeMissingTime, Severity: billing.Fault, Record: text.Clip(l.Record()), Customer: text.Clip(l.Customer),
				Field: "IssuedAt", Message: "the line does not say when it was issued, and so not when it counts",
			})
			continue
		}
		if l.Status == billing.LinePaid && l.PaidAt.IsZero() && l.Kind != billing.LineCredit && l.Kind != billing.LineRefund {
			found.Add(billing.Finding{
				Code: billing.CodeAssumed, Severity: billing.Notice, Record: text.Clip(l.Record()), Customer: text.Clip(l.Customer),
				Field: "PaidAt", Message: "paid, and the line does not say when; taken for when it was issued",
			})
		}
		if err := f.line(l); err != nil {
			return nil, nil, lineError(l, err)
		}
	}
	if l, err := f.settle(); err != nil {
		return nil, nil, lineError(l, err)
	}
	out := make([]Cash, len(f.months))
	outstanding := &f.early.outstanding
	for i := range out {
		s := &f.months[i]
		outstanding.Add(outstanding, &s.outstanding)
		out[i] = Cash{
			Month: from.Add(i), Currency: o.Currency,
			Invoiced: rounded(&s.invoiced), Credited: rounded(&s.credited), Collected: rounded(&s.collected), Refunded: rounded(&s.refunded),
			Failed: rounded(&s.failed), Recovered: rounded(&s.recovered), Late: rounded(&s.late), Outstanding: rounded(outstanding),
		}
		out[i].Net = out[i].Collected.Sub(out[i].Refunded)
	}
	return out, found.All(), nil
}

func lineError(l *billing.InvoiceLine, err error) error {
	return fmt.Errorf("revops: cash flow: customer %s, line %s: %w", text.Quote(l.Customer), text.Quote(l.Record()), err)
}

// flow sums lines up by month.
type flow struct {
	o      CashOptions
	from   calendar.Month
	months []cashSum
	early  cashSum // of all months before the first
	// refunds are those among the lines, by name, and notes what credit notes say of
	// them.
	refunds map[string]*billing.InvoiceLine
	notes   []*billing.InvoiceLine
	found   *billing.Findings
}

// cashSum is a month, exactly; outstanding is by how much it changed.
type cashSum struct {
	invoiced, credited, collected, refunded, failed, recovered, late, outstanding big.Rat
}

// month is where what happens at an instant counts; nil where it has not happened,
// or after the last month.
func (f *flow) month(at time.Time) *cashSum {
	if at.After(f.o.Until) {
		return nil
	}
	switch i := calendar.MonthOf(at, zone(f.o.Location)).Sub(f.from); {
	case i < 0:
		return &f.early
	case i < len(f.months):
		return &f.months[i]
	default:
		return nil
	}
}

// worth is an amount at the rate of an instant.
func (f *flow) worth(amount decimal.Decimal, c money.Currency, at time.Time) (*big.Rat, error) {
	v := amount.Rat()
	if c == "" || c == f.o.Currency {
		return v, nil
	}
	if f.o.Rates == nil {
		return nil, fmt.Errorf("in %s: %w", text.Quote(string(c)), money.ErrNoRate)
	}
	rate, err := f.o.Rates.Rate(c, f.o.Currency, at)
	if err != nil {
		return nil, err
	}
	return v.Mul(v, rate.Rat()), nil
}

// line takes in one line.
func (f *flow) line(l *billing.InvoiceLine) error {
	amount := gross(l)
	if l.Kind == billing.LineRefund && f.refunds[l.Refund] != nil {
		return f.refund(l, amount)
	}
	if l.Kind == billing.LineCredit || l.Kind == billing.LineRefund {
		return f.back(l, amount)
	}
	if l.Proration == billing.ProrationCredit {
		amount = amount.Neg()
	}
	v, err := f.worth(amount, l.Currency, l.IssuedAt)
	if err != nil {
		return err
	}
	paid := l.PaidAt
	if paid.IsZero() && l.Status == billing.LinePaid {
		paid = l.IssuedAt
	}
	owed := paid.IsZero() || !paid.Before(l.IssuedAt) // what was paid in advance never is
	if m := f.month(l.IssuedAt); m != nil {
		m.invoiced.Add(&m.invoiced, v)
		if owed {
			m.outstanding.Add(&m.outstanding, v)
		}
	}
	failed := f.due(l.IssuedAt)
	late := paid.IsZero() || paid.After(failed)
	if m := f.month(failed); late && m != nil {
		m.failed.Add(&m.failed, v)
		if !paid.IsZero() && !paid.After(f.o.Until) {
			m.recovered.Add(&m.recovered, v)
		}
	}
	if m := f.month(paid); !paid.IsZero() && m != nil {
		got, err := f.worth(amount, l.Currency, paid)
		if err != nil {
			return err
		}
		m.collected.Add(&m.collected, got)
		if owed {
			m.outstanding.Sub(&m.outstanding, v)
		}
		if late {
			m.late.Add(&m.late, got)
		}
	}
	return nil
}

// back takes in what was given back.
func (f *flow) back(l *billing.InvoiceLine, amount decimal.Decimal) error {
	at := l.IssuedAt
	if l.Kind == billing.LineRefund && !l.PaidAt.IsZero() {
		at = l.PaidAt
	}
	m := f.month(at)
	if m == nil {
		return nil
	}
	v, err := f.worth(amount, l.Currency, at)
	if err != nil {
		return err
	}
	to := &m.credited
	if l.Kind == billing.LineRefund {
		to = &m.refunded
	}
	to.Add(to, v)
	return nil
}

// due is the last instant at which an invoice has not failed: the end of the civil
// day on which it is due.
func (f *flow) due(issued time.Time) time.Time {
	t := issued.In(zone(f.o.Location))
	return time.Date(t.Year(), t.Month(), t.Day()+f.o.DueDays+1, 0, 0, 0, 0, t.Location()).Add(-1)
}
