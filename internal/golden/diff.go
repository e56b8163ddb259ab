package golden

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	diffContext = 3       // equal lines shown around a change
	diffLines   = 80      // longest diff printed; the .got file has the rest
	diffCells   = 4 << 20 // above this many cells the exact alignment is skipped
)

// Diff renders the difference of two texts line by line: "-" for lines only in
// want, "+" for lines only in got, with line numbers of want (of got for "+").
// Lines whose difference would be invisible are shown quoted. Equal texts give
// the empty string. Long diffs are cut, and say by how much.
func Diff(want, got []byte) string {
	if string(want) == string(got) {
		return ""
	}
	a, b := lines(want), lines(got)
	edits := align(a, b)
	var out strings.Builder
	shown, hidden := 0, 0
	last := -1 // index of the last edit printed
	for i, e := range edits {
		if e.op == ' ' && !near(edits, i) {
			continue
		}
		if shown == diffLines {
			hidden++
			continue
		}
		if i != last+1 {
			out.WriteString("  ...\n")
		}
		fmt.Fprintf(&out, "%5d %c %s\n", e.line, e.op, visible(e.text))
		shown++
		last = i
	}
	if hidden > 0 {
		fmt.Fprintf(&out, "  ... %d more lines\n", hidden)
	}
	return out.String()
}

type edit struct {
	op   byte // ' ', '-' or '+'
	line int  // counted from 1
	text string
}

// lines keeps the line ends, so that a missing last newline is a difference.
func lines(b []byte) []string {
	s := strings.SplitAfter(string(b), "\n")
	if s[len(s)-1] == "" {
		s = s[:len(s)-1]
	}
	return s
}

// align finds the edits by longest common subsequence between the first and
// the last differing line; where that would be too large, everything between
// them counts as replaced.
func align(a, b []string) []edit {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []edit
	for i := range head {
		out = append(out, edit{' ', i + 1, a[i]})
	}
	ma, mb := a[head:len(a)-tail], b[head:len(b)-tail]
	i, j := 0, 0
	if len(ma) < diffCells && len(mb) < diffCells && (len(ma)+1)*(len(mb)+1) <= diffCells {
		length := common(ma, mb)
		for i < len(ma) && j < len(mb) {
			switch {
			case ma[i] == mb[j]:
				out = append(out, edit{' ', head + i + 1, ma[i]})
				i, j = i+1, j+1
			case length[i+1][j] >= length[i][j+1]:
				out = append(out, edit{'-', head + i + 1, ma[i]})
				i++
			default:
				out = append(out, edit{'+', head + j + 1, mb[j]})
				j++
			}
		}
	}
	for ; i < len(ma); i++ {
		out = append(out, edit{'-', head + i + 1, ma[i]})
	}
	for ; j < len(mb); j++ {
		out = append(out, edit{'+', head + j + 1, mb[j]})
	}
	for k := len(a) - tail; k < len(a); k++ {
		out = append(out, edit{' ', k + 1, a[k]})
	}
	return out
}

// common holds the length of the longest common subsequence of a[i:] and b[j:].
func common(a, b []string) [][]int32 {
	t := make([][]int32, len(a)+1)
	for i := range t {
		t[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}

func near(edits []edit, i int) bool {
	for k := max(0, i-diffContext); k <= min(len(edits)-1, i+diffContext); k++ {
		if edits[k].op != ' ' {
			return true
		}
	}
	return false
}

// visible quotes a line in which something a reader cannot see could matter.
func visible(s string) string {
	text, ended := strings.CutSuffix(s, "\n")
	switch {
	case !ended:
		return strconv.Quote(text) + " (no newline at the end)"
	case strings.TrimRightFunc(text, unicode.IsSpace) != text, !utf8.ValidString(text):
		return strconv.Quote(text)
	}
	for _, r := range text {
		if r != '\t' && !unicode.IsPrint(r) {
			return strconv.Quote(text)
		}
	}
	return text
}
