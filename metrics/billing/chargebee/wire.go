package chargebee

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// wrapper is an event, an element of a list, or a single object as the API wraps
// it.
type wrapper struct {
	ID         kit.Text `json:"id"`
	EventType  kit.Text `json:"event_type"`
	OccurredAt kit.Text `json:"occurred_at"`
	Content    kit.Raw  `json:"content"`
}

type subscription struct {
	ID                     kit.Text   `json:"id"`
	CustomerID             kit.Text   `json:"customer_id"`
	CurrencyCode           kit.Text   `json:"currency_code"`
	Status                 kit.Text   `json:"status"`
	BillingPeriod          kit.Text   `json:"billing_period"`
	BillingPeriodUnit      kit.Text   `json:"billing_period_unit"`
	RemainingBillingCycles kit.Text   `json:"remaining_billing_cycles"`
	ContractTerm           *struct{}  `json:"contract_term"`
	CreatedAt              kit.Text   `json:"created_at"`
	StartDate              kit.Text   `json:"start_date"`
	StartedAt              kit.Text   `json:"started_at"`
	ActivatedAt            kit.Text   `json:"activated_at"`
	TrialStart             kit.Text   `json:"trial_start"`
	TrialEnd               kit.Text   `json:"trial_end"`
	CurrentTermStart       kit.Text   `json:"current_term_start"`
	CurrentTermEnd         kit.Text   `json:"current_term_end"`
	CancelledAt            kit.Text   `json:"cancelled_at"`
	CancelScheduledAt      kit.Text   `json:"cancel_schedule_created_at"`
	CancelReason           kit.Text   `json:"cancel_reason"`
	PauseDate              kit.Text   `json:"pause_date"`
	ResumeDate             kit.Text   `json:"resume_date"`
	DueSince               kit.Text   `json:"due_since"`
	Deleted                bool       `json:"deleted"`
	ResourceVersion        kit.Text   `json:"resource_version"`
	Items                  []item     `json:"subscription_items"`
	Tiers                  []tier     `json:"item_tiers"`
	Discounts              []discount `json:"discounts"`
	Coupons                []struct {
		CouponID  kit.Text `json:"coupon_id"`
		ApplyTill kit.Text `json:"apply_till"`
	} `json:"coupons"`

	// Product catalogue 1.0.
	PlanID                 kit.Text `json:"plan_id"`
	PlanQuantity           kit.Text `json:"plan_quantity"`
	PlanQuantityInDecimal  kit.Text `json:"plan_quantity_in_decimal"`
	PlanUnitPrice          kit.Text `json:"plan_unit_price"`
	PlanUnitPriceInDecimal kit.Text `json:"plan_unit_price_in_decimal"`
	PlanAmount             kit.Text `json:"plan_amount"`
	PlanAmountInDecimal    kit.Text `json:"plan_amount_in_decimal"`
	PlanFreeQuantity       kit.Text `json:"plan_free_quantity"`
	Addons                 []struct {
		ID                 kit.Text `json:"id"`
		Quantity           kit.Text `json:"quantity"`
		QuantityInDecimal  kit.Text `json:"quantity_in_decimal"`
		UnitPrice          kit.Text `json:"unit_price"`
		UnitPriceInDecimal kit.Text `json:"unit_price_in_decimal"`
		Amount             kit.Text `json:"amount"`
		AmountInDecimal    kit.Text `json:"amount_in_decimal"`
		TrialEnd           kit.Text `json:"trial_end"`
	} `json:"addons"`
}

type item struct {
	ItemPriceID           kit.Text `json:"item_price_id"`
	ItemType              kit.Text `json:"item_type"`
	Quantity              kit.Text `json:"quantity"`
	QuantityInDecimal     kit.Text `json:"quantity_in_decimal"`
	MeteredQuantity       kit.Text `json:"metered_quantity"`
	UnitPrice             kit.Text `json:"unit_price"`
	UnitPriceInDecimal    kit.Text `json:"unit_price_in_decimal"`
	Amount                kit.Text `json:"amount"`
	AmountInDecimal       kit.Text `json:"amount_in_decimal"`
	FreeQuantity          kit.Text `json:"free_quantity"`
	FreeQuantityInDecimal kit.Text `json:"free_quantity_in_decimal"`
	TrialEnd              kit.Text `json:"trial_end"`
	BillingPeriod         kit.Text `json:"billing_period"`
	BillingPeriodUnit     kit.Text `json:"billing_period_unit"`
}

type tier struct {
	ItemPriceID         kit.Text `json:"item_price_id"`
	EndingUnit          kit.Text `json:"ending_unit"`
	EndingUnitInDecimal kit.Text `json:"ending_unit_in_decimal"`
	Price               kit.Text `json:"price"`
	PriceInDecimal      kit.Text `json:"price_in_decimal"`
	PricingType         kit.Text `json:"pricing_type"`
}

type itemPrice struct {
	ID           kit.Text `json:"id"`
	Period       kit.Text `json:"period"`
	PeriodUnit   kit.Text `json:"period_unit"`
	PricingModel kit.Text `json:"pricing_model"`
	Metered      bool     `json:"metered"`
}

type discount struct {
	ID            kit.Text `json:"id"`
	CouponID      kit.Text `json:"coupon_id"`
	Type          kit.Text `json:"type"`
	Percentage    kit.Text `json:"percentage"`
	Amount        kit.Text `json:"amount"`
	CurrencyCode  kit.Text `json:"currency_code"`
	DurationType  kit.Text `json:"duration_type"`
	Period        kit.Text `json:"period"`
	PeriodUnit    kit.Text `json:"period_unit"`
	IncludedInMRR *bool    `json:"included_in_mrr"`
	ApplyOn       kit.Text `json:"apply_on"`
	ItemPriceID   kit.Text `json:"item_price_id"`
	CreatedAt     kit.Text `json:"created_at"`
	ApplyTill     kit.Text `json:"apply_till"`
}

type coupon struct {
	ID                 kit.Text `json:"id"`
	DiscountType       kit.Text `json:"discount_type"`
	DiscountPercentage kit.Text `json:"discount_percentage"`
	DiscountAmount     kit.Text `json:"discount_amount"`
	CurrencyCode       kit.Text `json:"currency_code"`
	DurationType       kit.Text `json:"duration_type"`
	DurationMonth      kit.Text `json:"duration_month"`
	Period             kit.Text `json:"period"`
	PeriodUnit         kit.Text `json:"period_unit"`
	IncludedInMRR      *bool    `json:"included_in_mrr"`
	ApplyOn            kit.Text `json:"apply_on"`
}

type invoice struct {
	ID              kit.Text `json:"id"`
	CustomerID      kit.Text `json:"customer_id"`
	SubscriptionID  kit.Text `json:"subscription_id"`
	Status          kit.Text `json:"status"`
	Date            kit.Text `json:"date"`
	PaidAt          kit.Text `json:"paid_at"`
	CurrencyCode    kit.Text `json:"currency_code"`
	PriceType       kit.Text `json:"price_type"`
	Deleted         bool     `json:"deleted"`
	ResourceVersion kit.Text `json:"resource_version"`
	LineItems       []line   `json:"line_items"`
}

type line struct {
	ID                kit.Text `json:"id"`
	SubscriptionID    kit.Text `json:"subscription_id"`
	EntityType        kit.Text `json:"entity_type"`
	EntityID          kit.Text `json:"entity_id"`
	DateFrom          kit.Text `json:"date_from"`
	DateTo            kit.Text `json:"date_to"`
	Quantity          kit.Text `json:"quantity"`
	QuantityInDecimal kit.Text `json:"quantity_in_decimal"`
	Amount            kit.Text `json:"amount"`
	AmountInDecimal   kit.Text `json:"amount_in_decimal"`
	DiscountAmount    kit.Text `json:"discount_amount"`
	TaxAmount         kit.Text `json:"tax_amount"`
	Metered           bool     `json:"metered"`
}
