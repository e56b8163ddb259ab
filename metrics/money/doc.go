// Package money holds currencies, rounding, exact allocation and exchange
// rates.
//
// Amounts are decimal.Decimal in major units (19.99 is nineteen dollars and
// ninety-nine cents); a [Currency] stands beside them where currencies can
// differ. The data path is
//
//  1. minor units as a billing system stores them become amounts with
//     [FromMinor], or [Exponents.FromMinor] where the system departs from ISO
//     4217, and go back with [Minor]: exactly, or with an error;
//  2. amounts are rounded once, at the edge, by [Round] with a stated
//     [Rounding];
//  3. an amount that must be spread over parts without losing a unit goes
//     through [Allocate];
//  4. amounts of other currencies are converted at a [Rates] source, of which
//     [RateTable] is one; a missing rate is an error and never 1.
//
// Every decimal that enters has at most 18 digits before and 12 behind the
// point; anything beyond is refused with [ErrRange] before it costs memory.
//
// All types are safe for concurrent use as long as nobody writes to an
// [Exponents] map.
package money
