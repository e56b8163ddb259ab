package scorecard

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// answered is the result of the surveys of a name, of the answers of the period
// by those who have the key.
func (e *evaluation) answered(name string, v view) (metrics.Ratio, error) {
	forms, ok := e.forms[name]
	if !ok {
		return metrics.Ratio{}, fmt.Errorf("no answers to %s", name)
	}
	if len(forms) > 1 {
		return metrics.Ratio{}, fmt.Errorf("several surveys are named %s", name)
	}
	r, err := forms[0].Result(slices.Values(e.given(name, v.k)[scoreKey{v.k, v.p, v.key}]), 0)
	return r.Score, err
}

// given is the answers to the surveys of a name by period and key.
func (e *evaluation) given(name string, k int) map[scoreKey][]survey.Answer {
	at := givenKey{name, k}
	if of, ok := e.answers[at]; ok {
		return of
	}
	of := map[scoreKey][]survey.Answer{}
	for _, a := range e.d.Answers {
		if a.Name != name {
			continue
		}
		for _, g := range a.Given {
			if p := e.period(nano(g.At)); p >= 0 {
				key := scoreKey{k, p, e.named(e.keys[k], g.Customer, nano(g.At))}
				of[key] = append(of[key], g)
			}
		}
	}
	e.answers[at] = of
	return of
}

// givenKey is a survey and a keyer.
type givenKey struct {
	name string
	k    int
}

// formsOf are the different surveys of each name.
func formsOf(answers []Answers) map[string][]survey.Survey {
	of := map[string][]survey.Survey{}
	for _, a := range answers {
		if !slices.Contains(of[a.Name], a.Survey) {
			of[a.Name] = append(of[a.Name], a.Survey)
		}
	}
	return of
}
