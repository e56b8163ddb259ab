// Package calendar holds the months, periods and billing cycles that every
// metric of this library is measured in.
//
// The mental model is three values:
//
//   - a [Month] is a civil calendar month ("2026-01"). It has no time zone of
//     its own; [Month.Start] and [Month.Period] place it in one;
//   - a [Period] is a half-open stretch of instants [From, To): two periods
//     that touch share no instant and leave none out;
//   - a [Cycle] is how often something is charged ("P1M", "P2W", "P1Y"), and
//     [Cycle.Nth] says when its n-th charge falls.
//
// # Month arithmetic
//
// The n-th charge is always computed as anchor + n cycles, clamped to the end
// of the month, and never by adding one cycle to the charge before: a
// subscription that began on 31 January is charged on 28 (or 29) February and
// on 31 March again. Chained arithmetic, or time.Time.AddDate, which lets 31
// February overflow into March, skips February and repeats March.
//
// # Time zones
//
// Every function that needs a zone takes a *time.Location; nil means UTC.
// Month boundaries are the first instant whose local date lies in the month,
// also where a daylight-saving change removes or repeats midnight.
//
// # Bounds
//
// Months and instants that come in from outside must lie in the years
// [MinYear] to [MaxYear]; [CheckTime] says so with [ErrYear]. Cycles are
// bounded by 100 years.
//
// All types are immutable values and safe for concurrent use.
package calendar
