package journey

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// maxSpecText is the longest text ParseSpec and the JSON decoder take.
const maxSpecText = 16 << 20

// ParseSpec reads a Spec from text, one fact per line:
//
//	# from "#" to the end of the line is a comment
//	journey "SaaS, self-service"
//	doc "How a workspace lives."
//	initial trial
//	trigger convert                      # optional: the closed vocabulary
//	observe ticket_opened ticket_solved  # counted, moves nobody
//	stage trial group onboarding
//	stage active group customer goal entry send_welcome doc "Pays."
//	stage churned terminal aside
//	from trial on convert to active if card_valid gate activated
//	from trial on expire to churned
//	from @customer on cancel to churned  # every stage of the group
//	from * on close to churned except active
//	from active on renew to active internal
//	after trial 336h fires expire
//	milestone activated all of import invite within 168h deadline 336h
//	milestone habit count 3 of login within 24h
//
// Names of letters, digits and _-.:/@*=+ stand bare unless they are keywords;
// others are quoted as in Go. Guards are names: [Spec.Bind] gives them their
// functions. Every bad line is reported, in a [*fault.Design] of faults with the
// code "syntax" and the Path "line 3"; then the Spec is zero. What the lines say
// together is for [Define] to check.
func ParseSpec(text string) (Spec, error) {
	if len(text) > maxSpecText {
		return Spec{}, fmt.Errorf("journey: spec text: %d bytes, at most %d", len(text), maxSpecText)
	}
	p := specParser{}
	found := fault.Design{Package: "journey", Kind: "spec text", Err: ErrDefinition}
	for line := range strings.SplitSeq(text, "\n") {
		p.line++
		if err := p.read(strings.TrimSuffix(line, "\r")); err != nil {
			found.Addf("syntax", fmt.Sprintf("line %d", p.line), "", "%s", err)
		}
	}
	if err := found.Fault(); err != nil {
		return Spec{}, err
	}
	return p.spec, nil
}

// UnmarshalText replaces the Spec by what ParseSpec reads.
func (s *Spec) UnmarshalText(text []byte) error {
	parsed, err := ParseSpec(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

type specParser struct {
	spec Spec
	line int
	seen [3]bool // journey, doc, initial
}

// token is one word of a line; a quoted one is never a keyword.
type token struct {
	text   string
	quoted bool
}

type tokens []token

func (p *specParser) read(line string) error {
	ts, err := split(line)
	if err != nil || len(ts) == 0 {
		return err
	}
	first := ts[0]
	ts = ts[1:]
	if first.quoted {
		return fmt.Errorf("a line begins with a keyword, not %q", first.text)
	}
	switch first.text {
	case "journey":
		err = p.once(0, first.text, &ts, &p.spec.Name)
	case "doc":
		err = p.once(1, first.text, &ts, &p.spec.Doc)
	case "initial":
		err = p.once(2, first.text, &ts, (*string)(&p.spec.Initial))
	case "trigger":
		var t string
		t, err = ts.name("trigger")
		p.spec.Triggers = append(p.spec.Triggers, Trigger(t))
	case "observe":
		names := ts.names()
		if len(names) == 0 {
			err = errors.New("observe: a name is missing")
		}
		for _, n := range names {
			p.spec.Observe = append(p.spec.Observe, Trigger(n))
		}
	case "stage":
		err = p.stage(&ts)
	case "from":
		err = p.transition(&ts)
	case "after":
		err = p.timer(&ts)
	case "milestone":
		err = p.milestone(&ts)
	default:
		return fmt.Errorf("unknown keyword %q", clip(first.text))
	}
	if err == nil && len(ts) > 0 {
		err = fmt.Errorf("unexpected %q", clip(ts[0].text))
	}
	return err
}

func (p *specParser) once(i int, keyword string, ts *tokens, to *string) error {
	if p.seen[i] {
		return fmt.Errorf("a second %q", keyword)
	}
	p.seen[i] = true
	var err error
	*to, err = ts.name(keyword)
	return err
}

// split cuts a line into words.
func split(line string) (tokens, error) {
	var ts tokens
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' {
			return ts, nil
		}
		if line[0] == '"' {
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, errors.New("a quoted name does not end")
			}
			s, err := strconv.Unquote(q)
			if err != nil {
				return nil, fmt.Errorf("bad quoted name %s", clip(q))
			}
			ts, line = append(ts, token{s, true}), line[len(q):]
			continue
		}
		n := strings.IndexFunc(line, func(r rune) bool { return !isBareRune(r) })
		if n < 0 {
			n = len(line)
		}
		if n == 0 {
			return nil, fmt.Errorf("%q needs quotes", clip(line))
		}
		ts, line = append(ts, token{line[:n], false}), line[n:]
	}
}

// name takes the next word as data.
func (ts *tokens) name(what string) (string, error) {
	if len(*ts) == 0 {
		return "", fmt.Errorf("%s: a name is missing", what)
	}
	t := (*ts)[0]
	if !t.quoted && keywords[t.text] {
		return "", fmt.Errorf("%s: a name is missing before %q; a name that is a keyword needs quotes", what, t.text)
	}
	*ts = (*ts)[1:]
	return t.text, nil
}

// keyword takes the next word if it is the keyword.
func (ts *tokens) keyword(word string) bool {
	if len(*ts) == 0 || (*ts)[0].quoted || (*ts)[0].text != word {
		return false
	}
	*ts = (*ts)[1:]
	return true
}

func (ts *tokens) expect(word string) error {
	if !ts.keyword(word) {
		return fmt.Errorf("%q is missing", word)
	}
	return nil
}

// names takes words up to the next keyword.
func (ts *tokens) names() []string {
	var list []string
	for len(*ts) > 0 && ((*ts)[0].quoted || !keywords[(*ts)[0].text]) {
		list = append(list, (*ts)[0].text)
		*ts = (*ts)[1:]
	}
	return list
}

func (ts *tokens) duration(what string) (time.Duration, error) {
	s, err := ts.name(what)
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is not a duration such as 336h or 90m", what, clip(s))
	}
	return d, nil
}

// option is one keyword a line may carry: once, with or without a value.
type option struct {
	word string
	take func() error
	seen bool
}

// options reads any of the keywords, in any order, each at most once.
func (ts *tokens) options(opts ...option) error {
next:
	for len(*ts) > 0 {
		for i := range opts {
			o := &opts[i]
			if !ts.keyword(o.word) {
				continue
			}
			if o.seen {
				return fmt.Errorf("a second %q", o.word)
			}
			o.seen = true
			if err := o.take(); err != nil {
				return err
			}
			continue next
		}
		return nil
	}
	return nil
}

func (ts *tokens) text(word string, to *string) option {
	return option{word: word, take: func() (err error) { *to, err = ts.name(word); return err }}
}

func (ts *tokens) flag(word string, to *bool) option {
	return option{word: word, take: func() error { *to = true; return nil }}
}

func (ts *tokens) span(word string, to *time.Duration) option {
	return option{word: word, take: func() (err error) { *to, err = ts.duration(word); return err }}
}

func (p *specParser) stage(ts *tokens) error {
	name, err := ts.name("stage")
	if err != nil {
		return err
	}
	s := StageSpec{Name: Stage(name)}
	err = ts.options(ts.text("group", &s.Group), ts.flag("goal", &s.Goal), ts.flag("terminal", &s.Terminal), ts.flag("aside", &s.Aside),
		ts.text("entry", &s.Entry), ts.text("exit", &s.Exit), ts.text("doc", &s.Doc))
	p.spec.Stages = append(p.spec.Stages, s)
	return err
}

func (p *specParser) transition(ts *tokens) error {
	var t Transition
	for _, part := range []struct {
		word string
		to   *string
	}{{"from", (*string)(&t.From)}, {"on", (*string)(&t.On)}, {"to", (*string)(&t.To)}} {
		if part.word != "from" {
			if err := ts.expect(part.word); err != nil {
				return err
			}
		}
		var err error
		if *part.to, err = ts.name(part.word); err != nil {
			return err
		}
	}
	err := ts.options(ts.text("if", &t.Guard.Name), ts.text("gate", &t.Gate), ts.flag("internal", &t.Internal),
		option{word: "except", take: func() error {
			for _, n := range ts.names() {
				t.Except = append(t.Except, Stage(n))
			}
			if len(t.Except) == 0 {
				return errors.New("except: a name is missing")
			}
			return nil
		}})
	p.spec.Transitions = append(p.spec.Transitions, t)
	return err
}

func (p *specParser) timer(ts *tokens) error {
	stage, err := ts.name("after")
	if err != nil {
		return err
	}
	d, err := ts.duration("after")
	if err != nil {
		return err
	}
	if err := ts.expect("fires"); err != nil {
		return err
	}
	t, err := ts.name("fires")
	p.spec.After = append(p.spec.After, Timer{Stage: Stage(stage), After: d, Trigger: Trigger(t)})
	return err
}

func (p *specParser) milestone(ts *tokens) error {
	name, err := ts.name("milestone")
	if err != nil {
		return err
	}
	m := Milestone{Name: name}
	found := false
	for r, word := range ruleNames {
		if !found && ts.keyword(word) {
			m.Rule, found = MilestoneRule(r), true
		}
	}
	if !found {
		return fmt.Errorf("milestone: one of %q is missing", ruleNames)
	}
	if !ts.keyword("of") {
		n, err := ts.name(m.Rule.String())
		if err != nil {
			return err
		}
		if m.N, err = strconv.Atoi(n); err != nil {
			return fmt.Errorf("milestone: %q is not a count", clip(n))
		}
		if err := ts.expect("of"); err != nil {
			return err
		}
	}
	for _, t := range ts.names() {
		m.Events = append(m.Events, Trigger(t))
	}
	err = ts.options(ts.span("within", &m.Within), ts.span("deadline", &m.Deadline), ts.text("doc", &m.Doc))
	p.spec.Milestones = append(p.spec.Milestones, m)
	return err
}
