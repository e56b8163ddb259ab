package lago

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

type subscription struct {
	LagoID             kit.Text `json:"lago_id"`
	ExternalID         kit.Text `json:"external_id"`
	LagoCustomerID     kit.Text `json:"lago_customer_id"`
	ExternalCustomerID kit.Text `json:"external_customer_id"`
	Status             kit.Text `json:"status"`
	PlanCode           kit.Text `json:"plan_code"`
	PlanAmountCents    kit.Text `json:"plan_amount_cents"`
	PlanAmountCurrency kit.Text `json:"plan_amount_currency"`
	Plan               *plan    `json:"plan"`
	PreviousPlanCode   kit.Text `json:"previous_plan_code"`
	NextPlanCode       kit.Text `json:"next_plan_code"`
	DowngradePlanDate  kit.Text `json:"downgrade_plan_date"`
	CreatedAt          kit.Text `json:"created_at"`
	SubscriptionAt     kit.Text `json:"subscription_at"`
	StartedAt          kit.Text `json:"started_at"`
	TrialEndedAt       kit.Text `json:"trial_ended_at"`
	CanceledAt         kit.Text `json:"canceled_at"`
	EndingAt           kit.Text `json:"ending_at"`
	TerminatedAt       kit.Text `json:"terminated_at"`
	PeriodStartedAt    kit.Text `json:"current_billing_period_started_at"`
	PeriodEndingAt     kit.Text `json:"current_billing_period_ending_at"`
}

type plan struct {
	LagoID            kit.Text   `json:"lago_id"`
	Code              kit.Text   `json:"code"`
	Interval          kit.Text   `json:"interval"`
	AmountCents       kit.Text   `json:"amount_cents"`
	AmountCurrency    kit.Text   `json:"amount_currency"`
	TrialPeriod       kit.Text   `json:"trial_period"`
	PayInAdvance      bool       `json:"pay_in_advance"`
	Charges           []struct{} `json:"charges"`
	MinimumCommitment *struct {
		AmountCents kit.Text `json:"amount_cents"`
	} `json:"minimum_commitment"`
}

type appliedCoupon struct {
	LagoID             kit.Text `json:"lago_id"`
	CouponCode         kit.Text `json:"coupon_code"`
	ExternalCustomerID kit.Text `json:"external_customer_id"`
	AmountCents        kit.Text `json:"amount_cents"`
	AmountCurrency     kit.Text `json:"amount_currency"`
	PercentageRate     kit.Text `json:"percentage_rate"`
	Frequency          kit.Text `json:"frequency"`
	FrequencyDuration  kit.Text `json:"frequency_duration"`
	CreatedAt          kit.Text `json:"created_at"`
	TerminatedAt       kit.Text `json:"terminated_at"`
}

type invoice struct {
	LagoID        kit.Text `json:"lago_id"`
	Status        kit.Text `json:"status"`
	PaymentStatus kit.Text `json:"payment_status"`
	IssuingDate   kit.Text `json:"issuing_date"`
	Currency      kit.Text `json:"currency"`
	Customer      *struct {
		LagoID     kit.Text `json:"lago_id"`
		ExternalID kit.Text `json:"external_id"`
	} `json:"customer"`
	Subscriptions []subscription `json:"subscriptions"`
	Periods       []struct {
		LagoSubscriptionID kit.Text `json:"lago_subscription_id"`
		From               kit.Text `json:"subscription_from_datetime"`
		To                 kit.Text `json:"subscription_to_datetime"`
		ChargesFrom        kit.Text `json:"charges_from_datetime"`
		ChargesTo          kit.Text `json:"charges_to_datetime"`
	} `json:"billing_periods"`
	Fees []fee `json:"fees"`
}

type fee struct {
	LagoID             kit.Text `json:"lago_id"`
	LagoInvoiceID      kit.Text `json:"lago_invoice_id"`
	LagoSubscriptionID kit.Text `json:"lago_subscription_id"`
	ExternalCustomerID kit.Text `json:"external_customer_id"`
	Item               struct {
		Type kit.Text `json:"type"`
		Code kit.Text `json:"code"`
	} `json:"item"`
	AmountCents    kit.Text `json:"amount_cents"`
	AmountCurrency kit.Text `json:"amount_currency"`
	CouponsCents   kit.Text `json:"precise_coupons_amount_cents"`
	TaxesCents     kit.Text `json:"taxes_amount_cents"`
	Units          kit.Text `json:"units"`
	FromDate       kit.Text `json:"from_date"`
	ToDate         kit.Text `json:"to_date"`
	CreatedAt      kit.Text `json:"created_at"`
	SucceededAt    kit.Text `json:"succeeded_at"` // when it was paid
	PaymentStatus  kit.Text `json:"payment_status"`
}
