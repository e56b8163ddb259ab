package svg

import (
	"math"
	"strconv"
)

// Class is what a shape or text is painted as. The zero Class paints ink, as
// text does.
type Class uint8

// The classes. Fills of lanes are told apart by label and place too, never by
// colour alone.
const (
	Ink     Class = iota // text
	Muted                // lesser text
	Paper                // the background
	Panel                // a neutral area
	Edge                 // hair lines between areas
	Head                 // a heading's area
	HeadInk              // text upon it
	Blue                 // an area: what happens, touchpoints
	Orange               // an area: what hurts
	Green                // an area: what could be better
	Grey                 // an area: what the customer does not see
	Violet               // an area: what differs
	Curve                // the line of a curve
	Mark                 // a filled mark on a curve
	Hollow               // a hollow mark on a curve
	Rule                 // a line between parts, the strokes of an icon
	Bad                  // a text that warns
	Good                 // a text that pleases
	Series1              // the series of a chart, in order
	Series2
	Series3
	Series4
	Series5
	Series6
	Series7
	Series8
	Heat0 // shades from least to most
	Heat1
	Heat2
	Heat3
	Heat4
	Heat5
	Heat6
	Heat7
	Heat8
	HeatLight // text upon Heat0 to Heat3
	HeatDark  // text upon Heat4 to Heat8
	Line1     // the lines of a chart, in order
	Line2
	Line3
	Line4
	Line5
	Line6
	Line7
	Line8
	Band80   // around a line: where four of five come to lie
	Band95   // where nineteen of twenty do
	Flow     // the area of what moves from one place to another
	FlowBack // the line of what moves back
	classes
)

// SeriesClass returns the class of series i, counted from 0, starting over
// after eight.
func SeriesClass(i int) Class { return Series1 + Class(uint(i)%8) }

// LineClass returns the class of the line of series i, counted from 0, starting
// over after eight. Lines are darker than the areas of the same series.
func LineClass(i int) Class { return Line1 + Class(uint(i)%8) }

// HeatClass returns the shade of a share from 0 to 1 and the class of text upon it.
func HeatClass(share float64) (fill, text Class) {
	k := 0
	if share > 0 { // false for NaN too
		k = int(math.Min(share, 1)*8 + 0.5)
	}
	if k < 4 {
		return Heat0 + Class(k), HeatLight
	}
	return Heat0 + Class(k), HeatDark
}

// paint is fill and stroke; empty is none.
type paint struct{ fill, stroke string }

type tone struct {
	name        string // the class in the picture
	light, dark paint
}

// The series are the colours of Okabe and Ito ("Color Universal Design",
// 2008), which readers with any colour vision tell apart; those too pale on
// white have a darker edge there. The shades follow cividis (Nuñez, Anderton
// and Renslow, PLOS ONE 13 (2018) e0199239).
var palette = [classes]tone{
	Ink:       {"i", paint{fill: "#1b1f24"}, paint{fill: "#e6edf3"}},
	Muted:     {"m", paint{fill: "#57606a"}, paint{fill: "#9ea7b3"}},
	Paper:     {"p", paint{fill: "#ffffff"}, paint{fill: "#0d1117"}},
	Panel:     {"n", paint{fill: "#f6f8fa"}, paint{fill: "#161b22"}},
	Edge:      {"e", paint{stroke: "#c4ccd4"}, paint{stroke: "#3d444d"}},
	Head:      {"h", paint{fill: "#1f4e79"}, paint{fill: "#1f4e79"}},
	HeadInk:   {"w", paint{fill: "#ffffff"}, paint{fill: "#ffffff"}},
	Blue:      {"b", paint{fill: "#ddf0fb"}, paint{fill: "#0b2a3d"}},
	Orange:    {"o", paint{fill: "#fde8d8"}, paint{fill: "#3d2412"}},
	Green:     {"g", paint{fill: "#d9f2e6"}, paint{fill: "#10301f"}},
	Grey:      {"k", paint{fill: "#ececf2"}, paint{fill: "#22222c"}},
	Violet:    {"v", paint{fill: "#efe6fa"}, paint{fill: "#2b1d40"}},
	Curve:     {"c", paint{stroke: "#0072b2"}, paint{stroke: "#56b4e9"}},
	Mark:      {"d", paint{fill: "#0072b2", stroke: "#0072b2"}, paint{fill: "#56b4e9", stroke: "#56b4e9"}},
	Hollow:    {"l", paint{fill: "#ffffff", stroke: "#0072b2"}, paint{fill: "#0d1117", stroke: "#56b4e9"}},
	Rule:      {"r", paint{stroke: "#57606a"}, paint{stroke: "#9ea7b3"}},
	Bad:       {"x", paint{fill: "#b02a1a"}, paint{fill: "#ff9e8a"}},
	Good:      {"y", paint{fill: "#0f6b45"}, paint{fill: "#6fdca8"}},
	Series1:   {"s1", paint{"#0072b2", "#005483"}, paint{fill: "#0072b2", stroke: "#56b4e9"}},
	Series2:   {"s2", paint{"#56b4e9", "#1c75a8"}, paint{fill: "#56b4e9"}},
	Series3:   {"s3", paint{"#009e73", "#00704f"}, paint{fill: "#009e73"}},
	Series4:   {"s4", paint{"#e69f00", "#8f6300"}, paint{fill: "#e69f00"}},
	Series5:   {"s5", paint{"#d55e00", "#9c4500"}, paint{fill: "#d55e00"}},
	Series6:   {"s6", paint{"#cc79a7", "#94476f"}, paint{fill: "#cc79a7"}},
	Series7:   {"s7", paint{"#f0e442", "#7d7600"}, paint{fill: "#f0e442"}},
	Series8:   {"s8", paint{"#767676", "#4d4d4d"}, paint{fill: "#9a9a9a"}},
	Heat0:     {"t0", paint{fill: "#00224e"}, paint{fill: "#00224e"}},
	Heat1:     {"t1", paint{fill: "#1c396e"}, paint{fill: "#1c396e"}},
	Heat2:     {"t2", paint{fill: "#434e6c"}, paint{fill: "#434e6c"}},
	Heat3:     {"t3", paint{fill: "#5f636f"}, paint{fill: "#5f636f"}},
	Heat4:     {"t4", paint{fill: "#8f8b79"}, paint{fill: "#8f8b79"}},
	Heat5:     {"t5", paint{fill: "#a79f75"}, paint{fill: "#a79f75"}},
	Heat6:     {"t6", paint{fill: "#c3b56c"}, paint{fill: "#c3b56c"}},
	Heat7:     {"t7", paint{fill: "#e0cc5a"}, paint{fill: "#e0cc5a"}},
	Heat8:     {"t8", paint{fill: "#fee838"}, paint{fill: "#fee838"}},
	HeatLight: {"u0", paint{fill: "#ffffff"}, paint{fill: "#ffffff"}},
	HeatDark:  {"u1", paint{fill: "#111418"}, paint{fill: "#111418"}},
	Line1:     {"z1", paint{stroke: "#0072b2"}, paint{stroke: "#56b4e9"}},
	Line2:     {"z2", paint{stroke: "#c24e00"}, paint{stroke: "#ff8a3d"}},
	Line3:     {"z3", paint{stroke: "#00704f"}, paint{stroke: "#2ecc9a"}},
	Line4:     {"z4", paint{stroke: "#94476f"}, paint{stroke: "#e39cc4"}},
	Line5:     {"z5", paint{stroke: "#8f6300"}, paint{stroke: "#e6b84a"}},
	Line6:     {"z6", paint{stroke: "#1b1f24"}, paint{stroke: "#e6edf3"}},
	Line7:     {"z7", paint{stroke: "#57606a"}, paint{stroke: "#9ea7b3"}},
	Line8:     {"z8", paint{stroke: "#2a7cac"}, paint{stroke: "#8fd0ff"}},
	Band80:    {"q8", paint{fill: "#a9cfe6"}, paint{fill: "#1f5577"}},
	Band95:    {"q9", paint{fill: "#d9eaf4"}, paint{fill: "#14303f"}},
	Flow:      {"f", paint{"#b9d6e8", "#1c75a8"}, paint{"#23506e", "#56b4e9"}},
	FlowBack:  {"fb", paint{stroke: "#d39a2d"}, paint{stroke: "#a57a24"}},
}

// Colour returns the colours of a class: fill, or the stroke of what has no
// fill, in the light and in the dark scheme, as #rrggbb. Pages that hold
// pictures paint their tables with them.
func Colour(c Class) (light, dark string) {
	if c >= classes {
		return Colour(Ink)
	}
	t := palette[c]
	if t.light.fill == "" {
		return t.light.stroke, t.dark.stroke
	}
	return t.light.fill, t.dark.fill
}

// Contrast is the contrast ratio of two colours given as #rrggbb, from 1 to 21
// (W3C, WCAG 2.2, "contrast ratio"); 0 when one is not of that form.
func Contrast(a, b string) float64 {
	la, ok := luminance(a)
	lb, ok2 := luminance(b)
	if !ok || !ok2 {
		return 0
	}
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(colour string) (float64, bool) {
	if len(colour) != 7 || colour[0] != '#' {
		return 0, false
	}
	v, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	channel := func(shift uint) float64 {
		x := float64(v>>shift&0xff) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return float64(0.2126*channel(16)) + float64(0.7152*channel(8)) + float64(0.0722*channel(0)), true
}

// style writes the rules of the classes in use, plain colours first.
func style(b []byte, used *[classes]bool, scheme Scheme) []byte {
	pick := func(t tone, dark bool) paint {
		if dark {
			return t.dark
		}
		return t.light
	}
	first := scheme == Dark
	b = append(b, "<style>"...)
	for c := range classes {
		if used[c] {
			b = rule(b, palette[c].name, pick(palette[c], first))
		}
	}
	if scheme == Auto {
		b = append(b, "@media (prefers-color-scheme:dark){"...)
		for c := range classes {
			if used[c] && palette[c].light != palette[c].dark {
				b = rule(b, palette[c].name, palette[c].dark)
			}
		}
		b = append(b, '}')
	}
	return append(b, "</style>"...)
}

func rule(b []byte, name string, p paint) []byte {
	none := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	switch name {
	case palette[Ink].name:
		name = "text,.lc .i" // what texts are painted as unless they say otherwise
	case palette[HeatLight].name, palette[HeatDark].name:
		name = "." + name + ",.lc ." + name + " text" // whole groups of them
	default:
		name = "." + name
	}
	return append(b, ".lc "+name+"{fill:"+none(p.fill)+";stroke:"+none(p.stroke)+"}"...)
}
