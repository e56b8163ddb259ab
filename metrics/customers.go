package metrics

import "strconv"

// Customers is the bridge of one period in heads:
//
//	opening + new + reactivated − churned = closing
//
// A customer is somebody with MRR above zero. The counts are of movements: a
// customer who churns twice in the period counts twice in Churned.
//
// The last two fields say which of the churned are pairs inside the period,
// so that churned − new-and-churned − churned-and-returned are the customers
// of the opening who are gone at the end. Each churn belongs to at most one of
// the two: where a customer joins, churns and returns, the churn is counted as
// churned and returned.
//
// The zero Customers is a period without anybody. Customers is a value, safe
// for concurrent use.
type Customers struct {
	Opening            int64 `json:"opening"`              // at the first instant of the period
	New                int64 `json:"new"`                  // who never paid before
	Reactivated        int64 `json:"reactivated"`          // who returned from zero
	Churned            int64 `json:"churned"`              // who went to zero
	NewAndChurned      int64 `json:"new_and_churned"`      // of Churned: who joined (or returned) only in the period, and stayed away
	ChurnedAndReturned int64 `json:"churned_and_returned"` // of Churned: who returned in the period
}

// Closing is the number of customers at the end of the period:
// opening + new + reactivated − churned.
func (c Customers) Closing() int64 { return c.Opening + c.New + c.Reactivated - c.Churned }

// NetNew is the growth in heads: new + reactivated − churned.
func (c Customers) NetNew() int64 { return c.New + c.Reactivated - c.Churned }

// Add is the bridge of both together: of two segments over the same period.
func (c Customers) Add(other Customers) Customers {
	return Customers{
		Opening:            c.Opening + other.Opening,
		New:                c.New + other.New,
		Reactivated:        c.Reactivated + other.Reactivated,
		Churned:            c.Churned + other.Churned,
		NewAndChurned:      c.NewAndChurned + other.NewAndChurned,
		ChurnedAndReturned: c.ChurnedAndReturned + other.ChurnedAndReturned,
	}
}

// Validate reports, joined, as *fault.Errors: every count below zero or beyond
// 2^60, more churned than there were customers, more pairs than churned, more
// new and churned than joined, and more churned and returned than returned.
func (c Customers) Validate() error {
	f := faults{op: "Customers.Validate"}
	c.check(&f)
	if len(f.errs) == 0 {
		exceeds := func(field string, n int64, whole string, limit int64) {
			if n > limit {
				f.add(field, strconv.FormatInt(n, 10), "more than the "+strconv.FormatInt(limit, 10)+" "+whole, CodeExceeds)
			}
		}
		exceeds("NewAndChurned", c.NewAndChurned, "customers who joined", c.New+c.Reactivated)
		exceeds("ChurnedAndReturned", c.ChurnedAndReturned, "reactivated customers", c.Reactivated)
	}
	return f.err()
}

// check is what every churn rate needs of a bridge.
func (c Customers) check(f *faults) {
	f.count("Opening", c.Opening)
	f.count("New", c.New)
	f.count("Reactivated", c.Reactivated)
	f.count("Churned", c.Churned)
	f.count("NewAndChurned", c.NewAndChurned)
	f.count("ChurnedAndReturned", c.ChurnedAndReturned)
	if len(f.errs) > 0 {
		return
	}
	if all := c.Opening + c.New + c.Reactivated; c.Churned > all {
		f.add("Churned", strconv.FormatInt(c.Churned, 10), "more than the "+strconv.FormatInt(all, 10)+" customers there were", CodeExceeds)
	}
	if pairs := c.NewAndChurned + c.ChurnedAndReturned; pairs > c.Churned {
		f.add("NewAndChurned + ChurnedAndReturned", strconv.FormatInt(pairs, 10), "more than the "+strconv.FormatInt(c.Churned, 10)+" churned", CodeExceeds)
	}
}
