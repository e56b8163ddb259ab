package persona

import "errors"

// Errors that callers branch on with errors.Is.
var (
	// ErrValue is returned for a value outside the limits of its kind.
	ErrValue = errors.New("value out of range")
	// ErrProfile is returned for a profile that is not usable.
	ErrProfile = errors.New("profile is not usable")
	// ErrSet is what the faults of a set or rule unwrap to.
	ErrSet = errors.New("the set of personas has faults")
)

// Limits that keep hostile input from costing time or memory.
const (
	// MaxText is the longest name, trait or text value, in bytes.
	MaxText = 1024
	// MaxProse is the longest goal, answer or other text in words, in bytes.
	MaxProse = 16_384
	// MaxTraits is the largest number of traits of one profile.
	MaxTraits = 1024
	// MaxPersonas is the largest number of personas in one set.
	MaxPersonas = 1000
	// MaxRuleNodes is the largest number of conditions and values in one rule,
	// groups included.
	MaxRuleNodes = 10_000
	// MaxRuleDepth is how deep groups may be nested.
	MaxRuleDepth = 64
)
