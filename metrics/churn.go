package metrics

import "strconv"

// ChurnRule says which of the published definitions of the customer churn
// rate is meant. One data set gives different rates under each: of 1,000
// customers 50 leave, and of 500 who join 12 leave too; that is 5.0 %, 4.13 %
// and 6.2 %. The zero ChurnRule is ChurnStandard.
type ChurnRule uint8

const (
	// ChurnStandard is the share of the customers at the start who are gone:
	// (churned − new-and-churned − churned-and-returned) / opening. It is
	// ChartMogul's standard definition.
	ChurnStandard ChurnRule = iota
	// ChurnOfStartAndNew is churned / (opening + new): everybody who left of
	// everybody who could have. It is the definition of Stripe Billing's
	// analytics, where a customer may churn twice.
	ChurnOfStartAndNew
	// ChurnRaw is churned / opening, every churn against the start alone. It
	// is the definition of Maxio and of Baremetrics since customers who join
	// and leave inside the window count there. It can exceed 1.
	ChurnRaw
)

var churnRuleNames = [...]string{"standard", "start-and-new", "raw"}

// String is the name that MarshalText writes; "ChurnRule(9)" for a value that
// is no rule.
func (r ChurnRule) String() string {
	if int(r) < len(churnRuleNames) {
		return churnRuleNames[r]
	}
	return "ChurnRule(" + strconv.Itoa(int(r)) + ")"
}

// Validate reports a value that is no rule.
func (r ChurnRule) Validate() error {
	if int(r) < len(churnRuleNames) {
		return nil
	}
	return unknown("ChurnRule.Validate", "rule", r.String(), churnRuleNames[:])
}

// MarshalText writes "standard", "start-and-new" or "raw".
func (r ChurnRule) MarshalText() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *ChurnRule) UnmarshalText(text []byte) error {
	i, err := parseName("ChurnRule.UnmarshalText", "rule", text, churnRuleNames[:])
	if err == nil {
		*r = ChurnRule(i)
	}
	return err
}

// ChurnRate is the customer (logo) churn rate of a period under a rule.
// Undefined where nobody was there to churn.
//
// Errors: negative counts, more churned than there were customers, more pairs
// than churned, an unknown rule.
func ChurnRate(c Customers, rule ChurnRule) (Ratio, error) {
	f := faults{op: "ChurnRate"}
	c.check(&f)
	if err := rule.Validate(); err != nil {
		f.errs = append(f.errs, err)
	}
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	switch rule {
	case ChurnOfStartAndNew:
		return NewCount(c.Churned, c.Opening+c.New), nil
	case ChurnRaw:
		return NewCount(c.Churned, c.Opening), nil
	default:
		return NewCount(c.Churned-c.NewAndChurned-c.ChurnedAndReturned, c.Opening), nil
	}
}
