package billing

import "strconv"

// MaxFindings is how many findings a list keeps; the rest is counted.
const MaxFindings = 10_000

// Findings collects findings, the first MaxFindings of them, so that hostile
// input cannot fill memory with complaints about it. The zero Findings is empty.
// It accumulates and is for one goroutine.
type Findings struct {
	list  []Finding
	more  int64
	worst Severity
}

// Add takes a finding, or counts it when the list is full.
func (f *Findings) Add(x Finding) {
	if len(f.list) < MaxFindings {
		f.list = append(f.list, x)
		return
	}
	f.more++
	f.worst = max(f.worst, x.Severity)
}

// Join takes those of another list, which came later.
func (f *Findings) Join(o *Findings) {
	for _, x := range o.list {
		f.Add(x)
	}
	if o.more > 0 {
		f.more += o.more
		f.worst = max(f.worst, o.worst)
	}
}

// All are the findings in order; where some were only counted, the last says how
// many, with the severity of the worst of them.
func (f *Findings) All() []Finding {
	out := append([]Finding(nil), f.list...)
	if f.more > 0 {
		out = append(out, Finding{
			Code: CodeMore, Severity: f.worst, Field: "findings", Value: strconv.FormatInt(f.more, 10),
			Message: "and so many more than the first " + strconv.Itoa(MaxFindings),
		})
	}
	return out
}
