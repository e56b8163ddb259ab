package policy

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Title is the name that results carry.
func (p Policy) Title() string {
	switch {
	case p.Name != "":
		return p.Name
	case len(p.Diff(Policy{})) == 0:
		return "Standard"
	default:
		return "custom"
	}
}

// String says every rule of the policy in words, one per line under its title.
// Rules that the vendor of a preset does not publish are marked; notes follow.
func (p Policy) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy %s\n", text.Printable(p.Title()))
	for _, r := range Rules() {
		fmt.Fprintf(&b, "  %-18s %s", r.String(), p.Words(r))
		if !p.Documented(r) {
			b.WriteString(" [not documented by the vendor, as Standard]")
		}
		b.WriteByte('\n')
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "  note: %s\n", text.Printable(n))
	}
	return b.String()
}

// policyJSON is a Policy whose methods do not call themselves, and the fields
// that JSON writes as text.
type policyJSON struct {
	*plainPolicy
	Location string `json:"location,omitempty"`
	Coalesce string `json:"coalesce,omitempty"`
	MinGap   string `json:"min_gap,omitempty"`
	MaxGap   string `json:"max_gap,omitempty"`
}

type plainPolicy Policy

// MarshalJSON writes every rule by name; durations as time.Duration prints them
// and the location by its IANA name.
func (p Policy) MarshalJSON() ([]byte, error) {
	words := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	plain := plainPolicy(p)
	j := policyJSON{plainPolicy: &plain, Coalesce: words(p.Coalesce), MinGap: words(p.MinGap), MaxGap: words(p.MaxGap)}
	if p.Location != nil && p.Location != time.UTC {
		j.Location = p.Location.String()
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. Fields left out are as in
// Standard; unknown ones and those given twice are errors, and the policy must be
// a valid one.
func (p *Policy) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var plain plainPolicy
	j := policyJSON{plainPolicy: &plain}
	if err := jsonin.DecodeStrict(data, &j); err != nil {
		return fmt.Errorf("policy: unmarshal policy: %w", err)
	}
	for _, f := range []struct {
		name, text string
		to         *time.Duration
	}{{"coalesce", j.Coalesce, &plain.Coalesce}, {"min_gap", j.MinGap, &plain.MinGap}, {"max_gap", j.MaxGap, &plain.MaxGap}} {
		if f.text == "" {
			continue
		}
		v, err := time.ParseDuration(f.text)
		if err != nil {
			return fmt.Errorf("policy: unmarshal policy: %s: %w", f.name, err)
		}
		*f.to = v
	}
	if j.Location != "" {
		if len(j.Location) > 255 {
			return fmt.Errorf("policy: unmarshal policy: location: %d bytes, the limit is 255", len(j.Location))
		}
		loc, err := time.LoadLocation(j.Location)
		if err != nil {
			return fmt.Errorf("policy: unmarshal policy: location: %w", err)
		}
		plain.Location = loc
	}
	v := Policy(plain)
	if err := v.Validate(); err != nil {
		return err
	}
	*p = v
	return nil
}

// Value is the policy as JSON, for a column of text.
func (p Policy) Value() (driver.Value, error) {
	b, err := p.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// Scan reads JSON from a column of text; NULL is Standard.
func (p *Policy) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		*p = Policy{}
		return nil
	case string:
		return p.UnmarshalJSON([]byte(s))
	case []byte:
		return p.UnmarshalJSON(s)
	default:
		return fmt.Errorf("policy: scan policy: a %T, want text", src)
	}
}
