package journeymap_test

import (
	"bytes"
	"image/color"
	"image/png"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
)

// pipe runs a program of the system, or skips the test where it is not there.
func pipe(t *testing.T, in []byte, name string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdin = bytes.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s", errs.String())
	return out.Bytes()
}

func some() []journeymap.Map {
	return []journeymap.Map{sample.SaaS(), sample.Blueprint("ar"), sample.Blueprint("th"), sample.Of(journeymap.MicroJourney), randomMap(3), {}}
}

func TestSVG_XMLLintAccepts(t *testing.T) {
	for _, m := range some() {
		for _, form := range forms {
			picture, err := m.SVG(journeymap.Options{Form: form})
			require.NoError(t, err)
			pipe(t, picture, "xmllint", "--noout", "-")
		}
	}
}

func TestDOT_GraphvizAccepts(t *testing.T) {
	for _, m := range some() {
		text, err := m.DOT(journeymap.Options{})
		require.NoError(t, err)
		pipe(t, []byte(text), "dot", "-Tplain")
	}
}

// librsvg knows neither media queries nor custom properties: it must paint the
// light colours, with text that is there to be seen.
func TestSVG_LibrsvgPaintsTheLightColours(t *testing.T) {
	for _, m := range some()[:4] {
		picture, err := m.SVG(journeymap.Options{})
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(pipe(t, picture, "rsvg-convert")))
		require.NoError(t, err)
		counts := map[color.RGBA]int{}
		b := img.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				counts[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
			}
		}
		all := b.Dx() * b.Dy()
		assert.Greater(t, counts[color.RGBA{0xff, 0xff, 0xff, 0xff}], all/10, "the paper is white")
		assert.Positive(t, counts[color.RGBA{0x1b, 0x1f, 0x24, 0xff}], "there is ink")
		assert.Positive(t, counts[color.RGBA{0x1f, 0x4e, 0x79, 0xff}], "there are heads")
		assert.Less(t, counts[color.RGBA{0, 0, 0, 0xff}], all/1000, "nothing is painted black for want of a colour")
	}
}
