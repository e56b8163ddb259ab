package survey

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var (
	// ErrScale is returned for an answer outside the scale that was asked.
	ErrScale = errors.New("answer out of scale")
	// ErrSurvey is returned for a survey whose scale makes no sense, or of unknown kind.
	ErrSurvey = errors.New("survey is not usable")
	// ErrAsked is returned for more people answered than were asked.
	ErrAsked = errors.New("more people answered than were asked")
)

// Kind says what is asked. The zero value is unknown.
type Kind uint8

// The three surveys.
const (
	KindUnknown Kind = iota
	// KindNPS asks "How likely are you to recommend us?", 0 to 10. Promoters
	// answer 9 or 10, passives 7 or 8, detractors 0 to 6 (F. Reichheld, "The
	// One Number You Need to Grow", Harvard Business Review, December 2003).
	KindNPS
	// KindCSAT asks "How satisfied are you?", 1 to 5; 4 and 5 are satisfied.
	KindCSAT
	// KindCES asks for agreement with "The company made it easy for me", 1
	// to 7, high is good (CES 2.0). The result is the mean answer.
	KindCES
)

var kinds = enum.New[Kind]("survey", "Kind", "unknown", "nps", "csat", "ces")

// String returns the name of the kind.
func (k Kind) String() string { return kinds.String(k) }

// MarshalText returns the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Scan reads the name of a kind from an SQL column; NULL is the zero value.
func (k *Kind) Scan(src any) error { return kinds.Scan(k, src) }

// Value returns the name of the kind for an SQL column.
func (k Kind) Value() (driver.Value, error) { return kinds.Value(k) }

// Survey is a question with its scale. Zero fields take the usual scale of the
// kind. It is a value.
type Survey struct {
	Kind Kind `json:"kind"`
	// Lo and Hi are the ends of the scale, both included; both zero = 0 to 10
	// for NPS, which takes no other, 1 to 5 for CSAT, 1 to 7 for CES.
	Lo int `json:"lo"`
	Hi int `json:"hi"`
	// Satisfied is the lowest answer that counts as satisfied in CSAT; zero =
	// the upper two answers of the scale.
	Satisfied int `json:"satisfied,omitempty"`
}

// Answer is what one person answered.
type Answer struct {
	Customer string    `json:"customer,omitempty"` // may be empty for anonymous answers
	At       time.Time `json:"at"`
	Score    int       `json:"score"`
}

// Result is what a survey found.
type Result struct {
	Survey Survey `json:"survey"` // with the scale filled in
	// Score is the result as a fraction with its counts: NPS between -1 and 1,
	// CSAT between 0 and 1, CES as the mean answer. Undefined without answers.
	Score metrics.Ratio `json:"score"`
	// Response is people who answered of people asked; undefined when it is
	// not known how many were asked.
	Response metrics.Ratio `json:"response"`
	// Answers counts answers, Respondents the people who gave them: different
	// customers, and every anonymous answer for one.
	Answers     int64 `json:"answers"`
	Respondents int64 `json:"respondents"`
	// Promoters, Passives and Detractors are counted for NPS, Satisfied for
	// CSAT.
	Promoters  int64 `json:"promoters"`
	Passives   int64 `json:"passives"`
	Detractors int64 `json:"detractors"`
	Satisfied  int64 `json:"satisfied"`
	// Distribution has one entry for every answer of the scale, from Lo to Hi.
	Distribution []int64 `json:"distribution"`
}

// scale fills in the defaults and checks the survey.
func (s Survey) scale() (Survey, error) {
	bad := func(format string, args ...any) (Survey, error) {
		return Survey{}, fmt.Errorf("survey: %s: %w: %s", s.Kind, ErrSurvey, fmt.Sprintf(format, args...))
	}
	custom := s.Lo != 0 || s.Hi != 0
	switch s.Kind {
	case KindNPS:
		if custom && (s.Lo != 0 || s.Hi != 10) {
			return bad("its scale is 0 to 10, got %d to %d", s.Lo, s.Hi)
		}
		s.Lo, s.Hi = 0, 10
	case KindCSAT:
		if !custom {
			s.Lo, s.Hi = 1, 5
		}
		if s.Satisfied == 0 {
			s.Satisfied = s.Hi - 1
		}
		if s.Satisfied <= s.Lo || s.Satisfied > s.Hi {
			return bad("satisfied from %d must lie above %d and not above %d", s.Satisfied, s.Lo, s.Hi)
		}
	case KindCES:
		if !custom {
			s.Lo, s.Hi = 1, 7
		}
	default:
		return bad("unknown kind %d", s.Kind)
	}
	if s.Kind != KindCSAT && s.Satisfied != 0 {
		return bad("only CSAT has a satisfied answer")
	}
	if s.Lo >= s.Hi || s.Lo < -100 || s.Hi > 100 {
		return bad("want a scale within -100 to 100, got %d to %d", s.Lo, s.Hi)
	}
	return s, nil
}

// Result counts answers. asked is the number of people who were asked, 0 when
// it is not known. Every answer out of scale is reported, in a
// *[fault.Batch] with its row and value; then there is no result.
func (s Survey) Result(answers iter.Seq[Answer], asked int64) (Result, error) {
	s, err := s.scale()
	if err != nil {
		return Result{}, err
	}
	t := tally{survey: s, counts: make([]int64, s.Hi-s.Lo+1), people: map[string]struct{}{}}
	row, bad := int64(0), fault.Batch{Package: "survey", Op: s.Kind.String()}
	if answers != nil {
		for a := range answers {
			row++
			if s.check(row, a, &bad) {
				t.add(a)
			}
		}
	}
	if err := bad.Err(); err != nil {
		return Result{}, err
	}
	return t.result(asked)
}

// Segment is the result of one part of the answers.
type Segment struct {
	Key    string `json:"key"`
	Result Result `json:"result"`
}

// String is the result in words.
func (r Result) String() string {
	score := r.Score.Percent(0)
	if mean, ok := r.Score.Decimal(2); ok && r.Survey.Kind == KindCES {
		score = mean.String()
	}
	return fmt.Sprintf("%s %s of %d answers", r.Survey.Kind, score, r.Answers)
}

// ResultBy counts answers apart by a key such as stage or segment, in
// ascending order of keys. The scores pool to that of the whole. How many were
// asked is not known per key, so Response is undefined.
func (s Survey) ResultBy(answers iter.Seq[Answer], key func(Answer) string) ([]Segment, error) {
	if key == nil {
		return nil, fmt.Errorf("survey: by key: %w: no key function", ErrSurvey)
	}
	s, err := s.scale()
	if err != nil {
		return nil, err
	}
	tallies := map[string]*tally{}
	row, bad := int64(0), fault.Batch{Package: "survey", Op: s.Kind.String()}
	if answers != nil {
		for a := range answers {
			row++
			if !s.check(row, a, &bad) {
				continue
			}
			k := key(a)
			t := tallies[k]
			if t == nil {
				t = &tally{survey: s, counts: make([]int64, s.Hi-s.Lo+1), people: map[string]struct{}{}}
				tallies[k] = t
			}
			t.add(a)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var out []Segment
	for _, k := range slices.Sorted(maps.Keys(tallies)) {
		r, err := tallies[k].result(0)
		if err != nil {
			return nil, err
		}
		out = append(out, Segment{k, r})
	}
	return out, nil
}

func (s Survey) check(row int64, a Answer, bad *fault.Batch) bool {
	before := bad.Count()
	if a.Score < s.Lo || a.Score > s.Hi {
		bad.Add(fault.Row{
			Row: row, Customer: a.Customer, Field: "Score", Value: strconv.Itoa(a.Score),
			Limit: fmt.Sprintf("want %d to %d", s.Lo, s.Hi), Err: ErrScale,
		})
	}
	if limit, err := fault.CheckText(a.Customer, touchpoint.MaxText); err != nil {
		bad.Add(fault.Row{Row: row, Customer: a.Customer, Field: "Customer", Value: a.Customer, Limit: limit, Err: err})
	}
	return bad.Count() == before
}

type tally struct {
	survey             Survey
	counts             []int64
	people             map[string]struct{}
	answers, anonymous int64
}

func (t *tally) add(a Answer) {
	t.answers++
	t.counts[a.Score-t.survey.Lo]++
	if a.Customer == "" {
		t.anonymous++
		return
	}
	t.people[a.Customer] = struct{}{}
}

func (t *tally) result(asked int64) (Result, error) {
	s := t.survey
	r := Result{
		Survey: s, Answers: t.answers, Respondents: int64(len(t.people)) + t.anonymous, Distribution: t.counts,
	}
	if asked < 0 || asked > 0 && r.Respondents > asked {
		return Result{}, fmt.Errorf("survey: %s: %w: %d answered, %d asked", s.Kind, ErrAsked, r.Respondents, asked)
	}
	if asked > 0 {
		r.Response = metrics.NewCount(r.Respondents, asked)
	}
	total := int64(0)
	for i, n := range t.counts {
		score := s.Lo + i
		total += int64(score) * n
		switch {
		case s.Kind == KindNPS && score >= 9:
			r.Promoters += n
		case s.Kind == KindNPS && score >= 7:
			r.Passives += n
		case s.Kind == KindNPS:
			r.Detractors += n
		case s.Kind == KindCSAT && score >= s.Satisfied:
			r.Satisfied += n
		}
	}
	var err error
	switch s.Kind {
	case KindNPS:
		r.Score, err = metrics.NPS(r.Promoters, r.Passives, r.Detractors)
	case KindCSAT:
		r.Score, err = metrics.CSAT(r.Satisfied, r.Answers)
	default:
		r.Score, err = metrics.CES(decimal.New(total, 0), r.Answers)
	}
	return r, err
}
