// Package svg writes pictures of text, lanes and charts as SVG without a
// browser: the one writer behind the journey map and the reports.
//
// A Picture collects shapes and texts in order and writes them once:
//
//	p := svg.New(svg.Options{Width: 200, Height: 60, Title: "Churn", Desc: "Churn fell to 2 %."})
//	p.Rect(svg.Box{X: 10, Y: 10, W: 180, H: 40}, svg.Panel, 6)
//	p.Text(20, 34, "2 % churned", svg.TextStyle{Max: 160})
//	out := p.Bytes()
//
// What it takes care of, because every picture needs it:
//
//   - Text widths without a font. Width estimates from classes of characters;
//     Wrap breaks lines by it without parting a letter from its marks, a
//     number from its unit, or closing punctuation from what it closes; a line
//     that might not fit carries textLength, so that no font overflows.
//   - Direction. Text in Arabic or Hebrew runs right to left, and numbers in
//     it are isolated so that "+1" does not turn into "1+".
//   - Colour. Classes carry plain colours first, and others only within
//     prefers-color-scheme: programs that know no media query still paint the
//     light ones. Custom properties are not used: librsvg paints them black.
//   - Determinism. Coordinates have two decimals, ids come from the content,
//     nothing is read from a clock or a map: equal pictures are equal bytes.
//   - Safety. Every text is escaped, characters XML cannot hold become U+FFFD,
//     there is no script, no remote reference and no foreignObject.
//
// Coordinates are pixels from the upper left corner. Functions without state
// are safe for any number of goroutines; a Picture is for one.
package svg
