package policy

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// TextOptions say how much WriteText writes. The zero value writes all metrics
// that differ, every line and no policies.
type TextOptions struct {
	// Metrics to write, in this order; empty is those that differ.
	Metrics []Metric
	// MaxLines per metric and rule, 0 for all; what is left out is summed up.
	MaxLines int
	// Policies writes both policies in words at the end.
	Policies bool
}

// String is the text that WriteText writes with the zero TextOptions.
func (r *Reconciliation) String() string {
	var b strings.Builder
	_ = r.WriteText(&b, TextOptions{}) // a Builder never fails
	return b.String()
}

// WriteText writes the reconciliation as plain text for a ticket: the totals of
// both policies, then for each metric the difference rule by rule and customer
// by customer. Amounts are exact, ids quoted where they would break a line.
// Errors are those of w.
func (r *Reconciliation) WriteText(w io.Writer, o TextOptions) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s: %s (A) against %s (B)\n\n", r.Month, in(string(r.Currency)), text.Printable(r.A.Title()), text.Printable(r.B.Title()))
	r.writeTotals(&b)
	if len(r.Switched) == 0 {
		b.WriteString("\nThe policies have the same rules.\n")
	} else {
		b.WriteString("\nRules that differ, in the order in which they are switched from A to B:\n")
		for i, rule := range r.Switched {
			fmt.Fprintf(&b, "%3d. %s: %s -> %s\n", i+1, rule, r.A.Words(rule), r.B.Words(rule))
		}
	}
	wanted := o.Metrics
	if len(wanted) == 0 {
		for _, m := range Metrics() {
			if len(r.Of(m)) > 0 {
				wanted = append(wanted, m)
			}
		}
	}
	for _, m := range wanted {
		r.writeMetric(&b, m, o.MaxLines)
	}
	r.writeFindings(&b)
	if o.Policies {
		fmt.Fprintf(&b, "\nA: %s\nB: %s", r.A, r.B)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func in(currency string) string {
	if currency == "" {
		return ""
	}
	return " in " + currency
}

func (r *Reconciliation) writeTotals(b *bytes.Buffer) {
	var t bytes.Buffer
	t.WriteString("\tA\tB\tdifference\t\n")
	for _, x := range r.Totals {
		fmt.Fprintf(&t, "%s\t%s\t%s\t%s\t\n", x.Metric, amount(x.Metric, x.A), amount(x.Metric, x.B), signed(x.Metric, x.Difference()))
	}
	fmt.Fprintf(&t, "churn rate\t%s\t%s\t\t\n", r.ChurnRateA.Percent(2), r.ChurnRateB.Percent(2))
	columns(b, t.Bytes(), tabwriter.AlignRight)
}

// columns aligns tab-separated rows and trims what that leaves at their ends.
func columns(b *bytes.Buffer, rows []byte, flags uint) {
	var table bytes.Buffer
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', flags)
	_, _ = t.Write(rows) // a Buffer never fails
	_ = t.Flush()
	for l := range strings.Lines(table.String()) {
		b.WriteString(strings.TrimRight(l, " \n") + "\n")
	}
}

func (r *Reconciliation) writeMetric(b *bytes.Buffer, m Metric, most int) {
	total := r.Total(m)
	lines := r.Of(m)
	fmt.Fprintf(b, "\n%s: %s -> %s, difference %s\n", m, amount(m, total.A), amount(m, total.B), signed(m, total.Difference()))
	for len(lines) > 0 {
		n := slices.IndexFunc(lines, func(l Line) bool { return l.Rule != lines[0].Rule })
		if n < 0 {
			n = len(lines)
		}
		writeRule(b, m, lines[:n], most)
		lines = lines[n:]
	}
}

func writeRule(b *bytes.Buffer, m Metric, lines []Line, most int) {
	var sum decimal.Decimal
	for _, l := range lines {
		sum = sum.Add(l.Difference())
	}
	fmt.Fprintf(b, "  %s: %s\n", lines[0].Rule, signed(m, sum))
	if lines[0].Rule == RuleLastPlace {
		return
	}
	rest := decimal.Decimal{}
	var t bytes.Buffer
	for i, l := range lines {
		if most > 0 && i >= most {
			rest = rest.Add(l.Difference())
			continue
		}
		fmt.Fprintf(&t, "    %s\t%s\t%s -> %s\t%s\n", plain(l.Customer), plain(l.Subscription),
			amount(m, l.A), amount(m, l.B), signed(m, l.Difference()))
	}
	columns(b, t.Bytes(), 0)
	if n := len(lines) - most; most > 0 && n > 0 {
		fmt.Fprintf(b, "    and %d more, together %s\n", n, signed(m, rest))
	}
}

// writeFindings sums the findings up by code; a ticket is no log.
func (r *Reconciliation) writeFindings(b *bytes.Buffer) {
	if len(r.Findings) == 0 {
		return
	}
	type kind struct {
		severity billing.Severity
		code     billing.Code
	}
	counts := map[kind]int{}
	var order []kind
	for _, f := range r.Findings {
		k := kind{f.Severity, f.Code}
		if counts[k] == 0 {
			order = append(order, k)
		}
		counts[k]++
	}
	b.WriteString("\nFindings about the records:\n")
	for _, k := range order {
		fmt.Fprintf(b, "  %s %s: %d\n", k.severity, k.code, counts[k])
	}
}

// amount writes money with all its digits, at least two behind the point; heads
// as they are.
func amount(m Metric, d decimal.Decimal) string {
	s := d.String()
	if _, places, _ := strings.Cut(s, "."); !m.Heads() && len(places) < 2 {
		return d.StringFixed(2)
	}
	return s
}

func signed(m Metric, d decimal.Decimal) string {
	if d.Sign() > 0 {
		return "+" + amount(m, d)
	}
	return amount(m, d)
}

// plain is an id as it is, or quoted where it would break the line.
func plain(id string) string {
	if id == "" {
		return "-"
	}
	if strings.ContainsFunc(id, func(r rune) bool { return r == '"' || !strconv.IsGraphic(r) }) || strings.TrimSpace(id) != id {
		return strconv.Quote(id)
	}
	return id
}
