package journeytest

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Script is a list of events as [Parse] read them, in the order of the text. It
// is a value; the zero Script has no events.
type Script []Entry

// Entry is one event of a [Script].
type Entry struct {
	Customer, Name   string
	At               time.Time
	ID               string
	Channel          touchpoint.Channel
	Source, Campaign string
	Attrs            map[string]string // nil without attr. fields
	Line             int               // where it stands, from 1
}

// ScriptOptions say how [Parse] reads. The zero value counts days from
// [Origin], in UTC, for a customer called "customer".
type ScriptOptions struct {
	// Origin is time 0 of the compact notation and what "+2d" is counted from
	// for a customer's first event; zero means the function Origin.
	Origin time.Time
	// Unit is one step of the compact notation; zero means 24 hours.
	Unit time.Duration
	// Customer is who compact lines without a name are about.
	Customer string
	// Location is where dates without a zone lie; nil means UTC.
	Location *time.Location
	// Names replaces names: {"a": "trial_started"} lets "1a" be readable.
	Names map[string]string
}

// ScriptError is one thing [Parse] could not read. The zero value is not useful.
type ScriptError struct {
	Line   int    // from 1
	Token  string // as written, shortened when long
	Reason string
}

// Error names line and token.
func (e *ScriptError) Error() string {
	return fmt.Sprintf("journeytest: script: line %d: %q: %s", e.Line, e.Token, e.Reason)
}

// maxScriptErrors bounds the list for a text that is no script at all.
const maxScriptErrors = 100

// Parse reads events from text, in two notations that may be mixed line by
// line. The compact one gives times in units since the origin, each followed by
// a name:
//
//	1a 2b 3c
//	acme: 1a 2b 12c
//
// The readable one has customer, name and time, then fields:
//
//	acme   trial_started  2026-01-05
//	acme   "Invite Sent"  2026-01-05T10:30:00+01:00  id=e7 channel=Email
//	globex trial_started  2026-01-06T09:00
//	acme   trial_expired  +14d                       # after acme's last event
//
// Fields are id, channel, source, campaign, and attr.KEY. Text with spaces
// stands in double quotes, with the escapes of Go. A # begins a comment.
// Relative times combine w, d and what time.ParseDuration knows: +1w2d3h.
//
// Every line that cannot be read is reported, as a [*ScriptError], joined; then
// there are no events.
func Parse(script string, o ScriptOptions) (Script, error) {
	p := scriptParser{o: o, last: map[string]time.Time{}}
	if p.o.Origin.IsZero() {
		p.o.Origin = Origin()
	}
	if p.o.Unit == 0 {
		p.o.Unit = 24 * time.Hour
	}
	if p.o.Customer == "" {
		p.o.Customer = "customer"
	}
	if p.o.Location == nil {
		p.o.Location = time.UTC
	}
	if p.o.Unit < 0 {
		return nil, fmt.Errorf("journeytest: script: unit %s, want more than 0", p.o.Unit)
	}
	for line := range strings.Lines(script) {
		p.line++
		p.read(strings.TrimRight(line, "\r\n"))
		if len(p.errs) >= maxScriptErrors {
			p.errs = append(p.errs, fmt.Errorf("journeytest: script: line %d: %d errors, reading no further", p.line, len(p.errs)))
			break
		}
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return p.out, nil
}

// MustParse is [Parse] with the default options for a test, which it ends when
// the text cannot be read.
func MustParse(t testing.TB, text string) Script {
	t.Helper()
	s, err := Parse(text, ScriptOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Events returns the script as events of a journey, the name being the trigger.
// Attrs are shared with the script.
func (s Script) Events() []journey.Event {
	out := make([]journey.Event, len(s))
	for i, e := range s {
		out[i] = journey.Event{Customer: e.Customer, Trigger: journey.Trigger(e.Name), At: e.At, ID: e.ID, Attrs: e.Attrs}
	}
	return out
}

// Touchpoints returns the script as touchpoint events. Attrs are shared with
// the script.
func (s Script) Touchpoints() []touchpoint.Event {
	out := make([]touchpoint.Event, len(s))
	for i, e := range s {
		out[i] = touchpoint.Event{
			Customer: e.Customer, Name: e.Name, Channel: e.Channel, At: e.At,
			ID: e.ID, Source: e.Source, Campaign: e.Campaign, Attrs: e.Attrs,
		}
	}
	return out
}

// Log returns the script as a touchpoint log.
func (s Script) Log() (*touchpoint.Log, error) { return touchpoint.LogOf(s.Touchpoints()...) }

// All yields the events of a journey.
func (s Script) All() iter.Seq[journey.Event] { return slices.Values(s.Events()) }

type scriptParser struct {
	o    ScriptOptions
	line int
	last map[string]time.Time
	out  Script
	errs []error
}

func (p *scriptParser) bad(token, format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = text.ClipTo(s, 40)
		}
	}
	p.errs = append(p.errs, &ScriptError{Line: p.line, Token: text.ClipTo(token, 40), Reason: fmt.Sprintf(format, args...)})
}

func (p *scriptParser) read(line string) {
	tokens, ok := p.tokens(line)
	switch {
	case !ok || len(tokens) == 0:
	case len(tokens) >= 3 && looksLikeTime(tokens[2]):
		p.readable(tokens)
	default:
		p.compact(tokens)
	}
}

// token is a word of a line; quoted ones are taken as they are.
type token struct {
	text   string
	quoted bool
}

func (p *scriptParser) tokens(line string) ([]token, bool) {
	var out []token
	for {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		if line == "" || line[0] == '#' {
			return out, true
		}
		end := 0
		for end < len(line) {
			if c, size := utf8.DecodeRuneInString(line[end:]); unicode.IsSpace(c) {
				break
			} else if c != '"' {
				end += size
				continue
			}
			quote, err := strconv.QuotedPrefix(line[end:])
			if err != nil {
				p.bad(line[end:], "a quote that does not end or has an unknown escape")
				return nil, false
			}
			end += len(quote)
		}
		t := token{text: line[:end]}
		if head, quote, found := strings.Cut(t.text, `"`); found { // word, or key="word"
			unquoted, err := strconv.Unquote(`"` + quote)
			if err != nil || head != "" && !strings.HasSuffix(head, "=") {
				p.bad(t.text, "a quote stands around the whole of a word or after =")
				return nil, false
			}
			t = token{head + unquoted, head == ""}
		}
		out = append(out, t)
		line = line[end:]
	}
}

func looksLikeTime(t token) bool {
	return !t.quoted && (strings.HasPrefix(t.text, "+") || len(t.text) > 4 && t.text[4] == '-' && strings.Trim(t.text[:4], "0123456789") == "")
}

func (p *scriptParser) compact(tokens []token) {
	customer := p.o.Customer
	if name, found := strings.CutSuffix(tokens[0].text, ":"); found && !tokens[0].quoted {
		if name == "" {
			p.bad(tokens[0].text, "no customer before the colon")
			return
		}
		customer, tokens = name, tokens[1:]
	}
	for _, t := range tokens {
		digits := len(t.text) - len(strings.TrimLeft(t.text, "0123456789"))
		name := t.text[digits:]
		if digits == 0 || name == "" || t.quoted {
			p.bad(t.text, `want a number and a name as in "1a 2b 3c", or a line "customer name 2026-01-05"`)
			return
		}
		n, err := strconv.ParseInt(t.text[:digits], 10, 64)
		if span := n * int64(p.o.Unit); err != nil || span/int64(p.o.Unit) != n {
			p.bad(t.text, "number %s times the unit %s is too large", t.text[:digits], p.o.Unit)
			continue
		}
		p.add(t.text, Entry{Customer: customer, Name: name, At: p.o.Origin.Add(time.Duration(n) * p.o.Unit)})
	}
}

func (p *scriptParser) readable(tokens []token) {
	e := Entry{Customer: tokens[0].text, Name: tokens[1].text}
	at, err := p.time(e.Customer, tokens[2].text)
	if err != nil {
		p.bad(tokens[2].text, "%v", err)
		return
	}
	e.At = at
	seen := map[string]bool{}
	for _, t := range tokens[3:] {
		key, value, found := strings.Cut(t.text, "=")
		attr, isAttr := strings.CutPrefix(key, "attr.")
		switch {
		case !found || t.quoted:
			p.bad(t.text, "want a field, key=value")
			return
		case seen[key]:
			p.bad(t.text, "the field %s stands twice", key)
			return
		case isAttr && attr != "":
			if e.Attrs == nil {
				e.Attrs = map[string]string{}
			}
			e.Attrs[attr] = value
		case key == "id":
			e.ID = value
		case key == "channel":
			e.Channel = touchpoint.Channel(value)
		case key == "source":
			e.Source = value
		case key == "campaign":
			e.Campaign = value
		default:
			p.bad(t.text, "unknown field %q, want id, channel, source, campaign or attr.KEY", key)
			return
		}
		seen[key] = true
	}
	p.add(tokens[1].text, e)
}

// add checks what both notations share.
func (p *scriptParser) add(token string, e Entry) {
	if name, ok := p.o.Names[e.Name]; ok {
		e.Name = name
	}
	e.Line = p.line
	switch y := e.At.UTC().Year(); {
	case e.Customer == "" || e.Name == "":
		p.bad(token, "customer %q and name %q must not be empty", e.Customer, e.Name)
		return
	case y < 1900 || y > 2200:
		p.bad(token, "year %d, want 1900 to 2200", y)
		return
	}
	p.last[e.Customer] = e.At
	p.out = append(p.out, e)
}

// time reads a date, a time, or a time after the customer's last event.
func (p *scriptParser) time(customer, text string) (time.Time, error) {
	if rel, found := strings.CutPrefix(text, "+"); found {
		d, err := parseSpan(rel)
		if err != nil {
			return time.Time{}, err
		}
		from, ok := p.last[customer]
		if !ok {
			from = p.o.Origin
		}
		return from.Add(d), nil
	}
	for _, layout := range [...]string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, p.o.Location); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("not a time, want 2026-01-05, 2026-01-05T10:30, RFC 3339 or +14d")
}

// parseSpan reads 1w2d3h: weeks and days of 24 hours, then a Go duration.
func parseSpan(text string) (time.Duration, error) {
	total := time.Duration(0)
	rest := text
	for _, unit := range [...]struct {
		letter string
		d      time.Duration
	}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}} {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || !strings.HasPrefix(rest[digits:], unit.letter) {
			continue
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || n > math.MaxInt64/4/int64(unit.d) {
			return 0, errors.New("too long")
		}
		total += time.Duration(n) * unit.d
		rest = rest[digits+1:]
	}
	if rest == "" && rest != text {
		return total, nil
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 {
		return 0, errors.New("not a time to go forward by, want +14d, +1w2d or +3h30m")
	}
	if total += d; total < 0 {
		return 0, errors.New("too long")
	}
	return total, nil
}
