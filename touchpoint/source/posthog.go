package source

import (
	"io"
	"strings"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// posthogEvents are names of PostHog's own events that journeys know.
var posthogEvents = map[string]string{"$pageview": "content_viewed", "$screen": "content_viewed"}

type posthogEvent struct {
	UUID       string `json:"uuid"`
	Event      string `json:"event"`
	DistinctID string `json:"distinct_id"`
	Timestamp  string `json:"timestamp"`
	CreatedAt  string `json:"created_at"`
	Properties raw    `json:"properties"`
}

type posthogProperties struct {
	AnonDistinctID raw            `json:"$anon_distinct_id"`
	Alias          raw            `json:"alias"`
	UserID         raw            `json:"$user_id"`
	GroupType      string         `json:"$group_type"`
	GroupKey       raw            `json:"$group_key"`
	Groups         map[string]raw `json:"$groups"`
	Referrer       string         `json:"$referrer"`
	Source         string         `json:"utm_source"`
	Medium         string         `json:"utm_medium"`
	Campaign       string         `json:"utm_campaign"`
}

// PostHog reads the events of a PostHog batch export in JSON lines: uuid, event,
// distinct_id, timestamp and properties, which may be an object or its text.
// Other columns are not read; person_id says who the person was when the row was
// taken in, and is not corrected later.
//
// A customer is the distinct_id. $identify says that $anon_distinct_id was that
// person, $create_alias and $merge_dangerously that alias is; $groups and
// $groupidentify give the accounts, named "group:", the group's type, ":" and its
// key. $pageview and $screen are content_viewed; other events whose names begin
// with $ are left out unless Mapping.Events names them. Fields for a Mapping
// begin with properties; uuid is the duplicate key.
func PostHog(in io.Reader, o Options) *Reader {
	return newReader("posthog", o, Mapping{Events: posthogEvents}, func(r *Reader, each func(*draft) bool) error {
		t := &tree{roots: map[string]raw{}}
		return r.walkJSON(in, each, func(d *draft, data []byte) error {
			var e posthogEvent
			if err := decode(data, &e); err != nil {
				return err
			}
			return r.posthog(d, &e, t)
		})
	})
}

func (r *Reader) posthog(d *draft, e *posthogEvent, t *tree) error {
	d.id, d.customer, d.name = e.UUID, e.DistinctID, e.Event
	stamp := or(e.Timestamp, e.CreatedAt)
	at, limit := r.time(stamp)
	if limit != "" {
		d.bad = r.refuse(d, "timestamp", stamp, limit)
		return nil
	}
	d.at = at
	properties := e.Properties
	if len(properties) > 0 && properties[0] == '"' {
		s, _ := scalar(properties)
		properties = raw(s)
	}
	t.reset()
	clear(t.roots)
	t.roots["properties"] = properties
	d.field = t.find
	var p posthogProperties
	if len(properties) > 0 {
		if err := decode(properties, &p); err != nil {
			return err
		}
	}
	d.campaign = p.Campaign
	referrer := p.Referrer
	if referrer == "$direct" {
		referrer = ""
	}
	d.visit = channel.Visit{Source: p.Source, Medium: p.Medium, Campaign: p.Campaign, Referrer: referrer}
	d.visited = e.Event == "$pageview" || d.visit != channel.Visit{}
	r.posthogLinks(d, e, &p)
	if _, named := r.o.Mapping.Events[e.Event]; strings.HasPrefix(e.Event, "$") && !named {
		r.note(d, FoundLeftOut, "event", e.Event, "is PostHog's own; name it in Mapping.Events to keep it")
	}
	return nil
}

func (r *Reader) posthogLinks(d *draft, e *posthogEvent, p *posthogProperties) {
	ids := r.o.Identity
	if ids == nil || e.DistinctID == "" {
		return
	}
	add := func(v raw, link func(id string)) {
		if id, ok := scalar(v); ok && id != "" {
			r.counts.Links++
			link(id)
		}
	}
	switch e.Event {
	case "$identify":
		ids.Known(e.DistinctID, d.at)
		add(p.AnonDistinctID, func(id string) { ids.Seen(id, e.DistinctID, d.at) })
	case "$create_alias", "$merge_dangerously":
		add(p.Alias, func(id string) { ids.Alias(id, e.DistinctID, d.at) })
	case "$groupidentify":
		if p.GroupType != "" {
			add(p.GroupKey, func(id string) { ids.Member(e.DistinctID, "group:"+p.GroupType+":"+id, d.at) })
		}
	}
	for _, kind := range sortedKeys(p.Groups) {
		add(p.Groups[kind], func(id string) { ids.Member(e.DistinctID, "group:"+kind+":"+id, d.at) })
	}
}
