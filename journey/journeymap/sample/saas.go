package sample

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// SaaS returns a filled-in map to start from: the eight stages of a
// subscription to Tidewise, an invented product for planning projects, as a
// head of operations meets it. Everything in it is assumed until somebody asks
// customers or looks into a log. It validates without faults; copy it, then
// change it to your own.
func SaaS() journeymap.Map {
	return journeymap.Map{
		Name: "Tidewise: from first hearing to recommending", Kind: journeymap.CurrentState, Language: "en",
		Purpose: "Decide which three obstacles between trial and first renewal to remove this year.",
		Persona: "Head of operations",
		Agreements: []journeymap.Agreement{
			{Department: "Marketing", On: onDay(2, 2)},
			{Department: "Sales", On: onDay(2, 2)},
			{Department: "Customer success", On: onDay(2, 4)},
			{Department: "Product", On: onDay(2, 9)},
		},
		Stages: []journeymap.Stage{awareness(), consideration(), decision(), onboarding(), adoption(), retention(), expansion(), advocacy()},
		Goals: []journeymap.Goal{
			{
				ID: "first-plan", Text: "More new teams finish a first plan in two weeks", Stage: "onboarding", Metric: "activation_rate",
				From: decimal.New(42, -2), To: decimal.New(55, -2), Start: onDay(3, 1), By: onDay(9, 1), Owner: "Customer success",
				How: "Import wizard, and a call on day five where no plan exists",
			},
			{
				ID: "self-help", Text: "Fewer basic questions reach support", Stage: "adoption", Metric: "basic_ticket_share",
				From: decimal.New(61, -2), To: decimal.New(45, -2), Start: onDay(3, 1), By: onDay(12, 1), Owner: "Support",
				How:   "Guides for the twelve most frequent questions, shown where they arise",
				Pilot: &journeymap.Pilot{Share: decimal.New(20, -2), From: onDay(3, 1), Until: onDay(6, 1)},
			},
		},
		Handoffs: []journeymap.Handoff{
			{From: "consideration", To: "decision", Giver: "Marketing", Taker: "Sales", Level: journeymap.Days(2)},
			{From: "decision", To: "onboarding", Giver: "Sales", Taker: "Customer success", Level: journeymap.Days(1)},
			{From: "onboarding", To: "adoption", Giver: "Customer success", Taker: "Product", Level: journeymap.Days(14)},
		},
		Initiatives: []journeymap.Initiative{
			{Name: "Show the price of every plan for a team like theirs", Kind: journeymap.ProcessChange, Stage: "consideration", Touchpoint: "Pricing page", Owner: "Marketing", Due: onDay(4, 30), State: journeymap.Running},
			{Name: "Import wizard for spreadsheets", Kind: journeymap.Feature, Stage: "onboarding", Touchpoint: "Data import", Owner: "Product", Due: onDay(6, 30), State: journeymap.Agreed},
			{Name: "Answer inside the product", Kind: journeymap.Technology, Stage: "adoption", Touchpoint: "Support chat", Owner: "Support", Due: onDay(8, 31), State: journeymap.Proposed},
		},
		Content: []journeymap.Content{
			{Title: "What late projects cost", Format: "article", Address: "/late-projects", Stages: []string{"awareness"}, Questions: []string{"What does it cost us to plan in spreadsheets?"}},
			{Title: "Plans and prices", Format: "page", Address: "/pricing", Stages: []string{"consideration"}, Questions: []string{"What will it cost for forty people?"}},
			{Title: "From spreadsheet to plan in a day", Format: "guide", Address: "/guides/import", Stages: []string{"onboarding"}, Questions: []string{"How do we bring in what we have?"}},
			{Title: "Security overview", Format: "paper", Address: "/security", Stages: []string{"decision"}, Questions: []string{"Will our security people agree?"}},
		},
		Comments: []journeymap.Comment{
			{ID: "c1", Author: "Ines, Support", On: onDay(2, 6), Stage: "adoption", Lane: journeymap.LanePains, Text: "Half of these tickets are about one screen."},
			{ID: "c2", Author: "Jonas, Sales", On: onDay(2, 5), Stage: "decision", Lane: journeymap.LaneTouchpoints, Text: "Legal is a touchpoint of its own here.", Resolved: true, Answer: "Added as a support process."},
		},
	}
}

func onDay(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

func meet(name string, channel touchpoint.Channel, owner string, leads ...string) journeymap.Touchpoint {
	return journeymap.Touchpoint{Name: name, Channel: channel, Sender: "", Owner: journeymap.Owned(owner), LeadsTo: leads}
}

func feels(value float64) *journeymap.Emotion { return &journeymap.Emotion{Value: value} }

func awareness() journeymap.Stage {
	talk := meet("Talk at a trade day", touchpoint.Meeting, "Marketing", "Website")
	talk.Decision = "Admits that the own way of planning is the problem"
	return journeymap.Stage{
		Name: "awareness", Title: "Awareness",
		Goal:      journeymap.Notes("Understand why projects keep running late"),
		Actions:   journeymap.Notes("Complains to a colleague about another late project", "Searches for ways out in the evening"),
		Decisions: journeymap.Notes("Whether this is worth a working day"),
		Needs:     journeymap.Notes("What does it cost us to plan in spreadsheets?", "How do others of our size do it?"),
		Touchpoints: []journeymap.Touchpoint{
			talk, meet("Article on late projects", touchpoint.OrganicSearch, "Marketing", "Website"), meet("Website", touchpoint.Website, "Marketing", "Pricing page"),
		},
		Thoughts: journeymap.Notes("“So it is not just us.”"), Emotion: feels(-1), Arc: 2,
		Pains:         journeymap.Notes("Every article ends in a sales form"),
		BackStage:     []journeymap.Process{{Text: "Topics are picked from last month's support questions", Owner: "Marketing"}},
		Opportunities: []journeymap.Opportunity{{Text: "A calculator for the cost of delay"}},
		KPIs:          []journeymap.KPI{{Metric: "branded_search_share"}}, Owner: journeymap.Owned("Marketing"),
	}
}

func consideration() journeymap.Stage {
	price := meet("Pricing page", touchpoint.Website, "Marketing", "Trial")
	price.Pains = journeymap.Notes("The price for forty people is not on it")
	trial := meet("Trial", touchpoint.InApp, "Product", "Demo call")
	trial.Moment, trial.Decision, trial.Feeling = true, "Goes on the short list once a real plan stands", touchpoint.Happy
	return journeymap.Stage{
		Name: "consideration", Title: "Consideration",
		Goal:        journeymap.Notes("Know whether it fits the way we work"),
		Actions:     journeymap.Notes("Compares three products side by side", "Rebuilds last month's project in the trial"),
		Decisions:   journeymap.Notes("Which two products the team shall see"),
		Needs:       journeymap.Notes("What will it cost for forty people?", "Can we keep our spreadsheets for a while?"),
		Touchpoints: []journeymap.Touchpoint{price, trial, meet("Comparison site", touchpoint.Referral, "Marketing", "Pricing page")},
		Thoughts:    journeymap.Notes("“Looks good, but will the others use it?”"), Emotion: feels(0.5), Arc: 3,
		Pains:         journeymap.Notes("The trial begins with an empty screen"),
		BackStage:     []journeymap.Process{{Text: "Trial accounts are checked for abuse", Owner: "Product", Wait: journeymap.Duration(2 * time.Hour)}},
		Opportunities: []journeymap.Opportunity{{Text: "Begin the trial with a sample project", Chance: &journeymap.Chance{Successes: 120, Trials: 1000, Target: 0.18, Value: 600}}},
		Milestones:    []journeymap.Milestone{{Name: "First plan in the trial"}},
		KPIs:          []journeymap.KPI{{Metric: "trial_signup_rate"}, {Metric: "trial_features_tried"}}, Owner: journeymap.Owned("Marketing", "Product"),
	}
}

func decision() journeymap.Stage {
	demo := meet("Demo call", touchpoint.Meeting, "Sales", "Offer")
	demo.Sender, demo.Receiver, demo.Moment = "Sales", "Head of operations", true
	demo.Decision = "Finds out who inside must agree"
	return journeymap.Stage{
		Name: "decision", Title: "Decision",
		Goal:        journeymap.Notes("Get a yes from finance and security"),
		Actions:     journeymap.Notes("Shows the trial to the team", "Writes the business case", "Answers the security questionnaire"),
		Decisions:   journeymap.Notes("Product, number of seats, length of contract"),
		Needs:       journeymap.Notes("Will our security people agree?", "What can we cancel, and when?"),
		Touchpoints: []journeymap.Touchpoint{demo, meet("Offer", touchpoint.Email, "Sales", "Kick-off")},
		Thoughts:    journeymap.Notes("“If this goes wrong it is my name on it.”"), Emotion: feels(-0.5), Arc: 4,
		Pains:         journeymap.Notes("Four weeks of waiting for the own lawyers"),
		BackStage:     []journeymap.Process{{Text: "Discounts above a tenth", Owner: "Sales", Wait: journeymap.Days(1), Approval: "Head of sales"}},
		Support:       []journeymap.Process{{Text: "Contract review", Owner: "Legal", Wait: journeymap.Days(3), Approval: "Legal"}},
		Opportunities: []journeymap.Opportunity{{Text: "A ready answer to the usual questionnaire"}},
		KPIs:          []journeymap.KPI{{Metric: "win_rate"}, {Metric: "cac"}}, Owner: journeymap.Owned("Sales", "Legal"),
	}
}

func onboarding() journeymap.Stage {
	imports := meet("Data import", touchpoint.InApp, "Product", "Support chat")
	imports.Pains, imports.Moment = journeymap.Notes("Columns have to be renamed by hand"), true
	return journeymap.Stage{
		Name: "onboarding", Title: "Onboarding",
		Goal:        journeymap.Notes("Have one real project planned by the whole team"),
		Actions:     journeymap.Notes("Invites the team", "Brings the running projects over", "Holds the first planning meeting"),
		Decisions:   journeymap.Notes("Who keeps which plan up to date"),
		Needs:       journeymap.Notes("How do we bring in what we have?"),
		Touchpoints: []journeymap.Touchpoint{meet("Kick-off", touchpoint.Meeting, "Customer success", "Data import"), imports, meet("Welcome mail", touchpoint.Email, "Customer success", "Data import")},
		Thoughts:    journeymap.Notes("“This has to work before the quarter begins.”"), Emotion: feels(-1.5), Arc: 5,
		Pains:         journeymap.Notes("Two systems in parallel for a month"),
		BackStage:     []journeymap.Process{{Text: "Account set-up", Owner: "Customer success", Wait: journeymap.Duration(4 * time.Hour)}},
		Support:       []journeymap.Process{{Text: "Check of imported data", Owner: "Engineering", Wait: journeymap.Days(1)}},
		Opportunities: []journeymap.Opportunity{{Text: "Read the usual spreadsheets as they are", Chance: &journeymap.Chance{Successes: 260, Trials: 400, Target: 0.8, Value: 900}}},
		Milestones:    []journeymap.Milestone{{Name: "First plan finished"}, {Name: "Five people active in a week"}},
		KPIs:          []journeymap.KPI{{Metric: "activation_rate", Target: metrics.NewCount(55, 100)}, {Metric: "time_to_first_value"}},
		Owner:         journeymap.Owned("Customer success", "Product"),
	}
}

func adoption() journeymap.Stage {
	chat := meet("Support chat", touchpoint.Chat, "Support", "Quarterly review")
	chat.Pains, chat.Sender, chat.Receiver = journeymap.Notes("Explains the same thing twice"), "Head of operations", "Support"
	return journeymap.Stage{
		Name: "adoption", Title: "Adoption",
		Goal:        journeymap.Notes("Stop asking who does what"),
		Actions:     journeymap.Notes("Plans every Monday in Tidewise", "Switches the old files off"),
		Decisions:   journeymap.Notes("Whether all departments move over"),
		Needs:       journeymap.Notes("How do we report to the board out of it?"),
		Touchpoints: []journeymap.Touchpoint{chat, meet("Tips in the product", touchpoint.InApp, "Product"), meet("Product mail", touchpoint.Email, "Product marketing")},
		Thoughts:    journeymap.Notes("“Mondays are quiet now.”"), Emotion: feels(1), Arc: 3,
		Pains:         journeymap.Notes("The mobile view hides the dates"),
		BackStage:     []journeymap.Process{{Text: "Tickets are sorted into basic and advanced", Owner: "Support", Wait: journeymap.Duration(30 * time.Minute)}},
		Opportunities: []journeymap.Opportunity{{Text: "Board report with one click"}},
		Milestones:    []journeymap.Milestone{{Name: "Old files switched off"}},
		KPIs:          []journeymap.KPI{{Metric: "stickiness"}, {Metric: "basic_ticket_share", Target: metrics.NewCount(45, 100)}},
		Owner:         journeymap.Owned("Product", "Support"),
	}
}

func retention() journeymap.Stage {
	review := meet("Quarterly review", touchpoint.Meeting, "Account management", "Renewal notice")
	review.Moment = true
	return journeymap.Stage{
		Name: "retention", Title: "Retention",
		Goal:        journeymap.Notes("Renew without a discussion"),
		Actions:     journeymap.Notes("Compares the year with the business case", "Cleans up unused seats"),
		Decisions:   journeymap.Notes("Renew, shrink or leave"),
		Needs:       journeymap.Notes("What did we get out of it?"),
		Touchpoints: []journeymap.Touchpoint{review, meet("Renewal notice", touchpoint.Email, "Account management"), meet("Satisfaction survey", touchpoint.InApp, "Product")},
		Thoughts:    journeymap.Notes("“We would miss it, but finance wants numbers.”"), Emotion: feels(0.5), Arc: 3,
		Pains:         journeymap.Notes("The invoice does not show who uses it"),
		BackStage:     []journeymap.Process{{Text: "Health of the account is read each week", Owner: "Account management"}},
		Opportunities: []journeymap.Opportunity{{Text: "A yearly letter with the hours saved"}},
		KPIs:          []journeymap.KPI{{Metric: "renewal_rate"}, {Metric: "nrr"}}, Owner: journeymap.Owned("Account management", "Customer success"),
	}
}

func expansion() journeymap.Stage {
	return journeymap.Stage{
		Name: "expansion", Title: "Expansion",
		Goal:        journeymap.Notes("Bring the two other sites on board"),
		Actions:     journeymap.Notes("Asks for seats for a second team", "Tries the portfolio view"),
		Decisions:   journeymap.Notes("Pay from which budget"),
		Needs:       journeymap.Notes("Does it still work with three hundred people?"),
		Touchpoints: []journeymap.Touchpoint{meet("Upgrade page", touchpoint.InApp, "Product"), meet("Planning workshop", touchpoint.Meeting, "Account management", "Upgrade page")},
		Thoughts:    journeymap.Notes("“Now the others want it too.”"), Emotion: feels(1), Arc: 3,
		Pains:         journeymap.Notes("The larger plan holds features nobody asked for"),
		BackStage:     []journeymap.Process{{Text: "Offer for several sites", Owner: "Account management", Wait: journeymap.Days(2), Approval: "Finance"}},
		Opportunities: []journeymap.Opportunity{{Text: "Seats by the month for new teams", Chance: &journeymap.Chance{Successes: 9, Trials: 60, Target: 0.3, Value: 1500}}},
		KPIs:          []journeymap.KPI{{Metric: "expansion_rate"}, {Metric: "premium_feature_adoption"}}, Owner: journeymap.Owned("Account management"),
	}
}

func advocacy() journeymap.Stage {
	return journeymap.Stage{
		Name: "advocacy", Title: "Advocacy",
		Goal:        journeymap.Notes("Be asked for advice by peers"),
		Actions:     journeymap.Notes("Tells the story at a meet-up", "Answers a question in the community"),
		Decisions:   journeymap.Notes("Whether to put the own name to it"),
		Needs:       journeymap.Notes("What would I have to prepare for a talk?"),
		Touchpoints: []journeymap.Touchpoint{meet("Community", touchpoint.Community, "Community"), meet("Case study", touchpoint.Meeting, "Marketing"), meet("Referral link", touchpoint.Referral, "Marketing", "Trial")},
		Thoughts:    journeymap.Notes("“They treat us like partners.”"), Emotion: feels(2), Arc: 4,
		Pains:         journeymap.Notes("Nobody says what became of an idea"),
		BackStage:     []journeymap.Process{{Text: "Ideas are answered within a month", Owner: "Product", Wait: journeymap.Days(30)}},
		Opportunities: []journeymap.Opportunity{{Text: "Invite every tenth customer to a round table"}},
		KPIs:          []journeymap.KPI{{Metric: "nps"}, {Metric: "referrals_per_customer"}}, Owner: journeymap.Owned("Community", "Marketing"),
	}
}
