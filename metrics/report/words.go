package report

import (
	"reflect"
	"strings"
)

// Words are all fixed words of figures, tables and pages in one language: a
// value to use, change or translate. English, Arabic and Thai are shipped; the
// zero Words have none and fall back to English, field by field.
type Words struct {
	// Language is the code, as in BCP 47; RTL says that it is written from right
	// to left.
	Language string
	RTL      bool

	// Titles and Sentences have one entry for each Kind, in its order: what a
	// figure is called, and what it shows in a sentence, in which names in braces
	// stand for values.
	Titles, Sentences []string
	// Bases has one entry for each Basis, Curves for each cohort.Curve, Causes
	// for each ledger.Cause, Movements for each ledger.Kind.
	Bases, Curves, Causes, Movements []string

	Month, Customer, Customers, Segment, Cohort, Size, Age, Weighted, Line, Amount, Share, Stage, Trigger, Persona string
	Opening, New, Expansion, Reactivation, Contraction, Churn, FX, Closing, NetNew, Total, Others, Last, YearAgo   string
	AtRisk, Churned, Censored, Hazard, Survival, Tenure, Level, Lower, Upper, Median, Observed, Expected           string
	Step, OfPrevious, OfFirst, Time, From, To, Count, Channel, Model, Conversions, Value, Spend, CAC, LTV, Ratio   string
	Rule, Difference, Cause, Recorded, Before, After, Kind, Date, What, Journey, Touchpoints, Answers, Risk, Score string
	Back, NotReached, Undefined, Zero, Legend, Open                                                                string

	// Of the page.
	Points, Plan, PageTitle, Skip, Contents, Glance, LastMonth, LastYear, ChurnedList, Moves, Policy, Fresh, Asked, AsTable, Nobody, Rounded string
	// Tiles are the names of the figures at a glance, in the order of Page.Tiles.
	Tiles []string
}

// WordsIn returns the words of a language, by its code up to the first hyphen;
// ok is false, and the words are English, where there are none.
func WordsIn(language string) (words Words, ok bool) {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "ar":
		return Arabic(), true
	case "th":
		return Thai(), true
	case "en":
		return English(), true
	}
	return English(), false
}

// or fills what is empty from other words, in lists entry by entry.
func (w Words) or(o Words) Words {
	if w.Language == "" {
		w.Language, w.RTL = o.Language, o.RTL
	}
	to, from := reflect.ValueOf(&w).Elem(), reflect.ValueOf(o)
	for i := range to.NumField() {
		switch f := to.Field(i); f.Kind() {
		case reflect.String:
			if f.Len() == 0 {
				f.Set(from.Field(i))
			}
		case reflect.Slice:
			list := append([]string(nil), f.Interface().([]string)...)
			for k, s := range from.Field(i).Interface().([]string) {
				switch {
				case k >= len(list):
					list = append(list, s)
				case list[k] == "":
					list[k] = s
				}
			}
			f.Set(reflect.ValueOf(list))
		default:
		}
	}
	return w
}

// pick is the word of an enumeration's value, or its name where there is none.
func pick[E interface {
	~uint8
	String() string
}](list []string, e E) string {
	if int(e) < len(list) && list[e] != "" {
		return list[e]
	}
	return e.String()
}

// say fills a sentence: pairs of a name and what stands for it.
func say(sentence string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// arrow points in the direction of reading.
func (w *Words) arrow() string {
	if w.RTL {
		return "←"
	}
	return "→"
}
