package tracker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Message is one change on its way out. Its number N grows in the order in which
// the changes of one customer were stored, and names it: a consumer that
// remembers the numbers it has seen does nothing twice.
type Message struct {
	N int64 `json:"n"`
	// Undone says that the change no longer holds: a late event came before it.
	Undone bool `json:"undone,omitempty"`
	Occurrence
}

type messageJSON struct {
	N      int64      `json:"n"`
	Undone bool       `json:"undone,omitempty"`
	Change Occurrence `json:"change"`
}

// MarshalJSON writes n, undone and the change.
func (m Message) MarshalJSON() ([]byte, error) {
	return json.Marshal(messageJSON{m.N, m.Undone, m.Occurrence})
}

// UnmarshalJSON reads what MarshalJSON wrote; m is as it was when that fails.
func (m *Message) UnmarshalJSON(data []byte) error {
	var v messageJSON
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*m = Message{v.N, v.Undone, v.Change}
	return nil
}

// String tells the message in one line.
func (m Message) String() string {
	if m.Undone {
		return fmt.Sprintf("%d undone: %s", m.N, m.Occurrence)
	}
	return fmt.Sprintf("%d %s", m.N, m.Occurrence)
}

// Messages yields what a commit has to tell others, without numbers: what it
// takes back, then what it brings. What only came out as it was, and events that
// were refused, are not told.
func (c Commit) Messages() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for _, o := range c.Undone {
			if !old(o) && !yield(Message{Undone: true, Occurrence: o}) {
				return
			}
		}
		for _, o := range c.Changes {
			if !old(o) && !yield(Message{Occurrence: o}) {
				return
			}
		}
	}
}

// Outbox is a [Store] that writes the [Commit.Messages] of every commit in the
// same atomic step as the state, and keeps each until it has been sent. So what
// follows from a change is neither lost when a process dies nor told of a change
// that was not stored.
type Outbox interface {
	// Unsent returns up to limit messages with a number above after that have
	// not been sent, by number.
	Unsent(ctx context.Context, after int64, limit int) ([]Message, error)
	// Sent forgets messages. Unknown numbers are no error.
	Sent(ctx context.Context, numbers ...int64) error
}

// Relay carries the messages of an [Outbox] to somebody else: a queue, a mail
// server, another service. Each is delivered at least once, those of one
// customer in order. Run it after every event, once a minute, or both; one at a
// time for each outbox.
type Relay struct {
	From Outbox
	// Send delivers one message. When it fails, the message stays, and with it
	// the later ones of its customer; others go on.
	Send func(ctx context.Context, m Message) error
	// Batch is how many messages are read at once; 0 = 100.
	Batch int
}

// Relayed is what one [Relay.Run] did.
type Relayed struct {
	Sent   int `json:"sent"`
	Failed int `json:"failed"` // messages that could not be delivered
	Held   int `json:"held"`   // messages that wait behind one that failed
}

// maxRelayErrors bounds the list of what could not be delivered.
const maxRelayErrors = 100

// Run delivers every message that waits. The errors of Send are joined, the
// first hundred of them; a panic of Send is one.
func (r Relay) Run(ctx context.Context) (Relayed, error) {
	var done Relayed
	if r.From == nil || r.Send == nil || r.Batch < 0 {
		return done, errors.New("tracker: relay: it wants From, Send and a Batch of 0 or more")
	}
	batch := r.Batch
	if batch == 0 {
		batch = 100
	}
	var errs []error
	held := map[string]bool{}
	for after := int64(0); ; {
		list, err := r.From.Unsent(ctx, after, batch)
		if err != nil {
			return done, errors.Join(append(errs, fmt.Errorf("tracker: relay: %w", err))...)
		}
		var sent []int64
		for _, m := range list {
			after = m.N
			if held[m.Customer] {
				done.Held++
				continue
			}
			if err := r.send(ctx, m); err != nil {
				held[m.Customer] = true
				if done.Failed++; done.Failed <= maxRelayErrors {
					errs = append(errs, fmt.Errorf("tracker: relay: message %d, customer %q: %w", m.N, text.Clip(m.Customer), err))
				}
				if ctx.Err() != nil {
					break
				}
				continue
			}
			sent = append(sent, m.N)
		}
		if len(sent) > 0 {
			// What was delivered is noted even when the caller gives up now.
			if err := r.From.Sent(context.WithoutCancel(ctx), sent...); err != nil {
				return done, errors.Join(append(errs, fmt.Errorf("tracker: relay: %d messages delivered and not noted: %w", len(sent), err))...)
			}
			done.Sent += len(sent)
		}
		if len(list) < batch || ctx.Err() != nil {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		errs = append(errs, err)
	}
	return done, errors.Join(errs...)
}

func (r Relay) send(ctx context.Context, m Message) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", ErrHookPanic, v)
		}
	}()
	return r.Send(ctx, m)
}
