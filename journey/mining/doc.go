// Package mining says what journeys really look like, and how far they are from
// the definition.
//
//	touchpoint.Log + Options ─▶ DirectlyFollows ─▶ Graph: edges, starts, ends, bottlenecks
//	                            Variants        ─▶ VariantTable: the different journeys
//	                            CasesOf         ─▶ Cases: durations, rework
//	                            Paths           ─▶ PathTable: steps by position
//	                            Discover        ─▶ journey.Spec: a definition proposed
//	                            Next            ─▶ NextModel: what comes next, and when
//	                            Service         ─▶ ServiceReport: promises kept and broken
//	                            Slow, NonConforming ─▶ what goes with it
//	two Graphs               ─▶ Compare         ─▶ the edges that differ
//	journey.Definition       ─▶ Align, Conformance ─▶ what deviates, where, and who
//
// The three names to know are [DirectlyFollows], [Conformance] and [Discover]:
//
//	graph, err := mining.DirectlyFollows(log, mining.Options{})
//	for _, e := range graph.Edges() {
//		fmt.Println(e.From, "->", e.To, e.N, e.Median)
//	}
//
// [Select] narrows any of them to the journeys that a [Filter] takes, and [By]
// parts any of them by a key of the customer or a property of the events.
//
// Counts are pairs inside one customer's journey, after a stable sort by time;
// medians are linear between neighbours: the rules of pm4py. Graphs, variants,
// cases, paths, promises and conformance travel as bytes, and those of disjoint
// customers add up.
package mining
