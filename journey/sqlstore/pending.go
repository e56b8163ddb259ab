package sqlstore

import (
	"encoding/json"
	"fmt"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// pending is what one customer's commits come to, one or several of them:
// the state they end in and what they do to the history as it is stored.
type pending struct {
	customer   string
	expected   int64 // version in the database, or tracker.NotStored
	state      tracker.State
	definition int64
	body       []byte
	cut        int                  // entries taken off the end of the stored history
	entries    []tracker.Occurrence // then put there
	messages   []tracker.Message
}

// add takes one more commit into p.
func (p *pending) add(s *Store, c tracker.Commit) error {
	if err := c.State.Validate(); err != nil {
		return err
	}
	customer := c.State.Snapshot.Customer
	if c.State.Version <= c.Expected {
		return fmt.Errorf("sqlstore: put: customer %s: %w: version %d does not follow %d", fault.Quote(customer), journey.ErrSnapshot, c.State.Version, c.Expected)
	}
	texts := []struct{ field, text string }{{"customer", customer}, {"stage", string(c.State.Snapshot.Stage)}, {"definition", c.State.Snapshot.Definition}, {"hash", c.State.Snapshot.Hash}}
	for i := range c.Changes {
		o := &c.Changes[i]
		texts = append(texts, struct{ field, text string }{"event", o.Event.ID}, struct{ field, text string }{"trigger", string(o.Trigger)},
			struct{ field, text string }{"stage", string(o.From)}, struct{ field, text string }{"stage", string(o.To)})
		for _, m := range o.Reached() {
			texts = append(texts, struct{ field, text string }{"milestone", m})
		}
	}
	for _, t := range texts {
		if err := s.schema.Storable("put", t.field, t.text); err != nil {
			return err
		}
	}
	body, err := pack(c.State)
	if err != nil {
		return err
	}
	if s.o.Outbox {
		for m := range c.Messages() {
			m.Occurrence = m.Occurrence.Clone()
			p.messages = append(p.messages, m)
		}
	}
	if !s.o.NoHistory {
		keep := len(p.entries) - len(c.Undone)
		if keep < 0 {
			p.cut -= keep
			keep = 0
		}
		p.entries = p.entries[:keep:keep]
		for i := range c.Changes {
			p.entries = append(p.entries, c.Changes[i].Clone())
		}
		if id := p.twice(); id != "" {
			return duplicate(customer, id)
		}
	}
	p.customer, p.state, p.body = customer, c.State.Clone(), body
	return nil
}

// ids are those of the events that p brings.
func (p *pending) ids() (list []string) {
	for i := range p.entries {
		if id := eventID(&p.entries[i]); id != nil {
			list = append(list, id.(string))
		}
	}
	return list
}

// twice is the ID of an event that p brings two times, if any.
func (p *pending) twice() string {
	ids := p.ids()
	if len(ids) < 2 {
		return ""
	}
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return id
		}
		seen[id] = true
	}
	return ""
}

// eventID is what makes an entry known; nil for one that is not of an event
// with an ID.
func eventID(o *tracker.Occurrence) any {
	if o.Origin != tracker.OriginEvent || o.Event.ID == "" {
		return nil
	}
	return o.Event.ID
}

func duplicate(customer, id string) error {
	return fmt.Errorf("sqlstore: put: customer %s: event %s: %w", fault.Quote(customer), fault.Quote(id), tracker.ErrDuplicate)
}

// entryRow is an entry as its columns, from event_id on.
func entryRow(o *tracker.Occurrence) ([]any, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return []any{eventID(o), o.Kind.String(), string(o.Trigger), string(o.From), string(o.To), o.At.UnixNano(), o.Seq, body}, nil
}
