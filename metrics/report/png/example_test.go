package png_test

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/report"

	"github.com/lifecycle-go/lifecycle/metrics/report/png"
)

func ExampleEncode() {
	figure, err := report.Bridge(statements(), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	err = png.Encode(&file, figure.SVG(), png.Options{Scale: 2})
	fmt.Println(bytes.HasPrefix(file.Bytes(), []byte("\x89PNG")), err)

	// The Go fonts have no Arabic: a font is asked for.
	figure, err = report.Bridge(statements(), report.Options{Language: "ar"})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = png.Encode(&file, figure.SVG(), png.Options{})
	fmt.Println(errors.Is(err, png.ErrFont))
	// Output:
	// true <nil>
	// true
}

func ExampleDraw() {
	img, err := png.Draw([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"/>`), png.Options{Scale: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(img.Bounds())
	// Output: (0,0)-(120,30)
}
