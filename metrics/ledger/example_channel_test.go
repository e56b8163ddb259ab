package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// message is what a consumer of Kafka, NATS or a queue hands over.
type message struct {
	value []byte
	err   error
}

// received are the changes of a channel, until it is closed or the context ends.
func received(ctx context.Context, messages <-chan message) iter.Seq2[ledger.Change, error] {
	return func(yield func(ledger.Change, error) bool) {
		for {
			var c ledger.Change
			select {
			case <-ctx.Done():
				yield(c, ctx.Err())
				return
			case m, open := <-messages:
				if !open {
					return
				}
				err := m.err
				if err == nil {
					err = json.Unmarshal(m.value, &c)
				}
				if !yield(c, err) {
					return
				}
			}
		}
	}
}

// Streams need no adapter: what arrives on a channel is an iter.Seq2. Load takes
// all of it or nothing, so acknowledge what it took once it has returned.
func ExampleLedger_Load_channel() {
	messages := make(chan message)
	go func() {
		defer close(messages)
		for _, m := range []string{
			`{"customer": "acme", "at": "2026-01-05T00:00:00Z", "amount": "49", "id": "evt_1"}`,
			`{"customer": "acme", "at": "2026-01-05T00:00:00Z", "amount": "49", "id": "evt_1"}`,
			`{"customer": "acme", "at": "2026-01-20T00:00:00Z", "amount": "99", "id": "evt_2"}`,
		} {
			messages <- message{value: []byte(m)}
		}
	}()
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Load(received(context.Background(), messages)); err != nil {
		fmt.Println(err)
		return
	}
	s, err := books.Statement(calendar.NewMonth(2026, time.January))
	fmt.Println(s, err)
	// Output:
	// 2026-01 EUR: 0 + 49 new + 50 expansion = 99, 1 customers <nil>
}
