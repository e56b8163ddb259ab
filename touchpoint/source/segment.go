package source

import (
	"io"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// anonymous marks an id that is not that of a known user.
const anonymous = "anonymous:"

// segmentEvents are names that calls have without one of their own.
var segmentEvents = map[string]string{"page:*": "content_viewed", "screen:*": "content_viewed"}

// SegmentB2B gives the ten events of Segment's B2B SaaS specification the names
// of touchpoint.StandardEvents; those that have no counterpart there are left
// out. Use it as Mapping.Events, alone or with more.
func SegmentB2B() map[string]string {
	return map[string]string{
		"Account Created":      "account_created",
		"Account Deleted":      "cancelled",
		"Signed Up":            "lead_captured",
		"Signed In":            "logged_in",
		"Signed Out":           "",
		"Invite Sent":          "",
		"Account Added User":   "",
		"Account Removed User": "",
		"Trial Started":        "trial_started",
		"Trial Ended":          "trial_expired",
	}
}

type segmentCall struct {
	Type              string        `json:"type"`
	Event             string        `json:"event"`
	Name              string        `json:"name"`
	UserID            *string       `json:"userId"`
	AnonymousID       *string       `json:"anonymousId"`
	PreviousID        *string       `json:"previousId"`
	GroupID           *string       `json:"groupId"`
	MessageID         string        `json:"messageId"`
	Timestamp         string        `json:"timestamp"`
	OriginalTimestamp string        `json:"originalTimestamp"`
	SentAt            string        `json:"sentAt"`
	ReceivedAt        string        `json:"receivedAt"`
	Properties        raw           `json:"properties"`
	Traits            raw           `json:"traits"`
	Context           raw           `json:"context"`
	Batch             []segmentCall `json:"batch"`
}

type segmentContext struct {
	GroupID  *string `json:"groupId"`
	Campaign struct {
		Name   string `json:"name"`
		Source string `json:"source"`
		Medium string `json:"medium"`
	} `json:"campaign"`
	Page struct {
		Referrer string `json:"referrer"`
	} `json:"page"`
}

// Segment reads calls of Segment's tracking API (also RudderStack's): track,
// page, screen, identify, group and alias, one a line or in batches.
//
// A call is of its userId, or of "anonymous:" and its anonymousId; a call that
// has both says who the visitor was. groupId is the account. Pages and screens
// are named "page:" and "screen:" with their name, for Mapping.Events; without a
// mapping they are content_viewed. The time is timestamp where the call was
// received, so that Segment has corrected it, else receivedAt less the time that
// passed between originalTimestamp and sentAt, else originalTimestamp. messageId
// is the duplicate key. Fields for a Mapping begin with properties, traits or
// context.
func Segment(in io.Reader, o Options) *Reader {
	return newReader("segment", o, Mapping{Events: segmentEvents}, func(r *Reader, each func(*draft) bool) error {
		t := &tree{roots: map[string]raw{}}
		var call segmentCall
		more := true
		err := r.walkJSON(in, func(d *draft) bool {
			if d.bad != nil || call.Batch == nil {
				more = each(d)
				return more
			}
			for i := range call.Batch {
				one := draft{row: d.row}
				b := &call.Batch[i]
				b.SentAt, b.ReceivedAt = or(b.SentAt, call.SentAt), or(b.ReceivedAt, call.ReceivedAt)
				r.segment(&one, b, t)
				if more = each(&one); !more {
					return false
				}
			}
			return true
		}, func(d *draft, data []byte) error {
			call = segmentCall{}
			if err := decode(data, &call); err != nil {
				return err
			}
			if call.Batch == nil {
				r.segment(d, &call, t)
			}
			return nil
		})
		return err
	})
}

func (r *Reader) segment(d *draft, c *segmentCall, t *tree) {
	d.id = c.MessageID
	t.reset()
	clear(t.roots)
	t.roots["properties"], t.roots["traits"], t.roots["context"] = c.Properties, c.Traits, c.Context
	d.field = t.find
	user, visitor := value(c.UserID), value(c.AnonymousID)
	switch {
	case user != "":
		d.customer = user
	case visitor != "":
		d.customer = anonymous + visitor
	}
	var limit, field, stamp string
	if d.at, field, stamp, limit = r.segmentTime(c); limit != "" {
		d.bad = r.refuse(d, field, stamp, limit)
		return
	}
	var ctx segmentContext
	if len(c.Context) > 0 {
		if err := decode(c.Context, &ctx); err != nil {
			d.bad = r.refuse(d, "context", "", err.Error())
			return
		}
	}
	r.segmentLinks(d, c, user, visitor, value(ctx.GroupID))
	d.campaign = ctx.Campaign.Name
	d.visit = channel.Visit{Source: ctx.Campaign.Source, Medium: ctx.Campaign.Medium, Campaign: ctx.Campaign.Name, Referrer: ctx.Page.Referrer}
	d.visited = c.Type == "page" || d.visit != channel.Visit{}
	switch c.Type {
	case "track":
		d.name = c.Event
	case "page", "screen":
		d.name = c.Type + ":" + c.Name
	case "identify", "group", "alias":
		d.skip = true
	default:
		r.note(d, FoundType, "type", c.Type, "is no type of call")
	}
}

// segmentLinks collects who is who.
func (r *Reader) segmentLinks(d *draft, c *segmentCall, user, visitor, group string) {
	ids := r.o.Identity
	if ids == nil {
		return
	}
	if user != "" {
		ids.Known(user, d.at)
		if visitor != "" {
			r.counts.Links++
			ids.Seen(anonymous+visitor, user, d.at)
		}
	}
	if c.Type == "group" {
		group = or(value(c.GroupID), group)
	}
	if group != "" && d.customer != "" {
		r.counts.Links++
		ids.Member(d.customer, "group:"+group, d.at)
	}
	if previous := value(c.PreviousID); c.Type == "alias" && previous != "" && user != "" {
		r.counts.Links++
		// previousId may be that of a visitor or of a user.
		ids.Alias(previous, user, d.at)
		ids.Alias(anonymous+previous, user, d.at)
	}
}

// segmentTime corrects the clock of the device.
func (r *Reader) segmentTime(c *segmentCall) (at time.Time, field, value, limit string) {
	parse := func(name, s string) (time.Time, bool) {
		if limit != "" || s == "" {
			return time.Time{}, false
		}
		t, bad := r.time(s)
		if bad != "" {
			field, value, limit = name, s, bad
		}
		return t, bad == ""
	}
	if c.OriginalTimestamp == "" || c.ReceivedAt == "" || c.SentAt == "" || c.Timestamp != "" {
		for _, f := range [][2]string{{"timestamp", c.Timestamp}, {"originalTimestamp", c.OriginalTimestamp}, {"sentAt", c.SentAt}, {"receivedAt", c.ReceivedAt}} {
			if t, ok := parse(f[0], f[1]); ok {
				return t, "", "", ""
			}
			if limit != "" {
				return at, field, value, limit
			}
		}
		return at, "timestamp", "", "no time"
	}
	original, _ := parse("originalTimestamp", c.OriginalTimestamp)
	sent, _ := parse("sentAt", c.SentAt)
	received, _ := parse("receivedAt", c.ReceivedAt)
	return received.Add(-sent.Sub(original)), field, value, limit
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
