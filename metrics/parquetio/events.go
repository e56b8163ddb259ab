package parquetio

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"
)

var eventFields = []field[touchpoint.Event]{
	text("customer", true, func(e *touchpoint.Event) *string { return &e.Customer }),
	text("name", true, func(e *touchpoint.Event) *string { return &e.Name }),
	text("channel", false, func(e *touchpoint.Event) *string { return (*string)(&e.Channel) }),
	instant("at", true, func(e *touchpoint.Event) *time.Time { return &e.At }),
	text("id", false, func(e *touchpoint.Event) *string { return &e.ID }),
	text("source", false, func(e *touchpoint.Event) *string { return &e.Source }),
	text("campaign", false, func(e *touchpoint.Event) *string { return &e.Campaign }),
	money("cost", false, func(e *touchpoint.Event) *decimal.Decimal { return &e.Cost }),
	money("value", false, func(e *touchpoint.Event) *decimal.Decimal { return &e.Value }),
	named("attrs", false, func(e *touchpoint.Event) (string, error) {
		if len(e.Attrs) == 0 {
			return "", nil
		}
		b, err := json.Marshal(e.Attrs) // keys in order
		return string(b), err
	}, func(e *touchpoint.Event, b []byte) error {
		if err := json.Unmarshal(b, &e.Attrs); err != nil {
			return fmt.Errorf("%w: want a JSON object of texts", ErrValue)
		}
		return nil
	}),
}

// Events yields the events of a file, as a Log takes them: columns customer, name
// and at are required, attrs is a JSON object of texts. Errors are as those of
// Changes.
func Events(f File, o Options) iter.Seq2[touchpoint.Event, error] {
	return read("events", f, eventFields, o)
}

// WriteEvents writes events. After an error the file is of no use.
func WriteEvents(w io.Writer, events iter.Seq[touchpoint.Event], o Options) error {
	return write("write events", w, eventFields, ofSlice(events), o)
}
