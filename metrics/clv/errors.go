package clv

import "errors"

// Sentinels for what callers branch on.
var (
	// ErrInput: an argument or a row that cannot be.
	ErrInput = errors.New("invalid input")
	// ErrInfinite: the quantity asked for is truly infinite.
	ErrInfinite = errors.New("infinite")
)
