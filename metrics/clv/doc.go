// Package clv says how long customers stay and what they will be worth, from
// what they did so far.
//
//	weeks := clv.SummaryOptions{Unit: calendar.UnitWeek, End: end}
//	s, err := clv.Summarise(orders, weeks) // X, t_x, T of every customer
//	...
//	m, err := clv.FitMBGNBD(s.Histories(), clv.FitOptions{})
//	...
//	g, err := clv.FitGammaGamma(s.Spends(), clv.FitOptions{})
//	...
//	rate := clv.Delta(0.10, calendar.UnitYear, calendar.UnitWeek)
//	v, err := clv.Value(*m, *g, s.Customers[0], clv.ValueOptions{Delta: rate, Margin: 0.4})
//	...
//	fmt.Println(v.Value, v.Lo, v.Hi)
//
// The data path:
//
//  1. [Summarise] makes one history of every customer's transactions ([OfLog]
//     takes them from a log, [Opportunities] makes discrete ones): repeat
//     transactions, time of the last, age, mean spend. A [Cell] is a number of
//     customers alike; [Cells] add up over shards. [OfLedger] counts renewals in
//     the books; a [Renewals] is one cohort.
//  2. A model is fitted: [FitBGNBD], [FitMBGNBD], [FitParetoNBD] where customers
//     buy when they like and leave unseen; [FitBGBB] where they can act once a
//     period; [FitSBG], [FitBdW] where they hold a contract and leaving is
//     seen; [FitGammaGamma] for the spend per transaction; [FitStaticBGNBD] and
//     [FitStaticParetoNBD] with covariates.
//  3. The model predicts for one customer: P(alive), purchases within a time,
//     their distribution, and, discounted, all that is still to come (DERT,
//     DERL). [Value] is money times that; [Interval] puts the uncertainty of
//     the parameters on any prediction; [Validate] and [Summary.Tracking] hold
//     predictions against what came.
//  4. [LTVOf] does all of it for subscriptions, by segment or plan, beside
//     [metrics.LTV], and says how the two differ.
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
