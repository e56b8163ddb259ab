package channel

import (
	"errors"
	"net/url"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Visit is what is known of how somebody arrived: the marketing parameters of
// the address they came to, and the page they came from. The zero value is a
// direct visit.
type Visit struct {
	// Source, Medium and Campaign are utm_source, utm_medium, utm_campaign.
	Source   string `json:"source,omitempty"`
	Medium   string `json:"medium,omitempty"`
	Campaign string `json:"campaign,omitempty"`
	// Referrer is the address of the page before, or its host. It counts only
	// where Source and Medium are both empty. Leave it empty when it is a page
	// of your own.
	Referrer string `json:"referrer,omitempty"`
}

// MaxURL is the longest address that VisitOf reads, in bytes.
const MaxURL = 8192

// ErrURL is returned for an address that cannot be read.
var ErrURL = errors.New("not a usable address")

// VisitOf reads the marketing parameters of a landing address. Where it has no
// utm_source but a Google click id (gclid, gbraid or wbraid), source and medium
// are google and cpc, as Google Analytics assigns them under auto-tagging.
func VisitOf(landing, referrer string) (Visit, error) {
	if len(landing) > MaxURL {
		return Visit{}, refuse("landing", landing, fault.AtMost(MaxURL, "bytes of address", int64(len(landing))), fault.ErrTooLong)
	}
	u, err := url.Parse(landing)
	if err != nil {
		return Visit{}, refuse("landing", landing, "", ErrURL)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Visit{}, refuse("query", landing, "", ErrURL)
	}
	v := Visit{
		Source: query.Get("utm_source"), Medium: query.Get("utm_medium"), Campaign: query.Get("utm_campaign"),
		Referrer: referrer,
	}
	if v.Source == "" && (query.Has("gclid") || query.Has("gbraid") || query.Has("wbraid")) {
		v.Source, v.Medium = "google", "cpc"
	}
	return v, nil
}

func refuse(field, value, limit string, err error) error {
	return &fault.Error{Package: "channel", Op: "visit", Field: field, Value: fault.Quote(value), Limit: limit, Err: err}
}

// hostOf returns the host of an address, or of a bare host, in lower case and
// without "www.".
func hostOf(address string) string {
	if len(address) > MaxURL {
		return ""
	}
	if !strings.Contains(address, "://") {
		address = "//" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
}

// reduced is a visit in the terms the rules are written in: lower case, with
// the values that Google Analytics shows for what is missing.
func (v Visit) reduced(category func(source string) string) Visit {
	out := Visit{
		Source:   strings.ToLower(strings.TrimSpace(v.Source)),
		Medium:   strings.ToLower(strings.TrimSpace(v.Medium)),
		Campaign: strings.ToLower(strings.TrimSpace(v.Campaign)),
	}
	if out.Source == "" && out.Medium == "" {
		if host := hostOf(strings.TrimSpace(v.Referrer)); host != "" {
			out.Source, out.Medium = host, "referral"
			if category(host) == CategorySearch {
				out.Medium = "organic"
			}
		}
	}
	if out.Source == "" && out.Medium == "" {
		out.Source, out.Medium = "(direct)", "(none)"
	}
	for _, s := range []*string{&out.Source, &out.Medium, &out.Campaign} {
		if *s == "" {
			*s = "(not set)"
		}
	}
	return out
}
