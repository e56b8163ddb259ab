// Package clv says how long customers stay and what they will be worth, from
// what they did so far.
//
// The data path:
//
//  1. Transactions become one [Cell] per customer (repeat transactions, time of
//     the last, age); contracts become one [Renewals] per cohort; amounts
//     become [Spend].
//  2. A model is fitted: [FitBGNBD], [FitMBGNBD], [FitParetoNBD] where customers
//     buy when they like and leave unseen; [FitBGBB] where they can act once a
//     period; [FitSBG], [FitBdW] where they hold a contract and leaving is
//     seen; [FitGammaGamma] for the spend per transaction.
//  3. The model predicts for one customer: P(alive), purchases within a time,
//     their distribution, and, discounted, all that is still to come (DERT,
//     DERL). Value is money times that.
//
// # Which model
//
// With a contract: sBG; BdW where the renewal risk of each customer changes
// with age (compare them with [LikelihoodRatio]). Without one: MBG/NBD or
// Pareto/NBD. BG/NBD holds everyone for alive who never came back, a property
// of its definition that surprises; it is here because it is the best known.
//
// # Units
//
// Times are numbers in one unit that the caller chooses and keeps: cells in
// weeks give rates per week. A discount rate is continuous and per that unit:
// δ = ln(1+d) for a rate of d per unit, ln(1.15)/52 a week for 15 % a year of
// 52 weeks. [BGBB], [SBG] and [BdW] live in whole periods and take d per
// period.
//
// # What is infinite
//
// Some of these quantities are truly infinite (an undiscounted residual value
// where customers may stay for ever, a mean of spend with q ≤ 1). Then the
// error is [ErrInfinite]; no number is made up. Where a formula only divides
// by zero (a = 1, s = 1, γ = 1, t_x = T, δ → 0) there is a number, and it is
// returned.
//
// # What a fit says
//
// Log likelihoods are in units of the data, so that AIC, BIC and ratio tests
// compare across models. Wrong input is an error and gives no model. Anything
// that makes an estimate doubtful gives the estimate and a diagnosis:
// [StoppedError], [BoundaryError], [FlatError], [FewError],
// [InfiniteMeanError], [CorrelationError].
//
// All models are values and safe for any number of goroutines. Results do not
// depend on the order of the input or the number of goroutines.
package clv
