// Package survival says how long customers stay, what they leave for, and
// what goes with leaving: estimators for times that end in an event or are
// still running when the observation ends.
//
// A [Subject] is one stretch of observation. [OfLedger] makes one of every
// customer in the books, their tenure in months to the first churn; [OfReplay]
// of every customer's way from a stage of the journey to another; [OfCounts]
// of a table of counts; any other time from anything to anything is a Subject
// the caller makes.
//
//	curve, err := survival.KaplanMeier(survival.OfLedger(books, month), survival.Options{})
//	...
//	fmt.Println(curve.At(12).S, curve.Median())
//
// The data path:
//
//  1. [KaplanMeier] estimates the share still there, with a band on three
//     scales, median and restricted mean; [NelsonAalen] the cumulative hazard,
//     and [Hazard.Rates] the hazard by month of tenure, raw and smoothed.
//  2. [LogRank] says whether groups differ, with a p-value that does not
//     underflow.
//  3. [CumulativeIncidence] splits leaving by cause: who cancels, who expires,
//     who converts; [Gray] says whether groups differ in that.
//  4. [Cox] says which covariates go with leaving sooner: [CoxModel.Coefficients],
//     [CoxModel.Proportional] whether that holds at all times,
//     [CoxModel.Concordance] how well it orders customers,
//     [CoxModel.Calibrate] how well its figures hold for others than it was
//     fitted to, [CoxModel.Predict] the curve expected of one, and
//     [CoxModel.Risk] the chance that they leave within a horizon, with its
//     reasons.
//  5. [Exponential] and [Weibull] are baselines to hold all that against.
//
// # Times
//
// Times are float64 in any unit that the caller keeps to. A subject is at risk
// at t with entry < t <= exit, as in R; an Entry of 0 means from the start.
// Events and censorings at one time: the censored were still at risk.
//
// # Undefined
//
// A median that the curve does not reach is an estimate that is not Defined,
// not a zero. Where a standard error has no formula (a curve at 0) it is NaN
// and null in JSON.
//
// Estimates are float64 and not money. Equal inputs in equal order give equal
// bits.
package survival
