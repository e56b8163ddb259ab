package ledger

// Forget drops the monthly sums, so that a benchmark can make them again.
func (l *Ledger) Forget() { l.tally = nil }

// Eager takes every input of at least n changes in on all processors, so that a
// law reaches what else only large inputs do.
func (l *Ledger) Eager(n int) { l.many = n }
