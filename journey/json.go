package journey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
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
// Unknown fields are errors, and so is a key that stands twice in an object or
// is not in lower case: encoding/json would merge the one and fold the other.
// Guards have names only; see [Spec.Bind]. What the
// Spec says is for [Define] to check.
func (s *Spec) UnmarshalJSON(data []byte) error {
	if len(data) > maxSpecText {
		return fmt.Errorf("journey: spec JSON: %d bytes, at most %d", len(data), maxSpecText)
	}
	if err := strictKeys(data); err != nil {
		return fmt.Errorf("journey: spec JSON: %w", err)
	}
	var in specJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return fmt.Errorf("journey: spec JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("journey: spec JSON: something follows the object")
	}
	*s = in.spec()
	return nil
}

// strictKeys refuses objects with a key twice, or one that is not lower-case
// ASCII letters.
func strictKeys(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	type level struct {
		keys map[string]bool // nil in an array
		key  bool            // a key comes next
	}
	var stack []level
	for {
		t, err := dec.Token()
		if err != nil {
			return nil //nolint:nilerr // the decoder proper says it better
		}
		top := len(stack) - 1
		if d, ok := t.(json.Delim); ok {
			switch d {
			case '{':
				stack = append(stack, level{keys: map[string]bool{}, key: true})
			case '[':
				stack = append(stack, level{})
			default:
				stack = stack[:top]
				if top == 0 {
					return nil
				}
				stack[top-1].key = stack[top-1].keys != nil
			}
			continue
		}
		if top < 0 || stack[top].keys == nil {
			continue
		}
		if !stack[top].key {
			stack[top].key = true
			continue
		}
		k, _ := t.(string)
		if strings.Trim(k, "abcdefghijklmnopqrstuvwxyz") != "" {
			return fmt.Errorf("byte %d: key %s: want lower-case letters", dec.InputOffset(), fault.Quote(k))
		}
		if stack[top].keys[k] {
			return fmt.Errorf("byte %d: a second key %s", dec.InputOffset(), fault.Quote(k))
		}
		stack[top].keys[k], stack[top].key = true, false
	}
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
