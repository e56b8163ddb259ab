// Package persona says who the customers are.
package persona
