package scorecard

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// Data is what metrics are read from. What is not there leaves the metrics that
// need it undefined, and their points say so. Nothing in it may change while a
// scorecard reads it.
type Data struct {
	// Log is the events.
	Log *touchpoint.Log
	// Journeys is the replay of Log under a definition: where customers stood.
	Journeys *journey.Replay
	// Books are the ledger of the same customers.
	Books *ledger.Ledger
	// Answers are those to surveys, by name.
	Answers []Answers
	// Numbers come from outside.
	Numbers []Number
	// Scores is the engagement of leads and customers, over Log.
	Scores *score.Scorer
	// Grades, with Scores, count marketing- and sales-qualified leads by their
	// score; nil counts the events of the log.
	Grades *score.LeadRules
	// Segment is a key of the customer: a persona, a plan. It must be a pure
	// function.
	Segment func(customer string) string
}

// Answers are the answers to one survey. Several with one name add up.
type Answers struct {
	Name   string          `json:"name"` // Binding.Numerator.Name: "nps", "csat"
	Survey survey.Survey   `json:"survey"`
	Given  []survey.Answer `json:"given"`
}

// Number is a number of one month that another system says, of the whole, or of
// one key of a dimension. Several of one name, month and key are an error.
type Number struct {
	Name  string          `json:"name"`
	Month calendar.Month  `json:"month"`
	By    By              `json:"by,omitzero"`
	Key   string          `json:"key,omitempty"`
	Value decimal.Decimal `json:"value"`
}

// NumberKind describes a number that the standard bindings ask for.
type NumberKind struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// Latest says that of several months the last one's counts, not their sum.
	Latest bool `json:"latest,omitempty"`
}

// Numbers lists the numbers from outside that the standard bindings ask for.
func Numbers() []NumberKind {
	return []NumberKind{
		{Name: "branded_search_clicks", Doc: "Clicks from search queries that name the brand."},
		{Name: "search_clicks", Doc: "Clicks from all search queries."},
		{Name: "followers", Doc: "Followers at the end of the month.", Latest: true},
		{Name: "social_interactions", Doc: "Clicks, reactions, comments, shares and follows on posts."},
		{Name: "post_impressions", Doc: "Impressions of those posts."},
		{Name: "search_positions", Doc: "Topmost positions in search results, summed over impressions."},
		{Name: "search_impressions", Doc: "Impressions in search results."},
		{Name: "impressions", Doc: "Times that advertisements were shown."},
		{Name: "reach", Doc: "Different people who saw them."},
		{Name: "clicks", Doc: "Clicks on them."},
		{Name: "media_mentions", Doc: "Articles, broadcasts and posts by others."},
		{Name: "marketing_spend", Doc: "Spend on marketing."},
		{Name: "acquisition_spend", Doc: "Spend on sales and marketing."},
		{Name: "net_burn", Doc: "Cash spent less cash received."},
		{Name: "revenue_year", Doc: "Revenue of the twelve months that end with this one.", Latest: true},
		{Name: "revenue_year_before", Doc: "Revenue of the twelve months before those.", Latest: true},
		{Name: "profit_year", Doc: "Profit of the twelve months that end with this one.", Latest: true},
	}
}

// BookLines lists the lines of the books that a Half may name. Of several
// months, closings are the last one's where they are no denominator, and all
// else is summed.
func BookLines() []string {
	return []string{
		"opening_mrr", "new_mrr", "expansion_mrr", "reactivation_mrr", "contraction_mrr", "churn_mrr", "closing_mrr",
		"won_mrr", "lost_mrr", "run_rate",
		"opening_customers", "closing_customers", "paying_customers", "new_customers", "churned_customers",
	}
}

// Functions lists what Binding.Function may name: the functions of package
// metrics over the books and numbers from outside, "answers" for the survey that
// Numerator.Name names, and "score" for the mean score of those who have an
// event of the denominator in the period, at its end.
func Functions() []string {
	return []string{
		"ChurnRate", "NRR", "GRR", "GrossRevenueChurn", "NetRevenueChurn", "QuickRatio",
		"LTV", "LTVChange", "LTVToCAC", "PaybackMonths", "MagicNumber", "BurnMultiple", "RuleOf40",
		"MonthTwo", "Annual", "ExistingRevenue", "answers", "score",
	}
}

// Options say what is evaluated. The zero value takes the whole span of the
// log and the books, month by month, in UTC.
type Options struct {
	// Catalog is the catalogue of the bindings; zero = metrics.Catalog.
	Catalog metrics.Definitions
	// From and To are the first and the last month; zero = those of the data.
	From, To calendar.Month
	// Location is where months and days begin; nil = UTC. It should be that of
	// the books.
	Location *time.Location
	// By are the ways to break every metric down, beside the whole.
	By []By
	// Horizon is until when the data are complete; zero = the last event.
	Horizon time.Time
	// Level is that of intervals; zero = 0.95.
	Level float64
	// GrossMargin is a fraction, for lifetime value and payback; zero = 1.
	GrossMargin decimal.Decimal
	// CapMonths bounds lifetimes; zero = no bound.
	CapMonths int
	// Trailing is over how many months the churn of a lifetime value is pooled,
	// and how far back its change looks; zero = 6.
	Trailing int
	// Goals are what metrics shall reach.
	Goals []Goal
	// Bands are what others reach; nil = PublishedBands. An empty slice is none.
	Bands []Band
}

func (o Options) defaults(d Data) (Options, error) {
	if o.Catalog.Len() == 0 {
		o.Catalog = metrics.Catalog()
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.GrossMargin.IsZero() {
		o.GrossMargin = decimal.New(1, 0)
	}
	if o.Trailing == 0 {
		o.Trailing = 6
	}
	if o.Bands == nil {
		o.Bands = PublishedBands()
	}
	first, last, ok := d.span()
	if o.Horizon.IsZero() && d.Log != nil {
		_, o.Horizon, _ = d.Log.Span()
	}
	if o.From.IsZero() && ok {
		o.From = calendar.MonthOf(first, o.Location)
	}
	if o.To.IsZero() && ok {
		o.To = calendar.MonthOf(last, o.Location)
	}
	bad := func(field, value, limit string) (Options, error) {
		return o, refuse("evaluate", field, value, limit, ErrOptions)
	}
	switch {
	case o.From.IsZero() || o.To.IsZero():
		return bad("From", "", "want months, as there are no data to take them from")
	case o.From.Validate() != nil || o.To.Validate() != nil || o.To.Before(o.From) || o.To.Sub(o.From) >= MaxMonths:
		return bad("To", o.From.String()+" to "+o.To.String(), fmt.Sprintf("want 1 to %d months", MaxMonths))
	case !(o.Level > 0 && o.Level < 1):
		return bad("Level", fmt.Sprint(o.Level), "want more than 0 and less than 1")
	case o.GrossMargin.Sign() < 0 || o.GrossMargin.Cmp(decimal.New(1, 0)) > 0:
		return bad("GrossMargin", fault.Quote(o.GrossMargin.String()), "want more than 0 and at most 1")
	case o.CapMonths < 0 || o.CapMonths > MaxMonths:
		return bad("CapMonths", fmt.Sprint(o.CapMonths), fmt.Sprintf("want 0 to %d", MaxMonths))
	case o.Trailing < 1 || o.Trailing > 120:
		return bad("Trailing", fmt.Sprint(o.Trailing), "want 1 to 120")
	}
	for i, b := range o.By {
		if err := b.check(d); err != nil {
			return o, fmt.Errorf("scorecard: evaluate: By[%d]: %w", i, err)
		}
		if b == (By{}) || slices.Contains(o.By[:i], b) {
			return bad(fmt.Sprintf("By[%d]", i), b.String(), "want a dimension, each once")
		}
	}
	return o, nil
}

func (d Data) span() (first, last time.Time, ok bool) {
	if d.Log != nil {
		first, last, ok = d.Log.Span()
	}
	if d.Books != nil {
		if a, b, has := d.Books.Span(); has {
			if !ok || a.Before(first) {
				first = a
			}
			if !ok || b.After(last) {
				last = b
			}
			ok = true
		}
	}
	return first, last, ok
}

// check says whether the data can be broken down so.
func (b By) check(d Data) error {
	bad := func(field, value, limit string) error { return refuse("break down", field, value, limit, ErrData) }
	if !dimensions.Has(b.Dimension) || !touches.Has(b.Touch) {
		return bad("By", b.String(), "want a known dimension and touch")
	}
	switch {
	case b.Dimension == ByStage && d.Journeys == nil:
		return bad("Journeys", "none", "want a replay")
	case b.Dimension == BySegment && d.Segment == nil:
		return bad("Segment", "none", "want a key of the customer")
	case b.Dimension == ByCampaign && d.Log != nil && d.Log.Len() > 0 && d.Log.Campaigns() == nil:
		return bad("Campaign", "not kept", "want a log that keeps campaigns")
	case b.Dimension == ByAttr && d.Log != nil && d.Log.Len() > 0:
		if _, ok := d.Log.Attr(b.Attr); !ok {
			return bad("Attr", fault.Quote(b.Attr), "want an attribute that the log keeps")
		}
	case b.Dimension != ByAttr && b.Attr != "":
		return bad("Attr", fault.Quote(b.Attr), "only ByAttr has one")
	}
	return nil
}
