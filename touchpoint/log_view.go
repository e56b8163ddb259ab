package touchpoint

import (
	"encoding/json"
	"fmt"
	"time"
)

// String says how much is in the log.
func (l *Log) String() string {
	first, last, ok := l.Span()
	if !ok {
		return "no events"
	}
	return fmt.Sprintf("%d events of %d customers, %s to %s", l.Len(), l.Customers(), first.Format(time.DateOnly), last.Format(time.DateOnly))
}

// MarshalJSON is a view: how many events of how many customers, from when to
// when, and the names that occur. MarshalBinary has the log itself.
func (l *Log) MarshalJSON() ([]byte, error) {
	first, last, _ := l.Span()
	return json.Marshal(struct {
		Events     int       `json:"events"`
		Customers  int       `json:"customers"`
		First      time.Time `json:"first,omitzero"`
		Last       time.Time `json:"last,omitzero"`
		Duplicates int64     `json:"duplicates"`
		Currency   string    `json:"currency,omitempty"`
		Names      []string  `json:"names"`
		Channels   []Channel `json:"channels"`
	}{l.Len(), l.Customers(), first, last, l.duplicates, string(l.currency), append([]string{}, l.names...), append([]Channel{}, l.channels...)})
}
