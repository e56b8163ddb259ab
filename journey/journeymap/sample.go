package journeymap

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Sample returns a small map of a kind that validates without faults, of the
// invented product of StandardSaaS: what such a map holds, to copy from.
func Sample(k Kind) Map {
	switch k {
	case FutureState:
		return sampleFuture()
	case DayInTheLife:
		return sampleDay()
	case Blueprint:
		return SampleBlueprint("en")
	case Onboarding:
		return sampleOnboarding()
	case Opportunities:
		return sampleOpportunities()
	case PersonaBased:
		m := StandardSaaS()
		m.Name, m.Kind, m.Persona = "Tidewise as a project lead meets it", PersonaBased, "Project lead"
		return m
	case MicroJourney:
		return sampleMicro()
	case CurrentState:
	}
	return StandardSaaS()
}

func sampleFuture() Map {
	start := meet("Trial with a sample project", touchpoint.InApp, "Product", "First plan")
	start.Moment = true
	return Map{
		Name: "Tidewise in a year: a plan on the first day", Kind: FutureState, Language: "en",
		Purpose: "Agree on what the first day of a new customer shall be like.",
		Stages: []Stage{
			{Name: "consideration", Title: "Consideration", Goal: Notes("See the own way of working in it"), Actions: Notes("Opens a sample project like the own"), Touchpoints: []Touchpoint{start}, Emotion: feels(1), Owner: Owned("Product")},
			{Name: "onboarding", Title: "Onboarding", Goal: Notes("Plan the first project on the first day"), Actions: Notes("Drops the old spreadsheet in", "Invites the team"), Touchpoints: []Touchpoint{meet("First plan", touchpoint.InApp, "Product", "Call on day five")}, Emotion: feels(1.5), Owner: Owned("Customer success")},
			{Name: "adoption", Title: "Adoption", Goal: Notes("Never ask twice"), Actions: Notes("Finds the answer where the question arises"), Touchpoints: []Touchpoint{meet("Call on day five", touchpoint.Phone, "Customer success")}, Emotion: feels(1.5), Owner: Owned("Support")},
		},
		Initiatives: []Initiative{{Name: "Sample projects by industry", Kind: Feature, Stage: "consideration", Owner: "Product", Due: onDay(10, 1)}},
	}
}

func sampleDay() Map {
	part := func(at, name, context, action string, emotion float64) Stage {
		return Stage{Name: name, Time: at, Context: context, Actions: []Note{{Text: action, Evidence: Reported, N: 6}}, Emotion: &Emotion{Value: emotion, Evidence: Reported, N: 6}}
	}
	noon := part("12:15", "Lunch", "Canteen, with two project leads", "Hears that a date has slipped, from the wrong person", -1.5)
	noon.Pains = []Note{{Text: "Bad news comes by chance", Evidence: Reported, N: 4}}
	plan := part("09:00", "Planning", "Desk, three screens", "Puts the week together from five files and Tidewise", -0.5)
	plan.Touchpoints = []Touchpoint{meet("Week view", touchpoint.InApp, "Product")}
	return Map{
		Name: "A Monday of a head of operations", Kind: DayInTheLife, Language: "en", Persona: "Head of operations",
		Purpose: "Find the moments of the day at which the product could help and is not there.",
		Stages: []Stage{
			part("06:40", "Train", "On the way, phone, weak signal", "Reads mail and guesses which fire is the largest", -0.5), plan, noon,
			part("15:30", "Board", "Meeting room, projector", "Explains figures that were right on Friday", -1),
			part("20:10", "Home", "Kitchen, laptop beside the dishes", "Moves three tasks so that tomorrow begins well", 0.5),
		},
	}
}

// SampleBlueprint returns a service blueprint, what stands behind a support
// case, in English, Arabic ("ar") or Thai ("th").
func SampleBlueprint(language string) Map {
	switch language {
	case "ar":
		return arabicBlueprint()
	case "th":
		return thaiBlueprint()
	}
	stage := func(name, action, point string, channel touchpoint.Channel, emotion float64, back, support Process) Stage {
		s := Stage{
			Name: name, Actions: Notes(action), Touchpoints: []Touchpoint{meet(point, channel, "Support")}, Emotion: feels(emotion),
			BackStage: []Process{back}, Owner: Owned("Support"),
		}
		if support.Text != "" {
			s.Support = []Process{support}
		}
		return s
	}
	return Map{
		Name: "A support case at Tidewise", Kind: Blueprint, Language: "en", Segment: "Customers with more than 50 seats",
		Purpose: "Find where a case waits, and for whom.",
		Stages: []Stage{
			stage("Ask", "Describes the problem with a screenshot", "Help form", touchpoint.Website, -1, Process{Text: "Sorts the case by product area", Owner: "Support desk", Wait: Duration(20 * time.Minute)}, Process{Text: "Looks up plan and history", Owner: "Billing system"}),
			stage("Wait", "Looks every hour whether there is an answer", "Status mail", touchpoint.Email, -1.5, Process{Text: "Reproduces the problem", Owner: "Second level", Wait: Days(1)}, Process{Text: "Access to the customer's data", Owner: "Security", Wait: Duration(6 * time.Hour), Approval: "Data protection officer"}),
			stage("Answer", "Tries the remedy", "Chat", touchpoint.Chat, 0.5, Process{Text: "Writes down remedy and cause", Owner: "Second level"}, Process{Text: "Fix is planned", Owner: "Engineering", Wait: Days(12), Approval: "Head of product"}),
			stage("Close", "Says whether it is solved", "One question", touchpoint.InApp, 1, Process{Text: "Closes the case, tells the account manager", Owner: "Support desk"}, Process{}),
		},
		Handoffs: []Handoff{{From: "Ask", To: "Wait", Level: Duration(time.Hour)}, {From: "Wait", To: "Answer", Giver: "Second level", Taker: "Support", Level: Days(2)}},
	}
}

func sampleOnboarding() Map {
	step := func(name, goal, action, point, milestone string, channel touchpoint.Channel) Stage {
		return Stage{Name: name, Goal: Notes(goal), Actions: Notes(action), Touchpoints: []Touchpoint{meet(point, channel, "Customer success")}, Milestones: []Milestone{{Name: milestone}}, Owner: Owned("Customer success", "Product")}
	}
	return Map{
		Name: "The first thirty days of small teams", Kind: Onboarding, Language: "en", Segment: "Up to 20 seats",
		Purpose: "Decide what small teams get instead of a personal contact.",
		Stages: []Stage{
			step("Sign-up", "Get in without asking anybody", "Chooses a plan, invites two people", "Welcome mail", "Two people in", touchpoint.Email),
			step("First plan", "See a plan that is ours", "Starts from a sample project", "Guide in the product", "First plan finished", touchpoint.InApp),
			step("First week", "Hold the Monday meeting with it", "Assigns tasks, moves dates", "Tips in the product", "Five tasks done", touchpoint.InApp),
			step("Month's end", "Know whether to stay", "Looks at what got done", "Summary of the month", "Three active weeks", touchpoint.Email),
		},
	}
}

func sampleOpportunities() Map {
	at := func(name, title, pain, idea string, c Chance) Stage {
		return Stage{Name: name, Title: title, Pains: Notes(pain), Opportunities: []Opportunity{{Text: idea, Evidence: Observed, Chance: &c}}}
	}
	return Map{
		Name: "Where Tidewise loses most", Kind: Opportunities, Language: "en",
		Purpose: "Choose the two improvements of the quarter.",
		Stages: []Stage{
			at("trial", "Trial", "An empty screen to begin with", "Sample project", Chance{Successes: 120, Trials: 1000, Target: 0.18, Value: 600}),
			at("onboarding", "Onboarding", "Columns renamed by hand", "Read the usual spreadsheets as they are", Chance{Successes: 260, Trials: 400, Target: 0.8, Value: 900}),
			at("expansion", "Expansion", "The larger plan is too large", "Seats by the month", Chance{Successes: 9, Trials: 60, Target: 0.3, Value: 1500}),
		},
	}
}

func sampleMicro() Map {
	step := func(stage string, n int64, median time.Duration, good int64) Step {
		return Step{Stage: stage, Customers: n, Median: Duration(median), Satisfaction: metrics.NewRatio(decimal.NewFromInt(good), decimal.NewFromInt(10))}
	}
	return Map{
		Name: "Sign-up with and without a card", Kind: MicroJourney, Language: "en",
		Purpose: "Decide whether to ask for a card before the trial.",
		Stages: []Stage{
			{Name: "form", Title: "Sign-up form", Actions: Notes("Gives name and address")},
			{Name: "confirm", Title: "Confirmation", Actions: Notes("Opens the mail, follows the link")},
			{Name: "plan", Title: "First plan", Actions: Notes("Finishes a first plan")},
		},
		Variants: []Variant{
			{Name: "A: with a card", Steps: []Step{step("form", 1000, 4*time.Minute, 38), step("confirm", 620, 11*time.Minute, 40), step("plan", 120, 50*time.Hour, 44)}},
			{Name: "B: without", Steps: []Step{step("form", 1000, 2*time.Minute, 43), step("confirm", 710, 8*time.Minute, 42), step("plan", 150, 55*time.Hour, 41)}},
		},
	}
}
