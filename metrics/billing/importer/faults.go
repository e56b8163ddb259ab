package importer

import (
	"errors"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// ErrFaults is wrapped by the error for records that could not be honoured where
// findings have no other way out.
var ErrFaults = errors.New("records that could not be honoured")

// Faults is that error: what could not be honoured. What could was given all the
// same.
type Faults struct {
	// Importer is the package that speaks: "stripe".
	Importer string
	Findings []billing.Finding // of severity Fault
}

// Error names the first fault and how many there are.
func (f *Faults) Error() string {
	s := f.Importer + ": " + ErrFaults.Error()
	if len(f.Findings) > 0 {
		s += ": " + f.Findings[0].String()
	}
	if n := len(f.Findings) - 1; n > 0 {
		s += "; and " + strconv.Itoa(n) + " more"
	}
	return s
}

// Unwrap gives ErrFaults.
func (f *Faults) Unwrap() error { return ErrFaults }

// FaultsOf is the error for the faults among findings, nil where there are none.
func FaultsOf(name string, findings []billing.Finding) error {
	f := &Faults{Importer: name}
	for _, x := range findings {
		if x.Severity == billing.Fault {
			f.Findings = append(f.Findings, x)
		}
	}
	if len(f.Findings) == 0 {
		return nil
	}
	return f
}
