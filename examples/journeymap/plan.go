package main

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// catalogue is what Tidewise plans to meet its customers with.
func catalogue() touchpoint.Catalogue {
	meet := func(name, action string, channel touchpoint.Channel, owner string, feeling touchpoint.Feeling, stages, events []string, leads ...string) touchpoint.Touchpoint {
		return touchpoint.Touchpoint{Name: name, CustomerActions: []string{action}, Channel: channel, Owner: owner, Feeling: feeling, Stages: stages, Events: events, LeadsTo: leads}
	}
	in := func(names ...string) []string { return names }
	return touchpoint.Catalogue{Name: "Tidewise", Touchpoints: []touchpoint.Touchpoint{
		meet("Article", "Reads why projects run late", touchpoint.OrganicSearch, "Marketing", touchpoint.Unhappy, in("awareness"), in("content_viewed"), "Website"),
		meet("Website", "Looks whom the product is for", touchpoint.Website, "Marketing", touchpoint.Neutral, in("awareness"), in("visited", "engaged"), "Pricing page"),
		meet("Pricing page", "Compares plans for the own team", touchpoint.Website, "Marketing", touchpoint.Neutral, in("consideration"), in("pricing_viewed"), "Demo call", "Trial sign-up"),
		meet("Demo call", "Asks about the own case", touchpoint.Meeting, "Sales", touchpoint.Happy, in("consideration"), in("demo_held"), "Offer"),
		meet("Offer", "Shows the price to finance", touchpoint.Email, "Sales", touchpoint.Neutral, in("decision"), in("contacted"), "Trial sign-up"),
		meet("Trial sign-up", "Opens an account", touchpoint.InApp, "Product", touchpoint.Happy, in("consideration", "decision"), in("trial_started"), "Sample project"),
		meet("Sample project", "Changes a project like the own", touchpoint.InApp, "Product", touchpoint.Happy, in("trial"), in("feature_used"), "Subscription"),
		meet("Tips by mail", "Follows the one link", touchpoint.Email, "Marketing", touchpoint.Neutral, in("trial"), in("mail_clicked"), "Sample project"),
		meet("Subscription", "Pays", touchpoint.InApp, "Sales", touchpoint.Neutral, in("trial"), in("subscribed"), "Kick-off"),
		meet("Kick-off", "Agrees on the first goal", touchpoint.Meeting, "Customer success", touchpoint.Happy, in("onboarding"), in("goal_agreed"), "Data import"),
		meet("Data import", "Brings the running projects over", touchpoint.InApp, "Product", touchpoint.Unhappy, in("onboarding"), in("data_imported"), "First plan"),
		meet("First plan", "Finishes a plan with the team", touchpoint.InApp, "Customer success", touchpoint.VeryHappy, in("onboarding"), in("activated"), "Weekly use"),
		meet("Weekly use", "Plans on Mondays", touchpoint.InApp, "Product", touchpoint.Happy, in("adoption"), in("active_day"), "Quarterly review"),
		meet("Support chat", "Describes an obstacle", touchpoint.Chat, "Support", touchpoint.Unhappy, in("onboarding", "adoption"), in("ticket_opened", "ticket_solved")),
		meet("Satisfaction survey", "Answers one question", touchpoint.InApp, "Product", touchpoint.Neutral, in("adoption"), in("survey_answered")),
		meet("Quarterly review", "Compares results with the goal", touchpoint.Meeting, "Account management", touchpoint.Happy, in("adoption"), in("review_held"), "Renewal"),
		meet("Renewal", "Renews", touchpoint.Phone, "Account management", touchpoint.Neutral, in("adoption", "retention", "expansion"), in("renewed")),
		meet("Community", "Answers others", touchpoint.Community, "Community", touchpoint.Happy, in("retention", "expansion"), in("community_joined"), "Referral"),
		meet("Upgrade", "Adds seats", touchpoint.InApp, "Account management", touchpoint.Happy, in("retention"), in("upgraded")),
		meet("Referral", "Recommends it", touchpoint.Referral, "Community", touchpoint.VeryHappy, in("retention", "expansion", "advocacy"), in("referred")),
		meet("Case study", "Tells the story", touchpoint.Meeting, "Marketing", touchpoint.VeryHappy, in("retention", "expansion", "advocacy"), in("case_study_agreed")),
		meet("Win-back mail", "Returns", touchpoint.Email, "Customer success", touchpoint.Neutral, in("churned"), in("won_back")),
	}}
}

// titles are the stages' names as people say them.
var titles = map[string]string{
	"acquisition": "Acquisition", "customer": "Customer", "churn": "Lost",
	"awareness": "Awareness", "consideration": "Consideration", "decision": "Decision", "trial": "Trial", "onboarding": "Onboarding",
	"adoption": "Adoption", "retention": "Retention", "expansion": "Expansion", "advocacy": "Advocacy", "churned": "Churned",
}

// purpose is what the map is to decide.
const purpose = "Decide what to repair first between the trial and the first renewal."

func onDay(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

// planned is the plan as Tidewise drew it up.
func planned() journeymap.Map {
	m := journeymap.Planned(preset.SaaS(), catalogue(), journeymap.PlanOptions{
		Name: "Tidewise", Kind: journeymap.CurrentState, Language: "en", Purpose: purpose, KPIs: targets,
	})
	m.Agreements = []journeymap.Agreement{{Department: "Marketing", On: onDay(2, 2)}, {Department: "Sales", On: onDay(2, 2)}, {Department: "Customer success", On: onDay(2, 4)}}
	m.Goals = []journeymap.Goal{{
		ID: "first-plan", Text: "Two of three new customers finish a first plan", Stage: "onboarding", Metric: "activation_rate",
		From: decimal.New(60, -2), To: decimal.New(75, -2), Start: onDay(1, 1), By: onDay(10, 1), Owner: "Customer success", How: "A kick-off for every team, also the small ones",
	}}
	m.Handoffs = []journeymap.Handoff{
		{From: "trial", To: "onboarding", Giver: "Sales", Taker: "Customer success", Level: journeymap.Days(10)},
		{From: "onboarding", To: "adoption", Giver: "Customer success", Taker: "Product", Level: journeymap.Days(21)},
	}
	m.Initiatives = []journeymap.Initiative{
		{Name: "Kick-off as a film for small teams", Kind: journeymap.Feature, Stage: "onboarding", Touchpoint: "Kick-off", Owner: "Customer success", Due: onDay(9, 1), State: journeymap.Agreed},
		{Name: "Import of the usual spreadsheets", Kind: journeymap.Technology, Stage: "onboarding", Touchpoint: "Data import", Owner: "Product", Due: onDay(11, 1)},
	}
	each(m.Stages, func(s *journeymap.Stage) {
		switch s.Name {
		case "consideration":
			s.Needs = journeymap.Notes("What does it cost for forty people?")
		case "trial":
			s.Pains = []journeymap.Note{{Text: "The trial begins with an empty screen", Evidence: journeymap.Reported, N: 9}}
		case "onboarding":
			s.Needs = journeymap.Notes("How do we bring in what we have?")
			s.Pains = []journeymap.Note{{Text: "Columns have to be renamed by hand", Evidence: journeymap.Reported, N: 14}}
		}
	})
	m.Content = []journeymap.Content{{
		Title: "Plans and prices", Format: "page", Address: "/pricing", Stages: []string{"consideration"}, Questions: []string{"What does it cost for forty people?"},
		Consumed: touchpoint.Named("pricing_viewed"),
	}}
	titled(&m)
	return m
}

// each visits every stage, those inside others too.
func each(stages []journeymap.Stage, visit func(*journeymap.Stage)) {
	for i := range stages {
		visit(&stages[i])
		each(stages[i].Parts, visit)
	}
}

func titled(m *journeymap.Map) {
	each(m.Stages, func(s *journeymap.Stage) { s.Title = titles[s.Name] })
}
