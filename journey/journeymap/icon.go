package journeymap

import (
	"strings"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Drawings of channels on a field of 12 by 12, drawn in strokes.
const (
	iconMail    = "M1 3h10v7H1zM1 3l5 4 5-4"
	iconPhone   = "M4 1h4v10H4zM5.5 9.5h1"
	iconChat    = "M1 2h10v6H6L3 11V8H1z"
	iconWeb     = "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM1 6h10M6 1c3 3 3 7 0 10c-3-3-3-7 0-10z"
	iconSearch  = "M5 1.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7zM7.6 7.6L11 11"
	iconPerson  = "M6 1.5a2 2 0 1 0 0 4a2 2 0 1 0 0-4zM2 11c0-5 8-5 8 0z"
	iconPeople  = "M4 2a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0-3.4zM1 10c0-4 6-4 6 0M8.5 3.2a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8zM8 7.6c2-.4 3 .8 3 2.4"
	iconApp     = "M1 2h10v8H1zM1 4.5h10"
	iconMeeting = "M2 3h8v8H2zM2 5.5h8M4 1.5v3M8 1.5v3"
	iconAd      = "M1 5v2l8 3V2zM3 7.5v3h2V8.3"
	iconVideo   = "M1 2h10v8H1zM5 4v4l3-2z"
	iconOther   = "M6 2l4 4-4 4-4-4z"
)

// channelIcon is the drawing of a channel.
func channelIcon(c touchpoint.Channel) string {
	name := strings.ToLower(string(c))
	for _, kind := range []struct{ word, icon string }{
		{"mail", iconMail},
		{"sms", iconPhone},
		{"push", iconPhone},
		{"phone", iconPhone},
		{"call", iconPhone},
		{"whatsapp", iconPhone},
		{"chat", iconChat},
		{"assistant", iconChat},
		{"support", iconChat},
		{"video", iconVideo},
		{"audio", iconVideo},
		{"webinar", iconVideo},
		{"social", iconPeople},
		{"community", iconPeople},
		{"referral", iconPeople},
		{"review", iconPeople},
		{"affiliate", iconPeople},
		{"organic search", iconSearch},
		{"paid", iconAd},
		{"display", iconAd},
		{"ads", iconAd},
		{"search", iconSearch},
		{"app", iconApp},
		{"product", iconApp},
		{"meeting", iconMeeting},
		{"event", iconMeeting},
		{"in person", iconPerson},
		{"store", iconPerson},
		{"sales", iconPerson},
		{"web", iconWeb},
		{"direct", iconWeb},
		{"site", iconWeb},
		{"page", iconWeb},
	} {
		if strings.Contains(name, kind.word) {
			return kind.icon
		}
	}
	return iconOther
}
