package revops

import (
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The terms that Renewals tells apart.
const (
	TermAll     = "all"
	TermMonthly = "monthly" // one month
	TermAnnual  = "annual"  // one year, or twelve months
	TermOther   = "other"
)

// Renewal is the contracts whose term ends in one month. A term is the longest
// cycle that a contract is charged by; terms are counted from the contract's first
// charge, or from when it changed to another cycle.
//
// A contract is renewed where it is in force after the end of the term. Where it
// falls behind with the payment, in the term that begins then, what comes of that
// decides: paid after all is renewed, an end is lost. Who leaves within a term was
// not up for renewal, and is counted apart.
type Renewal struct {
	Month   calendar.Month `json:"month"`
	Term    string         `json:"term"`
	Due     int64          `json:"due"` // Renewed + Lost + Open
	Renewed int64          `json:"renewed"`
	Lost    int64          `json:"lost"`
	// Open are those of the future, or behind with the payment; Leaving those of
	// them who are to end then.
	Open    int64 `json:"open"`
	Leaving int64 `json:"leaving"`
	// Recovered are those of Renewed who fell behind first. Failed are those of
	// Lost who did.
	Recovered int64 `json:"recovered"`
	Failed    int64 `json:"failed"`
	// Early ended within a term.
	Early int64 `json:"early"`
	// DueMRR is what Due was worth just before, of which OpenMRR is not decided;
	// RenewedMRR what Renewed is worth then, and KeptMRR the part of it that is no
	// expansion.
	DueMRR     decimal.Decimal `json:"due_mrr"`
	OpenMRR    decimal.Decimal `json:"open_mrr"`
	RenewedMRR decimal.Decimal `json:"renewed_mrr"`
	KeptMRR    decimal.Decimal `json:"kept_mrr"`
	Currency   money.Currency  `json:"currency,omitempty"`
}

// Rate is the renewal rate: Renewed over the contracts that are decided.
func (r Renewal) Rate() metrics.Ratio { return metrics.NewCount(r.Renewed, r.Due-r.Open) }

// GrossRate is the renewal rate of revenue: KeptMRR over the DueMRR that is
// decided. It never exceeds 100 %.
func (r Renewal) GrossRate() metrics.Ratio {
	return metrics.NewRatio(r.KeptMRR, r.DueMRR.Sub(r.OpenMRR))
}

// NetRate is GrossRate with what was sold at the renewal.
func (r Renewal) NetRate() metrics.Ratio {
	return metrics.NewRatio(r.RenewedMRR, r.DueMRR.Sub(r.OpenMRR))
}

// String is "2026-03 annual: 12 due, 10 renewed, 1 lost, 1 open: 90.9%".
func (r Renewal) String() string {
	return fmt.Sprintf("%s %s: %d due, %d renewed, %d lost, %d open: %s", r.Month, r.Term, r.Due, r.Renewed, r.Lost, r.Open, r.Rate().Percent(1))
}

// Renewals are the contracts whose terms end in the months from from to to, both
// included, as far as they were decided by until. For each month there are four:
// all contracts, and those of monthly, annual and other terms.
//
// The policy says what contracts are worth; ends count when they were recorded,
// whatever it says of that. Trials, pauses, one-time and metered charges have no
// term. Findings and errors are those of policy.Read; a missing exchange rate is
// money.ErrNoRate.
func Renewals(spans []billing.Span, p policy.Policy, o policy.Options, from, to calendar.Month, until time.Time) ([]Renewal, []billing.Finding, error) {
	if err := checkMonths("renewals", from, to); err != nil {
		return nil, nil, err
	}
	if err := calendar.CheckTime(until); err != nil {
		return nil, nil, fmt.Errorf("revops: renewals: until: %w", err)
	}
	p.ChurnDate = policy.EndRecorded
	reading, err := policy.Read(spans, p, o)
	if err != nil {
		return nil, nil, err
	}
	loc := zone(p.Location)
	sums := newRenewalSums(from, to)
	worth := worthOf(reading.Changes(), o, p)
	period := calendar.Period{From: from.Start(loc), To: to.Add(1).Start(loc)}
	var found billing.Findings
	for _, c := range contracts(spans, &found) {
		due := c.due(p.CountTest, loc, period, until)
		if len(due) == 0 {
			continue
		}
		course := worth.course(c)
		for i := range due {
			if err := sums.add(&course, &due[i], loc); err != nil {
				return nil, nil, err
			}
		}
	}
	return sums.rows(o.Currency), reading.Findings(), nil
}

// renewalSums are rows before they are rounded.
type renewalSums struct {
	from calendar.Month
	all  []renewalSum // by month and term
}

type renewalSum struct {
	Renewal
	due, open, renewed, kept big.Rat
}

var terms = [...]string{TermAll, TermMonthly, TermAnnual, TermOther}

func newRenewalSums(from, to calendar.Month) *renewalSums {
	s := &renewalSums{from: from, all: make([]renewalSum, (to.Sub(from)+1)*len(terms))}
	for i := range s.all {
		s.all[i].Month, s.all[i].Term = from.Add(i/len(terms)), terms[i%len(terms)]
	}
	return s
}

func termOf(c calendar.Cycle) int {
	switch c.Canonical() {
	case calendar.Cycle{N: 1}.Canonical():
		return 1
	case calendar.Cycle{N: 12}.Canonical(), calendar.Cycle{Unit: calendar.UnitYear, N: 1}.Canonical():
		return 2
	default:
		return 3
	}
}

// add counts one end of a term.
func (s *renewalSums) add(c *course, d *due, loc *time.Location) error {
	i := calendar.MonthOf(d.at, loc).Sub(s.from) * len(terms)
	if d.early {
		s.all[i].Early++
		s.all[i+termOf(d.cycle)].Early++
		return nil
	}
	before, err := c.at(d.at, false)
	if err != nil {
		return err
	}
	after, err := c.at(d.at, true)
	if err != nil {
		return err
	}
	for _, r := range []*renewalSum{&s.all[i], &s.all[i+termOf(d.cycle)]} {
		r.Due++
		r.due.Add(&r.due, before)
		switch d.outcome {
		case dueRenewed, dueRecovered:
			r.Renewed++
			r.renewed.Add(&r.renewed, after)
			if after.Cmp(before) < 0 {
				r.kept.Add(&r.kept, after)
			} else {
				r.kept.Add(&r.kept, before)
			}
			if d.outcome == dueRecovered {
				r.Recovered++
			}
		case dueOpen, dueLeaving:
			r.Open++
			r.open.Add(&r.open, before)
			if d.outcome == dueLeaving {
				r.Leaving++
			}
		default:
			r.Lost++
			if d.outcome == dueFailed {
				r.Failed++
			}
		}
	}
	return nil
}

func (s *renewalSums) rows(currency money.Currency) []Renewal {
	out := make([]Renewal, len(s.all))
	for i := range s.all {
		r := &s.all[i]
		r.Currency = currency
		r.DueMRR, r.OpenMRR, r.RenewedMRR, r.KeptMRR = rounded(&r.due), rounded(&r.open), rounded(&r.renewed), rounded(&r.kept)
		out[i] = r.Renewal
	}
	return out
}
