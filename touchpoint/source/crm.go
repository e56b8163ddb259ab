package source

import (
	"io"
	"strings"
)

// HubSpot reads the property history of contacts as HubSpot exports it, in CSV:
//
//	contact_id,name,value,timestamp,source
//
// Rows of the property lifecyclestage are events, named by the stage that was
// set: subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity,
// customer, evangelist, other. They are the triggers of preset.HubSpot. Rows of
// other properties are left out; Mapping.Where chooses another property, and a
// Mapping other columns, as of deals. The history states no value from which it
// was changed, and stages are skipped.
func HubSpot(in io.Reader, o Options) *Reader {
	own := Mapping{
		Customer: "contact_id", Event: "value", At: "timestamp", ID: []string{"contact_id", "name", "timestamp", "value"},
		Where: map[string][]string{"name": {"lifecyclestage"}},
	}
	return newReader("hubspot", o, own, func(r *Reader, each func(*draft) bool) error { return r.walkCSV(in, each) })
}

// Contacts reads who is who from a table of contacts in CSV: no events, only
// what Options.Identity takes. columns says where it stands; merged lists the ids
// of contacts that were merged into this one, parted by semicolons.
func Contacts(in io.Reader, columns ContactColumns, o Options) *Reader {
	own := Mapping{Customer: columns.ID, At: columns.At}
	o.Mapping = Mapping{}
	return newReader("contacts", o, own, func(r *Reader, each func(*draft) bool) error {
		r.reads = []string{columns.Account, columns.Merged}
		return r.walkCSV(in, func(d *draft) bool {
			if d.bad == nil {
				r.contact(d, columns)
			}
			return each(d)
		})
	})
}

// ContactColumns names the columns of a table of contacts. HubSpot's export has
// id, associatedcompanyid and hs_merged_object_ids, Salesforce's Contact Id and
// AccountId, its Lead Id and ConvertedContactId.
type ContactColumns struct {
	ID      string // of the contact; required
	At      string // since when it is known; empty = not stated
	Account string // to whom it belongs; empty = not stated
	Merged  string // other ids of the same person
	// Prefix goes before the account's id, where contacts and accounts count
	// alike: "company:".
	Prefix string
}

func (r *Reader) contact(d *draft, c ContactColumns) {
	d.skip = true
	id := d.get(c.ID)
	if id == "" {
		d.bad = r.refuse(d, c.ID, "", "must not be empty")
		return
	}
	if s := d.get(c.At); s != "" {
		at, limit := r.time(s)
		if limit != "" {
			d.bad = r.refuse(d, c.At, s, limit)
			return
		}
		d.at = at
	}
	ids := r.o.Identity
	if ids == nil {
		return
	}
	at := d.at
	ids.Known(id, at)
	if account := d.get(c.Account); account != "" {
		r.counts.Links++
		ids.Member(id, c.Prefix+account, at)
	}
	for other := range strings.SplitSeq(d.get(c.Merged), ";") {
		if other = strings.TrimSpace(other); other != "" {
			r.counts.Links++
			ids.Alias(other, id, at)
		}
	}
}

// Salesforce reads the field history of opportunities as Salesforce exports it,
// in CSV:
//
//	Id,OpportunityId,Field,OldValue,NewValue,CreatedDate
//
// Rows of the field StageName are events named by the new stage. Times are whole
// seconds, and the order within one is not stated: changes of one record that
// stand together in the file are put in the order in which each takes up the
// value the one before left; where none does, that is a finding. Histories begin
// when tracking was switched on and end after 18 or 24 months; one that does not
// begin with an empty old value is a finding. A Mapping reads other objects:
// LeadHistory with LeadId and the field Status.
func Salesforce(in io.Reader, o Options) *Reader {
	own := Mapping{
		Customer: "OpportunityId", Event: "NewValue", At: "CreatedDate", ID: []string{"Id"},
		Where: map[string][]string{"Field": {"StageName"}},
	}
	return newReader("salesforce", o, own, func(r *Reader, each func(*draft) bool) error {
		r.reads = []string{"OldValue"}
		h := &history{r: r, each: each, begun: map[string]bool{}}
		err := r.walkCSV(in, h.take)
		if !h.stopped {
			h.flush()
		}
		return err
	})
}

// history holds back the changes of one record at one instant.
type history struct {
	r       *Reader
	each    func(*draft) bool
	begun   map[string]bool
	held    []*change
	stopped bool
}

type change struct {
	d                  draft
	key, old, new, who string
}

const maxHeld = 64 // changes of one record within a second

func (h *history) take(d *draft) bool {
	m := &h.r.o.Mapping
	for _, f := range h.r.where {
		if d.bad == nil && !contains(m.Where[f], d.get(f)) {
			return h.flush() && h.each(d)
		}
	}
	if d.bad != nil {
		return h.flush() && h.each(d)
	}
	c := &change{d: *d, who: d.get(m.Customer), old: d.get("OldValue"), new: d.get(m.Event)}
	c.key = c.who + "\x00" + d.get(m.At)
	if len(h.held) > 0 && (h.held[0].key != c.key || len(h.held) == maxHeld) && !h.flush() {
		return false
	}
	// The row is gone when the next is read, so its fields are looked up now.
	fields := map[string]string{}
	for _, path := range h.fields() {
		if v, ok := d.field(path); ok {
			fields[path] = v
		}
	}
	c.d.field = func(path string) (string, bool) { v, ok := fields[path]; return v, ok }
	h.held = append(h.held, c)
	return true
}

func (h *history) fields() []string {
	m := &h.r.o.Mapping
	out := append([]string{m.Customer, m.Event, m.At, m.Channel, m.Source, m.Campaign, m.Cost, m.Value, m.Currency, m.Referrer}, m.ID...)
	out = append(out, h.r.where...)
	for _, a := range h.r.attrs {
		out = append(out, m.Attrs[a])
	}
	return out
}

// flush gives out what was held back, each change after the one it follows.
func (h *history) flush() bool {
	held := h.held
	h.held = nil
	last := ""
	for len(held) > 0 {
		at := 0
		for i, c := range held {
			if last == "" && !follows(held, c) || last != "" && c.old == last {
				at = i
				break
			}
		}
		c := held[at]
		if last != "" && c.old != last {
			h.r.findings.add(Finding{Code: FoundUnordered, Row: c.d.row, Field: "OldValue", Value: c.old, Message: "changes of one instant do not follow from one another"})
		}
		if !h.begun[c.who] {
			h.begun[c.who] = true
			if c.old != "" {
				h.r.findings.add(Finding{Code: FoundTruncated, Row: c.d.row, Field: "OldValue", Value: c.old, Message: "the history of the record begins midway"})
			}
		}
		last = c.new
		held = append(held[:at:at], held[at+1:]...)
		if !h.each(&c.d) {
			h.stopped = true
			return false
		}
	}
	return true
}

// follows reports whether a change takes up what another one left.
func follows(held []*change, c *change) bool {
	for _, o := range held {
		if o != c && o.new == c.old && c.old != "" {
			return true
		}
	}
	return false
}
