// Package retention counts who comes back, period by period.
//
//	touchpoint.Log + Spec          ─▶ Run       ─▶ Table: a row a cohort, a cell a period
//	touchpoint.Log + LifecycleSpec ─▶ Lifecycle ─▶ States: new, returning, resurrecting, dormant
//	touchpoint.Log + DailySpec     ─▶ Daily     ─▶ Growth: seven states of a day, DAU, WAU, MAU
//	touchpoint.Log + LifecycleSpec ─▶ Stickiness, Frequencies ─▶ in how many periods customers were active, and how often
//	touchpoint.Log + EffectSpec    ─▶ EffectOf  ─▶ two groups: who came back, what they pay
//
// The three names to know are [Spec], [Run] and [Table.Rows]:
//
//	table, err := retention.Run(log, retention.Spec{
//		Start: touchpoint.Named("signed_up"), Return: touchpoint.Named("logged_in"),
//		Unit: calendar.UnitWeek, Periods: 8, From: monday,
//	})
//	for _, row := range table.Rows() {
//		fmt.Println(row.Start.Format(time.DateOnly), row.Size, row.Returned)
//	}
//
// Periods are calendar hours, days, weeks, months or years of a location. A
// table is a triangle: a row ends with the last period. Cells whose period was
// not over when the log ended are counted and flagged, for they can only grow.
//
// Results that count customers (Table, States, Growth, Sticky, FrequencyTable)
// travel as bytes, and those of disjoint customers add up.
package retention
