package kit

import "github.com/lifecycle-go/lifecycle/metrics/billing"

// checked is a *billing.Span or a *billing.InvoiceLine.
type checked[T any] interface {
	*T
	Check(report func(billing.Finding)) bool
}

// Sound reports whether package billing can read what an importer made. What it
// cannot is a Fault and to be left out. Importers check what they know by the field
// of their source; this is the last door, for what they did not think of.
func Sound[T any, P checked[T]](s *Session, v P) bool {
	return v.Check(nil) || v.Check(s.Find)
}

// sound are those of all that are, in the place of all.
func sound[T any, P checked[T]](s *Session, all []T) []T {
	out := all[:0]
	for i := range all {
		if Sound[T, P](s, &all[i]) {
			out = append(out, all[i])
		}
	}
	return out
}
