package metrics

import (
	"database/sql/driver"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Phase is the part of the customer lifecycle in which a metric is typically
// read. The zero Phase is PhaseUnknown. Companies name the stages of their
// journeys differently; [ParsePhase] takes the names of the models in use, so
// that the stages of a journey find their metrics.
type Phase uint8

// The phases, in the order in which a customer passes them.
const (
	PhaseUnknown       Phase = iota
	PhaseAwareness           // also attract, visitor
	PhaseConsideration       // also capture, lead, evaluation
	PhaseDecision            // also nurture, convert, opportunity, trial, purchase
	PhaseOnboarding
	PhaseAdoption
	PhaseRetention // also renewal, post-sale, customer, support
	PhaseExpansion
	PhaseAdvocacy // also evangelism
)

var phases = enum.New[Phase]("metrics", "Phase",
	"unknown", "awareness", "consideration", "decision", "onboarding",
	"adoption", "retention", "expansion", "advocacy",
)

// phaseAliases are the stage names of the journey presets of this library and
// of common guides. Who left belongs to retention, which is where leaving is
// measured; who said no before buying, to decision.
var phaseAliases = map[string]Phase{
	"attract": PhaseAwareness, "unset": PhaseAwareness, "visitor": PhaseAwareness, "aware": PhaseAwareness, "discovery": PhaseAwareness, "reach": PhaseAwareness,
	"capture": PhaseConsideration, "lead": PhaseConsideration, "evaluation": PhaseConsideration, "interest": PhaseConsideration,
	"subscriber": PhaseConsideration, "acquisition": PhaseConsideration, "research": PhaseConsideration, "consider": PhaseConsideration,
	"marketing-qualified-lead": PhaseConsideration, "marketingqualifiedlead": PhaseConsideration, "mql": PhaseConsideration,
	"nurture": PhaseDecision, "convert": PhaseDecision, "conversion": PhaseDecision, "opportunity": PhaseDecision, "trial": PhaseDecision,
	"purchase": PhaseDecision, "qualified": PhaseDecision, "qualified-lead": PhaseDecision, "sales-qualified": PhaseDecision, "sales-qualified-lead": PhaseDecision,
	"salesqualifiedlead": PhaseDecision, "sql": PhaseDecision, "demo": PhaseDecision, "buy": PhaseDecision, "sale": PhaseDecision,
	"lost": PhaseDecision, "no-decision": PhaseDecision, "other": PhaseDecision, "closed-lost": PhaseDecision,
	"activation": PhaseOnboarding, "implementation": PhaseOnboarding, "delivery": PhaseOnboarding, "welcome": PhaseOnboarding,
	"use": PhaseAdoption, "usage": PhaseAdoption, "engagement": PhaseAdoption, "service": PhaseAdoption, "value": PhaseAdoption,
	"renewal": PhaseRetention, "renew": PhaseRetention, "post-sale": PhaseRetention, "customer": PhaseRetention, "support": PhaseRetention,
	"churned": PhaseRetention, "churn": PhaseRetention, "lapsed": PhaseRetention, "loyal": PhaseRetention, "retain": PhaseRetention,
	"expand": PhaseExpansion, "upsell": PhaseExpansion, "growth": PhaseExpansion,
	"evangelism": PhaseAdvocacy, "evangelist": PhaseAdvocacy, "advocate": PhaseAdvocacy, "referral": PhaseAdvocacy, "loyalty": PhaseAdvocacy,
}

// Phases are all phases but PhaseUnknown, in order. Each call gives a new
// slice.
func Phases() []Phase {
	out := make([]Phase, 0, phases.Len()-1)
	for p := PhaseAwareness; phases.Has(p); p++ {
		out = append(out, p)
	}
	return out
}

// String is the name that MarshalText writes; "Phase(99)" for a value that is
// no phase.
func (p Phase) String() string { return phases.String(p) }

// Validate reports PhaseUnknown and a value that is no phase.
func (p Phase) Validate() error {
	return known("Phase.Validate", "phase", p != PhaseUnknown && phases.Has(p), p.String())
}

// ParsePhase reads the name of a phase or of a stage that belongs to one, in
// any case; blanks and underscores count as hyphens. Stage names that no guide
// uses are the caller's to map.
func ParsePhase(text string) (Phase, error) {
	name := strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(text)))
	if p, ok := phaseAliases[name]; ok {
		return p, nil
	}
	var p Phase
	err := phases.Unmarshal(&p, []byte(name))
	return p, err
}

// MarshalText writes the name of the phase.
func (p Phase) MarshalText() ([]byte, error) { return phases.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and the aliases.
func (p *Phase) UnmarshalText(text []byte) error {
	parsed, err := ParsePhase(string(text))
	if err == nil {
		*p = parsed
	}
	return err
}

// Value stores the name of the phase.
func (p Phase) Value() (driver.Value, error) { return phases.Value(p) }

// Scan reads what MarshalText writes; NULL is PhaseUnknown.
func (p *Phase) Scan(src any) error { return phases.Scan(p, src) }
