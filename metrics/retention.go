package metrics

// GrossRevenueChurn is (contraction + churn) / opening: the share of the
// opening MRR that was lost, whatever was won elsewhere (ChartMogul and Maxio
// "gross MRR churn"). Undefined where the opening is zero.
//
// Movements of customers who joined in the period are in its numerator, as
// ChartMogul has it, so it can exceed 1 where much of what was sold in the
// period was lost in it. For rates over the same customers at two instants
// use a cohort snapshot.
func GrossRevenueChurn(r Revenue) (Ratio, error) {
	if err := checkRevenue("GrossRevenueChurn", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.Contraction.Add(r.Churn), r.Opening), nil
}

// ChurnedRevenueRate is churn / opening: the MRR of customers who left
// entirely, without contraction. Some call this alone gross churn. Undefined
// where the opening is zero.
func ChurnedRevenueRate(r Revenue) (Ratio, error) {
	if err := checkRevenue("ChurnedRevenueRate", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.Churn, r.Opening), nil
}

// NetRevenueChurn is (contraction + churn − expansion) / opening. It is never
// clamped: below zero, existing customers grew by more than was lost
// (ChartMogul's sign; Maxio prints the opposite one). Undefined where the
// opening is zero.
//
// ChartMogul also deducts reactivation: fold it in with
// [Revenue.ReactivationAsExpansion].
func NetRevenueChurn(r Revenue) (Ratio, error) {
	if err := checkRevenue("NetRevenueChurn", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.Contraction.Add(r.Churn).Sub(r.Expansion), r.Opening), nil
}

// GRR is gross revenue retention over the period,
// (opening − contraction − churn) / opening. It never exceeds 1: expansion
// does not make up for losses. Undefined where the opening is zero.
//
// It is the complement of [GrossRevenueChurn] and shares its caveat. Source:
// SaaS Metrics Standards Board, "Gross Revenue Retention".
func GRR(r Revenue) (Ratio, error) {
	if err := checkRevenue("GRR", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.Opening.Sub(r.Contraction).Sub(r.Churn), r.Opening), nil
}

// NRR is net revenue retention over the period,
// (opening + expansion − contraction − churn) / opening. Undefined where the
// opening is zero.
//
// Reactivation does not count (Baremetrics, SaaS Metrics Standards Board)
// unless the caller folds it in with [Revenue.ReactivationAsExpansion], as
// ChartMogul does. It is the complement of [NetRevenueChurn].
func NRR(r Revenue) (Ratio, error) {
	if err := checkRevenue("NRR", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.Opening.Add(r.Expansion).Sub(r.Contraction).Sub(r.Churn), r.Opening), nil
}

// QuickRatio is (new + expansion) / (contraction + churn): MRR won for each
// unit lost. Undefined where nothing was lost.
//
// Reactivation is left out, as Baremetrics and GrowPanel do; fold it in with
// [Revenue.ReactivationAsExpansion].
func QuickRatio(r Revenue) (Ratio, error) {
	if err := checkRevenue("QuickRatio", r); err != nil {
		return Ratio{}, err
	}
	return NewRatio(r.New.Add(r.Expansion), r.Contraction.Add(r.Churn)), nil
}

func checkRevenue(op string, r Revenue) error {
	f := faults{op: op}
	r.check(&f)
	return f.err()
}
