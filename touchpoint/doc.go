// Package touchpoint is about what happens between a customer and the company:
// as it was planned, and as it was.
//
// # What happened
//
//  1. Event says that something happened to a customer: name, channel, time.
//  2. A Log holds many events in columns, ordered by (customer, time, input
//     order). NewLog and LogOf build it from events in any order, refuse bad
//     rows with their positions, and drop duplicates by (Source, ID).
//     LogOptions names what else to keep: campaign, cost, value, attributes.
//  3. Log.Events, Log.Of and Log.ByCustomer give events back; Log.Columns gives
//     arrays to programs that read millions: journey replay, funnels, process
//     mining, attribution.
//  4. Merge puts parts together; MarshalBinary stores a log.
//
// Beside the log stand three readings of what happened:
//
//   - Channels. A Visit has a source, a medium, a campaign and a referrer. A
//     Grouping turns them into a Channel by rules that are data; GA4 holds
//     those of Google Analytics 4.
//   - Surveys. NPS, CSAT and CES count answers into exact ratios.
//   - Engagement. Weighted event counts that fade with a half-life, explained
//     event by event, and the grades of a lead (MQL, SQL) with hysteresis.
//
// # What was planned
//
// A Touchpoint says for one meeting of customer and company what each side
// wants and does, how the customer should feel and what should come of it. A
// Catalogue of them is checked for faults; StandardSaaS is one to start from.
//
// # Conventions
//
// Times given to the package are instants; times it returns are in UTC.
// Amounts are exact decimals. Nothing here reads the clock. A Log and
// everything compiled from rules is immutable and safe for any number of
// goroutines.
package touchpoint
