package fault

import (
	"fmt"
	"strings"
)

// Code identifies a kind of fault. Codes are stable; wording may change.
type Code string

// Fault is one thing wrong with something that a person designs.
type Fault struct {
	// Code is the stable identity of the kind of fault.
	Code Code `json:"code"`
	// Path locates it, such as "Transitions[3].To"; indices count from zero.
	Path string `json:"path,omitempty"`
	// About names what it is about: a stage, a persona, a touchpoint.
	About string `json:"about,omitempty"`
	// Detail says limit and actual in words.
	Detail string `json:"detail"`
}

// Error is "path (about): detail [code]".
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Path)
	if f.About != "" {
		if f.Path != "" {
			b.WriteByte(' ')
		}
		b.WriteString("(" + Quote(f.About) + ")")
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(f.Detail + " [" + string(f.Code) + "]")
	return b.String()
}

// Design lists what is wrong with one design, in the order of its fields. Its
// zero value is ready to collect.
//
//nolint:errname // fault.Design reads as what it is
type Design struct {
	Package string
	Kind    string  // "define", "catalogue", "set"
	Name    string  // the design's own name
	Faults  []Fault // the first MaxListed
	More    int64   // how many more there were
	Err     error   // sentinel of the package
}

// Add notes a fault, or counts it when the list is full.
func (d *Design) Add(f Fault) {
	if len(d.Faults) >= MaxListed {
		d.More++
		return
	}
	d.Faults = append(d.Faults, f)
}

// Addf notes a fault whose detail is formatted.
func (d *Design) Addf(code Code, path, about, format string, args ...any) {
	d.Add(Fault{Code: code, Path: path, About: about, Detail: fmt.Sprintf(format, args...)})
}

// Has reports whether a listed fault has the code.
func (d *Design) Has(code Code) bool {
	for _, f := range d.Faults {
		if f.Code == code {
			return true
		}
	}
	return false
}

// Fault is d as an error, or nil when there is nothing wrong.
func (d *Design) Fault() error {
	if d == nil || len(d.Faults) == 0 {
		return nil
	}
	return d
}

// Error lists the faults, one per line after the first.
func (d *Design) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s: %s", d.Package, d.Kind, Quote(d.Name), plural(int64(len(d.Faults))+d.More, "fault"))
	for _, f := range d.Faults {
		b.WriteString("\n\t" + f.Error())
	}
	if d.More > 0 {
		fmt.Fprintf(&b, "\n\tand %d more", d.More)
	}
	return b.String()
}

// Unwrap gives the sentinel and the faults.
func (d *Design) Unwrap() []error {
	out := make([]error, 0, len(d.Faults)+1)
	if d.Err != nil {
		out = append(out, d.Err)
	}
	for _, f := range d.Faults {
		out = append(out, f)
	}
	return out
}
