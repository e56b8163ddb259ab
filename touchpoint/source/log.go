package source

import (
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Log reads several sources into one log, in the order given, and gives the
// events to the customers whom ids, which may be nil, resolves them to. Amounts
// of readers in several currencies are refused with an error that wraps
// ErrCurrency; with LogOptions.Currency empty the log states that of the
// readers. Every record that cannot be read is reported; then there is no log.
func Log(o touchpoint.LogOptions, ids *Identity, readers ...*Reader) (*touchpoint.Log, error) {
	var mixed error
	currency := o.Currency
	log, err := o.Read(func(yield func(touchpoint.Event, error) bool) {
		for _, r := range readers {
			for e, err := range r.Events() {
				if !yield(e, err) {
					return
				}
			}
			if c := r.Currency(); c != "" {
				if currency == "" {
					currency = c
				}
				if c != currency {
					mixed = &fault.Error{Package: "source", Op: "log", Field: r.format, Value: string(c), Limit: "the amounts of the log are in " + string(currency), Err: ErrCurrency}
					yield(touchpoint.Event{}, mixed)
					return
				}
			}
		}
	})
	if mixed != nil {
		return nil, mixed
	}
	if err != nil {
		return nil, err
	}
	if currency != o.Currency {
		if log, err = log.WithCurrency(currency); err != nil {
			return nil, err
		}
	}
	if ids != nil {
		return ids.Apply(log)
	}
	return log, nil
}

// Events chains readers: what Log reads, for those who build the log
// themselves.
func Events(readers ...*Reader) iter.Seq2[touchpoint.Event, error] {
	return func(yield func(touchpoint.Event, error) bool) {
		for _, r := range readers {
			for e, err := range r.Events() {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}
