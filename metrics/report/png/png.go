package png

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
)

// Options say how a picture is drawn. The zero value is in its own size and
// light.
type Options struct {
	// Scale is how many pixels one of the picture's becomes, up to 16; zero = 1.
	Scale float64
	// Dark paints the colours for readers who prefer dark, where the picture has
	// them.
	Dark bool
	// Fonts are TrueType or OpenType fonts for scripts that the Go fonts do not
	// have. A character is set in the first font that has it, the Go fonts first.
	Fonts [][]byte
}

// Errors that callers branch on.
var (
	// ErrPicture says that it is no picture of this library.
	ErrPicture = errors.New("png: not a picture of this library")
	// ErrFont says that a font cannot be read, or that none has a character.
	ErrFont = errors.New("png: no font")
	// ErrSize says that the image would be too large.
	ErrSize = errors.New("png: too large")
)

// Limits of what is drawn.
const (
	maxScale  = 16
	maxPixels = 1 << 26
	maxBytes  = 64 << 20
)

// Encode draws a picture and writes it as PNG. Errors wrap ErrPicture, ErrFont
// or ErrSize, or are those of w.
func Encode(w io.Writer, picture []byte, o Options) error {
	img, err := Draw(picture, o)
	if err != nil {
		return err
	}
	return png.Encode(w, img)
}

// Draw draws a picture.
func Draw(picture []byte, o Options) (*image.RGBA, error) {
	if len(picture) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrSize, len(picture), maxBytes)
	}
	switch {
	case o.Scale == 0:
		o.Scale = 1
	case !(o.Scale > 0 && o.Scale <= maxScale):
		return nil, fmt.Errorf("%w: scale %v, want more than 0 and at most %d", ErrSize, o.Scale, maxScale)
	}
	root, err := parse(picture)
	if err != nil {
		return nil, err
	}
	width, height := root.number("width"), root.number("height")
	w, h := math.Ceil(width*o.Scale), math.Ceil(height*o.Scale)
	if !(w >= 1 && h >= 1 && w*h <= maxPixels) {
		return nil, fmt.Errorf("%w: %v × %v pixels, want at least 1 and at most %d", ErrSize, w, h, maxPixels)
	}
	fonts, err := newFonts(o.Fonts)
	if err != nil {
		return nil, err
	}
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, int(w), int(h))), scale: o.Scale, width: width, height: height, fonts: fonts, styles: readStyle(root, o.Dark)}
	ground := color.RGBA{0xff, 0xff, 0xff, 0xff}
	if o.Dark {
		ground = color.RGBA{0x0d, 0x11, 0x17, 0xff}
	}
	c.clear(ground)
	if err := c.element(root, state{size: 12, rtl: root.attrs["direction"] == "rtl"}); err != nil {
		return nil, err
	}
	return c.img, nil
}
