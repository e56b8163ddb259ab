package kit_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// TestLaw_PlainLinesAreReadAsCSV: lines that lie whole in the buffer are cut by
// hand. A reader of single bytes gives none such, so encoding/csv reads them all:
// rows, places, findings and errors are the same.
func TestLaw_PlainLinesAreReadAsCSV(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	read := func(r io.Reader, limit int) (out []string) {
		s, err := kit.NewSession("test", importer.Options{Limits: importer.Limits{RecordBytes: limit, StringBytes: 9}})
		require.NoError(t, err)
		for row, err := range s.Rows(r, func(names []string) ([]string, error) { return names, nil }) {
			if err != nil {
				out = append(out, err.Error())
				break
			}
			out = append(out, fmt.Sprintf("%d %d %q %q %q", row.N, row.Line, row.Cell(0), row.Cell(1), row.Cell(2)))
		}
		for _, f := range s.Findings() {
			out = append(out, f.String())
		}
		return append(out, fmt.Sprintf("%+v", s.Progress()))
	}
	law.Check(t, func(t *rapid.T) {
		cell := rapid.SampledFrom([]string{"", "a", "bcd", "é", "\"q\"", "\"a\nb\"", "\"a\r\nb\"", "\"\"\"\"", "\xff", "\xc3", "\xa9", "x\"y", "\"", "\r", "longer than nine", " "})
		comma := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "comma")
		var b strings.Builder
		b.WriteString("h1" + comma + "h2" + comma + "h3\n")
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			cells := rapid.SliceOfN(cell, 0, 4).Draw(t, "cells")
			b.WriteString(strings.Join(cells, comma))
			b.WriteString(rapid.SampledFrom([]string{"\n", "\n", "\r\n", "\n\n", ""}).Draw(t, "end"))
		}
		in := b.String()
		for _, what := range []string{"\"", "\r", "\xff", "\n\n"} {
			drawn[what] += strings.Count(in, what)
		}
		require.Equal(t, read(iotest.OneByteReader(strings.NewReader(in)), 1<<20), read(strings.NewReader(in), 1<<20), "%q", in)
	}, drawn.Need("\"", "\r", "\xff", "\n\n"))
}
