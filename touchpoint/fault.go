package touchpoint

import (
	"errors"
	"fmt"
	"strings"
)

// ErrDesign is what every [*DesignError] is.
var ErrDesign = errors.New("the design has faults")

// FaultCode identifies a kind of fault. Codes are stable; messages may change.
type FaultCode string

// The faults of catalogues and groupings.
const (
	// FaultNameMissing: a required name is empty.
	FaultNameMissing FaultCode = "name-missing"
	// FaultGoalMissing: a touchpoint without customer goal or company goal.
	FaultGoalMissing FaultCode = "goal-missing"
	// FaultOutcomeMissing: a touchpoint without a desired outcome.
	FaultOutcomeMissing FaultCode = "outcome-missing"
	// FaultActionMissing: a touchpoint where nobody does anything.
	FaultActionMissing FaultCode = "action-missing"
	// FaultOwnerMissing: a touchpoint that nobody is accountable for.
	FaultOwnerMissing FaultCode = "owner-missing"
	// FaultDirectnessMissing: neither direct nor indirect.
	FaultDirectnessMissing FaultCode = "directness-missing"
	// FaultFeelingRange: a feeling outside -2 to +2.
	FaultFeelingRange FaultCode = "feeling-range"
	// FaultDuplicate: the same name or link twice.
	FaultDuplicate FaultCode = "duplicate"
	// FaultDangling: a link to something that is not there.
	FaultDangling FaultCode = "dangling-link"
	// FaultSelfLink: a touchpoint that leads to itself.
	FaultSelfLink FaultCode = "self-link"
	// FaultOrphan: a touchpoint that nothing leads to and that leads nowhere.
	FaultOrphan FaultCode = "orphan"
	// FaultText: a text that is too long or not UTF-8.
	FaultText FaultCode = "bad-text"
	// FaultTooMany: more entries than allowed.
	FaultTooMany FaultCode = "too-many"
	// FaultNoRules: a grouping without rules.
	FaultNoRules FaultCode = "no-rules"
	// FaultBadSource: a source entry that cannot match.
	FaultBadSource FaultCode = "bad-source"
	// FaultBadMatch: a condition that cannot be evaluated.
	FaultBadMatch FaultCode = "bad-match"
)

// Fault is one thing wrong with a design.
type Fault struct {
	// Code is the stable identity of the kind of fault.
	Code FaultCode `json:"code"`
	// Path locates it, such as "Touchpoints[3].LeadsTo[0]"; indices count from
	// zero.
	Path string `json:"path"`
	// Detail says limit and actual in words.
	Detail string `json:"detail"`
}

// Error returns path, detail and code.
func (f Fault) Error() string { return fmt.Sprintf("%s: %s [%s]", f.Path, f.Detail, f.Code) }

// DesignError carries every fault of a catalogue or grouping, in the order in
// which they stand in it. errors.Is finds [ErrDesign] in it, errors.As each
// [Fault].
type DesignError struct {
	// Design says what was checked: catalogue or grouping, with its name.
	Design string
	// Faults is never empty.
	Faults []Fault
}

// Error lists the faults, one per line after the first.
func (e *DesignError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "touchpoint: %s: %d fault(s)", e.Design, len(e.Faults))
	for _, f := range e.Faults {
		b.WriteString("\n\t")
		b.WriteString(f.Error())
	}
	return b.String()
}

// Unwrap returns [ErrDesign] and the faults.
func (e *DesignError) Unwrap() []error {
	out := []error{ErrDesign}
	for _, f := range e.Faults {
		out = append(out, f)
	}
	return out
}

// Has reports whether a fault with the code was found.
func (e *DesignError) Has(code FaultCode) bool {
	for _, f := range e.Faults {
		if f.Code == code {
			return true
		}
	}
	return false
}

// faults collects what is wrong with a design.
type faults struct{ list []Fault }

func (f *faults) add(code FaultCode, path, format string, args ...any) {
	f.list = append(f.list, Fault{Code: code, Path: path, Detail: fmt.Sprintf(format, args...)})
}

func (f *faults) err(kind, name string) error {
	if len(f.list) == 0 {
		return nil
	}
	return &DesignError{Design: fmt.Sprintf("%s %q", kind, clip(name)), Faults: f.list}
}
