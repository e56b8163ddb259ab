package journey

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// The JSON form of a Spec. Durations are Go duration strings, guards are names.
type (
	specJSON struct {
		Name        string           `json:"name,omitempty"`
		Doc         string           `json:"doc,omitempty"`
		Initial     Stage            `json:"initial"`
		Stages      []stageJSON      `json:"stages,omitempty"`
		Triggers    []Trigger        `json:"triggers,omitempty"`
		Observe     []Trigger        `json:"observe,omitempty"`
		Transitions []transitionJSON `json:"transitions,omitempty"`
		After       []timerJSON      `json:"after,omitempty"`
		Milestones  []milestoneJSON  `json:"milestones,omitempty"`
	}
	stageJSON struct {
		Name     Stage  `json:"name"`
		Group    string `json:"group,omitempty"`
		Doc      string `json:"doc,omitempty"`
		Goal     bool   `json:"goal,omitempty"`
		Terminal bool   `json:"terminal,omitempty"`
		Aside    bool   `json:"aside,omitempty"`
		Entry    string `json:"entry,omitempty"`
		Exit     string `json:"exit,omitempty"`
	}
	transitionJSON struct {
		From     Stage   `json:"from"`
		On       Trigger `json:"on"`
		To       Stage   `json:"to"`
		Guard    string  `json:"guard,omitempty"`
		Gate     string  `json:"gate,omitempty"`
		Internal bool    `json:"internal,omitempty"`
		Except   []Stage `json:"except,omitempty"`
	}
	timerJSON struct {
		Stage   Stage        `json:"stage"`
		After   durationJSON `json:"after"`
		Trigger Trigger      `json:"trigger"`
	}
	milestoneJSON struct {
		Name     string        `json:"name"`
		Doc      string        `json:"doc,omitempty"`
		Events   []Trigger     `json:"events"`
		Rule     MilestoneRule `json:"rule"`
		N        int           `json:"n,omitempty"`
		Within   durationJSON  `json:"within,omitzero"`
		Deadline durationJSON  `json:"deadline,omitzero"`
	}
	durationJSON time.Duration
)

func (d durationJSON) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *durationJSON) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("journey: spec JSON: %q is not a duration such as 336h or 90m", clip(string(text)))
	}
	*d = durationJSON(v)
	return nil
}

// MarshalJSON writes the Spec as one JSON object: durations as Go duration
// strings, guards by name. A guard function without a name and a milestone rule
// outside its enumeration are errors.
func (s Spec) MarshalJSON() ([]byte, error) {
	out := specJSON{Name: s.Name, Doc: s.Doc, Initial: s.Initial, Triggers: s.Triggers, Observe: s.Observe}
	for _, st := range s.Stages {
		out.Stages = append(out.Stages, stageJSON(st))
	}
	for i, t := range s.Transitions {
		if t.Guard.Name == "" && t.Guard.Allow != nil {
			return nil, fmt.Errorf("journey: spec JSON: transitions[%d]: a guard function without a name cannot be written", i)
		}
		out.Transitions = append(out.Transitions, transitionJSON{t.From, t.On, t.To, t.Guard.Name, t.Gate, t.Internal, t.Except})
	}
	for _, t := range s.After {
		out.After = append(out.After, timerJSON{t.Stage, durationJSON(t.After), t.Trigger})
	}
	for _, m := range s.Milestones {
		events := m.Events
		if events == nil {
			events = []Trigger{}
		}
		out.Milestones = append(out.Milestones, milestoneJSON{
			m.Name, m.Doc, events, m.Rule, m.N, durationJSON(m.Within), durationJSON(m.Deadline),
		})
	}
	return json.Marshal(out)
}

// UnmarshalJSON replaces the Spec by one JSON object as MarshalJSON writes it.
// Unknown fields, fields given twice and text that is not UTF-8 are errors, which
// name the place; letters count with their case. Guards have names only; see
// [Spec.Bind]. What the Spec says is for [Define] to check.
func (s *Spec) UnmarshalJSON(data []byte) error {
	if len(data) > maxSpecText {
		return fmt.Errorf("journey: spec JSON: %d bytes, at most %d", len(data), maxSpecText)
	}
	var in specJSON
	if err := jsonin.DecodeStrict(data, &in); err != nil {
		return fmt.Errorf("journey: spec JSON: %w", err)
	}
	*s = in.spec()
	return nil
}

func (in specJSON) spec() Spec {
	s := Spec{Name: in.Name, Doc: in.Doc, Initial: in.Initial, Triggers: in.Triggers, Observe: in.Observe}
	for _, st := range in.Stages {
		s.Stages = append(s.Stages, StageSpec(st))
	}
	for _, t := range in.Transitions {
		s.Transitions = append(s.Transitions, Transition{
			From: t.From, On: t.On, To: t.To, Guard: Guard{Name: t.Guard}, Gate: t.Gate, Internal: t.Internal, Except: t.Except,
		})
	}
	for _, t := range in.After {
		s.After = append(s.After, Timer{t.Stage, time.Duration(t.After), t.Trigger})
	}
	for _, m := range in.Milestones {
		s.Milestones = append(s.Milestones, Milestone{
			Name: m.Name, Doc: m.Doc, Events: m.Events, Rule: m.Rule, N: m.N,
			Within: time.Duration(m.Within), Deadline: time.Duration(m.Deadline),
		})
	}
	return s
}
