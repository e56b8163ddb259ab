package touchpoint

// StandardSaaS returns the ten touchpoint families of a subscription software
// company, filled in as a starting point: copy it, then change goals, owners
// and events to your own. Stages are those of the eight-stage SaaS journey.
func StandardSaaS() Catalogue {
	return Catalogue{Name: "Standard SaaS", Touchpoints: []Touchpoint{
		{
			Name: "Website", Channel: Website, Contact: ContactDirect,
			CustomerGoal: "Find out within a few minutes whether this product solves my problem, what it costs and whom I can trust about it",
			CompanyGoal:  "Turn the right visitors into known leads and let the wrong ones leave early",
			CustomerActions: []string{
				"Arrives from a search, a link or a recommendation", "Reads the page about the own problem or industry",
				"Compares plans and prices", "Looks for customers like themselves", "Leaves an address, starts a trial or asks for a demo",
			},
			CompanyActions: []string{
				"Says in one sentence whom the product is for", "Shows prices and limits openly", "Publishes case studies by industry and size",
				"Answers the ten most frequent objections", "Measures source, campaign and path of every visit",
			},
			Feeling: Neutral, Outcome: "The visitor knows the next step and takes it, or knows that this is not for them",
			Owner: "Marketing", LeadsTo: []string{"Trial or demo", "Product mail", "Community"},
			Stages: []string{"awareness", "consideration"}, Events: []string{"visited", "content_viewed", "content_shared", "content_downloaded", "pricing_viewed", "webinar_attended", "lead_captured", "newsletter_joined"},
		},
		{
			Name: "Trial or demo", Channel: InApp, Contact: ContactDirect,
			CustomerGoal: "See my own case work, with my own data, before I commit money or reputation",
			CompanyGoal:  "Bring the prospect to the first valuable result inside the trial and learn what stands in the way of buying",
			CustomerActions: []string{
				"Signs up or books a demo", "Brings sample data or connects a system", "Tries the two or three tasks that matter",
				"Shows it to colleagues and to whoever pays", "Decides, or lets the trial run out",
			},
			CompanyActions: []string{
				"Opens a working account without a sales call", "Prepares the demo with the prospect's own case",
				"Notices who is stuck and offers help the same day", "Reminds of the end of the trial and of what will be kept",
			},
			Feeling: Happy, Outcome: "The prospect has reached the first result and can say what the product is worth to them",
			Owner: "Sales", LeadsTo: []string{"Onboarding", "Product mail", "Cancellation and win-back"},
			Stages: []string{"consideration", "decision", "trial"}, Events: []string{"engaged", "contacted", "marketing_qualified", "sales_qualified", "demo_requested", "demo_held", "declined", "trial_started", "trial_extended", "trial_expired"},
		},
		{
			Name: "Onboarding", Channel: InApp, Contact: ContactDirect,
			CustomerGoal: "Get my team working with the product quickly and without breaking what we already do",
			CompanyGoal:  "Reach activation within the first weeks, because customers who are not active by then leave",
			CustomerActions: []string{
				"Sets up the account, users and permissions", "Moves existing data over", "Works through the first tasks",
				"Agrees on what success will look like",
			},
			CompanyActions: []string{
				"Gives a short plan with dates and one named contact", "Imports data or checks the import", "Trains administrators and users apart",
				"Watches the activation milestone and calls when it is late",
			},
			Feeling: Happy, Outcome: "The agreed first result is reached, measured and known to the person who paid",
			Owner: "Customer success", LeadsTo: []string{"Support", "Product mail", "Feedback", "Account manager"},
			Stages: []string{"onboarding"}, Events: []string{"subscribed", "account_created", "data_imported", "goal_agreed", "activated", "value_received"},
		},
		{
			Name: "Support", Channel: Chat, Contact: ContactDirect,
			CustomerGoal: "Get past this obstacle now, without explaining it twice",
			CompanyGoal:  "Solve it at first contact, keep trust, and feed what is asked often back into the product",
			CustomerActions: []string{
				"Searches the help pages", "Describes the problem", "Answers questions and tries the remedy", "Says whether it is solved",
			},
			CompanyActions: []string{
				"Confirms at once and says when an answer will come", "Reproduces the problem with the customer's own set-up",
				"Solves it or names who does and by when", "Sorts tickets into basic and advanced, and reports the frequent ones",
			},
			Feeling: Unhappy, Outcome: "The problem is solved, the customer said so, and its cause is recorded",
			Owner: "Support", LeadsTo: []string{"Feedback", "Account manager", "Cancellation and win-back"},
			Stages: []string{"onboarding", "adoption", "retention"}, Events: []string{"ticket_opened", "ticket_solved"},
		},
		{
			Name: "Product mail", Channel: Email, Contact: ContactDirect,
			CustomerGoal: "Hear only what helps me do my work better, when I need it",
			CompanyGoal:  "Bring users back to the next useful step and make new features known to those who need them",
			CustomerActions: []string{
				"Opens what looks relevant", "Follows the link into the product", "Sets how often and about what to be written to",
			},
			CompanyActions: []string{
				"Writes on what the account did or did not do, not on a calendar", "Sends one message with one action",
				"Stops when the step is done", "Honours every opt-out at once",
			},
			Feeling: Neutral, Outcome: "The reader takes the one step the mail was about, or is left in peace",
			Owner: "Product marketing", LeadsTo: []string{"Onboarding", "Support", "Renewal and upgrade", "Feedback"},
			Stages: []string{"consideration", "onboarding", "adoption", "retention", "expansion"},
			Events: []string{"mail_sent", "mail_opened", "mail_clicked", "logged_in", "active_day", "feature_used"},
		},
		{
			Name: "Feedback", Channel: InApp, Contact: ContactDirect,
			CustomerGoal: "Be heard with little effort and see that it changed something",
			CompanyGoal:  "Know satisfaction by stage and segment early enough to act, and learn which wishes are shared",
			CustomerActions: []string{
				"Answers one question at a fitting moment", "Adds a reason in own words", "Votes for or files a wish",
			},
			CompanyActions: []string{
				"Asks after a finished task, never in the middle of one", "Answers every low score within a working day",
				"Publishes what was decided and why", "Reports score, response rate and reasons per stage",
			},
			Feeling: Neutral, Outcome: "The answer is recorded, low scores have an owner, and the customer learns what became of it",
			Owner: "Product", LeadsTo: []string{"Account manager", "Support", "Community"},
			Stages: []string{"onboarding", "adoption", "retention", "advocacy"}, Events: []string{"survey_answered", "idea_filed"},
		},
		{
			Name: "Account manager", Channel: Meeting, Contact: ContactDirect,
			CustomerGoal: "Have somebody who knows our situation, speaks plainly and can get things done on your side",
			CompanyGoal:  "Keep the account healthy, see risk and need before the customer says it, and prepare renewal and growth",
			CustomerActions: []string{
				"Shares plans, changes of people and worries", "Reviews results against the goals", "Agrees on next steps with dates",
			},
			CompanyActions: []string{
				"Brings usage and results of the quarter, good and bad", "Compares them with the goals agreed at onboarding",
				"Proposes the next use case", "Warns early of anything that will change",
			},
			Feeling: Happy, Outcome: "Both sides agree on the value so far, the open risks and the next goal",
			Owner: "Account management", LeadsTo: []string{"Renewal and upgrade", "Support", "Community", "Cancellation and win-back"},
			Stages: []string{"adoption", "retention", "expansion"}, Events: []string{"review_held", "goal_reached"},
		},
		{
			Name: "Renewal and upgrade", Channel: Phone, Contact: ContactDirect,
			CustomerGoal: "Keep what works at a fair price, and pay more only for what we will really use",
			CompanyGoal:  "Renew on time, without a surprise for either side, and grow where usage shows the need",
			CustomerActions: []string{
				"Reviews usage, seats and cost", "Asks for an offer or changes the plan alone", "Gets approval inside", "Signs, pays or lets it lapse",
			},
			CompanyActions: []string{
				"Announces date and price well ahead", "Shows the value received in the customer's own figures",
				"Offers the plan that fits, even where it is the smaller one", "Recovers failed payments politely",
			},
			Feeling: Neutral, Outcome: "The subscription continues on terms both would choose again",
			Owner: "Account management", LeadsTo: []string{"Onboarding", "Community", "Cancellation and win-back"},
			Stages: []string{"retention", "expansion"}, Events: []string{"renewed", "upgraded", "addon_bought", "downgraded", "payment_failed", "payment_lapsed"},
		},
		{
			Name: "Community", Channel: Community, Contact: ContactIndirect,
			CustomerGoal: "Learn from people in my position and be respected for what I know",
			CompanyGoal:  "Let customers help and convince each other, and turn the happiest into advocates",
			CustomerActions: []string{
				"Reads and asks", "Answers others and shares templates", "Speaks at an event or agrees to a case study", "Recommends the product to peers",
			},
			CompanyActions: []string{
				"Keeps the place friendly, answered and free of selling", "Makes experts visible", "Thanks for referrals in a way that suits the person",
				"Asks for reviews and case studies after a success, not before",
			},
			Feeling: VeryHappy, Outcome: "Customers vouch for the product to others in their own words",
			Owner: "Community", LeadsTo: []string{"Website", "Trial or demo", "Feedback"},
			Stages: []string{"advocacy", "awareness"}, Events: []string{"community_joined", "answer_posted", "referred", "review_published", "case_study_asked", "case_study_agreed"},
		},
		{
			Name: "Cancellation and win-back", Channel: InApp, Contact: ContactDirect,
			CustomerGoal: "Leave easily, with my data, and without being argued with; return without starting over",
			CompanyGoal:  "Learn the true reason, offer what really helps, and part so that coming back is natural",
			CustomerActions: []string{
				"Looks for the way out", "Gives a reason", "Takes an offer, pauses or cancels", "Exports data", "Perhaps returns when things have changed",
			},
			CompanyActions: []string{
				"Lets the customer cancel where they signed up", "Asks one question about the reason",
				"Offers a pause or a smaller plan where that fits the reason", "Keeps the data for a stated time",
				"Writes once when the reason has been removed",
			},
			Feeling: Unhappy, Outcome: "The reason is known, the data is out, and the door is open",
			Owner: "Customer success", LeadsTo: []string{"Feedback", "Trial or demo", "Onboarding"},
			Stages: []string{"churned"}, Events: []string{"cancel_requested", "cancelled", "won_back"},
		},
	}}
}
