package lago

import "github.com/lifecycle-go/lifecycle/metrics/billing/importer"

type text = importer.Text

type subscription struct {
	LagoID             text  `json:"lago_id"`
	ExternalID         text  `json:"external_id"`
	LagoCustomerID     text  `json:"lago_customer_id"`
	ExternalCustomerID text  `json:"external_customer_id"`
	Status             text  `json:"status"`
	PlanCode           text  `json:"plan_code"`
	PlanAmountCents    text  `json:"plan_amount_cents"`
	PlanAmountCurrency text  `json:"plan_amount_currency"`
	Plan               *plan `json:"plan"`
	PreviousPlanCode   text  `json:"previous_plan_code"`
	NextPlanCode       text  `json:"next_plan_code"`
	DowngradePlanDate  text  `json:"downgrade_plan_date"`
	CreatedAt          text  `json:"created_at"`
	SubscriptionAt     text  `json:"subscription_at"`
	StartedAt          text  `json:"started_at"`
	TrialEndedAt       text  `json:"trial_ended_at"`
	CanceledAt         text  `json:"canceled_at"`
	EndingAt           text  `json:"ending_at"`
	TerminatedAt       text  `json:"terminated_at"`
	PeriodStartedAt    text  `json:"current_billing_period_started_at"`
	PeriodEndingAt     text  `json:"current_billing_period_ending_at"`
}

type plan struct {
	LagoID            text       `json:"lago_id"`
	Code              text       `json:"code"`
	Interval          text       `json:"interval"`
	AmountCents       text       `json:"amount_cents"`
	AmountCurrency    text       `json:"amount_currency"`
	TrialPeriod       text       `json:"trial_period"`
	PayInAdvance      bool       `json:"pay_in_advance"`
	Charges           []struct{} `json:"charges"`
	MinimumCommitment *struct {
		AmountCents text `json:"amount_cents"`
	} `json:"minimum_commitment"`
}

type appliedCoupon struct {
	LagoID             text `json:"lago_id"`
	CouponCode         text `json:"coupon_code"`
	ExternalCustomerID text `json:"external_customer_id"`
	AmountCents        text `json:"amount_cents"`
	AmountCurrency     text `json:"amount_currency"`
	PercentageRate     text `json:"percentage_rate"`
	Frequency          text `json:"frequency"`
	FrequencyDuration  text `json:"frequency_duration"`
	CreatedAt          text `json:"created_at"`
	TerminatedAt       text `json:"terminated_at"`
}

type invoice struct {
	LagoID        text `json:"lago_id"`
	Status        text `json:"status"`
	PaymentStatus text `json:"payment_status"`
	IssuingDate   text `json:"issuing_date"`
	Currency      text `json:"currency"`
	Customer      *struct {
		LagoID     text `json:"lago_id"`
		ExternalID text `json:"external_id"`
	} `json:"customer"`
	Subscriptions []subscription `json:"subscriptions"`
	Periods       []struct {
		LagoSubscriptionID text `json:"lago_subscription_id"`
		From               text `json:"subscription_from_datetime"`
		To                 text `json:"subscription_to_datetime"`
		ChargesFrom        text `json:"charges_from_datetime"`
		ChargesTo          text `json:"charges_to_datetime"`
	} `json:"billing_periods"`
	Fees []fee `json:"fees"`
}

type fee struct {
	LagoID             text `json:"lago_id"`
	LagoInvoiceID      text `json:"lago_invoice_id"`
	LagoSubscriptionID text `json:"lago_subscription_id"`
	ExternalCustomerID text `json:"external_customer_id"`
	Item               struct {
		Type text `json:"type"`
		Code text `json:"code"`
	} `json:"item"`
	AmountCents    text `json:"amount_cents"`
	AmountCurrency text `json:"amount_currency"`
	CouponsCents   text `json:"precise_coupons_amount_cents"`
	TaxesCents     text `json:"taxes_amount_cents"`
	Units          text `json:"units"`
	FromDate       text `json:"from_date"`
	ToDate         text `json:"to_date"`
	CreatedAt      text `json:"created_at"`
	PaymentStatus  text `json:"payment_status"`
}
