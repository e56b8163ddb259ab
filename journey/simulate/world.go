package simulate

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// World is a company as its parameters: who arrives, what they do in which
// stage, what they pay. Only Definition, From, To and Arrivals are required. It
// is a value: copy it, change a parameter, and run both to ask what if.
type World struct {
	// Name stands in titles; it changes nothing.
	Name string
	// Seed is where all chance comes from.
	Seed uint64
	// Definition is the journey that customers are on.
	Definition *journey.Definition
	// From and To bound what is simulated: [From, To), in whole seconds.
	From, To time.Time
	Arrivals Arrivals
	// Personas are the kinds of customers; none means one without a name.
	Personas []Persona
	// Moves say how customers leave stages.
	Moves []Move
	// Habits say what customers do without leaving a stage.
	Habits      []Habit
	Acquisition Acquisition
	Billing     Billing
	Referrals   Referrals
	Surveys     []Survey
	Treatment   Treatment
	Damping     Damping
}

// Arrivals say how many arrive, and when: a Poisson process whose rate follows
// a trend and the season. With an Acquisition these are prospects, of whom some
// become customers.
type Arrivals struct {
	// PerMonth is the expected number in a month of 30.4375 days at From.
	PerMonth float64
	// Growth is the relative growth of the rate in a month, 0.03 for 3 %.
	Growth float64
	// Season multiplies the rate by calendar month, January first. All zero
	// means no season.
	Season [12]float64
	// Exactly, when positive, is the number that arrive instead of a random one,
	// spread over the time as the rate is.
	Exactly int
	// Until ends the arrivals before World.To. Zero means World.To.
	Until time.Time
	// Event is the trigger that customers begin with. Required: the journey must
	// take or observe it in its initial stage, so that the beginning is seen.
	Event string
}

// Persona is a kind of customer. Its ID is what package persona calls a
// persona, its Moves replace those of the World with the same From and On.
type Persona struct {
	ID string
	// Share is the persona's weight among arrivals; all zero means equal.
	Share float64
	// Moves replace moves of the World: those of the same From and On.
	Moves []Move
	// Plans are the plans they begin with; none means each with equal chance.
	Plans []Choice
	// Seats bound the quantity they begin with, both included; zero means 1.
	Seats [2]int
	// Channels replace the Share of acquisition channels for the persona.
	Channels map[touchpoint.Channel]float64
}

// Choice is one of several, and its weight.
type Choice struct {
	Plan string
	P    float64
}

// Move is one way to leave a stage, or to begin a new visit of it: with
// probability P the customer leaves From by On, after a time of Dwell since
// entering. What the moves of a stage leave of 1 stays: for ever, or until a
// timer of the stage fires. A timer that falls due before the move takes place
// fires instead.
//
// On may be met by a guard or a gate. A refused move does not happen: the
// customer stays and draws again from that instant.
type Move struct {
	From  journey.Stage
	On    journey.Trigger
	P     float64
	Dwell Dwell
	// Does is Nothing, Upgrade or Downgrade.
	Does Effect
}

// Habit is what customers do again and again while they are in a stage: Every
// is the time to the first and between one and the next. The event must leave
// the customer in the stage: the journey observes it there, takes it inside the
// stage, or does not know it, so that it is only a touchpoint.
type Habit struct {
	Stage journey.Stage
	Event string
	Every Dwell
	// Channel of the event; may be empty.
	Channel touchpoint.Channel
	// Cost of the event to the company.
	Cost decimal.Decimal
	Does Effect
	// Lasts and Resume are of a Pause: how long it lasts, and the event that
	// ends it.
	Lasts  Dwell
	Resume string
}

// Billing says what customers pay where.
type Billing struct {
	// Currency of all amounts; empty means USD.
	Currency money.Currency
	// Stages are those in which a subscription is in force. Entering one from
	// outside begins a subscription, leaving to outside ends it, at that instant:
	// spans say nothing of a period that was paid for beyond.
	Stages []StageBilling
	// Plans are the ladder of plans, cheapest first: Upgrade goes one up and
	// Downgrade one down, where there is one.
	Plans    []Plan
	Payments Payments
}

// StageBilling is how the subscription of customers in a stage stands.
type StageBilling struct {
	Stage journey.Stage
	State billing.State
}

// Plan is a price per seat and cycle.
type Plan struct {
	Name, Product string
	Price         decimal.Decimal
	Cycle         calendar.Cycle
}

// Payments say what becomes of invoices. Each invoice of an active subscription
// fails with probability Fails; of those, a share of Recovers is paid after
// Retry, and the others lapse after Grace: the customer leaves by Lapsed.
type Payments struct {
	Fails, Recovers           float64
	Retry, Grace              Dwell
	Failed, Recovered, Lapsed string
}

// Acquisition says how prospects become customers: the company meets each
// through channel after channel until the prospect arrives or gives up. Without
// Channels everybody who arrives is a customer at once.
type Acquisition struct {
	// Event is the name of a touch; it should be none of the journey's triggers.
	Event    string
	Channels []Channel
	// Gap is the time from one touch to the next, and from the last to the
	// arrival.
	Gap Dwell
}

// Channel is one way to meet prospects. Each touch is through this channel with
// the weight Share; after it the prospect arrives with probability Converts,
// gives up with probability Leaves, and is met again otherwise.
type Channel struct {
	Channel          touchpoint.Channel
	Campaign         string
	Share            float64
	Converts, Leaves float64
	// Cost of one touch.
	Cost decimal.Decimal
}

// Referrals say what comes of the Refer effect: with probability Joins the
// person told arrives after Delay, as a customer at once.
type Referrals struct {
	Joins float64
	Delay Dwell
}

// Survey asks customers once, After they first entered Stage, if they are still
// there. A share of Answers answer at once, with the rounded value of a normal
// variable of Mean and SD, moved by the Moods, within the scale of the Kind.
type Survey struct {
	Name     string
	Kind     survey.Kind
	Stage    journey.Stage
	After    Dwell
	Answers  float64
	Mean, SD float64
	Moods    []Mood
}

// Mood moves a customer's answer by Shift for each Event so far.
type Mood struct {
	Event string
	Shift float64
}

// Treatment is an experiment: a Share of the customers is treated, and of those
// who enter From, Effect more take On than of the others, as a difference of
// probabilities. The other moves of the stage shrink, and so does staying, in
// proportion. Customers who enter From for the first time have an event
// experiment_exposed with the attributes experiment and variant.
type Treatment struct {
	Name   string
	Share  float64
	From   journey.Stage
	On     journey.Trigger
	Effect float64
}

// The variants of a treatment, as attributes and Customer.Variant say them.
const (
	Control = "control"
	Treated = "treated"
)

// Damping keeps customers from acting at night (22 to 7 o'clock) and at
// weekends: of the acts that fall there, the given share is put off to the
// following morning. The zero Damping puts nothing off. Timers and invoices know
// no night.
type Damping struct {
	Night, Weekend float64
	// Location tells night from day; nil means UTC.
	Location *time.Location
}
