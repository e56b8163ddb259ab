package survey

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/num"
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
