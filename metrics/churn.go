package metrics

import (
	"database/sql/driver"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

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
	// ChurnNet is (opening − closing) / opening, the textbook formula of many
	// guides. It is not a churn rate but the shrinkage of the customer base:
	// who joins hides who leaves, and it is negative where more joined than
	// left. It is here for callers who must reproduce such a figure; to know
	// how many customers leave, use ChurnStandard. See [NetChurnOf] for two
	// counts in hand.
	ChurnNet
)

var churnRules = enum.New[ChurnRule]("metrics", "ChurnRule", "standard", "start-and-new", "raw", "net")

// String is the name that MarshalText writes; "ChurnRule(9)" for a value that
// is no rule.
func (r ChurnRule) String() string { return churnRules.String(r) }

// Validate reports a value that is no rule.
func (r ChurnRule) Validate() error {
	return known("ChurnRule.Validate", "rule", churnRules.Has(r), r.String())
}

// MarshalText writes "standard", "start-and-new", "raw" or "net".
func (r ChurnRule) MarshalText() ([]byte, error) { return churnRules.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *ChurnRule) UnmarshalText(text []byte) error { return churnRules.Unmarshal(r, text) }

// Value stores the name of the rule.
func (r ChurnRule) Value() (driver.Value, error) { return churnRules.Value(r) }

// Scan reads the name of a rule; NULL is ChurnStandard.
func (r *ChurnRule) Scan(src any) error { return churnRules.Scan(r, src) }

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
	case ChurnNet:
		return NewCount(c.Opening-c.Closing(), c.Opening), nil
	default:
		return NewCount(c.Churned-c.NewAndChurned-c.ChurnedAndReturned, c.Opening), nil
	}
}

// NetChurnOf is the textbook formula for callers who have two counts and no
// movements: (begin − end) / begin. 200 customers at the start of a month and
// 190 at its end are 5 %. It is negative where more joined than left, and it
// cannot see who left where as many joined: with the movements in hand, use
// [ChurnRate]. Undefined where nobody was there at the start.
func NetChurnOf(begin, end int64) (Ratio, error) {
	f := faults{op: "NetChurnOf"}
	f.count("begin", begin)
	f.count("end", end)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewCount(begin-end, begin), nil
}

// CohortRetention is the share of a cohort that is still there, period by
// period, from counts in hand: the first is the cohort's size, and 120, 96, 88
// are 100 %, 80 % and 73.3 %. The shares are point in time: a count may rise
// again where customers return, but never above the size. Undefined for a
// cohort of nobody.
//
// Errors: no counts, a negative count, a count above the first. For cohorts from
// books see package cohort.
func CohortRetention(kept ...int64) ([]Ratio, error) {
	f := faults{op: "CohortRetention"}
	if len(kept) == 0 {
		f.add("kept", "", "want the size of the cohort first", CodeMissing)
	}
	for i, n := range kept {
		field := "kept[" + strconv.Itoa(i) + "]"
		f.count(field, n)
		if len(f.errs) == 0 && n > kept[0] {
			f.add(field, strconv.FormatInt(n, 10), "more than the "+strconv.FormatInt(kept[0], 10)+" of the cohort", CodeExceeds)
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	out := make([]Ratio, len(kept))
	for i, n := range kept {
		out[i] = NewCount(n, kept[0])
	}
	return out, nil
}
