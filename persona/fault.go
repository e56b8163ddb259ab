package persona

import (
	"fmt"
	"strings"
)

// FaultCode identifies a kind of fault. Codes are stable; messages may change.
type FaultCode string

// The faults of a set of personas.
const (
	FaultTooMany          FaultCode = "too-many"           // a limit of the set is exceeded
	FaultIDMissing        FaultCode = "id-missing"         // a persona or question without ID
	FaultNameMissing      FaultCode = "name-missing"       // a persona without name, a question without text
	FaultDuplicate        FaultCode = "duplicate-id"       // an ID given twice
	FaultText             FaultCode = "bad-text"           // too long or not UTF-8
	FaultCompanySize      FaultCode = "company-size"       // negative, or the upper end below the lower
	FaultRuleForm         FaultCode = "rule-form"          // several forms in one rule
	FaultRuleTrait        FaultCode = "rule-trait"         // a test without trait
	FaultRuleOp           FaultCode = "rule-test"          // a trait without test, or an unknown test
	FaultRuleValues       FaultCode = "rule-values"        // too few, too many or unsuitable values
	FaultRuleSize         FaultCode = "rule-size"          // too many conditions or nested too deep
	FaultContradiction    FaultCode = "contradictory-rule" // a condition that can never hold
	FaultUnreachable      FaultCode = "unreachable-rule"   // whoever it matches is taken by personas before it
	FaultUnknownQuestion  FaultCode = "unknown-question"   // an answer to a question that is not in the set
	FaultAnswer           FaultCode = "bad-answer"         // an answer without text, or at an impossible time
	FaultQuestionAudience FaultCode = "question-audience"  // a question to nobody
	FaultQuestionAspect   FaultCode = "question-aspect"    // a question that informs no aspect, or an unknown one
)

// Fault is one thing wrong with a Set.
type Fault struct {
	Code FaultCode `json:"code"`
	// Path locates it, such as "Personas[3].Rule.All[0]"; indices count from
	// zero.
	Path string `json:"path"`
	// Persona is the ID of the persona it is about, where that applies.
	Persona string `json:"persona,omitempty"`
	// Detail says limit and actual in words.
	Detail string `json:"detail"`
}

// Error returns path, detail and code.
func (f Fault) Error() string {
	if f.Persona != "" {
		return fmt.Sprintf("%s (%s): %s [%s]", f.Path, clip(f.Persona), f.Detail, f.Code)
	}
	return fmt.Sprintf("%s: %s [%s]", f.Path, f.Detail, f.Code)
}

// SetError carries every fault found in a set, in the order of its fields.
// errors.Is finds [ErrSet] in it, errors.As each [Fault].
type SetError struct {
	Name   string
	Faults []Fault // never empty
}

// Error lists the faults, one per line after the first.
func (e *SetError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "persona: set %q: %d fault(s)", clip(e.Name), len(e.Faults))
	for _, f := range e.Faults {
		b.WriteString("\n\t")
		b.WriteString(f.Error())
	}
	return b.String()
}

// Unwrap returns [ErrSet] and the faults.
func (e *SetError) Unwrap() []error {
	out := []error{ErrSet}
	for _, f := range e.Faults {
		out = append(out, f)
	}
	return out
}

// Has reports whether a fault with the code was found.
func (e *SetError) Has(code FaultCode) bool {
	for _, f := range e.Faults {
		if f.Code == code {
			return true
		}
	}
	return false
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
