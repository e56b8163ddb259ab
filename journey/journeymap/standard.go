package journeymap

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// StandardSaaS returns a filled-in map to start from: the eight stages of a
// subscription to Tidewise, an invented product for planning projects, as a
// head of operations meets it. Everything in it is assumed until somebody asks
// customers or looks into a log. It validates without faults; copy it, then
// change it to your own.
func StandardSaaS() Map {
	return Map{
		Name: "Tidewise: from first hearing to recommending", Kind: CurrentState, Language: "en",
		Purpose: "Decide which three obstacles between trial and first renewal to remove this year.",
		Persona: "Head of operations",
		Agreements: []Agreement{
			{Department: "Marketing", On: onDay(2, 2)},
			{Department: "Sales", On: onDay(2, 2)},
			{Department: "Customer success", On: onDay(2, 4)},
			{Department: "Product", On: onDay(2, 9)},
		},
		Stages: []Stage{awareness(), consideration(), decision(), onboarding(), adoption(), retention(), expansion(), advocacy()},
		Goals: []Goal{
			{
				ID: "first-plan", Text: "More new teams finish a first plan in two weeks", Stage: "onboarding", Metric: "activation_rate",
				From: decimal.New(42, -2), To: decimal.New(55, -2), Start: onDay(3, 1), By: onDay(9, 1), Owner: "Customer success",
				How: "Import wizard, and a call on day five where no plan exists",
			},
			{
				ID: "self-help", Text: "Fewer basic questions reach support", Stage: "adoption", Metric: "basic_ticket_share",
				From: decimal.New(61, -2), To: decimal.New(45, -2), Start: onDay(3, 1), By: onDay(12, 1), Owner: "Support",
				How:   "Guides for the twelve most frequent questions, shown where they arise",
				Pilot: &Pilot{Share: decimal.New(20, -2), From: onDay(3, 1), Until: onDay(6, 1)},
			},
		},
		Handoffs: []Handoff{
			{From: "consideration", To: "decision", Giver: "Marketing", Taker: "Sales", Level: Days(2)},
			{From: "decision", To: "onboarding", Giver: "Sales", Taker: "Customer success", Level: Days(1)},
			{From: "onboarding", To: "adoption", Giver: "Customer success", Taker: "Product", Level: Days(14)},
		},
		Initiatives: []Initiative{
			{Name: "Show the price of every plan for a team like theirs", Kind: ProcessChange, Stage: "consideration", Touchpoint: "Pricing page", Owner: "Marketing", Due: onDay(4, 30), State: Running},
			{Name: "Import wizard for spreadsheets", Kind: Feature, Stage: "onboarding", Touchpoint: "Data import", Owner: "Product", Due: onDay(6, 30), State: Agreed},
			{Name: "Answer inside the product", Kind: Technology, Stage: "adoption", Touchpoint: "Support chat", Owner: "Support", Due: onDay(8, 31), State: Proposed},
		},
		Content: []Content{
			{Title: "What late projects cost", Format: "article", Address: "/late-projects", Stages: []string{"awareness"}, Questions: []string{"What does it cost us to plan in spreadsheets?"}},
			{Title: "Plans and prices", Format: "page", Address: "/pricing", Stages: []string{"consideration"}, Questions: []string{"What will it cost for forty people?"}},
			{Title: "From spreadsheet to plan in a day", Format: "guide", Address: "/guides/import", Stages: []string{"onboarding"}, Questions: []string{"How do we bring in what we have?"}},
			{Title: "Security overview", Format: "paper", Address: "/security", Stages: []string{"decision"}, Questions: []string{"Will our security people agree?"}},
		},
		Comments: []Comment{
			{ID: "c1", Author: "Ines, Support", On: onDay(2, 6), Stage: "adoption", Lane: LanePains, Text: "Half of these tickets are about one screen."},
			{ID: "c2", Author: "Jonas, Sales", On: onDay(2, 5), Stage: "decision", Lane: LaneTouchpoints, Text: "Legal is a touchpoint of its own here.", Resolved: true, Answer: "Added as a support process."},
		},
	}
}

func onDay(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

func meet(name string, channel touchpoint.Channel, owner string, leads ...string) Touchpoint {
	return Touchpoint{Name: name, Channel: channel, Sender: "", Owner: Owned(owner), LeadsTo: leads}
}

func feels(value float64) *Emotion { return &Emotion{Value: value} }

func awareness() Stage {
	talk := meet("Talk at a trade day", touchpoint.Meeting, "Marketing", "Website")
	talk.Decision = "Admits that the own way of planning is the problem"
	return Stage{
		Name: "awareness", Title: "Awareness",
		Goal:      Notes("Understand why projects keep running late"),
		Actions:   Notes("Complains to a colleague about another late project", "Searches for ways out in the evening"),
		Decisions: Notes("Whether this is worth a working day"),
		Needs:     Notes("What does it cost us to plan in spreadsheets?", "How do others of our size do it?"),
		Touchpoints: []Touchpoint{
			talk, meet("Article on late projects", touchpoint.OrganicSearch, "Marketing", "Website"), meet("Website", touchpoint.Website, "Marketing", "Pricing page"),
		},
		Thoughts: Notes("“So it is not just us.”"), Emotion: feels(-1), Arc: 2,
		Pains:         Notes("Every article ends in a sales form"),
		BackStage:     []Process{{Text: "Topics are picked from last month's support questions", Owner: "Marketing"}},
		Opportunities: []Opportunity{{Text: "A calculator for the cost of delay"}},
		KPIs:          []KPI{{Metric: "branded_search_share"}}, Owner: Owned("Marketing"),
	}
}

func consideration() Stage {
	price := meet("Pricing page", touchpoint.Website, "Marketing", "Trial")
	price.Pains = Notes("The price for forty people is not on it")
	trial := meet("Trial", touchpoint.InApp, "Product", "Demo call")
	trial.Moment, trial.Decision, trial.Feeling = true, "Goes on the short list once a real plan stands", touchpoint.Happy
	return Stage{
		Name: "consideration", Title: "Consideration",
		Goal:        Notes("Know whether it fits the way we work"),
		Actions:     Notes("Compares three products side by side", "Rebuilds last month's project in the trial"),
		Decisions:   Notes("Which two products the team shall see"),
		Needs:       Notes("What will it cost for forty people?", "Can we keep our spreadsheets for a while?"),
		Touchpoints: []Touchpoint{price, trial, meet("Comparison site", touchpoint.Referral, "Marketing", "Pricing page")},
		Thoughts:    Notes("“Looks good, but will the others use it?”"), Emotion: feels(0.5), Arc: 3,
		Pains:         Notes("The trial begins with an empty screen"),
		BackStage:     []Process{{Text: "Trial accounts are checked for abuse", Owner: "Product", Wait: Duration(2 * time.Hour)}},
		Opportunities: []Opportunity{{Text: "Begin the trial with a sample project", Chance: &Chance{Successes: 120, Trials: 1000, Target: 0.18, Value: 600}}},
		Milestones:    []Milestone{{Name: "First plan in the trial"}},
		KPIs:          []KPI{{Metric: "trial_signup_rate"}, {Metric: "trial_features_tried"}}, Owner: Owned("Marketing", "Product"),
	}
}

func decision() Stage {
	demo := meet("Demo call", touchpoint.Meeting, "Sales", "Offer")
	demo.Sender, demo.Receiver, demo.Moment = "Sales", "Head of operations", true
	demo.Decision = "Finds out who inside must agree"
	return Stage{
		Name: "decision", Title: "Decision",
		Goal:        Notes("Get a yes from finance and security"),
		Actions:     Notes("Shows the trial to the team", "Writes the business case", "Answers the security questionnaire"),
		Decisions:   Notes("Product, number of seats, length of contract"),
		Needs:       Notes("Will our security people agree?", "What can we cancel, and when?"),
		Touchpoints: []Touchpoint{demo, meet("Offer", touchpoint.Email, "Sales", "Kick-off")},
		Thoughts:    Notes("“If this goes wrong it is my name on it.”"), Emotion: feels(-0.5), Arc: 4,
		Pains:         Notes("Four weeks of waiting for the own lawyers"),
		BackStage:     []Process{{Text: "Discounts above a tenth", Owner: "Sales", Wait: Days(1), Approval: "Head of sales"}},
		Support:       []Process{{Text: "Contract review", Owner: "Legal", Wait: Days(3), Approval: "Legal"}},
		Opportunities: []Opportunity{{Text: "A ready answer to the usual questionnaire"}},
		KPIs:          []KPI{{Metric: "win_rate"}, {Metric: "cac"}}, Owner: Owned("Sales", "Legal"),
	}
}

func onboarding() Stage {
	imports := meet("Data import", touchpoint.InApp, "Product", "Support chat")
	imports.Pains, imports.Moment = Notes("Columns have to be renamed by hand"), true
	return Stage{
		Name: "onboarding", Title: "Onboarding",
		Goal:        Notes("Have one real project planned by the whole team"),
		Actions:     Notes("Invites the team", "Brings the running projects over", "Holds the first planning meeting"),
		Decisions:   Notes("Who keeps which plan up to date"),
		Needs:       Notes("How do we bring in what we have?"),
		Touchpoints: []Touchpoint{meet("Kick-off", touchpoint.Meeting, "Customer success", "Data import"), imports, meet("Welcome mail", touchpoint.Email, "Customer success", "Data import")},
		Thoughts:    Notes("“This has to work before the quarter begins.”"), Emotion: feels(-1.5), Arc: 5,
		Pains:         Notes("Two systems in parallel for a month"),
		BackStage:     []Process{{Text: "Account set-up", Owner: "Customer success", Wait: Duration(4 * time.Hour)}},
		Support:       []Process{{Text: "Check of imported data", Owner: "Engineering", Wait: Days(1)}},
		Opportunities: []Opportunity{{Text: "Read the usual spreadsheets as they are", Chance: &Chance{Successes: 260, Trials: 400, Target: 0.8, Value: 900}}},
		Milestones:    []Milestone{{Name: "First plan finished"}, {Name: "Five people active in a week"}},
		KPIs:          []KPI{{Metric: "activation_rate", Target: metrics.NewCount(55, 100)}, {Metric: "time_to_first_value"}},
		Owner:         Owned("Customer success", "Product"),
	}
}

func adoption() Stage {
	chat := meet("Support chat", touchpoint.Chat, "Support", "Quarterly review")
	chat.Pains, chat.Sender, chat.Receiver = Notes("Explains the same thing twice"), "Head of operations", "Support"
	return Stage{
		Name: "adoption", Title: "Adoption",
		Goal:        Notes("Stop asking who does what"),
		Actions:     Notes("Plans every Monday in Tidewise", "Switches the old files off"),
		Decisions:   Notes("Whether all departments move over"),
		Needs:       Notes("How do we report to the board out of it?"),
		Touchpoints: []Touchpoint{chat, meet("Tips in the product", touchpoint.InApp, "Product"), meet("Product mail", touchpoint.Email, "Product marketing")},
		Thoughts:    Notes("“Mondays are quiet now.”"), Emotion: feels(1), Arc: 3,
		Pains:         Notes("The mobile view hides the dates"),
		BackStage:     []Process{{Text: "Tickets are sorted into basic and advanced", Owner: "Support", Wait: Duration(30 * time.Minute)}},
		Opportunities: []Opportunity{{Text: "Board report with one click"}},
		Milestones:    []Milestone{{Name: "Old files switched off"}},
		KPIs:          []KPI{{Metric: "stickiness"}, {Metric: "basic_ticket_share", Target: metrics.NewCount(45, 100)}},
		Owner:         Owned("Product", "Support"),
	}
}

func retention() Stage {
	review := meet("Quarterly review", touchpoint.Meeting, "Account management", "Renewal notice")
	review.Moment = true
	return Stage{
		Name: "retention", Title: "Retention",
		Goal:        Notes("Renew without a discussion"),
		Actions:     Notes("Compares the year with the business case", "Cleans up unused seats"),
		Decisions:   Notes("Renew, shrink or leave"),
		Needs:       Notes("What did we get out of it?"),
		Touchpoints: []Touchpoint{review, meet("Renewal notice", touchpoint.Email, "Account management"), meet("Satisfaction survey", touchpoint.InApp, "Product")},
		Thoughts:    Notes("“We would miss it, but finance wants numbers.”"), Emotion: feels(0.5), Arc: 3,
		Pains:         Notes("The invoice does not show who uses it"),
		BackStage:     []Process{{Text: "Health of the account is read each week", Owner: "Account management"}},
		Opportunities: []Opportunity{{Text: "A yearly letter with the hours saved"}},
		KPIs:          []KPI{{Metric: "renewal_rate"}, {Metric: "nrr"}}, Owner: Owned("Account management", "Customer success"),
	}
}

func expansion() Stage {
	return Stage{
		Name: "expansion", Title: "Expansion",
		Goal:        Notes("Bring the two other sites on board"),
		Actions:     Notes("Asks for seats for a second team", "Tries the portfolio view"),
		Decisions:   Notes("Pay from which budget"),
		Needs:       Notes("Does it still work with three hundred people?"),
		Touchpoints: []Touchpoint{meet("Upgrade page", touchpoint.InApp, "Product"), meet("Planning workshop", touchpoint.Meeting, "Account management", "Upgrade page")},
		Thoughts:    Notes("“Now the others want it too.”"), Emotion: feels(1), Arc: 3,
		Pains:         Notes("The larger plan holds features nobody asked for"),
		BackStage:     []Process{{Text: "Offer for several sites", Owner: "Account management", Wait: Days(2), Approval: "Finance"}},
		Opportunities: []Opportunity{{Text: "Seats by the month for new teams", Chance: &Chance{Successes: 9, Trials: 60, Target: 0.3, Value: 1500}}},
		KPIs:          []KPI{{Metric: "expansion_rate"}, {Metric: "premium_feature_adoption"}}, Owner: Owned("Account management"),
	}
}

func advocacy() Stage {
	return Stage{
		Name: "advocacy", Title: "Advocacy",
		Goal:        Notes("Be asked for advice by peers"),
		Actions:     Notes("Tells the story at a meet-up", "Answers a question in the community"),
		Decisions:   Notes("Whether to put the own name to it"),
		Needs:       Notes("What would I have to prepare for a talk?"),
		Touchpoints: []Touchpoint{meet("Community", touchpoint.Community, "Community"), meet("Case study", touchpoint.Meeting, "Marketing"), meet("Referral link", touchpoint.Referral, "Marketing", "Trial")},
		Thoughts:    Notes("“They treat us like partners.”"), Emotion: feels(2), Arc: 4,
		Pains:         Notes("Nobody says what became of an idea"),
		BackStage:     []Process{{Text: "Ideas are answered within a month", Owner: "Product", Wait: Days(30)}},
		Opportunities: []Opportunity{{Text: "Invite every tenth customer to a round table"}},
		KPIs:          []KPI{{Metric: "nps"}, {Metric: "referrals_per_customer"}}, Owner: Owned("Community", "Marketing"),
	}
}
