package sample

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Of returns a small map of a kind that validates without faults, of the
// invented product of SaaS: what such a map holds, to copy from.
func Of(k journeymap.Kind) journeymap.Map {
	switch k {
	case journeymap.FutureState:
		return future()
	case journeymap.DayInTheLife:
		return day()
	case journeymap.Blueprint:
		return Blueprint("en")
	case journeymap.Onboarding:
		return onboardingMap()
	case journeymap.Opportunities:
		return opportunities()
	case journeymap.PersonaBased:
		m := SaaS()
		m.Name, m.Kind, m.Persona = "Tidewise as a project lead meets it", journeymap.PersonaBased, "Project lead"
		return m
	case journeymap.MicroJourney:
		return micro()
	case journeymap.CurrentState:
	}
	return SaaS()
}

func future() journeymap.Map {
	start := meet("Trial with a sample project", touchpoint.InApp, "Product", "First plan")
	start.Moment = true
	return journeymap.Map{
		Name: "Tidewise in a year: a plan on the first day", Kind: journeymap.FutureState, Language: "en",
		Purpose: "Agree on what the first day of a new customer shall be like.",
		Stages: []journeymap.Stage{
			{Name: "consideration", Title: "Consideration", Goal: journeymap.Notes("See the own way of working in it"), Actions: journeymap.Notes("Opens a sample project like the own"), Touchpoints: []journeymap.Touchpoint{start}, Emotion: feels(1), Owner: journeymap.Owned("Product")},
			{Name: "onboarding", Title: "Onboarding", Goal: journeymap.Notes("Plan the first project on the first day"), Actions: journeymap.Notes("Drops the old spreadsheet in", "Invites the team"), Touchpoints: []journeymap.Touchpoint{meet("First plan", touchpoint.InApp, "Product", "Call on day five")}, Emotion: feels(1.5), Owner: journeymap.Owned("Customer success")},
			{Name: "adoption", Title: "Adoption", Goal: journeymap.Notes("Never ask twice"), Actions: journeymap.Notes("Finds the answer where the question arises"), Touchpoints: []journeymap.Touchpoint{meet("Call on day five", touchpoint.Phone, "Customer success")}, Emotion: feels(1.5), Owner: journeymap.Owned("Support")},
		},
		Initiatives: []journeymap.Initiative{{Name: "Sample projects by industry", Kind: journeymap.Feature, Stage: "consideration", Owner: "Product", Due: onDay(10, 1)}},
	}
}

func day() journeymap.Map {
	part := func(at, name, context, action string, emotion float64) journeymap.Stage {
		return journeymap.Stage{Name: name, Time: at, Context: context, Actions: []journeymap.Note{{Text: action, Evidence: journeymap.Reported, N: 6}}, Emotion: &journeymap.Emotion{Value: emotion, Evidence: journeymap.Reported, N: 6}}
	}
	noon := part("12:15", "Lunch", "Canteen, with two project leads", "Hears that a date has slipped, from the wrong person", -1.5)
	noon.Pains = []journeymap.Note{{Text: "Bad news comes by chance", Evidence: journeymap.Reported, N: 4}}
	plan := part("09:00", "Planning", "Desk, three screens", "Puts the week together from five files and Tidewise", -0.5)
	plan.Touchpoints = []journeymap.Touchpoint{meet("Week view", touchpoint.InApp, "Product")}
	return journeymap.Map{
		Name: "A Monday of a head of operations", Kind: journeymap.DayInTheLife, Language: "en", Persona: "Head of operations",
		Purpose: "Find the moments of the day at which the product could help and is not there.",
		Stages: []journeymap.Stage{
			part("06:40", "Train", "On the way, phone, weak signal", "Reads mail and guesses which fire is the largest", -0.5), plan, noon,
			part("15:30", "Board", "Meeting room, projector", "Explains figures that were right on Friday", -1),
			part("20:10", "Home", "Kitchen, laptop beside the dishes", "Moves three tasks so that tomorrow begins well", 0.5),
		},
	}
}

// Blueprint returns a service blueprint, what stands behind a support
// case, in English, Arabic ("ar") or Thai ("th").
func Blueprint(language string) journeymap.Map {
	switch language {
	case "ar":
		return arabicBlueprint()
	case "th":
		return thaiBlueprint()
	}
	stage := func(name, action, point string, channel touchpoint.Channel, emotion float64, back, support journeymap.Process) journeymap.Stage {
		s := journeymap.Stage{
			Name: name, Actions: journeymap.Notes(action), Touchpoints: []journeymap.Touchpoint{meet(point, channel, "Support")}, Emotion: feels(emotion),
			BackStage: []journeymap.Process{back}, Owner: journeymap.Owned("Support"),
		}
		if support.Text != "" {
			s.Support = []journeymap.Process{support}
		}
		return s
	}
	return journeymap.Map{
		Name: "A support case at Tidewise", Kind: journeymap.Blueprint, Language: "en", Segment: "Customers with more than 50 seats",
		Purpose: "Find where a case waits, and for whom.",
		Stages: []journeymap.Stage{
			stage("Ask", "Describes the problem with a screenshot", "Help form", touchpoint.Website, -1, journeymap.Process{Text: "Sorts the case by product area", Owner: "Support desk", Wait: journeymap.Duration(20 * time.Minute)}, journeymap.Process{Text: "Looks up plan and history", Owner: "Billing system"}),
			stage("Wait", "Looks every hour whether there is an answer", "Status mail", touchpoint.Email, -1.5, journeymap.Process{Text: "Reproduces the problem", Owner: "Second level", Wait: journeymap.Days(1)}, journeymap.Process{Text: "Access to the customer's data", Owner: "Security", Wait: journeymap.Duration(6 * time.Hour), Approval: "Data protection officer"}),
			stage("Answer", "Tries the remedy", "Chat", touchpoint.Chat, 0.5, journeymap.Process{Text: "Writes down remedy and cause", Owner: "Second level"}, journeymap.Process{Text: "Fix is planned", Owner: "Engineering", Wait: journeymap.Days(12), Approval: "Head of product"}),
			stage("Close", "Says whether it is solved", "One question", touchpoint.InApp, 1, journeymap.Process{Text: "Closes the case, tells the account manager", Owner: "Support desk"}, journeymap.Process{}),
		},
		Handoffs: []journeymap.Handoff{{From: "Ask", To: "Wait", Level: journeymap.Duration(time.Hour)}, {From: "Wait", To: "Answer", Giver: "Second level", Taker: "Support", Level: journeymap.Days(2)}},
	}
}

func onboardingMap() journeymap.Map {
	step := func(name, goal, action, point, milestone string, channel touchpoint.Channel) journeymap.Stage {
		return journeymap.Stage{Name: name, Goal: journeymap.Notes(goal), Actions: journeymap.Notes(action), Touchpoints: []journeymap.Touchpoint{meet(point, channel, "Customer success")}, Milestones: []journeymap.Milestone{{Name: milestone}}, Owner: journeymap.Owned("Customer success", "Product")}
	}
	return journeymap.Map{
		Name: "The first thirty days of small teams", Kind: journeymap.Onboarding, Language: "en", Segment: "Up to 20 seats",
		Purpose: "Decide what small teams get instead of a personal contact.",
		Stages: []journeymap.Stage{
			step("Sign-up", "Get in without asking anybody", "Chooses a plan, invites two people", "Welcome mail", "Two people in", touchpoint.Email),
			step("First plan", "See a plan that is ours", "Starts from a sample project", "Guide in the product", "First plan finished", touchpoint.InApp),
			step("First week", "Hold the Monday meeting with it", "Assigns tasks, moves dates", "Tips in the product", "Five tasks done", touchpoint.InApp),
			step("Month's end", "Know whether to stay", "Looks at what got done", "Summary of the month", "Three active weeks", touchpoint.Email),
		},
	}
}

func opportunities() journeymap.Map {
	at := func(name, title, pain, idea string, c journeymap.Chance) journeymap.Stage {
		return journeymap.Stage{Name: name, Title: title, Pains: journeymap.Notes(pain), Opportunities: []journeymap.Opportunity{{Text: idea, Evidence: journeymap.Observed, Chance: &c}}}
	}
	return journeymap.Map{
		Name: "Where Tidewise loses most", Kind: journeymap.Opportunities, Language: "en",
		Purpose: "Choose the two improvements of the quarter.",
		Stages: []journeymap.Stage{
			at("trial", "Trial", "An empty screen to begin with", "Sample project", journeymap.Chance{Successes: 120, Trials: 1000, Target: 0.18, Value: 600}),
			at("onboarding", "Onboarding", "Columns renamed by hand", "Read the usual spreadsheets as they are", journeymap.Chance{Successes: 260, Trials: 400, Target: 0.8, Value: 900}),
			at("expansion", "Expansion", "The larger plan is too large", "Seats by the month", journeymap.Chance{Successes: 9, Trials: 60, Target: 0.3, Value: 1500}),
		},
	}
}

func micro() journeymap.Map {
	step := func(stage string, n int64, median time.Duration, good int64) journeymap.Step {
		return journeymap.Step{Stage: stage, Customers: n, Median: journeymap.Duration(median), Satisfaction: metrics.NewRatio(decimal.NewFromInt(good), decimal.NewFromInt(10))}
	}
	return journeymap.Map{
		Name: "Sign-up with and without a card", Kind: journeymap.MicroJourney, Language: "en",
		Purpose: "Decide whether to ask for a card before the trial.",
		Stages: []journeymap.Stage{
			{Name: "form", Title: "Sign-up form", Actions: journeymap.Notes("Gives name and address")},
			{Name: "confirm", Title: "Confirmation", Actions: journeymap.Notes("Opens the mail, follows the link")},
			{Name: "plan", Title: "First plan", Actions: journeymap.Notes("Finishes a first plan")},
		},
		Variants: []journeymap.Variant{
			{Name: "A: with a card", Steps: []journeymap.Step{step("form", 1000, 4*time.Minute, 38), step("confirm", 620, 11*time.Minute, 40), step("plan", 120, 50*time.Hour, 44)}},
			{Name: "B: without", Steps: []journeymap.Step{step("form", 1000, 2*time.Minute, 43), step("confirm", 710, 8*time.Minute, 42), step("plan", 150, 55*time.Hour, 41)}},
		},
	}
}
