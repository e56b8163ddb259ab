// Package num holds the exact numbers the rest of the module counts with: a
// signed 128-bit integer that is added and compared without allocating, and
// the bridge between it and decimal.Decimal.
//
// Nothing in it rounds unless its name says so. Functions that can leave the
// representable range report it by a second result; none panics.
package num
