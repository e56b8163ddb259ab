package sqltext

import "strings"

// text of a query is a chain of common table expressions and what is selected at
// the end. Each gives its columns names that none of those it reads has, because
// ClickHouse takes a name of the same SELECT for the alias of it.
type chain struct {
	b    strings.Builder
	some bool
}

// with adds a table. Its body is indented by what it is written with.
func (c *chain) with(name string, lines ...string) {
	if c.some {
		c.b.WriteString(",\n")
	} else {
		c.b.WriteString("WITH ")
		c.some = true
	}
	c.b.WriteString(name + " AS (\n")
	write(&c.b, "  ", lines)
	c.b.WriteString(")")
}

// end gives the whole text.
func (c *chain) end(lines ...string) string {
	c.b.WriteByte('\n')
	write(&c.b, "", lines)
	return c.b.String()
}

func write(b *strings.Builder, indent string, lines []string) {
	for _, l := range lines {
		if l != "" {
			b.WriteString(indent + l + "\n")
		}
	}
}

// list joins what is not empty with commas.
func list(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// given is text where on is set.
func given(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// The frames of windows: all before a row, up to it, and the row before or after.
const (
	before  = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
	through = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
	prior   = "ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING"
	next    = "ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING"
)

// zero is a sum or a window that may have nothing to say.
func zero(expression string) string { return "COALESCE(" + expression + ", 0)" }

// when is 1 where a condition holds, for counting.
func when(condition, then string) string {
	return "CASE WHEN " + condition + " THEN " + then + " ELSE 0 END"
}

// sum adds up.
func sum(condition, then, name string) string {
	return "SUM(" + when(condition, then) + ") AS " + name
}
