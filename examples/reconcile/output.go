package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
)

// writeText prints MRR under both policies, why they differ, what was found in
// the records, and the policies in words.
func writeText(out *bytes.Buffer, r *account, result *policy.Reconciliation) error {
	fmt.Fprintf(out, "%d spans and %d invoice lines of %s\n\n", len(r.spans), len(r.lines), customers(r))
	if err := result.WriteText(out, policy.TextOptions{}); err != nil {
		return err
	}
	if len(r.findings) > 0 {
		out.WriteString("\nFindings of the import:\n")
		for _, f := range r.findings {
			fmt.Fprintf(out, "  %s\n", f)
		}
	}
	fmt.Fprintf(out, "\nA: %s\nB: %s", result.A, result.B)
	return nil
}

func customers(r *account) string {
	seen := map[string]bool{}
	for i := range r.spans {
		seen[r.spans[i].Customer] = true
	}
	for i := range r.lines {
		seen[r.lines[i].Customer] = true
	}
	if len(seen) == 1 {
		return "1 customer"
	}
	return fmt.Sprintf("%d customers", len(seen))
}

// writeJSON prints the same as one object; amounts are decimal text.
func writeJSON(out *bytes.Buffer, r *account, result *policy.Reconciliation) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		*policy.Reconciliation
		Import []billing.Finding `json:"import_findings,omitempty"`
	}{result, r.findings})
}
