package page_test

import (
	"encoding/csv"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics"
)

func TestNumbers(t *testing.T) {
	assert.Equal(t, "12\u202f345.5", page.Decimal(12345.5, 2))
	assert.Equal(t, "0", page.Decimal(-0.001, 2), "no negative zero")
	assert.Equal(t, "–", page.Decimal(math.NaN(), 2))
	assert.Equal(t, "−3", page.Count(-3))
	assert.Equal(t, "+3", page.Signed(3, 0))
	assert.Equal(t, "0", page.Signed(0.2, 0))
	assert.Equal(t, "4.2\u00a0%", page.Percent(metrics.NewCount(42, 1000)))
	assert.Equal(t, "42\u00a0%", page.Percent(metrics.NewCount(42, 100)))
	assert.Equal(t, "–", page.Percent(metrics.Ratio{}), "undefined is no zero")
	assert.Equal(t, "<\u00a00.001", page.Probability(0.0001))
	assert.Equal(t, "=\u00a00.001", page.Probability(0.001))
	assert.Equal(t, "–", page.Probability(math.NaN()))
	assert.Equal(t, "9.9\u00a0%", page.Percent(metrics.NewCount(99, 1000)))
	assert.Equal(t, "10\u00a0%", page.Percent(metrics.NewCount(100, 1000)), "from ten on, whole")
	assert.Equal(t, "42\u00a0%", page.Percent(metrics.NewCount(423, 1000)))
}

func TestCSV_DisarmsTextsAndNotNumbers(t *testing.T) {
	out, err := page.CSV([][]string{{"=a", "-5"}, {"@b", "-5"}}, func(r, c int) bool { return r == 1 && c == 1 })
	require.NoError(t, err)
	assert.Equal(t, "'=a,'-5\n'@b,-5\n", string(out))
}

func TestTextTable_FitsItsWidth(t *testing.T) {
	head := []string{"month", "opening", "new", "ลูกค้า", "閉鎖"}
	rows := [][]string{{"2026-01", "1234567.00", "5", "ลูกค้า", "客户"}, {"2026-02", "1.00", "-25", "ก", "客"}}
	assert.Equal(t, ""+
		"month       opening  new  ลูกค้า  閉鎖\n"+
		"2026-01  1234567.00    5  ลูกค้า  客户\n"+
		"2026-02        1.00  -25  ก     客\n", page.TextTable(head, rows, []bool{false, true, true}, 80))
	assert.Equal(t, ""+
		"month       opening\n2026-01  1234567.00\n2026-02        1.00\n\n"+
		"month    new  ลูกค้า\n2026-01    5  ลูกค้า\n2026-02  -25  ก\n\n"+
		"month    閉鎖\n2026-01  客户\n2026-02  客\n", page.TextTable(head, rows, []bool{false, true, true}, 20))
}

func TestLaw_NoLineOfATextTableIsWiderThanItsWidth(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 7).Draw(t, "columns")
		cell := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "ลูกค้าประจำ", "客户旅程地图", "العملاء", "a\x1b[2Jb", strings.Repeat("long ", 30), "🇫🇷👩‍👩‍👧", "กำ"}))
		row := rapid.SliceOfN(cell, columns, columns)
		width := rapid.SampledFrom([]int{0, 1, 20, 33, 80, 200}).Draw(t, "width")
		head, rows := row.Draw(t, "head"), rapid.SliceOfN(row, 0, 5).Draw(t, "rows")
		out := page.TextTable(head, rows, nil, width)
		limit := max(width, 20)
		if width == 0 {
			limit = 80
		}
		for line := range strings.SplitSeq(out, "\n") {
			assert.LessOrEqual(t, svg.Cells(line), limit, "%q", line)
			assert.NotContains(t, line, "\x1b")
		}
		if strings.Contains(out, "\n\n") {
			seen["blocks"]++
		}
		if strings.Contains(out, "…") {
			seen["cut"]++
		}
	}, seen.Need("blocks", "cut"))
}

func FuzzCSV_ReadsBack(f *testing.F) {
	f.Add("a,b", "=1\n2", "\"")
	f.Add("\r\r\n", "'=1", "\r")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		out, err := page.CSV([][]string{{a, b}, {b, c}}, nil)
		require.NoError(t, err)
		rows, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		for i, cell := range []string{a, b, b, c} {
			want := strings.ReplaceAll(text.Disarm(cell), "\r\n", "\n") // as encoding/csv reads the ends of lines
			require.Equal(t, want, rows[i/2][i%2])
		}
	})
}

func TestHTML_EscapesAndIsolates(t *testing.T) {
	h := page.NewHTML(page.Options{Language: "ar", RTL: true, Title: "<b>", Skip: "s", Contents: "c", Links: []page.Link{{Text: "+1 عميل", ID: "a"}}})
	h.Table("t", []string{"", "عدد"}, [][]string{{"k", "+1 عميل"}}, []bool{false, true}, nil, true)
	out := string(h.Bytes())
	assert.Contains(t, out, "<title>&lt;b&gt;</title>")
	assert.Contains(t, out, "<td>\u2066+1\u2069 عميل</td>")
	assert.Contains(t, out, `<table class="n1">`)
	assert.Contains(t, out, `<th scope="row" dir="ltr">k</th>`)
	assert.NotContains(t, out, "<script")
}

func TestMarkdown_NothingBecomesMarkup(t *testing.T) {
	var b strings.Builder
	page.MarkdownTable(&b, []string{"a|b", "n"}, [][]string{{"<x>\n# y", "1."}}, []bool{false, true}, false)
	assert.Equal(t, "| a&#124;b | n |\n|---|--:|\n| &lt;x&gt;<br>&#35; y | 1&#46; |\n", b.String())
}

func TestMarkdown_WhatActsIsSeen(t *testing.T) {
	assert.Equal(t, "a b c", page.Markdown("a\rb\tc", false))
	assert.Equal(t, "a\uFFFDb\uFFFDc\uFFFDd e", page.Markdown("a\x01b\x7fc\xffd e", false))
	assert.Equal(t, "a 1.b", page.Markdown("a 1.b", false))
	var b strings.Builder
	page.MarkdownTable(&b, []string{"k", "n", "more"}, [][]string{{"a", "1", "b"}}, []bool{false, true}, false)
	assert.Equal(t, "| k | n | more |\n|---|--:|---|\n| a | 1 | b |\n", b.String(), "columns that nothing is said of hold texts")
}

func TestFill_BreaksWhereNoMoreFits(t *testing.T) {
	assert.Equal(t, []string{"ab cd", "ef"}, page.Fill("ab cd ef", 5))
	assert.Equal(t, []string{"ab", "cd", "ef"}, page.Fill("ab\ncd ef", 4))
	assert.Empty(t, page.Fill(" \n", 10))
}

func TestTextTable_ARowMayBeShort(t *testing.T) {
	assert.Equal(t, "k   n\na\nb  12\n", page.TextTable([]string{"k", "n"}, [][]string{{"a"}, {"b", "12", "left out"}}, []bool{false, true}, 0))
}

// Where a phone has a picture of its own, the desk's is not for both.
func TestHTML_Picture(t *testing.T) {
	one, two := page.NewHTML(page.Options{}), page.NewHTML(page.Options{})
	one.Picture("p", []byte("<svg/>\n"), nil)
	two.Picture("p", []byte("<svg/>\n"), []byte("<svg id=\"small\"/>\n"))
	assert.Contains(t, string(one.Bytes()), `<div class="desk both"`)
	assert.NotContains(t, string(one.Bytes()), `<div class="phone"`)
	assert.Contains(t, string(two.Bytes()), `<div class="desk" role`)
	assert.Contains(t, string(two.Bytes()), `<div class="phone"><svg id="small"/></div>`)
}

// Auto follows what the reader prefers; the other two do not ask.
func TestHTML_Scheme(t *testing.T) {
	const asks = "prefers-color-scheme:dark"
	of := func(s svg.Scheme) string { return string(page.NewHTML(page.Options{Scheme: s}).Bytes()) }
	assert.Contains(t, of(svg.Auto), asks)
	assert.NotContains(t, of(svg.Light), asks)
	assert.NotContains(t, of(svg.Dark), asks)
}
