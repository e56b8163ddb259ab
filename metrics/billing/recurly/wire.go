package recurly

import "github.com/lifecycle-go/lifecycle/metrics/billing/importer"

type text = importer.Text

type account struct {
	ID   text `json:"id"`
	Code text `json:"code"`
}

type subscription struct {
	ID        text                  `json:"id"`
	Account   importer.Ref[account] `json:"account"`
	AccountID text                  `json:"account_id"` // of warehouse rows
	Plan      importer.Ref[plan]    `json:"plan"`
	PlanID    text                  `json:"plan_id"` // of warehouse rows
	State     text                  `json:"state"`

	CreatedAt              text `json:"created_at"`
	UpdatedAt              text `json:"updated_at"`
	ActivatedAt            text `json:"activated_at"`
	CanceledAt             text `json:"canceled_at"`
	ExpiresAt              text `json:"expires_at"`
	ExpirationReason       text `json:"expiration_reason"`
	PausedAt               text `json:"paused_at"`
	RemainingPauseCycles   text `json:"remaining_pause_cycles"`
	CurrentPeriodStartedAt text `json:"current_period_started_at"`
	CurrentPeriodEndsAt    text `json:"current_period_ends_at"`
	CurrentTermStartedAt   text `json:"current_term_started_at"`
	TrialStartedAt         text `json:"trial_started_at"`
	TrialEndsAt            text `json:"trial_ends_at"`

	Currency     text `json:"currency"`
	UnitAmount   text `json:"unit_amount"`
	Quantity     text `json:"quantity"`
	TaxInclusive bool `json:"tax_inclusive"`
	TaxInfo      *struct {
		Rate text `json:"rate"`
	} `json:"tax_info"`
	AddOns        []addOn      `json:"add_ons"`
	AddOnsTotal   text         `json:"add_ons_total"`
	Redemptions   []redemption `json:"coupon_redemptions"`
	PendingChange *struct {
		ActivateAt text `json:"activate_at"`
	} `json:"pending_change"`
}

type plan struct {
	ID             text `json:"id"`
	Code           text `json:"code"`
	IntervalUnit   text `json:"interval_unit"`
	IntervalLength text `json:"interval_length"`
}

type addOn struct {
	ID             text `json:"id"`
	SubscriptionID text `json:"subscription_id"`
	AddOn          *struct {
		Code      text `json:"code"`
		AddOnType text `json:"add_on_type"`
	} `json:"add_on"`
	PlanAddOnID       text   `json:"plan_add_on_id"` // of warehouse rows
	Quantity          text   `json:"quantity"`
	UnitAmount        text   `json:"unit_amount"`
	UnitAmountDecimal text   `json:"unit_amount_decimal"`
	TierType          text   `json:"tier_type"`
	Tiers             []tier `json:"tiers"`
	UsagePercentage   text   `json:"usage_percentage"`
	CreatedAt         text   `json:"created_at"`
	ExpiredAt         text   `json:"expired_at"`
}

type tier struct {
	EndingQuantity    text `json:"ending_quantity"`
	UnitAmount        text `json:"unit_amount"`
	UnitAmountDecimal text `json:"unit_amount_decimal"`
}

type redemption struct {
	ID        text                 `json:"id"`
	Coupon    importer.Ref[coupon] `json:"coupon"`
	State     text                 `json:"state"`
	CreatedAt text                 `json:"created_at"`
	RemovedAt text                 `json:"removed_at"`
}

type coupon struct {
	ID             text      `json:"id"`
	Code           text      `json:"code"`
	Discount       *discount `json:"discount"`
	Duration       text      `json:"duration"`
	TemporalAmount text      `json:"temporal_amount"`
	TemporalUnit   text      `json:"temporal_unit"`
}

type discount struct {
	Type       text `json:"type"`
	Percent    text `json:"percent"`
	Currencies []struct {
		Currency text `json:"currency"`
		Amount   text `json:"amount"`
	} `json:"currencies"`
}

type invoice struct {
	ID        text                  `json:"id"`
	Account   importer.Ref[account] `json:"account"`
	State     text                  `json:"state"`
	CreatedAt text                  `json:"created_at"`
	LineItems lines                 `json:"line_items"`
}

type lines struct {
	HasMore bool   `json:"has_more"`
	Data    []line `json:"data"`
}

type line struct {
	ID             text                  `json:"id"`
	Type           text                  `json:"type"`
	State          text                  `json:"state"`
	Account        importer.Ref[account] `json:"account"`
	AccountID      text                  `json:"account_id"`
	SubscriptionID text                  `json:"subscription_id"`
	PlanID         text                  `json:"plan_id"`
	PlanCode       text                  `json:"plan_code"`
	AddOnID        text                  `json:"add_on_id"`
	AddOnCode      text                  `json:"add_on_code"`
	InvoiceID      text                  `json:"invoice_id"`
	Origin         text                  `json:"origin"`
	Currency       text                  `json:"currency"`
	Quantity       text                  `json:"quantity"`
	UnitAmount     text                  `json:"unit_amount"`
	Subtotal       text                  `json:"subtotal"`
	Discount       text                  `json:"discount"`
	Tax            text                  `json:"tax"`
	TaxInclusive   bool                  `json:"tax_inclusive"`
	Refund         text                  `json:"refund"` // true or false, in rows also TRUE
	ProrationRate  text                  `json:"proration_rate"`
	StartDate      text                  `json:"start_date"`
	EndDate        text                  `json:"end_date"`
	CreatedAt      text                  `json:"created_at"`
}
