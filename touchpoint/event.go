package touchpoint

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Event is one thing that happened between a customer and the company.
//
// Customer, Name and At are required. Everything else may stay empty. Event is
// a plain value; its zero value is not a valid event, because it has no
// customer. An Event may be read by several goroutines as long as nobody
// changes Attrs.
type Event struct {
	// Customer identifies the person or account the event belongs to. The same
	// string groups journeys, ledgers and personas.
	Customer string
	// Name says what happened: "Trial Started", "ticket_opened".
	Name string
	// Channel says through what it happened; empty when unknown.
	Channel Channel
	// At is when it happened. A Log keeps the instant in nanoseconds and gives
	// it back in UTC.
	At time.Time

	// ID identifies the event within its Source, as CloudEvents id and Segment
	// messageId do. Two events with the same Source and ID are one event. An
	// empty ID means that the event is never taken for a duplicate.
	ID string
	// Source is the system the event was read from. It is part of the
	// duplicate key and is no marketing source; that is Visit.Source.
	Source string

	// Campaign is the marketing campaign, if any.
	Campaign string
	// Cost is what the touch cost the company; Value is what it earned. Both in
	// major units of one currency, which LogOptions.Currency states.
	Cost, Value decimal.Decimal
	// Attrs are further properties, read by the rules of a journey.
	Attrs map[string]string
}

// Limits that every event has to keep. They stop hostile input before it costs
// memory; no real vocabulary comes near them.
const (
	// MaxText is the longest customer, name, channel, campaign, id, source and
	// attribute key, in bytes.
	MaxText = 1024
	// MaxAttrText is the longest attribute value, in bytes.
	MaxAttrText = 4096
	// MaxAttrs is the largest number of attributes of one event.
	MaxAttrs = 256
	// MaxNames is the largest number of different event names in one log.
	MaxNames = 60_000
	// MaxChannels is the largest number of different channels in one log.
	MaxChannels = 1<<16 - 1
	// MaxEvents is the largest number of events in one log.
	MaxEvents = 1<<31 - 1
)

// The instants an event may have: from minTime, before maxTime.
var (
	minTime = time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(2201, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// minNano and maxNano are minTime and maxTime in Unix nanoseconds.
const (
	minNano = -2_208_988_800 * int64(time.Second)
	maxNano = 7_289_654_400 * int64(time.Second)
)

// Validate reports every field of the event that a Log would refuse, as the
// rows, all numbered 1, of a *[fault.Batch].
func (e Event) Validate() error {
	b := fault.Batch{Package: "touchpoint", Op: "validate event"}
	e.check(func(field, value, limit string, err error) {
		b.Add(fault.Row{Row: 1, Field: field, Value: value, Limit: limit, Err: err})
	})
	return b.Err()
}

// reporter takes what is wrong with one field; limit is empty where err says it.
type reporter func(field, value, limit string, err error)

// check reports the faults of e in the order of its fields.
func (e *Event) check(report reporter) {
	required := func(field, s string) {
		if s == "" {
			report(field, "", "", fault.ErrEmpty)
			return
		}
		if limit, err := fault.CheckText(s, MaxText); err != nil {
			report(field, s, limit, err)
		}
	}
	optional := func(field, s string) {
		if limit, err := fault.CheckText(s, MaxText); err != nil {
			report(field, s, limit, err)
		}
	}
	required("Customer", e.Customer)
	required("Name", e.Name)
	optional("Channel", string(e.Channel))
	if err := checkTime(e.At); err != nil {
		report("At", e.At.Format(time.RFC3339Nano), "", err)
	}
	optional("ID", e.ID)
	optional("Source", e.Source)
	optional("Campaign", e.Campaign)
	if _, err := amountOf(e.Cost); err != nil {
		report("Cost", shortDecimal(e.Cost), "", err)
	}
	if _, err := amountOf(e.Value); err != nil {
		report("Value", shortDecimal(e.Value), "", err)
	}
	if len(e.Attrs) > 0 {
		e.checkAttrs(report)
	}
}

func checkTime(t time.Time) error {
	if t.Before(minTime) || !t.Before(maxTime) {
		return ErrTime
	}
	return nil
}

// amount is a decimal in a fixed size: unit × 10^exp, with no trailing zero
// behind the point, so that equal values have equal amounts.
type amount struct {
	unit int64
	exp  int8
}

// amountLimit is the first unit of more than 18 digits.
const amountLimit = 1_000_000_000_000_000_000

// amountOf converts d without changing its value, or returns ErrAmount.
func amountOf(d decimal.Decimal) (amount, error) {
	coef, exp, err := num.Parts(d)
	if err != nil {
		return amount{}, ErrAmount
	}
	unit, ok := coef.Int64()
	if !ok || unit >= amountLimit || unit <= -amountLimit {
		return amount{}, ErrAmount
	}
	return amount{unit: unit, exp: int8(exp)}, nil
}

func (a amount) decimal() decimal.Decimal { return decimal.New(a.unit, int32(a.exp)) }

// shortDecimal prints d in its scientific parts, so that 1e1000000 stays short.
func shortDecimal(d decimal.Decimal) string {
	coef := d.Coefficient()
	if coef.BitLen() > 256 {
		return "a coefficient of " + itoa(coef.BitLen()) + " bits"
	}
	if d.Exponent() == 0 {
		return coef.String()
	}
	return coef.String() + "e" + itoa(int(d.Exponent()))
}
