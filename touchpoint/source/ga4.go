package source

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// ga4Events are names of Google Analytics' own events that journeys know.
var ga4Events = map[string]string{
	"session_start": "visited", "first_visit": "", "page_view": "content_viewed", "screen_view": "content_viewed",
	"user_engagement": "", "scroll": "", "share": "content_shared", "file_download": "content_downloaded",
	"generate_lead": "lead_captured", "sign_up": "account_created", "login": "logged_in",
}

type ga4Event struct {
	Name       string   `json:"event_name"`
	Timestamp  raw      `json:"event_timestamp"`
	PseudoID   string   `json:"user_pseudo_id"`
	UserID     string   `json:"user_id"`
	Params     []ga4Key `json:"event_params"`
	Properties []ga4Key `json:"user_properties"`
	Ecommerce  raw      `json:"ecommerce"`
	Bundle     raw      `json:"event_bundle_sequence_id"`
	Page       raw      `json:"batch_page_id"`
	Ordering   raw      `json:"batch_ordering_id"`
	Index      raw      `json:"batch_event_index"`
	Collected  struct {
		Source   string `json:"manual_source"`
		Medium   string `json:"manual_medium"`
		Campaign string `json:"manual_campaign_name"`
		GCLID    string `json:"gclid"`
	} `json:"collected_traffic_source"`
	Session struct {
		Manual ga4Campaign `json:"manual_campaign"`
		Cross  ga4Campaign `json:"cross_channel_campaign"`
	} `json:"session_traffic_source_last_click"`
}

type ga4Campaign struct {
	Source   string `json:"source"`
	Medium   string `json:"medium"`
	Campaign string `json:"campaign_name"`
}

type ga4Key struct {
	Key   string `json:"key"`
	Value struct {
		String raw `json:"string_value"`
		Int    raw `json:"int_value"`
		Float  raw `json:"float_value"`
		Double raw `json:"double_value"`
	} `json:"value"`
}

func (k *ga4Key) raw() raw {
	for _, v := range []raw{k.Value.String, k.Value.Int, k.Value.Double, k.Value.Float} {
		if _, ok := scalar(v); ok {
			return v
		}
	}
	return nil
}

// GA4 reads the events of the Google Analytics 4 export to BigQuery, as JSON
// lines, one event each.
//
// A customer is user_id, or "anonymous:" and user_pseudo_id; an event that has
// both says who the visitor was. How a visitor came is that of the session, not
// of the user's first touch: session_traffic_source_last_click, else what was
// collected with the event. The export has no event id: the duplicate key is
// visitor, time, name and the batch fields. Events of one microsecond get the
// order that the batch fields state as nanoseconds. Value and currency are the
// parameters of these names. Fields for a Mapping begin with params, user or
// ecommerce. Consent mode and thresholds keep rows out of the export, so that
// counts differ from those on Google's pages.
func GA4(in io.Reader, o Options) *Reader {
	own := Mapping{Events: ga4Events, Value: "params.value", Currency: "params.currency"}
	return newReader("ga4", o, own, func(r *Reader, each func(*draft) bool) error {
		t := &tree{roots: map[string]raw{}}
		return r.walkJSON(in, each, func(d *draft, data []byte) error {
			var e ga4Event
			if err := decode(data, &e); err != nil {
				return err
			}
			r.ga4(d, &e, t)
			return nil
		})
	})
}

func (r *Reader) ga4(d *draft, e *ga4Event, t *tree) {
	t.reset()
	clear(t.roots)
	for i := range e.Params {
		t.roots["params."+e.Params[i].Key] = e.Params[i].raw()
	}
	for i := range e.Properties {
		t.roots["user."+e.Properties[i].Key] = e.Properties[i].raw()
	}
	t.roots["ecommerce"] = e.Ecommerce
	d.field = t.find
	d.name, d.nobody = e.Name, true
	stamp, _ := scalar(e.Timestamp)
	micros, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || micros > 1<<53 || micros < -1<<53 {
		d.bad = r.refuse(d, "event_timestamp", stamp, "want microseconds since 1970")
		return
	}
	order, index := whole(e.Ordering), whole(e.Index)
	nanos := min(999, min(order, 30)*32+min(index, 31))
	d.at = time.UnixMicro(micros).Add(time.Duration(nanos)).UTC()
	if e.UserID != "" {
		d.customer = e.UserID
	} else if e.PseudoID != "" {
		d.customer = anonymous + e.PseudoID
	}
	parts := []string{or(e.PseudoID, e.UserID), stamp, e.Name}
	for _, v := range []raw{e.Page, e.Ordering, e.Index, e.Bundle} {
		s, _ := scalar(v)
		parts = append(parts, s)
	}
	d.id = strings.Join(parts, "|")
	v := channel.Visit{Source: e.Session.Manual.Source, Medium: e.Session.Manual.Medium, Campaign: e.Session.Manual.Campaign}
	if blank(v.Source) && blank(v.Medium) {
		v = channel.Visit{Source: e.Session.Cross.Source, Medium: e.Session.Cross.Medium, Campaign: e.Session.Cross.Campaign}
	}
	if blank(v.Source) && blank(v.Medium) {
		v = channel.Visit{Source: e.Collected.Source, Medium: e.Collected.Medium, Campaign: e.Collected.Campaign}
	}
	if blank(v.Source) && e.Collected.GCLID != "" {
		v.Source, v.Medium = "google", "cpc"
	}
	v.Referrer, _ = t.find("params.page_referrer")
	d.visit, d.visited = v, v != channel.Visit{} || e.Name == "session_start"
	if !blank(v.Campaign) {
		d.campaign = v.Campaign
	}
	if ids := r.o.Identity; ids != nil && e.UserID != "" {
		ids.Known(e.UserID, d.at)
		if e.PseudoID != "" {
			r.counts.Links++
			ids.Seen(anonymous+e.PseudoID, e.UserID, d.at)
		}
	}
}

// blank says that Google Analytics names nothing.
func blank(s string) bool { return s == "" || s == "(not set)" }

func whole(v raw) int {
	s, _ := scalar(v)
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
