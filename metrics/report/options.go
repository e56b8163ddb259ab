package report

import "github.com/lifecycle-go/lifecycle/internal/svg"

// Options say how figures and pages are shown. The zero value is English, as
// wide as a page, and in the colours that the reader prefers.
type Options struct {
	// Language picks the words: "en", "ar" or "th"; others are English.
	Language string
	// Words, where given, are used instead; what they leave out is English.
	Words Words
	// Scheme is the colours of pictures and pages.
	Scheme Scheme
	// Width of pictures in pixels, from 320 to 4,000; zero = 860. Below 600 they
	// are set for a phone.
	Width int
	// Months is how many months a picture shows at the most, the last ones; zero
	// = all, and 12 on a phone. Tables have all of them.
	Months int
}

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

// Widths of pictures.
const (
	narrowest = 320
	phone     = 360
	standard  = 860
	widest    = 4000
	narrowTo  = 600
)

func (o Options) words() *Words {
	w := o.Words
	if w.Language == "" && len(w.Titles) == 0 {
		w, _ = WordsIn(o.Language)
		return &w
	}
	w = w.or(English())
	return &w
}

func (o Options) width() float64 {
	if o.Width <= 0 {
		return standard
	}
	return float64(min(max(o.Width, narrowest), widest))
}

// months is how many of n months are drawn.
func (o Options) months(n int, narrow bool) int {
	limit := o.Months
	if limit <= 0 {
		limit = n
		if narrow {
			limit = 12
		}
	}
	return min(n, limit)
}
