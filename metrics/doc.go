// Package metrics holds the formulas over recurring revenue and customers and
// the types they speak in. It computes nothing from raw data: numbers or the
// bridge of one period go in, a rate with its numerator and denominator comes
// out.
//
//	question                            function             what you must know
//	how many customers leave?           [ChurnRate]          the bridge in heads, and which of four rules
//	… and I have two counts only?       [NetChurnOf]         customers at the start and at the end
//	what do we keep of last year's MRR? [NRR], [GRR]         the bridge in money: opening and movements
//	how much MRR is lost?               [GrossRevenueChurn]  the same; [NetRevenueChurn] deducts expansion
//	is growth ahead of loss?            [QuickRatio]         the same
//	what is a customer worth?           [LTV]                ARPA, gross margin, monthly churn
//	what does a customer cost?          [CAC]                spend, customers won by it
//	when is the cost back?              [PaybackMonths]      CAC, ARPA, gross margin
//	what does a customer pay?           [ARPA], [ASP]        MRR and customers; of all or of new ones
//	how many of a cohort are left?      [CohortRetention]    the counts, size first
//	what is 5 % a month in a year?      [Annualise]          one rate
//	how sure is a rate of few?          [Wilson]             the two counts
//	is B better than A?                 [CompareShares]      the counts of both
//
// The data path:
//
//  1. a ledger, a warehouse or a spreadsheet gives the bridge of a period:
//     [Revenue] in money, [Customers] in heads;
//  2. a formula turns it into a [Ratio]: [ChurnRate], [GRR], [NRR],
//     [QuickRatio], [ARPA], [LTV] and the others of this package;
//  3. ratios of segments or shards are added up with [Ratio.Pool], scaled
//     between months and years with [Annualise], [AnnualToMonthly] and
//     [ScaleToMonth];
//  4. at the edge a ratio is rounded, once: [Ratio.Decimal], [Ratio.Percent].
//
// # Undefined is not zero
//
// A rate whose base is empty is undefined: [Ratio.Defined] is false,
// [Ratio.Percent] prints "undefined", [Ratio.Decimal] returns false. No
// formula returns 0, 1 or infinity instead. An input that cannot be, such as
// a negative head count, is an error: an [*fault.Error] that names the field
// and carries a stable code.
//
// # Units
//
// Money is decimal.Decimal in major units of one currency, at most 18 digits
// before and 12 behind the point. Rates and margins are fractions: 0.05 is 5 %.
//
// # Definitions
//
// Where vendors define a metric differently, the doc comment says which
// definition is used and whose it is. [Catalog] describes every metric of the
// customer journey as data: name, unit, direction, formula, numerator and
// denominator in words, stage and source.
//
// All types are values and safe for concurrent use.
package metrics
