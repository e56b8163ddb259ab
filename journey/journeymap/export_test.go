package journeymap

import "github.com/lifecycle-go/lifecycle/internal/svg"

// Texts are the texts of a picture with their boxes by our own measure, and the
// picture's size.
func (m Map) Texts(o Options) ([]svg.TextBox, svg.Box, error) {
	p, err := m.picture(o)
	if err != nil {
		return nil, svg.Box{}, err
	}
	return p.Texts(), p.Size(), nil
}
