package report

import "github.com/lifecycle-go/lifecycle/internal/svg"

// Drawn is the picture of a figure before it is written, for tests that look
// at where texts stand.
func (f Figure) Drawn(narrow bool) *svg.Picture {
	if narrow {
		return f.picture(phone)
	}
	return f.picture(f.o.width())
}
