// Package attribution says which touch earned the conversion: by rule, by
// counting what would be lost without a channel, or by what converters have in
// common.
//
//	touchpoint.Log + Options ─▶ PathsOf  ─┐
//	aggregated rows          ─▶ NewPaths ─┴▶ Paths ─▶ Credit(Model) ─▶ Credits
//
// The three names to know are [PathsOf], [Paths.Credit] and [Credits.Of]:
//
//	paths, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
//	credits, err := paths.Credit(attribution.Markov(1))
//	fmt.Println(credits.Of("Email").Conversions)
//
// A path is what a customer met before a conversion, or before nothing: paths
// that end without one are kept, because Markov and the conversion-rate models
// learn from them. Models of rule ([First], [Last], [LastNonDirect], [Linear],
// [UShaped], [WShaped], [TimeDecay]) share each conversion out exactly; [Markov]
// is solved, not simulated; [Shapley] of a sum is an equal split and needs no
// subsets, [ShapleyRate] is the game of conversion rates; [DataDriven] fits what
// goes with converting and removes it.
//
// [Paths.Compare] puts models beside each other with CAC and return by channel and
// by group, [Paths.Orders] says how far back paths remember, [Paths.Bootstrap] what
// chance does to credits, and [PathsBy] parts paths by a property.
//
// Under every model credits sum to the conversions that had a touch, and values
// to their value, to the last unit of the twelfth place. No model shows what
// caused a conversion: for that, leave a channel out at random.
package attribution
