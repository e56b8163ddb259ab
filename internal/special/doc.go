// Package special holds the special functions the estimators need and neither
// the standard library nor gonum gives without loss: tails in logarithms that
// do not underflow, quantiles that are good to the last digits far out, and
// the functions of the lifetime-value models.
//
// Every function is in a file of its name, says where its formula is from, and
// is tested against a slow form of high precision.
package special
