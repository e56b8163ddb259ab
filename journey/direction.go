package journey

// Direction says where a move leads in the order in which the definition lists
// its stages.
type Direction string

// The directions of a move.
const (
	Sideways Direction = "sideways" // to the same stage, or to or from one that stands aside
	Forward  Direction = "forward"  // to a later stage
	Back     Direction = "back"     // to an earlier stage
)

func directionOf(from, to int, aside bool) Direction {
	switch {
	case aside || from == to:
		return Sideways
	case from < to:
		return Forward
	}
	return Back
}
