// Package png turns the pictures of this library into PNG: those of
// metrics/report and of journey/journeymap, for mails, chats and slides that
// cannot show SVG.
//
//	figure, err := report.Bridge(statements, report.Options{})
//	err = png.Encode(file, figure.SVG(), png.Options{Scale: 2})
//
// What it reads is what this library writes: an SVG picture is its list of
// shapes and texts, in order, and here each is drawn once more. Another SVG,
// with an element or an attribute that these pictures do not have, is refused
// by name and not drawn in part.
//
// Texts are shaped, so that Arabic joins and Thai marks stand where they
// belong, from right to left where they run so. Latin, Greek and Cyrillic are
// set in the Go fonts, which are part of the package; for other scripts give
// fonts in Options.Fonts. A character that no font has is an error, never an
// empty box.
//
// It is a module of its own because it links fonts, a shaper (go-text) and a
// rasteriser (golang.org/x/image), which the library does without. Equal
// pictures, options and fonts give equal bytes. Functions are safe for any
// number of goroutines.
package png
