package source

import (
	"io"
)

type cloudEvent struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Source      string `json:"source"`
	Type        string `json:"type"`
	Subject     string `json:"subject"`
	Time        string `json:"time"`
	Data        raw    `json:"data"`
}

// CloudEvents reads envelopes of CloudEvents 1.0 in structured JSON, one after
// another or as a batch. id and source are the duplicate key, type is the
// event's name, subject the customer unless Mapping.Customer names a field of
// data; time is required here. Fields for a Mapping begin with data, or are the
// attributes of the envelope, extensions included.
func CloudEvents(in io.Reader, o Options) *Reader {
	return newReader("cloudevents", o, Mapping{Source: "source"}, func(r *Reader, each func(*draft) bool) error {
		t := &tree{}
		return r.walkJSON(in, each, func(d *draft, data []byte) error {
			t.roots = nil
			t.reset()
			var e cloudEvent
			if err := decode(data, &t.roots); err != nil {
				return err
			}
			if err := decode(data, &e); err != nil {
				return err
			}
			d.id, d.field = e.ID, t.find
			switch {
			case e.SpecVersion != "1.0":
				d.bad = r.refuse(d, "specversion", e.SpecVersion, "want 1.0")
			case e.ID == "":
				d.bad = r.refuse(d, "id", "", "must not be empty")
			case e.Source == "":
				d.bad = r.refuse(d, "source", "", "must not be empty")
			case e.Type == "":
				d.bad = r.refuse(d, "type", "", "must not be empty")
			}
			if r.o.Mapping.Event == "" {
				d.name = e.Type
			}
			if r.o.Mapping.Customer == "" {
				d.customer = e.Subject
			}
			if r.o.Mapping.At == "" && d.bad == nil {
				var limit string
				if d.at, limit = r.time(e.Time); limit != "" {
					d.bad = r.refuse(d, "time", e.Time, limit)
				}
			}
			return nil
		})
	})
}
