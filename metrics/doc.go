// Package metrics holds the formulas over recurring revenue and customers and
// the types they speak in. It computes nothing from raw data: a bridge of one
// period goes in, a rate with its numerator and denominator comes out.
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
// a negative head count, is an error: an [*InputError] that names the field
// and carries a stable [Code].
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
