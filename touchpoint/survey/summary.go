package survey

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Summary is what a questionnaire found.
type Summary struct {
	Questionnaire string `json:"questionnaire"`
	Replies       int64  `json:"replies"`
	// Complete counts replies with every required answer.
	Complete  int64    `json:"complete"`
	Questions []Counts `json:"questions"`
}

// Counts is what was answered to one question.
type Counts struct {
	Question Question `json:"question"`
	// Answers counts the replies that answered it, Skipped the others.
	Answers int64 `json:"answers"`
	Skipped int64 `json:"skipped"`
	// Options has a row for every option, or for every value of the scale; for
	// several, shares are of answers and sum to more than 1.
	Options []OptionCount `json:"options"`
	// Mean is of scales and numbers; undefined without answers.
	Mean metrics.Ratio `json:"mean"`
	// Min, Max and Median are of scales and numbers, nil without answers; the
	// median of an even number is the mean of the two in the middle.
	Min    *decimal.Decimal `json:"min,omitempty"`
	Median *decimal.Decimal `json:"median,omitempty"`
	Max    *decimal.Decimal `json:"max,omitempty"`
	// Result is that of the survey the question is, nil for others.
	Result *Result `json:"result,omitempty"`
	// Texts are the answers in own words, by customer and time.
	Texts []TextAnswer `json:"texts,omitempty"`
}

// OptionCount is how often one option was chosen.
type OptionCount struct {
	Option string        `json:"option"`
	N      int64         `json:"n"`
	Share  metrics.Ratio `json:"share"` // of the answers
}

// TextAnswer is one answer in own words.
type TextAnswer struct {
	Customer string    `json:"customer,omitempty"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
}

// Summarize counts replies. Every answer that does not fit its question is
// reported in a *[fault.Batch]; then there is no summary. A questionnaire with
// faults is an error that wraps ErrForm.
func (q Questionnaire) Summarize(replies iter.Seq[Reply]) (Summary, error) {
	if err := q.Validate(); err != nil {
		return Summary{}, err
	}
	c := newCount(q)
	bad := fault.Batch{Package: "survey", Op: "summarize"}
	row := int64(0)
	if replies != nil {
		for r := range replies {
			row++
			if c.check(row, &r, &bad) && bad.Count() == 0 {
				c.add(&r)
			}
		}
	}
	if err := bad.Err(); err != nil {
		return Summary{}, err
	}
	return c.summary()
}

// SummarySegment is the summary of one part of the replies.
type SummarySegment struct {
	Key     string  `json:"key"`
	Summary Summary `json:"summary"`
}

// SummarizeBy counts replies apart by customer, such as by persona, stage or
// plan: the key says which part a customer belongs to. Parts come in ascending
// order of keys.
func (q Questionnaire) SummarizeBy(replies iter.Seq[Reply], key func(customer string) string) ([]SummarySegment, error) {
	if key == nil {
		return nil, fmt.Errorf("survey: summarize by key: %w: no key function", ErrForm)
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	parts := map[string]*count{}
	checker := newCount(q)
	bad := fault.Batch{Package: "survey", Op: "summarize"}
	row := int64(0)
	if replies != nil {
		for r := range replies {
			row++
			if !checker.check(row, &r, &bad) || bad.Count() > 0 {
				continue
			}
			k := key(r.Customer)
			if parts[k] == nil {
				parts[k] = newCount(q)
			}
			parts[k].add(&r)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	out := make([]SummarySegment, 0, len(parts))
	for _, k := range slices.Sorted(maps.Keys(parts)) {
		s, err := parts[k].summary()
		if err != nil {
			return nil, err
		}
		out = append(out, SummarySegment{k, s})
	}
	return out, nil
}

func (c *count) summary() (Summary, error) {
	out := Summary{Questionnaire: c.q.ID, Replies: c.replies, Complete: c.complete, Questions: make([]Counts, len(c.q.Questions))}
	for i, k := range c.q.Questions {
		n := Counts{Question: k, Answers: c.answers[i], Skipped: c.replies - c.answers[i], Options: []OptionCount{}}
		for o, name := range k.names() {
			n.Options = append(n.Options, OptionCount{name, c.options[i][o], metrics.NewCount(c.options[i][o], c.answers[i])})
		}
		n.numbers(c.numbers[i])
		if k.Survey != KindUnknown {
			r, err := Survey{Kind: k.Survey, Lo: k.Lo, Hi: k.Hi}.Result(slices.Values(c.scales[i]), 0)
			if err != nil {
				return Summary{}, err
			}
			n.Result = &r
		}
		slices.SortStableFunc(c.texts[i], func(a, b TextAnswer) int {
			if a.Customer != b.Customer {
				if a.Customer < b.Customer {
					return -1
				}
				return 1
			}
			return a.At.Compare(b.At)
		})
		n.Texts = c.texts[i]
		out.Questions[i] = n
	}
	return out, nil
}

// numbers says how numbers are spread, exactly.
func (n *Counts) numbers(all []decimal.Decimal) {
	if len(all) == 0 {
		return
	}
	slices.SortFunc(all, func(a, b decimal.Decimal) int { return a.Cmp(b) })
	sum := decimal.Decimal{}
	for _, d := range all {
		sum = sum.Add(d)
	}
	n.Mean = metrics.NewRatio(sum, decimal.New(int64(len(all)), 0))
	lo, hi, mid := all[0], all[len(all)-1], all[len(all)/2]
	if len(all)%2 == 0 {
		mid = mid.Add(all[len(all)/2-1]).Mul(decimal.New(5, -1))
	}
	n.Min, n.Median, n.Max = &lo, &mid, &hi
}

// Question finds the counts of a question.
func (s Summary) Question(id string) (Counts, bool) {
	i := slices.IndexFunc(s.Questions, func(c Counts) bool { return c.Question.ID == id })
	if i < 0 {
		return Counts{}, false
	}
	return s.Questions[i], true
}

// Row is one line of a summary as a table.
type Row struct {
	Question string        `json:"question"`
	Option   string        `json:"option"`
	N        int64         `json:"n"`
	Share    metrics.Ratio `json:"share"`
}

// Rows yields a line for every option of every question.
func (s Summary) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, c := range s.Questions {
			for _, o := range c.Options {
				if !yield(Row{c.Question.ID, o.Option, o.N, o.Share}) {
					return
				}
			}
		}
	}
}

// String is a line for each question.
func (s Summary) String() string {
	var out strings.Builder
	out.WriteString(fmt.Sprintf("%s: %d replies, %d complete\n", s.Questionnaire, s.Replies, s.Complete))
	for _, c := range s.Questions {
		out.WriteString(fmt.Sprintf("%s: %d answers", c.Question.ID, c.Answers))
		if mean, ok := c.Mean.Decimal(2); ok {
			out.WriteString(", mean " + mean.String())
		}
		out.WriteString("\n")
	}
	return out.String()
}
