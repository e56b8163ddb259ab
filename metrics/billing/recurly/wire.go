package recurly

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

type account struct {
	kit.Object
	Code kit.Text `json:"code"`
}

type subscription struct {
	ID        kit.Text         `json:"id"`
	Account   kit.Ref[account] `json:"account"`
	AccountID kit.Text         `json:"account_id"` // of warehouse rows
	Plan      kit.Ref[plan]    `json:"plan"`
	PlanID    kit.Text         `json:"plan_id"` // of warehouse rows
	State     kit.Text         `json:"state"`

	CreatedAt              kit.Text `json:"created_at"`
	UpdatedAt              kit.Text `json:"updated_at"`
	ActivatedAt            kit.Text `json:"activated_at"`
	CanceledAt             kit.Text `json:"canceled_at"`
	ExpiresAt              kit.Text `json:"expires_at"`
	ExpirationReason       kit.Text `json:"expiration_reason"`
	PausedAt               kit.Text `json:"paused_at"`
	RemainingPauseCycles   kit.Text `json:"remaining_pause_cycles"`
	CurrentPeriodStartedAt kit.Text `json:"current_period_started_at"`
	CurrentPeriodEndsAt    kit.Text `json:"current_period_ends_at"`
	CurrentTermStartedAt   kit.Text `json:"current_term_started_at"`
	TrialStartedAt         kit.Text `json:"trial_started_at"`
	TrialEndsAt            kit.Text `json:"trial_ends_at"`

	Currency     kit.Text `json:"currency"`
	UnitAmount   kit.Text `json:"unit_amount"`
	Quantity     kit.Text `json:"quantity"`
	TaxInclusive bool     `json:"tax_inclusive"`
	TaxInfo      *struct {
		Rate kit.Text `json:"rate"`
	} `json:"tax_info"`
	AddOns        []addOn      `json:"add_ons"`
	AddOnsTotal   kit.Text     `json:"add_ons_total"`
	Redemptions   []redemption `json:"coupon_redemptions"`
	PendingChange *struct {
		ActivateAt kit.Text `json:"activate_at"`
	} `json:"pending_change"`
}

type plan struct {
	kit.Object
	Code           kit.Text `json:"code"`
	IntervalUnit   kit.Text `json:"interval_unit"`
	IntervalLength kit.Text `json:"interval_length"`
}

type addOn struct {
	ID             kit.Text `json:"id"`
	SubscriptionID kit.Text `json:"subscription_id"`
	AddOn          *struct {
		Code      kit.Text `json:"code"`
		AddOnType kit.Text `json:"add_on_type"`
	} `json:"add_on"`
	PlanAddOnID       kit.Text `json:"plan_add_on_id"` // of warehouse rows
	Quantity          kit.Text `json:"quantity"`
	UnitAmount        kit.Text `json:"unit_amount"`
	UnitAmountDecimal kit.Text `json:"unit_amount_decimal"`
	TierType          kit.Text `json:"tier_type"`
	Tiers             []tier   `json:"tiers"`
	UsagePercentage   kit.Text `json:"usage_percentage"`
	CreatedAt         kit.Text `json:"created_at"`
	ExpiredAt         kit.Text `json:"expired_at"`
}

type tier struct {
	EndingQuantity    kit.Text `json:"ending_quantity"`
	UnitAmount        kit.Text `json:"unit_amount"`
	UnitAmountDecimal kit.Text `json:"unit_amount_decimal"`
}

type redemption struct {
	ID        kit.Text        `json:"id"`
	Coupon    kit.Ref[coupon] `json:"coupon"`
	State     kit.Text        `json:"state"`
	CreatedAt kit.Text        `json:"created_at"`
	RemovedAt kit.Text        `json:"removed_at"`
}

type coupon struct {
	kit.Object
	Code           kit.Text  `json:"code"`
	Discount       *discount `json:"discount"`
	Duration       kit.Text  `json:"duration"`
	TemporalAmount kit.Text  `json:"temporal_amount"`
	TemporalUnit   kit.Text  `json:"temporal_unit"`
}

type discount struct {
	Type       kit.Text `json:"type"`
	Percent    kit.Text `json:"percent"`
	Currencies []struct {
		Currency kit.Text `json:"currency"`
		Amount   kit.Text `json:"amount"`
	} `json:"currencies"`
}

type invoice struct {
	ID        kit.Text         `json:"id"`
	Account   kit.Ref[account] `json:"account"`
	State     kit.Text         `json:"state"`
	CreatedAt kit.Text         `json:"created_at"`
	ClosedAt  kit.Text         `json:"closed_at"` // when it was paid, or failed
	LineItems lines            `json:"line_items"`
}

type lines struct {
	HasMore bool   `json:"has_more"`
	Data    []line `json:"data"`
}

type line struct {
	ID             kit.Text         `json:"id"`
	Type           kit.Text         `json:"type"`
	State          kit.Text         `json:"state"`
	Account        kit.Ref[account] `json:"account"`
	AccountID      kit.Text         `json:"account_id"`
	SubscriptionID kit.Text         `json:"subscription_id"`
	PlanID         kit.Text         `json:"plan_id"`
	PlanCode       kit.Text         `json:"plan_code"`
	AddOnID        kit.Text         `json:"add_on_id"`
	AddOnCode      kit.Text         `json:"add_on_code"`
	InvoiceID      kit.Text         `json:"invoice_id"`
	Origin         kit.Text         `json:"origin"`
	Currency       kit.Text         `json:"currency"`
	Quantity       kit.Text         `json:"quantity"`
	UnitAmount     kit.Text         `json:"unit_amount"`
	Subtotal       kit.Text         `json:"subtotal"`
	Discount       kit.Text         `json:"discount"`
	Tax            kit.Text         `json:"tax"`
	TaxInclusive   bool             `json:"tax_inclusive"`
	Refund         kit.Text         `json:"refund"` // true or false, in rows also TRUE
	ProrationRate  kit.Text         `json:"proration_rate"`
	StartDate      kit.Text         `json:"start_date"`
	EndDate        kit.Text         `json:"end_date"`
	CreatedAt      kit.Text         `json:"created_at"`
}
