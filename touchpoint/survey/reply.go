package survey

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Reply is what one person answered to a questionnaire: by question, the texts
// of the answer. A scale and a number are one text with the number, one of the
// options is its text, several are theirs. A question that was passed over is
// absent.
type Reply struct {
	Customer string              `json:"customer,omitempty"` // may be empty for anonymous answers
	At       time.Time           `json:"at"`
	Answers  map[string][]string `json:"answers"`
}

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

// count collects the answers of one part.
type count struct {
	q        Questionnaire
	at       map[string]int
	replies  int64
	complete int64
	answers  []int64
	options  [][]int64
	numbers  [][]decimal.Decimal
	scales   [][]Answer
	texts    [][]TextAnswer
}

func newCount(q Questionnaire) *count {
	n := len(q.Questions)
	c := &count{
		q: q, at: map[string]int{}, answers: make([]int64, n), options: make([][]int64, n),
		numbers: make([][]decimal.Decimal, n), scales: make([][]Answer, n), texts: make([][]TextAnswer, n),
	}
	for i := range q.Questions {
		k := &q.Questions[i]
		c.at[k.ID] = i
		c.options[i] = make([]int64, len(k.names()))
	}
	return c
}

// names are the options, or the values of a scale.
func (k *Question) names() []string {
	if k.Form != FormScale {
		return k.Options
	}
	out := make([]string, 0, k.Hi-k.Lo+1)
	for v := k.Lo; v <= k.Hi; v++ {
		out = append(out, strconv.Itoa(v))
	}
	return out
}

func (c *count) check(row int64, r *Reply, bad *fault.Batch) bool {
	before := bad.Count()
	add := func(field, value, limit string, err error) {
		bad.Add(fault.Row{Row: row, Customer: r.Customer, Field: field, Value: value, Limit: limit, Err: err})
	}
	if limit, err := fault.CheckText(r.Customer, touchpoint.MaxText); err != nil {
		add("Customer", r.Customer, limit, err)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Answers)) {
		i, ok := c.at[id]
		if !ok {
			add("Answers", id, "no question has this ID", ErrForm)
			continue
		}
		if limit := c.q.Questions[i].fits(r.Answers[id]); limit != "" {
			value := ""
			if len(r.Answers[id]) > 0 {
				value = r.Answers[id][0]
			}
			add("Answers["+id+"]", value, limit, ErrScale)
		}
	}
	return bad.Count() == before
}

// fits says what an answer would have to be, empty when it is.
func (k *Question) fits(answer []string) string {
	if k.Form != FormSeveral && len(answer) != 1 {
		return fmt.Sprintf("want one answer, got %d", len(answer))
	}
	switch k.Form {
	case FormScale:
		if n, err := strconv.Atoi(answer[0]); err != nil || n < k.Lo || n > k.Hi || strconv.Itoa(n) != answer[0] {
			return fmt.Sprintf("want a whole number from %d to %d", k.Lo, k.Hi)
		}
	case FormNumber:
		if _, err := number(answer[0]); err != nil {
			return "want a decimal of at most 18 digits before and 12 behind the point"
		}
	case FormText:
		limit, _ := fault.CheckText(answer[0], maxWords)
		return limit
	default:
		for i, s := range answer {
			if !slices.Contains(k.Options, s) {
				return "is none of the options"
			}
			if slices.Index(answer, s) != i {
				return "an option is given twice"
			}
		}
	}
	return ""
}

func number(s string) (decimal.Decimal, error) {
	if len(s) > 64 {
		return decimal.Decimal{}, ErrScale
	}
	d, err := decimal.NewFromString(s)
	if err == nil {
		_, _, err = num.Parts(d)
	}
	return d, err
}

func (c *count) add(r *Reply) {
	c.replies++
	complete := true
	for i := range c.q.Questions {
		k := &c.q.Questions[i]
		answer, ok := r.Answers[k.ID]
		if !ok {
			complete = complete && !k.Required
			continue
		}
		c.answers[i]++
		switch k.Form {
		case FormScale:
			n, _ := strconv.Atoi(answer[0])
			c.options[i][n-k.Lo]++
			c.numbers[i] = append(c.numbers[i], decimal.New(int64(n), 0))
			c.scales[i] = append(c.scales[i], Answer{Customer: r.Customer, At: r.At, Score: n})
		case FormNumber:
			d, _ := number(answer[0])
			c.numbers[i] = append(c.numbers[i], d)
		case FormText:
			c.texts[i] = append(c.texts[i], TextAnswer{r.Customer, r.At.UTC(), answer[0]})
		default:
			for _, s := range answer {
				c.options[i][slices.Index(k.Options, s)]++
			}
		}
	}
	if complete {
		c.complete++
	}
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

// Of yields the answers to one question, one text each, with who gave them and
// when: what joins them with journeys and books, and fills a persona's evidence.
func Of(replies iter.Seq[Reply], question string) iter.Seq[TextAnswer] {
	return func(yield func(TextAnswer) bool) {
		for r := range replies {
			for _, s := range r.Answers[question] {
				if !yield(TextAnswer{r.Customer, r.At.UTC(), s}) {
					return
				}
			}
		}
	}
}

// Events yields an event survey_answered for every reply of a known customer,
// with the questionnaire in the attribute survey and each answer that is one
// text in an attribute of its question's ID: what joins answers with a log. The
// attributes of answers in own words are left out.
func (q Questionnaire) Events(replies iter.Seq[Reply]) iter.Seq[touchpoint.Event] {
	return func(yield func(touchpoint.Event) bool) {
		for r := range replies {
			if r.Customer == "" {
				continue
			}
			e := touchpoint.Event{Customer: r.Customer, Name: "survey_answered", At: r.At, Attrs: map[string]string{"survey": q.ID}}
			for _, k := range q.Questions {
				if a := r.Answers[k.ID]; len(a) == 1 && k.Form != FormText && k.ID != "survey" {
					e.Attrs[k.ID] = a[0]
				}
			}
			if !yield(e) {
				return
			}
		}
	}
}

// ParseQuestionnaire reads a questionnaire from its JSON form; one with faults
// is an error.
func ParseQuestionnaire(data []byte) (Questionnaire, error) {
	var q Questionnaire
	if err := jsonin.DecodeStrict(data, &q); err != nil {
		return Questionnaire{}, fmt.Errorf("survey: parse questionnaire: %w", err)
	}
	return q, q.Validate()
}
