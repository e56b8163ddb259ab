package policy

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Policy states every rule on which published definitions of recurring revenue
// and churn disagree. It decides what billing records are worth, and is carried
// in every result; String says it in words.
//
// The zero Policy is Standard. The other presets (ChartMogul, Stripe …) are
// Policies too: take one and change a field to describe a dashboard with other
// settings. Fields left out of JSON are as in Standard.
//
// A Policy is a value, safe everywhere while nobody writes to its slices.
type Policy struct {
	// Name is printed with results; empty is "Standard" where that is true and
	// "custom" elsewhere.
	Name string `json:"name,omitempty"`

	// Source of the amount, and under FromInvoices how a line is brought to a
	// month (Scaling) and whether credit notes and refunds for a service period
	// lower it (SubtractCredits).
	Source          Source  `json:"source"`
	Scaling         Scaling `json:"scaling"`
	SubtractCredits bool    `json:"subtract_credits"`

	// AwaitFirstPayment and Lapse, under FromInvoices: whether nothing counts until
	// the first invoice is paid (ChartMogul, article 243)
	// and what does after the last period that was invoiced.
	AwaitFirstPayment bool  `json:"await_first_payment"`
	Lapse             Lapse `json:"lapse"`

	// CountTest lets sandbox records count.
	CountTest bool `json:"count_test"`
	// Trials, and subscriptions that are past due.
	Trials  TrialRule `json:"trials"`
	PastDue PastDue   `json:"past_due"`
	// CountUnpaid lets subscriptions count after payment was given up,
	// CountPaused paused ones. DropCollectionPaused stops counting those that
	// are served and not charged.
	CountUnpaid          bool `json:"count_unpaid"`
	CountPaused          bool `json:"count_paused"`
	DropCollectionPaused bool `json:"drop_collection_paused"`

	// Metered usage. MeteredPeriods is how many periods MeteredTrailing takes
	// the mean of, 1 to 120; 0 is 3.
	Metered        MeteredRule `json:"metered"`
	MeteredPeriods int         `json:"metered_periods,omitempty"`
	// Discounts that lessen the amount.
	Discounts DiscountRule `json:"discounts"`
	// IncludeTax adds Terms.Tax.
	IncludeTax bool `json:"include_tax"`
	// WeekFactor and DayFactor bring charges by week and day to a month. Those
	// by month and year need none: every vendor divides by the months.
	WeekFactor Factor   `json:"week_factor"`
	DayFactor  Factor   `json:"day_factor"`
	Rounding   Rounding `json:"rounding"`

	// ChurnDate is when a subscription that ends stops counting; Committed what
	// the committed series leaves out.
	ChurnDate ChurnDate     `json:"churn_date"`
	Committed CommittedRule `json:"committed"`

	// RateDate of exchange rates; RateAt is the instant of RateFixed.
	RateDate RateDate  `json:"rate_date"`
	RateAt   time.Time `json:"rate_at,omitzero"`
	// Location is where months, and days past due, begin and end; nil is UTC.
	Location *time.Location `json:"-"`

	// Net is the grain of movements and Coalesce the window within which a
	// customer's movements are one (ledger.Options has both); with PerMonth the
	// window does not matter.
	Net      ledger.Net    `json:"net"`
	Coalesce time.Duration `json:"-"`
	// MinGap and MaxGap bound what is a reactivation: a return sooner than
	// MinGap is no return, one later than MaxGap is new business. Zero: no bound.
	MinGap time.Duration `json:"-"`
	MaxGap time.Duration `json:"-"`

	// Free customers; those who come and go in one month; and how the churn
	// rate is made of the counts.
	Free            FreeRule          `json:"free"`
	IgnoreSameMonth bool              `json:"ignore_same_month"`
	CountRequests   bool              `json:"count_requests"`
	ChurnRule       metrics.ChurnRule `json:"churn_rule"`

	// Undocumented lists the rules that the vendor of a preset does not
	// publish, as far as is known; they are as in Standard.
	Undocumented []Rule `json:"undocumented,omitempty"`
	// Notes say where a preset departs from its vendor, because the vendor's
	// setting is the account's to choose or cannot be said in a Policy.
	Notes []string `json:"notes,omitempty"`
}

// ErrPolicy is wrapped by the errors of impossible policies.
var ErrPolicy = errors.New("impossible policy")

const (
	defaultMeteredPeriods = 3
	maxMeteredPeriods     = 120
)

// Validate reports every rule of the policy that cannot be, joined, each
// wrapping ErrPolicy.
func (p Policy) Validate() error {
	var errs []error
	fail := func(field string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("policy: %w: %s: %w", ErrPolicy, field, err))
		}
	}
	text := func(field string, v interface{ MarshalText() ([]byte, error) }) {
		_, err := v.MarshalText()
		fail(field, err)
	}
	text("Source", p.Source)
	text("Scaling", p.Scaling)
	fail("Lapse", p.Lapse.Validate())
	text("Trials", p.Trials)
	fail("PastDue", p.PastDue.Validate())
	text("Metered", p.Metered)
	if p.MeteredPeriods < 0 || p.MeteredPeriods > maxMeteredPeriods {
		fail("MeteredPeriods", fmt.Errorf("%d, want 0 to %d", p.MeteredPeriods, maxMeteredPeriods))
	}
	text("Discounts", p.Discounts)
	fail("WeekFactor", p.WeekFactor.Validate())
	fail("DayFactor", p.DayFactor.Validate())
	fail("Rounding", p.Rounding.Validate())
	text("ChurnDate", p.ChurnDate)
	text("Committed", p.Committed)
	text("RateDate", p.RateDate)
	switch {
	case p.RateDate == RateFixed:
		fail("RateAt", calendar.CheckTime(p.RateAt))
	case !p.RateAt.IsZero():
		fail("RateAt", fmt.Errorf("%s, without RateDate %s", p.RateAt.Format(time.RFC3339), RateFixed))
	}
	text("Net", p.Net)
	for _, d := range []struct {
		field string
		is    time.Duration
	}{{"Coalesce", p.Coalesce}, {"MinGap", p.MinGap}, {"MaxGap", p.MaxGap}} {
		if d.is < 0 {
			fail(d.field, fmt.Errorf("%s, want 0 or more", d.is))
		}
	}
	if p.MaxGap > 0 && p.MaxGap < p.MinGap {
		fail("MaxGap", fmt.Errorf("%s, shorter than MinGap %s", p.MaxGap, p.MinGap))
	}
	text("Free", p.Free)
	fail("ChurnRule", p.ChurnRule.Validate())
	for _, r := range p.Undocumented {
		text("Undocumented", r)
	}
	return errors.Join(errs...)
}

func (p *Policy) location() *time.Location {
	if p.Location == nil {
		return time.UTC
	}
	return p.Location
}

func (p *Policy) meteredPeriods() int {
	if p.MeteredPeriods == 0 {
		return defaultMeteredPeriods
	}
	return p.MeteredPeriods
}

// LedgerOptions are the options of a ledger that follows the policy's rules on
// months, movements and exchange rates, in the currency and by the rates of o.
func (p Policy) LedgerOptions(o Options) ledger.Options {
	l := ledger.Options{
		Currency: o.Currency, Rates: p.rates(o.Rates), Location: p.Location,
		Net: p.Net, MinGap: p.MinGap, MaxGap: p.MaxGap, Coalesce: p.Coalesce,
	}
	if l.Currency == "" || p.RateDate == RateFrozen { // the changes are converted already
		l.Rates = nil
	}
	if l.Net == ledger.PerMonth {
		l.Coalesce = 0
	}
	return l
}

// rates answers for the instants the policy asks about.
func (p *Policy) rates(r money.Rates) money.Rates {
	switch {
	case r == nil:
		return nil
	case p.RateDate == RateFixed:
		at := p.RateAt
		return ratesAt{r, func(time.Time) time.Time { return at }}
	case p.RateDate == RateAtMonthEnd:
		loc := p.location()
		return ratesAt{r, func(t time.Time) time.Time {
			return calendar.MonthOf(t, loc).Add(1).Start(loc).Add(-1)
		}}
	default:
		return r
	}
}

// ratesAt are rates asked at another instant.
type ratesAt struct {
	money.Rates
	at func(time.Time) time.Time
}

func (r ratesAt) Rate(from, to money.Currency, at time.Time) (decimal.Decimal, error) {
	return r.Rates.Rate(from, to, r.at(at))
}

// Options are what a policy needs to know besides the records. The zero value
// is a single unnamed currency without invoices.
type Options struct {
	// Currency of the results. Empty takes amounts of spans without a currency
	// only.
	Currency money.Currency
	// Rates bring other currencies to Currency; nil means none are accepted. A
	// missing rate is an error of the ledger, or of Read under RateFrozen.
	Rates money.Rates
	// Invoices are the lines that a policy with FromInvoices reads. Without
	// any it goes by the spans, and says so in a finding.
	Invoices []billing.InvoiceLine
	// ObservedUntil is the instant the invoices were read at, if known: what was
	// invoiced until then or later, and what a Lapse carries on until then,
	// goes on; what is charged in arrears, as use is, until its next charge is
	// due. Without it every subscription that nothing else ends seems to
	// end with its last invoice, under a Lapse that ends it.
	ObservedUntil time.Time
	// SinceFirstRecord lets what a Feed is told of begin with the first record of
	// its object. Otherwise what was before that is taken to have been the same,
	// from when its spans say that they began: an assumption, with a Warning.
	SinceFirstRecord bool
}
