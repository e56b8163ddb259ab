package source

import (
	"encoding/csv"
	"io"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// WriteCSV writes a log in the documented form that CSV reads: the columns that
// the log keeps, in its order. CSV gives the same log again.
func WriteCSV(w io.Writer, log *touchpoint.Log) error {
	o := log.Options()
	header := []string{"customer", "event", "at", "channel"}
	if o.IDs {
		header = append(header, "id", "source")
	}
	if o.Campaign {
		header = append(header, "campaign")
	}
	if o.Cost {
		header = append(header, "cost")
	}
	if o.Value {
		header = append(header, "value")
	}
	if o.Currency != "" {
		header = append(header, "currency")
	}
	for _, key := range o.Attrs {
		header = append(header, attrPrefix+key)
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	row := make([]string, 0, len(header))
	for e := range log.Events() {
		row = append(row[:0], e.Customer, e.Name, e.At.Format(time.RFC3339Nano), string(e.Channel))
		if o.IDs {
			row = append(row, e.ID, e.Source)
		}
		if o.Campaign {
			row = append(row, e.Campaign)
		}
		if o.Cost {
			row = append(row, amount(e.Cost.IsZero(), e.Cost.String()))
		}
		if o.Value {
			row = append(row, amount(e.Value.IsZero(), e.Value.String()))
		}
		if o.Currency != "" {
			row = append(row, string(o.Currency))
		}
		for _, key := range o.Attrs {
			row = append(row, e.Attrs[key])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func amount(zero bool, s string) string {
	if zero {
		return ""
	}
	return s
}
