package journeymap

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
)

// Options say how a map is shown. The zero value follows the map's language
// and the reader's colours, and shows every lane that has something in it.
type Options struct {
	// Words are the fixed words; zero = those of the map's language, or English.
	Words words.Set
	// Form is the arrangement of a picture.
	Form Form
	// Scheme is the colours of a picture.
	Scheme Scheme
	// Lines is the most lines of text of one cell of a picture, at most 100;
	// zero = 8. What is cut ends in "…" and stands in full in the tooltip.
	Lines int
	// Hide leaves lanes out.
	Hide []Lane
	// Lanes, when given, shows only these.
	Lanes []Lane
}

// Form is how a picture is arranged. The zero Form is wide up to ten stages
// and narrow beyond.
type Form uint8

// The forms.
const (
	AutoForm Form = iota
	Wide          // stages in columns
	Narrow        // stages below each other, for phones
)

// Scheme says which colours a picture has. The zero Scheme is light, and dark
// where the reader prefers it.
type Scheme uint8

// The schemes.
const (
	AutoScheme Scheme = iota
	Light
	Dark
)

func (s Scheme) svg() svg.Scheme {
	switch s {
	case Light:
		return svg.Light
	case Dark:
		return svg.Dark
	case AutoScheme:
	}
	return svg.Auto
}

func (o Options) words(m Map) words.Set {
	w := o.Words
	if w.Language == "" && len(w.Lanes) == 0 {
		w, _ = words.In(m.Language)
	}
	return w.Or(words.English())
}

func (o Options) hides(l Lane) bool {
	return slices.Contains(o.Hide, l) || len(o.Lanes) > 0 && !slices.Contains(o.Lanes, l)
}

func (o Options) lines() int {
	if o.Lines <= 0 {
		return 8
	}
	return min(o.Lines, 100)
}
