package source

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// What a Finding is about.
const (
	FoundBad       fault.Code = "bad-record"      // a record that cannot be read; only under Report
	FoundType      fault.Code = "unknown-type"    // records of a type that is no event
	FoundLeftOut   fault.Code = "left-out"        // events that the mapping leaves out
	FoundColumn    fault.Code = "unknown-column"  // a column that nothing reads
	FoundFuture    fault.Code = "in-the-future"   // events after Options.Now and the skew
	FoundNobody    fault.Code = "nobody"          // records that name no customer, where the format has such
	FoundTruncated fault.Code = "begins-midway"   // a history that does not begin with its first value
	FoundUnordered fault.Code = "order-not-known" // values of one instant that do not follow from one another
	FoundMany      fault.Code = "more"            // what else there was, beyond the list
)

// Finding is one thing that a person should know about the input. Findings of
// one code and value are one, with their number.
type Finding struct {
	Code    fault.Code `json:"code"`
	Row     int64      `json:"row"`          // line of the input where it was first seen
	ID      string     `json:"id,omitempty"` // of that record, where it has one
	Field   string     `json:"field,omitempty"`
	Value   string     `json:"value,omitempty"`
	Message string     `json:"message"`
	Count   int64      `json:"count"`
}

// String is the finding in words.
func (f Finding) String() string {
	s := fmt.Sprintf("row %d: ", f.Row)
	if f.Field != "" {
		s += f.Field + " "
	}
	if f.Value != "" {
		s += text.Quote(f.Value) + ": "
	}
	s += f.Message
	if f.Count > 1 {
		s += fmt.Sprintf(" (%d times)", f.Count)
	}
	return s + " [" + string(f.Code) + "]"
}

type findings struct {
	list []Finding
	at   map[findingKey]int
	more Finding
}

type findingKey struct {
	code         fault.Code
	field, value string
}

func (f *findings) add(n Finding) {
	n.Value = text.Clip(n.Value)
	n.ID = text.Clip(n.ID)
	key := findingKey{n.Code, n.Field, n.Value}
	if i, ok := f.at[key]; ok {
		f.list[i].Count++
		return
	}
	n.Count = 1
	if len(f.list) >= fault.MaxListed {
		if f.more.Count == 0 {
			f.more = Finding{Code: FoundMany, Row: n.Row, Message: "more was found than is listed"}
		}
		f.more.Count++
		return
	}
	if f.at == nil {
		f.at = map[findingKey]int{}
	}
	f.at[key] = len(f.list)
	f.list = append(f.list, n)
}

func (f *findings) all() []Finding {
	out := slices.Clone(f.list)
	if f.more.Count > 0 {
		out = append(out, f.more)
	}
	return out
}
