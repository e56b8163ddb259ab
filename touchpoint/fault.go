package touchpoint

import (
	"fmt"
	"strings"
)

// Code names a kind of design fault. Codes are stable across releases, texts
// are not.
type Code string

// The faults of catalogues and groupings.
const (
	// CodeNameMissing: a required name is empty.
	CodeNameMissing Code = "name-missing"
	// CodeGoalMissing: a touchpoint without customer goal or company goal.
	CodeGoalMissing Code = "goal-missing"
	// CodeOutcomeMissing: a touchpoint without a desired outcome.
	CodeOutcomeMissing Code = "outcome-missing"
	// CodeActionMissing: a touchpoint where nobody does anything.
	CodeActionMissing Code = "action-missing"
	// CodeOwnerMissing: a touchpoint that nobody is accountable for.
	CodeOwnerMissing Code = "owner-missing"
	// CodeDirectnessMissing: neither direct nor indirect.
	CodeDirectnessMissing Code = "directness-missing"
	// CodeFeelingRange: a feeling outside -2 to +2.
	CodeFeelingRange Code = "feeling-range"
	// CodeDuplicate: the same name or link twice.
	CodeDuplicate Code = "duplicate"
	// CodeDangling: a link to something that is not there.
	CodeDangling Code = "dangling-link"
	// CodeSelfLink: a touchpoint that leads to itself.
	CodeSelfLink Code = "self-link"
	// CodeOrphan: a touchpoint that nothing leads to and that leads nowhere.
	CodeOrphan Code = "orphan"
	// CodeText: a text that is too long or not UTF-8.
	CodeText Code = "bad-text"
	// CodeTooMany: more entries than allowed.
	CodeTooMany Code = "too-many"
	// CodeNoRules: a grouping without rules.
	CodeNoRules Code = "no-rules"
	// CodeBadSource: a source entry that cannot match.
	CodeBadSource Code = "bad-source"
	// CodeBadMatch: a condition that cannot be evaluated.
	CodeBadMatch Code = "bad-match"
)

// Fault is one thing wrong with a design.
type Fault struct {
	Code   Code   `json:"code"`
	Path   string `json:"path"` // where: "Touchpoints[3].LeadsTo[0]"
	Detail string `json:"detail"`
}

// Error returns path, detail and code.
func (f Fault) Error() string { return fmt.Sprintf("%s: %s [%s]", f.Path, f.Detail, f.Code) }

// Is reports whether target is a Fault of the same code, path and detail being
// left out: errors.Is(err, Fault{Code: CodeOrphan}).
func (f Fault) Is(target error) bool {
	t, ok := target.(Fault)
	return ok && t.Code == f.Code && (t.Path == "" || t.Path == f.Path) && (t.Detail == "" || t.Detail == f.Detail)
}

// Faults are all faults of a design in the order in which they stand in it. As
// an error it lists every one of them.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return fmt.Sprintf("%d faults: %s", len(f), strings.Join(lines, "; "))
}

// Unwrap returns the faults for errors.Is and errors.As.
func (f Faults) Unwrap() []error {
	out := make([]error, len(f))
	for i, fault := range f {
		out[i] = fault
	}
	return out
}

// Has reports whether there is a fault with the code.
func (f Faults) Has(code Code) bool {
	for _, fault := range f {
		if fault.Code == code {
			return true
		}
	}
	return false
}
