package tracker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// memHistory is what happened to one customer.
type memHistory struct {
	entries []Occurrence
	ids     map[string]struct{} // of their events
}

// memOutbox are the messages not yet sent, by number.
type memOutbox struct {
	last     int64
	messages []Message
}

// putExtra writes what a commit says beside the state, or refuses it. The shard
// of the customer is locked.
func (m *MemStore) putExtra(customer string, c *Commit) error {
	m.extraMu.Lock()
	defer m.extraMu.Unlock()
	if m.history != nil {
		if err := m.putHistory(customer, c); err != nil {
			return err
		}
	}
	if m.outbox != nil {
		for msg := range c.Messages() {
			m.outbox.last++
			msg.N, msg.Occurrence = m.outbox.last, msg.Occurrence.Clone()
			m.outbox.messages = append(m.outbox.messages, msg)
		}
	}
	delete(m.leases, customer)
	return nil
}

func (m *MemStore) putHistory(customer string, c *Commit) error {
	h := m.history[customer]
	if h == nil {
		h = &memHistory{ids: map[string]struct{}{}}
	}
	keep := len(h.entries) - len(c.Undone)
	if keep < 0 {
		return fmt.Errorf("tracker: memstore: put: customer %q: %w: %d entries undone of a history of %d", text.Clip(customer), ErrConflict, len(c.Undone), len(h.entries))
	}
	for _, o := range h.entries[keep:] {
		delete(h.ids, o.Event.ID)
	}
	back := func(n int) { // as it was
		for i := range c.Changes[:n] {
			delete(h.ids, c.Changes[i].Event.ID)
		}
		for _, o := range h.entries[keep:] {
			h.note(o)
		}
	}
	for i, o := range c.Changes {
		if o.Origin != OriginEvent || o.Event.ID == "" {
			continue
		}
		if _, known := h.ids[o.Event.ID]; known {
			back(i)
			return fmt.Errorf("tracker: memstore: put: customer %q: event %q: %w", text.Clip(customer), text.Clip(o.Event.ID), ErrDuplicate)
		}
		h.note(o)
	}
	h.entries = slices.Delete(h.entries, keep, len(h.entries))
	for i := range c.Changes {
		h.entries = append(h.entries, c.Changes[i].Clone())
	}
	m.history[customer] = h
	return nil
}

func (h *memHistory) note(o Occurrence) {
	if o.Origin == OriginEvent && o.Event.ID != "" {
		h.ids[o.Event.ID] = struct{}{}
	}
}

func (m *MemStore) eraseExtra(customer string) {
	m.extraMu.Lock()
	defer m.extraMu.Unlock()
	delete(m.history, customer)
	delete(m.leases, customer)
	if m.outbox != nil {
		m.outbox.messages = slices.DeleteFunc(m.outbox.messages, func(msg Message) bool { return msg.Customer == customer })
	}
}

// KeepsHistory implements [Historian]: whether MemOptions.History was set.
func (m *MemStore) KeepsHistory() bool { return m.history != nil }

// History implements [Historian]. The slice is the caller's; none unless
// MemOptions.History was set.
func (m *MemStore) History(ctx context.Context, customer string, from time.Time) ([]Occurrence, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.extraMu.RLock()
	defer m.extraMu.RUnlock()
	h := m.history[customer]
	if h == nil {
		return nil, nil
	}
	first := 0
	for i, o := range slices.Backward(h.entries) {
		if !o.At.After(from) {
			first = i
			break
		}
	}
	list := slices.Clone(h.entries[first:])
	for i := range list {
		list[i] = list[i].Clone()
	}
	return list, nil
}

// Known implements [Historian].
func (m *MemStore) Known(ctx context.Context, customer, id string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.extraMu.RLock()
	defer m.extraMu.RUnlock()
	h := m.history[customer]
	if h == nil {
		return false, nil
	}
	_, known := h.ids[id]
	return known, nil
}

// Claim implements [Claimer].
func (m *MemStore) Claim(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]string, error) {
	var list []string
	for customer, err := range m.Due(ctx, now) {
		if err != nil {
			return nil, err
		}
		if len(list) >= limit {
			break
		}
		if m.claim(customer, now, lease) {
			list = append(list, customer)
		}
	}
	return list, nil
}

// claim reserves one customer, unless somebody has.
func (m *MemStore) claim(customer string, now time.Time, lease time.Duration) bool {
	m.extraMu.Lock()
	defer m.extraMu.Unlock()
	if until, taken := m.leases[customer]; taken && until.After(now) {
		return false
	}
	if m.leases == nil {
		m.leases = map[string]time.Time{}
	}
	m.leases[customer] = now.Add(lease)
	return true
}

// Unsent implements [Outbox]. There is nothing to send unless MemOptions.Outbox
// was set.
func (m *MemStore) Unsent(ctx context.Context, after int64, limit int) ([]Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.extraMu.RLock()
	defer m.extraMu.RUnlock()
	if m.outbox == nil {
		return nil, nil
	}
	list := m.outbox.messages
	list = list[sort.Search(len(list), func(i int) bool { return list[i].N > after }):]
	return slices.Clone(list[:min(len(list), max(limit, 0))]), nil
}

// Sent implements [Outbox].
func (m *MemStore) Sent(ctx context.Context, numbers ...int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.extraMu.Lock()
	defer m.extraMu.Unlock()
	if m.outbox == nil {
		return nil
	}
	gone := slices.Sorted(slices.Values(numbers))
	m.outbox.messages = slices.DeleteFunc(m.outbox.messages, func(msg Message) bool {
		_, found := slices.BinarySearchFunc(gone, msg.N, cmp.Compare[int64])
		return found
	})
	return nil
}
