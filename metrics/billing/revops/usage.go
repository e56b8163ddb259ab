package revops

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Metered is revenue from flat fees and revenue from use, as two books of the same
// customers. Immutable and safe for concurrent use.
type Metered struct {
	// Flat is what the policy counts of charges that do not depend on use, the
	// minimum that a metered contract guarantees among them.
	Flat *policy.Books
	// Usage is what was used. Its statements are the line of metered revenue, with
	// expansion and churn of its own; its ledger's StatementsByPlan divides it.
	Usage *policy.Books
}

// Usage reads the same records twice: once for what is flat, once for what is
// used. Usage counts in the period it was used in, unless the policy takes a mean
// of periods (policy.MeteredTrailing). Under a policy that counts use, and does not
// round whole subscriptions, the two add up to its books. Errors are those of
// policy.Read.
func Usage(spans []billing.Span, p policy.Policy, o policy.Options) (Metered, error) {
	flat, usage := p, p
	if p.Metered == policy.MeteredIncluded || p.Metered == policy.MeteredTrailing {
		flat.Metered = policy.MeteredExcluded
	}
	if p.Metered != policy.MeteredTrailing {
		usage.Metered = policy.MeteredIncluded
	}
	used, lines := spans, o
	if p.Source == policy.FromInvoices && len(o.Invoices) > 0 {
		lines.Invoices = nil // the spans still say how subscriptions stand
		for i := range o.Invoices {
			if o.Invoices[i].Kind == billing.LineUsage {
				lines.Invoices = append(lines.Invoices, o.Invoices[i])
			}
		}
		if lines.Invoices == nil {
			used = nil
		}
	} else {
		used = nil
		for i := range spans {
			if spans[i].Basis == billing.BasisMetered {
				used = append(used, spans[i])
			}
		}
	}
	var out Metered
	for _, x := range []struct {
		spans []billing.Span
		p     policy.Policy
		o     policy.Options
		to    **policy.Books
	}{{spans, flat, o, &out.Flat}, {used, usage, lines, &out.Usage}} {
		r, err := policy.Read(x.spans, x.p, x.o)
		if err != nil {
			return Metered{}, err
		}
		if *x.to, err = r.Books(); err != nil {
			return Metered{}, err
		}
	}
	return out, nil
}

// UsageMonth is metered revenue beside flat fees in one month.
type UsageMonth struct {
	Month calendar.Month `json:"month"`
	// Flat and Usage are the month's bridges.
	Flat  policy.Statement `json:"flat"`
	Usage policy.Statement `json:"usage"`
	// Customers with MRR above zero at the end of the month, by what it is from.
	FlatOnly  int64 `json:"flat_only"`
	UsageOnly int64 `json:"usage_only"`
	Both      int64 `json:"both"`
}

// Total is what flat fees and use are worth together at the end of the month.
func (u UsageMonth) Total() decimal.Decimal {
	return u.Flat.Revenue.Closing().Add(u.Usage.Revenue.Closing())
}

// String is "2026-03: 500 flat + 120 usage; 8 customers flat only, 2 usage only, 3
// both".
func (u UsageMonth) String() string {
	return fmt.Sprintf("%s: %s flat + %s usage; %d customers flat only, %d usage only, %d both",
		u.Month, u.Flat.Revenue.Closing(), u.Usage.Revenue.Closing(), u.FlatOnly, u.UsageOnly, u.Both)
}

// Months gives the months from from to to, both included. Each reads the books
// once.
func (m Metered) Months(from, to calendar.Month) ([]UsageMonth, error) {
	if err := checkMonths("usage", from, to); err != nil {
		return nil, err
	}
	out := make([]UsageMonth, to.Sub(from)+1)
	for i := range out {
		u := &out[i]
		u.Month = from.Add(i)
		var err error
		if u.Flat, err = m.Flat.Statement(u.Month); err != nil {
			return nil, err
		}
		if u.Usage, err = m.Usage.Statement(u.Month); err != nil {
			return nil, err
		}
		flat, err := paying(m.Flat.Ledger(), u.Month)
		if err != nil {
			return nil, err
		}
		usage, err := paying(m.Usage.Ledger(), u.Month)
		if err != nil {
			return nil, err
		}
		for c := range usage {
			if flat[c] {
				u.Both++
			}
		}
		u.FlatOnly, u.UsageOnly = int64(len(flat))-u.Both, int64(len(usage))-u.Both
	}
	return out, nil
}

// paying are the customers with MRR above zero at the end of a month.
func paying(l *ledger.Ledger, m calendar.Month) (map[string]bool, error) {
	accounts, err := l.Accounts(m.Add(1).Start(l.Options().Location).Add(-1), 0)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(accounts))
	for i := range accounts {
		out[accounts[i].Customer] = true
	}
	return out, nil
}
