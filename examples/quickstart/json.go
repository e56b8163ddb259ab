package main

import (
	"bytes"
	"encoding/json"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// ratePlaces is how many decimal places rates have in JSON.
const ratePlaces = 4

type reportJSON struct {
	Months  []monthJSON  `json:"months"`
	Cohorts []cohortJSON `json:"cohorts"`
}

// monthJSON has amounts as exact decimals in text, and rates likewise or null
// where they are undefined.
type monthJSON struct {
	Month        calendar.Month `json:"month"`
	Opening      string         `json:"opening"`
	New          string         `json:"new"`
	Expansion    string         `json:"expansion"`
	Reactivation string         `json:"reactivation"`
	Contraction  string         `json:"contraction"`
	Churn        string         `json:"churn"`
	FX           string         `json:"fx"`
	Closing      string         `json:"closing"`
	Customers    customersJSON  `json:"customers"`
	GRR          *string        `json:"grr"`
	NRR          *string        `json:"nrr"`
	ChurnRate    *string        `json:"churn_rate"`
	QuickRatio   *string        `json:"quick_ratio"`
}

type customersJSON struct {
	Opening            int64 `json:"opening"`
	New                int64 `json:"new"`
	Reactivated        int64 `json:"reactivated"`
	Churned            int64 `json:"churned"`
	NewAndChurned      int64 `json:"new_and_churned"`
	ChurnedAndReturned int64 `json:"churned_and_returned"`
	Closing            int64 `json:"closing"`
}

// cohortJSON has one entry per age that was observed.
type cohortJSON struct {
	Month calendar.Month `json:"month"`
	Size  int64          `json:"size"`
	Logo  []*string      `json:"logo"`
	NRR   []*string      `json:"nrr"`
	GRR   []*string      `json:"grr"`
}

// json prints one object on one line.
func (r *report) json(out *bytes.Buffer) error {
	v := reportJSON{Months: []monthJSON{}, Cohorts: []cohortJSON{}}
	for i := range r.months {
		m := &r.months[i]
		v.Months = append(v.Months, monthJSON{
			Month:   m.Month,
			Opening: m.Revenue.Opening.String(), New: m.Revenue.New.String(), Expansion: m.Revenue.Expansion.String(),
			Reactivation: m.Revenue.Reactivation.String(), Contraction: m.Revenue.Contraction.String(),
			Churn: m.Revenue.Churn.String(), FX: m.Revenue.FX.String(), Closing: m.Revenue.Closing().String(),
			Customers: customersJSON{
				Opening: m.Customers.Opening, New: m.Customers.New, Reactivated: m.Customers.Reactivated,
				Churned: m.Customers.Churned, NewAndChurned: m.Customers.NewAndChurned,
				ChurnedAndReturned: m.Customers.ChurnedAndReturned, Closing: m.ClosingCustomers,
			},
			GRR: rate(m.grr), NRR: rate(m.nrr), ChurnRate: rate(m.churn), QuickRatio: rate(m.quick),
		})
	}
	for _, c := range r.cohorts.Cohorts() {
		j := cohortJSON{Month: c, Size: r.cohorts.Size(c)}
		for age := range r.cohorts.Ages(c) {
			j.Logo = append(j.Logo, rate(r.cohorts.Logo(c, age)))
			j.NRR = append(j.NRR, rate(r.cohorts.NRR(c, age)))
			j.GRR = append(j.GRR, rate(r.cohorts.GRR(c, age)))
		}
		v.Cohorts = append(v.Cohorts, j)
	}
	return json.NewEncoder(out).Encode(v)
}

// rate is a ratio in text, nil where it is undefined.
func rate(r metrics.Ratio) *string {
	v, ok := r.Decimal(ratePlaces)
	if !ok {
		return nil
	}
	s := v.String()
	return &s
}
