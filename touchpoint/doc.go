// Package touchpoint is about what happened between a customer and the company.
package touchpoint
