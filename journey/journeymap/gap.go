package journeymap

// Gap is what lies between a plan and what happened.
type Gap struct {
	// Map is the planned map, with what differs in its touchpoints and in the
	// gap lane.
	Map Map `json:"map"`
	// Findings list every difference, stage by stage.
	Findings []Finding `json:"findings"`
	// Ranked are the opportunities by what they would bring for sure.
	Ranked []Ranked `json:"ranked"`
}

// Finding is one difference between plan and actual.
type Finding struct {
	Stage string `json:"stage"`
	Lane  Lane   `json:"lane"`
	Name  string `json:"name"`
	Text  string `json:"text"`
}

func (g Gap) section(v *view) section {
	return section{level: 3, title: v.w.Gap}
}
