package sqlstore

import (
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
	cut        int     // entries taken off the end of the stored history
	entries    []entry // then put there
	messages   []message
}

// entry is one of a history, and its JSON.
type entry struct {
	tracker.Occurrence
	body []byte
}

// message is one for the outbox: the JSON of its change.
type message struct {
	undone  bool
	payload []byte
}

// flag is the column undone.
func (m message) flag() int64 {
	if m.undone {
		return 1
	}
	return 0
}

// entriesOf writes the changes of a commit as JSON.
func entriesOf(list []tracker.Occurrence) ([]entry, error) {
	out := make([]entry, len(list))
	for i := range list {
		body, err := list[i].MarshalJSON() // json.Marshal would go over it once more
		if err != nil {
			return nil, err
		}
		out[i] = entry{list[i].Clone(), body}
	}
	return out, nil
}

// messagesOf are the messages of a commit, whose changes were written as
// entries: each is one of them, or takes back what was.
func messagesOf(c tracker.Commit, entries []entry) (list []message, err error) {
	for m := range c.Messages() {
		if !m.Undone {
			for len(entries) > 0 && (entries[0].Seq != m.Occurrence.Seq || entries[0].Again != m.Occurrence.Again || entries[0].Refused() != m.Occurrence.Refused()) {
				entries = entries[1:] // of what nobody is told
			}
			if len(entries) > 0 {
				list = append(list, message{payload: entries[0].body})
				entries = entries[1:]
				continue
			}
		}
		body, err := m.Occurrence.MarshalJSON()
		if err != nil {
			return nil, err
		}
		list = append(list, message{m.Undone, body})
	}
	return list, nil
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
	var entries []entry
	if s.o.Outbox || !s.o.NoHistory {
		if entries, err = entriesOf(c.Changes); err != nil {
			return err
		}
	}
	if s.o.Outbox {
		messages, err := messagesOf(c, entries)
		if err != nil {
			return err
		}
		p.messages = append(p.messages, messages...)
	}
	if !s.o.NoHistory {
		keep := len(p.entries) - len(c.Undone)
		if keep < 0 {
			p.cut -= keep
			keep = 0
		}
		p.entries = append(p.entries[:keep:keep], entries...)
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
		if id := eventID(&p.entries[i].Occurrence); id != nil {
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

// row is an entry as its columns, from event_id on.
func (e *entry) row() []any {
	return []any{eventID(&e.Occurrence), e.Kind.String(), string(e.Trigger), string(e.From), string(e.To), e.At.UnixNano(), e.Seq, e.body}
}
