// Package ideal finds the ideal customer profile: what sets the best customers
// apart from all, and how well another customer fits.
//
// Begin with [Find], [Profile] and [Fit]:
//
//	icp, err := ideal.Find(profiles, best, ideal.Options{})
//	fit, err := icp.Fit(prospect)
//	fmt.Println(fit.Score, fit.Contributions)
//	rule, ok := icp.Rule()               // a persona to begin with
//	fmt.Println(icp.Found.Reach, icp.Found.Fresh) // for how many, how precise on others
//
//	persona.Profile + who is among the best ─▶ Find ─▶ Profile ─▶ Fit, Rule
//
// The package reads no clock and draws no random numbers. A Profile is
// immutable and safe for any number of goroutines.
package ideal
