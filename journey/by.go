package journey

import (
	"fmt"
	"slices"
)

// By says how a report reads the journeys: stage by stage, or with the stages
// of a group taken together. A stage without a group is its own.
type By uint8

// The readings of a report.
const (
	ByStage By = iota
	ByGroup
)

var byNames = [...]string{"stage", "group"}

// String returns stage or group.
func (b By) String() string {
	if int(b) < len(byNames) {
		return byNames[b]
	}
	return fmt.Sprintf("By(%d)", uint8(b))
}

// MarshalText returns the reading's name.
func (b By) MarshalText() ([]byte, error) {
	if int(b) >= len(byNames) {
		return nil, fmt.Errorf("journey: by: %d is not one of 0 to %d", uint8(b), len(byNames)-1)
	}
	return []byte(byNames[b]), nil
}

// UnmarshalText reads a reading's name.
func (b *By) UnmarshalText(text []byte) error {
	i := slices.Index(byNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("journey: by: %q is not one of %q", clip(string(text)), byNames)
	}
	*b = By(i)
	return nil
}

// units are the lines of a report: names, and the line of each stage. Anything
// but ByGroup reads by stage.
type units struct {
	names []string
	of    []uint16
}

func (d *Definition) units(by By) units {
	u := units{of: make([]uint16, len(d.stages))}
	at := map[string]uint16{}
	for i, s := range d.stages {
		name := string(s.Name)
		if by == ByGroup {
			name = d.groups[i]
		}
		k, ok := at[name]
		if !ok || by != ByGroup {
			k = uint16(len(u.names))
			at[name] = k
			u.names = append(u.names, name)
		}
		u.of[i] = k
	}
	return u
}
