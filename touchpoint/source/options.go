package source

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// Errors that callers branch on with errors.Is.
var (
	// ErrOptions is returned for options or a mapping that cannot be used.
	ErrOptions = errors.New("options of a source do not fit")
	// ErrRecord is what every record that cannot be read unwraps to.
	ErrRecord = errors.New("not a usable record")
	// ErrRead is returned for a Reader that was read before.
	ErrRead = errors.New("a reader can be read once")
	// ErrCurrency is returned for amounts in several currencies without rates
	// to convert them.
	ErrCurrency = errors.New("amounts in several currencies")
)

// Options say how the records of a source become events. The zero value is
// right for a source in its own format with events under their own names.
type Options struct {
	// Mapping says which field of a record is what; see each constructor for
	// what its zero value means there.
	Mapping Mapping
	// Source is Event.Source, the first half of the duplicate key; empty = the
	// name of the format, such as "segment".
	Source string
	// Location is that of times that state no zone; nil = UTC.
	Location *time.Location
	// Epoch is what a bare number counts where a time is wanted; zero = such a
	// time is refused, because digits alone do not tell.
	Epoch Epoch
	// Currency is that of cost and value in the log. Empty = that of the first
	// amount that states one.
	Currency money.Currency
	// Rates convert amounts of other currencies; nil = another currency is an
	// error that wraps ErrCurrency.
	Rates money.Rates
	// Channels gives a channel to records that say how a visitor came; nil =
	// they have none, unless Mapping.Channels gives one.
	Channels *channel.Classifier
	// Identity takes what the source says about who is who; nil = nothing is
	// collected and customers stay as the records name them.
	Identity *Identity
	// Now is against what times in the future are noticed: events after
	// Now + Skew are kept and reported. The zero time = nothing is noticed.
	Now time.Time
	// Skew is how far a clock may be ahead; zero = 24 hours.
	Skew time.Duration
	// Bad says what a record that cannot be read is; zero = an error.
	Bad Bad
	// MaxRecord is the longest record in bytes; zero = 1 MiB.
	MaxRecord int
}

// Epoch says what a bare number counts.
type Epoch uint8

// The epochs: units since 1970 UTC.
const (
	EpochNone Epoch = iota
	EpochSeconds
	EpochMillis
	EpochMicros
)

var epochs = enum.New[Epoch]("source", "Epoch", "none", "seconds", "millis", "micros")

// String returns the name of the epoch.
func (e Epoch) String() string { return epochs.String(e) }

// MarshalText returns the name of the epoch.
func (e Epoch) MarshalText() ([]byte, error) { return epochs.Marshal(e) }

// UnmarshalText reads the name of the epoch.
func (e *Epoch) UnmarshalText(text []byte) error { return epochs.Unmarshal(e, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (e *Epoch) Scan(src any) error { return epochs.Scan(e, src) }

// Value returns the name for an SQL column.
func (e Epoch) Value() (driver.Value, error) { return epochs.Value(e) }

// Bad says what happens to a record that cannot be read.
type Bad uint8

// Refuse gives an error in place of the event, so that a log built from the
// reader lists every one and does not come to be; Report leaves the record out
// and notes it in Findings.
const (
	Refuse Bad = iota
	Report
)

var bads = enum.New[Bad]("source", "Bad", "refuse", "report")

// String returns the name of the choice.
func (b Bad) String() string { return bads.String(b) }

// MarshalText returns the name of the choice.
func (b Bad) MarshalText() ([]byte, error) { return bads.Marshal(b) }

// UnmarshalText reads the name of the choice.
func (b *Bad) UnmarshalText(text []byte) error { return bads.Unmarshal(b, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (b *Bad) Scan(src any) error { return bads.Scan(b, src) }

// Value returns the name for an SQL column.
func (b Bad) Value() (driver.Value, error) { return bads.Value(b) }

// Mapping says which field of a record is what. A field of a CSV file is a
// column, one of a JSON record a path such as "properties.plan". It is data,
// with a JSON form. Empty = what the format has; "-" = nothing.
type Mapping struct {
	Customer string   `json:"customer,omitempty"`
	Event    string   `json:"event,omitempty"`
	At       string   `json:"at,omitempty"`
	Channel  string   `json:"channel,omitempty"`
	ID       []string `json:"id,omitempty"` // several are joined
	Source   string   `json:"source,omitempty"`
	Campaign string   `json:"campaign,omitempty"`
	Cost     string   `json:"cost,omitempty"`
	Value    string   `json:"value,omitempty"`
	Currency string   `json:"currency,omitempty"`
	// Referrer has the customer who recommended this one; see Identity.
	Referrer string `json:"referrer,omitempty"`
	// Attrs are attributes of the event by name, each with its field.
	Attrs map[string]string `json:"attrs,omitempty"`

	// Where keeps only records whose field has one of the values.
	Where map[string][]string `json:"where,omitempty"`
	// Events gives an event another name; an empty one leaves it out.
	Events map[string]string `json:"events,omitempty"`
	// Only leaves out events that Events does not name.
	Only bool `json:"only,omitempty"`
	// Channels gives a channel to events by their name, as mapped, or by the
	// name of their source: for reviews, calls and what else no visit shows. It
	// goes before what a visit says.
	Channels map[string]touchpoint.Channel `json:"channels,omitempty"`
}

const (
	maxRecord  = 1 << 20
	maxMapping = 10_000 // entries of one map
	none       = "-"
)

// filled takes the format's own fields where the mapping states none.
func (m Mapping) filled(own Mapping) Mapping {
	for _, f := range []struct{ to, from *string }{
		{&m.Customer, &own.Customer},
		{&m.Event, &own.Event},
		{&m.At, &own.At},
		{&m.Channel, &own.Channel},
		{&m.Source, &own.Source},
		{&m.Campaign, &own.Campaign},
		{&m.Cost, &own.Cost},
		{&m.Value, &own.Value},
		{&m.Currency, &own.Currency},
		{&m.Referrer, &own.Referrer},
	} {
		switch *f.to {
		case "":
			*f.to = *f.from
		case none:
			*f.to = ""
		}
	}
	if m.ID == nil {
		m.ID = own.ID
	}
	if m.Where == nil {
		m.Where = own.Where
	}
	if own.Events != nil {
		events := maps.Clone(own.Events)
		maps.Copy(events, m.Events)
		m.Events = events
	}
	if m.Attrs == nil {
		m.Attrs = own.Attrs
	}
	return m
}

func (o Options) filled(format string, own Mapping) (Options, error) {
	refuse := func(field, value, limit string) error {
		return &fault.Error{Package: "source", Op: format, Field: field, Value: value, Limit: limit, Err: ErrOptions}
	}
	o.Mapping = o.Mapping.filled(own)
	if o.Source == "" {
		o.Source = format
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Skew == 0 {
		o.Skew = 24 * time.Hour
	}
	if o.MaxRecord == 0 {
		o.MaxRecord = maxRecord
	}
	if limit, err := fault.CheckText(o.Source, touchpoint.MaxText); err != nil {
		return o, refuse("Source", fault.Quote(o.Source), limit)
	}
	switch {
	case o.Skew < 0:
		return o, refuse("Skew", o.Skew.String(), "must not be negative")
	case o.MaxRecord < 0:
		return o, refuse("MaxRecord", fmt.Sprint(o.MaxRecord), "must not be negative")
	case o.Epoch > EpochMicros:
		return o, refuse("Epoch", fmt.Sprint(o.Epoch), "is none of the epochs")
	case o.Bad > Report:
		return o, refuse("Bad", fmt.Sprint(o.Bad), "want Refuse or Report")
	}
	if o.Currency != "" {
		if err := o.Currency.Validate(); err != nil {
			return o, refuse("Currency", fault.Quote(string(o.Currency)), "want an ISO 4217 code")
		}
	}
	for _, size := range []int{len(o.Mapping.Attrs), len(o.Mapping.Where), len(o.Mapping.Events), len(o.Mapping.Channels), len(o.Mapping.ID)} {
		if size > maxMapping {
			return o, refuse("Mapping", "", fault.AtMost(maxMapping, "entries", int64(size)))
		}
	}
	if _, ok := o.Mapping.Attrs[""]; ok {
		return o, refuse("Mapping.Attrs", "", "an attribute without name")
	}
	if len(o.Mapping.Attrs) > touchpoint.MaxAttrs {
		return o, refuse("Mapping.Attrs", "", fault.AtMost(touchpoint.MaxAttrs, "attributes", int64(len(o.Mapping.Attrs))))
	}
	return o, nil
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
