package metrics

import "strconv"

// Stage is the part of the customer lifecycle in which a metric is typically
// read. The zero Stage is StageUnknown. Companies name the stages
// differently; the aliases that [ParseStage] takes are the names of the
// seven-, six- and five-stage models in use.
type Stage uint8

// The stages, in the order in which a customer passes them.
const (
	StageUnknown       Stage = iota
	StageAwareness           // also attract, visitor
	StageConsideration       // also capture, lead
	StageDecision            // also nurture, convert, opportunity
	StageOnboarding
	StageAdoption
	StageRetention // also renewal, post-sale
	StageExpansion
	StageAdvocacy // also evangelism
)

var stageNames = [...]string{
	"unknown", "awareness", "consideration", "decision", "onboarding",
	"adoption", "retention", "expansion", "advocacy",
}

var stageAliases = [...]struct {
	name  string
	stage Stage
}{
	{"attract", StageAwareness},
	{"visitor", StageAwareness},
	{"capture", StageConsideration},
	{"lead", StageConsideration},
	{"nurture", StageDecision},
	{"convert", StageDecision},
	{"opportunity", StageDecision},
	{"renewal", StageRetention},
	{"post-sale", StageRetention},
	{"evangelism", StageAdvocacy},
}

// Stages are all stages but StageUnknown, in order. Each call gives a new
// slice.
func Stages() []Stage {
	stages := make([]Stage, 0, len(stageNames)-1)
	for s := StageAwareness; int(s) < len(stageNames); s++ {
		stages = append(stages, s)
	}
	return stages
}

// String is the name that MarshalText writes; "Stage(99)" for a value that is
// no stage.
func (s Stage) String() string {
	if int(s) < len(stageNames) {
		return stageNames[s]
	}
	return "Stage(" + strconv.Itoa(int(s)) + ")"
}

// Validate reports StageUnknown and a value that is no stage.
func (s Stage) Validate() error {
	if s != StageUnknown && int(s) < len(stageNames) {
		return nil
	}
	return unknown("Stage.Validate", "stage", s.String(), stageNames[1:])
}

// ParseStage reads the name of a stage or one of its aliases, in lower case.
func ParseStage(text string) (Stage, error) {
	for _, a := range stageAliases {
		if text == a.name {
			return a.stage, nil
		}
	}
	i, err := parseName("ParseStage", "stage", []byte(text), stageNames[:])
	return Stage(i), err
}

// MarshalText writes the name of the stage.
func (s Stage) MarshalText() ([]byte, error) {
	if int(s) < len(stageNames) {
		return []byte(s.String()), nil
	}
	return nil, s.Validate()
}

// UnmarshalText reads what MarshalText writes, and the aliases.
func (s *Stage) UnmarshalText(text []byte) error {
	parsed, err := ParseStage(string(text))
	if err == nil {
		*s = parsed
	}
	return err
}
