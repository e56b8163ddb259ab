package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// What every figure says beside its picture, in each language.
func TestFigures_SayAsBefore(t *testing.T) {
	for _, language := range []string{"en", "ar", "th"} {
		var out strings.Builder
		for _, f := range figures(report.Options{Language: language}) {
			out.WriteString("== " + f.name + "\n" + f.figure.String() + "\n")
			table := f.figure.Table()
			if more := len(table.Rows) - 12; more > 0 && language != "en" { // the words are the same
				table.Rows = table.Rows[:12]
			}
			out.WriteString(table.Text(100) + "\n")
		}
		golden.Equal(t, "figures-"+language+".txt", []byte(out.String()))
	}
}

// Pictures for a phone, in scripts that want more room.
func TestPhones_AsBefore(t *testing.T) {
	for _, language := range []string{"ar", "th"} {
		for _, f := range figures(report.Options{Language: language}) {
			if f.name == "statement" || f.name == "timeline" {
				golden.Equal(t, f.name+"-"+language+"-phone.svg", f.figure.Phone())
			}
		}
	}
}

// What stands on the page around the pictures.
func TestPage_AsBefore(t *testing.T) {
	p, err := report.Books(fixture().books, began.Add(29), report.Options{})
	require.NoError(t, err)
	html, err := p.HTML(report.Options{})
	require.NoError(t, err)
	pictures := regexp.MustCompile(`(?s)<svg.*?</svg>`)
	golden.Equal(t, "page.html", pictures.ReplaceAll(html, []byte("<svg/>")))
	md, err := p.Markdown(report.Options{})
	require.NoError(t, err)
	golden.Equal(t, "page.md", []byte(md))
}

// What other programs draw from.
func TestVegaLite_AsBefore(t *testing.T) {
	var out bytes.Buffer
	for _, f := range figures(report.Options{}) {
		spec, err := f.figure.VegaLite()
		require.NoError(t, err)
		// Estimates may differ in their last digits from machine to machine.
		spec = regexp.MustCompile(`(\.\d{9})\d+`).ReplaceAll(spec, []byte("$1"))
		if len(spec) > 3000 {
			spec = append(spec[:1500:1500], spec[len(spec)-1500:]...)
		}
		out.WriteString("== " + f.name + "\n" + string(spec) + "\n")
	}
	golden.Equal(t, "vega.txt", out.Bytes())
}
