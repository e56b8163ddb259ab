package source

import (
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// Reader reads the events of one source, one record at a time. Make one with
// the function of the format: CSV, JSONLines, Segment, PostHog, GA4, HubSpot,
// Salesforce, CloudEvents. It is read once, by one goroutine; what it found is
// complete when the last event was read.
type Reader struct {
	format string
	o      Options
	err    error // of the options
	read   bool
	walk   func(r *Reader, each func(*draft) bool) error

	attrs []string // names of the attributes, in order
	where []string
	reads []string // columns that are read beside those of the mapping

	findings findings
	counts   Counts
	currency money.Currency
	names    map[string]string // event names, kept once
}

// Counts say what became of the records.
type Counts struct {
	Records int64 `json:"records"`  // read
	Events  int64 `json:"events"`   // given out
	LeftOut int64 `json:"left_out"` // left out by the mapping, or no event
	Links   int64 `json:"links"`    // said who is who
	Bad     int64 `json:"bad"`      // could not be read
}

func newReader(format string, o Options, own Mapping, walk func(*Reader, func(*draft) bool) error) *Reader {
	r := &Reader{format: format, walk: walk, names: map[string]string{}}
	if r.o, r.err = o.filled(format, own); r.err != nil {
		return r
	}
	r.currency = r.o.Currency
	r.attrs, r.where = sortedKeys(r.o.Mapping.Attrs), sortedKeys(r.o.Mapping.Where)
	return r
}

// Findings lists what a person should know about the input so far.
func (r *Reader) Findings() []Finding { return r.findings.all() }

// Counts says what became of the records so far.
func (r *Reader) Counts() Counts { return r.counts }

// Currency is that of the amounts given out so far, empty when none stated one
// and Options neither.
func (r *Reader) Currency() money.Currency { return r.currency }

// Events yields the events in the order of the records. A record that cannot be
// read yields a *[fault.Row] that wraps ErrRecord and names its line, unless
// Options.Bad is Report. An error of the input itself ends the reading. Hand it
// to touchpoint.LogOptions.Read, or use Log.
func (r *Reader) Events() iter.Seq2[touchpoint.Event, error] {
	return func(yield func(touchpoint.Event, error) bool) {
		switch {
		case r.err != nil:
			yield(touchpoint.Event{}, r.err)
			return
		case r.read:
			yield(touchpoint.Event{}, &fault.Error{Package: "source", Op: r.format, Err: ErrRead})
			return
		}
		r.read = true
		stopped := false
		err := r.walk(r, func(d *draft) bool {
			r.counts.Records++
			e, out, bad := r.event(d)
			switch {
			case bad != nil:
				r.counts.Bad++
				if r.o.Bad == Report {
					r.findings.add(Finding{Code: FoundBad, Row: bad.Row, ID: bad.ID, Field: bad.Field, Value: bad.Value, Message: reason(bad)})
					return true
				}
				stopped = !yield(touchpoint.Event{}, bad)
			case out:
				r.counts.Events++
				stopped = !yield(e, nil)
			default:
				r.counts.LeftOut++
			}
			return !stopped
		})
		if err != nil && !stopped {
			yield(touchpoint.Event{}, err)
		}
	}
}

func reason(r *fault.Row) string {
	if r.Limit != "" {
		return r.Limit
	}
	return r.Err.Error()
}

// draft is one record on its way to an event.
type draft struct {
	row    int64
	bad    *fault.Row // the record cannot be read
	skip   bool       // no event; what it is worth knowing was noted
	nobody bool       // may be without customer

	customer, name, id string
	at                 time.Time
	visit              channel.Visit
	visited            bool
	campaign           string

	// field finds a field of the record; ok is false where it has none.
	field func(path string) (value string, ok bool)
}

func (r *Reader) refuse(d *draft, field, value, limit string) *fault.Row {
	if limit == "" {
		limit = ErrRecord.Error()
	}
	return &fault.Row{Row: d.row, Customer: d.customer, ID: d.id, Field: field, Value: value, Limit: limit, Err: ErrRecord}
}

func (d *draft) get(path string) string {
	if path == "" {
		return ""
	}
	v, _ := d.field(path)
	return v
}

// event finishes a draft; out is false where the record is no event, or one
// that is left out.
func (r *Reader) event(d *draft) (e touchpoint.Event, out bool, bad *fault.Row) {
	if d.bad != nil {
		return e, false, d.bad
	}
	if d.skip {
		return e, false, nil
	}
	m := &r.o.Mapping
	for _, f := range r.where {
		if !contains(m.Where[f], d.get(f)) {
			return e, false, nil
		}
	}
	if d.name == "" {
		d.name = d.get(m.Event)
	}
	name, keep := r.name(d.name)
	if !keep {
		r.findings.add(Finding{Code: FoundLeftOut, Row: d.row, ID: d.id, Field: "event", Value: d.name, Message: "left out by the mapping"})
		return e, false, nil
	}
	if d.customer == "" {
		d.customer = d.get(m.Customer)
	}
	if d.customer == "" && d.nobody {
		r.findings.add(Finding{Code: FoundNobody, Row: d.row, ID: d.id, Field: "event", Value: d.name, Message: "names no customer"})
		return e, false, nil
	}
	if d.at.IsZero() {
		at := d.get(m.At)
		var limit string
		if d.at, limit = r.time(at); limit != "" {
			return e, false, r.refuse(d, or(m.At, "time"), at, limit)
		}
	}
	e = touchpoint.Event{Customer: d.customer, Name: name, At: d.at, ID: d.id, Source: r.o.Source, Campaign: d.campaign}
	if bad := r.fill(d, &e); bad != nil {
		return e, false, bad
	}
	if bad := r.check(d, &e); bad != nil {
		return e, false, bad
	}
	if !r.o.Now.IsZero() && e.At.After(r.o.Now.Add(r.o.Skew)) {
		r.findings.add(Finding{Code: FoundFuture, Row: d.row, ID: d.id, Field: "event", Value: e.Name, Message: "is later than now, " + r.o.Now.UTC().Format(time.RFC3339)})
	}
	if ref := d.get(m.Referrer); ref != "" && r.o.Identity != nil {
		r.counts.Links++
		r.o.Identity.Refer(ref, e.Customer, e.At)
	}
	return e, true, nil
}

// fill takes the optional fields.
func (r *Reader) fill(d *draft, e *touchpoint.Event) *fault.Row {
	m := &r.o.Mapping
	if e.ID == "" && len(m.ID) > 0 {
		parts := make([]string, len(m.ID))
		stated := false
		for i, f := range m.ID {
			parts[i] = d.get(f)
			stated = stated || parts[i] != ""
		}
		if stated {
			e.ID = strings.Join(parts, "|")
		}
	}
	if s := d.get(m.Source); s != "" {
		e.Source = r.keep(s)
	}
	if e.Campaign == "" {
		e.Campaign = d.get(m.Campaign)
	}
	e.Campaign = r.keep(e.Campaign)
	e.Channel = r.channel(d, e)
	for _, key := range r.attrs {
		if v, ok := d.field(m.Attrs[key]); ok {
			if e.Attrs == nil {
				e.Attrs = make(map[string]string, len(r.attrs))
			}
			e.Attrs[key] = v
		}
	}
	return r.money(d, e)
}

func (r *Reader) channel(d *draft, e *touchpoint.Event) touchpoint.Channel {
	m := &r.o.Mapping
	if c, ok := m.Channels[e.Name]; ok {
		return c
	}
	if c, ok := m.Channels[e.Source]; ok {
		return c
	}
	if s := d.get(m.Channel); s != "" {
		return touchpoint.Channel(r.keep(s))
	}
	if d.visited && r.o.Channels != nil {
		return r.o.Channels.Channel(d.visit)
	}
	return ""
}

// name is the event's name by the mapping; keep is false where it is left out.
func (r *Reader) name(s string) (name string, keep bool) {
	if to, ok := r.o.Mapping.Events[s]; ok {
		return to, to != ""
	}
	// "page:Pricing" is a page unless it has a name of its own.
	if kind, _, ok := strings.Cut(s, ":"); ok {
		if to, ok := r.o.Mapping.Events[kind+":*"]; ok {
			return to, to != ""
		}
	}
	return r.keep(s), !r.o.Mapping.Only
}

// keep is s in a memory that many events share.
func (r *Reader) keep(s string) string {
	const most = 1 << 16 // texts; beyond, each has its own
	if k, ok := r.names[s]; ok {
		return k
	}
	s = strings.Clone(s)
	if len(r.names) < most {
		r.names[s] = s
	}
	return s
}

// money reads cost and value in the one currency of the log.
func (r *Reader) money(d *draft, e *touchpoint.Event) *fault.Row {
	m := &r.o.Mapping
	if m.Cost == "" && m.Value == "" {
		return nil
	}
	stated := money.Currency("")
	for _, f := range []struct {
		field string
		to    *decimal.Decimal
	}{{m.Cost, &e.Cost}, {m.Value, &e.Value}} {
		s := d.get(f.field)
		if s == "" {
			continue
		}
		amount, err := parseAmount(s)
		if err != nil {
			return r.refuse(d, f.field, s, "want a decimal of at most 18 digits before and 12 behind the point")
		}
		if amount.IsZero() {
			continue
		}
		if stated == "" {
			if c := d.get(m.Currency); c != "" {
				if stated, err = money.ParseCurrency(c); err != nil {
					return r.refuse(d, m.Currency, c, "want an ISO 4217 code")
				}
			}
		}
		if *f.to, err = r.convert(d, amount, stated); err != nil {
			return &fault.Row{Row: d.row, Customer: d.customer, ID: d.id, Field: f.field, Value: s + " " + string(stated), Limit: err.Error(), Err: err}
		}
	}
	return nil
}

func (r *Reader) convert(d *draft, amount decimal.Decimal, in money.Currency) (decimal.Decimal, error) {
	if in == "" || in == r.currency {
		return amount, nil
	}
	if r.currency == "" {
		r.currency = in
		return amount, nil
	}
	if r.o.Rates == nil {
		return amount, &fault.Error{Package: "source", Op: r.format, Field: "currency", Value: string(in), Limit: "the amounts of the log are in " + string(r.currency) + " and there are no rates", Err: ErrCurrency}
	}
	rate, err := r.o.Rates.Rate(in, r.currency, d.at)
	if err != nil {
		return amount, err
	}
	return money.Round(amount.Mul(rate), num.MaxPlaces, money.HalfEven)
}

func parseAmount(s string) (decimal.Decimal, error) {
	if len(s) > 64 {
		return decimal.Decimal{}, ErrRecord
	}
	amount, err := decimal.NewFromString(s)
	if err != nil {
		return amount, err
	}
	_, _, err = num.Parts(amount)
	return amount, err
}

// check reports what a log would refuse, with the line of the record.
func (r *Reader) check(d *draft, e *touchpoint.Event) *fault.Row {
	if e.Customer != "" && e.Name != "" && len(e.Attrs) == 0 && len(e.Customer) <= touchpoint.MaxText && len(e.Name) <= touchpoint.MaxText &&
		len(e.ID) <= touchpoint.MaxText && len(e.Campaign) <= touchpoint.MaxText && len(e.Channel) <= touchpoint.MaxText &&
		e.At.Year() > 1900 && e.At.Year() < 2200 && e.Cost.IsZero() && e.Value.IsZero() {
		return nil // the log itself checks that texts are UTF-8; decoders give nothing else
	}
	err, ok := e.Validate().(*fault.Batch) //nolint:errorlint // Validate gives nothing else
	if !ok {
		return nil
	}
	row := err.Rows[0]
	limit := row.Limit
	if limit == "" {
		limit = row.Err.Error()
	}
	return r.refuse(d, strings.ToLower(row.Field), row.Value, limit)
}

// note reports a record that is no event.
func (r *Reader) note(d *draft, code fault.Code, field, value, message string) {
	d.skip = true
	r.findings.add(Finding{Code: code, Row: d.row, ID: d.id, Field: field, Value: value, Message: message})
}

func contains(values []string, s string) bool {
	return slices.Contains(values, s)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// broken is an error of the input itself.
func (r *Reader) broken(row int64, err error) error {
	if err == io.EOF { //nolint:errorlint // as io.Reader gives it
		return nil
	}
	return &fault.Row{Row: row, Limit: "reading the input: " + err.Error(), Err: err}
}
